"""What is known about the effect, and how well: claims, findings, answers, use, outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from casebook.blocks import (
    AnyBlock,
    Board,
    Callout,
    Entry,
    Figure,
    Items,
    Prose,
    Reference,
    Section,
    Table,
    Term,
)
from casebook.indicators import maintenance
from casebook.model import (
    ABOUT_EFFECT,
    Audience,
    Claim,
    Engagement,
    Insight,
    InsightKind,
    Origin,
    Outcome,
    PhaseKind,
    Text,
)
from casebook.phases import PHASES
from casebook.sections.benefit import changes, rates
from casebook.sections.parts import (
    Reading,
    chart,
    note,
    nothing,
    plain,
    section,
    table,
    told,
    unknown,
)

COMPARED = 3
"""From this evidence level on there is a comparison group."""


def insights(engagement: Engagement) -> tuple[Insight, ...]:
    """The insights of all phases: those that the phase records published, or the standard ones."""
    found: list[Insight] = []
    for kind in dict.fromkeys(phase.kind for phase in engagement.phases):
        published = [p.insights for p in engagement.phases if p.kind is kind]
        if all(entry is None for entry in published):
            found += PHASES[kind](engagement)
        else:
            found += [insight for entry in published if entry for insight in entry]
    return tuple(found)


def findings(reading: Reading) -> Section:
    """What the phases found, phase by phase; the public sees what was added for it by hand.

    What was held stands with the programme and is not repeated here.
    """
    found = [i for i in insights(reading.engagement) if i.kind is not InsightKind.DELIVERY]
    if reading.is_public:
        found = [insight for insight in found if insight.added]
    kinds = dict.fromkeys(insight.phase for insight in found)
    blocks: list[AnyBlock] = []
    for kind in kinds:
        lead_in = reading.words(f"phase.{kind}")
        blocks += insight_blocks(reading, [i for i in found if i.phase is kind], lead_in)
    return section(reading, "findings", *blocks)


def insight_blocks(reading: Reading, found: Sequence[Insight], lead_in: str) -> list[AnyBlock]:
    """One phase's insights: a list, the figures that were added, a link to the phase record."""
    listed = tuple(_statement(reading, i) for i in found if i.figure is None)
    blocks: list[AnyBlock] = [Items(lead_in=lead_in, items=listed)] if listed else []
    blocks += [Figure.model_validate(i.figure) for i in found if i.figure is not None]
    cells = {insight.origin.cell: insight for insight in found if insight.origin is not None}
    return [*blocks, *(_to_cell(reading, insight, lead_in) for insight in cells.values())]


def _to_cell(reading: Reading, insight: Insight, phase: str) -> Reference:
    """A link to the cell of the phase record that published an insight."""
    words, origin = reading.words, insight.origin or Origin(notebook="", cell="")
    record = PurePath(origin.notebook).stem
    said = words.text(insight.statement)
    label = (
        words("findings.cell", said=said)
        if insight.added
        else words("findings.record", phase=phase)
    )
    page = f"{record}.{Audience.INTERNAL}.{words.language}.html"
    return Reference(label=label, href=f"{page}#cell-{origin.cell}")


def _statement(reading: Reading, insight: Insight) -> str:
    said = reading.words.text(insight.statement)
    if not insight.added or insight.n is None:
        return said
    if insight.total is None:
        return reading.words("findings.n", said=said, n=insight.n)
    return reading.words("findings.n_of", said=said, found=insight.n, n=insight.total)


def effect(reading: Reading) -> Section:
    """What is known about the effect so far; without a measurement, that."""
    figure, outcomes = chart(reading, "change"), _outcome_board(reading)
    asked = any(survey.distributions for survey in reading.engagement.outcomes.surveys)
    measured = figure is not None or (outcomes is not None and not asked)
    gap = None if measured else _unmeasured(reading)
    changed = changes(reading)
    rated = rates(reading) if changed or figure else None
    told = (rated, changed, figure, outcomes, _contributed(reading))
    public = told if reading.is_public else ()
    return section(reading, "effect", gap, *public, claims(reading))


def _unmeasured(reading: Reading) -> Callout:
    """Why there is no number: nothing was measured, too few answered, or it is not shown."""
    words, surveys = reading.words, reading.engagement.outcomes.surveys
    rounds = [len({found.wave for found in survey.distributions}) for survey in surveys]
    if not any(rounds):
        lines = ["effect.not_measured", *(["effect.not_results"] if _about_effect(reading) else [])]
        return unknown(" ".join(map(words, lines)), title=words("effect.gap_title"))
    if reading.is_anonymous:
        return unknown(words("effect.hidden"), title=words("effect.hidden_title"))
    if max(rounds) == 1:
        return unknown(words("effect.once"), title=words("effect.once_title"))
    return unknown(words("effect.too_few"), title=words("effect.few_title"))


