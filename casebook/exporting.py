"""The ledger as files for Excel and BI: a workbook with a sheet that explains it, or one table."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from casebook.errors import CasebookError, reason
from casebook.messages import all_known, said
from casebook.workspace import write

if TYPE_CHECKING:
    import pandas as pd

    from casebook.frames import Frames

EXPLANATION = "Forklaring"
_WIDEST = 60


def export(ledger: Frames, path: Path, table: str | None = None) -> tuple[str, ...]:
    """Write tables to a file whose ending says how; the names of the tables that are in it.

    A workbook holds all tables unless one is named; `.parquet` and `.csv` hold one, the
    insights if none is named. Raises `CasebookError` for another ending, and where the library
    for it is not installed.
    """
    if path.suffix not in _WRITERS:
        what = said("'{name}' has no known ending.", name=path.name)
        raise CasebookError(what, all_known(_WRITERS), 2)
    one = table or (None if path.suffix == ".xlsx" else "insights")
    tables = {name: ledger[name] for name in ([one] if one else ledger.tables)}
    try:
        content = _WRITERS[path.suffix](tables, ledger)
    except ImportError as error:
        extra = "excel" if path.suffix == ".xlsx" else "parquet"
        hint = said('Install it: pip install "casebook[{extra}]"', extra=extra)
        what = said("{ending} needs a library that is not here.", ending=path.suffix)
        raise CasebookError(what, hint) from error
    try:
        write(path, content)
    except OSError as error:
        hint = said("Close it if it is open in Excel, or name another file.")
        what = said("Cannot write to {path}: {why}.", path=path, why=reason(error))
        raise CasebookError(what, hint) from error
    return tuple(tables)


def _workbook(tables: Mapping[str, pd.DataFrame], ledger: Frames) -> bytes:
    import pandas as pd  # noqa: PLC0415  # slow to import

    buffer = io.BytesIO()
    explained = ledger.describe()
    labels = {"table": "Ark", "row": "En række er", "column": "Kolonne", "meaning": "Betydning"}
    explained = explained[explained["table"].isin(tables)].rename(columns=labels)
    with pd.ExcelWriter(buffer, engine="openpyxl") as writer:
        for name, frame in {EXPLANATION: explained, **tables}.items():
            _safe(frame).to_excel(writer, sheet_name=name, index=False, freeze_panes=(1, 0))
            sheet = writer.sheets[name]
            sheet.auto_filter.ref = sheet.dimensions
            for column in sheet.columns:
                longest = max(len(str(cell.value or "")) for cell in column)
                sheet.column_dimensions[column[0].column_letter].width = min(longest + 2, _WIDEST)
    return buffer.getvalue()


def _safe(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with no text that Excel would take for a formula."""
    texts = frame.select_dtypes(include=["string", "object"]).columns
    return frame.assign(
        **{name: frame[name].str.replace(r"^(?=[=+\-@\t\r])", "'", regex=True) for name in texts}
    )


def _parquet(tables: Mapping[str, pd.DataFrame], ledger: Frames) -> bytes:
    del ledger
    (frame,) = tables.values()
    return frame.to_parquet(None, engine="pyarrow", index=False)


def _csv(tables: Mapping[str, pd.DataFrame], ledger: Frames) -> bytes:
    """As Danish Excel opens it: semicolons, decimal commas, UTF-8 with its mark."""
    del ledger
    (frame,) = tables.values()
    text: str = _safe(frame).to_csv(None, index=False, sep=";", decimal=",")
    return text.encode("utf-8-sig")


_WRITERS: Mapping[str, Callable[[Mapping[str, pd.DataFrame], Frames], bytes]] = {
    ".xlsx": _workbook,
    ".parquet": _parquet,
    ".csv": _csv,
}
