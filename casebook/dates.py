"""Dates with the precision that is known, as the span of days they may mean."""

from __future__ import annotations

import calendar
import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from casebook.model import Engagement, SessionStatus, When


@dataclass(frozen=True, order=True)
class Span:
    """The first and the last day that a date may mean; the same day where it is known."""

    last: date
    first: date

    @property
    def is_day(self) -> bool:
        """Whether the day itself is known."""
        return self.first == self.last


@functools.lru_cache(maxsize=4000)  # the same few dates stand in thousands of rows
def span(when: str) -> Span:
    """The days that `2023`, `2023-Q4`, `2023-11` or `2023-11-14` may mean."""
    year, _, rest = when.partition("-")
    if rest.startswith("Q"):
        last_month = 3 * int(rest[1])
        return _months(int(year), last_month - 2, last_month)
    if "-" in rest:
        day = date.fromisoformat(when)
        return Span(first=day, last=day)
    return _months(int(year), int(rest), int(rest)) if rest else _months(int(year), 1, 12)


def latest_of(dates: Iterable[When | None]) -> When | None:
    """The latest of the dates that are known."""
    return max((when for when in dates if when), key=span, default=None)


def last_contact(engagement: Engagement) -> When | None:
    """When the last session was held, as precisely as is known."""
    held = SessionStatus.HELD
    return latest_of(s.date for a in engagement.activities for s in a.sessions if s.status is held)


def days_between(before: When, after: When) -> tuple[int, int]:
    """The least and the most days from one date to another that their precision allows."""
    start, end = span(before), span(after)
    return (end.first - start.last).days, (end.last - start.first).days


def _months(year: int, first: int, last: int) -> Span:
    _, days = calendar.monthrange(year, last)
    return Span(first=date(year, first, 1), last=date(year, last, days))
