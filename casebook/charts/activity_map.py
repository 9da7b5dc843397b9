"""Which activities were for which groups, on which level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from casebook.blocks import Figure, Table
from casebook.charts.layout import block, gutter, heading, legend, stepped, wrap
from casebook.charts.naming import activity_name, group_name
from casebook.charts.style import (
    INK,
    MUTED,
    PAPER,
    QUIET,
    RULE_LINE,
    SERIES,
    SHAPES,
    UNKNOWN_AREA,
    Content,
    Face,
    Mark,
    Pen,
    figure,
    table,
)
from casebook.model import Activity, Engagement
from casebook.text import Words

if TYPE_CHECKING:
    from casebook.charts.sheet import Sheet

LEVEL_MARK = Mark("square", INK, size=9)


@dataclass(frozen=True)
class Line:
    """One activity: its name, its groups by id, and what is said where they are not known."""

    name: str
    groups: tuple[str, ...]
    said: str
    inferred: bool
    level: Literal["stated", "inferred", "unknown"]


@dataclass(frozen=True)
class Part:
    """The activities on one level, with the level's mark."""

    title: str
    mark: Mark
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Grid:
    """Where things stand in the wide drawing, in px: names, first column, columns by group."""

    indent: int
    left: float
    columns: dict[str, float]


@dataclass(frozen=True)
class Map:
    """Everything that is drawn: the levels, the columns as (id, name), and the words."""

    parts: tuple[Part, ...]
    columns: tuple[tuple[str, str], ...]
    words: Words

    @property
    def lines(self) -> list[Line]:
        """All activities."""
        return [line for part in self.parts for line in part.lines]

    @property
    def marks_levels(self) -> bool:
        """Whether any level is inferred, so that every level must show which it is."""
        return any(line.level == "inferred" for line in self.lines)

    @property
    def indent(self) -> int:
        """Room for the levels' marks in px, where there are any."""
        return 20 if self.marks_levels else 0


def draw(engagement: Engagement, words: Words) -> Figure | None:
    """The activities as rows by level and the groups as columns, with a dot for each pair."""
    if not engagement.participants or not any(a.groups for a in engagement.activities):
        return None
    shown = Map(
        parts=_parts(engagement, words),
        columns=tuple((g.id, words.text(g.label)) for g in engagement.participants),
        words=words,
    )
    content = Content(_title(shown), _description(shown), _table(engagement, words), tells_all=True)
    return figure("activity-map", content, lambda s: _drawing(s, shown), (engagement, words))


def _parts(engagement: Engagement, words: Words) -> tuple[Part, ...]:
    levels = [(level.id, words.text(level.name)) for level in engagement.assignment.levels]
    named = {id for id, _ in levels}
    parts = []
    for place, (id, title) in enumerate([*levels, (None, words("chart.map.no_level"))]):
        found = [a for a in engagement.activities if _level(a, named) == id]
        mark = Mark(SHAPES[place % len(SHAPES)], SERIES[place % len(SERIES)], size=12)
        lines = tuple(_line(activity, words) for activity in found)
        parts += [Part(title, mark, lines)] if lines else []
    return tuple(parts)


def _level(activity: Activity, named: set[str]) -> str | None:
    value = activity.level.value if activity.level else None
    return value if value in named else None


def _line(activity: Activity, words: Words) -> Line:
    groups = activity.groups
    return Line(
        name=activity_name(activity, words),
        groups=(groups.value or ()) if groups else (),
        said="" if groups and groups.value else words("unknown"),
        inferred=bool(groups and groups.inferred),
        level=_certainty(activity),
    )


def _certainty(activity: Activity) -> Literal["stated", "inferred", "unknown"]:
    if activity.level is None or not activity.level.known:
        return "unknown"
    return "inferred" if activity.level.inferred else "stated"


def _title(shown: Map) -> str:
    words, used = shown.words, {id for line in shown.lines for id in line.groups}
    activities = words("chart.activities", n=len(shown.lines))
    groups = words("chart.groups", n=len(used))
    levels = sum(1 for part in shown.parts if part.title != words("chart.map.no_level"))
    if not levels:
        return words("chart.map.title_flat", activities=activities, groups=groups)
    on = words("chart.levels", n=levels)
    return words("chart.map.title", activities=activities, groups=groups, levels=on)


def _description(shown: Map) -> str:
    words = shown.words
    said = [words("chart.map.description")]
    for part in shown.parts:
        names = words.listing(line.name for line in part.lines)
        said.append(words("chart.map.part", level=part.title, activities=names))
    unknown = sum(1 for line in shown.lines if line.said)
    if unknown:
        said.append(words("chart.map.unknown_groups", n=unknown))
    if shown.marks_levels:
        said.append(words("chart.map.level_inferred"))
    return " ".join(said)


