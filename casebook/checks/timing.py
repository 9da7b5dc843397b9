"""Dates and years must agree."""

from __future__ import annotations

from collections.abc import Iterator

from casebook.checks.finding import Finding
from casebook.checks.walk import sessions
from casebook.model import Engagement


def period_order(engagement: Engagement) -> Iterator[Finding]:
    """An engagement ends in the year it starts, or later.

    `years: {start: 2023, end: 2024}`. Swap the two if they were mixed up.
    """
    years = engagement.assignment.years
    if years.end is not None and years.end < years.start:
        message = f"The years end ({years.end}) before they start ({years.start})."
        yield Finding(("engagement", "years", "end"), message, "Correct one of them.")


def session_outside_period(engagement: Engagement) -> Iterator[Finding]:
    """A session lies within the engagement's years.

    A date outside them is usually a typing error in the year. Correct the date, or extend the
    years.
    """
    years = engagement.assignment.years
    last = years.end or years.start
    for path, session in sessions(engagement):
        if session.date and not years.start <= int(session.date[:4]) <= last:
            message = f"Session {session.id} is dated {session.date}, outside {years.start}–{last}."
            yield Finding((*path, "date"), message, "Correct it or extend the years.")
