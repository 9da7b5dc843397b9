"""What was planned, what was held, when, and for whom."""

from __future__ import annotations

from casebook.blocks import Section, Table
from casebook.indicators.delivery import Delivery
from casebook.indicators.delivery import measure as deliveries
from casebook.indicators.reach import Reach
from casebook.indicators.reach import measure as reaches
from casebook.model import Activity, PhaseKind, State
from casebook.sections.parts import (
    Reading,
    chart,
    group_names,
    nothing,
    section,
    table,
    unknown,
)

__all__ = ["participants", "phase_activities", "programme", "session_list", "timeline"]


def programme(reading: Reading) -> Section:
    """The programme against what was held, with what was changed on the way."""
    if reading.is_public:
        return nothing("programme")
    figure = chart(reading, "delivery")
    listed = None if figure else delivery_table(reading, reading.engagement.activities)
    return section(reading, "programme", figure, listed, deviations(reading))


def delivery_table(reading: Reading, activities: tuple[Activity, ...]) -> Table:
    """One row per activity: for whom, planned, held, not held."""
    words = reading.words
    values = {value.subject: value for value in deliveries(reading.engagement)}
    columns = [
        words("programme.activity"),
        words("programme.groups"),
        "#" + words("programme.planned"),
        "#" + words("programme.held"),
        "#" + words("programme.not_held"),
    ]
    rows = [_delivery_row(reading, a, values[a.id]) for a in activities]
    if any(activity.week for activity in activities):
        columns.append(words("programme.week"))
        rows = [[*row, _weeks(a)] for row, a in zip(rows, activities, strict=True)]
    return table(words("programme.caption"), columns, rows)


def _delivery_row(reading: Reading, activity: Activity, value: Delivery) -> list[str]:
    words = reading.words
    recorded = value.n is not None
    return [
        words.text(activity.label or activity.text),
        group_names(reading, activity.groups),
        words.fact(value.planned),
        words.number(value.n) if value.n is not None else words("unknown"),
        words.number(value.cancelled + value.moved) if recorded else words("unknown"),
    ]


def _weeks(activity: Activity) -> str:
    """The planned weeks, counted from the start of the work: `+0, +6`."""
    return ", ".join(f"{week:+}" for week in activity.week)


def deviations(reading: Reading) -> Table | None:
    """The sessions that did not go as planned, and why."""
    words = reading.words
    told = [s for s in reading.engagement.sessions if s.deviation]
    if not told:
        return None
    names = {a.id: words.text(a.label or a.text) for a in reading.engagement.activities}
    rows = [
        [names[s.activity], words.date(s.date), words(f"session.{s.status}"), s.deviation or ""]
        for s in told
    ]
    columns = [words(f"deviations.{c}") for c in ("activity", "date", "status", "why")]
    return table(words("deviations.caption"), columns, rows)


def timeline(reading: Reading) -> Section:
    """When the work took place, with the precision that is known."""
    return section(reading, "timeline", chart(reading, "timeline"))


def participants(reading: Reading) -> Section:
    """Who was invited and came, group by group; groups are never added up."""
    words, engagement = reading.words, reading.engagement
    values = reaches(engagement)
    counted = any(value.sessions or (value.size and value.size.known) for value in values)
    if not values or (reading.is_public and not counted):
        return nothing("participants")
    columns = [
        words("participants.group"),
        "#" + words("participants.size"),
        "#" + words("participants.invited"),
        "#" + words("participants.attended"),
    ]
    rows = [_reach_row(reading, value) for value in values]
    shown = table(words("participants.caption"), columns, rows, words("participants.overlap"))
    figure = chart(reading, "reach")
    gap = None if counted else unknown(words("participants.unknown"))
    return section(reading, "participants", gap, figure, None if figure else shown)


def _reach_row(reading: Reading, value: Reach) -> list[str]:
    words = reading.words
    group = reading.engagement.group(value.subject)
    label = words.text(group.label) if group else value.subject
    return [
        label,
        words.fact(value.size),
        _between(reading, value.invited.low, value.invited.high, value.invited.state),
        _between(reading, value.low, value.high, value.state),
    ]


def _between(reading: Reading, low: int | None, high: int | None, state: State) -> str:
    words = reading.words
    if low is None:
        return words("withheld") if state is State.WITHHELD else words("unknown")
    if high is None:
        return words("at_least", n=low)
    return words.number(low) if low == high else words("between", low=low, high=high)


def session_list(reading: Reading) -> Section:
    """The annex: every session on record, and what the groups are called."""
    words = reading.words
    if reading.is_public:
        return nothing("sessions")
    names = {a.id: words.text(a.label or a.text) for a in reading.engagement.activities}
    rows = [
        [s.id, names[s.activity], words.date(s.date), words(f"session.{s.status}")]
        for s in reading.engagement.sessions
    ]
    columns = [words(f"sessions.{c}") for c in ("id", "activity", "date", "status")]
    listed = table(words("sessions.caption"), columns, rows) if rows else None
    return section(reading, "sessions", listed, _glossary(reading))


def _glossary(reading: Reading) -> Table | None:
    words = reading.words
    defined = [g for g in reading.engagement.participants if g.definition]
    if not defined:
        return None
    rows = [[words.text(g.label), words.text(g.definition)] for g in defined if g.definition]
    columns = [words("participants.group"), words("glossary.meaning")]
    return table(words("glossary.caption"), columns, rows)


def phase_activities(reading: Reading, kind: PhaseKind) -> Section:
    """A phase's own programme: its activities, sessions and tools, as one record."""
    words, engagement = reading.words, reading.engagement
    found = tuple(a for p in engagement.phases if p.kind is kind for a in p.activities)
    if not found:
        return section(reading, "phase", unknown(words("phase.none")))
    names = {a.id: words.text(a.label or a.text) for a in found}
    rows = [
        [
            s.id,
            names[s.activity],
            words.date(s.date),
            words(f"session.{s.status}"),
            _invited_and_came(reading, s.invited, s.attended),
        ]
        for s in engagement.sessions
        if s.activity in names
    ]
    columns = [words(f"sessions.{c}") for c in ("id", "activity", "date", "status")]
    columns.append("#" + words("phase.attended"))
    listed = table(words("sessions.caption"), columns, rows) if rows else None
    empty = None if rows else unknown(words("phase.no_sessions"))
    return section(reading, "phase", delivery_table(reading, found), listed, empty)


def _invited_and_came(reading: Reading, invited: object, attended: object) -> str:
    words = reading.words
    pair = [words.fact(fact) for fact in (attended, invited)]  # type: ignore[arg-type]  # facts
    return words("phase.of", attended=pair[0], invited=pair[1])
