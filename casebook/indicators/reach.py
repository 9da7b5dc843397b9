"""How many of a group took part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from casebook.dates import latest_of
from casebook.indicators.value import Bounds, Value, why_missing
from casebook.model import Engagement, Fact, Group, Session, SessionStatus, State


@dataclass(frozen=True, kw_only=True)
class Reach(Value):
    """Distinct persons of a group at its held sessions, in `low` and `high`.

    `n` is set where the two meet, `total` is the group's size where it is known.
    `sessions` counts the held sessions that name the group, `uncounted` those without a head
    count.
    """

    size: Fact[int] | None
    invited: Bounds
    sessions: int
    uncounted: int


def measure(engagement: Engagement) -> tuple[Reach, ...]:
    """The reach of every participant group, in the order of the parameter file."""
    return tuple(
        replace(_reach(group, engagement.sessions), source=engagement.release.source)
        for group in engagement.participants
    )


def _reach(group: Group, sessions: tuple[Session, ...]) -> Reach:
    held = [s for s in sessions if s.group == group.id and s.status is SessionStatus.HELD]
    size = group.size.value if group.size else None
    attended = _counted(group.reached) or persons([s.attended for s in held], size)
    return Reach(
        key="reach",
        subject=group.id,
        n=attended.exact,
        total=size,
        low=attended.low,
        high=attended.high,
        state=attended.state,
        date=latest_of(session.date for session in held),
        size=group.size,
        invited=persons([session.invited for session in held], size),
        sessions=len(held),
        uncounted=sum(1 for s in held if s.attended is None or not s.attended.known),
    )


def _counted(reached: Fact[int] | None) -> Bounds | None:
    """The distinct persons that were counted by their ids, where they were."""
    return Bounds(reached.value, reached.value, reached.state) if reached else None


def persons(counts: Sequence[Fact[int] | None], size: int | None) -> Bounds:
    """Distinct persons behind the head counts of several sessions of one group.

    Participations are not persons: the same people may come again, so at least the largest
    count came, and at most the sum of all counts or the whole group. A session without a
    count leaves the upper end open up to the group's `size`.
    """
    known = [fact.value for fact in counts if fact is not None and fact.value is not None]
    if not known:
        return Bounds(state=why_missing(counts))
    low = max(known)
    ends = [end for end in (size, _sum_of_all(known, counts)) if end is not None]
    # More heads than the group has members means guests: the bounds must not cross.
    high = max(low, min(ends)) if ends else None
    return Bounds(low, high, State.KNOWN)


def _sum_of_all(known: Sequence[int], counts: Sequence[object]) -> int | None:
    return sum(known) if len(known) == len(counts) else None
