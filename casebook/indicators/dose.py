"""How much of the work each person of a group was there for."""

from __future__ import annotations

from dataclasses import dataclass

from casebook.dates import latest_of
from casebook.indicators.value import Value
from casebook.model import Engagement, Group, SessionStatus, Spread, State

SMALLEST_GROUP = 5
"""Of fewer persons, the range would tell of single ones."""


@dataclass(frozen=True, kw_only=True)
class Dose(Value):
    """`n` persons of a group who came, of its size, and how much each of them was there for.

    `sessions` and `hours` are per person, over the whole engagement; None where the attendance
    is not told person by person, or a session's hours are not.
    """

    sessions: Spread | None
    hours: Spread | None


def measure(engagement: Engagement) -> tuple[Dose, ...]:
    """The dose of every participant group, in the order of the parameter file."""
    return tuple(_dose(engagement, group) for group in engagement.participants)


def _dose(engagement: Engagement, group: Group) -> Dose:
    came = group.reached.value if group.reached else None
    few = came is not None and came < SMALLEST_GROUP
    told = None if few else group.dose
    held = [s for s in engagement.sessions if s.status is SessionStatus.HELD]
    missing = State.WITHHELD if few else State.UNKNOWN
    return Dose(
        key="dose",
        subject=group.id,
        n=came if told else None,
        total=group.size.value if told and group.size else None,
        state=State.KNOWN if told else missing,
        date=latest_of(session.date for session in held if session.group == group.id),
        source=engagement.release.source,
        sessions=told.sessions if told else None,
        hours=told.hours if told else None,
    )
