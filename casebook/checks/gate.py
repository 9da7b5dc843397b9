"""What must be in place before an edition leaves the firm: the rules of the release gate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from casebook.approval import (
    SHOWN,
    Lack,
    is_ahead,
    is_for,
    is_over,
    lack_of_approval,
    lack_of_consent,
    text_hash,
)
from casebook.audience import view
from casebook.checks.finding import Finding
from casebook.checks.persons import persons, says
from casebook.diagnostics import Diagnostic, Severity
from casebook.messages import Said, said
from casebook.model import Approval, Audience, Engagement, Quote, When
from casebook.places import ValuePath
from casebook.shown import ANSWERED, Numbers, numbers
from casebook.source import Source
from casebook.suppression import ANSWER_BASE
from casebook.texts import texts_of
from casebook.traces import words

_APPROVALS = ("release", "approvals")


@dataclass(frozen=True)
class Earlier:
    """A release that still stands: its number, and the numbers that its readers have seen."""

    number: int
    shown: Mapping[str, int]


@dataclass(frozen=True)
class Edition:
    """What is to leave the firm: an engagement for an audience, on a day.

    `content` is the hash of what the page says, None where no page could be made, and `texts` are
    all words on it. `earlier` are releases whose readers may be the same.
    """

    engagement: Engagement
    audience: Audience
    content: str | None
    today: date
    earlier: Sequence[Earlier] = ()
    texts: Sequence[str] = ()

    @cached_property
    def seen(self) -> Engagement:
        """The engagement as the audience may see it."""
        return view(self.engagement, self.audience)

    @cached_property
    def now(self) -> Numbers:
        """The numbers that are shown now; None is one that is withheld."""
        return numbers(self.seen)

    @property
    def approvals(self) -> list[tuple[int, Approval]]:
        """The approvals for this audience, with their positions."""
        found = self.engagement.release.approvals
        given = enumerate(found.value or () if found else ())
        return [(at, one) for at, one in given if one.audience is self.audience]

    @property
    def approved(self) -> bool:
        """Whether one of them is for this content and holds today."""
        return self.approved_on is not None

    @property
    def approved_on(self) -> When | None:
        """When the client approved this content, if that holds today."""
        fitting = (one for _, one in self.approvals if self.fits(one))
        return next((a.date for a in fitting if lack_of_approval(a, self.today) is None), None)

    def fits(self, approval: Approval) -> bool:
        """Whether an approval is for this content."""
        written = approval.content_hash
        return bool(written and self.content and is_for(written, self.content))

    @property
    def content_shown(self) -> str:
        """As much of the hash as is enough to write down."""
        return (self.content or "")[:SHOWN]


GateRule = Callable[[Edition], Iterator[Finding]]


def not_approved(edition: Edition) -> Iterator[Finding]:
    """The client has said yes to this very content, for this audience.

    `casebook release` shows the hash of what the page says. Send the page to the client, and when
    they say yes write under `release.approvals` for whom, by whom, when, and that hash:
    `{audience: public, by: …, date: 2026-05-01, content_hash: …}`. The hash is of words, tables
    and the words in charts, not of the look; entering the approval does not change it. Each
    audience and each language has a page, and so an approval, of its own.
    """
    if edition.approved:
        return
    audience = edition.audience.value
    if not edition.approvals:
        message = said("No approval for {audience} is recorded.", audience=audience)
        yield Finding(_APPROVALS, message, _to_enter(edition))
    for at, approval in edition.approvals:
        if lack_of_approval(approval, edition.today) is Lack.NO_CONTENT:
            message = said(
                "The approval for {audience} of {date} does not say of which content.",
                audience=audience,
                date=approval.date,
            )
            yield Finding((*_APPROVALS, at), message, _to_complete(edition))
        if is_ahead(approval.date, edition.today):
            message = said(
                "The approval for {audience} is of {date}, a day to come.",
                audience=audience,
                date=approval.date,
            )
            yield Finding((*_APPROVALS, at), message, said("Write the day of the yes."))


def _to_enter(edition: Edition) -> Said:
    if not edition.content:
        return said("Mend what else stands here: without a page there is nothing to approve.")
    return said(
        "Send the page to the client; when they say yes, add to release.approvals: {entry}.",
        entry=f"{{audience: {edition.audience.value}, by: …, date: …, "
        f"content_hash: {edition.content_shown}}}",
    )


def _to_complete(edition: Edition) -> Said:
    if not edition.content:
        return _to_enter(edition)
    return said(
        "If it was for the page as it is now, add content_hash: {made}; else ask the client.",
        made=edition.content_shown,
    )


def approval_stale(edition: Edition) -> Iterator[Finding]:
    """An approval holds for the content that was shown to the client, and for no other.

    Its `content_hash` is that of what the page said. This message shows the one that the page has
    now: send it to the client again, and add an approval with the new hash when they say yes.
    """
    if edition.approved or not edition.content:
        return
    for at, approval in edition.approvals:
        named = lack_of_approval(approval, edition.today) is not Lack.NO_CONTENT
        if named and not edition.fits(approval):
            message = said(
                "The approval for {audience} is for another version of the content.",
                audience=approval.audience.value,
            )
            hint = said(
                "Ask the client again: the content now has {made}.", made=edition.content_shown
            )
            yield Finding((*_APPROVALS, at, "content_hash"), message, hint)


def approval_expired(edition: Edition) -> Iterator[Finding]:
    """An approval holds until its `expires`, where it has one.

    Ask the client again, and add the new approval beside the old.
    """
    if edition.approved:
        return
    for at, approval in edition.approvals:
        if is_over(approval.expires, edition.today):
            message = said(
                "The approval for {audience} expired {date}.",
                audience=approval.audience.value,
                date=approval.expires,
            )
            hint = said("Ask the client again, and add the new approval.")
            yield Finding((*_APPROVALS, at, "expires"), message, hint)


def no_consent(edition: Edition) -> Iterator[Finding]:
    """Everybody who is quoted by name has said yes, on record, to these readers and words.

    The quote's `consent` is the id of a record under `release.consents`: who, for which
    audiences, when, and in `text_hash` for which words. Or give the quote a narrower `audience`.
    A consent that was withdrawn takes its quote from the page.
    """
    seen = {quote.id for quote in edition.seen.voices}
    for at, quote in enumerate(edition.engagement.voices):
        lack = lacks_consent(edition, quote, text_hash(quote.text.da))
        if quote.id in seen and lack:
            yield Finding(("voices", at, "consent"), *lack)


def lacks_consent(edition: Edition, quote: Quote, made: str) -> tuple[Said, Said] | None:
    """What is wrong today with the consent to a quote whose words have the hash `made`."""
    record = edition.engagement.release.consent(quote.consent)
    lack = lack_of_consent(record, edition.audience, made, edition.today)
    who = {"name": quote.name, "id": quote.id}
    match lack:
        case None:
            return None
        case Lack.WITHDRAWN:
            message = said("The consent of {name} to the quote {id} was withdrawn.", **who)
        case Lack.OTHER_READERS:
            message = said("The consent of {name} to the quote {id} is for other readers.", **who)
        case Lack.AHEAD:
            message = said("The consent of {name} to the quote {id} is of a day to come.", **who)
            return message, said("Write the day of the yes.")
        case Lack.EXPIRED:
            message = said("The consent of {name} to the quote {id} has expired.", **who)
        case Lack.OTHER_WORDS:
            message = said("The consent of {name} to the quote {id} is not for these words.", **who)
            return message, said("If it is for them, write text_hash: {made}.", made=made[:SHOWN])
        case _:
            message = said("No consent of {name} to the quote {id} is recorded.", **who)
    ask = said(
        "Ask; then record under release.consents, and name its id here: {entry}.",
        entry=_consent(quote, made),
    )
    return message, ask


def _consent(quote: Quote, made: str) -> str:
    audience, id = quote.audience.value, (quote.consent and quote.consent.value) or quote.id
    return (
        f"{{id: {id}, person: {quote.name}, audiences: [{audience}], given: …, "
        f"text_hash: {made[:SHOWN]}}}"
    )


def named_without_consent(edition: Edition) -> Iterator[Finding]:
    """Nobody is named anywhere on the page without having said yes, on record, to these readers.

    Looked for are those whom the parameter file names: who is quoted or was, who has consented or
    approved, who leads or facilitates a cluster, who commissioned the work or is to act. A record
    under `release.consents` with `subject: name`, or one for a quote, is a yes to being named. Or
    write the text without the name. People of the firm stand in `engagement.authors`.
    """
    quoted = {quote.name for quote in edition.seen.voices}
    for name in persons(edition.engagement):
        if name in quoted or _may_be_named(edition, name):
            continue
        if any(says(text, name) for text in edition.texts):
            message = said("{name} is named, and no consent to that holds.", name=name)
            entry = (
                f"{{id: …, person: {name}, subject: name, "
                f"audiences: [{edition.audience.value}], given: …}}"
            )
            hint = said("Take the name out, or ask, and record {entry}.", entry=entry)
            yield Finding(_where(edition, name), message, hint)


def _may_be_named(edition: Edition, name: str) -> bool:
    return any(
        consent.subject in ("name", "quote")
        and words(consent.person) == words(name)
        and consent.covers(edition.audience)
        and not is_ahead(consent.given, edition.today)
        and not is_over(consent.expires, edition.today)
        for consent in edition.engagement.release.consents
    )


def _where(edition: Edition, name: str) -> ValuePath:
    """Where a name stands in the parameter file; nowhere where a cell has said it."""
    seen = {each.text for each in texts_of(edition.seen)}
    found = (each for each in texts_of(edition.engagement) if each.text in seen)
    return next((each.path for each in found if says(each.text, name)), ())


def no_agreement(edition: Edition) -> Iterator[Finding]:
    """It is on record who answers for the data, and by which agreement.

    `release.data_role` says whether the firm is processor, controller or joint controller, and
    `release.agreement` holds the number of the agreement. Neither is shown to anybody outside.
    """
    release = edition.engagement.release
    role = said("Write whether the firm is processor, controller or joint controller (joint).")
    number = said("Write the number of the agreement about data.")
    facts = (("data_role", release.data_role, role), ("agreement", release.agreement, number))
    for name, fact, hint in facts:
        if fact is None or fact.value is None:
            message = said("release.{name} is not known.", name=name)
            yield Finding(("release", name), message, hint)


def shown_before(edition: Edition) -> Iterator[Finding]:
    """A number that is withheld now was not shown before, to the same readers.

    Whoever kept the earlier page could read it there. And where a few more people have answered
    since, the two pages together would tell how those few answered: wait until they are as many as
    answers need to be shown. Else take the earlier page down and say so:
    `casebook release NAME --withdraw NUMBER`.
    """
    if not edition.content:
        return  # no page, and nothing that it withholds
    truth, now = numbers(edition.engagement), edition.now
    least = ANSWER_BASE[edition.audience]
    for release in edition.earlier:
        hint = said(
            "Take release {n} down, and say so: --withdraw {n}. Or show what it showed.",
            n=release.number,
        )
        told = {name for name, then in release.shown.items() if truth.get(name) == then}
        if closed := sorted(name for name in told if name in now and now[name] is None):
            message = said(
                "Withheld now, but shown in release {n}: {names}.",
                n=release.number,
                names=", ".join(closed),
            )
            yield Finding((), message, hint)
        if few := sorted(name for name in release.shown if _few_more(name, release, now, least)):
            message = said(
                "Fewer than {least} answers more, or less, than in release {n}: {names}.",
                least=least,
                n=release.number,
                names=", ".join(few),
            )
            yield Finding((), message, hint)


def _few_more(name: str, release: Earlier, now: Numbers, least: int) -> bool:
    """Whether what is shown then and now would tell how a few people answered."""
    then, since = release.shown[name], now.get(name)
    return name.endswith(ANSWERED) and since is not None and 0 < abs(since - then) < least


GATE: Mapping[str, GateRule] = {
    "CB133": approval_stale,
    "CB302": not_approved,
    "CB303": approval_expired,
    "CB304": no_consent,
    "CB305": no_agreement,
    "CB306": shown_before,
    "CB310": named_without_consent,
}
"""The rules about an edition that is to leave the firm, by code. All of them block."""


def judge(edition: Edition, source: Source) -> list[Diagnostic]:
    """What keeps an edition inside the firm, each at its place in the parameter file."""
    return [
        Diagnostic(
            code,
            Severity.ERROR,
            finding.message,
            finding.hint,
            source.where(finding.path),
            source.name,
        )
        for code, rule in GATE.items()
        for finding in rule(edition)
    ]
