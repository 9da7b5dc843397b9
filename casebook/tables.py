"""The tables beside a parameter file: their columns, in English and in Danish."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casebook import cells, personal, sheets
from casebook.diagnostics import Diagnostic, Severity, Where
from casebook.messages import said
from casebook.sheets import Cell, Line


@dataclass(frozen=True)
class Column:
    """A column: the model's field it fills, how its cells are read, its other names.

    `free` text must not hold personal data; a `key` must not even be a person's name.
    """

    field: str
    read: Callable[[Cell], Any]
    names: tuple[str, ...] = ()
    required: bool = False
    free: bool = False
    key: bool = False


@dataclass(frozen=True)
class Row:
    """One row as values by field, with its line and the column of each field.

    `heading` is the line of the column's name where that name is the item.
    """

    values: dict[str, Any]
    file: str
    line: int
    columns: Mapping[str, int]
    heading: int | None = None

    def where(self, field: str = "") -> Where:
        """The place of one cell, or of the row."""
        line = self.heading if self.heading and field == "item" else self.line
        return Where(self.file, line, self.columns.get(field, 0))


TABLES: Mapping[str, Mapping[str, Column]] = {
    "sessions": {
        "session_id": Column("id", cells.text, ("session", "mødenr", "møde"), required=True),
        "activity_id": Column("activity", cells.text, ("activity", "aktivitet"), required=True),
        "status": Column("status", cells.status, (), required=True),
        "date": Column("date", cells.when, ("dato",)),
        "group_id": Column("group", cells.text, ("group", "gruppe")),
        "hours": Column("hours", cells.decimal, ("timer",)),
        "invited_n": Column("invited", cells.count, ("invited", "inviteret", "inviterede")),
        "attended_n": Column(
            "attended", cells.count, ("attended", "deltog", "deltagere", "fremmødte")
        ),
        "ownership_level": Column("ownership", cells.whole, ("ownership", "ejerskab")),
        "deviation": Column("deviation", cells.text, ("afvigelse",), free=True),
    },
    "attendance": {
        "session_id": Column("session", cells.text, ("session", "mødenr", "møde"), required=True),
        "person_id": Column("person", cells.text, ("pid", "person", "deltager"), key=True),
        "group_id": Column("group", cells.text, ("group", "gruppe")),
        "n": Column("n", cells.whole, ("antal",)),
        "note": Column("note", cells.text, ("bemærkning",), free=True, key=True),
    },
    "responses": {
        "survey_id": Column("survey", cells.text, ("survey", "undersøgelse", "skema")),
        "wave": Column("wave", cells.wave, ("måling", "runde")),
        "item_id": Column("item", cells.text, ("item", "spørgsmål"), required=True),
        "item_version": Column("version", cells.whole, ("version",)),
        "key": Column("key", cells.text, ("nøgle",), required=True, key=True),
        "value": Column("value", cells.decimal, ("svar", "værdi"), required=True),
    },
    "tool_use": {
        "tool_id": Column("tool", cells.text, ("tool", "værktøj"), required=True),
        "unit_id": Column("unit", cells.text, ("unit", "enhed"), required=True),
        "date": Column("date", cells.when, ("dato",), required=True),
        "lou_level": Column("level", cells.text, ("level", "niveau"), required=True),
        "note": Column("note", cells.text, ("bemærkning", "kilde", "source"), free=True),
    },
    "actors": {
        "actor_id": Column("id", cells.text, ("actor", "aktør"), required=True),
        "sector": Column("sector", cells.text, ("sektor",), required=True),
        "inside_outside": Column("place", cells.place, ("inde_ude", "placering"), required=True),
        "level": Column("level", cells.text, ("niveau",)),
        "name": Column("name", cells.text, ("navn", "organisation")),
    },
    "ties": {
        "from": Column("from", cells.text, ("fra",), required=True),
        "to": Column("to", cells.text, ("til",), required=True),
        "wave": Column("wave", cells.wave, ("måling", "runde"), required=True),
        "frey_level": Column("level", cells.whole, ("level", "niveau"), required=True),
    },
}
"""The tables in the order in which they are filled in: sessions before who came to them."""

RAW = ("attendance", "responses")
"""The tables that hold single persons; only counts go on from reading."""

_TOOLS_OWN = frozenset(
    {"id", "start_time", "starttidspunkt", "completion_time", "fuldførelsestidspunkt"}
    | {"last_modified_time", "tidspunkt_for_seneste_ændring", "sprog", "language"}
)
"""Columns that a survey tool adds to its export, and that nobody needs here."""

_LABEL_END = re.compile(r"[\s_-]+")


def read_table(path: Path, shown: str) -> tuple[list[Row], list[Diagnostic]]:
    """Read `<name>.csv` or `<name>.xlsx` into rows. `shown` is the file's name in messages.

    A table of responses may also have one column for each question, as survey tools export
    it: such a line becomes one row for each answer.
    """
    problems: list[Diagnostic] = []
    found = sheets.lines(path, shown, problems)
    if not found:
        if not problems:
            what = said("The table is empty.")
            hint = said("Fill it in, or delete the file.")
            problems.append(Diagnostic("CB144", Severity.ERROR, what, hint, Where(shown)))
        return [], problems
    head = _Head(path.stem, shown, found[0])
    problems += head.problems()
    rows = [row for line in found[1:] for row in head.rows(line, problems)]
    return rows, problems


class _Head:
    """The first line of a table: which column fills which field."""

    def __init__(self, table: str, shown: str, line: Line) -> None:
        self._expected = TABLES[table]
        self._shown = shown
        self._line = line.number
        self._labels = [str(cell) for cell in line.cells]
        names = {other: name for name, column in self._expected.items() for other in column.names}
        self._names = names | {name: name for name in self._expected}
        words = dict(enumerate(map(_word, self._labels)))
        self._columns = {
            at: self._expected[self._names[w]] for at, w in words.items() if w in self._names
        }
        others = {at: word for at, word in words.items() if word and at not in self._columns}
        self._personal = {at for at, word in others.items() if word in personal.HEADINGS}
        self._others = [at for at in others if at not in self._personal]
        fields = {column.field for column in self._columns.values()}
        self._wide = table == "responses" and not fields & {"item", "value"} and bool(others)
        if self._wide:
            self._others = [at for at in self._others if words[at] not in _TOOLS_OWN]
        self._positions = {c.field: (at + 1) for at, c in self._columns.items()}
        private = {at for at, column in self._columns.items() if column.free or column.key}
        self._may_tell = private | self._personal

    def problems(self) -> Iterator[Diagnostic]:
        """Columns that are not known, are there twice, or are missing."""
        seen: set[str] = set()
        for at, column in self._columns.items():
            if column.field in seen:
                what = said("Column '{label}' is there twice.", label=self._labels[at])
                yield self._error(at, what, said("Keep one of them."))
            seen.add(column.field)
        if self._wide:
            return
        for at in self._others:
            near = _did_you_mean(_word(self._labels[at]), self._names)
            known = said("Known: {words}.", words=", ".join(self._expected))
            what = said("Column '{label}' is not known.", label=self._labels[at])
            yield self._error(at, what, near or known)
        header = ", ".join(label for label in self._labels if label)
        for name, column in self._expected.items():
            if column.required and column.field not in seen:
                what = said(
                    "Column '{name}' is missing; the header is: {header}.", name=name, header=header
                )
                hint = said("Add the column. ';', ',' and tab between columns are accepted.")
                yield self._error(None, what, hint)

    def _error(self, at: int | None, message: str, hint: str) -> Diagnostic:
        where = Where(self._shown, self._line, 0 if at is None else at + 1)
        return Diagnostic("CB144", Severity.ERROR, message, hint, where)

    def rows(self, line: Line, problems: list[Diagnostic]) -> Iterator[Row]:
        """The rows that a line makes; what is wrong with it goes to `problems`."""
        values: dict[str, Any] = {}
        given = [(at, cell) for at, cell in enumerate(line.cells) if cell != ""]
        if given[-1][0] >= len(self._labels):
            what = said(
                "The row has {n} cells, the header {columns}.",
                n=given[-1][0] + 1,
                columns=len(self._labels),
            )
            hint = said("Put a text with the separator in it in quotes.")
            where = Where(self._shown, line.number)
            problems.append(Diagnostic("CB144", Severity.ERROR, what, hint, where))
        for at, cell in given:
            column = self._columns.get(at)
            if column:
                values[column.field] = column.read(cell)
            if at in self._may_tell:
                problems += self._private(line.number, at, str(cell))
        if not self._wide:
            if values:
                yield Row(values, self._shown, line.number, self._positions)
            return
        values.setdefault("key", f"row {line.number}")
        for at, cell in given:
            if at in self._others:
                answer = {"item": self._labels[at], "value": cells.decimal(cell)}
                columns = self._positions | {"item": at + 1, "value": at + 1}
                yield Row(values | answer, self._shown, line.number, columns, self._line)

    def _private(self, line: int, at: int, cell: str) -> Iterator[Diagnostic]:
        column = self._columns.get(at)
        found = None
        if at in self._personal and cell.lower() not in personal.ANONYMOUS:
            found = cell
        elif column:
            found = personal.trace(cell) or (personal.name(cell) if column.key else None)
        if found:
            label = self._labels[at]
            what = said("Column '{label}' has personal data.", label=label)
            hint = said("Delete it; where a person must be told apart, use a code such as p01.")
            where = Where(self._shown, line, at + 1)
            yield Diagnostic("CB145", Severity.ERROR, what, hint, where)


def _word(label: str) -> str:
    """A column's label as it is looked up: small, with `_` for spaces and hyphens."""
    return _LABEL_END.sub("_", label.strip().strip("\ufeff").lower())


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return said("Did you mean '{word}'?", word=near[0]) if near else ""
