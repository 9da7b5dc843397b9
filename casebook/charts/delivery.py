"""How many sessions were held of those planned, by activity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casebook.blocks import Figure, Table
from casebook.charts.layout import block, gutter, legend, wrap
from casebook.charts.naming import activity_name
from casebook.charts.style import (
    INK,
    MUTED,
    QUIET,
    RULE_LINE,
    SERIES,
    Content,
    Face,
    Mark,
    Pen,
    figure,
    table,
)
from casebook.indicators.delivery import Delivery, measure
from casebook.model import Engagement
from casebook.text import Words

if TYPE_CHECKING:
    from casebook.charts.sheet import Sheet

HELD = Mark("circle", SERIES[0], size=9)
PLANNED = Mark("circle", INK, "none", size=15)
MOST_TICKS = 6


@dataclass(frozen=True)
class Row:
    """An activity: its counts, and what is written beside them."""

    name: str
    delivery: Delivery
    said: str
    deviation: str


def draw(engagement: Engagement, words: Words) -> Figure | None:
    """Planned and held as two points per activity, where either is known."""
    names = {a.id: activity_name(a, words) for a in engagement.activities}
    found = [one for one in measure(engagement) if one.total is not None or one.n]
    if not found:
        return None
    rows = [_row(names[one.subject], one, words) for one in found]
    content = Content(
        title=_title(rows, words),
        description=_description(rows, words),
        table=_table(rows, words),
        tells_all=True,
    )
    return figure("delivery", content, lambda s: _drawing(s, rows, words), (engagement, words))


def _row(name: str, one: Delivery, words: Words) -> Row:
    deviations = [("cancelled", one.cancelled), ("moved", one.moved)]
    listed = [words(f"chart.delivery.{key}", n=n) for key, n in deviations if n]
    held, planned = _number(one.n, words), _number(one.total, words)
    said = words("chart.of", n=held, total=planned)
    if one.total is None:
        said = words("chart.delivery.unplanned", n=held)
    elif one.n is None:
        said = words("chart.delivery.unrecorded", total=planned)
    elif one.n > one.total:
        said = words("chart.delivery.more", n=held, total=planned)
    return Row(name, one, said, words.listing(listed) if listed else "")


def _number(n: int | None, words: Words) -> str:
    return words("unknown") if n is None else words.number(n)


def _title(rows: Sequence[Row], words: Words) -> str:
    both = [r.delivery for r in rows if r.delivery.total is not None and r.delivery.n is not None]
    if not both:
        return words("chart.delivery.title_partial")
    held = sum(one.n or 0 for one in both)
    planned = sum(one.total or 0 for one in both)
    over = words("chart.activities", n=len(both))
    return words("chart.delivery.title", n=held, planned=planned, activities=over)


def _description(rows: Sequence[Row], words: Words) -> str:
    said = [words("chart.delivery.description")]
    for row in rows:
        count = f"{row.said} ({row.deviation})" if row.deviation else row.said
        said.append(words("chart.reach.one", group=row.name, count=count))
    return " ".join(said)


def _table(rows: Sequence[Row], words: Words) -> Table:
    cells = [
        (
            row.name,
            _number(row.delivery.total, words),
            _number(row.delivery.n, words),
            *(_number(n, words) for n in _deviations(row.delivery)),
        )
        for row in rows
    ]
    names = ("activity", "planned", "held", "cancelled", "moved")
    columns = [words(f"chart.column.{name}") for name in names]
    return table(words("chart.delivery.caption"), columns, cells)


def _deviations(one: Delivery) -> tuple[int | None, int | None]:
    """Cancelled and moved; without any session on record neither is known."""
    return (None, None) if one.n is None else (one.cancelled, one.moved)


def _drawing(sheet: Sheet, rows: Sequence[Row], words: Words) -> float:
    left, right = 10.0, sheet.width - 10.0
    if not sheet.narrow:
        left += gutter(sheet, [row.name for row in rows], 0.36 * sheet.width)
        beside = [text for row in rows for text in (row.said, row.deviation)]
        right -= gutter(sheet, beside, 0.26 * sheet.width)
    most = max(1, *(max(row.delivery.n or 0, row.delivery.total or 0) for row in rows))
    at = (left, right, (right - left) / most)
    y = _scale(sheet, most, at)
    for row in rows:
        y = (_stacked if sheet.narrow else _beside)(sheet, y, row, at)
    keys = [(PLANNED, words("chart.column.planned")), (HELD, words("chart.column.held"))]
    return legend(sheet, y + 10, keys) + 4


def _ticks(most: int) -> range:
    return range(0, most + 1, -(-most // MOST_TICKS))


def _scale(sheet: Sheet, most: int, at: tuple[float, float, float]) -> float:
    left, _, step = at
    for n in _ticks(most):
        sheet.text(left + n * step, 0.75 * sheet.line_height, str(n), Face(MUTED, "middle"))
    y = sheet.line_height + 4.0
    sheet.line((0, y), (sheet.width, y), RULE_LINE)
    return y


def _beside(sheet: Sheet, y: float, row: Row, at: tuple[float, float, float]) -> float:
    """Name, points and numbers on one line, for the wide drawing."""
    left, right, _ = at
    names = wrap(sheet, row.name, left - 24)
    room = sheet.width - right - 20
    said = wrap(sheet, row.said, room)
    more = wrap(sheet, row.deviation, room, QUIET) if row.deviation else []
    height = sheet.line_height * max(len(names), len(said) + len(more)) + 16
    middle = y + height / 2
    block(sheet, 0, middle - sheet.line_height * len(names) / 2, names)
    _points(sheet, middle, row.delivery, at)
    top = middle - sheet.line_height * (len(said) + len(more)) / 2
    block(sheet, right + 20, block(sheet, right + 20, top, said), more, QUIET)
    sheet.line((0, y + height), (sheet.width, y + height), RULE_LINE)
    return y + height


def _stacked(sheet: Sheet, y: float, row: Row, at: tuple[float, float, float]) -> float:
    """Name and numbers over the points, for the narrow drawing."""
    y = block(sheet, 0, y + 7, wrap(sheet, row.name, sheet.width))
    said = f"{row.said} ({row.deviation})" if row.deviation else row.said
    y = block(sheet, 0, y, wrap(sheet, said, sheet.width, QUIET), QUIET)
    _points(sheet, y + 12, row.delivery, at)
    sheet.line((0, y + 26), (sheet.width, y + 26), RULE_LINE)
    return y + 26


def _points(sheet: Sheet, middle: float, one: Delivery, at: tuple[float, float, float]) -> None:
    left, right, step = at
    sheet.line((left, middle), (right, middle), RULE_LINE)
    if one.n is not None and one.total is not None and one.n != one.total:
        ends = (left + one.n * step, middle), (left + one.total * step, middle)
        sheet.line(*ends, Pen(edge=SERIES[0], width=3))
    if one.total is not None:
        sheet.mark(left + one.total * step, middle, PLANNED)
    if one.n is not None:
        sheet.mark(left + one.n * step, middle, HELD)
