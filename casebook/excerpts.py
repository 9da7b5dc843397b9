"""The line of a file that a diagnostic is about, and where in it."""

from __future__ import annotations

import csv
import functools
import io
from dataclasses import dataclass
from pathlib import Path

from casebook.diagnostics import Where


@dataclass(frozen=True)
class Excerpt:
    """A line of text, and the character in it that is meant, counted from 1."""

    text: str
    character: int


def excerpt(root: Path, where: Where) -> Excerpt | None:
    """The line at a place in a workspace; None where no line is meant, or none can be shown.

    In a table the character is that where the column begins. A workbook has no lines.
    """
    path = root / where.file
    lines = _lines(path, path.stat().st_mtime_ns) if path.is_file() else ()
    if not 0 < where.line <= len(lines):
        return None
    text = lines[where.line - 1]
    is_table = where.file.endswith(".csv")
    character = _begin(text, where.column) if is_table else where.column
    return Excerpt(text, max(1, min(character, len(text) + 1)))


@functools.lru_cache(maxsize=8)
def _lines(path: Path, _modified: int) -> tuple[str, ...]:
    """The lines of a file as it was at a time: in a preview it is edited."""
    if path.suffix not in (".yaml", ".csv"):
        return ()
    raw = path.read_bytes()
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    return tuple(io.StringIO(text, newline=None).read().split("\n"))


def _begin(line: str, column: int) -> int:
    """Where a column of a table begins in its line, for the separator that the line has most of."""
    delimiter = max(";,\t", key=line.count)
    at = 1
    for cell in _raw_cells(line, delimiter)[: max(0, column - 1)]:
        at += len(cell) + 1
    return at


def _raw_cells(line: str, delimiter: str) -> list[str]:
    """The cells of a line as they are written, with their quotes."""
    cells = next(csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE), [])
    whole: list[str] = []
    for cell in cells:
        if whole and whole[-1].count('"') % 2:
            whole[-1] += delimiter + cell
        else:
            whole.append(cell)
    return whole
