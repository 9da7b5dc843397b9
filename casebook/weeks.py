"""Dates as weeks from the start of the work, so that a programme can begin on another day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from casebook.model import Engagement
from casebook.places import ValuePath


def weeks(engagement: Engagement) -> Mapping[ValuePath, list[int]]:
    """The weeks of dated sessions and survey rounds, counted from the first session.

    By the path of the activity or the round, with ids for positions. A survey before the first
    session has a negative week.
    """
    dated: dict[ValuePath, list[date]] = {}
    for phase in engagement.phases:
        for activity in phase.activities:
            path: ValuePath = ("phases", phase.id, "activities", activity.id)
            dated[path] = _days(session.date for session in activity.sessions)
    held = [day for days in dated.values() for day in days]
    for survey in engagement.outcomes.surveys:
        for wave in survey.waves:
            dated["outcomes", "surveys", survey.id, "waves", wave.id] = _days([wave.date])
    start = min(held or [day for days in dated.values() for day in days], default=None)
    return {
        path: sorted({round((day - start).days / 7) for day in days})
        for path, days in dated.items()
        if start and days
    }


def _days(written: Iterable[str | None]) -> list[date]:
    """Dates with at least a month; where the day is not known, the middle of the month."""
    full = (f"{when}-15" if when and len(when) == len("2024-03") else when for when in written)
    return [date.fromisoformat(when) for when in full if when and re.fullmatch(r"[\d-]{10}", when)]
