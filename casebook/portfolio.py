"""The engagements together: what the casebook page is made from. Pure.

Fictional engagements never count beside real ones; alone, in a workspace for trying out, they
are all there is, and the page says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from casebook.audience import view
from casebook.completeness import topics
from casebook.indicators import behaviour, delivery, satisfaction, shift, tools_in_use
from casebook.indicators.answered import Answered
from casebook.indicators.intervals import Interval
from casebook.indicators.shift import Change
from casebook.indicators.value import PERCENT_FROM, Method, Value
from casebook.model import (
    ABOUT_EFFECT,
    GROUPS,
    ActivityKind,
    Audience,
    Condition,
    Engagement,
    GroupKind,
    Insight,
    Lesson,
    MunicipalityCode,
    OutcomeKind,
    Part,
    SessionStatus,
    Slug,
    Step,
    Text,
    Theme,
    When,
    Years,
)
from casebook.support import Backing

LEVELS = range(6)
"""The evidence levels, 0 (asserted) to 5."""


class Format(Part):
    """An activity format in one engagement, and the kinds of group it was for."""

    kind: ActivityKind
    groups: tuple[GroupKind, ...] = ()


class ToolRecord(Part):
    """A tool in one engagement: version, and in how many units it is used."""

    id: Slug
    name: Text
    version: str
    released: When | None = None
    used: int | None = None
    units: int | None = None


class Measurement(Part):
    """A share of answers in one engagement: `n` of `total`, of `asked` who could have answered.

    Two can be set beside each other only where `item`, its wording, `version`, `scale`, `timing`
    and `indicator` are the same; their numbers are never added.
    """

    indicator: str
    question: Text
    item: str
    version: int
    scale: tuple[int, int]
    timing: str
    n: int
    total: int
    asked: int | None = None
    method: Method
    date: When | None = None

    @property
    def interval(self) -> Interval | None:
        """Where the share may lie, from 0 to 1; None below ten answers."""
        if self.total < PERCENT_FROM:
            return None
        found = Value(self.indicator, self.item, self.n, self.total, method=self.method)
        return replace(found, asked_n=self.asked).interval

    @property
    def comparable_by(self) -> tuple[object, ...]:
        """What must agree between two measurements."""
        return (
            self.indicator,
            self.item,
            self.question.wording,
            self.version,
            self.scale,
            self.timing,
        )


class Observed(Part):
    """A change that was observed in one engagement: of which kind, and how well it is known."""

    kind: OutcomeKind
    evidence_level: int


class Filled(Part):
    """How much of a topic is on record in one engagement: `given` of `places`."""

    topic: str
    given: int
    places: int


class Entry(Part):
    """One engagement in the casebook. `municipality` is a code, where it may be named.

    `goes_on` says whether sessions are still to come, `due` until when a follow-up is in time.
    """

    id: Slug
    client: str
    municipality: MunicipalityCode | None = None
    measurements: tuple[Measurement, ...] = ()
    conditions: tuple[Condition, ...] = ()
    steps: tuple[Step, ...] = ()
    title: Text
    years: Years
    fictional: bool = False
    themes: tuple[Theme, ...] = ()
    formats: tuple[Format, ...] = ()
    planned: int | None = None
    held: int | None = None
    tools: tuple[ToolRecord, ...] = ()
    claims: tuple[int, ...] = (0,) * len(LEVELS)
    changes: tuple[Observed, ...] = ()
    filled: tuple[Filled, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    measured: tuple[str, ...] = ()
    goes_on: bool = False
    due: When | None = None
    insights: tuple[Insight, ...] = ()

    def lacks(self, measure: str) -> bool:
        """Whether something is not measured that could have been, whatever the day."""
        to_come = measure == FOLLOWUP and self.goes_on
        return measure not in self.measured and not to_come


class Answer(Part):
    """A question of those who use the casebook, answered in one language.

    `sentence` says the answer with its n; `unknown` what the records do not tell, `notes` how to
    read it. `more` counts the rows that were left out where there is not room for all.
    """

    number: int
    question: str
    sentence: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    more: int = 0
    sources: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def with_first(self, rows: int) -> Answer:
        """The answer with at most so many rows."""
        more = max(0, len(self.rows) - rows)
        return self.model_copy(update={"rows": self.rows[:rows], "more": more})


class Portfolio(Part):
    """All engagements: those that count, and those that are left out because they are fictional."""

    entries: tuple[Entry, ...] = ()
    excluded: tuple[Entry, ...] = ()
    answers: tuple[Answer, ...] = ()

    def backing(self) -> dict[str, Backing]:
        """What each engagement is worth as support for a lesson."""
        found = (*self.entries, *self.excluded)
        return {entry.id: Backing(entry.client, entry.fictional) for entry in found}


OUTSIDE_CLIENTS = 3
"""Outside the firm, a line must rest on at least this many clients."""

FOLLOWUP = "followup"

MEASURES = ("attendance", "before_after", FOLLOWUP, "tool_use", "outcomes")
"""What can be measured in an engagement; what is missing everywhere is a gap."""


def that_count(engagements: Sequence[Engagement]) -> tuple[Engagement, ...]:
    """The real engagements; the fictional ones where there is nothing else."""
    real = tuple(e for e in engagements if not e.assignment.fictional)
    return real or tuple(engagements)


def summarise(
    entries: Sequence[Entry],
    answers: Sequence[Answer] = (),
    audience: Audience = Audience.INTERNAL,
) -> dict[str, Any]:
    """The parameters of the casebook notebook: the portfolio stands in the group `learning`.

    `entries` are what `audience` may see. What leaves the firm names no client, and says only
    what several share.
    """
    real = tuple(entry for entry in entries if not entry.fictional)
    fictional = tuple(entry for entry in entries if entry.fictional)
    excluded = fictional if real else ()
    portfolio = Portfolio(entries=real or fictional, excluded=excluded, answers=tuple(answers))
    if audience is not Audience.INTERNAL:
        portfolio = Portfolio(entries=_unnamed(portfolio.entries))
    values = portfolio.model_dump(mode="json", exclude_defaults=True)
    empty: dict[str, Any] = {"participants": [], "phases": [], "voices": []}
    return {group: values if group == "learning" else empty.get(group, {}) for group in GROUPS}


def _unnamed(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Entries that are counted and not named, with what at least `OUTSIDE_CLIENTS` share."""
    clients = {name: str(n) for n, name in enumerate(dict.fromkeys(e.client for e in entries))}
    behind: dict[str, set[str]] = {}
    for entry in entries:
        for thing in (
            *entry.themes,
            *(f.kind for f in entry.formats),
            *(t.id for t in entry.tools),
        ):
            behind.setdefault(thing, set()).add(entry.client)
    shared = {thing for thing, known in behind.items() if len(known) >= OUTSIDE_CLIENTS}
    enough = len(clients) >= OUTSIDE_CLIENTS
    return tuple(
        Entry(
            id=f"engagement-{number}",
            client=clients[entry.client],
            title=Text(da=clients[entry.client]),
            years=entry.years,
            fictional=entry.fictional,
            themes=tuple(theme for theme in entry.themes if theme in shared),
            formats=tuple(one for one in entry.formats if one.kind in shared),
            tools=tuple(tool for tool in entry.tools if tool.id in shared),
            claims=entry.claims if enough else (0,) * len(LEVELS),
            measured=entry.measured if enough else (),
            goes_on=entry.goes_on,
        )
        for number, entry in enumerate(entries)
    )


