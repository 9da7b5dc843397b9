"""Which municipalities there are engagements in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from casebook.blocks import Figure
from casebook.charts.locator import BORNHOLM, HEIGHTS, LAND, inset, rings
from casebook.charts.style import BOLD, INK, NARROW, PAPER, QUIET, SERIES, WIDE, Mark, Pen, table
from casebook.municipalities import municipalities, outlines
from casebook.text import Words

if TYPE_CHECKING:
    from casebook.charts.sheet import Sheet

HERE = Pen(fill=SERIES[0], edge=PAPER, width=0.6)
MOST_NAMES = 18
"""So many names fit beside the map; more stand in the table alone."""


def draw(codes: Sequence[str], words: Words) -> Figure | None:
    """The municipalities of `codes`, filled and marked; None where none of them is known."""
    known = municipalities()
    found = Counter(code for code in codes if code in known)
    if not found:
        return None
    from casebook.charts.sheet import drawing  # noqa: PLC0415  # matplotlib is slow to import

    named = sorted(found, key=lambda code: known[code].name)
    rows = [(known[code].official_name, words.number(found[code])) for code in named]
    columns = [words("chart.column.municipality"), words("across.engagements")]
    return Figure(
        id="denmark",
        title=words("chart.denmark.title", n=len(named), all=len(known)),
        description=words(
            "chart.denmark.description", names=words.listing(known[code].name for code in named)
        ),
        svg=drawing(WIDE, "denmark", lambda sheet: _drawing(sheet, named)),
        svg_narrow=drawing(NARROW, "denmark", lambda sheet: _drawing(sheet, named)),
        table=table(words("chart.denmark.title", n=len(named), all=len(known)), columns, rows),
        note=words("chart.denmark.note"),
        tells_all=len(named) <= MOST_NAMES and set(found.values()) == {1},
    )


def _drawing(sheet: Sheet, codes: Sequence[str]) -> float:
    height = HEIGHTS[sheet.narrow]
    scale = height / outlines().height
    others = [code for code in outlines().paths if code not in codes]
    sheet.shape([ring for code in others for ring in rings(code, scale)], LAND)
    sheet.shape([ring for code in codes for ring in rings(code, scale)], HERE)
    inset(sheet, [point for ring in rings(BORNHOLM, scale) for point in ring])
    for number, code in enumerate(codes, 1):
        x, y = (part * scale for part in outlines().centres[code])
        sheet.mark(x, y, Mark("circle", PAPER, size=9))
        sheet.mark(x, y, Mark("circle", INK, size=6))
        if len(codes) <= MOST_NAMES:
            sheet.text(x + 7, y + 4, str(number), BOLD)
    return max(height, _names(sheet, codes)) + 4


def _names(sheet: Sheet, codes: Sequence[str]) -> float:
    """The numbers on the map with their names: beside it, or under it on a telephone."""
    if len(codes) > MOST_NAMES:
        return 0
    edge = outlines().width * HEIGHTS[sheet.narrow] / outlines().height
    left, y = (0.0, HEIGHTS[True] + 22.0) if sheet.narrow else (edge + 24, 14.0)
    for number, code in enumerate(codes, 1):
        sheet.text(left, y, str(number), BOLD)
        sheet.text(left + 26, y, municipalities()[code].name, QUIET)
        y += sheet.line_height
    return y
