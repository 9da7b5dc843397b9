"""The tables beside a parameter file, as Excel and survey tools in Denmark save them.

`;` or `,` between columns, decimal comma, UTF-8 with or without a byte order mark or (said)
Windows-1252, Danish or English column names, dd-mm-yyyy dates, blank rows.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casebook.diagnostics import Diagnostic, Severity, Where


@dataclass(frozen=True)
class Column:
    """A column: the model's field it fills, how its cells are read, its Danish names."""

    field: str
    read: Callable[[str], Any]
    danish: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Row:
    """One row as values by field, with the place of each cell."""

    values: dict[str, Any]
    file: str
    line: int
    columns: Mapping[str, int]

    def where(self, field: str = "") -> Where:
        """The place of one cell, or of the row."""
        return Where(self.file, self.line, self.columns.get(field, 0))


_ABSENT = {"unknown": "unknown", "ukendt": "unknown", "ikke oplyst": "unknown"}
_STATUS = {
    "planlagt": "planned",
    "afholdt": "held",
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
}
_DANISH_DATE = re.compile(r"^(\d{1,2})[-./](\d{1,2})[-./](\d{4})$")


def _text(cell: str) -> str:
    return cell


def _count(cell: str) -> Any:
    if cell.lower() in _ABSENT:
        return {"state": _ABSENT[cell.lower()]}
    return int(cell) if re.fullmatch(r"-?\d+", cell) else cell


def _whole(cell: str) -> Any:
    return int(cell) if re.fullmatch(r"-?\d+", cell) else cell


def _decimal(cell: str) -> Any:
    plain = cell.replace(",", ".")
    return float(plain) if re.fullmatch(r"-?\d+(\.\d+)?", plain) else cell


def _date(cell: str) -> str:
    danish = _DANISH_DATE.match(cell)
    return f"{danish[3]}-{int(danish[2]):02}-{int(danish[1]):02}" if danish else cell


def _status(cell: str) -> str:
    return _STATUS.get(cell.lower(), cell.lower())


def _wave(cell: str) -> str:
    return _WAVE.get(cell.lower(), cell.lower())


TABLES: Mapping[str, Mapping[str, Column]] = {
    "sessions": {
        "session_id": Column("id", _text, ("session", "mødenr"), required=True),
        "activity_id": Column("activity", _text, ("aktivitet",), required=True),
        "status": Column("status", _status, (), required=True),
        "date": Column("date", _date, ("dato",)),
        "group_id": Column("group", _text, ("gruppe",)),
        "hours": Column("hours", _decimal, ("timer",)),
        "invited_n": Column("invited", _count, ("inviteret", "inviterede")),
        "attended_n": Column("attended", _count, ("deltog", "deltagere", "fremmødte")),
        "ownership_level": Column("ownership", _whole, ("ejerskab",)),
        "deviation": Column("deviation", _text, ("afvigelse",)),
    },
    "responses": {
        "survey_id": Column("survey", _text, ("undersøgelse", "skema"), required=True),
        "wave": Column("wave", _wave, ("måling", "runde"), required=True),
        "item_id": Column("item", _text, ("spørgsmål",), required=True),
        "item_version": Column("version", _whole, ("version",)),
        "key": Column("key", _text, ("nøgle",), required=True),
        "value": Column("value", _decimal, ("svar", "værdi"), required=True),
    },
    "tool_use": {
        "tool_id": Column("tool", _text, ("værktøj",), required=True),
        "unit_id": Column("unit", _text, ("enhed",), required=True),
        "date": Column("date", _date, ("dato",), required=True),
        "lou_level": Column("level", _text, ("niveau",), required=True),
        "note": Column("note", _text, ("bemærkning", "kilde", "source")),
    },
}


def read_table(path: Path, shown: str) -> tuple[list[Row], list[Diagnostic]]:
    """Read `<name>.csv` into rows. `shown` is the file's name in messages."""
    diagnostics: list[Diagnostic] = []
    reader = _reader(_decoded(path, shown, diagnostics))
    header: list[str] = next(reader, [])
    columns = _columns(header, TABLES[path.stem], shown, diagnostics)
    positions = {column.field: at + 1 for at, column in columns.items()}
    rows = []
    for cells in reader:
        values = {
            columns[at].field: columns[at].read(cell.strip())
            for at, cell in enumerate(cells)
            if at in columns and cell.strip()
        }
        if values:
            rows.append(Row(values, shown, reader.line_num, positions))
    return rows, diagnostics


def _decoded(path: Path, shown: str, diagnostics: list[Diagnostic]) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        what = f"{path.name} is not UTF-8 (byte 0x{raw[error.start]:02X}); read as Windows-1252."
        hint = "Check æ, ø and å on the page, or save it as 'CSV UTF-8' in Excel."
        where = Where(shown, line)
        diagnostics.append(Diagnostic("CB143", Severity.WARNING, what, hint, where))
        return raw.decode("cp1252", errors="replace")


def _reader(text: str) -> Any:
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") >= first.count(",") else ","
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _columns(
    header: list[str],
    expected: Mapping[str, Column],
    shown: str,
    diagnostics: list[Diagnostic],
) -> dict[int, Column]:
    """Which column of the file fills which field, by position."""
    names = {alias: name for name, column in expected.items() for alias in column.danish}
    names |= {name: name for name in expected}
    found: dict[int, Column] = {}
    for at, label in enumerate(header):
        word = label.strip().lower()
        if word in names:
            found[at] = expected[names[word]]
        elif word:
            what = f"Column '{label.strip()}' is not known."
            hint = _did_you_mean(word, names) or f"Known: {', '.join(expected)}."
            where = Where(shown, 1, at + 1)
            diagnostics.append(Diagnostic("CB144", Severity.ERROR, what, hint, where))
    missing = [n for n, c in expected.items() if c.required and c not in found.values()]
    for name in missing:
        what = f"Column '{name}' is missing; the header is: {', '.join(header) or 'empty'}."
        hint = "Add the column. Both ';' and ',' between columns are accepted."
        diagnostics.append(Diagnostic("CB144", Severity.ERROR, what, hint, Where(shown, 1)))
    return found


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"Did you mean '{near[0]}'?" if near else ""
