"""Texts say what they must, where they must."""

from __future__ import annotations

import re
from collections.abc import Iterator

from casebook.checks.finding import Finding
from casebook.checks.walk import facts
from casebook.messages import said
from casebook.model import OPSI_LIMITS, Engagement, Opsi, Text
from casebook.places import ValuePath, place_in

_GUESS = re.compile(
    r"\b(udledt|udledning|antag\w*|formentlig\w*|skønne[dt]\w*|gæt\w*|inferred|assumed)\b",
    re.IGNORECASE,
)


def inferred_without_mark(engagement: Engagement) -> Iterator[Finding]:
    """What we inferred is marked as inferred, so that no reader takes it for a fact.

    A fact whose `source` or `reason` says "udledt", "antaget" or the like needs
    `inferred: true`; pages then say so beside it.
    """
    for path, fact in facts(engagement):
        why = f"{fact.source or ''} {fact.reason or ''}"
        if fact.known and not fact.inferred and (word := _GUESS.search(why)):
            message = said(
                "{place} says '{word}', and cannot be shown as a fact.",
                place=place_in(engagement, path),
                word=word[0],
            )
            yield Finding(path, message, said("Add `inferred: true`."))


def too_long_for_opsi(engagement: Engagement) -> Iterator[Finding]:
    """A text for OPSI's case form fits its field there.

    The form cuts what is longer. The limits are 5,000 characters for the overview, 4,000 for
    lessons, 500 for collaborations and users, and 1,000 for the others.
    """
    opsi = engagement.assignment.opsi
    if opsi is None:
        return
    for path, name, language, text in _opsi_texts(opsi):
        if len(text) > OPSI_LIMITS[name]:
            message = said(
                "The text {name} ({language}) has {length} characters; OPSI accepts {limit}.",
                name=name,
                language=language,
                length=len(text),
                limit=OPSI_LIMITS[name],
            )
            yield Finding(path, message, said("Shorten it."))


def _opsi_texts(opsi: Opsi) -> Iterator[tuple[ValuePath, str, str, str]]:
    for name in OPSI_LIMITS:
        text: Text | None = getattr(opsi, name)
        if text is not None:
            path = ("engagement", "opsi", name)
            yield path, name, "da", text.da
            yield path, name, "en", text.en or ""


def translation_missing(engagement: Engagement) -> Iterator[Finding]:
    """An engagement that is told in English has its public texts in English.

    `engagement.languages` lists the languages. Where a translation is missing, the English page
    shows the Danish text and marks it as Danish. Write the text as {da: …, en: …}.
    """
    if "en" not in engagement.assignment.languages:
        return
    for path, text in _story(engagement):
        if text.en is None:
            message = said("{place} has no English text.", place=place_in(engagement, path))
            hint = said("Write {{da: …, en: …}}; until then Danish is shown and marked.")
            yield Finding(path, message, hint)


def _story(engagement: Engagement) -> Iterator[tuple[ValuePath, Text]]:
    """The texts of the public case: those of the assignment, and the activities' lines."""
    for name in ("title", "standfirst", "headline", "challenge", "help", "lead_in"):
        text: Text | None = getattr(engagement.assignment, name)
        if text is not None:
            yield ("engagement", name), text
    for at, phase in enumerate(engagement.phases):
        for position, activity in enumerate(phase.activities):
            yield ("phases", at, "activities", position, "text"), activity.text
