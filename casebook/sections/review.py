"""What was learned: the after-action review, recommendations, lessons, and what can be reused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from casebook.blocks import AnyBlock, Board, Entry, Facts, Items, Prose, Section, Table, Term
from casebook.indicators import ownership as ownership_indicator
from casebook.model import Lesson, PhaseKind, SessionStatus, Step, Text
from casebook.sections.parts import (
    Reading,
    in_words,
    note,
    nothing,
    paragraphs,
    plain,
    section,
    table,
    term,
    unknown,
)
from casebook.sections.story import status
from casebook.text import Words

STEPS = ("sustain", "improve", "start", "stop")


def card(reading: Reading) -> Section:
    """The engagement at a glance, with hours and fee."""
    words, engagement = reading.words, reading.engagement
    assignment = engagement.assignment
    themes = ", ".join(in_words(words, theme) for theme in assignment.themes)
    origin = assignment.derived_from
    items = (
        plain(words("facts.client"), engagement.client.name),
        plain(words("facts.years"), words.years(assignment.years)),
        status(reading),
        plain(words("card.themes"), themes or words("unknown")),
        *([plain(words("card.derived_from"), origin)] if origin else []),
        term(words, words("card.hours"), assignment.hours),
        term(words, words("card.fee"), assignment.fee),
    )
    return section(reading, "card", Facts(items=items)).model_copy(update={"aside": True})


def after_action(reading: Reading) -> Section:
    """Planned, happened, why the difference."""
    words, learning = reading.words, reading.engagement.learning
    told = {name: getattr(learning, name) for name in ("planned", "happened", "why")}
    if not any(told.values()):
        return section(reading, "aar", unknown(words("steps.unknown")), _effort(reading))
    rows = [
        [words(f"aar.{name}"), words.text(text) if text else words("unknown")]
        for name, text in told.items()
    ]
    columns = [words("aar.part"), words("aar.told")]
    return section(reading, "aar", table(words("aar.caption"), columns, rows), _effort(reading))


def _effort(reading: Reading) -> Table | None:
    """Hours in held sessions, phase by phase; none where no session's hours are told."""
    words = reading.words
    rows, is_told = [], False
    for kind in PhaseKind:
        phases = (phase for phase in reading.engagement.phases if phase.kind is kind)
        met = [s for phase in phases for activity in phase.activities for s in activity.meetings]
        held = [session for session in met if session.status is SessionStatus.HELD]
        hours = [session.hours for session in held if session.hours is not None]
        is_told = is_told or bool(hours)
        if held:
            total = words.number(sum(hours)) if hours else words("unknown")
            numbers = (words.number(len(held)), words.number(len(hours)), total)
            rows.append([words(f"phase.{kind}"), *numbers])
    if not is_told:
        return None
    columns = [words("effort.phase")]
    columns += ["#" + words(f"effort.{name}") for name in ("held", "told", "hours")]
    return table(words("effort.caption"), columns, rows, words("effort.note"))


def steps(reading: Reading) -> Section:
    """What to sustain, improve, start and stop, with owner and date."""
    words, learning = reading.words, reading.engagement.learning
    rows = [
        [words.text(step.text), words(f"steps.{name}"), *_who_and_when(reading, step)]
        for name in STEPS
        for step in getattr(learning, name)
    ]
    if not rows:
        return section(reading, "steps", unknown(words("steps.unknown")))
    columns = [words(f"steps.{c}") for c in ("what", "kind", "owner", "due")]
    return section(reading, "steps", table(words("steps.caption"), columns, rows))


def _who_and_when(reading: Reading, step: Step) -> list[str]:
    words = reading.words
    due = words.date(step.due.value) if step.due and step.due.value else words.fact(step.due)
    return [words.fact(step.owner), due]


def worked(reading: Reading) -> Section:
    """For the client: what worked, what did not, and under which conditions."""
    if reading.is_public:
        return nothing("worked")
    words, learning = reading.words, reading.engagement.learning
    lists = [
        _listed(reading, name, getattr(learning, name))
        for name in ("sustain", "improve", "conditions")
    ]
    gap = None if any(lists) else unknown(words("worked.unknown"))
    return section(reading, "worked", gap, *lists)


def _listed(reading: Reading, name: str, told: Iterable[Step]) -> Items | None:
    words = reading.words
    items = tuple(words.text(step.text) for step in told)
    return Items(lead_in=words(f"worked.{name}"), items=items) if items else None


def recommendations(reading: Reading) -> Section:
    """What we recommend, who does it, and by when."""
    if reading.is_public:
        return nothing("recommendations")
    words = reading.words
    rows = [
        [words.text(step.text), *_who_and_when(reading, step)]
        for step in reading.engagement.learning.recommendations
    ]
    if not rows:
        return section(reading, "recommendations", unknown(words("recommendations.unknown")))
    columns = [words(f"steps.{c}") for c in ("what", "owner", "due")]
    listed = table(words("recommendations.caption"), columns, rows)
    return section(reading, "recommendations", listed)


def ownership(reading: Reading) -> Section:
    """How far the client's own people took over."""
    if reading.is_public:
        return nothing("ownership")
    words = reading.words
    (value,) = ownership_indicator.measure(reading.engagement)
    if value.n is None:
        return section(reading, "ownership", unknown(words("ownership.unknown")))
    said = words("ownership.led", led=value.n, n=value.total)
    led = Prose(paragraphs=(said,))
    return section(reading, "ownership", led, _leaders(reading), note(words("ownership.note")))


