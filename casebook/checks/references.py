"""Ids that are used must exist, once."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator

from casebook.checks.finding import Finding
from casebook.checks.walk import activities, sessions
from casebook.messages import said
from casebook.model import Engagement, Session
from casebook.places import ValuePath


def dangling_reference(engagement: Engagement) -> Iterator[Finding]:
    """An id is used that nothing has.

    Groups, activities, tools, sources, consents and actors are referred to by their id. A
    reference that leads nowhere would silently fall out of every chart and table. Correct the
    spelling, or add what is referred to.
    """
    groups = [group.id for group in engagement.participants]
    for path, id in _group_references(engagement):
        yield from _missing(said("participant group"), id, groups, path)
    tools = [tool.id for tool in engagement.tools()]
    for at, use in enumerate(engagement.outcomes.tool_use):
        yield from _missing(said("tool"), use.tool, tools, ("outcomes", "tool_use", at, "tool"))
    evidence = [one.id for one in engagement.outcomes.evidence]
    for path, id in _evidence_references(engagement):
        yield from _missing(said("source"), id, evidence, path)
    consents = [consent.id for consent in engagement.release.consents]
    for at, quote in enumerate(engagement.voices):
        if consents and quote.consent and quote.consent.value:
            path = ("voices", at, "consent")
            yield from _missing(said("consent"), quote.consent.value, consents, path)
    actors = [actor.id for actor in engagement.outcomes.actors]
    for at, tie in enumerate(engagement.outcomes.ties):
        for end, id in (("from", tie.rater), ("to", tie.rated)):
            yield from _missing(said("actor"), id, actors, ("outcomes", "ties", at, end))


def _group_references(engagement: Engagement) -> Iterator[tuple[ValuePath, str]]:
    for path, activity in activities(engagement):
        for at, id in enumerate(activity.groups.value or () if activity.groups else ()):
            yield (*path, "groups", at), id
    for path, session in sessions(engagement):
        if session.group:
            yield (*path, "group"), session.group
    for at, group in enumerate(engagement.participants):
        if group.subset_of and group.subset_of.value:
            yield ("participants", at, "subset_of"), group.subset_of.value
        for id in (group.overlaps.value or ()) if group.overlaps else ():
            yield ("participants", at, "overlaps"), id
    for at, survey in enumerate(engagement.outcomes.surveys):
        if survey.group:
            yield ("outcomes", "surveys", at, "group"), survey.group


def _evidence_references(engagement: Engagement) -> Iterator[tuple[ValuePath, str]]:
    for at, claim in enumerate(engagement.outcomes.claims):
        for position, id in enumerate(claim.evidence):
            yield ("outcomes", "claims", at, "evidence", position), id
    for at, outcome in enumerate(engagement.outcomes.observed):
        for position, id in enumerate(outcome.evidence):
            yield ("outcomes", "observed", at, "evidence", position), id


def _missing(what: str, id: str, known: Collection[str], path: ValuePath) -> Iterator[Finding]:
    if id in known:
        return
    near = difflib.get_close_matches(id, known, n=1)
    hint = said("Did you mean '{word}'?", word=near[0]) if near else None
    listed = said("Known: {words}.", words=", ".join(known) or said("none"))
    message = said("There is no {what} '{id}'.", what=what, id=id)
    yield Finding(path, message, hint or listed)


def undeclared_level(engagement: Engagement) -> Iterator[Finding]:
    """An activity's level is one of those that the engagement declares.

    `engagement.levels` lists them, such as the clusters and the whole organisation. Correct the
    spelling, or add the level.
    """
    levels = [level.id for level in engagement.assignment.levels]
    for path, activity in activities(engagement):
        level = activity.level.value if activity.level else None
        if level is not None and level not in levels:
            message = said(
                "Activity {id} has level '{level}'; declared levels: {known}.",
                id=activity.id,
                level=level,
                known=", ".join(levels) or said("none"),
            )
            near = difflib.get_close_matches(level, levels, n=1)
            hint = said("Did you mean '{word}'?", word=near[0]) if near else said("Add the level.")
            yield Finding((*path, "level"), message, hint)


def repeated_id(engagement: Engagement) -> Iterator[Finding]:
    """An id may contain only a-z, 0-9 and '-', and stands for one thing.

    Two activities, groups, phases or sessions with the same id cannot be told apart in tables
    and links. Give each an id of its own.
    """
    assignment, outcomes = engagement.assignment, engagement.outcomes
    yield from _again(said("participant group"), ("participants",), engagement.participants)
    yield from _again(said("phase"), ("phases",), engagement.phases)
    yield from _again(said("level"), ("engagement", "levels"), assignment.levels)
    yield from _again(said("cluster"), ("engagement", "clusters"), assignment.clusters)
    yield from _again(said("quote"), ("voices",), engagement.voices)
    yield from _again(said("claim"), ("outcomes", "claims"), outcomes.claims)
    yield from _again(said("outcome"), ("outcomes", "observed"), outcomes.observed)
    yield from _again(said("source"), ("outcomes", "evidence"), outcomes.evidence)
    yield from _again(said("survey"), ("outcomes", "surveys"), outcomes.surveys)
    yield from _again(said("actor"), ("outcomes", "actors"), outcomes.actors)
    yield from _again(said("lesson"), ("learning", "lessons"), engagement.learning.lessons)
    yield from _again(said("consent"), ("release", "consents"), engagement.release.consents)
    for at, survey in enumerate(outcomes.surveys):
        place = ("outcomes", "surveys", at)
        yield from _again(said("item"), (*place, "items"), survey.items)
        yield from _again(said("wave"), (*place, "waves"), survey.waves)
    yield from _twice(said("activity"), ((path, part.id) for path, part in activities(engagement)))
    yield from _again_as_another(engagement)


def _again(what: str, path: ValuePath, parts: Iterable[object]) -> Iterator[Finding]:
    ids = (((*path, at), str(getattr(part, "id", ""))) for at, part in enumerate(parts))
    yield from _twice(what, ids)


def _twice(what: str, ids: Iterable[tuple[ValuePath, str]]) -> Iterator[Finding]:
    seen: set[str] = set()
    for path, id in ids:
        if id in seen:
            message = said("The {what} id '{id}' is used twice.", what=what, id=id)
            yield Finding((*path, "id"), message, said("Give each its own."))
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
            message = said(
                "The {what} id '{id}' is used twice.", what=said("session"), id=session.id
            )
            hint = said("Give each its own, or each row of the same session its own group.")
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
            message = said(
                "Activities with order must be 1..{last}; {number} is missing.",
                last=len(orders),
                number=number,
            )
            place = (*given[0][0], "order")
            yield Finding(place, message, said("Number them without gaps."))


def cluster_count(engagement: Engagement) -> Iterator[Finding]:
    """Where clusters are both counted and listed, the two agree.

    `cluster_count` is for the case where only the number is known. Correct it, or add what is
    missing in the list; what is not known about a cluster may be left out.
    """
    assignment = engagement.assignment
    declared = assignment.cluster_count.value if assignment.cluster_count else None
    listed = len(assignment.clusters)
    if declared is not None and listed and declared != listed:
        message = said("{n} clusters declared, {listed} listed.", n=declared, listed=listed)
        yield Finding(("engagement", "cluster_count"), message, said("Correct one of the two."))
