"""Dates with the precision that is known, as the span of days they may mean."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, order=True)
class Span:
    """The first and the last day that a date may mean; the same day where it is known."""

    last: date
    first: date

    @property
    def is_day(self) -> bool:
        """Whether the day itself is known."""
        return self.first == self.last


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


def _months(year: int, first: int, last: int) -> Span:
    _, days = calendar.monthrange(year, last)
    return Span(first=date(year, first, 1), last=date(year, last, days))
