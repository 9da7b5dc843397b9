"""What the records hold and what is missing, topic by topic: places, never a score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from casebook.blocks import Figure, Table
from casebook.charts.layout import block, gutter, legend, wrap
from casebook.charts.style import (
    MUTED,
    PAPER,
    QUIET,
    SERIES,
    UNKNOWN_AREA,
    Content,
    Face,
    Pen,
    figure,
    table,
)
from casebook.indicators.completeness import Completeness, measure
from casebook.model import Engagement
from casebook.text import Words

if TYPE_CHECKING:
    from casebook.charts.sheet import Sheet

BAR = 14.0
PENS = {
    "given": Pen(edge=SERIES[0], fill=SERIES[0]),
    "unknown": UNKNOWN_AREA,
    "withheld": Pen(edge=SERIES[1], hatch="....", width=0),
    "unrecorded": Pen(edge=MUTED, fill=PAPER),
}
"""The look of what stands in a place; an empty box is an empty place."""


def draw(engagement: Engagement, words: Words) -> Figure | None:
    """A bar per topic, divided by what stands in its places."""
    found = [value for value in measure(engagement) if value.total]
    if not found:
        return None
    content = Content(
        title=_title(found, words),
        description=" ".join([words("chart.complete.description"), *_sentences(found, words)]),
        table=_table(found, words),
        note=(words("chart.complete.note"),),
    )
    return figure("completeness", content, lambda s: _drawing(s, found, words), (engagement, words))


def _title(found: Sequence[Completeness], words: Words) -> str:
    full = sum(value.n == value.total for value in found)
    empty = sum(value.n == 0 for value in found)
    if not empty:
        return words("chart.complete.title_none_empty", n=len(found), full=full)
    return words("chart.complete.title", n=len(found), full=full, empty=empty)


def _sentences(found: Sequence[Completeness], words: Words) -> list[str]:
    return [
        words("chart.complete.one", topic=_topic(value, words), count=_count(value, words))
        for value in found
    ]


def _topic(value: Completeness, words: Words) -> str:
    return words(f"complete.{value.subject}")


def _count(value: Completeness, words: Words) -> str:
    return words("chart.of", n=value.n, total=value.total)


def _places(value: Completeness) -> dict[str, int]:
    counts = (value.n or 0, value.unknown, value.withheld, value.unrecorded)
    return dict(zip(PENS, counts, strict=True))


def _table(found: Sequence[Completeness], words: Words) -> Table:
    names = ("topic", *PENS, "places")
    cells = [
        (
            _topic(value, words),
            *(words.number(n) for n in (*_places(value).values(), value.total or 0)),
        )
        for value in found
    ]
    columns = [words(f"chart.complete.{name}") for name in names]
    return table(words("chart.complete.caption"), columns, cells)


def _drawing(sheet: Sheet, found: Sequence[Completeness], words: Words) -> float:
    counts = [_count(value, words) for value in found]
    right = gutter(sheet, counts, 0.2 * sheet.width)
    topics = [_topic(value, words) for value in found]
    left = 0.0 if sheet.narrow else gutter(sheet, topics, 0.46 * sheet.width)
    y = 0.0
    for value, topic, count in zip(found, topics, counts, strict=True):
        lines = wrap(sheet, topic, sheet.width if sheet.narrow else left - 14)
        bottom = block(sheet, 0, y, lines)
        top = bottom + 2 if sheet.narrow else (y + bottom - BAR) / 2
        _bar(sheet, (left, top), sheet.width - right - left, value)
        sheet.text(sheet.width, top + BAR - 2, count, Face(QUIET.color, "end"))
        y = max(bottom, top + BAR) + 9
    shown = [name for name in PENS if any(_places(value)[name] for value in found)]
    return legend(sheet, y + 6, [(PENS[name], words(f"chart.complete.{name}")) for name in shown])


def _bar(sheet: Sheet, corner: tuple[float, float], width: float, value: Completeness) -> None:
    """The places of a topic, side by side over the whole width."""
    x, y = corner
    for name, n in _places(value).items():
        wide = width * n / (value.total or 1)
        if n:
            sheet.box((x, y), (wide, BAR), PENS[name])
        x += wide
