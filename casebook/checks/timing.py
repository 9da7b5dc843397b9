"""Dates and years must agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from casebook.checks.finding import Finding, Setting
from casebook.checks.walk import sessions
from casebook.dates import span
from casebook.messages import said
from casebook.model import Engagement, Session, SessionStatus, Status, Survey, Wave

FOLLOW_UP = 90
"""The least days from the last session to a measurement of behaviour."""

_ORDER = ("before", "after", "followup")
"""In `retrospective` people look back; when they are asked to is no matter of order."""


def period_order(engagement: Engagement) -> Iterator[Finding]:
    """An engagement ends in the year it starts, or later.

    `years: {start: 2023, end: 2024}`. Swap the two if they were mixed up.
    """
    years = engagement.assignment.years
    if years.end is not None and years.end < years.start:
        message = said(
            "The years end ({end}) before they start ({start}).", end=years.end, start=years.start
        )
        yield Finding(("engagement", "years", "end"), message, said("Correct one of them."))


def session_outside_period(engagement: Engagement) -> Iterator[Finding]:
    """A session lies within the engagement's years.

    A date outside them is usually a typing error in the year. Correct the date, or extend the
    years.
    """
    years = engagement.assignment.years
    last = years.end or years.start
    for path, session in sessions(engagement):
        if session.date and not years.start <= int(session.date[:4]) <= last:
            message = said(
                "Session {id} is dated {date}, outside {first}–{last}.",
                id=session.id,
                date=session.date,
                first=years.start,
                last=last,
            )
            yield Finding((*path, "date"), message, said("Correct it or extend the years."))


def completed_in_the_future(engagement: Engagement, setting: Setting) -> Iterator[Finding]:
    """An engagement is not completed before its last year has begun.

    Either the status is too early, or the last year is wrong.
    """
    status, years = engagement.assignment.status, engagement.assignment.years
    last = years.end or years.start
    if status and status.value is Status.COMPLETED and last > setting.today.year:
        message = said("The status is completed, but the years end in {year}.", year=last)
        hint = said("Write active, or correct the years.")
        yield Finding(("engagement", "status"), message, hint)


def planned_in_the_past(engagement: Engagement, setting: Setting) -> Iterator[Finding]:
    """A session whose day has passed is no longer planned.

    Say what became of it: `held`, `moved`, `cancelled`, or `unknown`. Otherwise nobody can
    tell what was done from what was intended.
    """
    for path, session in sessions(engagement):
        planned = session.status is SessionStatus.PLANNED and session.date
        if planned and span(planned).last < setting.today:
            message = said(
                "Session {id} was planned for {date} and has no other status.",
                id=session.id,
                date=session.date,
            )
            hint = said("Set held, moved, cancelled or unknown.")
            yield Finding((*path, "status"), message, hint)


def wave_order(engagement: Engagement) -> Iterator[Finding]:
    """The waves of a survey come one after the other, and a follow-up comes late enough.

    Behaviour after three to six months is measured 90 to 183 days after the last session; asked
    sooner, people answer about what they intend. Later than that is fine: it tells whether the
    change lasted. Correct the dates, or call the wave `after`.
    """
    for at, survey in enumerate(engagement.outcomes.surveys):
        path = ("outcomes", "surveys", at, "waves")
        asked = [pair for pair in enumerate(survey.waves) if pair[1].id in _ORDER]
        waves = sorted(asked, key=lambda pair: _ORDER.index(pair[1].id))
        for (_, earlier), (position, later) in pairwise(waves):
            if earlier.date and later.date and span(later.date).last < span(earlier.date).first:
                message = said(
                    "Wave '{later}' ({date}) lies before wave '{earlier}' ({other}).",
                    later=later.id,
                    date=later.date,
                    earlier=earlier.id,
                    other=earlier.date,
                )
                yield Finding((*path, position, "date"), message, said("Correct one of them."))
        for position, wave in waves:
            days = _days_after(wave, _held_for(survey, engagement))
            if wave.id == "followup" and days is not None and days < FOLLOW_UP:
                message = said(
                    "Wave 'followup' is {days} days after the last session; "
                    "behaviour after 3–6 months needs 90–183.",
                    days=days,
                )
                hint = said("Correct the date, or call the wave 'after'.")
                yield Finding((*path, position, "date"), message, hint)


def _held_for(survey: Survey, engagement: Engagement) -> list[Session]:
    """The dated held sessions of those whom a survey asked; of everybody without a group."""
    held = [s for s in engagement.sessions if s.date and s.status is SessionStatus.HELD]
    mine = [session for session in held if session.group == survey.group]
    return mine if survey.group and mine else held


def _days_after(wave: Wave, held: Sequence[Session]) -> int | None:
    """The most days that may lie between the last session before a wave and the wave."""
    if wave.date is None:
        return None
    asked = span(wave.date).last
    before = [span(s.date).first for s in held if s.date and span(s.date).first <= asked]
    return (asked - max(before)).days if before else None