def entry_for(engagement: Engagement, audience: Audience) -> Entry | None:
    """An engagement in the casebook of an audience; None where that may not know of it at all."""
    if audience is Audience.PUBLIC and not engagement.release.has_public_edition:
        return None
    return entry(view(engagement, audience))


def entry(engagement: Engagement, insights: Iterable[Insight] = ()) -> Entry:
    """An engagement as the casebook has it: of a view for an audience, what that may see."""
    assignment = engagement.assignment
    return Entry(
        id=engagement.id,
        client=engagement.client.name,
        municipality=_municipality(engagement),
        measurements=tuple(_measurements(engagement)),
        conditions=engagement.learning.conditions,
        steps=(*engagement.learning.start, *engagement.learning.stop),
        title=assignment.title,
        years=assignment.years,
        fictional=assignment.fictional,
        themes=assignment.themes,
        formats=_formats(engagement),
        **_sessions(engagement),
        tools=_tools(engagement),
        claims=_levels(engagement),
        changes=tuple(
            Observed(kind=outcome.kind, evidence_level=outcome.evidence_level)
            for outcome in engagement.outcomes.observed
        ),
        filled=tuple(
            Filled(topic=topic.name, given=topic.given, places=topic.places)
            for topic in topics(engagement)
        ),
        lessons=engagement.learning.lessons,
        measured=tuple(measured(engagement)),
        goes_on=behaviour.goes_on(engagement),
        due=_due(engagement),
        insights=tuple(insights),
    )


