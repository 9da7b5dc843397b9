"""Whether tools are still in use half a year after the last session (RE-AIM)."""

from __future__ import annotations

from dataclasses import dataclass

from casebook.dates import days_between, last_contact, latest_of
from casebook.indicators.tools_in_use import in_use, latest
from casebook.indicators.value import Value
from casebook.model import Engagement, State, ToolUse, When

AFTER = 183
"""Days after the last session from which use counts as kept up."""


@dataclass(frozen=True, kw_only=True)
class Maintenance(Value):
    """One tool: `n` units still use it of `total` units on record half a year after.

    `unrecorded` counts the units that were only seen earlier; unknown is not no.
    """

    unrecorded: int


def measure(engagement: Engagement) -> tuple[Maintenance, ...]:
    """Every tool on record, by each unit's latest level."""
    last, records = last_contact(engagement), tuple(latest(engagement).values())
    tools = dict.fromkeys(record.tool for record in records)
    return tuple(
        _maintenance(engagement, tool, [r for r in records if r.tool == tool], last)
        for tool in tools
    )


def _maintenance(
    engagement: Engagement, tool: str, records: list[ToolUse], last: When | None
) -> Maintenance:
    late = [r for r in records if last and days_between(last, r.date)[0] >= AFTER]
    return Maintenance(
        key="maintenance",
        subject=tool,
        n=sum(in_use(record.level) for record in late) if late else None,
        total=len(late) if late else None,
        state=State.KNOWN if late else State.UNKNOWN,
        date=latest_of(record.date for record in late),
        source=engagement.release.source,
        unrecorded=len(records) - len(late),
    )
