"""Questions about what may leave the firm, and what must be deleted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from casebook.approval import SHOWN, Lack, lack_of_approval, lack_of_consent, text_hash
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

    Also the consents that no quote refers to. Without a day, every end is told.
    """
    lacking: list[tuple[str, ...]] = []
    ending: list[tuple[str, ...]] = []
    unused: list[tuple[str, ...]] = []
    for engagement in asked.engagements:
        lacking += [(engagement.id, *row) for row in _missing(asked, engagement)]
        ending += [(engagement.id, *row) for row in _ending(asked, engagement)]
        unused += [(engagement.id, *row) for row in _unused(asked, engagement)]
    rows = sorted([*lacking, *ending, *unused], key=lambda row: row[0])
    ends = asked.words("ask.4.ending" if asked.today else "ask.4.dated", n=len(ending))
    return answer(
        asked,
        number,
        "engagement permission state page",
        rows,
        notes=[asked.words("ask.note.content")],
        found=len({row[0] for row in lacking}),
        n=asked.total,
        ends=ends,
    )


Permission = tuple[str, str, str]
"""What is permitted, how it stands, and the page where the text is."""


def _missing(asked: Asked, engagement: Engagement) -> Iterator[Permission]:
    """The consents and approvals that a release would refuse, and what they lack."""
    words = asked.words
    for quote in engagement.voices:
        if lack := _lack(asked, engagement, quote, quote.audience):
            state = _state_of(words, engagement, quote, lack)
            yield words("ask.quote", name=quote.name), state, _page(quote)
    for audience, page in PAGES.items():
        if lack := _unapproved(asked, engagement, audience):
            yield _approval(words, audience), words(f"ask.lack.{lack}"), page


def _ending(asked: Asked, engagement: Engagement) -> Iterator[Permission]:
    """The consents and approvals that hold, and will soon no longer."""
    words, release = asked.words, engagement.release
    for quote in engagement.voices:
        record = release.consent(quote.consent)
        lack = _lack(asked, engagement, quote, quote.audience)
        if record and lack is None and _ends(asked, record.expires):
            until = words("ask.ends", on=words.date(record.expires))
            yield words("ask.quote", name=quote.name), until, _page(quote)
    for audience, page in PAGES.items():
        ends = [approval.expires for approval in _holding(asked, engagement, audience)]
        if ends and all(_ends(asked, end) for end in ends):
            until = words("ask.ends", on=words.date(latest_of(ends)))
            yield _approval(words, audience), until, page


def _unused(asked: Asked, engagement: Engagement) -> Iterator[Permission]:
    """The consents to quotes that no quote refers to: forgotten there, or no longer needed."""
    words = asked.words
    used = {quote.consent.value for quote in engagement.voices if quote.consent}
    for consent in engagement.release.consents:
        if consent.subject == "quote" and consent.id not in used:
            state = words("ask.unused", id=consent.id)
            yield words("ask.quote", name=consent.person), state, "–"


def _page(quote: Quote) -> str:
    return PAGES.get(quote.audience, "learning_summary.internal")


def _approval(words: Words, audience: Audience) -> str:
    return words("ask.approval", audience=words(f"audience.{audience}"))


def _lack(asked: Asked, engagement: Engagement, quote: Quote, audience: Audience) -> Lack | None:
    """What the consent to a quote lacks for an audience, as the release gate sees it."""
    record = engagement.release.consent(quote.consent)
    return lack_of_consent(record, audience, text_hash(quote.text.da), asked.today)


def _state_of(words: Words, engagement: Engagement, quote: Quote, lack: Lack) -> str:
    """What is said of a consent that lacks something."""
    record = engagement.release.consent(quote.consent)
    if record is None and not (quote.consent and quote.consent.known):
        return words.fact(quote.consent)
    if record and lack is Lack.WITHDRAWN:
        return words("release.withdrawn", on=words.date(record.withdrawn))
    if record and lack is Lack.EXPIRED:
        return words("release.expired", on=words.date(record.expires))
    return words("ask.lack.unrecorded" if lack is Lack.MISSING else f"ask.lack.{lack}")


