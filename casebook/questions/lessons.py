"""Questions about lessons and assumptions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from casebook.indicators import actors_mobilised
from casebook.model import Engagement, Lesson, LessonType
from casebook.phases.workshops import together
from casebook.portfolio import Answer
from casebook.questions.common import Asked, Row, answer, clients_note, missing, shortened, worded
from casebook.search import fold
from casebook.support import RECOMMENDATION, backing, clients, maturity

KEEP = (LessonType.SUSTAIN, LessonType.START)
CHANGE = (LessonType.STOP, LessonType.IMPROVE, LessonType.PITFALL)

OUTSIDE = re.compile("ekstern|aktoer|uden for kommunen|civilsamfund|partner|external|actor")
"""Words that tell of people outside the organisation."""


def well_supported(asked: Asked, number: int) -> Answer:
    """Which lessons rest on three clients or more, and which speak against each other."""
    words, known = asked.words, backing(asked.engagements)
    told = _told(asked)
    rows: list[Row] = []
    enough = 0
    for lesson in told.values():
        count = len(clients(lesson.support, known))
        enough += count >= RECOMMENDATION
        against = _against(lesson, told.values())
        counter = [
            worded(words, lesson.counter_evidence),
            *(words.text(o.statement) for o in against),
        ]
        borne = words(f"maturity.{maturity(lesson, known)}")
        listed = " · ".join(text for text in counter if text)
        rows.append((words.text(lesson.statement), borne, count, listed or words("ask.none")))
    contested = sum(row[-1] != words("ask.none") for row in rows)
    silent = [e.id for e in asked.engagements if not e.learning.lessons]
    return answer(
        asked,
        number,
        "lesson maturity clients against",
        rows,
        unknown=missing(asked, "lessons", silent),
        notes=clients_note(asked),
        sources=[e.id for e in asked.engagements if e.learning.lessons],
        found=enough,
        n=len(told),
        contested=contested,
    )


def _told(asked: Asked) -> dict[str, Lesson]:
    """Each lesson once, with the support of all who tell it."""
    found: dict[str, Lesson] = {}
    for engagement in asked.engagements:
        for lesson in engagement.learning.lessons:
            first = found.get(lesson.id, lesson)
            support = tuple(dict.fromkeys((*first.support, *lesson.support)))
            approved = first.approved or lesson.approved
            found[lesson.id] = first.model_copy(update={"support": support, "approved": approved})
    return found


def _against(lesson: Lesson, others: Iterable[Lesson]) -> list[Lesson]:
    """Lessons on one of the same themes that say keep where this one says change, or back."""
    return [
        other
        for other in others
        if set(lesson.themes) & set(other.themes)
        and {lesson.type in KEEP, other.type in KEEP} == {True, False}
        and {lesson.type in CHANGE, other.type in CHANGE} == {True, False}
    ]


def broken_assumptions(asked: Asked, number: int) -> Answer:
    """Which assumptions broke, and where."""
    words = asked.words
    all_ = [(e, a) for e in asked.engagements for a in e.learning.assumptions]
    broke = [(e, a) for e, a in all_ if a.verdict == "broke"]
    where: dict[str, list[str]] = {}
    notes: dict[str, str] = {}
    for engagement, assumption in broke:
        text = words.text(assumption.text)
        where.setdefault(text, []).append(engagement.id)
        notes[text] = worded(words, assumption.note) or ""
    often = sorted(where, key=lambda text: (-len(where[text]), text))
    rows: list[Row] = [
        (text, len(where[text]), shortened(words, where[text]), notes[text]) for text in often
    ]
    untold = [e.id for e in asked.engagements if not e.learning.assumptions]
    open_ = sum(a.verdict == "unknown" for _, a in all_)
    unknown = [words("ask.unknown.open_assumptions", n=open_)] if open_ else []
    return answer(
        asked,
        number,
        "assumption times where note",
        rows,
        unknown=[*unknown, *missing(asked, "assumptions", untold)],
        sources=[e.id for e, _ in all_],
        found=len(broke),
        n=len(all_),
    )


def external_actors(asked: Asked, number: int) -> Answer:
    """What was learned about involving people from outside."""
    rows: list[Row] = [
        (kind, text, engagement.id)
        for engagement in asked.engagements
        for kind, text in (*_about_outside(asked, engagement), *_mobilised(asked, engagement))
    ]
    told = {row[2] for row in rows}
    silent = [e.id for e in asked.engagements if e.id not in told]
    return answer(
        asked,
        number,
        "kind what engagement",
        rows,
        unknown=missing(asked, "actors", silent),
        sources=[str(row[2]) for row in rows],
        found=len(rows),
        n=asked.total,
        some=len(told),
    )


def _about_outside(asked: Asked, engagement: Engagement) -> Iterator[tuple[str, str]]:
    """What is told in words that tell of people from outside."""
    told = _texts(asked, engagement)
    return (one for one in told if OUTSIDE.search(fold(one[1])))


def _mobilised(asked: Asked, engagement: Engagement) -> Iterator[tuple[str, str]]:
    """How many actors from outside work together, sector by sector, where that was asked."""
    outside = {a.sector for a in engagement.outcomes.actors if a.place == "outside"}
    for value in actors_mobilised.measure(engagement):
        if value.subject in outside and value.n is not None:
            yield asked.words("ask.measured"), asked.words.text(together(value))


def _texts(asked: Asked, engagement: Engagement) -> Iterator[tuple[str, str]]:
    words, learning = asked.words, engagement.learning
    for lesson in learning.lessons:
        yield words("ask.lesson"), words.text(lesson.statement)
    for assumption in learning.assumptions:
        verdict = words(f"verdict.{assumption.verdict}")
        yield words("ask.assumption", verdict=verdict), words.text(assumption.text)
    for outcome in engagement.outcomes.observed:
        change = f"{words.text(outcome.actor)}: {words.text(outcome.change)}"
        yield words("outcome.level", level=outcome.evidence_level), change
    for claim in engagement.outcomes.claims:
        yield words(f"claim.{claim.type}"), words.text(claim.text)
