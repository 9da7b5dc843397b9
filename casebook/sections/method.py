"""How the page came about: summary, purpose, theory, sources, gaps, release."""

from __future__ import annotations

from collections.abc import Iterator

from casebook.blocks import Facts, Items, Prose, Section, Table, Term
from casebook.model import Audience, ClaimType, Fact, Insight, InsightKind, Part, Quote, Text
from casebook.sections.evidence import insights
from casebook.sections.parts import (
    Reading,
    chart,
    note,
    nothing,
    paragraphs,
    plain,
    section,
    table,
    term,
    told,
    unknown,
)

SUMMARY_LINES = 6
"""As many findings as a summary has room for."""


def summary(reading: Reading) -> Section:
    """One page: what, for whom, what was found, what is recommended.

    What fell or was given up comes first, and is never left out for want of room.
    """
    if reading.is_public:
        return nothing("summary")
    words, engagement = reading.words, reading.engagement
    found = sorted(
        (i for i in insights(engagement) if i.added or _counted(i)),
        key=lambda insight: not insight.adverse,
    )
    room = max(SUMMARY_LINES, sum(insight.adverse for insight in found))
    blocks = [
        _list(words("summary.found"), [words.text(i.statement) for i in found[:room]]),
        _list(
            words("summary.recommended"),
            [words.text(step.text) for step in engagement.learning.recommendations],
        ),
        None if found else unknown(words("summary.unknown")),
    ]
    return section(reading, "summary", *blocks)


def _counted(insight: Insight) -> bool:
    return insight.n is not None and insight.kind is not InsightKind.DELIVERY


def _list(lead_in: str, items: list[str]) -> Items | None:
    return Items(lead_in=lead_in, items=tuple(items)) if items else None


def purpose(reading: Reading) -> Section:
    """Why the work was asked for."""
    if reading.is_public:
        return nothing("purpose")
    words, fact = reading.words, reading.engagement.assignment.purpose
    if fact is None or fact.value is None:
        return section(reading, "purpose", unknown(words("purpose.unknown")))
    return section(reading, "purpose", Prose(paragraphs=paragraphs(words.text(fact.value))))


def theory(reading: Reading) -> Section:
    """The theory of change as far as it is told: activities, assumptions, ambitions."""
    if reading.is_public:
        return nothing("theory")
    words, engagement = reading.words, reading.engagement
    claims = engagement.outcomes.claims
    ambitions = [words.text(c.text) for c in claims if c.type is ClaimType.AMBITION]
    assumed = [words.text(c.text) for c in claims if c.type is ClaimType.ASSUMPTION]
    blocks = [
        _list(words("theory.assumptions"), assumed),
        _list(words("theory.ambitions"), ambitions),
    ]
    remark = note(words("theory.note")) if any(blocks) else None
    return section(reading, "theory", *blocks, remark)


def governance(reading: Reading) -> Section:
    """The state of clusters and steering, cluster by cluster."""
    if reading.is_public:
        return nothing("governance")
    words, clusters = reading.words, reading.engagement.assignment.clusters
    if not clusters:
        return nothing("governance")
    rows = [
        [
            words.fact(cluster.name) if cluster.name else words("cluster.number", n=number),
            words.fact(cluster.mission),
            words.fact(cluster.chairship),
            words.fact(cluster.facilitator),
            words.fact(cluster.status),
        ]
        for number, cluster in enumerate(clusters, start=1)
    ]
    keys = ("name", "mission", "chairship", "facilitator", "status")
    columns = [words(f"cluster.{key}") for key in keys]
    return section(reading, "governance", table(words("cluster.caption"), columns, rows))


def about(reading: Reading) -> Section:
    """Source, method, approval, and where the client is."""
    words, release = reading.words, reading.engagement.release
    source = words.text(release.source) if release.source else None
    items = [told(words, words("about.source"), source)]
    if release.method:
        items.append(plain(words("about.method"), words.text(release.method)))
    items.append(plain(words("about.approved"), approved(reading)))
    remark = note(words("about.unknown_means")) if reading.is_public else None
    return section(reading, "about", chart(reading, "locator"), Facts(items=tuple(items)), remark)


