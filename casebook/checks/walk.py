"""The parts of an engagement with their paths, as the parameter file has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from casebook.audience import mark_of
from casebook.model import Activity, Audience, Engagement, Part, Session, Text

Path = tuple[str | int, ...]
P = TypeVar("P", bound=Part)


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


def texts(
    value: object, audience: Audience = Audience.INTERNAL, path: Path = ()
) -> Iterator[tuple[Path, str]]:
    """Every text and name that an audience may see, with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Text):
        yield path, value.da
    elif isinstance(value, tuple):
        for at, item in enumerate(value):
            yield from texts(item, audience, (*path, at))
    elif isinstance(value, Part) and _visible(value, audience):
        for name, info in type(value).model_fields.items():
            if audience.may_see(mark_of(info)):
                key = (info.alias or name,) if name not in ("value", "state") else ()
                yield from texts(getattr(value, name), audience, (*path, *key))


def _visible(part: Part, audience: Audience) -> bool:
    own = getattr(part, "audience", None)
    return own is None or audience.may_see(own)


def parts(value: object, kind: type[P], path: Path = ()) -> Iterator[tuple[Path, P]]:
    """Every part of a kind, with its path."""
    if isinstance(value, kind):
        yield path, value
    if isinstance(value, tuple):
        for at, item in enumerate(value):
            yield from parts(item, kind, (*path, at))
    elif isinstance(value, Part):
        for name, info in type(value).model_fields.items():
            key = (info.alias or name,) if name != "value" else ()
            yield from parts(getattr(value, name), kind, (*path, *key))