def _holding(asked: Asked, engagement: Engagement, audience: Audience) -> list[Approval]:
    """The client's approvals for an audience that hold, each for the content it names."""
    given = _approvals(engagement, audience)
    return [approval for approval in given if lack_of_approval(approval, asked.today) is None]


def _unapproved(asked: Asked, engagement: Engagement, audience: Audience) -> Lack | None:
    """What the client's latest approval for an audience lacks; None where one of them holds."""
    given = sorted(_approvals(engagement, audience), key=lambda approval: span(approval.date))
    lacks = [lack_of_approval(approval, asked.today) for approval in given] or [Lack.MISSING]
    return None if None in lacks else lacks[-1]


def _approvals(engagement: Engagement, audience: Audience) -> list[Approval]:
    approvals = engagement.release.approvals
    return [a for a in (approvals.value or () if approvals else ()) if a.audience is audience]


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
        lack = _unapproved(asked, engagement, Audience.PUBLIC)
        shown += lack is None and naming == "named"
        named = words(f"ask.naming.{naming}") if naming else None
        quotes = len(_quotable(asked, engagement))
        rows.append((engagement.id, named, _approved(asked, engagement, lack), quotes))
    unclear = [e.id for e in asked.engagements if e.release.approvals is None]
    return answer(
        asked,
        number,
        "engagement naming approved quotes",
        rows,
        unknown=missing(asked, "approvals", unclear),
        notes=[words("ask.note.content")],
        found=shown,
        n=asked.total,
    )


def _approved(asked: Asked, engagement: Engagement, lack: Lack | None) -> str:
    """When the client approved something for the public, and what: by its hash; or why not."""
    if lack:
        why = asked.words(f"ask.lack.{lack}")
        return why if lack is Lack.MISSING else asked.words("ask.not_approved", why=why)
    holding = _holding(asked, engagement, Audience.PUBLIC)
    latest = max(holding, key=lambda approval: span(approval.date))
    content = (latest.content_hash or "").removeprefix("sha256:")[:SHOWN]
    return asked.words("ask.approved", on=asked.words.date(latest.date), content=content)


def _quotable(asked: Asked, engagement: Engagement) -> list[Quote]:
    """The quotes that may be shown to the public: with a name, and a consent that holds."""
    public = Audience.PUBLIC
    if engagement.release.naming != "named":
        return []
    quotes = (quote for quote in engagement.voices if quote.audience is public)
    return [quote for quote in quotes if _lack(asked, engagement, quote, public) is None]


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
        if lack := _unapproved(asked, engagement, audience):
            what = words("ask.block.approval", state=words(f"ask.lack.{lack}"))
            who = "consultant" if lack is Lack.NO_CONTENT else "client"
            yield audience, what, words(f"ask.who.{who}")
        yield from _quotes_block(asked, engagement, audience)
        for name, fact in (("data_role", release.data_role), ("agreement", release.agreement)):
            if fact is None or fact.value is None:
                told = {"name": words(f"field.release.{name}"), "state": words.fact(fact)}
                yield audience, words("ask.block.record", **told), words("ask.who.consultant")
    if not release.has_public_edition:
        what = "no_edition" if release.naming else "naming_unknown"
        yield Audience.PUBLIC, words(f"ask.block.{what}"), words("ask.who.client")
    if engagement.assignment.fictional:
        yield Audience.PUBLIC, words("ask.block.fictional"), words("ask.who.nobody")


def _quotes_block(
    asked: Asked, engagement: Engagement, audience: Audience
) -> Iterator[tuple[Audience, str, str]]:
    """The quotes that stand on a page and lack a consent; one that was withdrawn is not there."""
    words = asked.words
    if audience is Audience.PUBLIC and engagement.release.naming != "named":
        return
    for quote in engagement.voices:
        lack = _lack(asked, engagement, quote, audience)
        if lack is None or lack is Lack.WITHDRAWN or not audience.may_see(quote.audience):
            continue
        state = _state_of(words, engagement, quote, lack)
        noted = quote.consent is not None and quote.consent.known
        who = words("ask.who.consultant") if noted and lack is Lack.MISSING else quote.name
        yield audience, words("ask.block.consent", name=quote.name, state=state), who
