"""Seminars: what was held, and who came."""

from __future__ import annotations

from casebook.model import Engagement, Insight, PhaseKind
from casebook.phases.common import delivered, reached


def insights(engagement: Engagement) -> tuple[Insight, ...]:
    """What the seminars amount to."""
    kind = PhaseKind.SEMINARS
    return delivered(engagement, kind) + reached(engagement, kind)
