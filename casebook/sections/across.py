"""The casebook page: all engagements together. Never a ranking, never a pooled number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from casebook.blocks import AnyBlock, Figure, Items, Prose, Section, Table, Wording
from casebook.charts import denmark
from casebook.completeness import TOPICS
from casebook.model import Audience, Insight, InsightKind, OutcomeKind, Years
from casebook.portfolio import (
    FOLLOWUP,
    LEVELS,
    MEASURES,
    OUTSIDE_CLIENTS,
    Entry,
    Portfolio,
    ToolRecord,
)
from casebook.questions.common import shortened
from casebook.sections.parts import in_words, named, note, table, unknown
from casebook.text import Words
from casebook.text.marks import unmarked


@dataclass(frozen=True)
class Across:
    """The portfolio as one audience reads it, in one language."""

    portfolio: Portfolio
    audience: Audience
    words: Words

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The engagements that count, oldest first; none outside the firm if too few clients."""
        entries = self.portfolio.entries
        clients = {entry.client for entry in entries}
        if self.audience is not Audience.INTERNAL and len(clients) < OUTSIDE_CLIENTS:
            return ()
        return tuple(sorted(entries, key=lambda entry: (entry.years.start, entry.id)))


def across_section(across: Across, id: str, *blocks: AnyBlock | None) -> Section:
    """A section with its title from the key `<id>.title`; what is None is left out."""
    present = tuple(block for block in blocks if block is not None)
    title = across.words(f"{id}.title")
    return Section(id=id.replace("_", "-"), title=title, blocks=present)


def scope(across: Across) -> Section:
    """Which engagements are in, which are not, and why."""
    words, portfolio = across.words, across.portfolio
    lines = [words("scope.included", n=len(portfolio.entries))]
    if portfolio.excluded:
        names = shortened(words, [entry.client for entry in portfolio.excluded])
        lines.append(words("scope.excluded", names=names, n=len(portfolio.excluded)))
    if not portfolio.entries:
        return across_section(across, "scope", unknown(words("scope.empty")))
    hidden = None if across.entries else unknown(words("scope.few_clients", n=OUTSIDE_CLIENTS))
    return across_section(
        across, "scope", Prose(paragraphs=tuple(lines)), hidden, _map(across), _list(across)
    )


def _map(across: Across) -> Figure | None:
    if across.audience is not Audience.INTERNAL:
        return None
    codes = [entry.municipality for entry in across.entries if entry.municipality]
    return denmark.draw(codes, across.words)


def _list(across: Across) -> Table | None:
    words = across.words
    if not across.entries or across.audience is not Audience.INTERNAL:
        return None
    rows = [
        [
            entry.client,
            words.text(entry.title),
            words.years(entry.years),
            words.number(entry.held) if entry.held is not None else words("unknown"),
        ]
        for entry in across.entries
    ]
    columns = [words(f"scope.{c}") for c in ("client", "engagement", "years")]
    columns.append("#" + words("scope.held"))
    return table(words("scope.caption"), columns, rows)


def themes(across: Across) -> Section:
    """Which themes come back, and where."""

    def found(entry: Entry) -> dict[str, str]:
        return dict.fromkeys(entry.themes, "")

    return _tally(across, "themes", found, lambda theme: in_words(across.words, theme))


def formats(across: Across) -> Section:
    """Which formats were used, and for whom."""

    def used(entry: Entry) -> dict[str, str]:
        words = across.words
        return {
            found.kind.value: words.listing(words(f"group.{g}") for g in found.groups)
            for found in entry.formats
        }

    return _tally(across, "formats", used, lambda kind: across.words(f"activity.{kind}"))


def tools(across: Across) -> Section:
    """Which tools were used where, in which version, and by how many units."""
    names = {t.id: across.words.text(t.name) for entry in across.entries for t in entry.tools}

    def used(entry: Entry) -> dict[str, str]:
        return {
            tool.id: _use(across.words, tool.version, tool.used, tool.units) for tool in entry.tools
        }

    return _tally(across, "tools_across", used, lambda id: names[id], _versions(across))


