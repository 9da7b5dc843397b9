"""The ledger's tables for readers: kept in step with parameter files and executed notebooks.

They can be made again at any time, and are: what the files say now is read where they have
changed since, and what notebooks published is taken from the ledger, or from the executed
notebooks where the ledger was lost. No notebook runs for it.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from casebook import fingerprint, ledger, looking, search
from casebook.collecting import no_collecting
from casebook.columns import TABLES
from casebook.errors import CasebookError
from casebook.indicators.intervals import Interval
from casebook.indicators.shift import Certainty, Change
from casebook.looking import File, Inputs
from casebook.messages import said
from casebook.model import Audience, Engagement
from casebook.portfolio import Entry
from casebook.workspace import Workspace

_SOURCES = """
CREATE TABLE sources (engagement TEXT PRIMARY KEY, stamp TEXT NOT NULL, parameters TEXT);
CREATE TABLE entries (
  engagement TEXT, audience TEXT, entry TEXT NOT NULL, PRIMARY KEY (audience, engagement)
);
CREATE TRIGGER published_anew AFTER INSERT ON published
  BEGIN DELETE FROM sources WHERE engagement = NEW.engagement; END;
"""

_KINDS = """
SELECT sources.engagement, json_extract(phase.value, '$.kind')
FROM sources, json_each(sources.parameters, '$.phases') AS phase
"""

_OWN = ("sources", "entries", "search")
"""The tables that are not for readers."""

_CERTAINTY = """
SELECT interval_low, interval_high, p_value FROM indicators
WHERE engagement = ? AND indicator = 'shift' AND subject = ? AND timing = ?
"""


@dataclass(frozen=True)
class Archive:
    """The ledger, open for reading. `unreadable` names the parameter files that are left out."""

    connection: sqlite3.Connection
    unreadable: tuple[str, ...] = ()

    def engagements(self) -> list[Engagement]:
        """Every engagement as the firm may see it; its insights stand in the table of that name."""
        with no_collecting():
            return list(self.each())

    def each(self) -> Iterator[Engagement]:
        """The same one by one, for who need not have all of them at once."""
        found = self.connection.execute("SELECT parameters FROM sources ORDER BY engagement")
        return (Engagement.model_validate_json(text) for (text,) in found if text)

    def kinds(self) -> dict[str, set[str]]:
        """The phases that each engagement has."""
        found: dict[str, set[str]] = {}
        for engagement, kind in self.connection.execute(_KINDS):
            found.setdefault(engagement, set()).add(kind)
        return found

    def entries(self, audience: Audience) -> list[Entry]:
        """What the casebook of an audience takes of each engagement that it may know of.

        They were redacted when the parameter files were read, from all that stands there.
        """
        select = "SELECT entry FROM entries WHERE audience = ? ORDER BY engagement"
        found = self.connection.execute(select, (audience,))
        return [Entry.model_validate_json(text) for (text,) in found]

    def certainty(self, engagement: str, change: Change) -> Certainty:
        """How sure a change is, as it was computed when the engagement was entered."""
        found = self.connection.execute(_CERTAINTY, (engagement, change.subject, change.timing))
        row: tuple[Any, Any, Any] = found.fetchone() or (None, None, None)
        low, high, p_value = row
        return None if low is None else Interval(low, high), p_value


def open_archive(workspace: Workspace) -> Archive:
    """The ledger of a workspace, brought up to date. Raises `CasebookError` if it is in use."""
    connection = ledger.connect(workspace.output)
    try:
        if _maker(connection) != fingerprint.of_casebook():
            from casebook import entering  # noqa: PLC0415  # reads YAML, and is seldom needed

            _create(connection)
            entering.restore(connection, workspace)
        return Archive(connection, tuple(_refresh(connection, workspace)))
    except sqlite3.OperationalError as error:
        path = workspace.output / ledger.NAME
        message = said("Cannot read {path}: {why}.", path=path, why=str(error))
        hint = said("Wait for a build that is under way, or delete the file: it is made again.")
        raise CasebookError(message, hint) from error


def _maker(connection: sqlite3.Connection) -> str:
    try:
        found = connection.execute("SELECT stamp FROM sources WHERE engagement = ''").fetchone()
    except sqlite3.OperationalError:
        return ""
    return str(found[0]) if found else ""


def _create(connection: sqlite3.Connection) -> None:
    """Empty tables, in place of any that another version of casebook made."""
    with connection:
        for name in (*_OWN, *TABLES):
            connection.execute(f"DROP TABLE IF EXISTS {name}")
        connection.execute("DROP TRIGGER IF EXISTS published_anew")
        for name, table in TABLES.items():
            columns = ", ".join(f"{column.name} {column.kind}" for column in table.columns)
            connection.execute(f"CREATE TABLE {name} ({columns})")
            connection.execute(f"CREATE INDEX {name}_of ON {name} (engagement)")
        connection.execute(search.SCHEMA)
    connection.executescript(_SOURCES)
    with connection:
        maker = ("", fingerprint.of_casebook())
        connection.execute("INSERT INTO sources VALUES (?, ?, NULL)", maker)


# --- In step with the files --------------------------------------------------------------------


def _refresh(connection: sqlite3.Connection, workspace: Workspace) -> Iterator[str]:
    """Read again what has changed, all or nothing; names the files that cannot be read."""
    files = workspace.parameter_files()
    known = dict(connection.execute("SELECT engagement, stamp FROM sources WHERE stamp != ''"))
    known.pop("", None)
    inputs = _look(connection, workspace)
    stamps = {name: inputs.content(name) for name in files if name in inputs.engagements}
    stale = [name for name, stamp in stamps.items() if known.get(name) != stamp]
    gone = [name for name in known if name not in files]
    if stale or gone:
        from casebook import entering  # noqa: PLC0415  # reads YAML, and is seldom needed

        with connection:
            for name in (*stale, *gone):
                _forget(connection, name)
            for name in stale:
                row = (name, stamps[name], entering.enter(connection, files[name]))
                connection.execute("INSERT OR REPLACE INTO sources VALUES (?, ?, ?)", row)
            entering.settle(connection, Archive(connection).each)
    left_out = connection.execute(
        "SELECT engagement FROM sources WHERE parameters IS NULL AND engagement != ''"
    )
    yield from (name for (name,) in left_out)


def _look(connection: sqlite3.Connection, workspace: Workspace) -> Inputs:
    """The files as they are now; only those that have moved are read."""
    seen: Mapping[str, File] = {}
    with contextlib.suppress(sqlite3.OperationalError):
        seen = looking.known(connection)
    return looking.look(workspace, seen)


def _forget(connection: sqlite3.Connection, name: str) -> None:
    for table in (*_OWN, *TABLES):
        connection.execute(f"DELETE FROM {table} WHERE engagement = ?", (name,))  # noqa: S608
