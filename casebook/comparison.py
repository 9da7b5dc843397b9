"""What one engagement does differently from another: pure, from two engagements to lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from casebook.model import Activity, Engagement, Fact, Item, Part, State, Text, Tool
from casebook.weeks import weeks

_ACTIVITY = ("kinds", "text", "label", "groups", "level", "planned")
_TOOL = ("version", "name", "purpose")
_ITEM = ("version", "text", "scale")


@dataclass(frozen=True)
class Change:
    """One difference. `kind` is added, left out or changed; `field` is empty for a whole thing."""

    what: str
    id: str
    kind: str
    field: str = ""
    before: str = ""
    now: str = ""

    def as_json(self) -> dict[str, str]:
        """The change as plain values."""
        return asdict(self)


def compare(engagement: Engagement, other: Engagement) -> list[Change]:
    """What `engagement` adds, leaves out and changes, seen from `other`."""
    return [
        *_changes(
            "activity", _activities(other), _activities(engagement), (*_ACTIVITY, "phase", "week")
        ),
        *_changes("tool", _tools(other), _tools(engagement), _TOOL),
        *_changes("survey item", _items(other), _items(engagement), _ITEM),
    ]


_Things = Mapping[str, Mapping[str, str]]
"""Things by id, each with its fields as a person reads them."""


def _changes(what: str, before: _Things, now: _Things, fields: tuple[str, ...]) -> Iterator[Change]:
    for id in before:
        if id not in now:
            yield Change(what, id, "left out", before=before[id][""])
    for id, thing in now.items():
        if id not in before:
            yield Change(what, id, "added", now=thing[""])
            continue
        for field in fields:
            if thing[field] != before[id][field]:
                yield Change(what, id, "changed", field, before[id][field], thing[field])


def _activities(engagement: Engagement) -> _Things:
    dated = weeks(engagement)
    return {
        activity.id: {
            **_read(activity, _ACTIVITY),
            "phase": phase.kind.value,
            "week": _said(
                tuple(dated.get(("phases", phase.id, "activities", activity.id), activity.week))
            ),
            "": _said(activity.label or activity.text),
        }
        for phase in engagement.phases
        for activity in phase.activities
    }


def _tools(engagement: Engagement) -> _Things:
    return {
        tool.id: {**_read(tool, _TOOL), "": f"{_said(tool.name)} ({tool.version})"}
        for tool in engagement.tools()
    }


def _items(engagement: Engagement) -> _Things:
    return {
        item.id: {**_read(item, _ITEM), "": _said(item.text)}
        for survey in engagement.outcomes.surveys
        for item in survey.items
    }


def _read(part: Activity | Tool | Item, fields: tuple[str, ...]) -> dict[str, str]:
    return {name: _said(getattr(part, name)) for name in fields}


def _said(value: Any) -> str:
    """A value as a person reads it in the file; what is unknown is as if it were not there."""
    if value is None:
        return ""
    if isinstance(value, Text):
        return value.da
    if isinstance(value, Fact):
        unknown = value.state is State.UNKNOWN
        return _said(value.value) if value.known else "" if unknown else value.state.value
    if isinstance(value, tuple):
        return ", ".join(_said(each) for each in value)
    return "" if isinstance(value, Part) else str(value)
