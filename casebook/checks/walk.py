"""The parts of an engagement with their paths, as the parameter file has them."""

from __future__ import annotations

from collections.abc import Iterator

from casebook.model import Activity, Engagement, Part, Session, Text

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


def texts(value: object, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text and name in the values, with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Text):
        yield path, value.da
    elif isinstance(value, tuple):
        for at, item in enumerate(value):
            yield from texts(item, (*path, at))
    elif isinstance(value, Part):
        for name, info in type(value).model_fields.items():
            key = (info.alias or name,) if name not in ("value", "state") else ()
            yield from texts(getattr(value, name), (*path, *key))