def _versions(across: Across) -> Table | None:
    """Each version of each tool with the years of the engagements it was used in."""
    words = across.words
    found: dict[tuple[str, str, str], list[tuple[Entry, ToolRecord]]] = {}
    for entry in across.entries:
        for tool in entry.tools:
            key = (_in_order(words.text(tool.name)), tool.id, tool.version)
            found.setdefault(key, []).append((entry, tool))
    if not found or across.audience is not Audience.INTERNAL:
        return None
    rows = [_version(words, uses) for _, uses in sorted(found.items(), key=_first_used)]
    columns = [words(f"tools_across.{n}") for n in ("what", "version_of", "released", "years")]
    columns.append("#" + words("across.engagements"))
    return table(words("tools_across.over_time"), columns, rows)


def _first_used(
    item: tuple[tuple[str, str, str], list[tuple[Entry, ToolRecord]]],
) -> tuple[str, str, int, str]:
    """The order of versions: by tool, then by the first year that one was used in."""
    (label, id, version), uses = item
    return label, id, min(entry.years.start for entry, _ in uses), version


def _version(words: Words, uses: list[tuple[Entry, ToolRecord]]) -> list[Wording]:
    tool = uses[0][1]
    released = next((tool.released for _, tool in uses if tool.released), None)
    start = min(entry.years.start for entry, _ in uses)
    end = max(entry.years.end or entry.years.start for entry, _ in uses)
    years = words.years(Years(start=start, end=end))
    count = words.number(len(uses))
    return [words.text(tool.name), tool.version, words.date(released), years, count]


def _use(words: Words, version: str, used: int | None, units: int | None) -> str:
    if used is None or units is None:
        return words("tools_across.version", version=version)
    return words("tools_across.use", version=version, used=used, n=units)


def _tally(
    across: Across,
    id: str,
    found_in: Callable[[Entry], Mapping[str, str]],
    label: Callable[[str], str],
    *more: AnyBlock | None,
) -> Section:
    """One row for each thing, with the engagements it is found in and what is said there."""
    words = across.words
    where: dict[str, list[tuple[Entry, str]]] = {}
    for entry in across.entries:
        for thing, said in found_in(entry).items():
            where.setdefault(thing, []).append((entry, said))
    rows: list[list[Wording]] = [
        [
            label(thing),
            words.number(len(found)),
            named([f"{e.client} ({said})" if said else e.client for e, said in found]),
        ]
        for thing, found in sorted(where.items(), key=lambda item: _in_order(label(item[0])))
        if _enough(across, [entry for entry, _ in found])
    ]
    if not rows:
        return across_section(
            across, id, unknown(words(f"{id}.unknown")) if across.entries else None
        )
    columns = [words(f"{id}.what"), "#" + words("across.engagements"), words("across.where")]
    if across.audience is not Audience.INTERNAL:
        rows, columns = [row[:2] for row in rows], columns[:2]
    return across_section(across, id, table(words(f"{id}.caption"), columns, rows), *more)


def _in_order(label: str) -> str:
    return unmarked(label).casefold()


def _enough(across: Across, entries: list[Entry]) -> bool:
    clients = {entry.client for entry in entries}
    return across.audience is Audience.INTERNAL or len(clients) >= OUTSIDE_CLIENTS


def evidence(across: Across) -> Section:
    """How well effect claims are supported, level by level."""
    words = across.words
    if not across.entries:
        return across_section(across, "evidence")
    rows = [
        [words(f"evidence.level{n}"), words.number(sum(e.claims[n] for e in across.entries))]
        for n in LEVELS
    ]
    columns = [words("evidence.level"), "#" + words("evidence.claims")]
    levels = table(words("evidence.caption"), columns, rows)
    return across_section(across, "evidence", levels, _changes(across))


def _changes(across: Across) -> AnyBlock | None:
    """Observed changes by kind, with how many are at each evidence level; never added up."""
    if across.audience is not Audience.INTERNAL:
        return None
    words = across.words
    rows: list[list[Wording]] = []
    for kind in OutcomeKind:
        seen = [entry for entry in across.entries if any(c.kind is kind for c in entry.changes)]
        found = [c.evidence_level for entry in seen for c in entry.changes if c.kind is kind]
        counts = [(level, found.count(level)) for level in LEVELS if level in found]
        told = [words("evidence.at_level", level=level, count=count) for level, count in counts]
        numbers = [words.number(len(found)), words.number(len(seen))]
        rows.append([words(f"outcome_kind.{kind}"), *numbers, words.listing(told) or "–"])
    if not any(entry.changes for entry in across.entries):
        return unknown(words("evidence.no_changes"))
    columns = [words("evidence.kind"), "#" + words("evidence.changes")]
    columns += ["#" + words("across.engagements"), words("evidence.level")]
    return table(words("evidence.by_kind"), columns, rows)