def _table(engagement: Engagement, words: Words) -> Table:
    names = {level.id: words.text(level.name) for level in engagement.assignment.levels}
    rows = []
    for activity in engagement.activities:
        level, line = activity.level, _line(activity, words)
        known = names.get((level.value if level else None) or "", "")
        marked = f"{known} {words('inferred')}" if line.level == "inferred" else known
        groups = ", ".join(group_name(engagement, id, words) for id in line.groups)
        said = f"{groups} {words('inferred')}" if line.inferred else groups
        rows.append((line.name, said or line.said, marked if known else words("unknown")))
    columns = [words(f"chart.column.{name}") for name in ("activity", "for_groups", "level")]
    return table(words("chart.map.caption"), columns, rows)


def _drawing(sheet: Sheet, shown: Map) -> float:
    y = (_list if sheet.narrow else _matrix)(sheet, shown)
    return legend(sheet, y + 14, _legend(shown)) + 4


def _legend(shown: Map) -> list[tuple[Mark | Pen, str]]:
    words = shown.words
    entries: list[tuple[Mark | Pen, str]] = []
    inferred = [part.mark for part in shown.parts if any(line.inferred for line in part.lines)]
    if inferred:
        entries.append((inferred[0].hollow(), words("chart.map.key_group_inferred")))
    if shown.marks_levels:
        if any(line.level == "stated" for line in shown.lines):
            entries.append((LEVEL_MARK, words("chart.map.key_level_stated")))
        entries.append((LEVEL_MARK.hollow(), words("chart.map.key_level_inferred")))
    return entries


def _level_mark(sheet: Sheet, y: float, line: Line) -> None:
    if line.level != "unknown":
        sheet.mark(5, y, LEVEL_MARK.hollow() if line.level == "inferred" else LEVEL_MARK)


def _matrix(sheet: Sheet, shown: Map) -> float:
    """Rows and columns, for the wide drawing."""
    left = shown.indent + gutter(sheet, [line.name for line in shown.lines], 0.4 * sheet.width)
    step = (sheet.width - left - 12) / len(shown.columns)
    at = {id: left + step * (place + 0.5) for place, (id, _) in enumerate(shown.columns)}
    y = stepped(sheet, 0, [(at[id], name) for id, name in shown.columns])
    for part in shown.parts:
        top = y
        y = heading(sheet, y + 10, part.title)
        for x in at.values():
            sheet.line((x, top), (x, y - 26), RULE_LINE)
        for line in part.lines:
            y = _row(sheet, y, (line, part.mark), Grid(shown.indent, left, at))
    return y


def _row(sheet: Sheet, y: float, row: tuple[Line, Mark], grid: Grid) -> float:
    line, mark = row
    left, at = grid.left, grid.columns
    lines = wrap(sheet, line.name, left - grid.indent - 14)
    bottom = y + max(30, len(lines) * sheet.line_height + 12)
    middle = (y + bottom) / 2
    for x in at.values():
        sheet.line((x, y), (x, bottom), RULE_LINE)
    if grid.indent:
        _level_mark(sheet, middle, line)
    block(sheet, grid.indent, middle - len(lines) * sheet.line_height / 2, lines)
    for id in line.groups:
        if id in at:
            sheet.mark(at[id], middle, mark.hollow() if line.inferred else mark)
    if line.said:
        _unknown(sheet, line.said, left, (y + 5, bottom - 5))
    sheet.line((0, bottom), (sheet.width, bottom), RULE_LINE)
    return bottom


def _unknown(sheet: Sheet, said: str, left: float, ends: tuple[float, float]) -> None:
    """A hatched band across the columns, with words in a gap in its middle."""
    (top, bottom), half = ends, sheet.measure(said) / 2 + 8
    centre = (left + sheet.width) / 2
    for x in (left, centre + half):
        sheet.box((x, top), (centre - half - left, bottom - top), UNKNOWN_AREA)
    sheet.box((centre - half, top), (2 * half, bottom - top), Pen(fill=PAPER))
    middle = (top + bottom - sheet.line_height) / 2
    block(sheet, centre, middle, [said], Face(MUTED, "middle"))


def _list(sheet: Sheet, shown: Map) -> float:
    """Each activity with its groups written under it, for the narrow drawing."""
    names, x = dict(shown.columns), shown.indent
    y = 0.0
    for part in shown.parts:
        y = heading(sheet, y + 8, part.title)
        for line in part.lines:
            if shown.indent:
                _level_mark(sheet, y + 8 + sheet.line_height / 2, line)
            y = block(sheet, x, y + 8, wrap(sheet, line.name, sheet.width - x))
            mark = part.mark.hollow() if line.inferred else part.mark
            for name in [names[id] for id in line.groups if id in names]:
                sheet.mark(x + 8, y + sheet.line_height / 2 + 1, mark)
                y = block(
                    sheet, x + 22, y + 1, wrap(sheet, name, sheet.width - x - 22, QUIET), QUIET
                )
            if line.said:
                sheet.box((x, y + 4), (16, sheet.line_height - 6), UNKNOWN_AREA)
                y = block(sheet, x + 22, y + 1, [line.said], QUIET)
            y += 8
            sheet.line((0, y), (sheet.width, y), RULE_LINE)
        y += 6
    return y
