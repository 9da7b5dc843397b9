"""What each phase's work amounts to: one pure function per phase, `insights(engagement)`.

The phase notebook shows and publishes these; a report that has no phase record calls the same
function. Statements are made in every language, so that they can travel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from casebook.model import Engagement, Insight, PhaseKind
from casebook.phases import seminars, sparring, tool_design, workshops

PHASES: Mapping[PhaseKind, Callable[[Engagement], tuple[Insight, ...]]] = {
    PhaseKind.SEMINARS: seminars.insights,
    PhaseKind.SPARRING: sparring.insights,
    PhaseKind.WORKSHOPS: workshops.insights,
    PhaseKind.TOOL_DESIGN: tool_design.insights,
}
