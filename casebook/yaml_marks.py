"""A YAML text as plain values, with the place of every value and the traps of YAML explained.

papermill reads parameter files with YAML 1.1. So that one file means the same to every tool,
what YAML 1.1 would turn into something unexpected is a diagnostic here, not a surprise there.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

from casebook.messages import said
from casebook.places import ValuePath
from casebook.yaml_faults import Place, explain

MAX_DEPTH = 30
MAX_CHARACTERS = 1_000_000

_INTEGER = re.compile(r"^[-+]?(0|[1-9]\d{0,14})$")
_NUMBER_ELSEWHERE = re.compile(r"^([-+]?(\.\d+|\d+(\.\d*)?)[eE][-+]?\d+|0o[0-7]+)$")
"""What YAML 1.2 takes for a number and YAML 1.1 for a text."""
_FLOAT = re.compile(r"^-?\d{1,15}\.\d{1,15}$")
_BOOLEANS = {"true": True, "false": False}
_TAG = "tag:yaml.org,2002:"
_RESOLVER = yaml.resolver.Resolver()


@dataclass(frozen=True)
class Problem:
    """Something wrong with the YAML itself, at a place."""

    code: str
    message: str
    hint: str
    place: Place


@dataclass
class Marked:
    """The values of a YAML text, the place of each by its path, and what is wrong."""

    data: Any = None
    places: dict[ValuePath, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def load(text: str) -> Marked:
    """Read one YAML document. Never raises for bad content: see `problems`."""
    marked = Marked()
    if len(text) > MAX_CHARACTERS:
        what = said(
            "The file has {n} characters; at most {most} are read.",
            n=len(text),
            most=MAX_CHARACTERS,
        )
        marked.problems.append(Problem("CB100", what, said("Put long lists into tables."), (1, 1)))
        return marked
    try:
        _Reader(text, marked).read()
    except yaml.YAMLError as error:
        marked.problems.append(Problem("CB100", *explain(error, text)))
    except _TooDeepError as error:
        what = said("Values are nested more than {most} deep.", most=MAX_DEPTH)
        hint = said("Look for unclosed brackets.")
        marked.problems.append(Problem("CB100", what, hint, error.place))
    return marked


class _TooDeepError(Exception):
    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place


class _Reader:
    """Builds values from the parser's events: no recursion deeper than `MAX_DEPTH`."""

    def __init__(self, text: str, marked: Marked) -> None:
        self._next: Callable[[], Any] = yaml.CSafeLoader(text).get_event
        self._marked = marked
        self._places = marked.places
        self._brackets = 0

    def read(self) -> None:
        event = self._next()
        while not isinstance(event, (yaml.DocumentStartEvent, yaml.StreamEndEvent)):
            event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            return
        first = self._next()
        self._places[()] = _place(first)
        self._marked.data = self._value(first, ())
        self._next()
        trailing = self._next()
        if not isinstance(trailing, yaml.StreamEndEvent):
            what, hint = said("There is a second document."), said("Keep one per file.")
            self._problem("CB100", what, hint, trailing)

    def _problem(self, code: str, message: str, hint: str, event: Any) -> None:
        self._marked.problems.append(Problem(code, message, hint, _place(event)))

    def _value(self, event: Any, path: ValuePath) -> Any:
        """The value that begins with an event. Runs for every value of every file."""
        if len(path) > MAX_DEPTH:
            raise _TooDeepError(_place(event))
        if event.anchor is not None:
            self._anchor(event)
        kind = type(event)
        if kind is yaml.ScalarEvent:
            return self._scalar(event)
        if kind is yaml.AliasEvent:
            return None
        self._brackets += bool(event.flow_style)
        read = self._mapping if kind is yaml.MappingStartEvent else self._sequence
        values = read(path)
        self._brackets -= bool(event.flow_style)
        return values

    def _anchor(self, event: Any) -> None:
        what = said("Anchors (&, *) and merges (<<) are not used.")
        self._problem("CB154", what, said("Write the value out where it is used."), event)

    def _mapping(self, path: ValuePath) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while type(event := self._next()) is not yaml.MappingEndEvent:
            key = self._key(event, path)
            home = (*path, key)
            value_event = self._next()
            if key in values:
                what = said(
                    "Key '{key}' appears twice (lines {first} and {second}).",
                    key=key,
                    first=self._places[home][0],
                    second=_place(event)[0],
                )
                self._problem("CB102", what, said("Keep one of them."), event)
                self._value(value_event, (*home, "again"))
                continue
            self._places[home] = _place(event)
            values[key] = self._value(value_event, home)
        return values

    def _key(self, event: Any, path: ValuePath) -> str:
        if type(event) is not yaml.ScalarEvent:
            hint = said("A text with {{ or [ in it needs quotes around it.")
            self._problem("CB100", said("A key must be a single word."), hint, event)
            self._value(event, (*path, "?"))
            return "?"
        if event.value == "<<":
            self._anchor(event)
        self._scalar(event)
        return event.value

    def _sequence(self, path: ValuePath) -> list[Any]:
        values: list[Any] = []
        while type(event := self._next()) is not yaml.SequenceEndEvent:
            home = (*path, len(values))
            self._places[home] = _place(event)
            values.append(self._value(event, home))
        return values

    def _scalar(self, event: Any) -> Any:
        raw: str = event.value
        if event.tag and not event.tag.startswith(_TAG):
            what = said("The tag '{tag}' has no meaning here.", tag=event.tag)
            self._problem("CB153", what, said("Take it away."), event)
            return raw
        if not event.implicit[0]:
            return raw
        if self._brackets and "?" in raw:
            what = said("A text with ? inside {{ }} or [ ] stops other readers of YAML.")
            self._problem("CB153", what, said("Put the whole text in quotes."), event)
        value, trap = _plain(raw)
        if trap:
            self._problem("CB153", *trap, event)
        return value


