"""The casebook page: what was measured alike, what was learned, and what to do with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from casebook.blocks import AnyBlock, Board, Entry, Items, Prose, Section, Table, Term
from casebook.charts import beside
from casebook.charts.beside import Share
from casebook.dates import span
from casebook.model import Audience, ConditionKind, Fact, Lesson, Maturity
from casebook.portfolio import Answer, Measurement
from casebook.portfolio import Entry as Engaged
from casebook.questions.common import shortened
from casebook.sections.across import Across, across_section
from casebook.sections.parts import in_words, named, note, plain, table, unknown
from casebook.support import clients, maturity
from casebook.text.marks import unmarked

Told = tuple[Engaged, Lesson]


def comparable(across: Across) -> Section:
    """What was measured alike in several engagements, side by side; never ranked or added."""
    words = across.words
    if across.audience is not Audience.INTERNAL or not across.entries:
        return across_section(across, "comparable")
    found: dict[tuple[object, ...], list[tuple[Engaged, Measurement]]] = {}
    for entry in across.entries:
        for measurement in entry.measurements:
            found.setdefault(measurement.comparable_by, []).append((entry, measurement))
    several = [group for group in found.values() if len({e.id for e, _ in group}) > 1]
    alone = len(found) - len(several)
    blocks: list[AnyBlock] = [block for group in several if (block := _beside(across, group))]
    if not several:
        blocks.append(unknown(words("comparable.none")))
    if alone:
        blocks.append(note(words("comparable.alone", n=alone)))
    return across_section(across, "comparable", *blocks)


def _beside(across: Across, group: list[tuple[Engaged, Measurement]]) -> AnyBlock:
    """One chart, or its table alone where too few have enough answers for an interval."""
    words = across.words
    ordered = sorted(group, key=lambda one: (one[1].date is None, span(one[1].date or "9999")))
    shares = [_share(entry, measurement) for entry, measurement in ordered]
    one = ordered[0][1]
    question = words.text(one.question)
    timing = " → ".join(words(f"wave.{wave}").lower() for wave in one.timing.split("-"))
    values = {"question": question, "item": one.item, "v": one.version, "timing": timing}
    title = words(f"comparable.{one.indicator}", **values)
    drawn = beside.draw(title, shares, words)
    if drawn is not None:
        return drawn
    counts = [
        (s.label, words.date(s.date), words("chart.beside.of", found=s.n, n=s.total))
        for s in shares
    ]
    columns = [words(f"chart.beside.{name}") for name in ("who", "date", "n")]
    return table(title, columns, counts)


def _share(entry: Engaged, measured: Measurement) -> Share:
    interval = measured.interval
    return Share(
        label=entry.client,
        n=measured.n,
        total=measured.total,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        date=measured.date,
    )


# --- Lessons -----------------------------------------------------------------------------------


def lessons(across: Across) -> Section:
    """Each lesson once, with what it rests on and counter-examples; most mature first."""
    words = across.words
    if across.audience is not Audience.INTERNAL:
        return across_section(across, "lessons")
    told = _told(across)
    if not told:
        empty = unknown(words("lessons.unknown")) if across.entries else None
        return across_section(across, "lessons", empty)
    ranks = list(Maturity)
    boards = sorted(told, key=lambda group: -ranks.index(_borne(across, group)))
    entries = tuple(_lesson(across, group) for group in boards)
    return across_section(across, "lessons", _by_theme(across, told), Board(entries=entries))


def _by_theme(across: Across, told: list[list[Told]]) -> Table | None:
    """How many lessons there are on each theme, by how mature they are; none on one theme alone."""
    words = across.words
    found: dict[str, list[Maturity]] = {}
    for group in told:
        for theme in _themes(group):
            found.setdefault(theme, []).append(_borne(across, group))
    if len(found) < 2:  # noqa: PLR2004  # nothing to set beside it
        return None
    rows = [
        [in_words(words, theme), *(words.number(found[theme].count(m)) for m in Maturity)]
        for theme in sorted(found)
    ]
    columns = [words("themes.what"), *(f"#{words(f'lessons.{m}')}" for m in Maturity)]
    return table(words("lessons.by_theme"), columns, rows)


def _told(across: Across) -> list[list[Told]]:
    """The lessons, each with every engagement that tells it: the same id is the same lesson."""
    found = [(entry, lesson) for entry in across.entries for lesson in entry.lessons]
    found.sort(key=lambda one: one[1].id)
    return [list(group) for _, group in groupby(found, key=lambda one: one[1].id)]


def _whole(group: list[Told]) -> Lesson:
    """The lesson as all who tell it together support it."""
    first = group[0][1]
    support = dict.fromkeys(id for _, lesson in group for id in lesson.support)
    approved = next((lesson.approved for _, lesson in group if lesson.approved), None)
    return first.model_copy(update={"support": tuple(support), "approved": approved})


def _borne(across: Across, group: list[Told]) -> Maturity:
    return maturity(_whole(group), across.portfolio.backing())


def _lesson(across: Across, group: list[Told]) -> Entry:
    words, lesson = across.words, _whole(group)
    known = across.portfolio.backing()
    borne = maturity(lesson, known)
    names = sorted(clients(lesson.support, known))
    details = [
        plain(
            words("lesson.client"),
            named([*dict.fromkeys(e.client for e, _ in group)], words.listing),
        ),
        plain(words("lesson.maturity"), words(f"maturity.{borne}")),
        Term(
            label=words("lesson.support"),
            value=named(names, words.listing) if names else words("lesson.no_support"),
            unknown=not names,
        ),
    ]
    if lesson.maturity is not borne:
        claimed = words("lesson.claimed_as", maturity=words(f"maturity.{lesson.maturity}"))
        details.append(plain(words("lesson.claimed"), claimed))
    for name in ("condition", "counter_evidence"):
        texts = [getattr(one, name) for _, one in group]
        said = [words.text(text) for text in texts if text]
        value = " ".join(said) or words("unknown")
        details.append(Term(label=words(f"lesson.{name}"), value=value, unknown=not said))
    themes = tuple(in_words(words, theme) for theme in _themes(group))
    if themes:
        details.append(plain(words("themes.what"), words.listing(themes)))
    return Entry(
        title=words.text(lesson.statement),
        badge=words(f"lesson_type.{lesson.type}"),
        details=tuple(details),
        facets={
            "theme": tuple(unmarked(theme) for theme in themes),
            "maturity": (words(f"maturity.{borne}"),),
        },
    )


def _themes(group: list[Told]) -> Iterable[str]:
    """The themes of a lesson; those of the engagements that tell it, where it has none."""
    own = dict.fromkeys(theme for _, lesson in group for theme in lesson.themes)
    return own or dict.fromkeys(theme for entry, _ in group for theme in entry.themes)


# --- Conditions and recommendations ------------------------------------------------------------


def conditions(across: Across) -> Section:
    """What success depended on, by OPSI's five kinds, with those that nobody has noted."""
    if across.audience is not Audience.INTERNAL or not across.entries:
        return across_section(across, "conditions")
    words = across.words
    kinds: list[ConditionKind | None] = [*ConditionKind]
    if any(c.kind is None for e in across.entries for c in e.conditions):
        kinds.append(None)
    rows = []
    for kind in kinds:
        found = [
            f"{entry.client}: {words.text(condition.text)}"
            for entry in across.entries
            for condition in entry.conditions
            if condition.kind is kind
        ]
        label = words(f"condition.{kind}") if kind else words("conditions.unsorted")
        rows.append([label, words.number(len(found)), named(found) or words("unknown")])
    columns = [words("conditions.kind"), "#" + words("conditions.noted"), words("conditions.what")]
    return across_section(across, "conditions", table(words("conditions.caption"), columns, rows))


