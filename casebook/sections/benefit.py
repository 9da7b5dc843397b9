"""What people answered: how many did, what they said, and how the same people answered twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from casebook.blocks import Prose, Section, Table
from casebook.charts import change as change_chart
from casebook.indicators import (
    behaviour,
    recommendation,
    response,
    retrospective,
    satisfaction,
    shift,
)
from casebook.indicators.answered import Answered
from casebook.indicators.behaviour import Behaviour
from casebook.indicators.recommendation import Recommendation
from casebook.indicators.response import Response
from casebook.indicators.shift import Change
from casebook.model import Audience
from casebook.sections.parts import Reading, chart, note, nothing, section, table, unknown

LEAST_P = 0.001
"""A test's p below this is told as below it: it is never nothing."""


def benefit(reading: Reading) -> Section:
    """Immediate benefit and later use: how many answered, what they said, and what has changed."""
    if reading.is_public:
        return nothing("benefit")
    words, engagement = reading.words, reading.engagement
    if not engagement.outcomes.surveys:
        return section(reading, "benefit", unknown(words("benefit.unknown")))
    figure = chart(reading, "change") or change_chart.listed(engagement, words)
    changed = (changes(reading), _remembered(reading))
    blocks = (_responses(reading), rates(reading), _answers(reading), *changed, figure)
    return section(reading, "benefit", *blocks)


# --- How many answered -------------------------------------------------------------------------


def _responses(reading: Reading) -> Table:
    words = reading.words
    rows = [
        [
            words.text(value.source) if value.source else value.survey,
            words(f"wave.{value.wave}"),
            words.number(value.n) if value.n is not None else words("withheld"),
            words.fact(value.asked),
        ]
        for value in response.measure(reading.engagement)
    ]
    columns = [words("responses.survey"), words("responses.wave")]
    columns += ["#" + words("responses.answered"), "#" + words("responses.asked")]
    return table(words("responses.caption"), columns, rows)


def rates(reading: Reading) -> Prose | None:
    """How many of those who were asked answered: it stands beside every result."""
    words = reading.words
    said = [
        words(
            "response.rate",
            wave=_round(reading, value),
            n=value.n,
            total=value.total,
            share=words.percent(value.share),
        )
        for value in response.measure(reading.engagement)
        if value.n is not None and value.total is not None and value.share is not None
    ]
    return note(" ".join([*said, words("response.few")])) if said else None


def _round(reading: Reading, value: Response | Answered) -> str:
    """The round of a survey; of which survey, where there are several."""
    words, wave = reading.words, reading.words(f"wave.{value.wave}")
    if len(reading.engagement.outcomes.surveys) == 1 or value.source is None:
        return wave
    return words("response.round", survey=words.text(value.source), wave=wave.lower())


# --- What they said ----------------------------------------------------------------------------


def _answers(reading: Reading) -> Table | None:
    """Shares of answers, each with its counts and how sure it is."""
    engagement, words = reading.engagement, reading.words
    found: Sequence[Answered] = (
        *satisfaction.measure(engagement),
        *recommendation.measure(engagement),
        *behaviour.measure(engagement),
    )
    if not found:
        return None
    texts = _questions(reading)
    rows = [
        (texts[one.survey, one.item], _when(reading, one), _said(reading, one), _sure(reading, one))
        for one in found
    ]
    columns = [words(f"answers.{name}") for name in ("item", "wave", "said", "sure")]
    return table(words("answers.caption"), columns, rows, words("answers.note"))


def _questions(reading: Reading) -> dict[tuple[str, str], str]:
    surveys = reading.engagement.outcomes.surveys
    return {(s.id, i.id): reading.words.text(i.text) for s in surveys for i in s.items}


def _when(reading: Reading, value: Answered) -> str:
    words, wave = reading.words, _round(reading, value)
    return words("answers.when", wave=wave, date=words.date(value.date)) if value.date else wave