@functools.lru_cache(maxsize=10_000)
def _plain(raw: str) -> tuple[Any, tuple[str, str] | None]:
    """What a plain scalar means; where others read it otherwise, what to say and to do."""
    tag = _resolved(raw)
    if tag == "null":
        return None, None
    if tag == "bool" and raw.lower() in _BOOLEANS:
        return _BOOLEANS[raw.lower()], None
    if tag == "int" and _INTEGER.match(raw):
        return int(raw), None
    if tag == "float" and _FLOAT.match(raw):
        return float(raw), None
    return raw, _trap(tag, raw)


def _trap(tag: str, raw: str) -> tuple[str, str] | None:
    if tag in ("bool", "int", "float"):
        what = said("YAML reads {raw} without quotes as {read}.", raw=raw, read=_as_read(raw))
        if tag == "bool":
            return what, said('Write true or false; or "{raw}" in quotes for the word.', raw=raw)
        return what, said('Write "{raw}" in quotes.', raw=raw)
    if _NUMBER_ELSEWHERE.match(raw):
        what = said("{raw} is a text to some readers of YAML and a number to others.", raw=raw)
        return what, said('Write "{raw}" in quotes, or write the number out.', raw=raw)
    return None


def _as_read(raw: str) -> str:
    """What other readers make of a value."""
    try:
        return repr(yaml.safe_load(raw))
    except (yaml.YAMLError, ValueError):  # a number with thousands of digits
        return "a number"


def _resolved(raw: str) -> str:
    """What YAML 1.1 takes a plain scalar for, such as `int`, `bool` or `str`."""
    tag = _RESOLVER.resolve(yaml.ScalarNode, raw, (True, False))  # type: ignore[no-untyped-call]  # PyYAML
    return str(tag).removeprefix(_TAG)


def _place(event: Any) -> Place:
    mark = event.start_mark
    return mark.line + 1, mark.column + 1
