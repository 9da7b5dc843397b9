"""References: what each cell of a notebook showed when somebody last looked and agreed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from casebook.documents import Key
from casebook.errors import CasebookError
from casebook.messages import said
from casebook.model import Insight, Origin
from casebook.validation.shown import Shown
from casebook.workspace import write

FOLDER = "refs"
"""Where references lie in a workspace that does not say otherwise."""

Reference = Mapping[str, Shown]
"""What the cells show, by cell id, in the notebook's order."""

_SHORT = 90
"""A list or mapping of single values stands on one line up to this many characters."""

_NO_DRAWING = "<svg/>"


def path(folder: Path, key: Key) -> Path:
    """Where the reference of a notebook for one engagement and audience lies."""
    return folder / key.engagement / f"{key.stem}.yaml"


def read(file: Path) -> Reference | None:
    """The reference in a file; None where there is none.

    Raises `CasebookError` if the file cannot be read as one.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _unreadable(file, str(error)) from error
    try:
        found = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark else ""
        raise _unreadable(file, f"{place}{getattr(error, 'problem', error)}") from error
    if not isinstance(found, dict) or not all(isinstance(cell, list) for cell in found.values()):
        raise _unreadable(file, "it should hold a list for each cell")
    return found


def _unreadable(file: Path, why: str) -> CasebookError:
    hint = said("Take it back from version control, or delete it and make it anew.")
    message = said("The reference {name} cannot be read: {why}.", name=file.name, why=why)
    return CasebookError(message, hint)


def save(file: Path, reference: Reference, key: Key, notebook: str) -> bool:
    """Write a reference, unless the file says the same already; whether it was written."""
    head = f"# What the cells of {notebook} show: {key}. It is made by `pytest --casebook-update`."
    content = f"{head}\n{_text(reference)}".encode()
    if file.is_file() and file.read_bytes() == content:
        return False
    write(file, content)
    return True


def line(file: Path, cell: str) -> int:
    """The line of a cell in a reference, from 1; 0 where it is not found."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return 0
    heads = (f"{cell}:", f"'{cell}':", f'"{cell}":')
    return next((n for n, text in enumerate(lines, 1) if text.startswith(heads)), 0)


def insights(reference: Reference, notebook: str) -> Iterator[Insight]:
    """The insights that the cells of a phase record published when the reference was made.

    Raises `CasebookError` where one of them is none.
    """
    for cell, outputs in reference.items():
        for output in outputs:
            if "insight" in output:
                insight = _insight(output["insight"], cell, notebook)
                origin = insight.origin or Origin(notebook=notebook, cell=cell)
                yield insight.model_copy(update={"origin": origin})


def _insight(values: Mapping[str, Any], cell: str, notebook: str) -> Insight:
    try:
        return Insight.model_validate(_undrawn(values))
    except ValidationError as error:
        message = said(
            "The reference of {notebook} holds what is no insight, at the cell `{cell}`: {why}.",
            notebook=notebook,
            cell=cell,
            why=error.errors()[0]["msg"],
        )
        raise CasebookError(message, said("Renew it: pytest --casebook-update.")) from error


def _undrawn(insight: Mapping[str, Any]) -> dict[str, Any]:
    """An insight whose figure has an empty drawing: the reference holds only its digest."""
    figure = insight.get("figure")
    if not figure:
        return dict(insight)
    return {**insight, "figure": {**figure, "svg": _NO_DRAWING, "svg_narrow": _NO_DRAWING}}


def _text(reference: Reference) -> str:
    text: str = yaml.dump(
        dict(reference),
        Dumper=_Writer,
        allow_unicode=True,
        sort_keys=False,
        width=10**9,
    )
    return text


class _Writer(yaml.CSafeDumper):
    """Writes what is easy to review: a row on one line, a paragraph on one line, text as text."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  # PyYAML's signature
        return True

    def represent_sequence(
        self, tag: str, sequence: Any, flow_style: bool | None = None
    ) -> yaml.SequenceNode:
        node = super().represent_sequence(tag, sequence, flow_style)
        node.flow_style = _on_one_line(node.value)
        return node

    def represent_mapping(
        self, tag: str, mapping: Any, flow_style: bool | None = None
    ) -> yaml.MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style)
        node.flow_style = _on_one_line([part for pair in node.value for part in pair])
        return node

    def represent_str(self, data: str) -> yaml.ScalarNode:
        return self.represent_scalar(
            "tag:yaml.org,2002:str", data, style="|" if "\n" in data else None
        )


_Writer.add_representer(str, _Writer.represent_str)


def _on_one_line(parts: list[yaml.Node]) -> bool:
    single = all(isinstance(part, yaml.ScalarNode) and "\n" not in part.value for part in parts)
    return single and sum(len(part.value) + 2 for part in parts) <= _SHORT
