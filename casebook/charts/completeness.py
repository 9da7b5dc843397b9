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
from casebook.completeness import Topic, topics
from casebook.model import Engagement
from casebook.text import Words

if TYPE_CHECKING:
    from casebook.charts.sheet import Sheet

BAR = 14.0
PENS = {
    "given": Pen(edge=SERIES[0], fill=SERIES[0]),
    "unknown": UNKNOWN_AREA,
    "withheld": Pen(edge=SERIES[1], hatch="xxx", width=0),
    "unrecorded": Pen(edge=MUTED, fill=PAPER),
}
"""The look of what stands in a place; an empty box is an empty place."""


def draw(engagement: Engagement, words: Words) -> Figure:
    """A bar per topic, divided by what stands in its places; an empty engagement has empty bars."""
    found = topics(engagement)
    content = Content(
        title=_title(found, words),
        description=" ".join([words("chart.complete.description"), *_sentences(found, words)]),
        table=_table(found, words),
        note=(words("chart.complete.note"),),
        tells_all=True,
    )
    return figure("completeness", content, lambda s: _drawing(s, found, words), (engagement, words))


def _title(found: Sequence[Topic], words: Words) -> str:
    full = sum(topic.given == topic.places for topic in found)
    empty = sum(not topic.given for topic in found)
    if not empty:
        return words("chart.complete.title_none_empty", n=len(found), full=full)
    return words("chart.complete.title", n=len(found), full=full, empty=empty)


def _sentences(found: Sequence[Topic], words: Words) -> list[str]:
    return [
        words("chart.complete.one", topic=_name(topic, words), count=_count(topic, words))
        for topic in found
    ]


def _name(topic: Topic, words: Words) -> str:
    return words(f"complete.{topic.name}")


def _count(topic: Topic, words: Words) -> str:
    return words("chart.of", n=topic.given, total=topic.places)


def _places(topic: Topic) -> dict[str, int]:
    counts = (topic.given, topic.unknown, topic.withheld, topic.unrecorded)
    return dict(zip(PENS, counts, strict=True))


def _table(found: Sequence[Topic], words: Words) -> Table:
    names = ("topic", *PENS, "places")
    cells = [
        (
            _name(topic, words),
            *(words.number(n) for n in (*_places(topic).values(), topic.places)),
        )
        for topic in found
    ]
    columns = [words(f"chart.complete.{name}") for name in names]
    return table(words("chart.complete.caption"), columns, cells)


def _drawing(sheet: Sheet, found: Sequence[Topic], words: Words) -> float:
    counts = [_count(topic, words) for topic in found]
    right = gutter(sheet, counts, 0.2 * sheet.width)
    names = [_name(topic, words) for topic in found]
    left = 0.0 if sheet.narrow else gutter(sheet, names, 0.46 * sheet.width)
    y = 0.0
    for topic, name, count in zip(found, names, counts, strict=True):
        lines = wrap(sheet, name, sheet.width if sheet.narrow else left - 14)
        bottom = block(sheet, 0, y, lines)
        top = bottom + 2 if sheet.narrow else (y + bottom - BAR) / 2
        _bar(sheet, (left, top), sheet.width - right - left, topic)
        sheet.text(sheet.width, top + BAR - 2, count, Face(QUIET.color, "end"))
        y = max(bottom, top + BAR) + 9
    shown = [state for state in PENS if any(_places(topic)[state] for topic in found)]
    return legend(
        sheet, y + 6, [(PENS[state], words(f"chart.complete.{state}")) for state in shown]
    )


def _bar(sheet: Sheet, corner: tuple[float, float], width: float, topic: Topic) -> None:
    """The places of a topic, side by side over the whole width."""
    x, y = corner
    for name, n in _places(topic).items():
        wide = width * n / topic.places
        if n:
            sheet.box((x, y), (wide, BAR), PENS[name])
        x += wide
