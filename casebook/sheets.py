"""Files of rows and cells, as Excel and survey tools in Denmark save them: .csv and .xlsx.

What kind of text file it is, is recognised and never guessed in silence: UTF-8 and marked
UTF-16 are read, Windows-1252 is read and said, anything else is refused.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from casebook.diagnostics import Diagnostic, Severity, Where
from casebook.messages import said

Cell = str | int | float
"""A cell: text as it was typed, or a number that a workbook holds as a number."""

SUFFIXES = (".csv", ".xlsx")
FOREIGN = (".xls", ".xlsm", ".xlsb", ".ods", ".tsv", ".numbers")
"""Other kinds of table that people may put beside a parameter file."""

MAX_BYTES = 20_000_000
MAX_UNPACKED = 300_000_000
MAX_ROWS = 100_000
MAX_COLUMNS = 500

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_TWICE = re.compile("Ã[¦¸¥†˜…]")
"""æ, ø, å, Æ, Ø and Å that were read as Windows-1252 and saved as UTF-8."""

_OTHER_CODE_PAGE = re.compile(r"(?<=\w)[‘›†¾¿Œ](?=\w)|[†¿Œ](?=[a-z])")
"""What æ, ø and å of DOS and old Macintosh files look like as Windows-1252."""


@dataclass(frozen=True)
class Line:
    """One row: its number in the file, counted from 1, and its cells."""

    number: int
    cells: list[Cell]


def lines(path: Path, shown: str, problems: list[Diagnostic]) -> list[Line]:
    """The rows of a file that are not blank; none if it cannot be read, which `problems` tells."""
    if path.stat().st_size > MAX_BYTES:
        what = said("The file is larger than {limit} MB.", limit=MAX_BYTES // 1_000_000)
        hint = said("Split it, or take out what is not needed.")
        problems.append(_error("CB144", what, hint, shown))
        return []
    found = _xlsx(path, shown, problems) if path.suffix == ".xlsx" else _csv(path, shown, problems)
    return [line for line in found if any(cell != "" for cell in line.cells)]


def _error(code: str, message: str, hint: str, shown: str, line: int = 0) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, hint, Where(shown, line))


# --- Text files -----------------------------------------------------------------------------------


def _csv(path: Path, shown: str, problems: list[Diagnostic]) -> list[Line]:
    text = _decoded(path.read_bytes(), shown, problems)
    found: list[Line] = []
    if text is None:
        return found
    skipped = 0
    if said_so := re.match(r"sep=(.)\r?\n", text):
        text, skipped = text[said_so.end() :], 1
    delimiter = said_so[1] if said_so else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    last = 0
    try:
        for cells in reader:
            found.append(Line(last + 1 + skipped, [cell.strip() for cell in cells]))
            last = reader.line_num
    except csv.Error as error:
        what = said("The table cannot be read: {why}.", why=str(error))
        hint = said("Look for a quote that does not end, and save it as 'CSV UTF-8' again.")
        problems.append(_error("CB144", what, hint, shown, last + 1 + skipped))
    return found


def _delimiter(text: str) -> str:
    """The sign between columns: the one that the first line with anything in it has most of."""
    first = next((line for line in text.splitlines() if line.strip(" ;,\t")), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(";,\t", key=bare.count)


def _decoded(raw: bytes, shown: str, problems: list[Diagnostic]) -> str | None:
    save = said("Save it as 'CSV UTF-8' in Excel.")
    if raw.startswith(_UTF16):
        try:
            return raw.decode("utf-16")
        except UnicodeDecodeError:
            problems.append(_error("CB143", said("The file is damaged UTF-16."), save, shown, 1))
            return None
    if b"\0" in raw:
        what = said("The file is UTF-16 without a mark, or no text at all.")
        problems.append(_error("CB143", what, save, shown, 1))
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _windows(raw, error.start, shown, problems)
    if twice := _TWICE.search(text):
        what = said("'{found}' stands for a Danish letter: it was encoded twice.", found=twice[0])
        hint = said("Save the original as 'CSV UTF-8' again.")
        problems.append(_error("CB143", what, hint, shown, _line_of(text, twice.start())))
    return text


def _windows(raw: bytes, at: int, shown: str, problems: list[Diagnostic]) -> str | None:
    """The text as Windows-1252, with a word about it; None if it cannot be that either."""
    line = raw[:at].count(b"\n") + 1
    text = raw.decode("cp1252", errors="replace")
    strange = "\ufffd" in text or _OTHER_CODE_PAGE.search(text)
    byte = f"0x{raw[at]:02X}"
    if strange:
        what = said("The file is neither UTF-8 nor Windows-1252 (byte {byte}).", byte=byte)
        hint = said("Save it as 'CSV UTF-8' in Excel.")
        problems.append(_error("CB143", what, hint, shown, line))
        return None
    what = said("The file is not UTF-8 (byte {byte}); read as Windows-1252.", byte=byte)
    hint = said("Check æ, ø and å on the page, or save it as 'CSV UTF-8' in Excel.")
    problems.append(Diagnostic("CB143", Severity.WARNING, what, hint, Where(shown, line)))
    return text


def _line_of(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


# --- Workbooks ------------------------------------------------------------------------------------


def _xlsx(path: Path, shown: str, problems: list[Diagnostic]) -> list[Line]:
    try:
        import openpyxl  # noqa: PLC0415  # an extra, and slow to import
    except ImportError:
        what = said("Reading .xlsx needs openpyxl, which is not installed.")
        hint = said('Run pip install "casebook[excel]", or save the table as CSV UTF-8.')
        problems.append(_error("CB144", what, hint, shown))
        return []
    try:
        _refuse_bomb(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # survey tools write workbooks without styles
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            sheet = _sheet(book.worksheets, path.stem)
            sheet.reset_dimensions()
            rows = sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True)
            return list(_typed(rows))
    except Exception as error:  # noqa: BLE001  # a damaged workbook fails anywhere inside
        what = said("The workbook cannot be read ({why}).", why=type(error).__name__)
        hint = said("Open it in Excel, and save it again as .xlsx or as CSV UTF-8.")
        problems.append(_error("CB144", what, hint, shown))
        return []


def _refuse_bomb(path: Path) -> None:
    """Raise `ValueError` where a workbook would unpack to far more than a table needs."""
    with zipfile.ZipFile(path) as packed:
        size = sum(part.file_size for part in packed.infolist())
    if size > MAX_UNPACKED:
        message = f"{size} bytes"
        raise ValueError(message)


def _sheet(sheets: list[Any], table: str) -> Any:
    """The sheet with the table's name, or the first one."""
    named = (sheet for sheet in sheets if sheet.title.strip().lower() == table)
    return next(named, sheets[0])


def _typed(rows: Iterable[tuple[Any, ...]]) -> Iterator[Line]:
    for number, row in enumerate(rows, 1):
        yield Line(number, [_cell(value) for value in row])


def _cell(value: Any) -> Cell:
    if value is None:
        return ""
    if isinstance(value, date):  # a time of day is of no use here
        return value.isoformat()[:10]
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, (int, float)) else str(value).strip()
