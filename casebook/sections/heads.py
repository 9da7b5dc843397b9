"""The heads of pages: what a page is, for whom, and about whom."""

from __future__ import annotations

from casebook.blocks import Page
from casebook.model import Audience, PhaseKind
from casebook.sections.across import Across
from casebook.sections.parts import Reading
from casebook.text import Words


def of_case(reading: Reading, document: str) -> Page:
    """The head of a document about one engagement."""
    words, assignment = reading.words, reading.engagement.assignment
    title = words.text(assignment.title)
    is_report = document == "case_report"
    kind = words(f"document.{document}")
    standfirst = words.text(assignment.standfirst) if assignment.standfirst else ""
    return Page(
        document=document,
        engagement=reading.engagement.id,
        audience=reading.audience.value,
        language=words.language,
        title=title if is_report else f"{kind}: {title}",
        kicker=_kicker(reading, document, kind),
        standfirst=standfirst if is_report else "",
        watermark=_watermark(words, reading.audience),
        fictional=words("fictional") if assignment.fictional else "",
        description=standfirst or title,
    )


def _kicker(reading: Reading, document: str, kind: str) -> str:
    if document in list(PhaseKind):
        return reading.words("document.record")
    is_client_report = document == "case_report" and not reading.is_public
    return kind if is_client_report else reading.client


def of_casebook(book: Across) -> Page:
    """The head of the casebook across engagements."""
    words = book.words
    fictional = any(entry.fictional for entry in book.portfolio.entries)
    return Page(
        document="casebook",
        engagement="",
        audience=book.audience.value,
        language=words.language,
        title=words("across.title"),
        kicker=words("document.casebook"),
        standfirst=words("across.standfirst"),
        watermark=_watermark(words, book.audience),
        fictional=words("fictional") if fictional else "",
        description=words("across.standfirst"),
    )


def _watermark(words: Words, audience: Audience) -> str:
    """What marks a page that is not for everybody."""
    return "" if audience is Audience.PUBLIC else words(f"watermark.{audience}")
