"""What was built from what, and every insight: one SQLite file beside the pages.

It is a cache: where it is lost, broken or of another version, everything is built again. The
tables for readers in the same file are those of `casebook.archive`.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from casebook.diagnostics import Diagnostic, as_text, from_text
from casebook.documents import Key
from casebook.errors import CasebookError, reason
from casebook.fingerprint import Fingerprint, digest
from casebook.messages import NOTHING, Said, said
from casebook.model import Audience, Insight
from casebook.workspace import LEDGER

NAME = LEDGER
NOTEBOOK = "ipynb"
"""The format under which an executed notebook is remembered."""

_VERSION = 4
_SCHEMA = """
CREATE TABLE files (
  engagement TEXT, document TEXT, audience TEXT, language TEXT, format TEXT,
  path TEXT NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL, digest TEXT NOT NULL,
  fingerprint TEXT NOT NULL, warnings TEXT NOT NULL,
  PRIMARY KEY (engagement, document, audience, language, format)
);
CREATE TABLE published (
  engagement TEXT, document TEXT, audience TEXT, language TEXT, position INTEGER,
  key TEXT NOT NULL, insight TEXT NOT NULL,
  PRIMARY KEY (engagement, document, audience, language, position)
);
"""
_KEY = "engagement, document, audience, language"
_OF_KEY = "engagement = ? AND document = ? AND audience = ? AND language = ?"


@dataclass(frozen=True)
class Record:
    """A file that was built: from what, what it held, and what became of it since.

    `condition` is empty while the file is as it was built, else `is missing` or `was edited`;
    `warnings` is what was said of it when it was made.
    """

    fingerprint: Fingerprint
    digest: str
    condition: Said = NOTHING
    warnings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A file that has just been written.

    The digest of what it holds, what it was made from, and what was said of it.
    """

    format: str
    path: Path
    digest: str
    fingerprint: Fingerprint
    warnings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class Memory:
    """What a ledger knows: files by key and format, insights by key."""

    files: dict[tuple[Key, str], Record]
    insights: dict[Key, tuple[Insight, ...]]


