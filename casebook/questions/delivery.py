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
    words = asked.words
    rows: list[Row] = []
    uncounted = []
    for engagement in asked.engagements:
        for activity in engagement.activities:
            for session in activity.sessions:
                group = engagement.group(session.group or "")
                is_decentral = group and group.kind is GroupKind.DECENTRALE_LEDERE
                if not is_decentral or session.status is not SessionStatus.HELD:
                    continue
                came, invited = _count(session.attended), _count(session.invited)
                if came is None or invited is None:
                    uncounted.append(engagement.id)
                formats = words.listing(words(f"activity.{kind}") for kind in activity.kinds)
                when = words.date(session.date) if session.date else None
                rows.append((formats, engagement.id, when, came, invited))
    rows.sort(key=lambda row: str(row[0]))
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
        rows += [
            (engagement.id, f"{path}: {words.danish(reason)}" if reason else path, None)
            for path, reason in _open(engagement, words.language)
        ]
    whom = sum(row[2] is not None for row in rows)
    return answer(
        asked, number, "engagement unknown ask", rows, found=len(rows), whom=whom, n=asked.total
    )


def _unanswered(todo: Todo, words: Words) -> str:
    """A value that stands as TODO: its place in titles, as editors show them, and the question."""
    titles = []
    kind: Any = Engagement
    for step in todo.place:
        told = None
        if isinstance(kind, type) and issubclass(kind, Part):
            told = words_of(kind.__name__, step, words.language)
            fields = {info.alias or name: info for name, info in kind.model_fields.items()}
            kind = unwrapped(fields[step].annotation) if step in fields else None
        else:
            kind = unwrapped(next(iter(get_args(kind)), None))
        titles.append(told.title if told else step)
    place = " › ".join(titles)
    return f"{place}: {words.danish(todo.question)}" if todo.question else place


def _open(value: Any, language: str, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Every fact that is noted as unknown: its place in titles, as editors show them, and why."""
    if isinstance(value, Fact):
        if value.state is State.UNKNOWN:
            yield " › ".join(path), value.reason or ""
        else:
            yield from _open(value.value, language, path)
    elif isinstance(value, tuple):
        for at, item in enumerate(value, start=1):
            yield from _open(item, language, (*path, str(getattr(item, "id", at))))
    elif isinstance(value, Part):
        part = type(value)
        for name, key in fields_with_facts(part):
            words = words_of(part.__name__, key, language)
            title = words.title if words else key
            yield from _open(getattr(value, name), language, (*path, title))
