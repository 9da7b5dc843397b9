"""How a cell of a table is read: Danish dates, decimal commas, Danish words.

A cell that is not what its column needs is left as it is, so that the model says what is wrong
with it, in the words of the person who typed it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from casebook.sheets import Cell

_ABSENT = ("unknown", "ukendt", "ikke oplyst", "ved ikke")
_STATUS = {
    "planlagt": "planned",
    "afholdt": "held",
    "holdt": "held",
    "flyttet": "moved",
    "aflyst": "cancelled",
    "ukendt": "unknown",
}
_WAVE = {
    "før": "before",
    "foer": "before",
    "efter": "after",
    "opfølgning": "followup",
    "retrospektiv": "retrospective",
    "opfoelgning": "followup",
}
_PLACE = {
    "indenfor": "inside",
    "inden for": "inside",
    "intern": "inside",
    "udenfor": "outside",
    "uden for": "outside",
    "ekstern": "outside",
}
_DAY = re.compile(r"^(\d{1,2})[-./](\d{1,2})[-./](\d{4})(?: \d{1,2}[:.]\d{2}(?:[:.]\d{2})?)?$")
_ISO_TIME = re.compile(r"^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(:\d{2})?$")
_MONTH = re.compile(r"^(\d{1,2})[-./](\d{4})$")
_INTEGER = re.compile(r"^-?\d{1,15}$")
_DECIMAL = re.compile(r"^-?(\d{1,15}|\d{1,3}(\.\d{3}){1,4})(,\d{1,15})?$")
_POINT = re.compile(r"^-?\d{1,15}\.(\d{1,2}|\d{4,15})$")


def text(cell: Cell) -> str:
    """A name or a text."""
    return str(cell)


def whole(cell: Cell) -> Any:
    """A whole number."""
    return int(cell) if isinstance(cell, str) and _INTEGER.match(cell) else cell


def count(cell: Cell) -> Any:
    """A head count, or the word for one that is not known."""
    if isinstance(cell, str) and cell.lower() in _ABSENT:
        return {"state": "unknown"}
    return whole(cell)


def decimal(cell: Cell) -> Any:
    """A number with a decimal comma or point: `7,5`, `1.234,5`, `7.5`.

    `1.234` alone is left as it is: it is one thing in Danish and another in English.
    """
    if not isinstance(cell, str):
        return float(cell)
    if _DECIMAL.match(cell) and ("," in cell or "." not in cell):
        return float(cell.replace(".", "").replace(",", "."))
    return float(cell) if _POINT.match(cell) else cell


def when(cell: Cell) -> str:
    """A date with the precision that is known: `06-03-2024`, `3/2024`, `2024-Q1`, `2024`."""
    cell = str(cell)
    if iso := _ISO_TIME.match(cell):
        return iso[1]
    if danish := _DAY.match(cell):
        day, month, year = map(int, danish.groups())
        return f"{year}-{month:02}-{day:02}" if _is_day(year, month, day) else cell
    if month_only := _MONTH.match(cell):
        month, year = map(int, month_only.groups())
        return f"{year}-{month:02}" if _is_day(year, month, 1) else cell
    return cell


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _word(cell: Cell, danish: Mapping[str, str]) -> str:
    word = str(cell).lower()
    return danish.get(word, word if word in danish.values() else str(cell))


def status(cell: Cell) -> str:
    """What became of a session."""
    return _word(cell, _STATUS)


def wave(cell: Cell) -> str:
    """The round of a survey."""
    return _word(cell, _WAVE)


def place(cell: Cell) -> str:
    """Inside or outside the client's organisation."""
    return _word(cell, _PLACE)