def claims(reading: Reading) -> Table | None:
    """What is said about the effect, typed, with who says it."""
    words, told = reading.words, _about_effect(reading)
    if not told:
        return None
    columns = [words(f"claims.{c}") for c in ("text", "type", "said_by")]
    if not reading.is_public:
        columns.append("#" + words("claims.level"))
    rows = [_claim_row(reading, claim) for claim in told]
    remark = words("claims.note") if reading.is_public else words("claims.scale")
    return table(words("claims.caption"), columns, rows, remark)


def _about_effect(reading: Reading) -> list[Claim]:
    """The claims that a reader sees beside the effect: the public those about it alone."""
    claims = reading.engagement.outcomes.claims
    return [claim for claim in claims if claim.type in ABOUT_EFFECT or not reading.is_public]


def _claim_row(reading: Reading, claim: Claim) -> list[str]:
    words = reading.words
    row = [words.text(claim.text), words(f"claim.{claim.type}"), words.danish(claim.said_by)]
    return row if reading.is_public else [*row, words.number(claim.evidence_level)]


def tool_use(reading: Reading) -> Section:
    """Behaviour and tools after some months: which tools there are, and how far each is in use."""
    if reading.is_public:
        return nothing("tool_use")
    words, tools = reading.words, reading.engagement.tools()
    designed = any(phase.kind is PhaseKind.TOOL_DESIGN for phase in reading.engagement.phases)
    if not tools and not designed:
        return nothing("tool_use")
    if not tools:
        return section(reading, "tool_use", unknown(words("tool_use.unknown")))
    rows = [
        [
            words.text(tool.name),
            tool.version,
            words.text(tool.kind) if tool.kind else words("unknown"),
            words.text(tool.purpose) if tool.purpose else words("unknown"),
        ]
        for tool in tools
    ]
    columns = [words(f"tools.{c}") for c in ("name", "version", "kind", "purpose")]
    listed = table(words("tools.caption"), columns, rows)
    figure = chart(reading, "tool_use")
    gap = None if figure else unknown(words("tool_use.use_unknown"))
    return section(reading, "tool_use", listed, figure, gap, _kept_up(reading))


def _kept_up(reading: Reading) -> Table | None:
    """Which tools are still in use half a year after the last session; unknown is not no."""
    words, found = reading.words, maintenance.measure(reading.engagement)
    if not found:
        return None
    names = {tool.id: words.text(tool.name) for tool in reading.engagement.tools()}
    rows = [
        (
            names.get(value.subject, value.subject),
            words("unknown")
            if value.n is None
            else words("chart.beside.of", found=value.n, n=value.total),
            words.number(value.unrecorded),
        )
        for value in found
    ]
    columns = [words("tools.name"), words("kept_up.used"), "#" + words("kept_up.unrecorded")]
    return table(words("kept_up.caption"), columns, rows, words("kept_up.note"))


def outcomes(reading: Reading) -> Section:
    """Observed changes with their evidence and other explanations."""
    if reading.is_public:
        return nothing("outcomes")
    board = _outcome_board(reading)
    gap = None if board else unknown(reading.words("outcomes.unknown"))
    return section(reading, "outcomes", gap, board, _contributed(reading))


def _outcome_board(reading: Reading) -> Board | None:
    found = reading.engagement.outcomes.observed
    if not found:
        return None
    return Board(entries=tuple(_outcome(reading, outcome) for outcome in found))


def _contributed(reading: Reading) -> Prose | None:
    """That the work contributed, and is not shown to be the cause, where nothing was compared."""
    levels = [outcome.evidence_level for outcome in reading.engagement.outcomes.observed]
    if not levels or min(levels) >= COMPARED:
        return None
    return note(reading.words("outcomes.contributed", level=COMPARED))


def _outcome(reading: Reading, outcome: Outcome) -> Entry:
    words = reading.words

    def noted(label: str, text: Text | None) -> Term:
        return told(words, words(f"outcome.{label}"), words.text(text) if text else None)

    others = "; ".join(words.text(text) for text in outcome.alternatives)
    return Entry(
        title=f"{words.text(outcome.actor)}: {words.text(outcome.change)}",
        badge=words("outcome.level", level=words.number(outcome.evidence_level)),
        details=(
            plain(words("outcome.kind"), words(f"outcome_kind.{outcome.kind}")),
            told(words, words("outcome.when"), words.date(outcome.when) if outcome.when else None),
            noted("source", outcome.source),
            noted("contribution", outcome.contribution),
            plain(words("outcome.alternatives"), others or words("outcome.no_alternatives")),
        ),
    )


def phase_insights(reading: Reading, found: Sequence[Insight]) -> Section:
    """What a phase record publishes."""
    lines = tuple(_statement(reading, insight) for insight in found)
    remark = note(reading.words("insights.note")) if reading.audience is Audience.INTERNAL else None
    return section(reading, "insights", Items(items=lines) if lines else None, remark)
