"""What of a parameter file is passed over until it is mended, so that the rest can be checked."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count, islice
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from casebook import todos
from casebook.model import Engagement
from casebook.places import ValuePath
from casebook.terms import SLUG

REFERRED = (
    ("participants",),
    ("phases", "tools"),
    ("engagement", "levels"),
    ("outcomes", "evidence"),
    ("outcomes", "actors"),
    ("release", "consents"),
)
"""The lists whose items are referred to by their id."""

_WHOLE = "sessions"
"""A list of things that are read whole or not at all: half a row would look like another one."""


@dataclass(frozen=True)
class Gaps:
    """The paths of `values` that are passed over: a row, an item, or a value."""

    values: Any = field(default_factory=dict)
    paths: frozenset[ValuePath] = frozenset()

    def original(self, path: ValuePath) -> ValuePath:
        """The path in `values` of what has `path` where the gaps are left out."""
        found: ValuePath = ()
        for step in path if self.paths else ():
            at: str | int = step
            if isinstance(step, int):
                kept = (n for n in count() if (*found, n) not in self.paths)  # used up at once
                at = next(islice(kept, step, None))
            found = (*found, at)
        return found if self.paths else path

    def within(self, path: ValuePath) -> bool:
        """Whether something is passed over at, in, or around an original path."""
        return any(one[: len(path)] == path or path[: len(one)] == one for one in self.paths)

    def touch(self, field: ValuePath) -> bool:
        """Whether any of what fills a field of the model, named without positions, is a gap."""
        return any(
            one[: len(field)] == field or field[: len(one)] == one for one in map(named, self.paths)
        )

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of what is passed over."""
        return frozenset(id for path in self.paths for id in _ids(_at(self.values, path)))

    @cached_property
    def nameless(self) -> bool:
        """Whether something is passed over that others may refer to by an id we cannot know."""
        return any(
            home[: len(named(path))] == named(path) and not _is_named(_at(self.values, path))
            for path in self.paths
            for home in REFERRED
        )

    def refer(self, path: ValuePath) -> bool:
        """Whether what stands at an original path names something that is passed over."""
        there = _is_there(self.values, path)
        return there and not self.ids.isdisjoint(_texts(_at(self.values, path)))


def named(path: ValuePath) -> ValuePath:
    """A path without positions."""
    return tuple(step for step in path if isinstance(step, str))


def tried(gaps: Gaps) -> tuple[Engagement | None, list[ErrorDetails]]:
    """The engagement without the gaps, or what is wrong with it, at its original places."""
    values = todos.without(gaps.values, gaps.paths) if gaps.paths else gaps.values
    try:
        return Engagement.model_validate(values), []
    except ValidationError as error:
        found = error.errors(include_url=False)
    # A list with a wrong item is told by that item, not as too short besides.
    found = [one for one in found if one["type"] != "too_short" or not one["input"]]
    for detail in found:
        detail["loc"] = gaps.original(_in_file(values, detail["loc"]))
    return None, found


def _in_file(values: Any, path: ValuePath) -> ValuePath:
    """The path of a value as the file has it, where a fact's plain value is not named."""
    found: ValuePath = ()
    for step in path:
        if step == "value" and not (isinstance(values, Mapping) and "value" in values):
            continue
        found = (*found, step)
        try:
            values = values[step]
        except (KeyError, IndexError, TypeError):
            values = None
    return found


def salvaged(
    gaps: Gaps, found: Collection[ErrorDetails], rows: Collection[ValuePath]
) -> tuple[Engagement | None, Gaps]:
    """As much as is an engagement, and what must be passed over for that.

    `found` is what is wrong with it, and `rows` are the paths of the rows of tables. What lacks
    something that it must have is passed over as well; there is no engagement without a client.
    """
    engagement: Engagement | None = None
    while engagement is None:
        new = {_gap(gaps.values, detail, rows) for detail in found} - gaps.paths
        if not new or () in new:
            return None, gaps
        gaps = Gaps(gaps.values, gaps.paths | new)
        engagement, found = tried(gaps)
    return engagement, gaps


def _gap(values: Any, detail: ErrorDetails, rows: Collection[ValuePath]) -> ValuePath:
    """The least that must be passed over because of an error."""
    path: ValuePath = detail["loc"][:-1] if detail["type"] == "missing" else detail["loc"]
    while path and not _is_there(values, path):
        path = path[:-1]
    for end in range(2, len(path)):
        if path[:end] in rows or path[end - 2 : end - 1] == (_WHOLE,):
            return path[:end]
    return path


def _is_there(values: Any, path: ValuePath) -> bool:
    try:
        _at(values, path)
    except (KeyError, IndexError, TypeError):
        return False
    return True


def _at(values: Any, path: ValuePath) -> Any:
    for step in path:
        values = values[step]
    return values


def _ids(values: Any) -> Iterator[str]:
    """Every id in plain values."""
    if isinstance(values, Mapping):
        id = values.get("id")
        if isinstance(id, str):
            yield id
        values = values.values()
    elif not isinstance(values, list):
        return
    for each in values:
        yield from _ids(each)


def _is_named(values: Any) -> bool:
    id = values.get("id") if isinstance(values, Mapping) else None
    return isinstance(id, str) and re.fullmatch(SLUG, id) is not None


def _texts(values: Any) -> Iterator[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, (Mapping, list)):
        for each in values.values() if isinstance(values, Mapping) else values:
            yield from _texts(each)
