"""What is still to be answered: values that begin with TODO, in place of any kind of value."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from casebook.messages import said
from casebook.places import ValuePath, place_in

CODE = "CB148"
MARK = "TODO"


def left(values: Mapping[str, Any]) -> dict[ValuePath, str]:
    """Every TODO in plain values, by its path."""
    found: dict[ValuePath, str] = {}
    _look(values, (), found)
    return found


def _look(values: Any, path: ValuePath, found: dict[ValuePath, str]) -> None:
    """Add what is left within a mapping or a list. Runs for every one of every file."""
    for key, value in values.items() if type(values) is dict else enumerate(values):
        kind = type(value)
        if kind is str:
            if value.startswith(MARK):
                found[*path, key] = value
        elif kind is dict or kind is list or kind is tuple:
            _look(value, (*path, key), found)


def without(values: Any, paths: Collection[ValuePath], path: ValuePath = ()) -> Any:
    """Plain values without those at these paths."""
    if isinstance(values, Mapping):
        return {
            key: without(value, paths, (*path, key))
            for key, value in values.items()
            if (*path, key) not in paths
        }
    if isinstance(values, list):
        return [
            without(value, paths, (*path, at))
            for at, value in enumerate(values)
            if (*path, at) not in paths
        ]
    return values


def asked(text: str) -> str:
    """The question in a TODO; empty where there is none."""
    return text.removeprefix(MARK).strip(" :")


def told(values: Any, path: ValuePath, text: str) -> str:
    """What is still to be answered, with what is asked."""
    question, place = asked(text), place_in(values, path)
    if question:
        return said("{place} is still TODO: {question}", place=place, question=question)
    return said("{place} is still TODO.", place=place)


def named(values: Any, path: ValuePath) -> tuple[str, ...]:
    """A path with the ids of items for their positions."""
    parts = []
    for step in path:
        values = values[step]
        id = values.get("id") if isinstance(values, Mapping) and isinstance(step, int) else None
        parts.append(str(id or step))
    return tuple(parts)
