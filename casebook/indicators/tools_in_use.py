"""How many units use a tool, by Levels of Use (Hall & Hord, CBAM)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from casebook.dates import latest_of, span
from casebook.indicators.value import Value
from casebook.model import Engagement, Text, ToolUse, UseLevel

_RANK = {level: rank for rank, level in enumerate(UseLevel)}


@dataclass(frozen=True, kw_only=True)
class ToolsInUse(Value):
    """One tool: `n` units that use it of `total` units on record; units, never persons.

    In use is level III or higher; `embedded` counts the units at IVA or higher, `stopped`
    those that once used it and no longer do.
    """

    embedded: int
    stopped: int


def measure(engagement: Engagement) -> tuple[ToolsInUse, ...]:
    """The use of every tool on record, by each unit's latest level."""
    records = latest(engagement)
    used = {(r.tool, r.unit) for r in engagement.outcomes.tool_use if in_use(r.level)}
    source = engagement.release.source
    return tuple(
        _use(tool, {unit: r for (of, unit), r in records.items() if of == tool}, used, source)
        for tool in dict.fromkeys(tool for tool, _ in records)
    )


def _use(
    tool: str,
    now: Mapping[str, ToolUse],
    used: Collection[tuple[str, str]],
    source: Text | None,
) -> ToolsInUse:
    levels = [record.level for record in now.values()]
    return ToolsInUse(
        key="tools_in_use",
        subject=tool,
        n=sum(map(in_use, levels)),
        total=len(levels),
        date=latest_of(record.date for record in now.values()),
        source=source,
        embedded=sum(map(embedded, levels)),
        stopped=sum((tool, unit) in used and not in_use(r.level) for unit, r in now.items()),
    )


def latest(engagement: Engagement) -> Mapping[tuple[str, str], ToolUse]:
    """The latest record of each tool in each unit, by `(tool, unit)`."""
    by_date = sorted(engagement.outcomes.tool_use, key=lambda record: span(record.date))
    found = {(record.tool, record.unit): record for record in by_date}
    order = dict.fromkeys((use.tool, use.unit) for use in engagement.outcomes.tool_use)
    return {pair: found[pair] for pair in order}


def in_use(level: UseLevel) -> bool:
    """Whether a level counts as in use: III, mechanical, or higher."""
    return _RANK[level] >= _RANK[UseLevel.MECHANICAL]


def embedded(level: UseLevel) -> bool:
    """Whether a level counts as embedded: IVA, routine, or higher."""
    return _RANK[level] >= _RANK[UseLevel.ROUTINE]