def recommendations(across: Across) -> Section:
    """The lessons that are mature enough to recommend, and what was decided to try next."""
    if across.audience is not Audience.INTERNAL or not across.entries:
        return across_section(across, "method_next")
    words = across.words
    ready = [group for group in _told(across) if _borne(across, group) is Maturity.RECOMMENDATION]
    said = tuple(words.text(_whole(group).statement) for group in ready)
    first = Items(items=said) if said else unknown(words("method_next.none"))
    return across_section(across, "method_next", first, _next_steps(across))


def _next_steps(across: Across) -> Table | None:
    words = across.words
    rows = [
        [words.text(step.text), entry.client, words.fact(step.owner), _due(across, step.due)]
        for entry in across.entries
        for step in entry.steps
    ]
    columns = [words("steps.what"), words("lesson.client"), words("steps.owner")]
    columns.append(words("steps.due"))
    return table(words("method_next.caption"), columns, rows) if rows else None


def _due(across: Across, due: Fact[str] | None) -> str:
    return across.words.date(due.value if due else None)


# --- Questions ---------------------------------------------------------------------------------


def questions(across: Across) -> Section:
    """The questions that a casebook must answer, each with its table, sources and unknowns."""
    if across.audience is not Audience.INTERNAL:
        return across_section(across, "asked")
    blocks = [block for found in across.portfolio.answers for block in _answered(across, found)]
    return across_section(across, "asked", *blocks)


def _answered(across: Across, found: Answer) -> Iterator[AnyBlock]:
    words = across.words
    yield Prose(lead_in=f"{found.number}. {found.question}", paragraphs=(found.sentence,))
    unknowns = [words("asked.unknown", text=text) for text in found.unknown]
    more = [words("asked.more", n=found.more, number=found.number)] if found.more else []
    remark = " ".join([*more, *unknowns, *found.notes, *_sources(across, found)])
    if found.rows:
        yield table(words("asked.caption", number=found.number), found.columns, found.rows, remark)
    elif remark:
        yield note(remark)


def _sources(across: Across, found: Answer) -> list[str]:
    """What an answer rests on, in few words where that is everything."""
    words, every = across.words, len(across.entries)
    if every > 1 and len(found.sources) == every:
        return [words("asked.all_sources", n=every)]
    names = shortened(words, found.sources)
    return [words("asked.sources", sources=names)] if names else []
