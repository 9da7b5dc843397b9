"""The ledger's tables for readers: kept in step with parameter files and executed notebooks.

They can be made again at any time, and are: what the files say now is read where they have
changed since, and what notebooks published is taken from the ledger, or from the executed
notebooks where the ledger was lost. No notebook runs for it.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from casebook import fingerprint, ledger, looking, records, search, source, support
from casebook.audience import view
from casebook.blocks import INSIGHT_MIME
from casebook.collecting import no_collecting
from casebook.columns import TABLES
from casebook.documents import DOCUMENTS, Key
from casebook.errors import CasebookError
from casebook.looking import File, Inputs
from casebook.messages import said
from casebook.model import Audience, Engagement, Insight, Origin, Phase
from casebook.phases import PHASES
from casebook.workspace import Workspace

_SOURCES = """
CREATE TABLE sources (engagement TEXT PRIMARY KEY, stamp TEXT NOT NULL, parameters TEXT);
CREATE TRIGGER published_anew AFTER INSERT ON published
  BEGIN DELETE FROM sources WHERE engagement = NEW.engagement; END;
"""


@dataclass(frozen=True)
class Archive:
    """The ledger, open for reading. `unreadable` names the parameter files that are left out."""

    connection: sqlite3.Connection
    unreadable: tuple[str, ...] = ()

    def engagements(self) -> list[Engagement]:
        """Every engagement as the firm may see it, with what its phase records published."""
        with no_collecting():
            return list(self.each())

    def each(self) -> Iterator[Engagement]:
        """The same one by one, for who need not have all of them at once."""
        found = self.connection.execute("SELECT parameters FROM sources ORDER BY engagement")
        return (Engagement.model_validate_json(text) for (text,) in found if text)


def open_archive(workspace: Workspace) -> Archive:
    """The ledger of a workspace, brought up to date. Raises `CasebookError` if it is in use."""
    connection = ledger.connect(workspace.output)
    try:
        if _maker(connection) != fingerprint.of_casebook():
            _create(connection)
            _restore(connection, workspace)
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
        for name in ("sources", "search", *TABLES):
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
    stamps = {name: inputs.content(name) for name in files if name in inputs.own}
    stale = [name for name, stamp in stamps.items() if known.get(name) != stamp]
    gone = [name for name in known if name not in files]
    with connection:
        for name in (*stale, *gone):
            _forget(connection, name)
        for name in stale:
            row = (name, stamps[name], _enter(connection, files[name]))
            connection.execute("INSERT OR REPLACE INTO sources VALUES (?, ?, ?)", row)
        if stale or gone:
            _settle(connection)
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
    for table in ("sources", "search", *TABLES):
        connection.execute(f"DELETE FROM {table} WHERE engagement = ?", (name,))  # noqa: S608


def _enter(connection: sqlite3.Connection, path: Path) -> str | None:
    """Enter what a parameter file says; the whole of it as JSON, None if it cannot be read."""
    try:
        engagement = source.read(path).engagement
    except OSError:
        return None
    if engagement is None:
        return None
    seen = _seen(connection, engagement)
    insights = [insight for phase in seen.phases for insight in phase.insights or ()]
    rows = records.rows(seen, insights)
    for name, found in rows.items():
        columns = [column.name for column in TABLES[name].columns]
        places = ", ".join("?" * len(columns))
        values = ([row[column] for column in columns] for row in found)
        connection.executemany(f"INSERT INTO {name} VALUES ({places})", values)  # noqa: S608
    search.enter(connection, rows)
    return seen.model_dump_json(by_alias=True, exclude_defaults=True)


def _seen(connection: sqlite3.Connection, engagement: Engagement) -> Engagement:
    """The engagement as the firm may see it, each phase with its insights."""
    seen = view(engagement, Audience.INTERNAL)
    published = _published(connection, engagement.id)
    done: set[str] = set()
    phases: list[Phase] = []
    for phase in seen.phases:
        insights: tuple[Insight, ...] = ()
        if phase.kind not in done:
            known = phase.kind in published
            insights = published[phase.kind] if known else PHASES[phase.kind](seen)
        phases.append(phase.model_copy(update={"insights": insights}))
        done.add(phase.kind)
    return seen.model_copy(update={"phases": tuple(phases)})


def _published(connection: sqlite3.Connection, id: str) -> Mapping[str, tuple[Insight, ...]]:
    """What an engagement's phase records published, by phase; in one language."""
    found: dict[str, dict[int, Insight]] = {}
    rows = connection.execute(
        "SELECT document, position, insight FROM published"
        " WHERE engagement = ? AND audience = 'internal' ORDER BY language, position",
        (id,),
    )
    for document, position, text in rows:
        found.setdefault(document, {}).setdefault(position, Insight.model_validate_json(text))
    return {document: tuple(insights.values()) for document, insights in found.items()}


def _settle(connection: sqlite3.Connection) -> None:
    """Say how mature each lesson is by what it rests on, now that all engagements are known."""
    archive = Archive(connection)
    known = support.backing(archive.each())
    lessons = connection.execute("SELECT engagement, lesson, maturity FROM lessons")
    said = {(engagement, lesson): maturity for engagement, lesson, maturity in lessons}
    rows = [
        (borne, engagement.id, lesson.id)
        for engagement in archive.each()
        for lesson in engagement.learning.lessons
        for borne in [support.maturity(lesson, known).value]
        if said.get((engagement.id, lesson.id)) != borne
    ]
    of_lesson = "engagement = ? AND lesson = ?"
    connection.executemany(f"UPDATE lessons SET maturity = ? WHERE {of_lesson}", rows)  # noqa: S608
    search.settle(connection, rows)


# --- From executed notebooks -------------------------------------------------------------------


def _restore(connection: sqlite3.Connection, workspace: Workspace) -> None:
    """Take what phase records published from the executed notebooks, where it is not known."""
    if connection.execute("SELECT 1 FROM published").fetchone():
        return
    for path in sorted(workspace.output.glob("*/notebooks/*.internal.*.ipynb")):
        document, audience, language = path.stem.split(".")
        if document not in DOCUMENTS or DOCUMENTS[document].phase is None:
            continue
        key = Key(path.parent.parent.name, document, Audience(audience), language)
        insights = _insights_in(path)
        rows = [(*key, at, found.key, found.model_dump_json()) for at, found in enumerate(insights)]
        with connection:
            connection.executemany("INSERT INTO published VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def _insights_in(path: Path) -> Sequence[Insight]:
    """The insights in an executed notebook; none where it is not one."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        name = notebook["metadata"].get("papermill", {}).get("input_path") or path.name
        return [
            insight.model_copy(update={"origin": Origin(notebook=name, cell=cell["id"])})
            for cell in notebook["cells"]
            for output in cell.get("outputs", ())
            if (data := output.get("data", {}).get(INSIGHT_MIME))
            for insight in [Insight.model_validate(data)]
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ValidationError):
        return ()
