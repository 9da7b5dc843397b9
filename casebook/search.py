"""Full text over what was learned and made: SQLite's FTS5, with Danish letters folded."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from casebook.records import Row  # with all indicators, which a search does not need

SCHEMA = """
CREATE VIRTUAL TABLE search USING fts5(
  folded, engagement UNINDEXED, fictional UNINDEXED, kind UNINDEXED, id UNINDEXED,
  text UNINDEXED, themes UNINDEXED, phase UNINDEXED, groups UNINDEXED, maturity UNINDEXED,
  evidence UNINDEXED, document UNINDEXED, place UNINDEXED
)"""

KINDS = ("lesson", "tool", "activity", "insight", "claim")


@dataclass(frozen=True)
class Hit:
    """Something found: its text, and the engagement, document and cell or section it is from.

    `themes` and `groups` are words with spaces between; `place` is an id on the document's
    page: `cell-…` for what a cell published, else a section.
    """

    engagement: str
    fictional: bool
    kind: str
    id: str
    text: str
    themes: str
    phase: str | None
    groups: str
    maturity: str | None
    evidence: int | None
    document: str
    place: str


_COLUMNS = tuple(field.name for field in fields(Hit))


@dataclass(frozen=True)
class Filters:
    """What a hit must be; None lets everything through. `evidence` is the least level."""

    kind: str | None = None
    theme: str | None = None
    phase: str | None = None
    group: str | None = None
    maturity: str | None = None
    evidence: int | None = None
    engagement: str | None = None


def fold(text: str) -> str:
    """Text as it is searched: small letters, æ, ø and å as `ae`, `oe` and `aa`, no accents."""
    letters = text.lower().translate({ord("æ"): "ae", ord("ø"): "oe", ord("å"): "aa"})
    plain = unicodedata.normalize("NFKD", letters)
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def find(connection: sqlite3.Connection, query: str, filters: Filters) -> list[Hit]:
    """What has every word of the query, real engagements before fictional ones.

    First what has words that begin so, best first; then what has them inside its words, as
    »dialog« stands in »ledelsesdialog«. An empty query gives all that passes the filters.
    """
    words = re.findall(r"\w+", fold(query))
    conditions, values = _conditions(filters)
    prefixes = " ".join(f'"{word}"*' for word in words)
    begin = [*conditions, "search MATCH ?"], [*values, prefixes]
    inside = ["folded LIKE ?"] * len(words)
    contain = [*conditions, *inside], [*values, *(f"%{word}%" for word in words)]
    found = _select(connection, *begin) if words else []
    return list(dict.fromkeys([*found, *_select(connection, *contain)]))


def _conditions(filters: Filters) -> tuple[list[str], list[Any]]:
    exact = [(name, getattr(filters, name)) for name in ("kind", "phase", "maturity", "engagement")]
    among = [("themes", filters.theme), ("groups", filters.group)]
    conditions = [f"{name} = ?" for name, value in exact if value is not None]
    values: list[Any] = [value for _, value in exact if value is not None]
    for name, value in among:
        if value is not None:
            conditions.append(f"' ' || {name} || ' ' LIKE ?")
            values.append(f"% {value} %")
    if filters.evidence is not None:
        conditions.append("evidence >= ?")
        values.append(filters.evidence)
    return conditions, values


def _select(connection: sqlite3.Connection, conditions: list[str], values: list[Any]) -> list[Hit]:
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    ranked = "fictional, rank, " if "search MATCH ?" in conditions else "fictional, "
    statement = (
        f"SELECT {', '.join(_COLUMNS)} FROM search {where}"  # noqa: S608  # constants
        f" ORDER BY {ranked}engagement, rowid"
    )
    rows = connection.execute(statement, values)
    return [_hit(dict(zip(_COLUMNS, row, strict=True))) for row in rows]


def _hit(values: dict[str, Any]) -> Hit:
    return Hit(**{**values, "fictional": bool(values["fictional"])})


# --- What is searched --------------------------------------------------------------------------


def enter(connection: sqlite3.Connection, rows: Mapping[str, Sequence[Row]]) -> None:
    """Enter an engagement's lessons, tools, activities, insights and claims."""
    (engagement,) = rows["engagements"]
    for found in (*_lessons(rows), *_made(rows), *_published(rows), *_claims(rows)):
        entry = {
            "engagement": engagement["engagement"],
            "fictional": engagement["fictional"],
            "themes": engagement["themes"],
            "groups": "",
            **found,
        }
        words = _joined((entry["text"], found.get("more")))
        values = [fold(words), *(entry.get(name) for name in _COLUMNS)]
        places = ", ".join("?" * len(values))
        names = ", ".join(("folded", *_COLUMNS))
        connection.execute(f"INSERT INTO search ({names}) VALUES ({places})", values)  # noqa: S608


def settle(connection: sqlite3.Connection, maturities: Sequence[tuple[str, str, str]]) -> None:
    """Enter how mature lessons are: maturity, engagement and lesson."""
    if not maturities:
        return
    # The index finds words, not engagements: so its rows are looked through once for all.
    lessons = connection.execute("SELECT engagement, id, rowid FROM search WHERE kind = 'lesson'")
    rows = {(engagement, id): row for engagement, id, row in lessons}
    connection.executemany(
        "UPDATE search SET maturity = ? WHERE rowid = ?",
        ((maturity, rows[engagement, id]) for maturity, engagement, id in maturities),
    )


def _lessons(rows: Mapping[str, Sequence[Row]]) -> Iterator[Row]:
    for row in rows["lessons"]:
        yield {
            "kind": "lesson",
            "id": row["lesson"],
            "text": row["statement"],
            "more": _joined((row["condition"], row["counter_evidence"])),
            "phase": row["phase"],
            "document": "learning_summary",
            "place": "lessons",
            **({"themes": row["themes"]} if row["themes"] else {}),
        }


def _made(rows: Mapping[str, Sequence[Row]]) -> Iterator[Row]:
    for row in rows["tools"]:
        yield {
            "kind": "tool",
            "id": row["tool"],
            "text": f"{row['name']}, version {row['version']}",
            "more": _joined((row["kind"], row["purpose"], row["changes"], row["next"])),
            "phase": "tool_design",
            "document": "learning_summary",
            "place": "tool-log",
        }
    for row in rows["activities"]:
        yield {
            "kind": "activity",
            "id": row["activity"],
            "text": row["text"],
            "more": _joined((row["deviations"], row["note"])),
            "phase": row["phase"],
            "groups": row["group_kinds"],
            "document": row["phase"],
            "place": "phase",
        }


def _published(rows: Mapping[str, Sequence[Row]]) -> Iterator[Row]:
    for row in rows["insights"]:
        yield {
            "kind": "insight",
            "id": row["key"],
            "text": row["statement"],
            "phase": row["phase"],
            "evidence": row["evidence_level"],
            "document": row["phase"],
            "place": f"cell-{row['cell']}" if row["cell"] else "insights",
        }


def _claims(rows: Mapping[str, Sequence[Row]]) -> Iterator[Row]:
    for row in rows["claims"]:
        yield {
            "kind": "claim",
            "id": row["claim"],
            "text": row["text"],
            "more": _joined((row["contribution"], row["alternatives"])),
            "evidence": row["evidence_level"],
            "document": "learning_summary",
            "place": "effect" if row["kind"] == "claim" else "outcomes",
        }


def _joined(texts: Iterable[str | None]) -> str:
    return " ".join(text for text in texts if text)
