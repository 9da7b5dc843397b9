"""Who an engagement knows by name, and where a name stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from casebook.model import Engagement, Fact, Text
from casebook.personal import names
from casebook.traces import words

_ORGANISATION = re.compile(
    r"(kommune|region|forvaltning|styrelse|direktion|råd|udvalg|center|fond|forening|partnerskab"
    r"|gruppe)(e[nrt]|s|et)?\b",
    re.IGNORECASE,
)


def persons(engagement: Engagement) -> list[str]:
    """The full names of people outside the firm that stand anywhere in an engagement's fields.

    Those who wrote it for the firm, its `authors`, are not among them.
    """
    release = engagement.release
    known = [quote.name for quote in engagement.voices]
    known += [consent.person for consent in release.consents]
    known += [name for text in _told(engagement) for name in names(text)]
    authors, client = engagement.assignment.authors, engagement.client
    ours = {client.name, *client.members, engagement.assignment.provider or ""}
    ours |= set(names(authors.value or "")) if authors else set()
    return [name for name in dict.fromkeys(known) if name not in ours and len(words(name)) > 1]


def _told(engagement: Engagement) -> Iterator[str]:
    """What stands in the fields that say who; those of an organisation are not looked into."""
    told = (text for text in _fields(engagement) if text)
    yield from (text for text in told if not _ORGANISATION.search(text))


def _fields(engagement: Engagement) -> Iterator[str | None]:
    approvals, learning = engagement.release.approvals, engagement.learning
    yield from (one.by for one in (approvals.value or () if approvals else ()))
    yield _value(engagement.client.commissioner)
    for cluster in engagement.assignment.clusters:
        yield _value(cluster.chairship)
        yield _value(cluster.facilitator)
    steps = (*learning.sustain, *learning.improve, *learning.start, *learning.stop)
    yield from (_value(step.owner) for step in (*steps, *learning.conditions))
    yield from (question.ask.da for question in learning.questions if question.ask)


def _value(fact: Fact[str] | Fact[Text] | None) -> str | None:
    value = fact.value if fact else None
    return value.da if isinstance(value, Text) else value


def says(text: str, name: str) -> bool:
    """Whether a name stands in a text, however it is spelt, and in the genitive."""
    wanted, stream = words(name), words(text)
    return any(stream[at : at + len(wanted)] == wanted for at in range(len(stream)))
