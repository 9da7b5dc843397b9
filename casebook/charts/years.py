"""The years of an engagement with too few dated sessions: a band without any inner order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from casebook.blocks import Figure
from casebook.charts.layout import block, wrap
from casebook.charts.naming import activity_name
from casebook.charts.style import MUTED, QUIET, UNKNOWN_AREA, Content, Face, Pen, figure, table
from casebook.dates import span
from casebook.model import Activity, Engagement, Years
from casebook.text import Words

if TYPE_CHECKING:
    from casebook.charts.sheet import Sheet

BAND = 34


def draw(engagement: Engagement, words: Words) -> Figure:
    """One hatched band over the years, and the sentence that little or nothing inside is known."""
    period, activities = engagement.assignment.years, engagement.activities
    shown = words.years(period)
    rows = [(activity_name(one, words), shown, _dates([one], words)) for one in activities]
    columns = [words(f"chart.column.{name}") for name in ("activity", "period", "date")]
    title, described, said = _told(engagement, words)
    content = Content(
        title=title,
        description=described,
        table=table(words("chart.timeline.caption"), columns, rows),
        tells_all=not any(session.date for session in engagement.meetings),
    )
    return figure("timeline", content, lambda s: _drawing(s, period, said), (engagement, words))


def _told(engagement: Engagement, words: Words) -> tuple[str, str, str]:
    """Title, description and remark: whether no session is dated, or too few are."""
    shown, meetings = words.years(engagement.assignment.years), engagement.meetings
    dated = sum(1 for session in meetings if session.date)
    if not dated:
        n = len(engagement.activities)
        described = words("chart.years.description", n=n, years=shown)
        return words("chart.years.title", years=shown), described, words("chart.years.said")
    title = words("chart.years.title_dated", years=shown, n=len(meetings), dated=dated)
    dates = _dates(engagement.activities, words)
    described = words("chart.years.description_dated", n=dated, years=shown, dates=dates)
    return title, described, words("chart.years.said_dated")


def _dates(activities: Iterable[Activity], words: Words) -> str:
    """The dates of the sessions of some activities, in order; or that they are not known."""
    dates = (session.date for one in activities for session in one.meetings if session.date)
    return words.listing(words.date(when) for when in sorted(dates, key=span)) or words("unknown")


def _drawing(sheet: Sheet, period: Years, remark: str) -> float:
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
    said = wrap(sheet, remark, sheet.width, QUIET)
    return block(sheet, 0, top + BAND + 8, said, QUIET) + 4
