"""A consultant's own matplotlib figure as a figure of the page."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from casebook.blocks import Column, Figure, Table
from casebook.errors import CasebookError
from casebook.messages import said
from casebook.text import Words, slug

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing


def from_matplotlib(
    drawing: Drawing, title: str, description: str, data: Any, words: Words
) -> Figure:
    """The figure with its title, its text alternative and its data as a table.

    Raises `CasebookError` where the description or the data are missing: a page that some
    readers cannot read is not a page.
    """
    missing = [
        name
        for name, there in (("description", bool(description)), ("data", data is not None))
        if not there
    ]
    if missing:
        hint = said(
            "Say in one or two sentences what the figure shows, and pass its numbers as data."
        )
        what = said("The figure “{title}” lacks {what}.", title=title, what=", ".join(missing))
        raise CasebookError(what, hint)
    id = slug(title)
    svg = _svg(drawing, id)
    table = _table(title, data, words)
    return Figure(
        id=id,
        title=words.danish(title),
        description=words.danish(description),
        svg=svg,
        svg_narrow=svg,
        table=table,
    )


def _svg(drawing: Drawing, id: str) -> str:
    from matplotlib import rc_context  # noqa: PLC0415  # not needed to open a case

    buffer = io.StringIO()
    metadata = {"Date": None, "Creator": None, "Format": None, "Type": None}
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": id}):
        drawing.savefig(buffer, format="svg", metadata=metadata, transparent=True)
    return buffer.getvalue()


def _table(caption: str, data: Any, words: Words) -> Table:
    if isinstance(data, Mapping):
        rows = [(words.danish(str(label)), _cell(value, words)) for label, value in data.items()]
        return Table(
            caption=words.danish(caption),
            columns=(
                Column(label=words("own.what")),
                Column(label=words("own.value"), numeric=True),
            ),
            rows=tuple(rows),
        )
    frame = data if data.index.name is None else data.reset_index()
    columns = tuple(
        Column(label=words.danish(str(name)), numeric=at > 0)
        for at, name in enumerate(frame.columns)
    )
    cells = tuple(
        tuple(_cell(value, words) for value in row) for row in frame.itertuples(index=False)
    )
    return Table(caption=words.danish(caption), columns=columns, rows=cells)


def _cell(value: Any, words: Words) -> str:
    return words.danish(value) if isinstance(value, str) else words.decimal(str(value))
