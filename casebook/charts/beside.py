"""The same measurement in several engagements: a dot and an interval each, by date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casebook.blocks import Figure
from casebook.charts.layout import block, gutter, wrap
from casebook.charts.style import (
    INK,
    NARROW,
    QUIET,
    RULE_LINE,
    SERIES,
    WIDE,
    Face,
    Mark,
    Pen,
    table,
)
from casebook.text import Words, slug

if TYPE_CHECKING:
    from casebook.charts.sheet import Sheet

MOST = 30
"""So many rows are drawn, the latest; all of them stand in the table."""

DOT = Mark("circle", SERIES[0], size=9)
SPAN = Pen(edge=INK, width=1.5)


@dataclass(frozen=True)
class Share:
    """One engagement's share: `n` of `total`; `low` and `high`, 0 to 1, where it has them."""

    label: str
    n: int
    total: int
    low: float | None
    high: float | None
    date: str | None


def draw(title: str, shares: Sequence[Share], words: Words) -> Figure | None:
    """The shares in the order they are given, which is that of their dates; never by size.

    Only those with an interval are drawn; None where no two have one.
    """
    drawn = [share for share in shares if share.low is not None][-MOST:]
    if len(drawn) < 2:  # noqa: PLR2004  # one alone has nothing beside it
        return None
    from casebook.charts.sheet import drawing  # noqa: PLC0415  # matplotlib is slow to import

    id = slug(title)
    columns = [words(f"chart.beside.{name}") for name in ("who", "date", "n", "interval")]
    return Figure(
        id=id,
        title=title,
        description=" ".join(_sentence(share, words) for share in drawn),
        svg=drawing(WIDE, id, lambda sheet: _drawing(sheet, drawn, words)),
        svg_narrow=drawing(NARROW, id, lambda sheet: _drawing(sheet, drawn, words)),
        table=table(title, columns, [_row(share, words) for share in shares]),
        note=words("chart.beside.note"),
    )


def _sentence(share: Share, words: Words) -> str:
    row = _row(share, words)
    return f"{row[0]} ({row[1]}): {row[2]}, {row[3]}."


def _row(share: Share, words: Words) -> tuple[str, ...]:
    counts = words("chart.beside.of", found=share.n, n=share.total)
    if share.low is None or share.high is None:
        return share.label, words.date(share.date), counts, words("chart.beside.few")
    ends = {"low": round(100 * share.low), "high": round(100 * share.high)}
    return share.label, words.date(share.date), counts, words("chart.beside.percent", **ends)


def _drawing(sheet: Sheet, shares: Sequence[Share], words: Words) -> float:
    labels = [f"{s.label}, {words.date(s.date)}" for s in shares]
    counts = [words("chart.beside.of", found=s.n, n=s.total) for s in shares]
    right = max(sheet.measure(count, QUIET) for count in counts) + 10
    left = 12.0 if sheet.narrow else gutter(sheet, labels, 0.4 * sheet.width)
    width = sheet.width - left - right - 8
    y = 6.0
    for share, label, count in zip(shares, labels, counts, strict=True):
        y = _line(sheet, y, label, left)
        _interval(sheet, y, left, width, share)
        sheet.text(sheet.width, y + 0.35 * sheet.size, count, Face(QUIET.color, "end"))
        y += 16
    return _axis(sheet, y, left, width)


def _line(sheet: Sheet, y: float, label: str, left: float) -> float:
    """Write a label, over the line on a telephone and beside it elsewhere; the line's y."""
    if sheet.narrow:
        return block(sheet, 0, y, wrap(sheet, label, sheet.width)) + 8
    lines = wrap(sheet, label, left - 14)
    bottom = block(sheet, 0, y, lines)
    return (y + bottom) / 2


def _interval(sheet: Sheet, y: float, left: float, width: float, share: Share) -> None:
    low, high = share.low or 0.0, share.high or 0.0
    sheet.line((left, y), (left + width, y), RULE_LINE)
    sheet.line((left + low * width, y), (left + high * width, y), SPAN)
    sheet.mark(left + share.n / share.total * width, y, DOT)


def _axis(sheet: Sheet, y: float, left: float, width: float) -> float:
    sheet.line((left, y), (left + width, y), Pen(edge=INK))
    for part in (0, 50, 100):
        x = left + part / 100 * width
        sheet.line((x, y), (x, y + 4), Pen(edge=INK))
        sheet.text(x, y + 18, f"{part} %", Face(QUIET.color, "middle"))
    return y + 24
