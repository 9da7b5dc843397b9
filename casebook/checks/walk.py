"""The parts of an engagement with their paths, as the parameter file has them."""

from __future__ import annotations

from collections.abc import Iterator

from casebook.model import Activity, Engagement, Session

Path = tuple[str | int, ...]


def activities(engagement: Engagement) -> Iterator[tuple[Path, Activity]]:
    """Every activity with its path."""
    for at, phase in enumerate(engagement.phases):
        for position, activity in enumerate(phase.activities):
            yield ("phases", at, "activities", position), activity


def sessions(engagement: Engagement) -> Iterator[tuple[Path, Session]]:
    """Every session with its path."""
    for path, activity in activities(engagement):
        for at, session in enumerate(activity.sessions):
            yield (*path, "sessions", at), session
