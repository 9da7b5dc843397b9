"""Tool design: which methods and tools were made, and how many units use them."""

from __future__ import annotations

from casebook.indicators import tools_in_use
from casebook.indicators.tools_in_use import ToolsInUse
from casebook.model import Engagement, Fact, Insight, InsightKind, PhaseKind, Text, Tool
from casebook.phases.common import both, delivered


def insights(engagement: Engagement) -> tuple[Insight, ...]:
    """What the tool design amounts to."""
    use = {value.subject: value for value in tools_in_use.measure(engagement)}
    phases = [phase for phase in engagement.phases if phase.kind is PhaseKind.TOOL_DESIGN]
    made = tuple(_made(engagement, phase.tools) for phase in phases)
    used = tuple(
        _used(engagement, tool, use[tool.id]) for tool in engagement.tools() if tool.id in use
    )
    return delivered(engagement, PhaseKind.TOOL_DESIGN) + made + used


def _made(engagement: Engagement, tools: Fact[tuple[Tool, ...]] | None) -> Insight:
    known = tools.value if tools else None
    count = None if known is None else len(known)
    key = "insight.tools_unknown" if count is None else "insight.tools"
    return Insight(
        key="tool_design-made",
        phase=PhaseKind.TOOL_DESIGN,
        kind=InsightKind.FINDING if count is None else InsightKind.INDICATOR,
        statement=both(key, n=count or 0),
        n=count,
        source=engagement.release.source,
    )


def _said(tool: Tool, value: ToolsInUse) -> Text:
    counts = {"tool": tool.name, "used": value.n, "n": value.total}
    if value.stopped:
        return both("insight.tool_stopped", **counts, stopped=value.stopped)
    return both("insight.tool_in_use", **counts)


def _used(engagement: Engagement, tool: Tool, value: ToolsInUse) -> Insight:
    return Insight(
        key=f"tool_design-use-{tool.id}",
        phase=PhaseKind.TOOL_DESIGN,
        kind=InsightKind.INDICATOR,
        statement=_said(tool, value),
        adverse=bool(value.stopped),
        n=value.n,
        total=value.total,
        source=engagement.release.source,
    )
