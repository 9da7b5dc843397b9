"""Where a value stands, in the words that all messages use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

ValuePath = tuple[str | int, ...]
"""The way to a value: keys and list positions from the top."""


def place_in(values: Any, path: Sequence[str | int]) -> str:
    """A path as a person reads it: `participants.ledere.size`, `outcomes.tool_use[1].unit`.

    An item is called by its id; one without is counted from 1, as lines and rows are. `values`
    are those of the file, or the engagement that was made of them.
    """
    text = ""
    for step in path:
        values = _at(values, step)
        if isinstance(step, int):
            id = _at(values, "id")
            text += f".{id}" if isinstance(id, str) and id else f"[{step + 1}]"
        elif step != "value":
            text += f".{step}"
    return text.removeprefix(".")


def _at(values: Any, step: str | int) -> Any:
    """What stands in a mapping, a list or a part of the model; None where there is nothing."""
    if isinstance(values, Mapping):
        return values.get(step)
    if isinstance(step, int):
        held = getattr(values, "value", values)
        within = isinstance(held, (list, tuple)) and step < len(held)
        return held[step] if within else None
    fields = getattr(type(values), "model_fields", {})
    named = (name for name, info in fields.items() if (info.alias or name) == step)
    return getattr(values, next(named, ""), None)
