"""Questions about what may leave the firm, and what must be deleted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from casebook.dates import latest_of, span
from casebook.model import Approval, Audience, Engagement, Quote, When
from casebook.portfolio import Answer
from casebook.questions.common import Asked, Row, answer, missing
from casebook.text import Words

PAGES = {Audience.PUBLIC: "case_report.public", Audience.CLIENT: "case_report.client"}


SOON = timedelta(days=92)
"""A permission that ends within a quarter is told of before it does."""


def permissions(asked: Asked, number: int) -> Answer:
    """Which consents and approvals are missing or end soon, and where the text stands.

    Without a day, every end is told.
    """
    lacking: list[tuple[str, ...]] = []
    ending: list[tuple[str, ...]] = []
    for engagement in asked.engagements:
        lacking += [(engagement.id, *row) for row in _missing(asked, engagement)]
        ending += [(engagement.id, *row) for row in _ending(asked, engagement)]
    rows = sorted([*lacking, *ending], key=lambda row: row[0])
    ends = asked.words("ask.4.ending" if asked.today else "ask.4.dated", n=len(ending))
    unrecorded = [e.id for e in asked.engagements if any(_unrecorded(e, q) for q in e.voices)]
    return answer(
        asked,
        number,
        "engagement permission state page",
        rows,
        unknown=missing(asked, "expiry", unrecorded),
        found=len({row[0] for row in lacking}),
        n=asked.total,
        ends=ends,
    )


Permission = tuple[str, str, str]
"""What is permitted, how it stands, and the page where the text is."""


def _missing(asked: Asked, engagement: Engagement) -> Iterator[Permission]:
    """The consents and approvals that are not known, taken back, or over."""
    words = asked.words
    for quote in engagement.voices:
        state = _lacking(asked, engagement, quote)
        if state is not None:
            yield words("ask.quote", name=quote.name), state, _page(quote)
    for audience, page in PAGES.items():
        if not _approved(asked, engagement, audience):
            yield _approval(words, audience), words("unknown"), page


def _ending(asked: Asked, engagement: Engagement) -> Iterator[Permission]:
    """The consents and approvals that hold, and will soon no longer."""
    words, release = asked.words, engagement.release
    for quote in engagement.voices:
        record = release.consent(quote.consent)
        if record and _lacking(asked, engagement, quote) is None and _ends(asked, record.expires):
            until = words("ask.ends", on=words.date(record.expires))
            yield words("ask.quote", name=quote.name), until, _page(quote)
    for audience, page in PAGES.items():
        given = (approval.expires for approval in _approvals(engagement, audience))
        ends = [end for end in given if not _is_over(asked, end)]
        if ends and all(_ends(asked, end) for end in ends):
            until = words("ask.ends", on=words.date(latest_of(ends)))
            yield _approval(words, audience), until, page


def _page(quote: Quote) -> str:
    return PAGES.get(quote.audience, "learning_summary.internal")


def _approval(words: Words, audience: Audience) -> str:
    return words("ask.approval", audience=words(f"audience.{audience}"))


def _unrecorded(engagement: Engagement, quote: Quote) -> bool:
    """Whether there is a consent, but no record of what it covers and how long."""
    known = quote.consent is not None and quote.consent.known
    return known and engagement.release.consent(quote.consent) is None


def _lacking(asked: Asked, engagement: Engagement, quote: Quote) -> str | None:
    """What a quote lacks of a consent: none known, one taken back, or one that is over."""
    words, record = asked.words, engagement.release.consent(quote.consent)
    if quote.consent is None or not quote.consent.known:
        return words.fact(quote.consent)
    if record is None:
        return None
    if record.withdrawn is not None:
        return words("release.withdrawn", on=words.date(record.withdrawn))
    if record.expires and _is_over(asked, record.expires):
        return words("release.expired", on=words.date(record.expires))
    return None


def _approved(asked: Asked, engagement: Engagement, audience: Audience) -> bool:
    """Whether the client has said yes to an audience, and the yes still holds."""
    found = _approvals(engagement, audience)
    return any(not _is_over(asked, approval.expires) for approval in found)


def _approvals(engagement: Engagement, audience: Audience) -> list[Approval]:
    approvals = engagement.release.approvals
    return [a for a in (approvals.value or () if approvals else ()) if a.audience is audience]


def _is_over(asked: Asked, expires: When | None) -> bool:
    return bool(expires and asked.today and span(expires).last < asked.today)


def _ends(asked: Asked, expires: When | None) -> bool:
    """Whether there is an end that comes soon; without a day, whether there is one."""
    return bool(expires and (asked.today is None or span(expires).last <= asked.today + SOON))


def may_show(asked: Asked, number: int) -> Answer:
    """What may be shown to somebody outside, by permission."""
    words = asked.words
    rows: list[Row] = []
    shown = 0
    for engagement in asked.engagements:
        naming = engagement.release.naming
        approved = _approved(asked, engagement, Audience.PUBLIC)
        ready = approved and naming == "named"
        shown += ready
        quotes = sum(_may_quote(asked, engagement, quote) for quote in engagement.voices)
        yes = words("yes") if approved else words("no")
        named = words(f"ask.naming.{naming}") if naming else None
        rows.append((engagement.id, named, yes, quotes))
    unclear = [e.id for e in asked.engagements if e.release.approvals is None]
    return answer(
        asked,
        number,
        "engagement naming approved quotes",
        rows,
        unknown=missing(asked, "approvals", unclear),
        found=shown,
        n=asked.total,
    )


def _may_quote(asked: Asked, engagement: Engagement, quote: Quote) -> bool:
    """Whether a quote may be shown to the public: with a name, and a consent that holds for it."""
    named = quote.audience is Audience.PUBLIC and engagement.release.naming == "named"
    record = engagement.release.consent(quote.consent)
    covered = record is None or record.covers(Audience.PUBLIC)
    return named and covered and _lacking(asked, engagement, quote) is None


def to_delete(asked: Asked, number: int) -> Answer:
    """Which data must be deleted until the end of this quarter, or are overdue."""
    words, end = asked.words, _quarter_end(asked.today)
    dated = [
        (span(fact.value).last, fact.value, engagement.id)
        for engagement in asked.engagements
        if (fact := engagement.release.retention) and fact.value
    ]
    due = [one for one in sorted(dated) if end is None or one[0] <= end]
    rows: list[Row] = [(id, words.date(when)) for _, when, id in due]
    known = {id for *_, id in dated}
    found = answer(
        asked,
        number,
        "engagement delete",
        rows,
        unknown=missing(asked, "retention", [e.id for e in asked.engagements if e.id not in known]),
        sources=known,
        found=len(due),
        n=asked.total,
    )
    if end is not None or not asked.total:
        return found
    every = words(f"ask.{number}.sentence_undated", found=len(due), n=asked.total)
    return found.model_copy(update={"sentence": every})


def _quarter_end(today: date | None) -> date | None:
    return span(f"{today.year}-Q{(today.month + 2) // 3}").last if today else None


def what_blocks(asked: Asked, number: int) -> Answer:
    """What stands in the way of sending or publishing, and who must act."""
    rows: list[Row] = []
    blocked = set()
    for engagement in asked.engagements:
        for audience, what, who in _blocks(asked, engagement):
            rows.append((engagement.id, asked.words(f"audience.{audience}"), what, who))
            blocked.add(engagement.id)
    return answer(
        asked,
        number,
        "engagement audience blocks who",
        rows,
        notes=[asked.words("ask.note.gate")],
        found=len(blocked),
        n=asked.total,
    )


def _blocks(asked: Asked, engagement: Engagement) -> Iterator[tuple[Audience, str, str]]:
    words = asked.words
    release, left = engagement.release, len(engagement.release.todo)
    for audience in PAGES:
        if left:
            yield audience, words("ask.block.todo", n=left), words("ask.who.consultant")
        if not _approved(asked, engagement, audience):
            yield audience, words("ask.block.approval"), words("ask.who.client")
        for quote in engagement.voices:
            lacking = _lacking(asked, engagement, quote) is not None
            if lacking and audience.may_see(quote.audience):
                yield audience, words("ask.block.consent", name=quote.name), quote.name
    if not release.has_public_edition:
        what = "no_edition" if release.naming else "naming_unknown"
        yield Audience.PUBLIC, words(f"ask.block.{what}"), words("ask.who.client")
    if engagement.assignment.fictional:
        yield Audience.PUBLIC, words("ask.block.fictional"), words("ask.who.nobody")
