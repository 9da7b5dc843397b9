"""When the sessions were, with the precision that is known; never an order that is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from casebook.blocks import Figure, Table
from casebook.charts import years
from casebook.charts.layout import block, gutter, legend, wrap
from casebook.charts.naming import activity_name
from casebook.charts.style import (
    INK,
    MUTED,
    QUIET,
    RULE_LINE,
    SERIES,
    Content,
    Mark,
    Pen,
    figure,
    table,
)
from casebook.dates import Span, span
from casebook.model import Activity, Engagement, SessionStatus
from casebook.text import Words

if TYPE_CHECKING:
    from casebook.charts.sheet import Sheet

LEAST_DATED = 3
"""With fewer dated sessions than this there is no timeline, only a band of years."""

LANE = 16
MARKS = {
    SessionStatus.HELD: Mark("circle", SERIES[0]),
    SessionStatus.PLANNED: Mark("circle", SERIES[0], "none"),
    SessionStatus.MOVED: Mark("triangle", SERIES[2], "none"),
    SessionStatus.CANCELLED: Mark("cross", SERIES[1], size=9),
    SessionStatus.UNKNOWN: Mark("square", MUTED, "none"),
}
BANDS = {
    SessionStatus.HELD: Pen(fill=SERIES[0]),
    SessionStatus.PLANNED: Pen(edge=SERIES[0], width=1.5),
    SessionStatus.MOVED: Pen(edge=SERIES[2], width=1.5, hatch="///"),
    SessionStatus.CANCELLED: Pen(edge=SERIES[1], width=1.5, hatch="xxx"),
    SessionStatus.UNKNOWN: Pen(edge=MUTED, width=1.5, dash=(4.5, 3)),
}
QUARTERS = (4, 7, 10)


@dataclass(frozen=True)
class Happening:
    """Sessions of one activity that share status and date: drawn as one sign."""

    when: Span
    status: SessionStatus
    count: int


@dataclass(frozen=True)
class Row:
    """An activity with its dated sessions, and what is said of the undated ones."""

    name: str
    happenings: tuple[Happening, ...]
    said: str


@dataclass(frozen=True)
class Axis:
    """Days to px."""

    first: date
    last: date
    left: float
    right: float

    @property
    def is_roomy(self) -> bool:
        """Whether a year is wide enough for its four digits and its quarters."""
        return (self.last.year - self.first.year + 1) * 60 < self.right - self.left

    def x(self, day: date) -> float:
        """The x of the start of a day."""
        whole = (self.last - self.first).days + 1
        return self.left + (self.right - self.left) * (day - self.first).days / whole

    def ends(self, when: Span) -> tuple[float, float]:
        """The x of the start of the first day and of the end of the last."""
        return self.x(when.first), self.x(when.last + timedelta(days=1))


def draw(engagement: Engagement, words: Words) -> Figure | None:
    """The sessions along time by activity; a band of years where too few are dated."""
    dated = [session for session in engagement.meetings if session.date]
    if len(dated) < LEAST_DATED:
        return years.draw(engagement, words)
    rows = [_row(activity, words) for activity in engagement.activities]
    whole = _whole(engagement, rows)
    content = Content(
        title=_title(engagement, words),
        description=_description(engagement, rows, words),
        table=_table(engagement, words),
        note=(_drawn(len(engagement.meetings), len(dated), words),),
        tells_all=True,
    )
    return figure(
        "timeline", content, lambda s: _drawing(s, rows, whole, words), (engagement, words)
    )


def _drawn(n: int, dated: int, words: Words) -> str:
    key = "chart.timeline.note_all" if dated == n else "chart.timeline.note"
    return words(key, n=n, dated=dated)


def _row(activity: Activity, words: Words) -> Row:
    dates = ((session.date, session.status) for session in activity.meetings)
    found = Counter((span(when), status) for when, status in dates if when)
    happenings = [Happening(*key, count) for key, count in found.items()]
    undated = sum(1 for session in activity.meetings if not session.date)
    said = words("chart.timeline.undated", n=undated) if undated else ""
    return Row(
        name=activity_name(activity, words),
        happenings=tuple(sorted(happenings, key=lambda one: (one.when.first, one.when.last))),
        said=said if activity.meetings else words("chart.timeline.no_sessions"),
    )


def _whole(engagement: Engagement, rows: Sequence[Row]) -> Span:
    period = engagement.assignment.years
    spans = [one.when for row in rows for one in row.happenings]
    spans += [span(str(period.start)), span(str(period.end or period.start))]
    return Span(first=min(one.first for one in spans), last=max(one.last for one in spans))


def _title(engagement: Engagement, words: Words) -> str:
    held = [s for s in engagement.meetings if s.status is SessionStatus.HELD]
    dates = sorted((s.date for s in held if s.date), key=span)
    total = len(engagement.meetings)
    if not dates:
        return words("chart.timeline.title_none", n=total)
    first = min(dates, key=lambda when: span(when).first)
    if first == dates[-1]:
        return words("chart.timeline.title_one", n=len(dates), when=words.date(first))
    until = words.date(dates[-1])
    return words("chart.timeline.title", n=len(dates), first=words.date(first), last=until)


def _description(engagement: Engagement, rows: Sequence[Row], words: Words) -> str:
    statuses = Counter(session.status for session in engagement.meetings)
    counts = words.listing(
        f"{words.number(statuses[status])} {words(f'chart.status.{status}').lower()}"
        for status in MARKS
        if statuses[status]
    )
    undated = sum(1 for session in engagement.meetings if not session.date)
    said = words("chart.timeline.description", n=len(rows), counts=counts)
    return f"{said} {words('chart.timeline.undated_all', n=undated)}" if undated else said


def _table(engagement: Engagement, words: Words) -> Table:
    rows: list[tuple[str, ...]] = []
    for activity in engagement.activities:
        name = activity_name(activity, words)
        found = Counter((session.date, session.status) for session in activity.meetings)
        for (when, status), n in sorted(found.items(), key=lambda one: one[0][0] or "9999"):
            said = words(f"chart.status.{status}")
            rows.append((name, words.date(when), said, words.number(n)))
        if not found:
            rows.append((name, *[words("unknown")] * 3))
    columns = [words(f"chart.column.{name}") for name in ("activity", "date", "status", "sessions")]
    return table(words("chart.timeline.caption"), columns, rows)


def _drawing(sheet: Sheet, rows: Sequence[Row], whole: Span, words: Words) -> float:
    labels = [text for row in rows for text in (row.name, row.said)]
    left = 0 if sheet.narrow else gutter(sheet, labels, 0.34 * sheet.width)
    axis = Axis(whole.first, whole.last, left, sheet.width - 8)
    y = _years(sheet, axis)
    for row in rows:
        y = _row_drawing(sheet, y, row, (axis, words))
    return legend(sheet, y + 14, _legend(rows, words)) + 4


def _years(sheet: Sheet, axis: Axis) -> float:
    bottom = sheet.line_height + 4.0
    for year in range(axis.first.year, axis.last.year + 1):
        x = axis.x(date(year, 1, 1))
        label = str(year) if axis.is_roomy else f"{year % 100:02d}"
        sheet.line((x, 0), (x, bottom), Pen(edge=MUTED))
        sheet.text(x + 5, 0.75 * sheet.line_height, label, QUIET)
    sheet.line((0, bottom), (sheet.width, bottom), RULE_LINE)
    return bottom


def _grid(sheet: Sheet, axis: Axis, top: float, bottom: float) -> None:
    for year in range(axis.first.year, axis.last.year + 1):
        for month in (1, *QUARTERS) if axis.is_roomy else (1,):
            x = axis.x(date(year, month, 1))
            sheet.line((x, top), (x, bottom), Pen(edge=MUTED) if month == 1 else RULE_LINE)


def _row_drawing(sheet: Sheet, y: float, row: Row, by: tuple[Axis, Words]) -> float:
    axis, words = by
    placed = _lanes(sheet, row, axis, words)
    lanes = LANE * max((lane + 1 for lane, *_ in placed), default=0)
    room = sheet.width if sheet.narrow else axis.left - 14
    name, said = wrap(sheet, row.name, room), wrap(sheet, row.said, room, QUIET)
    names = sheet.line_height * (len(name) + len(said if row.said else ()))
    bottom = y + 14 + (names + lanes if sheet.narrow else max(names, lanes))
    top = y + 7 + (names if sheet.narrow else 0)
    if lanes or not sheet.narrow:
        _grid(sheet, axis, top + 2 if sheet.narrow else y, bottom)
    under = block(sheet, 0, y + 7, name)
    if row.said:
        block(sheet, 0, under, said, QUIET)
    for lane, one, start, end in placed:
        middle = top + lane * LANE + LANE / 2 + 1
        _sign(sheet, one, (start, end, middle))
        if one.count > 1:
            times = words("chart.times", n=one.count)
            sheet.text(end + 5, middle + 0.35 * sheet.size, times, QUIET)
    sheet.line((0, bottom), (sheet.width, bottom), RULE_LINE)
    return bottom


def _lanes(
    sheet: Sheet, row: Row, axis: Axis, words: Words
) -> list[tuple[int, Happening, float, float]]:
    """Each sign with its lane and its ends, so that no sign lies over another."""
    free: list[float] = []
    placed = []
    for one in row.happenings:
        start, end = axis.ends(one.when)
        if one.when.is_day:
            start, end = (start + end) / 2 - 6, (start + end) / 2 + 6
        label = sheet.measure(words("chart.times", n=one.count)) + 8 if one.count > 1 else 0
        lane = next((i for i, until in enumerate(free) if until <= start), len(free))
        free[lane : lane + 1] = [end + label]
        placed.append((lane, one, start, end))
    return placed


def _sign(sheet: Sheet, one: Happening, at: tuple[float, float, float]) -> None:
    start, end, middle = at
    if one.when.is_day:
        sheet.mark((start + end) / 2, middle, MARKS[one.status])
    else:
        sheet.box((start + 1, middle - 5), (max(3, end - start - 2), 10), BANDS[one.status])


def _legend(rows: Sequence[Row], words: Words) -> list[tuple[Mark | Pen, str]]:
    drawn = [one for row in rows for one in row.happenings]
    statuses = [status for status in MARKS if any(one.status is status for one in drawn)]
    marks = {one.status for one in drawn if one.when.is_day}
    entries: list[tuple[Mark | Pen, str]] = [
        (MARKS[status] if status in marks else BANDS[status], words(f"chart.status.{status}"))
        for status in statuses
    ]
    if any(not one.when.is_day for one in drawn):
        entries.append((Pen(edge=INK), words("chart.timeline.key_band")))
    return entries
