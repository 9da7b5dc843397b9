"""Comments and blank lines of a YAML text, taken out and put back around changed values.

A comment belongs to the value that it stands above or beside. A YAML library pins it to the value
before, and would lose it, or leave it with the wrong one, when that value goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from casebook import yaml_marks
from casebook.places import ValuePath
from casebook.todos import MARK


@dataclass(frozen=True)
class Pin:
    """What stands above (whole lines) and beside a value; its path names items by their ids."""

    path: ValuePath
    above: tuple[str, ...] = ()
    beside: str = ""

    @property
    def text(self) -> str:
        """All that the comments say."""
        return "\n".join((*self.above, self.beside))


def taken(text: str) -> tuple[str, list[Pin]]:
    """A YAML text without comments and blank lines, and these by the values they belong to.

    What stands above the first value speaks of the whole file, and is not among them.
    """
    homes = _homes(text)
    inside = _inside(text)
    bare: list[str] = []
    above: list[str] = []
    pins: list[Pin] = []
    at = 0
    for number, line in enumerate(text.splitlines(), 1):
        cut = _cut(line, at, inside)
        content, beside = (line, "") if cut is None else (line[:cut].rstrip(), line[cut:])
        if not content and at not in inside:
            above.append(line.strip())
        else:
            bare.append(content)
            if (above and bare[1:]) or beside:
                first = not bare[1:]
                pins.append(Pin(homes.get(number, ()), () if first else tuple(above), beside))
            above = []
        at += len(line) + 1
    return "\n".join(bare) + "\n", pins


def put_back(text: str, pins: Iterable[Pin]) -> str:
    """A YAML text with the comments of the values that are still there and answered."""
    lines = text.splitlines()
    marked = yaml_marks.load(text)
    there = {path: number for number, path in reversed(_homes(text).items())}
    above: dict[int, tuple[str, ...]] = {}
    for pin in pins:
        number = there.get(pin.path)
        if number is None or _is_todo(marked.data, pin.path):
            continue
        line = lines[number - 1]
        indent = line[: len(line) - len(line.lstrip())]
        above[number] = tuple(f"{indent}{each}" if each else "" for each in pin.above)
        if pin.beside:
            lines[number - 1] = f"{line}  {pin.beside}"
    whole = ((*above.get(number, ()), line) for number, line in enumerate(lines, 1))
    return "\n".join(line for each in whole for line in each) + "\n"


def _homes(text: str) -> dict[int, ValuePath]:
    """The outermost value that begins on each line."""
    marked = yaml_marks.load(text)
    found: dict[int, ValuePath] = {}
    for path, (line, _) in marked.places.items():
        if path and (line not in found or len(path) < len(found[line])):
            found[line] = path
    return {line: _named(marked.data, path) for line, path in found.items()}


def _named(values: Any, path: ValuePath) -> ValuePath:
    named: list[str | int] = []
    for step in path:
        values = values[step] if not isinstance(step, str) or step in values else {}
        id = values.get("id") if isinstance(values, dict) and isinstance(step, int) else None
        named.append(id or step)
    return tuple(named)


def _is_todo(values: Any, path: ValuePath) -> bool:
    for step in path:
        if isinstance(values, list):
            values = next((v for at, v in enumerate(values) if step in (_id(v), at)), None)
        else:
            values = values.get(step) if isinstance(values, dict) else None
    return isinstance(values, str) and values.startswith(MARK)


def _id(value: Any) -> Any:
    return value.get("id") if isinstance(value, dict) else None


def _inside(text: str) -> range | set[int]:
    """The positions in the text that belong to texts of several words, where # is a letter."""
    return set(_positions(text))


def _positions(text: str) -> Iterator[int]:
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        if isinstance(token, yaml.ScalarToken):
            yield from range(token.start_mark.index, token.end_mark.index)


def _cut(line: str, start: int, inside: range | set[int]) -> int | None:
    """Where the comment of a line begins."""
    for at, letter in enumerate(line):
        opens = letter == "#" and (at == 0 or line[at - 1].isspace())
        if opens and start + at not in inside:
            return at
    return None