def approved(reading: Reading) -> str:
    """When the client approved this edition, or that no date is stated."""
    words, approvals = reading.words, reading.engagement.release.approvals
    given = approvals.value if approvals and approvals.value else ()
    return next(
        (words.date(entry.date) for entry in given if entry.audience is reading.audience),
        words("unknown"),
    )


def gaps(reading: Reading) -> Section:
    """Method, limitations, and everything that is known not to be known."""
    if reading.is_public:
        return nothing("gaps")
    words = reading.words
    rows = unknown_facts(reading)
    listed: Table | Items | None = None
    if any(reason for _, reason in rows):
        columns = [words("gaps.what"), words("gaps.reason")]
        cells = [[what, reason or "–"] for what, reason in rows]
        listed = table(words("gaps.caption"), columns, cells)
    elif rows:
        listed = _list(words("gaps.caption") + ":", [what for what, _ in rows])
    return section(reading, "gaps", Prose(paragraphs=(words("gaps.limits"),)), listed)


def completeness(reading: Reading) -> Section:
    """For the firm: which answers the records hold, and which are missing."""
    if reading.audience is not Audience.INTERNAL:
        return nothing("completeness")
    return section(reading, "completeness", chart(reading, "completeness"))


def unknown_facts(reading: Reading) -> list[tuple[str, str]]:
    """What is unknown, in words, with the reason: one row for what is unknown many times over."""
    found: dict[tuple[str, str], int] = {}
    words = reading.words
    for field, reason in _unknown(reading.engagement):
        if field == "release.approvals" and reading.audience is not Audience.INTERNAL:
            continue  # `about` says it, and what is approved must not change with the approval
        row = (words(f"field.{field}"), words.danish(reason))
        found[row] = found.get(row, 0) + 1
    return [
        (what if n == 1 else words("gaps.times", what=what, n=n), reason)
        for (what, reason), n in found.items()
    ]


def _unknown(part: Part) -> Iterator[tuple[str, str]]:
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, Fact) and value.state.value == "unknown":
            yield f"{type(part).__name__.lower()}.{name}", value.reason or ""
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Part) and not isinstance(item, (Fact, Text)):
                yield from _unknown(item)
            elif isinstance(item, Fact) and isinstance(item.value, tuple):
                for inner in item.value:
                    if isinstance(inner, Part):
                        yield from _unknown(inner)


def release_status(reading: Reading) -> Section:
    """Ethics and data protection: roles, agreement, consents, approvals, retention."""
    words, engagement = reading.words, reading.engagement
    release = engagement.release
    role = release.data_role
    items = [
        plain(words("release.data_role"), words(f"data_role.{role.value}"))
        if role and role.value
        else term(words, words("release.data_role"), role),
        term(words, words("release.agreement"), release.agreement),
        _approvals(reading),
        _retention(reading),
    ]
    items += [_consent(reading, quote) for quote in engagement.voices]
    return section(reading, "release", Facts(items=tuple(items)))


def _retention(reading: Reading) -> Term:
    words, fact = reading.words, reading.engagement.release.retention
    label = words("release.retention")
    return plain(label, words.date(fact.value)) if fact and fact.value else term(words, label, fact)


def _consent(reading: Reading, quote: Quote) -> Term:
    """What a quote rests on: the record of the consent, with what became of it."""
    words, record = reading.words, reading.engagement.release.consent(quote.consent)
    label = words("release.consent", name=quote.name)
    if record is None:
        return term(words, label, quote.consent)
    if record.withdrawn is not None:
        return plain(label, words("release.withdrawn", on=words.date(record.withdrawn)))
    audiences = words.listing(words(f"audience.{audience}") for audience in record.audiences)
    on = words.date(record.given)
    return plain(label, words("release.consented", audience=audiences, on=on))


def _approvals(reading: Reading) -> Term:
    words, approvals = reading.words, reading.engagement.release.approvals
    label = words("release.approvals")
    if approvals is None or approvals.value is None:
        return term(words, label, approvals)
    given = [
        words("release.approved", audience=words(f"audience.{a.audience}"), on=words.date(a.date))
        for a in approvals.value
    ]
    return plain(label, words.listing(given))
