"""What was planned, what was held, when, and for whom."""

from __future__ import annotations

from dataclasses import replace

from casebook.blocks import Section, Table
from casebook.indicators.delivery import Delivery
from casebook.indicators.delivery import measure as deliveries
from casebook.indicators.dose import measure as doses
from casebook.indicators.reach import Reach
from casebook.indicators.reach import measure as reaches
from casebook.model import Activity, Fact, PhaseKind, Spread, State
from casebook.phases.common import of_phase
from casebook.sections.parts import (
    Reading,
    chart,
    group_names,
    nothing,
    section,
    table,
    unknown,
)
from casebook.text import Words


def programme(reading: Reading) -> Section:
    """The programme against what was held, with what was changed on the way."""
    if reading.is_public:
        return nothing("programme")
    figure = chart(reading, "delivery")
    listed = None if figure else delivery_table(reading, reading.engagement.activities)
    return section(reading, "programme", figure, listed, deviations(reading))


def delivery_table(reading: Reading, activities: tuple[Activity, ...]) -> Table:
    """One row per activity: for whom, and planned, held and not held where any of it is known."""
    words = reading.words
    values = {value.subject: value for value in deliveries(reading.engagement)}
    columns = [words("programme.activity"), words("programme.groups")]
    rows = [
        [words.text(activity.label or activity.text), group_names(reading, activity.groups)]
        for activity in activities
    ]
    if any(activity.week for activity in activities):
        columns.append(words("programme.week"))
        rows = [[*row, _weeks(a)] for row, a in zip(rows, activities, strict=True)]
    if any(values[a.id].n is not None or values[a.id].total is not None for a in activities):
        columns += ["#" + words(f"programme.{c}") for c in ("planned", "held", "not_held")]
        rows = [
            [*row, *_delivery(reading, values[a.id])]
            for row, a in zip(rows, activities, strict=True)
        ]
        return table(words("programme.caption"), columns, rows)
    return table(words("programme.caption_unknown"), columns, rows, words("programme.unknown"))


def _delivery(reading: Reading, value: Delivery) -> list[str]:
    words = reading.words
    if value.n is None:
        return [words.fact(value.planned), words("unknown"), words("unknown")]
    not_held = value.cancelled + value.moved
    return [words.fact(value.planned), words.number(value.n), words.number(not_held)]


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
        [
            names[s.activity],
            words.date(s.date),
            words(f"session.{s.status}"),
            words.danish(s.deviation or ""),
        ]
        for s in told
    ]
    columns = [words(f"deviations.{c}") for c in ("activity", "date", "status", "why")]
    return table(words("deviations.caption"), columns, rows)


def timeline(reading: Reading) -> Section:
    """When the work took place, with the precision that is known."""
    figure = None if reading.is_anonymous else chart(reading, "timeline")
    return section(reading, "timeline", figure)


def participants(reading: Reading) -> Section:
    """Who was invited and came, group by group; groups are never added up."""
    words, engagement = reading.words, reading.engagement
    values = reaches(engagement)
    counted = any(value.sessions or (value.size and value.size.known) for value in values)
    if not values or (reading.is_public and not counted):
        return nothing("participants")
    if not counted:
        return section(reading, "participants", unknown(words("participants.unknown")))
    columns = [
        words("participants.group"),
        "#" + words("participants.size"),
        "#" + words("participants.invited"),
        "#" + words("participants.attended"),
    ]
    rows = [_reach_row(reading, value) for value in values]
    shown = table(words("participants.caption"), columns, rows, words("participants.overlap"))
    return section(reading, "participants", chart(reading, "reach") or shown, _doses(reading))


def _doses(reading: Reading) -> Table | None:
    """Sessions and hours per person, where the attendance was told person by person."""
    words = reading.words
    found = [value for value in doses(reading.engagement) if value.sessions is not None]
    if reading.is_public or not found:
        return None
    labels = {group.id: words.text(group.label) for group in reading.engagement.participants}
    rows = [
        [
            labels[value.subject],
            words.number(value.n or 0),
            _spread(words, value.sessions),
            _spread(words, value.hours),
        ]
        for value in found
    ]
    columns = [words("participants.group"), "#" + words("dose.persons")]
    columns += ["#" + words("dose.sessions"), "#" + words("dose.hours")]
    return table(words("dose.caption"), columns, rows, words("dose.note"))


def _spread(words: Words, found: Spread | None) -> str:
    if found is None:
        return words("unknown")
    if found.low == found.high:
        return words.number(found.median)
    ends = {"low": found.low, "high": found.high}
    return words("dose.spread", median=found.median, **ends)


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
        for s in reading.engagement.meetings
    ]
    columns = [words(f"sessions.{c}") for c in ("id", "activity", "date", "status")]
    listed = table(words("sessions.caption"), columns, rows) if rows else None
    glossary = _glossary(reading)
    title = words("sessions.title")
    if not (listed and glossary):
        title = words("sessions.title_listed") if listed else words("sessions.title_terms")
    return section(reading, "sessions", listed, glossary, title=title)


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
            group_names(reading, Fact[tuple[str, ...]](value=(s.group,)) if s.group else None),
            _invited_and_came(reading, s.invited, s.attended),
        ]
        for s in engagement.sessions
        if s.activity in names
    ]
    columns = [words(f"sessions.{c}") for c in ("id", "activity", "date", "status")]
    columns += [words("participants.group"), "#" + words("phase.attended")]
    listed = table(words("sessions.caption"), columns, rows) if rows else None
    empty = None if rows else unknown(words("phase.no_sessions"))
    changed = deviations(replace(reading, engagement=of_phase(engagement, kind)))
    return section(reading, "phase", delivery_table(reading, found), listed, empty, changed)


def _invited_and_came(
    reading: Reading, invited: Fact[int] | None, attended: Fact[int] | None
) -> str:
    words = reading.words
    came = words.fact(attended)
    if invited is None or (not invited.known and came == words.fact(invited)):
        return came
    return words("phase.of", attended=came, invited=words.fact(invited))
