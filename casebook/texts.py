"""What an engagement says: every text, how it travels, and whether it may leave the firm."""

from __future__ import annotations

import functools
from enum import Enum
from typing import Any, NamedTuple

from casebook.model import (
    Audience,
    Engagement,
    Lesson,
    Part,
    SeenBy,
    State,
    Text,
    Travel,
    kinds,
    reused,
)
from casebook.places import ValuePath

_EXEMPT = frozenset({"region", "support", "derived_from", "extends"})
"""Fields that name other engagements, or a region, on purpose."""

_LARGE = 100
"""Whole numbers above it are texts too."""

_CARRY, _NEVER, _KNOWN = Travel.CARRY, Travel.NEVER, State.KNOWN


class Passage(NamedTuple):
    """A text of an engagement: where it stands, how it travels, whether it may leave the firm."""

    path: ValuePath
    text: str
    travel: Travel
    leaves: bool


def texts_of(engagement: Engagement) -> list[Passage]:
    """Every text and name of an engagement, and every large number."""
    found: list[Passage] = []
    _listen(engagement, (), Travel.CARRY, True, found)
    return found


def _listen(
    value: Any, path: ValuePath, travel: Travel, leaves: bool, found: list[Passage]
) -> None:
    """Add what a value says. Runs for every value of every engagement: no generators here."""
    kind: type[Any] = type(value)
    if kind is str or (kind is int and value > _LARGE):
        found.append(Passage(path, str(value), travel, leaves))
    elif kind is tuple:
        for at, item in enumerate(value):
            _listen(item, (*path, at), travel, leaves, found)
    elif kind is Text:
        _listen(value.da, path, travel, leaves, found)
        _listen(value.en, path, travel, leaves, found)
    elif issubclass(kind, Part):
        _look_into(value, kind, path, travel, leaves, found)


def _look_into(  # noqa: PLR0913, PLR0917  # runs as often
    part: Part,
    kind: type[Part],
    path: ValuePath,
    travel: Travel,
    leaves: bool,
    found: list[Passage],
) -> None:
    values, given = vars(part), part.model_fields_set
    if values.get("state", _KNOWN) is not _KNOWN:
        return
    audience = values.get("audience")
    leaves = leaves and audience is not Audience.INTERNAL
    if kind is Lesson and audience is not Audience.PUBLIC:
        travel = _NEVER
    for name, key, own, inside in _fields(kind):
        if name in given:
            worst = travel if travel is _NEVER or own is _CARRY else own
            _listen(values[name], path + key, worst, leaves and not inside, found)


@functools.cache
def _fields(part: type[Part]) -> tuple[tuple[str, ValuePath, Travel, bool], ...]:
    """The fields to look into: name, key in the file, how it travels, whether only internal."""
    return tuple(
        (
            name,
            () if name in ("value", "state") else (info.alias or name,),
            reused(info).travel,
            not any(isinstance(m, SeenBy) and m.audience != "internal" for m in info.metadata),
        )
        for name, info in part.model_fields.items()
        if name not in _EXEMPT and name != "audience" and any(map(_speaks, kinds(info.annotation)))
    )


def _speaks(kind: type) -> bool:
    """Whether values of a kind may be, or hold, a text or a number."""
    return issubclass(kind, (str, int, Part)) and not issubclass(kind, (Enum, bool))
