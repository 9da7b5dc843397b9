"""What parameter files say, and what notebooks published, entered into the ledger's tables."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from casebook import portfolio, records, search, source, support
from casebook.audience import view
from casebook.blocks import INSIGHT_MIME
from casebook.columns import TABLES
from casebook.documents import DOCUMENTS, Key
from casebook.model import Audience, Engagement, Insight, Origin
from casebook.phases import PHASES
from casebook.workspace import Workspace


def enter(connection: sqlite3.Connection, path: Path) -> str | None:
    """Enter what a parameter file says; the whole of it as JSON, None if it cannot be read."""
    try:
        engagement = source.read(path).engagement
    except OSError:
        return None
    if engagement is None:
        return None
    seen = view(engagement, Audience.INTERNAL)
    rows = records.rows(seen, _insights(connection, seen))
    for name, found in rows.items():
        columns = [column.name for column in TABLES[name].columns]
        places = ", ".join("?" * len(columns))
        values = ([row[column] for column in columns] for row in found)
        connection.executemany(f"INSERT INTO {name} VALUES ({places})", values)  # noqa: S608
    search.enter(connection, rows)
    _enter_entries(connection, path.stem, engagement)
    return seen.model_dump_json(by_alias=True, exclude_defaults=True)


def _enter_entries(connection: sqlite3.Connection, name: str, engagement: Engagement) -> None:
    """Enter what the casebook of each audience takes of an engagement."""
    for audience in Audience:
        if one := portfolio.entry_for(engagement, audience):
            text = one.model_dump_json(by_alias=True, exclude_defaults=True)
            row = (name, audience, text)
            connection.execute("INSERT INTO entries VALUES (?, ?, ?)", row)


def _insights(connection: sqlite3.Connection, seen: Engagement) -> list[Insight]:
    """What the phase records published; of a phase without one, the standard insights."""
    published = _published(connection, seen.id)
    kinds = dict.fromkeys(phase.kind for phase in seen.phases)
    found = (published[k] if k in published else PHASES[k](seen) for k in kinds)
    return [insight for insights in found for insight in insights]


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


def settle(connection: sqlite3.Connection, each: Callable[[], Iterable[Engagement]]) -> None:
    """Say how mature each lesson is by what it rests on, now that all engagements are known."""
    known = support.backing(each())
    lessons = connection.execute("SELECT engagement, lesson, maturity FROM lessons")
    said = {(engagement, lesson): maturity for engagement, lesson, maturity in lessons}
    rows = [
        (borne, engagement.id, lesson.id)
        for engagement in each()
        for lesson in engagement.learning.lessons
        for borne in [support.maturity(lesson, known).value]
        if said.get((engagement.id, lesson.id)) != borne
    ]
    of_lesson = "engagement = ? AND lesson = ?"
    connection.executemany(f"UPDATE lessons SET maturity = ? WHERE {of_lesson}", rows)  # noqa: S608
    search.settle(connection, rows)


# --- From executed notebooks -------------------------------------------------------------------


def restore(connection: sqlite3.Connection, workspace: Workspace) -> None:
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
