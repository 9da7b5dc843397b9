"""The parts of an engagement with their paths, as the parameter file has them."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from casebook.audience import mark_of
from casebook.model import (
    Activity,
    Audience,
    Engagement,
    Fact,
    Part,
    Session,
    Text,
    fields_with_facts,
)
from casebook.places import ValuePath


def activities(engagement: Engagement) -> Iterator[tuple[ValuePath, Activity]]:
    """Every activity with its path."""
    for at, phase in enumerate(engagement.phases):
        for position, activity in enumerate(phase.activities):
            yield ("phases", at, "activities", position), activity


def sessions(engagement: Engagement) -> Iterator[tuple[ValuePath, Session]]:
    """Every session with its path."""
    for path, activity in activities(engagement):
        for at, session in enumerate(activity.sessions):
            yield (*path, "sessions", at), session


def texts(
    engagement: Engagement, audience: Audience = Audience.INTERNAL
) -> list[tuple[ValuePath, str]]:
    """Every text and name that an audience may see, with its path."""
    found: list[tuple[ValuePath, str]] = []
    _gather(engagement, audience, (), found)
    return found


def _gather(
    value: Any, audience: Audience, path: ValuePath, found: list[tuple[ValuePath, str]]
) -> None:
    kind: type[Any] = type(value)
    if kind is str:
        found.append((path, value))
    elif kind is tuple:
        for at, item in enumerate(value):
            _gather(item, audience, (*path, at), found)
    elif kind is Text:
        found.append((path, value.da))
    elif isinstance(value, Part):
        values = value.__dict__
        if not audience.may_see(values.get("audience") or audience):
            return
        for name, key, mark in _fields(type(value)):
            if values[name] and audience.may_see(mark):
                _gather(values[name], audience, path + key, found)


def facts(engagement: Engagement) -> Iterator[tuple[ValuePath, Fact[Any]]]:
    """Every fact with its path."""
    return _facts(engagement, ())


def _facts(value: Any, path: ValuePath) -> Iterator[tuple[ValuePath, Fact[Any]]]:
    if isinstance(value, tuple):
        for at, item in enumerate(value):
            yield from _facts(item, (*path, at))
    elif isinstance(value, Fact):
        yield path, value
    elif isinstance(value, Part):
        for name, key in fields_with_facts(type(value)):
            yield from _facts(getattr(value, name), (*path, key))


@functools.cache
def _fields(part: type[Part]) -> tuple[tuple[str, ValuePath, Audience], ...]:
    """The fields of a part: the name, what it adds to a path, and whom it is meant for."""
    return tuple(
        (name, (info.alias or name,) if name != "value" else (), mark_of(info))
        for name, info in part.model_fields.items()
    )
