"""The years of an engagement whose sessions are not dated: a band without any inner order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casebook.blocks import Figure
from casebook.charts.layout import block, wrap
from casebook.charts.naming import activity_name
from casebook.charts.style import MUTED, QUIET, UNKNOWN_AREA, Content, Face, Pen, figure, table
from casebook.model import Engagement, Years
from casebook.text import Words

if TYPE_CHECKING:
    from casebook.charts.sheet import Sheet

BAND = 34


def draw(engagement: Engagement, words: Words) -> Figure:
    """One hatched band over the years, and the sentence that nothing inside them is known."""
    period, activities = engagement.assignment.years, engagement.activities
    shown = words.years(period)
    rows = [(activity_name(one, words), shown, words("unknown")) for one in activities]
    columns = [words(f"chart.column.{name}") for name in ("activity", "period", "date")]
    content = Content(
        title=words("chart.years.title", years=shown),
        description=words("chart.years.description", n=len(activities), years=shown),
        table=table(words("chart.timeline.caption"), columns, rows),
    )
    return figure("timeline", content, lambda s: _drawing(s, period, words), (engagement, words))


def _drawing(sheet: Sheet, period: Years, words: Words) -> float:
    last = period.end or period.start
    step = sheet.width / (last - period.start + 1)
    labels = max(1, round(40 / step))
    top = float(sheet.line_height + 4)
    sheet.box((0, top), (sheet.width, BAND), UNKNOWN_AREA)
    for place, year in enumerate(range(period.start, last + 1)):
        x = place * step
        sheet.line((x, 0), (x, top + BAND), Pen(edge=MUTED))
        if place % labels == 0:
            sheet.text(x + 5, 0.75 * sheet.line_height, str(year), Face(bold=True))
    sheet.line((sheet.width - 1, 0), (sheet.width - 1, top + BAND), Pen(edge=MUTED))
    said = wrap(sheet, words("chart.years.said"), sheet.width, QUIET)
    return block(sheet, 0, top + BAND + 8, said, QUIET) + 4
