"""What was agreed with people and with the client still holds."""

from __future__ import annotations

from collections.abc import Iterator

from casebook.approval import SHOWN, is_for, text_hash
from casebook.checks.finding import Finding, Setting
from casebook.dates import span
from casebook.messages import said
from casebook.model import Audience, Consent, Engagement, Quote


def quote_changed(engagement: Engagement) -> Iterator[Finding]:
    """A quote is, to the letter, what the person said yes to.

    The consent's `text_hash` is the first twelve characters of the text's SHA-256; this message
    shows the one that the text has now. Restore the text, or ask again and write that one.
    """
    for at, quote, consent in _quotes(engagement):
        made = text_hash(quote.text.da)
        if consent.text_hash is not None and not is_for(consent.text_hash, made):
            message = said(
                "Quote {id} differs from the consented text (hash {written}).",
                id=quote.id,
                written=consent.text_hash[:SHOWN],
            )
            hint = said("Restore it, or ask again: the text now has {made}.", made=made[:SHOWN])
            yield Finding(("voices", at, "text"), message, hint)


def consent_dates(engagement: Engagement) -> Iterator[Finding]:
    """A consent is given before it is withdrawn, and before it expires.

    One of the dates is wrong; the consent's own paper or mail tells which.
    """
    for at, consent in enumerate(engagement.release.consents):
        given = span(consent.given)
        ends = (("withdrawn", consent.withdrawn), ("expires", consent.expires))
        for name, end in ends:
            if end is not None and span(end).last < given.first:
                message = said(
                    "Consent {id}: {name} {end} lies before given {given}.",
                    id=consent.id,
                    name=name,
                    end=end,
                    given=consent.given,
                )
                place = ("release", "consents", at, name)
                yield Finding(place, message, said("Correct one of them."))


def consent_does_not_cover(engagement: Engagement) -> Iterator[Finding]:
    """A quote is shown only to readers whom the person said yes to.

    Each of them is listed in the consent's `audiences`: a yes to the public is also a yes to
    the client. Ask again, or give the quote a narrower `audience`.
    """
    for at, quote, consent in _quotes(engagement):
        if quote.audience is Audience.INTERNAL:
            continue
        if not any(quote.audience.may_see(agreed) for agreed in consent.audiences):
            message = said(
                "Quote {id} is marked {audience}; consent {consent} covers {covered} only.",
                id=quote.id,
                audience=quote.audience.value,
                consent=consent.id,
                covered=", ".join(consent.audiences),
            )
            hint = said("Ask again, or give the quote a narrower audience.")
            yield Finding(("voices", at, "audience"), message, hint)


def _quotes(engagement: Engagement) -> Iterator[tuple[int, Quote, Consent]]:
    """The quotes whose consent is recorded, each with its position and that consent."""
    consents = {consent.id: consent for consent in engagement.release.consents}
    for at, quote in enumerate(engagement.voices):
        consent = consents.get(quote.consent.value or "") if quote.consent else None
        if consent is not None:
            yield at, quote, consent


def retention_passed(engagement: Engagement, setting: Setting) -> Iterator[Finding]:
    """Data about single persons is deleted when its time is up.

    `release.retention` says until when the tables with survey answers and attendance may be
    kept. Delete them: the counts that pages need can be written into the parameter file.
    """
    retention = engagement.release.retention
    if retention is None or retention.value is None or engagement.assignment.fictional:
        return
    last = span(retention.value).last
    if setting.raw and last < setting.today:
        message = said(
            "The tables {tables} should have been deleted on {date}.",
            tables=", ".join(sorted(setting.raw)),
            date=last.isoformat(),
        )
        yield Finding(("release", "retention"), message, said("Delete them, or agree anew."))
