"""A parameter file with all that it extends, as YAML that says where each value comes from."""

from __future__ import annotations

from typing import Any

import yaml

from casebook import yaml_marks
from casebook.layers import Layer
from casebook.places import ValuePath


class _OneLine(yaml.SafeDumper):
    """Writes every text on one line, so that its origin can stand beside it."""


def _text(dumper: _OneLine, text: str) -> yaml.ScalarNode:
    style = '"' if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_OneLine.add_representer(str, _text)


def origins(layer: Layer) -> dict[str, str]:
    """The place of every single value, by its path."""
    return {
        ".".join(map(str, path)): str(where)
        for path, where in layer.places.items()
        if path and not isinstance(_at(layer.data, path), (dict, list))
    }


def as_yaml(layer: Layer) -> str:
    """The values as YAML, each with `# file:line` beside it."""
    written = yaml.dump(
        layer.data, Dumper=_OneLine, allow_unicode=True, sort_keys=False, width=float("inf")
    )
    lines = written.splitlines()
    for path, (number, _) in yaml_marks.load(written).places.items():
        where = layer.places.get(path)
        if where and path and not isinstance(_at(layer.data, path), (dict, list)):
            lines[number - 1] += f"  # {where.file}:{where.line}"
    return "\n".join(lines) + "\n"


def _at(values: Any, path: ValuePath) -> Any:
    for step in path:
        known = step in values if isinstance(values, dict) else isinstance(step, int)
        values = values[step] if known else None
    return values
