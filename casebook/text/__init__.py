"""What the software says on a page, in each language: words, dates, numbers.

Adding a language is one catalogue, `<language>.po`, with the same keys. Its header names the
locale of its dates and numbers.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterable

from babel.core import Locale, get_global
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent, get_decimal_symbol

from casebook.errors import CasebookError
from casebook.messages import all_known, said
from casebook.model import Fact, State, Text, Years
from casebook.resources import LANGUAGES
from casebook.text.catalogue import translations
from casebook.text.marks import marked

__all__ = ["LANGUAGES", "Words", "slug"]


class Words:
    """The words of one language. Call it with a key: `words("insight.tools", n=3)`."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            what = said("Language '{language}' is not known.", language=language)
            raise CasebookError(what, all_known(LANGUAGES), 2)
        self.language = language
        self._translations = translations(language)
        self._locale = Locale.parse(self._translations.info()["language"])  # once: it is slow

    def __call__(self, key: str, **values: object) -> str:
        """The words for a key, with `values` filled in; `n` chooses between one and many.

        Whole numbers are formatted. Raises `KeyError` for a key that the catalogue has not.
        """
        n, said = values.get("n"), ""
        if isinstance(n, int):
            said = self._translations.ngettext(key, key, n)
        said = said or self._translations.gettext(key)
        return said.format(**{k: self._shown(v) for k, v in values.items()})

    def _value(self, value: object) -> str:
        if isinstance(value, Text):
            return self.text(value)
        return self.danish(value) if isinstance(value, str) else str(self._shown(value))

    def _shown(self, value: object) -> object:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return self.number(value) if is_number else value  # type: ignore[arg-type]  # narrowed above

    @property
    def tag(self) -> str:
        """The language with its most likely country, as spelling and sharing want it: `da-DK`."""
        likely = Locale.parse(get_global("likely_subtags")[self.language])
        return f"{self.language}-{likely.territory}"

    def number(self, value: float) -> str:
        """A number as the language writes it: 1.234,5 in Danish. `value` is unitless."""
        if type(value) is int:
            return _whole(value, self._locale)
        return str(format_decimal(value, locale=self._locale))

    def percent(self, share: float) -> str:
        """A share from 0 to 1 as whole per cent: `14 %` in Danish."""
        return str(format_percent(share, locale=self.language))

    def decimal(self, written: str) -> str:
        """A number such as `1234.5`, with this language's decimal sign; other texts as they are."""
        is_decimal = re.fullmatch(r"-?\d+\.\d+", written)
        return written.replace(".", get_decimal_symbol(self._locale)) if is_decimal else written

    def listing(self, items: Iterable[str]) -> str:
        """Items as running text: `a, b og c`."""
        return str(format_list(list(items), locale=self._locale))

    def text(self, text: Text) -> str:
        """A text in this language, or in Danish, and marked so, where there is no translation."""
        return text.en if self.language == "en" and text.en is not None else self.danish(text.da)

    def danish(self, text: str) -> str:
        """A text that was only ever written in Danish, marked so on a page in another language."""
        return text if self.language == "da" else marked(text, "da")

    def date(self, when: str | None) -> str:
        """A date with the precision that is known: `14. november 2023`, `4. kvartal 2023`."""
        if when is None:
            return self("unknown")
        year, _, rest = when.partition("-")
        if not rest:
            return year
        if rest.startswith("Q"):
            return self("date.quarter", quarter=rest[1], year=year)
        return _day(when, self._locale)

    def years(self, years: Years) -> str:
        """The years of an engagement: `2023-2024`."""
        if years.end in (None, years.start):
            return str(years.start)
        return f"{years.start}-{years.end}"

    def fact(self, fact: Fact[object] | None) -> str:
        """A fact as it stands on the page, or what is said instead of a value."""
        if fact is None or fact.state is State.UNKNOWN:
            return self("unknown")
        if fact.state is State.WITHHELD:
            return self("withheld")
        if fact.state is State.NOT_APPLICABLE:
            return self("not_applicable")
        value = fact.value
        shown = self._value(value)
        return f"{shown} {self('inferred')}" if fact.inferred else shown


# The same few numbers and dates stand in thousands of rows.


@functools.lru_cache(maxsize=1000)
def _whole(number: int, locale: Locale) -> str:
    return str(format_decimal(number, locale=locale))


@functools.lru_cache(maxsize=1000)
def _day(when: str, locale: Locale) -> str:
    """A day, or a month, with the month's name."""
    year, month, *day = map(int, when.split("-"))
    if not day:
        return str(format_date(dt.date(year, month, 1), "LLLL y", locale=locale))
    return str(format_date(dt.date(year, month, *day), "long", locale=locale))


def slug(text: str) -> str:
    """A short id from the first words of a text: a-z, 0-9 and hyphens, æøå written out."""
    return "-".join(folded(text).split()[:6])


def folded(text: str) -> str:
    """The words of a text in small letters a-z and digits, as addresses write them."""
    plain = text.lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    return " ".join(re.findall(r"[a-z0-9]+", plain))