def insights(across: Across) -> Section:
    """What the phase records published, engagement by engagement."""
    if across.audience is not Audience.INTERNAL:
        return across_section(across, "across_insights")
    words = across.words
    blocks = [
        Items(lead_in=entry.client, items=tuple(_found(words, entry.insights)))
        for entry in across.entries
        if entry.insights
    ]
    return across_section(across, "across_insights", *blocks)


def _found(words: Words, insights: Sequence[Insight]) -> Iterator[str]:
    """What was found; the activities of which it is not known are one line together."""
    silent = [one for one in insights if one.kind is InsightKind.DELIVERY and one.n is None]
    yield from (words.text(one.statement) for one in insights if one not in silent)
    if silent:
        yield words("across_insights.held_unknown", n=len(silent))


def gaps(across: Across) -> Section:
    """What we never measure, and where."""
    words = across.words
    if not across.entries:
        return across_section(across, "across_gaps")
    rows: list[list[Wording]] = []
    for measure in MEASURES:
        missing = [entry for entry in across.entries if entry.lacks(measure)]
        if missing and _enough(across, missing):
            names = named([_lacking(words, e, measure) for e in missing], words.listing)
            shown = [names] if across.audience is Audience.INTERNAL else []
            rows.append([words(f"measure.{measure}"), words.number(len(missing)), *shown])
    columns = [words("across_gaps.what"), "#" + words("across_gaps.missing")]
    if across.audience is Audience.INTERNAL:
        columns.append(words("across.where"))
    listed = table(words("across_gaps.caption"), columns, rows) if rows else None
    return across_section(across, "across_gaps", listed, _not_due(across), _completeness(across))


def _lacking(words: Words, entry: Entry, measure: str) -> str:
    """Who lacks a measure, and of a follow-up until when it is in time: a page knows no day."""
    if measure != FOLLOWUP or entry.due is None:
        return entry.client
    return words("across_gaps.due", client=entry.client, by=words.date(entry.due))


def _not_due(across: Across) -> Prose | None:
    """Where no follow-up is due yet, and that one is missing only when its time is up."""
    if across.audience is not Audience.INTERNAL:
        return None
    words = across.words
    lacking = [entry for entry in across.entries if FOLLOWUP not in entry.measured]
    going_on = [entry.client for entry in lacking if entry.goes_on]
    lines = [words("across_gaps.when_due")] if len(going_on) < len(lacking) else []
    if going_on:
        names = shortened(words, going_on)
        lines.append(words("across_gaps.goes_on", names=names, n=len(going_on)))
    return Prose(paragraphs=tuple(lines), role="note") if lines else None


def _completeness(across: Across) -> Table | None:
    """In how many engagements all, something or nothing of a topic is on record."""
    if across.audience is not Audience.INTERNAL:
        return None
    words = across.words
    rows: list[list[Wording]] = []
    for topic in TOPICS:
        found = [(e, f) for e in across.entries for f in e.filled if f.topic == topic]
        empty = [entry.client for entry, filled in found if not filled.given]
        full = sum(filled.given == filled.places for _, filled in found)
        counts = (len(found), full, len(found) - full - len(empty), len(empty))
        numbers = [words.number(count) for count in counts]
        if found:
            where = named(empty, words.listing) if empty else "–"
            rows.append([words(f"complete.{topic}"), *numbers, where])
    names = ("all", "some", "none")
    columns = [words("chart.complete.topic"), "#" + words("across.engagements")]
    columns += [*(f"#{words(f'across_gaps.{name}')}" for name in names)]
    columns.append(words("across_gaps.where_none"))
    return table(words("across_gaps.complete"), columns, rows)


def method(across: Across) -> Section:
    """How the page was made, and what it must not be used for."""
    return across_section(across, "across_method", note(across.words("across_method.text")))
