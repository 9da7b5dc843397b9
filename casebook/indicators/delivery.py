"""What was held of what was planned."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from casebook.dates import latest_of
from casebook.indicators.value import Value
from casebook.model import Activity, Engagement, Fact, SessionStatus, State, Text


@dataclass(frozen=True, kw_only=True)
class Delivery(Value):
    """Sessions of one activity: `n` held of `total` planned.

    An activity without a single session on record has no `n`: nothing recorded is not zero.
    Sessions of unknown status open the upper end `high`. `outstanding` are still to come.
    """

    planned: Fact[int] | None
    cancelled: int
    moved: int
    outstanding: int
    deviations: tuple[str, ...]


def measure(engagement: Engagement) -> tuple[Delivery, ...]:
    """Planned and held sessions of every activity, in the order of the public page."""
    source = engagement.release.source
    return tuple(_delivery(activity, source) for activity in engagement.activities)


def _delivery(activity: Activity, source: Text | None) -> Delivery:
    found = Counter(session.status for session in activity.meetings)
    held = found[SessionStatus.HELD] if activity.sessions else None
    return Delivery(
        key="delivery",
        subject=activity.id,
        n=held,
        total=activity.planned.value if activity.planned else None,
        low=held,
        high=None if held is None else held + found[SessionStatus.UNKNOWN],
        state=State.UNKNOWN if held is None else State.KNOWN,
        date=latest_of(session.date for session in activity.sessions),
        source=source,
        planned=activity.planned,
        cancelled=found[SessionStatus.CANCELLED],
        moved=found[SessionStatus.MOVED],
        outstanding=found[SessionStatus.PLANNED],
        deviations=tuple(s.deviation for s in activity.sessions if s.deviation),
    )
