"""Tools and how far they are in use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from casebook.checks.finding import Finding
from casebook.dates import span
from casebook.messages import said
from casebook.model import Engagement, ToolUse, UseLevel

_LEVELS = list(UseLevel)


def used_before_release(engagement: Engagement) -> Iterator[Finding]:
    """A tool is not in use before its version was released.

    Either a date is wrong, or it was an earlier version that was used: the two must not be
    mixed when one asks what came of a version.
    """
    tools = {tool.id: tool for tool in engagement.tools()}
    for at, use in enumerate(engagement.outcomes.tool_use):
        tool = tools.get(use.tool)
        if tool and tool.released and span(use.date).last < span(tool.released).first:
            message = said(
                "Tool {id} version {version} was used {date}, but released {released}.",
                id=tool.id,
                version=tool.version,
                date=use.date,
                released=tool.released,
            )
            place = ("outcomes", "tool_use", at, "date")
            yield Finding(place, message, said("Correct one of the dates, or the version."))


def fall_without_note(engagement: Engagement) -> Iterator[Finding]:
    """Where a unit falls back in its use of a tool, say why.

    A fall is a finding: a note about what happened is worth more than the number.
    """
    units: defaultdict[tuple[str, str], list[tuple[int, ToolUse]]] = defaultdict(list)
    for at, use in enumerate(engagement.outcomes.tool_use):
        units[use.tool, use.unit].append((at, use))
    for (tool, unit), uses in units.items():
        ordered = sorted(uses, key=lambda pair: span(pair[1].date))
        for (_, earlier), (at, later) in pairwise(ordered):
            fell = _LEVELS.index(later.level) < _LEVELS.index(earlier.level)
            if fell and not later.note:
                message = said(
                    "{tool} at {unit} falls from {before} to {after}.",
                    tool=tool,
                    unit=unit,
                    before=earlier.level.value,
                    after=later.level.value,
                )
                place = ("outcomes", "tool_use", at, "level")
                yield Finding(place, message, said("Write in `note` what happened."))
