"""How often the client's own people led."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from casebook.dates import last_contact, span
from casebook.indicators.value import Value
from casebook.model import Engagement, Session, SessionStatus, State, When

LONGEST_QUARTER = 92
"""Days; a date that spans more than a quarter does not tell which one it is."""

INTERNAL_LEADS = 2
"""From this level on the scale 0 to 4 somebody internal leads the session."""


@dataclass(frozen=True)
class Quarter:
    """`n` sessions led internally of `total` with a level, held in a quarter such as `2024-Q2`."""

    quarter: str
    n: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Ownership(Value):
    """`n` held sessions led internally of `total` held sessions with a level on record.

    `unrecorded` counts the held sessions without a level; they are in neither number. A
    session whose date does not tell its quarter is in none of the `quarters`.
    """

    unrecorded: int
    quarters: tuple[Quarter, ...]


def measure(engagement: Engagement) -> tuple[Ownership, ...]:
    """The facilitation ownership of the engagement as a whole: one value."""
    held = [s for s in engagement.meetings if s.status is SessionStatus.HELD]
    levels = [s.ownership for s in held if s.ownership is not None]
    value = Ownership(
        key="ownership",
        subject=engagement.id,
        n=sum(1 for level in levels if level >= INTERNAL_LEADS) if levels else None,
        total=len(levels) if levels else None,
        state=State.KNOWN if levels else State.UNKNOWN,
        date=last_contact(engagement),
        source=engagement.release.source,
        unrecorded=len(held) - len(levels),
        quarters=tuple(_quarters(held)),
    )
    return (value,)


def _quarters(held: list[Session]) -> Iterator[Quarter]:
    levels: dict[str, list[int]] = {}
    for session in held:
        quarter = _quarter(session.date)
        if quarter is not None and session.ownership is not None:
            levels.setdefault(quarter, []).append(session.ownership)
    for quarter, found in sorted(levels.items()):
        yield Quarter(quarter, sum(level >= INTERNAL_LEADS for level in found), len(found))


def _quarter(when: When | None) -> str | None:
    days = span(when) if when else None
    if days is None or (days.last - days.first).days > LONGEST_QUARTER:
        return None
    return f"{days.first.year}-Q{(days.first.month + 2) // 3}"