def _said(reading: Reading, value: Answered) -> str:
    words = reading.words
    if isinstance(value, Behaviour) and value.in_window is False:
        return words("answers.untimely")
    if value.n is None:
        return words("chart.change.withheld")
    if isinstance(value, Recommendation):
        return _recommended(reading, value)
    counts = words("chart.beside.of", found=value.n, n=value.total)
    if value.share is not None:
        counts = words("answers.share", counts=counts, share=words.percent(value.share))
    said = words(f"answers.{value.key}", counts=counts)
    in_doubt = isinstance(value, Behaviour) and value.in_window is None
    return words("answers.in_doubt", said=said) if in_doubt else said


def _recommended(reading: Reading, value: Recommendation) -> str:
    words = reading.words
    counts = {"passives": value.passives, "detractors": value.detractors}
    said = words("answers.recommendation", found=value.n, **counts)
    if value.score is None:
        return said
    return words("answers.score", said=said, score=f"{round(value.score):+d}")


def _sure(reading: Reading, value: Answered) -> str:
    words, interval = reading.words, value.interval
    if interval is None:
        return words("chart.beside.few") if value.n is not None else "–"
    points = isinstance(value, Recommendation)
    ends = (interval.low, interval.high) if points else (100 * interval.low, 100 * interval.high)
    low, high = (f"{round(end):+d}" if points else str(round(end)) for end in ends)
    return words(f"answers.sure_{value.method}", found=value.n, n=value.total, low=low, high=high)


# --- How the same people answered twice ---------------------------------------------------------


def changes(reading: Reading) -> Table | None:
    """Change is only ever told from paired answers."""
    words, found = reading.words, shift.measure(reading.engagement)
    return _changes(reading, found, (words("changes.caption"), words("changes.note")))


def _remembered(reading: Reading) -> Table | None:
    """What people say afterwards that they could before: never beside a true before and after."""
    words, found = reading.words, retrospective.measure(reading.engagement)
    return _changes(reading, found, (words("remembered.caption"), words("remembered.note")))


def _changes(reading: Reading, found: Sequence[Change], said: tuple[str, str]) -> Table | None:
    """`said` is the table's caption and its note."""
    words, texts = reading.words, _questions(reading)
    values = [value for value in found if value.n is not None]
    if not values:
        return None
    rows = [
        (
            texts[value.survey, value.item],
            words(
                "changes.from_to",
                before=words(f"wave.{value.before}"),
                after=words(f"wave.{value.after}").lower(),
            ),
            *_counts(reading, value),
            *_tested(reading, value),
        )
        for value in values
    ]
    columns = [words("changes.item"), words("changes.waves")]
    columns += ["#" + words(f"changes.{c}") for c in ("up", "same", "down", "pairs", "answers")]
    columns += [] if reading.is_public else [words("changes.interval")]
    columns += [words("changes.test")] if reading.audience is Audience.INTERNAL else []
    return table(said[0], columns, rows, said[1])


def _counts(reading: Reading, value: Change) -> Iterator[str]:
    words = reading.words
    for n in (value.n, value.same, value.down, value.total):
        yield words.number(n) if n is not None else words("withheld")
    rounds = (value.n_before, value.n_after)
    before, after = (words.number(n) if n is not None else "?" for n in rounds)
    yield f"{before} / {after}"


def _tested(reading: Reading, value: Change) -> Iterator[str]:
    """The interval of the share that rose; inside the firm the test too."""
    words, interval, p = reading.words, value.interval, value.p_value
    if reading.is_public:
        return
    few = words("chart.beside.few")
    ends = interval and {"low": round(100 * interval.low), "high": round(100 * interval.high)}
    counts = words("chart.beside.of", found=value.n, n=value.total)
    yield f"{counts}: {words('chart.beside.percent', **ends)}" if ends else few
    if reading.audience is Audience.INTERNAL:
        least = p is not None and p < LEAST_P
        shown = LEAST_P if least else round(p or 0, 4)
        yield few if p is None else words("ask.p_below" if least else "ask.p", p=shown)
