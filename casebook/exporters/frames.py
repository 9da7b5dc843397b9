"""pandas' own HTML, read back into a table of the page.

pandas writes no caption and no scope. What it writes is plain, so the cells are taken out and
the exporter writes the table. HTML that holds anything else is not pandas' and is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import takewhile

from casebook.blocks import Column, Table
from casebook.messages import said
from casebook.text import Words

_TEXTS = frozenset({"style", "caption", "th", "td", "p"})
_ELEMENTS = _TEXTS | {"div", "table", "thead", "tbody", "tr"}
_SPANS = frozenset({"colspan", "rowspan"})
_LOOKS = frozenset({"class", "id", "style", "border", "type", "scoped", "halign", "valign"})
_PLAIN_STYLE = ".dataframe "
_NUMBER = re.compile(r"[-–]?\d+([.,]\d+)*( ?%)?")
_SIZE = re.compile(r"(\d+) rows × (\d+) columns")
_MISSING = frozenset({"NaN", "NaT", "None", "<NA>"})
_CUT = "..."
_WIDEST = 200
"""As many cells as one cell may stand for; pandas' own are far smaller."""


class NotAFrameError(ValueError):
    """Why HTML is not a table of pandas'."""


@dataclass(frozen=True)
class Frame:
    """A table of pandas', whether it had a `caption`, and whether it had colours of its own."""

    table: Table
    captioned: bool
    coloured: bool


def read_frame(html: str, caption: str, words: Words) -> Frame:
    """The table that pandas wrote as `html`, with numbers as the page's language writes them.

    `caption` is what a cell gave with its output, or empty. Raises `NotAFrameError`.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    head, body = _filled(reader.head), _filled(reader.body)
    if not head or not body or len({len(row.cells) for row in (*head, *body)}) != 1:
        raise NotAFrameError(said("it is not one table with a heading over each column"))
    labels, rows = _labels(head, body[0].headers, words), [row.cells for row in body]
    if len(labels) > 1 and not head[-1].cells[0] and _only_numbers_the_rows(rows):
        labels, rows = labels[1:], [row[1:] for row in rows]
    given = caption or reader.text_of("caption")
    table = Table(
        caption=given or words("page.table_without_caption"),
        columns=tuple(
            Column(label=label, numeric=_is_numeric([row[at] for row in rows]))
            for at, label in enumerate(labels)
        ),
        rows=tuple(tuple(_said(cell, words) for cell in row) for row in rows),
        note=_note(reader.text_of("p"), words),
    )
    style = reader.text_of("style")
    return Frame(table, bool(given), bool(style) and not style.startswith(_PLAIN_STYLE))


@dataclass
class _Cell:
    text: str
    header: bool
    wide: int
    high: int


@dataclass(frozen=True)
class _Row:
    """A row with every cell filled in; its first `headers` cells are headers."""

    cells: tuple[str, ...]
    headers: int


@dataclass
class _Reader(HTMLParser):
    """Takes the cells out of a table, and refuses what pandas does not write."""

    head: list[list[_Cell]] = field(default_factory=list)
    body: list[list[_Cell]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self._said: dict[str, str] = {}

    def text_of(self, tag: str) -> str:
        """The text of the element `tag` outside the rows, white space folded."""
        return " ".join(self._said.get(tag, "").split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        unknown = {name for name, _ in attrs} - _LOOKS - _SPANS
        if tag not in _ELEMENTS or unknown or (tag == "table" and (self.head or self.body)):
            raise NotAFrameError(
                said("it has the element <{name}>", name=" ".join([tag, *sorted(unknown)]))
            )
        self._open.append(tag)
        if tag == "tr":
            (self.head if "thead" in self._open else self.body).append([])
        elif tag in ("th", "td"):
            given = dict(attrs)
            spans = [_span(given.get(side)) for side in ("colspan", "rowspan")]
            self._row().append(_Cell("", tag == "th", *spans))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            raise NotAFrameError(said("</{tag}> does not close what is open", tag=tag))

    def handle_data(self, data: str) -> None:
        tag = self._open[-1] if self._open else ""
        if tag in ("th", "td"):
            cell = self._row()[-1]
            cell.text = " ".join(f"{cell.text}{data}".split())
        elif tag in _TEXTS:
            self._said[tag] = self._said.get(tag, "") + data
        elif data.strip():
            raise NotAFrameError(said("it has text outside its cells"))

    def handle_comment(self, data: str) -> None:
        raise NotAFrameError(said("it has the comment '{data}'", data=data))

    def handle_decl(self, decl: str) -> None:
        raise NotAFrameError(said("it declares '{data}'", data=decl))

    def _row(self) -> list[_Cell]:
        rows = self.head if "thead" in self._open else self.body
        if not rows or "tr" not in self._open:
            raise NotAFrameError(said("it has a cell outside a row"))
        return rows[-1]


def _span(given: str | None) -> int:
    if given is None:
        return 1
    if not given.isdecimal() or not 1 <= int(given) <= _WIDEST:
        raise NotAFrameError(said("it has a cell that stands for {given}", given=given))
    return int(given)


def _filled(rows: Sequence[Sequence[_Cell]]) -> list[_Row]:
    """Rows with a cell in every place: what spans several is said in each of them."""
    below: dict[tuple[int, int], _Cell] = {}
    filled = []
    for down, row in enumerate(rows):
        own = iter(row)
        cells: list[_Cell] = []
        while True:
            cell = below.get((down, len(cells))) or next(own, None)
            if cell is None:
                break
            wide = 1 if (down, len(cells)) in below else cell.wide
            for across in range(len(cells), len(cells) + wide):
                below |= {(down + n, across): cell for n in range(1, cell.high)}
                cells.append(cell)
        headers = len(list(takewhile(lambda cell: cell.header, cells)))
        filled.append(_Row(tuple(cell.text for cell in cells), headers))
    return filled


def _labels(head: Sequence[_Row], headers: int, words: Words) -> list[str]:
    """One label for each column: its levels together; an index has its own name, or none."""
    columns = list(zip(*(row.cells for row in head), strict=True))
    index = [levels[-1] or words("page.row") for levels in columns[:headers]]
    return index + [" · ".join(_told(levels)) for levels in columns[headers:]]


def _told(levels: Sequence[str]) -> Iterator[str]:
    return (level for level in levels if level)


def _only_numbers_the_rows(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first column is 0, 1, 2 …, as pandas numbers rows that nobody named."""
    first = list(takewhile(lambda cell: cell != _CUT, (row[0] for row in rows)))
    return first == [str(at) for at in range(len(first))]


def _is_numeric(cells: Sequence[str]) -> bool:
    told = [cell for cell in cells if cell not in _MISSING and cell != _CUT]
    return bool(told) and all(_NUMBER.fullmatch(cell) for cell in told)


def _said(cell: str, words: Words) -> str:
    if cell == _CUT:
        return "…"
    return words("unknown") if cell in _MISSING else words.decimal(cell)


def _note(remark: str, words: Words) -> str:
    size = _SIZE.fullmatch(remark)
    return words("page.table_cut", n=int(size[1]), columns=int(size[2])) if size else remark
