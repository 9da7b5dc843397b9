"""What the parser of YAML stumbles over, in the words of those who typed it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import yaml

from casebook.messages import said

Place = tuple[int, int]
"""Line and column, counted from 1."""


class Fault(NamedTuple):
    """What is wrong, the remedy, and the place."""

    message: str
    hint: str
    place: Place


def explain(error: yaml.YAMLError, text: str) -> Fault:
    """What made the parser stop in a text, at the line to look at."""
    if isinstance(error, yaml.reader.ReaderError):
        before = text[: error.position]
        place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        message = said("There is a sign that cannot be seen (number {n}).", n=error.character)
        return Fault(message, said("Delete it."), place)
    problem, stopped = _text(error, "problem"), _place(error, "problem_mark")
    begun = _place(error, "context_mark") or stopped or (1, 1)
    sign = _sign(text, stopped or begun)
    for words, told in _BEGUN.items():
        if words in problem:
            return Fault(*told(), begun)
    for words, told in _STOPPED.items():
        if words in problem and (words != _TOKEN or sign == "\t"):
            return Fault(*told(), stopped or begun)
    if _TOKEN in problem:
        message = said("A text cannot begin with {sign}.", sign=sign)
        return Fault(message, said("Put the whole text in quotes."), stopped or begun)
    why = problem or str(error).splitlines()[0]
    hint = said(
        "Look at this line and the one above: indentation, colons, and quotes that do not end."
    )
    return Fault(said("This is not YAML: {why}.", why=why), hint, stopped or begun)


Told = Callable[[], tuple[str, str]]


def _quote() -> tuple[str, str]:
    hint = said("Put the same quote at its end; inside it write '' for ', and \\\" for \".")
    return said("A quote begins here and does not end."), hint


def _bracket() -> tuple[str, str]:
    hint = said("Close it, and put a text with a bracket or a comma in it in quotes.")
    return said("A bracket begins here and is not closed."), hint


def _colon_missing() -> tuple[str, str]:
    return said("A field has no ':' after its name."), said("Put a colon and a space after it.")


def _tab() -> tuple[str, str]:
    return said("The line begins with a tab."), said("Indent with spaces, not tabs.")


def _colon() -> tuple[str, str]:
    hint = said(
        'A text with ": " in it needs quotes around it; a field is indented as those beside it.'
    )
    return said("There is a ':' where none may stand."), hint


def _astray() -> tuple[str, str]:
    hint = said("Indent it as the lines beside it; a text that begins with a quote ends with it.")
    return said("This does not belong to what stands above it."), hint


def _escape() -> tuple[str, str]:
    hint = said("Write \\\\ for \\, or put the text in ' instead of \".")
    return said("\\ before this sign has no meaning in a text in quotes."), hint


_TOKEN = "cannot start any token"  # noqa: S105  # of YAML

_BEGUN: dict[str, Told] = {
    "unexpected end of stream": _quote,
    "unexpected document indicator": _quote,
    "expected ',' or": _bracket,
    "could not find expected ':'": _colon_missing,
}
"""What is told where it began, by the parser's words."""

_STOPPED: dict[str, Told] = {
    "tab character": _tab,
    _TOKEN: _tab,
    "mapping values are not allowed": _colon,
    "did not find expected key": _astray,
    "did not find expected '-' indicator": _astray,
    "unknown escape character": _escape,
}
"""What is told where the parser stopped, by its words."""


def _text(error: yaml.YAMLError, name: str) -> str:
    return str(getattr(error, name, None) or "")


def _place(error: yaml.YAMLError, name: str) -> Place | None:
    mark = getattr(error, name, None)
    return (mark.line + 1, mark.column + 1) if mark else None


def _sign(text: str, place: Place) -> str:
    line = text.split("\n")[place[0] - 1 : place[0]]
    return line[0][place[1] - 1 : place[1]] if line else ""
