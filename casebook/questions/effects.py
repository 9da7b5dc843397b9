"""Questions about what is known of the effect, and how well."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from casebook.dates import last_contact
from casebook.indicators import behaviour, shift
from casebook.indicators.shift import Change
from casebook.model import ABOUT_EFFECT, Audience, ClaimType, Engagement, Outcome
from casebook.portfolio import FOLLOWUP, MEASURES, Answer, measured
from casebook.questions.common import Asked, Row, answer, missing, shortened
from casebook.text import Words

WEAK = 1
"""Up to this evidence level nothing was measured among the participants."""

COMPARED = 3
"""From this evidence level on there is a comparison group."""

LEAST_P = 0.001
"""A test's p below this is told as below it: it is never nothing."""

ITEM = "Q03"
"""The item that most engagements ask: sure of facilitating a cluster meeting oneself."""


def weak_public_claims(asked: Asked, number: int) -> Answer:
    """Which effect claims on public pages have no evidence above level 1."""
    words = asked.words
    published = [e for e in asked.engagements if e.release.has_public_edition]
    public = [
        (engagement, words.text(claim.text), words(f"claim.{claim.type}"), claim.evidence_level)
        for engagement in published
        for claim in engagement.outcomes.claims
        if claim.audience is Audience.PUBLIC and claim.type in ABOUT_EFFECT
    ]
    public += [
        (
            e,
            f"{words.text(o.actor)}: {words.text(o.change)}",
            words("claim.outcome"),
            o.evidence_level,
        )
        for e in published
        for o in e.outcomes.observed
        if o.audience is Audience.PUBLIC
    ]
    weak = [(e.id, text, kind, level) for e, text, kind, level in public if level <= WEAK]
    return answer(
        asked,
        number,
        "engagement claim kind evidence",
        weak,
        unknown=missing(asked, "public_claims", _without(asked, [e.id for e, *_ in public])),
        sources=[e.id for e, *_ in public],
        found=len(weak),
        n=len(public),
    )


def _without(asked: Asked, ids: Collection[str]) -> list[str]:
    return [engagement.id for engagement in asked.engagements if engagement.id not in ids]


def _change(words: Words, outcome: Outcome) -> str:
    return f"{words.text(outcome.actor)}: {words.text(outcome.change)}"


def without_followup(asked: Asked, number: int) -> Answer:
    """Which engagements were not followed up three to six months after."""
    words = asked.words
    timely = {e.id: behaviour.followed_up(e) for e in asked.engagements}
    lacking = [e for e in asked.engagements if not timely[e.id]]
    early = sum(_is_early(asked, e) for e in lacking)
    rows: list[Row] = []
    for engagement in lacking:
        last, asked_on = last_contact(engagement), behaviour.followup_date(engagement)
        shown = words.date(asked_on) if asked_on else words("ask.none")
        rows.append(
            (engagement.id, words.date(last) if last else None, shown, _deadline(words, engagement))
        )
    return answer(
        asked,
        number,
        "engagement last followup deadline",
        rows,
        unknown=missing(asked, "timing", [id for id, known in timely.items() if known is None]),
        notes=[] if asked.today else [words("ask.note.deadline")],
        found=len(rows) - early,
        n=asked.total,
        early=early,
    )


def _is_early(asked: Asked, engagement: Engagement) -> bool:
    """Whether a follow-up is missing that can still come in time."""
    made = behaviour.followed_up(engagement) is not False
    return not made and not behaviour.is_due(engagement, asked.today)


def _deadline(words: Words, engagement: Engagement) -> str | None:
    """Until when a follow-up comes in time; None where the last session has no date."""
    if behaviour.goes_on(engagement):
        return words("ask.sessions_ahead")
    latest = behaviour.deadline(engagement)
    return words.date(latest.isoformat()) if latest else None


def never_measured(asked: Asked, number: int) -> Answer:
    """What is not measured, and where; a follow-up that can still come in time is told apart."""
    words = asked.words
    early = [engagement for engagement in asked.engagements if _is_early(asked, engagement)]
    found = {engagement.id: set(measured(engagement)) for engagement in asked.engagements}
    for engagement in early:
        found[engagement.id].add(FOLLOWUP)
    lacking = {m: [id for id, has in found.items() if m not in has] for m in MEASURES}
    rows: list[Row] = [
        (words(f"measure.{measure}"), len(ids), shortened(words, ids))
        for measure, ids in lacking.items()
        if ids
    ]
    never = sum(len(ids) == asked.total > 0 for ids in lacking.values())
    return answer(
        asked,
        number,
        "measure missing where",
        rows,
        notes=_not_due(asked, early),
        found=never,
        n=len(MEASURES),
        all=asked.total,
    )


def _not_due(asked: Asked, early: Sequence[Engagement]) -> list[str]:
    """A line on the follow-ups that are not due yet, each with when it is."""
    words = asked.words
    due = [f"{e.id} ({_due(words, e)})" for e in early]
    told = [words("ask.note.not_due", names=shortened(words, due))] if due else []
    return told if asked.today else [*told, words("ask.note.due")]


