"""What a page may say of causes: below evidence level 3 our work contributed, and did not cause."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from casebook.checks.evidence import COMPARISON
from casebook.checks.rendered import Found, Rendered, read_rendered
from casebook.diagnostics import Diagnostic, Severity, Where
from casebook.messages import said
from casebook.model import Audience, Engagement, Text

_CAUSES = re.compile(
    r"\b(har skabt|skabte|(?:har )?medført|medførte|har ført til|førte til|resulterede i"
    r"|har resulteret i|(?:har )?forårsaget|forårsagede|styrkede|forbedrede"
    r"|has created|have created|caused|(?:has |have )?led to|resulted in|brought about)\b",
    re.IGNORECASE,
)


def claimed_cause(page: Rendered, engagement: Engagement) -> Found:
    """A page that leaves the firm claims no cause where nothing was compared.

    Words such as "har skabt", "førte til" and "styrkede" say that the work was the cause. Below
    evidence level 3 nobody knows: write "bidrog til", or tell it as the ambition that it was.
    Quotes are their speaker's words and stand; so do observed changes from level 3 on. It stops
    a public edition, and is a warning in one for the client.
    """
    borne = sorted(_borne(engagement), key=len, reverse=True)
    for text in page.texts:
        own = " ".join(text.split())
        for one in borne:
            own = own.replace(one, " ")
        if found := _CAUSES.search(own):
            what = own[max(0, found.start() - 30) : found.end() + 30].strip()
            hint = said("Write what it contributed to, or that it was the ambition.")
            yield said("It claims a cause, '{word}': {what}", word=found[0], what=what), hint


def _borne(engagement: Engagement) -> Iterator[str]:
    """The texts that may speak of causes, as a page has them."""
    texts: list[Text | None] = [quote.text for quote in engagement.voices]
    for outcome in engagement.outcomes.observed:
        if outcome.evidence_level >= COMPARISON:
            texts += [outcome.change, outcome.contribution, outcome.comparison]
    for text in texts:
        yield from (" ".join(one.split()) for one in (text and text.da, text and text.en) if one)


RULES: Mapping[str, Callable[[Rendered, Engagement], Found]] = {"CB311": claimed_cause}
"""The rules about a rendered file beside the engagement that it tells of."""


def weigh(
    name: str, content: bytes, place: str, of: tuple[Engagement, Audience]
) -> list[Diagnostic]:
    """What the page `name` claims beyond its evidence; `place` is what it is called in messages."""
    engagement, audience = of
    page = read_rendered(name, content)
    severity = Severity.ERROR if audience is Audience.PUBLIC else Severity.WARNING
    return [
        Diagnostic(code, severity, message, hint, Where(place), engagement.id)
        for code, rule in RULES.items()
        for message, hint in dict.fromkeys(rule(page, engagement))
    ]
