"""What a build came to last time, and whether anything that it read or wrote has moved since.

So that a build with nothing to do is answered at once: every file is looked at, only those
whose size or time has moved are read, and no parameter file is parsed. Imports little, for the
same reason. Where anything is in doubt there is no answer, and the build finds out by itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from casebook import fingerprint, messages, resources
from casebook.diagnostics import Diagnostic, Severity, Where
from casebook.documents import Key, Outcome, Request, Status
from casebook.messages import Said
from casebook.terms import Audience
from casebook.workspace import LEDGER, Workspace

_SCHEMA = """
CREATE TABLE IF NOT EXISTS inputs (
  path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL,
  digest TEXT NOT NULL, settled INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS answers (
  request TEXT PRIMARY KEY, day TEXT NOT NULL, inputs TEXT NOT NULL,
  written TEXT NOT NULL, answer TEXT NOT NULL
);
"""

_TICK = 2_000_000_000
"""Nanoseconds between two times that every file system tells apart; FAT counts in two seconds."""

_PASSED_OVER = frozenset({"__pycache__", ".ipynb_checkpoints"})
_COMPILED = (".mo", ".pyc", ".tmp")


class File(NamedTuple):
    """A file as it was seen; not `settled` if a later change may have the same time."""

    size: int
    modified: int
    digest: str
    settled: bool


class Report(Protocol):
    """What there is to say of a build."""

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What was found."""

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What became of each page."""

    @property
    def exit_code(self) -> int:
        """0 if all went well, 1 if something blocks."""


@dataclass(frozen=True)
class Answer:
    """A remembered report."""

    diagnostics: tuple[Diagnostic, ...]
    outcomes: tuple[Outcome, ...]
    exit_code: int


@dataclass(frozen=True)
class Inputs:
    """Everything that a build reads, by name, on a day."""

    day: str
    files: Mapping[str, File]
    news: bool = True

    @property
    def digest(self) -> str:
        """Changes with the content of any file, and with the libraries."""
        contents = {name: file.digest for name, file in self.files.items()}
        libraries = [fingerprint.of_dependencies(), fingerprint.of_converters()]
        return fingerprint.digest([contents, libraries])

    def moved(self, since: Inputs) -> bool:
        """Whether any file was written, or another day has begun."""
        return (self.day, _places(self)) != (since.day, _places(since))


def _places(inputs: Inputs) -> dict[str, Any]:
    return {name: file[:3] for name, file in inputs.files.items()}


def look(workspace: Workspace, *, paranoid: bool = False) -> Inputs:
    """Everything that a build would read now. A `paranoid` look trusts no size and no time."""
    known: Mapping[str, File] = {}
    if not paranoid:
        with contextlib.suppress(sqlite3.Error), _opened(workspace) as connection:
            known = _known(connection)
    return _look(workspace, known)


def recall(workspace: Workspace, names: Sequence[str], request: Request) -> Answer | None:
    """What a build would come to that finds nothing to do; None where there may be something."""
    if request.force or not (workspace.output / LEDGER).is_file():
        return None
    try:
        with _opened(workspace) as connection:
            row = connection.execute(
                "SELECT day, inputs, written, answer FROM answers WHERE request = ?",
                (_asked(workspace, names, request),),
            ).fetchone()
            if row is None or row[0] != _today():
                return None
            inputs = _look(workspace, {} if request.paranoid else _known(connection))
    except (sqlite3.Error, OSError):
        return None
    written = json.loads(row[2])
    if inputs.digest != row[1] or not _stand(workspace.output, written, request.paranoid):
        return None
    if inputs.news:
        with contextlib.suppress(sqlite3.Error), _opened(workspace, "rw") as connection:
            _note(connection, inputs)
    return _from_json(json.loads(row[3]))


def remember(
    workspace: Workspace, names: Sequence[str], request: Request, before: Inputs, report: Report
) -> None:
    """Remember what a build would say that has nothing to do, after one that began with `before`.

    Nothing is remembered if a file was changed in the meantime. A build in which something
    failed must not be remembered: the next one tries again.
    """
    now = _look(workspace, before.files)
    if now.moved(before):
        return
    asked = _asked(workspace, names, request)
    with contextlib.suppress(sqlite3.Error, OSError), _opened(workspace, "rw") as connection:
        connection.executescript(_SCHEMA)
        written = connection.execute("SELECT path, size, modified, digest FROM files").fetchall()
        standing = [row for row in written if _stand(workspace.output, [row])]
        made = {workspace.page(one.key, one.format) for one in report.outcomes if _is_made(one)}
        if not made <= {workspace.output / row[0] for row in standing}:
            return
        row = (asked, now.day, now.digest, json.dumps(standing), json.dumps(_as_json(report)))
        _note(connection, now)
        with connection:
            connection.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)", row)


def _is_made(outcome: Outcome) -> bool:
    return outcome.status is not Status.REFUSED


# --- Files -------------------------------------------------------------------------------------


def _today() -> str:
    """The day in the user's own time zone: what is overdue depends on it."""
    return datetime.now().astimezone().date().isoformat()


def _look(workspace: Workspace, known: Mapping[str, File]) -> Inputs:
    day, began = _today(), time.time_ns()
    files, news = {}, False
    for name, path, size, modified in _inputs(workspace):
        file = known.get(name)
        if file is None or not file.settled or file[:2] != (size, modified):
            content = fingerprint.digest(Path(path).read_bytes())
            file, news = File(size, modified, content, modified < began - _TICK), True
        files[name] = file
    return Inputs(day, files, news or files.keys() != known.keys())


def _inputs(workspace: Workspace) -> Iterator[tuple[str, str, int, int]]:
    """Name, path, size and time of every file that a build may read."""
    for name in ("params", "notebooks", "templates"):
        yield from _within(workspace.root / name, name)
        yield from _within(resources.folder(name), f"casebook/data/{name}")
    for name, *rest in _within(Path(__file__).parent, "casebook"):
        if not name.endswith(_COMPILED):
            yield name, *rest


def _within(folder: Path | str, name: str, around: frozenset[str] = frozenset()) -> Iterator[Any]:
    real = os.path.realpath(folder)
    if real in around or not Path(real).is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name in _PASSED_OVER:
                continue
            if entry.is_dir():
                yield from _within(entry.path, f"{name}/{entry.name}", around | {real})
            elif entry.is_file():
                stat = entry.stat()
                yield f"{name}/{entry.name}", entry.path, stat.st_size, stat.st_mtime_ns


def _stand(output: Path, written: Iterable[Sequence[Any]], paranoid: bool = False) -> bool:
    """Whether files are as they were written."""
    base = os.fspath(output)
    for path, size, modified, content in written:
        place = f"{base}/{path}"
        try:
            stat = os.stat(place)  # noqa: PTH116  # a Path for each takes longer than to look
            same = not paranoid and (stat.st_size, stat.st_mtime_ns) == (size, modified)
            if not same and fingerprint.digest(Path(place).read_bytes()) != content:
                return False
        except OSError:
            return False
    return True


# --- The database ------------------------------------------------------------------------------


@contextlib.contextmanager
def _opened(workspace: Workspace, mode: str = "ro") -> Iterator[sqlite3.Connection]:
    address = f"{(workspace.output / LEDGER).as_uri()}?mode={mode}"
    with contextlib.closing(sqlite3.connect(address, uri=True, timeout=1)) as connection:
        yield connection


def _asked(workspace: Workspace, names: Sequence[str], request: Request) -> str:
    """What is asked for, and where, as the key of its answer."""
    asked = [request.audience, request.language, request.formats, request.casebook]
    return json.dumps([workspace.shown(workspace.output), sorted(set(names)), *asked])


def _known(connection: sqlite3.Connection) -> dict[str, File]:
    rows = connection.execute("SELECT path, size, modified, digest, settled FROM inputs")
    return {name: File(*rest) for name, *rest in rows}


def _note(connection: sqlite3.Connection, inputs: Inputs) -> None:
    with connection:
        connection.execute("DELETE FROM inputs")
        rows = ((name, *file) for name, file in inputs.files.items())
        connection.executemany("INSERT INTO inputs VALUES (?, ?, ?, ?, ?)", rows)


# --- Answers as plain values -------------------------------------------------------------------


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "exit_code": report.exit_code,
        "diagnostics": [
            [one.code, one.severity, _told(one.message), _told(one.hint), one.where, one.engagement]
            for one in report.diagnostics
        ],
        "outcomes": [
            [*one.key, one.format, one.path, one.status, one.reasons]
            if one.status is Status.REFUSED
            else [*one.key, one.format, one.path, Status.FRESH, ()]
            for one in report.outcomes
        ],
    }


def _from_json(values: Mapping[str, Any]) -> Answer:
    diagnostics = (
        Diagnostic(code, Severity(weight), _said(text), _said(hint), Where(*where), engagement)
        for code, weight, text, hint, where, engagement in values["diagnostics"]
    )
    outcomes = (
        Outcome(
            Key(of, what, Audience(whom), language), page, path, Status(status), 0.0, tuple(why)
        )
        for of, what, whom, language, page, path, status, why in values["outcomes"]
    )
    return Answer(tuple(diagnostics), tuple(outcomes), values["exit_code"])


def _told(text: object) -> Any:
    """A sentence with its template and values, so that it can be told in another language."""
    if isinstance(text, Said):
        return {"said": text.template, **{name: _told(v) for name, v in text.values.items()}}
    return text if isinstance(text, (int, float)) else str(text)


def _said(told: Any) -> Any:
    if not isinstance(told, dict):
        return told
    values = {name: _said(value) for name, value in told.items() if name != "said"}
    return messages.said(told["said"], **values)
