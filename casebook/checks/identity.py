"""Who the client is."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence

from casebook.audience import view
from casebook.checks.finding import Finding
from casebook.checks.walk import texts
from casebook.messages import said
from casebook.model import Audience, ClientType, Engagement, Fact
from casebook.municipalities import FICTIONAL, municipalities
from casebook.places import place_in
from casebook.text import folded

_CVR_WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 1)
_EAN_WEIGHTS = (1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1)

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
    hint = said("Look the code up, and write it in quotes.")
    if near:
        found = by_name[near[0]]
        hint = said('Did you mean "{code}" ({name})?', code=found.code, name=found.name)
    message = said("There is no municipality '{code}'.", code=code)
    yield Finding(("client", "municipality"), message, hint)


def name_of_another_municipality(engagement: Engagement) -> Iterator[Finding]:
    """The code and the client's name mean the same municipality.

    They part when a parameter file was copied and only one of them was changed.
    """
    found = municipalities().get(_code(engagement) or "")
    other_kind = engagement.client.type is not ClientType.MUNICIPALITY
    if found is None or other_kind or engagement.assignment.fictional:
        return
    name = engagement.client.name
    if found.name.lower() not in name.lower() and found.official_name != name:
        message = said(
            "Municipality {code} is {found}, but the client is named '{name}'.",
            code=found.code,
            found=found.name,
            name=name,
        )
        yield Finding(("client", "municipality"), message, said("Correct one of them."))


def fictional_with_real_municipality(engagement: Engagement) -> Iterator[Finding]:
    """A fictional engagement does not use a real municipality, and a real one no fictional code.

    Codes 9901–9999 are free for examples. Give the region by hand, or leave it out.
    """
    code = _code(engagement)
    if code is None:
        return
    if engagement.assignment.fictional and code in municipalities():
        message = said(
            "The engagement is fictional, but {code} is {name}.",
            code=code,
            name=municipalities()[code].name,
        )
        hint = said("Use a code from 9901 to 9999.")
        yield Finding(("client", "municipality"), message, hint)
    if not engagement.assignment.fictional and FICTIONAL.match(code):
        message = said("Code {code} is for fictional engagements.", code=code)
        hint = said("Write the real code, or `fictional: true` under engagement.")
        yield Finding(("client", "municipality"), message, hint)


def name_in_anonymous_case(engagement: Engagement) -> Iterator[Finding]:
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
            message = said(
                "naming is 'anonymised', but '{client}' is named in {place}.",
                client=found,
                place=place_in(engagement, path),
            )
            yield Finding(path, message, _other_words(path))


def _other_words(path: tuple[str | int, ...]) -> str:
    """What to write instead of a name: an id is a part of the page's address, and no text."""
    if path[0] == "client":
        return said("Give the client an id of its own, which the public does not read.")
    if path[-1] == "id" or "support" in path:
        return said("Name the file and the id after the theme.")
    return said('Write "kommunen" instead.')


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


def register_number(engagement: Engagement) -> Iterator[Finding]:
    """A CVR number has 8 digits, an EAN number 13, and the last one tells on the others.

    CVR numbers pass the modulus 11 check, EAN numbers the modulus 10 check. One that does not
    has a digit wrong, or two in the wrong order. Write them in quotes.
    """
    client = engagement.client
    cvr, ean = (_value(client.cvr), 11), (_value(client.ean), 10)
    if cvr[0] is not None and not _passes(cvr[0], _CVR_WEIGHTS, cvr[1]):
        message = said("CVR {number} fails the modulus 11 check.", number=cvr[0])
        yield Finding(("client", "cvr"), message, said("Look the number up: 8 digits."))
    if ean[0] is not None and not _passes(ean[0], _EAN_WEIGHTS, ean[1]):
        message = said("EAN {number} fails the modulus 10 check.", number=ean[0])
        yield Finding(("client", "ean"), message, said("Look the number up: 13 digits."))


def _value(fact: Fact[str] | None) -> str | None:
    return fact.value if fact else None


def _passes(number: str, weights: Sequence[int], modulus: int) -> bool:
    digits = number.replace(" ", "")
    if not re.fullmatch(r"[0-9]+", digits) or len(digits) != len(weights):
        return False
    return sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % modulus == 0
