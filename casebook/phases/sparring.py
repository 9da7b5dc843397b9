"""Strategic sparring: what was held, and what the client does differently since."""

from __future__ import annotations

from casebook.model import Engagement, Insight, PhaseKind
from casebook.phases.common import delivered


def insights(engagement: Engagement) -> tuple[Insight, ...]:
    """What the sparring amounts to. Who was present is known to those who were."""
    return delivered(engagement, PhaseKind.SPARRING)