def _leaders(reading: Reading) -> Table:
    """How many held sessions each of the five ways of sharing the lead had."""
    words = reading.words
    held = [s for s in reading.engagement.meetings if s.status is SessionStatus.HELD]
    levels = Counter(s.ownership for s in held if s.ownership is not None)
    rows = [[words(f"ownership.level{n}"), words.number(levels[n])] for n in range(5)]
    columns = [words("ownership.who"), "#" + words("ownership.sessions")]
    return table(words("ownership.caption"), columns, rows)


def assumptions(reading: Reading) -> Section:
    """What the work rested on, and whether it held."""
    if reading.is_public:
        return nothing("assumptions")
    words, engagement = reading.words, reading.engagement
    rows = [
        [
            words.text(assumption.text),
            words(f"verdict.{assumption.verdict}"),
            words.text(assumption.note) if assumption.note else "–",
        ]
        for assumption in engagement.learning.assumptions
    ]
    judged = {assumption.text for assumption in engagement.learning.assumptions}
    rows += [
        [words.text(claim.text), words("verdict.unknown"), "–"]
        for claim in engagement.outcomes.claims
        if claim.type == "assumption" and claim.text not in judged
    ]
    if not rows:
        return section(reading, "assumptions", unknown(words("assumptions.unknown")))
    columns = [words(f"assumptions.{c}") for c in ("text", "verdict", "note")]
    return section(reading, "assumptions", table(words("assumptions.caption"), columns, rows))


def activity_reviews(reading: Reading) -> Section:
    """Each activity's own rating and remark."""
    words = reading.words
    told = [a for a in reading.engagement.activities if a.rating is not None or a.note]
    if not told:
        return section(reading, "ratings", unknown(words("ratings.unknown")))
    rows = [
        [
            words.text(a.label or a.text),
            words("ratings.of", n=a.rating) if a.rating is not None else words("unknown"),
            words.text(a.note) if a.note else "–",
        ]
        for a in told
    ]
    columns = [words("programme.activity"), "#" + words("ratings.rating"), words("ratings.note")]
    return section(reading, "ratings", table(words("ratings.caption"), columns, rows))


def tool_log(reading: Reading) -> Section:
    """The tools' change log and next version."""
    words = reading.words
    rows = [
        [words.text(t.name), t.version, _or_dash(reading, t.changes), _or_dash(reading, t.next)]
        for t in reading.engagement.tools()
        if t.changes or t.next
    ]
    if not rows:
        return nothing("tool_log")
    columns = [words("tools.name"), words("tools.version")]
    columns += [words("tool_log.changes"), words("tool_log.next")]
    return section(reading, "tool_log", table(words("tool_log.caption"), columns, rows))


def _or_dash(reading: Reading, text: Text | None) -> str:
    return reading.words.text(text) if text else "–"


def client_system(reading: Reading) -> Section:
    """The client's readiness and the risks: issues, not persons."""
    words, engagement = reading.words, reading.engagement
    blocks: list[AnyBlock] = []
    if engagement.client.readiness:
        text = words.text(engagement.client.readiness)
        blocks.append(Prose(paragraphs=paragraphs(text)))
    if engagement.learning.risks:
        risks = tuple(words.text(risk) for risk in engagement.learning.risks)
        blocks.append(Items(lead_in=words("client_system.risks"), items=risks))
    return section(reading, "client_system", *blocks)


def lessons(reading: Reading, none: str = "lessons.unknown") -> Section:
    """The lessons proposed: when each holds, what speaks against it. `none`: said without any."""
    words, found = reading.words, reading.engagement.learning.lessons
    if not found:
        return section(reading, "lessons", unknown(words(none)))
    board = Board(entries=tuple(lesson_entry(words, lesson) for lesson in found))
    return section(reading, "lessons", board)


def lesson_entry(words: Words, lesson: Lesson, client: str = "") -> Entry:
    """One lesson with its maturity and conditions, and on the casebook where it was learned."""
    details = [plain(words("lesson.maturity"), words(f"maturity.{lesson.maturity}"))]
    if client:
        details.insert(0, plain(words("lesson.client"), client))
    for name in ("condition", "counter_evidence"):
        text: Text | None = getattr(lesson, name)
        value = words.text(text) if text else words("unknown")
        details.append(Term(label=words(f"lesson.{name}"), value=value, unknown=text is None))
    details.append(plain(words("lesson.shareable"), words(f"shareable.{lesson.audience}")))
    return Entry(
        title=words.text(lesson.statement),
        badge=words(f"lesson_type.{lesson.type}"),
        details=tuple(details),
    )


def reuse_kit(reading: Reading) -> Section:
    """What the next municipality can copy, adapt, or take as inspiration."""
    words = reading.words
    rows = [
        [
            words.text(kit.what),
            words(f"reuse.{kit.mode}"),
            words("yes") if kit.core else words("no"),
            _or_dash(reading, kit.note),
        ]
        for kit in reading.engagement.learning.reuse
    ]
    if not rows:
        return section(reading, "reuse", unknown(words("reuse.unknown")))
    columns = [words(f"reuse.{c}") for c in ("what", "mode", "core", "note")]
    return section(reading, "reuse", table(words("reuse.caption"), columns, rows))


def open_questions(reading: Reading) -> Section:
    """What is still not known, and whom to ask."""
    words = reading.words
    rows = [
        [words.text(question.text), _or_dash(reading, question.ask)]
        for question in reading.engagement.learning.questions
    ]
    listed: Table | None = None
    if rows:
        columns = [words("questions.text"), words("questions.ask")]
        listed = table(words("questions.caption"), columns, rows)
    return section(reading, "questions", listed)
