"""Signs of personal data where none belongs: names, addresses and numbers of single persons."""

from __future__ import annotations

import re

HEADINGS = frozenset(
    {"navn", "name", "email", "mail", "telefon", "telefonnummer", "tlf", "mobil", "phone", "cpr"}
    | {"e_mail", "cpr_nr", "cpr_nummer", "fornavn", "efternavn", "fulde_navn", "full_name"}
)
"""What columns with personal data are called, small and with `_` for spaces and hyphens."""

ANONYMOUS = frozenset({"", "anonymous", "anonym"})
"""What survey tools write in such a column where answers are anonymous."""

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
_CPR = re.compile(r"\b(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d\d[- ]?\d{4}\b")
_PHONE = re.compile(r"(\+45 ?|\btlf\.? ?)\d\d ?\d\d ?\d\d ?\d\d\b|\b\d\d \d\d \d\d \d\d\b")
_FULL_NAME = re.compile(r"\b[A-ZÆØÅ][a-zæøåéü]+ (?:[A-ZÆØÅ][a-zæøåéü.]* )*[A-ZÆØÅ][a-zæøåéü]+\b")


def trace(text: str) -> str | None:
    """An e-mail address, a telephone or a CPR number in a text."""
    found = next((m for p in (_ADDRESS, _CPR, _PHONE) if (m := p.search(text))), None)
    return found[0] if found else None


def cpr_in(text: str) -> str | None:
    """A CPR number in a text."""
    found = _CPR.search(text)
    return found[0] if found else None


def address_in(text: str) -> str | None:
    """An e-mail address or a telephone number in a text."""
    found = _ADDRESS.search(text) or _PHONE.search(text)
    return found[0] if found else None


def names(text: str) -> list[str]:
    """All that looks like full names of persons, each without a title before it."""
    return [" ".join(found[0].split()[-2:]) for found in _FULL_NAME.finditer(text)]


def name(text: str) -> str | None:
    """What looks like the full name of a person."""
    found = _FULL_NAME.search(text)
    return found[0] if found else None
