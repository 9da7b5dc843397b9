"""Questions about the programme: what was held, for whom, and who led."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from casebook.faults import unwrapped
from casebook.indicators import delivery, ownership
from casebook.indicators.delivery import Delivery
from casebook.model import (
    Engagement,
    Fact,
    GroupKind,
    Part,
    SessionStatus,
    State,
    Todo,
    fields_with_facts,
)
from casebook.portfolio import Answer
from casebook.questions.common import Asked, Row, answer, missing, worded
from casebook.schema import words_of
from casebook.text import Words


def planned_and_held(asked: Asked, number: int) -> Answer:
    """What was planned, what was held, and why not the rest."""
    words = asked.words
    rows: list[Row] = []
    held = planned = 0
    untold = []
    for engagement in asked.engagements:
        names = {a.id: words.text(a.label or a.text) for a in engagement.activities}
        for value in delivery.measure(engagement):
            why = _why(words, value)
            rows.append((engagement.id, names[value.subject], value.total, value.n, why))
            if value.n is None or value.total is None:
                untold.append(engagement.id)
            else:
                held, planned = held + value.n, planned + value.total
    return answer(
        asked,
        number,
        "engagement activity planned held why",
        rows,
        unknown=missing(asked, "delivery", untold),
        found=held,
        n=planned,
    )


def _why(words: Words, value: Delivery) -> str | None:
    """Why not all that was planned was held; None where nobody noted it."""
    if value.deviations:
        return "; ".join(dict.fromkeys(value.deviations))
    if value.n is None or value.total is None:
        return None
    short = value.total - value.n
    if short <= 0:
        return "–"
    return words("ask.outstanding") if value.outstanding >= short else None


def ownership_moved(asked: Asked, number: int) -> Answer:
    """Where internal people came to lead, and after how many sessions."""
    rows: list[Row] = []
    untold, moved = [], 0
    for engagement in asked.engagements:
        (value,) = ownership.measure(engagement)
        if value.n is None:
            untold.append(engagement.id)
            continue
        moved += value.n > 0
        first = _sessions_before_the_first(engagement)
        shown = asked.words("ask.not_yet") if first is None else first
        rows.append((engagement.id, value.n, value.total, shown))
    return answer(
        asked,
        number,
        "engagement led sessions before",
        rows,
        unknown=missing(asked, "ownership", untold),
        sources=[str(row[0]) for row in rows],
        found=moved,
        n=len(rows),
    )


def _sessions_before_the_first(engagement: Engagement) -> int | None:
    """How many sessions with a level were held before the first that somebody internal led."""
    held = [s for s in engagement.meetings if s.status is SessionStatus.HELD]
    levels = [session.ownership for session in held if session.ownership is not None]
    led = (at for at, level in enumerate(levels) if level >= ownership.INTERNAL_LEADS)
    return next(led, None)


def decentral_reach(asked: Asked, number: int) -> Answer:
    """Which formats had which attendance among decentral leaders; not a ranking."""
    rows: list[Row] = [row for e in asked.engagements for row in _decentral(asked.words, e)]
    rows.sort(key=lambda row: str(row[0]))
    uncounted = [str(row[1]) for row in rows if None in row[3:]]
    found = {row[1] for row in rows}
    none = [engagement.id for engagement in asked.engagements if engagement.id not in found]
    return answer(
        asked,
        number,
        "format engagement date attended invited",
        rows,
        unknown=[*missing(asked, "decentral", none), *missing(asked, "heads", uncounted)],
        sources=[str(id) for id in found],
        found=len(rows) - len(uncounted),
        n=len(rows),
    )


def _decentral(words: Words, engagement: Engagement) -> Iterator[Row]:
    """The held sessions that were for decentral leaders alone: who came, and who was invited."""
    of_kind = GroupKind.DECENTRALE_LEDERE
    groups = {group.id for group in engagement.participants if group.kind is of_kind}
    for activity in engagement.activities if groups else ():
        formats = words.listing(words(f"activity.{kind}") for kind in activity.kinds)
        for session in activity.sessions:
            if session.group in groups and session.status is SessionStatus.HELD:
                when = words.date(session.date) if session.date else None
                counts = _count(session.attended), _count(session.invited)
                yield (formats, engagement.id, when, *counts)


def _count(fact: Fact[int] | None) -> int | None:
    return fact.value if fact else None


def still_unknown(asked: Asked, number: int) -> Answer:
    """What is not known yet, and whom to ask."""
    words = asked.words
    rows: list[Row] = []
    for engagement in asked.engagements:
        rows += [
            (engagement.id, words.text(question.text), worded(words, question.ask))
            for question in engagement.learning.questions
        ]
        rows += [
            (engagement.id, _unanswered(todo, words), None) for todo in engagement.release.todo
        ]
        for path, reason in _open(engagement):
            place = _place(path, words)
            told = f"{place}: {words.danish(reason)}" if reason else place
            rows.append((engagement.id, told, None))
    whom = sum(row[2] is not None for row in rows)
    return answer(
        asked,
        number,
        "engagement unknown ask",
        rows,
        found=len(rows),
        some=len({row[0] for row in rows}),
        whom=whom,
        n=asked.total,
    )


def _unanswered(todo: Todo, words: Words) -> str:
    """A value that stands as TODO: its place in titles, as editors show them, and the question."""
    titles = []
    kind: Any = Engagement
    for step in todo.place:
        title = step
        if isinstance(kind, type) and issubclass(kind, Part):
            title = _title(kind.__name__, step, words)
            fields = {info.alias or name: info for name, info in kind.model_fields.items()}
            kind = unwrapped(fields[step].annotation) if step in fields else None
        else:
            kind = unwrapped(next(iter(get_args(kind)), None))
        titles.append(title)
    place = " › ".join(titles)
    return f"{place}: {words.danish(todo.question)}" if todo.question else place


Step = str | tuple[str, str]
"""A step on the way to a value: an id in a list, or a part and its field."""


def _open(value: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], str]]:
    """Every fact that is noted as unknown: the way to it, and why."""
    if isinstance(value, Fact):
        if value.state is State.UNKNOWN:
            yield path, value.reason or ""
            return
        value = value.value
    if isinstance(value, Part):
        kind = type(value)
        for name, key in fields_with_facts(kind):
            inside = getattr(value, name)
            if inside is not None:
                yield from _open(inside, (*path, (kind.__name__, key)))
    elif isinstance(value, tuple):
        for at, item in enumerate(value, start=1):
            yield from _open(item, (*path, str(getattr(item, "id", at))))


def _place(path: tuple[Step, ...], words: Words) -> str:
    """The way to a value in titles, as editors show them."""
    return " › ".join(step if isinstance(step, str) else _title(*step, words) for step in path)


def _title(part: str, field: str, words: Words) -> str:
    told = words_of(part, field, words.language)
    return told.title if told else field