def _due(engagement: Engagement) -> When | None:
    latest = behaviour.deadline(engagement)
    return latest.isoformat() if latest else None


def _municipality(engagement: Engagement) -> str | None:
    fact = engagement.client.municipality
    named = engagement.release.naming == "named"
    return fact.value if fact is not None and named else None


def _measurements(engagement: Engagement) -> Iterator[Measurement]:
    items = {(s.id, i.id): i for s in engagement.outcomes.surveys for i in s.items}
    answered = (*satisfaction.measure(engagement), *behaviour.measure(engagement))
    values: list[tuple[Answered | Change, str]] = [(value, value.wave) for value in answered]
    values += [(v, v.timing) for v in shift.measure(engagement)]
    for value, timing in values:
        if value.n is None or not value.total:
            continue
        item = items[value.survey, value.item]
        yield Measurement(
            indicator=value.key,
            question=item.text,
            item=item.id,
            version=item.version,
            scale=item.scale,
            timing=timing,
            n=value.n,
            total=value.total,
            asked=value.asked_n,
            # Pairs are a sample of those who could have answered twice.
            method=Method.WILSON if isinstance(value, Change) else value.method,
            date=value.date,
        )


def _formats(engagement: Engagement) -> tuple[Format, ...]:
    found: dict[ActivityKind, dict[GroupKind, None]] = {}
    for activity in engagement.activities:
        ids = activity.groups.value if activity.groups and activity.groups.value else ()
        groups = [group for group in map(engagement.group, ids) if group]
        for kind in activity.kinds:
            found.setdefault(kind, {}).update(dict.fromkeys(group.kind for group in groups))
    return tuple(Format(kind=kind, groups=tuple(groups)) for kind, groups in found.items())


def _sessions(engagement: Engagement) -> dict[str, Any]:
    values = delivery.measure(engagement)
    held = [value.n for value in values if value.n is not None]
    planned = [value.total for value in values if value.total is not None]
    whole = len(planned) == len(values)
    return {"held": sum(held) if held else None, "planned": sum(planned) if whole else None}


def _tools(engagement: Engagement) -> tuple[ToolRecord, ...]:
    use = {value.subject: value for value in tools_in_use.measure(engagement)}
    return tuple(
        ToolRecord(
            id=tool.id,
            name=tool.name,
            version=tool.version,
            released=tool.released,
            used=use[tool.id].n if tool.id in use else None,
            units=use[tool.id].total if tool.id in use else None,
        )
        for tool in engagement.tools()
    )


def _levels(engagement: Engagement) -> tuple[int, ...]:
    """How many effect claims and observed changes there are at each evidence level."""
    outcomes = engagement.outcomes
    levels = [claim.evidence_level for claim in outcomes.claims if claim.type in ABOUT_EFFECT]
    levels += [outcome.evidence_level for outcome in outcomes.observed]
    return tuple(levels.count(level) for level in LEVELS)


def measured(engagement: Engagement) -> Iterable[str]:
    """Which of `MEASURES` there are in an engagement."""
    outcomes = engagement.outcomes
    held = [s for s in engagement.sessions if s.status is SessionStatus.HELD]
    has = {
        "attendance": any(s.attended and s.attended.known for s in held),
        "before_after": any(survey.shifts for survey in outcomes.surveys),
        FOLLOWUP: behaviour.followed_up(engagement) is True,
        "tool_use": bool(outcomes.tool_use),
        "outcomes": bool(outcomes.observed),
    }
    return (name for name in MEASURES if has[name])
