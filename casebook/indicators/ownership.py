"""How often the client's own people led."""

from __future__ import annotations

from dataclasses import dataclass

from casebook.indicators.value import Value
from casebook.model import Engagement, SessionStatus, State

INTERNAL_LEADS = 2
"""From this level on the scale 0 to 4 somebody internal leads the session."""


@dataclass(frozen=True, kw_only=True)
class Ownership(Value):
    """`n` held sessions led internally of `total` held sessions with a level on record.

    `unrecorded` counts the held sessions without a level; they are in neither number.
    """

    unrecorded: int


def measure(engagement: Engagement) -> tuple[Ownership, ...]:
    """The facilitation ownership of the engagement as a whole: one value."""
    held = [s.ownership for s in engagement.meetings if s.status is SessionStatus.HELD]
    levels = [level for level in held if level is not None]
    value = Ownership(
        key="ownership",
        subject=engagement.id,
        n=sum(1 for level in levels if level >= INTERNAL_LEADS) if levels else None,
        total=len(levels) if levels else None,
        state=State.KNOWN if levels else State.UNKNOWN,
        unrecorded=len(held) - len(levels),
    )
    return (value,)