class Ledger:
    """The ledger of an output folder, open for writing. Every entry is saved at once."""

    def __init__(self, output: Path) -> None:
        self._output = output
        try:
            self._connection = _open(output / NAME)
        except (sqlite3.Error, OSError) as error:
            raise _not_written(output / NAME, str(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()
        if isinstance(error, sqlite3.Error):
            raise _not_written(self._output / NAME, str(error)) from error

    def memory(self, engagements: Sequence[str], *, paranoid: bool = False) -> Memory:
        """What is remembered of engagements, compared with the files on disk.

        With `paranoid` they are read also where neither size nor time have changed.
        """
        return _memory(self._connection, self._output, engagements, paranoid=paranoid)

    def published(self, language: str) -> dict[Key, tuple[Insight, ...]]:
        """The insights of every phase record in a language; of some, there may be none."""
        wanted = f"audience = '{Audience.INTERNAL}' AND language = ?"
        rows = self._connection.execute(
            f"SELECT DISTINCT {_KEY} FROM files WHERE {wanted} AND format = ?",  # noqa: S608
            (language, NOTEBOOK),
        )
        insights: dict[Key, tuple[Insight, ...]] = {_key(row): () for row in rows}
        return insights | _insights(self._connection, wanted, (language,))

    def enter(
        self, key: Key, entries: Iterable[Entry], insights: Sequence[Insight] | None = None
    ) -> None:
        """Enter files that have just been written, all or none.

        With `insights`, they take the place of those that the notebook published before.
        """
        with self._connection as transaction:
            transaction.executemany(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(*key, *self._row(entry)) for entry in entries],
            )
            if insights is None:
                return
            rows = [(*key, n, one.key, one.model_dump_json()) for n, one in enumerate(insights)]
            transaction.execute(f"DELETE FROM published WHERE {_OF_KEY}", key)  # noqa: S608  # a constant
            transaction.executemany("INSERT INTO published VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def _row(self, entry: Entry) -> tuple[object, ...]:
        stat, inside = entry.path.stat(), entry.path.relative_to(self._output).as_posix()
        seen = (stat.st_size, stat.st_mtime_ns, entry.digest)
        made_from = json.dumps(dict(entry.fingerprint))
        return (entry.format, inside, *seen, made_from, as_text(entry.warnings))


def remembered(output: Path) -> Memory:
    """What the ledger of an output folder knows, without making or changing one."""
    path = output / NAME
    if not path.is_file():
        return Memory({}, {})
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        usable = _version(connection) == _VERSION
        return _memory(connection, output) if usable else Memory({}, {})
    except (sqlite3.DatabaseError, ValueError, ValidationError):
        return Memory({}, {})
    finally:
        connection.close()


def connect(output: Path) -> sqlite3.Connection:
    """The ledger's database for other tables than its own, made anew where it is of no use."""
    path = output / NAME
    try:
        output.mkdir(parents=True, exist_ok=True)
        try:
            return _connected(path)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise  # In use is no reason to throw it away.
            return _open(path)
    except (sqlite3.Error, OSError) as error:
        hint = said("Wait for a build that is under way; else make the folder writable.")
        message = said("Cannot open {path}: {why}.", path=path, why=str(error))
        raise CasebookError(message, hint) from error


def _not_written(path: Path, why: str) -> CasebookError:
    message = said("Cannot write to {path}: {why}.", path=path, why=why)
    hint = said("Make room or make the folder writable, or name another with --output DIR.")
    return CasebookError(message, hint)


def _open(path: Path) -> sqlite3.Connection:
    """The database at `path`, made anew where it cannot be read as one of this version."""
    if not _usable(path):
        path.unlink(missing_ok=True)
    return _connected(path)


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    if _version(connection) != _VERSION:
        connection.executescript(f"{_SCHEMA} PRAGMA user_version = {_VERSION};")
    return connection


def _usable(path: Path) -> bool:
    connection = sqlite3.connect(path)
    try:
        if _version(connection) != _VERSION:
            return False
        sound: bool = connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()
    return sound


def _version(connection: sqlite3.Connection) -> int:
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return found


def _memory(
    connection: sqlite3.Connection,
    output: Path,
    engagements: Sequence[str] | None = None,
    *,
    paranoid: bool = False,
) -> Memory:
    """What is remembered of engagements; of all, if none are named."""
    named = engagements or ()
    wanted = "1" if engagements is None else f"engagement IN ({', '.join('?' * len(named))})"
    files = {}
    for row in connection.execute(f"SELECT * FROM files WHERE {wanted}", named):  # noqa: S608
        path, size, modified, found, fingerprint, warnings = row[5:]
        condition = _condition(output / path, size, None if paranoid else modified, found)
        made_from, told = json.loads(fingerprint), from_text(warnings)
        files[_key(row), row[4]] = Record(made_from, found, condition, told)
    insights: dict[Key, tuple[Insight, ...]] = {key: () for key, _ in files}
    return Memory(files, insights | _insights(connection, wanted, named))


def _insights(
    connection: sqlite3.Connection, wanted: str, values: Sequence[str]
) -> dict[Key, tuple[Insight, ...]]:
    """The published insights that a condition of SQL lets through, by notebook."""
    found: dict[Key, list[Insight]] = {}
    select = f"SELECT * FROM published WHERE {wanted} ORDER BY {_KEY}, position"  # noqa: S608
    for row in connection.execute(select, values):
        found.setdefault(_key(row), []).append(Insight.model_validate_json(row[6]))
    return {key: tuple(insights) for key, insights in found.items()}


def _key(row: Sequence[str]) -> Key:
    return Key(row[0], row[1], Audience(row[2]), row[3])


def _condition(path: Path, size: int, modified: int | None, found: str) -> Said:
    try:
        stat = path.stat()
        if (stat.st_size, stat.st_mtime_ns) == (size, modified):
            return NOTHING
        same = stat.st_size == size and digest(path.read_bytes()) == found
    except OSError:
        return said("is missing")
    return NOTHING if same else said("was edited")


@contextmanager
def hold(output: Path) -> Iterator[None]:
    """Keep other builds out of an output folder; the system lets go when the process ends."""
    try:
        output.mkdir(parents=True, exist_ok=True)
        file = (output / ".lock").open("a+", encoding="ascii")
    except OSError as error:
        raise _not_written(output, reason(error)) from error
    with file:
        if not _lock(file.fileno()):
            message = said("Another build is writing to {path}.", path=output)
            raise CasebookError(message, said("Wait for it to end, or use another --output."))
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> bool:
        os.lseek(file, 0, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
