"""How complete the records are: of the places where something could stand, how many are filled.

A place is one answer about one thing: a group's size, a session's attendance, a round's response.
The topics weigh differently and are never added up to one number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from casebook.indicators.behaviour import followed_up, goes_on
from casebook.model import (
    ClaimType,
    Engagement,
    Fact,
    PhaseKind,
    Session,
    SessionStatus,
    State,
    Survey,
    Wave,
)

Place = State | None
"""What stands in a place; None where nothing is recorded at all."""


@dataclass(frozen=True)
class Topic:
    """Of one topic's places: `given` have a value; the rest is unknown, withheld, or not noted."""

    name: str
    given: int
    unknown: int
    withheld: int
    unrecorded: int

    @property
    def places(self) -> int:
        """How many there are; what is not applicable is none."""
        return self.given + self.unknown + self.withheld + self.unrecorded


def topics(engagement: Engagement) -> tuple[Topic, ...]:
    """Every topic that an engagement like this one has, in the order of the page."""
    found = (_topic(name, list(places(engagement))) for name, places in TOPICS.items())
    return tuple(topic for topic in found if topic.places)


def _topic(name: str, places: list[Place]) -> Topic:
    states = (State.KNOWN, State.UNKNOWN, State.WITHHELD, None)
    return Topic(name, *(places.count(state) for state in states))


def _fact(fact: Fact[object] | None) -> Place:
    return fact.state if fact else None


def _noted(value: object) -> Place:
    return State.KNOWN if value else None


def _frame(engagement: Engagement) -> Iterator[Place]:
    told = engagement.assignment
    facts = (told.status, told.purpose, engagement.client.commissioner, told.authors, told.version)
    return map(_fact, facts)


def _clusters(engagement: Engagement) -> Iterator[Place]:
    for cluster in engagement.assignment.clusters:
        yield from map(
            _fact, (cluster.name, cluster.mission, cluster.chairship, cluster.facilitator)
        )


def _held(
    engagement: Engagement, place: Callable[[Session], Place], *, by_group: bool = False
) -> Iterator[Place]:
    """A place for each held session, and one for an activity without any session on record."""
    for activity in engagement.activities:
        if not activity.sessions:
            yield None
        for session in activity.sessions if by_group else activity.meetings:
            if session.status is SessionStatus.HELD:
                yield place(session)


def _responses(engagement: Engagement) -> Iterator[Place]:
    surveys = engagement.outcomes.surveys
    if not surveys:
        yield None
    for survey in surveys:
        yield from (_response(survey, wave) for wave in survey.waves)


def _response(survey: Survey, wave: Wave) -> Place:
    """Whether a response rate can be told: it takes those who were asked and those who answered."""
    answered = any(found.wave == wave.id for found in survey.distributions)
    return _fact(wave.asked) if answered else None


def _followup(engagement: Engagement) -> Iterator[Place]:
    found = followed_up(engagement)
    if found or not goes_on(engagement):  # no place for what is not due yet
        yield State.UNKNOWN if found is None else _noted(found)


def _tools(engagement: Engagement) -> Iterator[Place]:
    designed = (phase for phase in engagement.phases if phase.kind is PhaseKind.TOOL_DESIGN)
    return (_fact(phase.tools) for phase in designed)


def _tool_use(engagement: Engagement) -> Iterator[Place]:
    used = {row.tool for row in engagement.outcomes.tool_use}
    tools = engagement.tools()
    if not tools and any(_tools(engagement)):
        yield None
    yield from (_noted(tool.id in used) for tool in tools)


def _outcomes(engagement: Engagement) -> Iterator[Place]:
    observed = engagement.outcomes.observed
    if not observed:
        yield None
    yield from (_noted(outcome.source or outcome.evidence) for outcome in observed)


def _assumptions(engagement: Engagement) -> Iterator[Place]:
    judged = engagement.learning.assumptions
    known = {assumption.text for assumption in judged}
    claims = (c for c in engagement.outcomes.claims if c.type is ClaimType.ASSUMPTION)
    unjudged = [claim for claim in claims if claim.text not in known]
    if not judged and not unjudged:
        yield None
    for assumption in judged:
        yield State.UNKNOWN if assumption.verdict == "unknown" else State.KNOWN
    yield from (None for _ in unjudged)


def _agreements(engagement: Engagement) -> Iterator[Place]:
    told = engagement.release
    return map(_fact, (told.data_role, told.agreement, told.approvals, told.retention))


def _review(engagement: Engagement) -> Iterator[Place]:
    told = engagement.learning
    return map(_noted, (told.planned, told.happened, told.why))


def _effort(engagement: Engagement) -> Iterator[Place]:
    return map(_fact, (engagement.assignment.hours, engagement.assignment.fee))


TOPICS: Mapping[str, Callable[[Engagement], Iterable[Place]]] = {
    "frame": _frame,
    "source": lambda engagement: [_noted(engagement.release.source)],
    "sizes": lambda engagement: (_fact(group.size) for group in engagement.participants),
    "clusters": _clusters,
    "planned": lambda engagement: (_fact(a.planned) for a in engagement.activities),
    "sessions": lambda engagement: (_noted(a.sessions) for a in engagement.activities),
    "dates": lambda engagement: _held(engagement, lambda s: _noted(s.date)),
    "invited": lambda engagement: _held(engagement, lambda s: _fact(s.invited), by_group=True),
    "attendance": lambda engagement: _held(engagement, lambda s: _fact(s.attended), by_group=True),
    "leaders": lambda engagement: _held(engagement, lambda s: _noted(s.ownership is not None)),
    "responses": _responses,
    "followup": _followup,
    "tools": _tools,
    "tool_use": _tool_use,
    "outcomes": _outcomes,
    "assumptions": _assumptions,
    "consents": lambda engagement: (_fact(quote.consent) for quote in engagement.voices),
    "agreements": _agreements,
    "review": _review,
    "effort": _effort,
}
"""What an engagement is asked about, and the places where it answers, in the order of the page."""
