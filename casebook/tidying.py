"""A notebook as it is kept: without outputs and what editors leave, with an id on every cell."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from casebook.errors import CasebookError
from casebook.messages import said

_NOTEBOOK = ("kernelspec", "language_info", "title", "authors", "jupytext")
"""The metadata of a notebook that is kept."""

_LANGUAGE = ("name",)
"""Of the language only its name: the version is that of whoever ran it last."""

_VOLATILE = {
    "collapsed",
    "execution",
    "ExecuteTime",
    "heading_collapsed",
    "jp-MarkdownHeadingCollapsed",
    "outputId",
    "papermill",
    "pycharm",
    "scrolled",
    "trusted",
    "vscode",
}
"""The metadata of cells that is not kept."""

_RUN_ONLY = "injected-parameters"


def parse(text: str) -> dict[str, Any]:
    """A notebook's values. Raises `CasebookError` if the text is not one."""
    try:
        values = json.loads(text)
        sound = values["nbformat"] >= 4 and all(  # noqa: PLR2004  # the format with cells
            isinstance(cell["cell_type"], str) and "source" in cell for cell in values["cells"]
        )
    except (ValueError, KeyError, TypeError) as error:
        what = said("It is not a notebook ({why}).", why=f"{type(error).__name__}: {error}")
        raise CasebookError(what, said("Take it back from version control.")) from error
    if not sound:
        what = said("It is not a notebook of format 4.")
        raise CasebookError(what, said("Save it with Jupyter."))
    found: dict[str, Any] = values
    return found


def written(values: Mapping[str, Any]) -> str:
    """The text of a notebook as Jupyter itself saves it."""
    cells = [{**cell, "source": _lines(cell["source"])} for cell in values["cells"]]
    whole = {**values, "cells": cells}
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _lines(source: Any) -> list[str]:
    return "".join(source).splitlines(keepends=True)


def tidy(values: Mapping[str, Any]) -> dict[str, Any]:
    """A notebook without outputs and volatile metadata; ids are kept, and given where missing."""
    metadata = {k: v for k, v in values.get("metadata", {}).items() if k in _NOTEBOOK}
    if "language_info" in metadata:
        metadata["language_info"] = _kept(metadata["language_info"])
    cells = [_tidied(cell) for cell in values["cells"] if not _is_injected(cell)]
    minor = max(values.get("nbformat_minor", 0), 5)
    return {
        **values,
        "metadata": metadata,
        "cells": _with_ids(cells),
        "nbformat": 4,
        "nbformat_minor": minor,
    }


def tidy_in_place(values: dict[str, Any]) -> None:
    """Tidy the values themselves."""
    values.update(tidy(values))


def _kept(language: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in language.items() if name in _LANGUAGE}


def _is_injected(cell: Mapping[str, Any]) -> bool:
    return _RUN_ONLY in cell.get("metadata", {}).get("tags", [])


def _tidied(cell: Mapping[str, Any]) -> dict[str, Any]:
    metadata = {k: v for k, v in cell.get("metadata", {}).items() if k not in _VOLATILE}
    jupyter = {k: v for k, v in metadata.get("jupyter", {}).items() if k != "outputs_hidden"}
    metadata |= {"jupyter": jupyter} if jupyter else {}
    if not jupyter:
        metadata.pop("jupyter", None)
    found = {**cell, "metadata": metadata}
    if cell["cell_type"] == "code":
        found |= {"outputs": [], "execution_count": None}
    return found


def _with_ids(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every cell with an id of its own; what it gets depends on nothing but the notebook."""
    taken = {cell.get("id") for cell in cells}
    seen: set[str] = set()
    for number, cell in enumerate(cells, 1):
        id = cell.get("id") or ""
        if not id or id in seen:
            id = next(n for n in _names(number) if n not in taken)
            taken.add(id)
            cell["id"] = id
        seen.add(id)
    return cells


def _names(number: int) -> Iterator[str]:
    yield f"cell-{number}"
    again = 1
    while True:
        again += 1
        yield f"cell-{number}-{again}"


def volatile(values: Mapping[str, Any]) -> list[str]:
    """The names of the metadata that `tidy` takes out."""
    metadata = values.get("metadata", {})
    found = {name for name in metadata if name not in _NOTEBOOK}
    if set(metadata.get("language_info", {})) - set(_LANGUAGE):
        found.add("language_info")
    for cell in values["cells"]:
        found |= _VOLATILE & set(cell.get("metadata", {}))
        if "outputs_hidden" in cell.get("metadata", {}).get("jupyter", {}):
            found.add("jupyter.outputs_hidden")
        if _is_injected(cell):
            found.add(_RUN_ONLY)
    return sorted(found)


def line(text: str, id: str, source_line: int = 0) -> int:
    """The line of a cell in a notebook's text, from 1; or that of a line of its source."""
    before, found, after = text.partition(f'"id": {json.dumps(id, ensure_ascii=False)}')
    if not id or not found:
        return 1
    start = before.count("\n") + 1
    head, found, _ = after.partition('"source": [')
    return start + head.count("\n") + source_line if source_line and found else start
