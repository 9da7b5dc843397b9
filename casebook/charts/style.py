"""What all charts share: colours, pens, and how a drawing becomes a figure.

The colours are literal because a page retints exactly these in dark mode. The four series
colours reach 3:1 on white and on dark and stay apart under colour-blindness; they are never
alone in telling things apart, and text never stands on them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from casebook.blocks import Column, Figure, Table
from casebook.model import Engagement, Text
from casebook.text import Words

if TYPE_CHECKING:
    from casebook.charts.sheet import Sheet

INK = "#1f2a33"
MUTED = "#5b6770"
RULE = "#c9d1d6"
PAPER = "#ffffff"
SERIES = ("#3388ff", "#bb1188", "#557700", "#bb8888")
SHAPES: tuple[Shape, ...] = ("circle", "diamond", "square", "triangle")

_QUANTITY = re.compile(r"(0|[1-9][\d.,]*)(–[\d.,]+)?")
"""A number or two with a dash between; neither a code such as 0746 nor years such as 2023-2024."""

WIDE = 680
NARROW = 320
"""The widths of the two drawings in px; they are shown one to one."""

Shape = Literal["circle", "diamond", "square", "triangle", "cross"]


@dataclass(frozen=True)
class Pen:
    """How a line or an area looks: `edge` and `fill` are colours, `width` and `dash` px.

    `hatch` is some strokes (`///`) or crosses (`xxx`) in the colour of the edge, instead of a
    filling; the more there are, the closer they stand.
    """

    edge: str | None = None
    fill: str | None = None
    width: float = 1
    dash: tuple[float, float] | None = None
    hatch: str | None = None


@dataclass(frozen=True)
class Mark:
    """A point: its shape, colour and diameter in px; hollow and half-filled tell states apart.

    Only circles are half-filled.
    """

    shape: Shape = "circle"
    color: str = SERIES[0]
    fill: Literal["full", "left", "none"] = "full"
    size: float = 10

    def hollow(self) -> Mark:
        """The same mark without a filling."""
        return replace(self, fill="none")


@dataclass(frozen=True)
class Face:
    """How text looks: `size` in px (None: the drawing's base), `anchor` as in SVG."""

    color: str = INK
    anchor: Literal["start", "middle", "end"] = "start"
    bold: bool = False
    size: float | None = None


PLAIN = Face()
BOLD = Face(bold=True)
QUIET = Face(color=MUTED)
RULE_LINE = Pen(edge=RULE)
UNKNOWN_AREA = Pen(edge=MUTED, hatch="///", width=0)
"""Hatching for what is not known; it never means a quantity."""

Draw = Callable[["Sheet"], float]
"""Draws on a sheet and returns the height used, in px."""


@dataclass(frozen=True)
class Content:
    """What a chart says: the finding, its text alternative, its data and its note.

    `tells_all`: the wide drawing says what a reader looks for in the table.
    """

    title: str
    description: str
    table: Table
    note: tuple[str, ...] = ()
    tells_all: bool = False


def figure(chart: str, content: Content, draw: Draw, about: tuple[Engagement, Words]) -> Figure:
    """The chart as a block, drawn once for a wide column and once for a telephone."""
    # matplotlib is slow to import; a notebook without a chart must not wait for it.
    from casebook.charts.sheet import drawing  # noqa: PLC0415

    return Figure(
        id=chart,
        title=content.title,
        description=content.description,
        svg=drawing(WIDE, chart, draw),
        svg_narrow=drawing(NARROW, chart, draw),
        table=content.table,
        note=note(content.note, *about),
        tells_all=content.tells_all,
    )


def note(parts: Iterable[str], engagement: Engagement, words: Words) -> str:
    """What stands under a chart: its own remarks, the source, and whether data are made up."""
    said = [part for part in parts if part]
    source = engagement.release.source
    if source is not None:
        bare = Text(da=source.da.rstrip("."), en=source.en and source.en.rstrip("."))
        said.append(words("chart.source", source=words.text(bare)))
    if engagement.assignment.fictional:
        said.append(words("chart.fictional"))
    return " ".join(said)


def table(caption: str, columns: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Table:
    """The data of a chart. A column is numeric where all its known values are quantities."""
    cells = tuple(rows)
    named = tuple(
        Column(label=label, numeric=_numeric([row[place] for row in cells]))
        for place, label in enumerate(columns)
    )
    return Table(caption=caption, columns=named, rows=cells)


def _numeric(cells: list[str]) -> bool:
    words = [cell for cell in cells if any(letter.isalpha() for letter in cell)]
    numbers = [cell for cell in cells if _QUANTITY.fullmatch(cell)]
    return bool(numbers) and len(numbers) + len(words) == len(cells)
