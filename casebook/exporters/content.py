"""What a page says to its reader, as one hash: this is what a client approves.

It is the same in every format and look, and in the hands of another version of Casebook that says
the same: words, tables, and the words in drawings count, not how they are set or drawn. When the
client approved it stands on the page, and does not count either: else no page could be approved.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from nbformat import NotebookNode

from casebook.approval import sha256
from casebook.blocks import Section
from casebook.exporters.exported import Problem
from casebook.exporters.page import Part, read_document
from casebook.text import Words

_DRAWN = ("svg", "svg_narrow")
_MARKUP = re.compile(r"<!--.*?-->|<(metadata|style)\b.*?</\1>|<[^>]*>", re.DOTALL)


@dataclasses.dataclass(frozen=True)
class Content:
    """What a page says, as a hash and as its texts, and what is not on it as it was."""

    hash: str
    texts: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_content(notebook: NotebookNode) -> Content:
    """What the page of an executed notebook says."""
    document = read_document(notebook)
    approved = Words(document.page.language)("about.approved")
    parts = [_told(_plain(part), approved) for part in document.parts]
    said = [document.page.model_dump(), parts]
    hashed = sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode())
    return Content(hashed, tuple(_texts(said)), document.problems)


def _texts(value: Any) -> Iterator[str]:
    """Every text in plain values."""
    if isinstance(value, str):
        yield _words(value)
    elif isinstance(value, (Mapping, list)):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each)


def _plain(part: Part) -> dict[str, Any]:
    if isinstance(part, Section):
        return part.model_dump(mode="json")
    values = dataclasses.asdict(part)
    return {name: value for name, value in values.items() if name != "cell"}


def _told(value: Any, approved: str) -> Any:
    """A value without when it was approved, and with drawings as the words that they hold."""
    if isinstance(value, Mapping):
        return {
            name: _words(inner) if name in _DRAWN else _told(inner, approved)
            for name, inner in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_told(one, approved) for one in value if not _is_label(one, approved)]
    return value


def _is_label(value: Any, label: str) -> bool:
    return isinstance(value, Mapping) and value.get("label") == label and "value" in value


def _words(markup: str) -> str:
    return " ".join(_MARKUP.sub(" ", markup).split())
