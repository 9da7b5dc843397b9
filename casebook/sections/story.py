"""The public story: who, what was hard, what was done, in whose words."""

from __future__ import annotations

import re

from casebook.blocks import Action, Facts, Items, Quotation, Section, Term
from casebook.model import Quote
from casebook.sections.parts import Reading, chart, plain, prose, section, table, term, told


def facts(reading: Reading) -> Section:
    """The fact box: client and years, and on reports who asked and who wrote."""
    words, engagement = reading.words, reading.engagement
    assignment = engagement.assignment
    items = [
        plain(words("facts.client"), reading.client),
        plain(words("facts.years"), words.years(assignment.years)),
    ]
    if engagement.client.members:
        members = words.listing(engagement.client.members)
        items.insert(1, plain(words("facts.members"), members))
    if not reading.is_public:
        items += [
            told(words, words("facts.provider"), assignment.provider),
            term(words, words("facts.commissioner"), engagement.client.commissioner),
            term(words, words("facts.authors"), assignment.authors),
            term(words, words("facts.version"), assignment.version),
            status(reading),
        ]
    box = section(reading, "facts", Facts(items=tuple(items)))
    return box.model_copy(update={"aside": True})


def status(reading: Reading) -> Term:
    """How far the engagement is, in words."""
    words, fact = reading.words, reading.engagement.assignment.status
    label = words("facts.status")
    if fact is None or fact.value is None:
        return term(words, label, fact)
    return plain(label, words(f"status.{fact.value}"))


def challenge(reading: Reading) -> Section:
    """The headline, and what the client set out to do."""
    words, assignment = reading.words, reading.engagement.assignment
    title = words.text(assignment.headline) if assignment.headline else words("challenge.title")
    return section(reading, "challenge", prose(words, assignment.challenge), title=title)


def set_up(reading: Reading) -> Section:
    """The client's clusters, and what it steers by now."""
    words, shift = reading.words, reading.engagement.assignment.governance_shift
    figure = chart(reading, "clusters")
    shown = None
    if shift is not None:
        shown = table(
            words("set_up.shift"),
            [words("set_up.before"), words("set_up.after")],
            [[capital(words.text(shift.before)), capital(words.text(shift.after))]],
        )
    client = words(f"client.{reading.engagement.client.type}")
    title = words("set_up.title", client=client)
    return section(reading, "set_up", figure, shown, title=title)


def voices(reading: Reading) -> Section:
    """Quotes, word for word, with name and title."""
    quotes = [_quotation(reading, quote) for quote in reading.engagement.voices]
    return section(reading, "voices", *quotes, title="")


def _quotation(reading: Reading, quote: Quote) -> Quotation:
    words = reading.words
    return Quotation(
        text=words.text(quote.text),
        name=quote.name,
        title=words.danish(quote.title),
    )


def our_help(reading: Reading) -> Section:
    """What the consultancy helped with."""
    return section(reading, "help", prose(reading.words, reading.engagement.assignment.help))


def activities(reading: Reading) -> Section:
    """The list of activities, word for word, and the map of who they were for."""
    words, engagement = reading.words, reading.engagement
    lead_in = engagement.assignment.lead_in
    listed = Items(
        lead_in=words.text(lead_in) if lead_in else "",
        items=tuple(words.text(activity.text) for activity in engagement.activities),
        ordered=True,
    )
    return section(reading, "activities", listed, chart(reading, "activity_map"))


def call_to_action(reading: Reading) -> Section:
    """The question and the link that close a public case."""
    words, action = reading.words, reading.engagement.assignment.call_to_action
    if action is None or not reading.is_public:
        return section(reading, "action", title="")
    block = Action(
        question=words.text(action.question),
        label=words.text(action.label),
        url=action.url.value if action.url else None,
    )
    return section(reading, "action", block, title="")


def capital(text: str) -> str:
    """A text with a capital first letter; the rest is left as it is."""
    return re.sub(r"\w", lambda first: first[0].upper(), text, count=1)
