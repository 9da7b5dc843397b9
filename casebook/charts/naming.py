"""Short names of things, as they stand in a chart."""

from __future__ import annotations

from casebook.model import Activity, Engagement
from casebook.text import Words


def activity_name(activity: Activity, words: Words) -> str:
    """An activity's label, or its kinds in words."""
    if activity.label is not None:
        return words.text(activity.label)
    kinds = words.listing(words(f"chart.kind.{kind}") for kind in activity.kinds)
    return kinds[:1].upper() + kinds[1:]


def group_name(engagement: Engagement, id: str, words: Words) -> str:
    """A participant group's label."""
    group = engagement.group(id)
    return words.text(group.label) if group else id


def tool_name(engagement: Engagement, id: str, words: Words) -> str:
    """A tool's name."""
    found = (words.text(tool.name) for tool in engagement.tools() if tool.id == id)
    return next(found, id)
