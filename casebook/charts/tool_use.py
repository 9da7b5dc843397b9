"""How far each unit is with each tool, by Levels of Use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casebook.blocks import Figure, Table
from casebook.charts.layout import block, gutter, heading, legend, stepped, wrap
from casebook.charts.naming import tool_name
from casebook.charts.style import (
    MUTED,
    QUIET,
    RULE_LINE,
    SERIES,
    Content,
    Face,
    Mark,
    figure,
    table,
)
from casebook.indicators.tools_in_use import embedded, in_use, latest, measure
from casebook.model import Engagement, ToolUse, UseLevel
from casebook.text import Words

if TYPE_CHECKING:
    from casebook.charts.sheet import Sheet

EMBEDDED = Mark("circle", SERIES[0], "full", 14)
IN_USE = Mark("circle", SERIES[0], "left", 14)
NOT_YET = Mark("circle", MUTED, "none", 14)


@dataclass(frozen=True)
class Grid:
    """Units as rows and tools as columns, by id, with each one's name and latest record."""

    units: tuple[str, ...]
    tools: Mapping[str, str]
    records: Mapping[tuple[str, str], ToolUse]
    words: Words

    def unit(self, unit: str) -> str:
        """A unit's name; it is empty where the unit is not told."""
        return self.words.danish(unit) or self.words("unknown")


def draw(engagement: Engagement, words: Words) -> Figure | None:
    """A cell per unit and tool with its latest level in writing and as a mark."""
    records = latest(engagement)
    if not records:
        return None
    grid = Grid(
        units=tuple(dict.fromkeys(unit for _, unit in records)),
        tools={tool: tool_name(engagement, tool, words) for tool, _ in records},
        records=records,
        words=words,
    )
    content = Content(
        _title(grid, engagement), _description(grid), _table(grid), (words("chart.use.note"),)
    )
    return figure("tool-use", content, lambda s: _drawing(s, grid), (engagement, words))


def _title(grid: Grid, engagement: Engagement) -> str:
    """In how many units something is used, and what was given up somewhere."""
    title, words = _in_use(grid), grid.words
    stopped = [grid.tools[value.subject] for value in measure(engagement) if value.stopped]
    if not stopped:
        return title
    return words("chart.use.title_stopped", title=title, tools=words.listing(stopped))


def _in_use(grid: Grid) -> str:
    using = {unit for (_, unit), record in grid.records.items() if in_use(record.level)}
    words, total = grid.words, len(grid.units)
    if len(grid.tools) == 1:
        (tool,) = grid.tools.values()
        return words("chart.use.title_one", tool=tool, found=len(using), n=total)
    return words("chart.use.title", found=len(using), n=total)


def _description(grid: Grid) -> str:
    words = grid.words
    said = [words("chart.use.description", n=len(grid.units), tools=len(grid.tools))]
    for tool, name in grid.tools.items():
        levels = [record.level for (of, _), record in grid.records.items() if of == tool]
        counts = {"found": sum(map(in_use, levels)), "embedded": sum(map(embedded, levels))}
        said.append(words("chart.use.one", tool=name, n=len(levels), **counts))
    return " ".join(said)


def _table(grid: Grid) -> Table:
    words = grid.words
    rows = [
        (grid.unit(unit), name, *_cells(grid.records.get((tool, unit)), words))
        for unit in grid.units
        for tool, name in grid.tools.items()
    ]
    columns = [words(f"chart.column.{name}") for name in ("unit", "tool", "use", "date")]
    return table(words("chart.use.caption"), columns, rows)


def _cells(record: ToolUse | None, words: Words) -> tuple[str, str]:
    if record is None:
        return words("unknown"), words("unknown")
    return _level(record.level, words), words.date(record.date)


def _level(level: UseLevel, words: Words) -> str:
    return f"{level} {words(f'chart.use.level_{level.name.lower()}')}"


def _mark(level: UseLevel) -> Mark:
    if embedded(level):
        return EMBEDDED
    return IN_USE if in_use(level) else NOT_YET


def _drawing(sheet: Sheet, grid: Grid) -> float:
    y = (_list if sheet.narrow else _matrix)(sheet, grid)
    keys = {"embedded": EMBEDDED, "in_use": IN_USE, "not_yet": NOT_YET}
    entries = [(mark, grid.words(f"chart.use.key_{key}")) for key, mark in keys.items()]
    return legend(sheet, y + 12, entries) + 4


def _matrix(sheet: Sheet, grid: Grid) -> float:
    """Rows and columns, for the wide drawing."""
    left = gutter(sheet, [grid.unit(unit) for unit in grid.units], 0.36 * sheet.width)
    step = min(130, (sheet.width - left) / len(grid.tools))
    columns = [(left + step * place + 10, tool) for place, tool in enumerate(grid.tools)]
    y = stepped(sheet, 0, [(x, grid.tools[tool]) for x, tool in columns])
    sheet.line((0, y), (sheet.width, y), RULE_LINE)
    for unit in grid.units:
        names = wrap(sheet, grid.unit(unit), left - 14)
        bottom = y + sheet.line_height * len(names) + 16
        block(sheet, 0, y + 8, names)
        for x, tool in columns:
            _cell(sheet, (x, (y + bottom) / 2), grid.records.get((tool, unit)))
        sheet.line((0, bottom), (sheet.width, bottom), RULE_LINE)
        y = bottom
    return y


def _cell(sheet: Sheet, at: tuple[float, float], record: ToolUse | None) -> None:
    x, middle = at
    baseline = middle + 0.35 * sheet.size
    if record is None:
        sheet.text(x, baseline, "?", Face(MUTED, "middle"))
        return
    sheet.mark(x, middle, _mark(record.level))
    sheet.text(x + 13, baseline, str(record.level))


def _list(sheet: Sheet, grid: Grid) -> float:
    """Each unit with its tools under it, for the narrow drawing."""
    y = 0.0
    for unit in grid.units:
        y = heading(sheet, y, grid.unit(unit)) + 6
        y = _tools(sheet, y, [(grid.records.get((t, unit)), n) for t, n in grid.tools.items()])
        y += 10
    return y


def _tools(sheet: Sheet, y: float, tools: Sequence[tuple[ToolUse | None, str]]) -> float:
    for record, name in tools:
        _cell(sheet, (8, y + sheet.line_height / 2), record)
        lines = wrap(sheet, name, sheet.width - 58, QUIET)
        y = block(sheet, 58, y, lines, QUIET) + 4
    return y
