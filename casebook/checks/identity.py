"""Who the client is."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from casebook.checks.finding import Finding
from casebook.model import ClientType, Engagement
from casebook.municipalities import FICTIONAL, municipalities


def unknown_municipality(engagement: Engagement) -> Iterator[Finding]:
    """A municipality code is one of Denmark's 98, four digits in quotes.

    Without quotes YAML reads 0746 as the number 486. Fictional engagements use 9901–9999.
    """
    code = _code(engagement)
    if code is None or code in municipalities() or FICTIONAL.match(code):
        return
    by_name = {m.name.lower(): m for m in municipalities().values()}
    word = engagement.client.name.lower().removesuffix(" kommune")
    near = difflib.get_close_matches(word, by_name, n=1)
    hint = "Look the code up, and write it in quotes."
    if near:
        found = by_name[near[0]]
        hint = f'Did you mean "{found.code}" ({found.name})?'
    yield Finding(("client", "municipality"), f"There is no municipality '{code}'.", hint)


def name_of_another_municipality(engagement: Engagement) -> Iterator[Finding]:
    """The code and the client's name mean the same municipality.

    They part when a parameter file was copied and only one of them was changed.
    """
    found = municipalities().get(_code(engagement) or "")
    if found is None or engagement.client.type is not ClientType.MUNICIPALITY:
        return
    name = engagement.client.name
    if found.name.lower() not in name.lower() and found.official_name != name:
        message = f"Municipality {found.code} is {found.name}, but the client is named '{name}'."
        yield Finding(("client", "municipality"), message, "Correct one of them.")


def fictional_with_real_municipality(engagement: Engagement) -> Iterator[Finding]:
    """A fictional engagement does not use a real municipality, and a real one no fictional code.

    Codes 9901–9999 are free for examples. Give the region by hand, or leave it out.
    """
    code = _code(engagement)
    if code is None:
        return
    if engagement.assignment.fictional and code in municipalities():
        message = f"The engagement is fictional, but {code} is {municipalities()[code].name}."
        yield Finding(("client", "municipality"), message, "Use a code from 9901 to 9999.")
    if not engagement.assignment.fictional and FICTIONAL.match(code):
        message = f"Code {code} is for fictional engagements."
        hint = "Write the real code, or `fictional: true` under engagement."
        yield Finding(("client", "municipality"), message, hint)


def _code(engagement: Engagement) -> str | None:
    fact = engagement.client.municipality
    return fact.value if fact else None
