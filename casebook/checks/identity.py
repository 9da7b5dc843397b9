"""Who the client is, and that nothing is left over from somebody else."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from casebook.audience import view
from casebook.checks.finding import Finding
from casebook.checks.walk import texts
from casebook.model import Audience, ClientType, Engagement
from casebook.municipalities import municipalities
from casebook.text import folded

FICTIONAL = re.compile(r"^99\d\d$")
"""The codes for fictional municipalities: 9901 to 9999."""

_COMMON = {
    *("kommune", "kommuner", "kommunes", "region", "regionen", "by", "og", "i", "for", "det"),
    *("partnerskab", "partnerskabet", "styrelse", "styrelsen", "den", "de", "en", "et", "til"),
}
"""Words in names that say nothing of who it is."""


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


def named_though_anonymised(engagement: Engagement) -> Iterator[Finding]:
    """A client that may not be named is not named in anything that the public reads.

    Neither by its name, nor by a member's, nor in the name of the parameter file, which is
    part of the page's address. Write the text anew, or rename the file and the `id`.
    """
    if engagement.release.naming != "anonymised":
        return
    stems = sorted({stem for name in _names(engagement) for stem in _stems(name)})
    public = {text for _, text in texts(view(engagement, Audience.PUBLIC))}
    for path, text in texts(engagement):
        found = next((stem for stem in stems if _says(text, stem)), None)
        if found is not None and text in public:
            place = ".".join(str(part) for part in path)
            message = f"The client is anonymised, but {place} says '{found}'."
            yield Finding(path, message, "Call the client what `client.anonym_label` says.")


def _names(engagement: Engagement) -> Iterator[str]:
    client, code = engagement.client, _code(engagement)
    yield client.name
    yield client.id
    yield from client.members
    if code is not None and code in municipalities():
        yield municipalities()[code].name


def _stems(name: str) -> Iterator[str]:
    """The words of a name that belong to this client alone, as addresses write them."""
    return (word for word in folded(name).split() if word not in _COMMON and len(word) > 1)


def _says(text: str, stem: str) -> bool:
    return re.search(rf"\b{re.escape(stem)}s?\b", folded(text)) is not None


def _code(engagement: Engagement) -> str | None:
    fact = engagement.client.municipality
    return fact.value if fact else None


def todo_left(engagement: Engagement) -> Iterator[Finding]:
    """Nothing may be left as TODO when pages are built.

    A TODO marks what must be asked anew for this client. Answer it, or write
    `unknown (why)`.
    """
    for path, text in texts(engagement):
        if text.startswith("TODO"):
            place = ".".join(str(part) for part in path)
            yield Finding(path, f"{place} is still TODO.", "Fill it in, or write unknown (why).")