def _due(words: Words, engagement: Engagement) -> str:
    if behaviour.goes_on(engagement):
        return words("ask.due_later")
    return words("ask.due", by=_deadline(words, engagement))


def comparable(asked: Asked, number: int) -> Answer:
    """Which engagements asked Q03 in the same words, on the same scale, at the same times."""
    words = asked.words
    groups: dict[tuple[object, ...], list[tuple[str, int]]] = {}
    shown: dict[tuple[object, ...], tuple[str, str, str, str]] = {}
    for engagement in asked.engagements:
        items = {(s.id, i.id): i for s in engagement.outcomes.surveys for i in s.items}
        for value in shift.measure(engagement):
            if value.item == ITEM and value.total is not None:
                item = items[value.survey, value.item]
                waves = f"{words(f'wave.{value.before}')}–{words(f'wave.{value.after}').lower()}"
                key = (item.text.wording, item.version, item.scale, waves)
                scale = "–".join(map(str, item.scale))
                shown.setdefault(
                    key, (words.text(item.text), words.number(item.version), scale, waves)
                )
                groups.setdefault(key, []).append((engagement.id, value.total))
    rows: list[Row] = [(*shown[key], len(found), _pairs(found)) for key, found in groups.items()]
    several = {id for found in groups.values() if len(found) > 1 for id, _ in found}
    asked_it = {id for found in groups.values() for id, _ in found}
    return answer(
        asked,
        number,
        "asked item_version scale waves engagements pairs",
        rows,
        unknown=missing(asked, "item", _without(asked, asked_it)),
        sources=asked_it,
        found=len(several),
        n=asked.total,
    )


def _pairs(found: list[tuple[str, int]]) -> str:
    return "; ".join(f"{id}: n = {n}" for id, n in found)


def confidence(asked: Asked, number: int) -> Answer:
    """How sure it is that confidence rose: pairs, counts, interval, exact test."""
    words = asked.words
    changes = [
        (engagement.id, value)
        for engagement in asked.engagements
        for value in shift.measure(engagement)
        if (value.before, value.after) == ("before", "after") and value.n is not None
    ]
    texts = {
        (e.id, s.id, i.id): words.text(i.text)
        for e in asked.engagements
        for s in e.outcomes.surveys
        for i in s.items
    }
    rows: list[Row] = [
        (
            id,
            f"{value.item}: {texts[id, value.survey, value.item]}",
            f"{value.total} ({_count(value.n_before)} / {_count(value.n_after)})",
            f"{value.n} / {_count(value.same)} / {_count(value.down)}",
            *_tested(asked, id, value),
        )
        for id, value in changes
    ]
    told = [id for id, _ in changes]
    return answer(
        asked,
        number,
        "engagement item answers moves interval test",
        rows,
        unknown=missing(asked, "pairs", _without(asked, told)),
        sources=told,
        found=sum((value.n or 0) > (value.down or 0) for _, value in changes),
        n=len(changes),
    )


def _tested(asked: Asked, engagement: str, value: Change) -> tuple[str, str | None]:
    interval, p = asked.certainty(engagement, value)
    few = asked.words("chart.beside.few")
    if interval is None or p is None:
        return few, few
    ends = {"low": round(100 * interval.low), "high": round(100 * interval.high)}
    least = p < LEAST_P
    shown = asked.words("ask.p_below" if least else "ask.p", p=LEAST_P if least else round(p, 4))
    counts = asked.words("chart.beside.of", found=value.n, n=value.total)
    return f"{counts}: {asked.words('chart.beside.percent', **ends)}", shown


def _count(n: int | None) -> str:
    return "?" if n is None else str(n)


def safe_wording(asked: Asked, number: int) -> Answer:
    """Which words the evidence for each result allows."""
    words = asked.words
    told = [
        (e.id, _change(words, o), o.evidence_level, ClaimType.OUTCOME)
        for e in asked.engagements
        for o in e.outcomes.observed
    ]
    told += [
        (e.id, words.text(claim.text), claim.evidence_level, claim.type)
        for e in asked.engagements
        for claim in e.outcomes.claims
        if claim.type in ABOUT_EFFECT
    ]
    rows: list[Row] = [
        (id, text, level, words(f"ask.wording.{_wording(level, kind)}"))
        for id, text, level, kind in told
    ]
    causal = sum(level >= COMPARED for _, _, level, _ in told)
    return answer(
        asked,
        number,
        "engagement claim evidence wording",
        rows,
        unknown=missing(asked, "claims", _without(asked, [id for id, *_ in told])),
        sources=[id for id, *_ in told],
        found=causal,
        n=len(told),
    )


def _wording(level: int, kind: ClaimType) -> str:
    """What is hoped or assumed is told as that; what is only said has somebody who says it."""
    hoped = kind in {ClaimType.AMBITION, ClaimType.ASSUMPTION}
    return "said" if level == 0 and not hoped else str(min(level, COMPARED))
