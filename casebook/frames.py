"""The ledger as pandas frames: one for each table, tidy, with what each column means."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from casebook.archive import Archive, open_archive
from casebook.columns import TABLES
from casebook.errors import CasebookError
from casebook.messages import all_known, nearest, said, together
from casebook.workspace import discover

if TYPE_CHECKING:
    import pandas as pd


class Frames:
    """The ledger's tables as frames: `ledger["lessons"]`.

    Counts are nullable whole numbers, so that what is not known stays `<NA>` and never 0.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def __repr__(self) -> str:
        """The tables with their numbers of rows."""
        count = "SELECT count(*) FROM {}"
        rows = {t: self._archive.connection.execute(count.format(t)).fetchone()[0] for t in TABLES}
        return f"<Ledger: {', '.join(f'{name} ({n})' for name, n in rows.items())}>"

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables."""
        return tuple(TABLES)

    @property
    def unreadable(self) -> tuple[str, ...]:
        """The parameter files that are left out because they cannot be read."""
        return self._archive.unreadable

    def __getitem__(self, name: str) -> pd.DataFrame:
        """One table. Raises `CasebookError` if there is none of this name."""
        if name not in TABLES:
            hint = together(nearest(name, TABLES), all_known(TABLES))
            raise CasebookError(said("There is no table '{name}'.", name=name), hint, 2)
        import pandas as pd  # noqa: PLC0415  # not needed to search or to ask

        frame = pd.read_sql(f"SELECT * FROM {name} ORDER BY rowid", self._archive.connection)  # noqa: S608
        kinds = {"TEXT": "string", "INTEGER": "Int64", "REAL": "Float64"}
        return frame.astype({c.name: kinds[c.kind] for c in TABLES[name].columns})

    def describe(self) -> pd.DataFrame:
        """What every column of every table means."""
        import pandas as pd  # noqa: PLC0415  # not needed to search or to ask

        rows: list[dict[str, Any]] = [
            {"table": name, "row": table.meaning, "column": column.name, "meaning": column.meaning}
            for name, table in TABLES.items()
            for column in table.columns
        ]
        return pd.DataFrame(rows)


def open_ledger(workspace: Path | str | None = None, output: Path | str | None = None) -> Frames:
    """The ledger of the workspace here or above, or of the one that is named."""
    root = Path(workspace) if workspace is not None else None
    return Frames(open_archive(discover(root, Path(output) if output is not None else None)))
