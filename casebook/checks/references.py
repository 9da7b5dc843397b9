"""Ids that are used must exist, once."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator

from casebook.checks.finding import Finding
from casebook.checks.walk import Path, activities, sessions
from casebook.model import Engagement, Session


def dangling_reference(engagement: Engagement) -> Iterator[Finding]:
    """An id is used that nothing has.

    Groups, levels, activities and tools are referred to by their id. A reference that leads
    nowhere would silently fall out of every chart and table. Correct the spelling, or add
    what is referred to.
    """
    groups = [group.id for group in engagement.participants]
    levels = [level.id for level in engagement.assignment.levels]
    for path, activity in activities(engagement):
        for at, id in enumerate(activity.groups.value or () if activity.groups else ()):
            yield from _missing("participant group", id, groups, (*path, "groups", at))
        if activity.level and activity.level.value:
            yield from _missing("level", activity.level.value, levels, (*path, "level"))
    for path, session in sessions(engagement):
        if session.group:
            yield from _missing("participant group", session.group, groups, (*path, "group"))
    yield from _group_references(engagement, groups)
    tools = [tool.id for tool in engagement.tools()]
    for at, use in enumerate(engagement.outcomes.tool_use):
        yield from _missing("tool", use.tool, tools, ("outcomes", "tool_use", at, "tool"))


def _group_references(engagement: Engagement, groups: list[str]) -> Iterator[Finding]:
    for at, group in enumerate(engagement.participants):
        path: Path = ("participants", at)
        if group.subset_of and group.subset_of.value:
            whole = group.subset_of.value
            yield from _missing("participant group", whole, groups, (*path, "subset_of"))
        for other in (group.overlaps.value or ()) if group.overlaps else ():
            yield from _missing("participant group", other, groups, (*path, "overlaps"))
    for at, survey in enumerate(engagement.outcomes.surveys):
        if survey.group:
            place = ("outcomes", "surveys", at, "group")
            yield from _missing("participant group", survey.group, groups, place)


def _missing(what: str, id: str, known: Collection[str], path: Path) -> Iterator[Finding]:
    if id in known:
        return
    near = difflib.get_close_matches(id, known, n=1)
    hint = f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(known) or 'none'}."
    yield Finding(path, f"There is no {what} '{id}'.", hint)


def repeated_id(engagement: Engagement) -> Iterator[Finding]:
    """An id may contain only a-z, 0-9 and '-', and stands for one thing.

    Two activities, groups, phases or sessions with the same id cannot be told apart in tables
    and links. Give each an id of its own.
    """
    groups, phases = engagement.participants, engagement.phases
    yield from _again(
        "participant group", [(("participants", n), g.id) for n, g in enumerate(groups)]
    )
    yield from _again("phase", [(("phases", n), phase.id) for n, phase in enumerate(phases)])
    yield from _again("activity", [(path, part.id) for path, part in activities(engagement)])
    yield from _again_as_another(engagement)


def _again(what: str, ids: Iterable[tuple[Path, str]]) -> Iterator[Finding]:
    seen: set[str] = set()
    for path, id in ids:
        if id in seen:
            message = f"The {what} id '{id}' is used twice."
            yield Finding((*path, "id"), message, "Give each its own.")
        seen.add(id)


def _again_as_another(engagement: Engagement) -> Iterator[Finding]:
    """Rows of one session differ in nothing but the group and its numbers."""
    first: dict[str, Session] = {}
    groups: set[tuple[str, str | None]] = set()
    for path, session in sessions(engagement):
        other = first.setdefault(session.id, session)
        whole = (session.activity, session.date, session.status)
        if whole != (other.activity, other.date, other.status) or (
            (session.id, session.group) in groups
        ):
            message = f"The session id '{session.id}' is used twice."
            hint = "Give each its own, or each row of the same session its own group."
            yield Finding((*path, "id"), message, hint)
        groups.add((session.id, session.group))


def public_order(engagement: Engagement) -> Iterator[Finding]:
    """The activities of the public page are numbered 1, 2, 3 … without gaps.

    `order` is the activity's place in the public list. A number left out or used twice means
    that an activity was forgotten or that the page's order is a matter of chance.
    """
    given = [(path, a.order) for path, a in activities(engagement) if a.order is not None]
    orders = [order for _, order in given]
    for number in range(1, len(orders) + 1):
        if number not in orders:
            message = f"Activities with order must be 1..{len(orders)}; {number} is missing."
            yield Finding((*given[0][0], "order"), message, "Number them without gaps.")
