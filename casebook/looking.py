"""Every file that a build may read, by one look at each, and whose it is.

Only files whose size or time has moved since they were last seen are read. Imports little, for
a build with nothing to do is to be answered at once.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from casebook import fingerprint, resources
from casebook.clock import today
from casebook.workspace import Workspace

ALL = ""
"""Stands in place of an engagement for what belongs to none of them."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS inputs (
  path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL,
  digest TEXT NOT NULL, settled INTEGER NOT NULL
)"""

_TICK = 2_000_000_000
"""Nanoseconds between two times that every file system tells apart; FAT counts in two seconds."""

_FOLDERS = ("params", "notebooks", "templates")

_COMPILED = (".mo", ".pyc", ".tmp")


class File(NamedTuple):
    """A file as it was seen; not `settled` if a later change may have the same time."""

    size: int
    modified: int
    digest: str
    settled: bool


class Seen(NamedTuple):
    """A file before it is read: its name among the inputs, its path, size and time."""

    name: str
    path: str
    size: int
    modified: int


@dataclass(frozen=True)
class Inputs:
    """Everything that a build reads, by name, on a day.

    `news` says that a file had to be read, so that it is worth to remember what was seen.
    """

    day: str
    files: Mapping[str, File]
    news: bool = True

    @cached_property
    def engagements(self) -> frozenset[str]:
        """The names of all engagements."""
        return frozenset(filter(None, map(_engagement, self.files)))

    @cached_property
    def own(self) -> Mapping[str, str]:
        """A digest of the files of each engagement, and under `ALL` of what they share.

        What they share are the other files and the libraries.
        """
        libraries = [fingerprint.of_dependencies(), fingerprint.of_converters()]
        return {**self._files, ALL: fingerprint.digest([libraries, self._files[ALL]])}

    @cached_property
    def _files(self) -> Mapping[str, str]:
        """A digest of the files of each engagement, and under `ALL` of those they share."""
        found: dict[str, dict[str, str]] = {name: {} for name in (ALL, *sorted(self.engagements))}
        for name, file in self.files.items():
            found[self._owner(name)][name] = file.digest
        return {name: fingerprint.digest(files) for name, files in found.items()}

    def stamp(self, engagement: str) -> str:
        """Changes with anything that an engagement by itself is made from; `ALL`: with anything."""
        return f"{self.own[engagement]} {self.own[ALL]}" if engagement else self._everything

    def day_stamp(self, engagement: str) -> str:
        """Changes with that, and with the day: something may be overdue tomorrow."""
        return f"{self.day} {self.stamp(engagement)}"

    @cached_property
    def _everything(self) -> str:
        return fingerprint.digest([self.day, dict(self.own)])

    def content(self, engagement: str) -> str:
        """Changes with what the values of an engagement are read from."""
        return f"{self._files[engagement]} {self._extended}"

    @cached_property
    def _extended(self) -> str:
        """A digest of all that engagements can extend."""
        shared = {name: file.digest for name, file in self.files.items() if _is_layer(name)}
        return fingerprint.digest(shared)

    def holds(self, root: Path, files: Iterable[Path]) -> bool:
        """Whether files of the workspace at `root` are as they were seen."""
        found = (
            (path.relative_to(root).as_posix(), path) for path in files if path.is_relative_to(root)
        )
        return all(
            name in self.files and fingerprint.digest(path.read_bytes()) == self.files[name].digest
            for name, path in found
        )

    def _owner(self, name: str) -> str:
        """Whose a file is. What can be extended belongs to all, wherever it lies."""
        folder, _, rest = name.partition("/")
        first, inside, _ = rest.partition("/")
        if folder == "params" and not inside:
            return _engagement(name)
        is_own = folder in ("params", "notebooks") and inside and first in self.engagements
        return first if is_own and not name.endswith(".yaml") else ALL


def _engagement(name: str) -> str:
    """The engagement whose parameter file this is, if it is one."""
    folder, _, rest = name.partition("/")
    is_one = folder == "params" and "/" not in rest and rest.endswith(".yaml")
    return rest.removesuffix(".yaml") if is_one and not rest.startswith((".", "_")) else ALL


def _is_layer(name: str) -> bool:
    is_values = name.endswith(".yaml") and "params/" in name
    return is_values and not _engagement(name)


def known(connection: sqlite3.Connection) -> dict[str, File]:
    """The files as they were last seen, by what a ledger remembers."""
    rows = connection.execute("SELECT path, size, modified, digest, settled FROM inputs")
    return {name: File(*rest) for name, *rest in rows}


def note(connection: sqlite3.Connection, inputs: Inputs) -> None:
    """Let a ledger remember the files as they were seen."""
    connection.execute(_SCHEMA)
    with connection:
        connection.execute("DELETE FROM inputs")
        rows = ((name, *file) for name, file in inputs.files.items())
        connection.executemany("INSERT INTO inputs VALUES (?, ?, ?, ?, ?)", rows)


def look(workspace: Workspace, seen: Mapping[str, File]) -> Inputs:
    """Everything that a build would read now; of what was `seen`, only what has moved is read."""
    day, began = today().isoformat(), time.time_ns()
    files, news = {}, False
    for name, path, size, modified in _inputs(workspace):
        file = seen.get(name)
        if file is None or not file.settled or file[:2] != (size, modified):
            content = fingerprint.digest(Path(path).read_bytes())
            file, news = File(size, modified, content, modified < began - _TICK), True
        files[name] = file
    return Inputs(day, files, news or files.keys() != seen.keys())


def _inputs(workspace: Workspace) -> Iterator[Seen]:
    """Every file that a build may read."""
    yield from sources(workspace)
    package = _within(Path(__file__).parent, "casebook")
    yield from (file for file in package if not file.name.endswith(_COMPILED))


def sources(workspace: Workspace) -> Iterator[Seen]:
    """Every file that pages are made from, in a workspace and as it is shipped."""
    for name in _FOLDERS:
        own, shipped = workspace.root / name, resources.folder(name)
        yield from _within(own, name)
        if own != shipped:  # as it is where Casebook itself is worked on
            yield from _within(shipped, f"casebook/data/{name}")


def _within(folder: Path | str, name: str, around: frozenset[str] = frozenset()) -> Iterator[Seen]:
    real = os.path.realpath(folder)
    if real in around or not Path(real).is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name == "__pycache__" or entry.name.startswith("."):
                continue  # what tools keep for themselves
            if entry.is_dir():
                yield from _within(entry.path, f"{name}/{entry.name}", around | {real})
            elif entry.is_file():
                stat = entry.stat()
                yield Seen(f"{name}/{entry.name}", entry.path, stat.st_size, stat.st_mtime_ns)


def stand(output: Path, written: Iterable[Iterable[Any]], *, paranoid: bool = False) -> bool:
    """Whether files are as they were written: rows of path, size, time and digest."""
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
