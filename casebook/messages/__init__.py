"""What diagnostics say, in the language of the person who reads them.

A sentence is written in English where it is used: `said("There is no group '{id}'.", id=id)`. It
is a string, and remembers its template and its values, so that the command line can tell it in
another language. Adding a language is one module with the same sentences, and one line in
`CATALOGUES`; a sentence that a catalogue lacks is told in English.
"""

from __future__ import annotations

import difflib
import functools
import locale
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from casebook.messages import da, da_pages, da_release, da_terminal, explanations_da

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


@dataclass(frozen=True)
class Catalogue:
    """One language: sentences by the English ones, explanations by code, the decimal sign."""

    sentences: Mapping[str, str]
    explanations: Mapping[str, str]
    decimal: str


CATALOGUES: Mapping[str, Catalogue] = MappingProxyType(
    {
        "da": Catalogue(
            {
                **da.SENTENCES,
                **da_pages.SENTENCES,
                **da_release.SENTENCES,
                **da_terminal.SENTENCES,
            },
            explanations_da.EXPLANATIONS,
            decimal=",",
        )
    }
)
"""The languages besides English, which stands in the code."""


class Said(str):
    """A sentence in English, with the template and the values that it was made of."""

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, object]


def said(template: str, **values: object) -> Said:
    """A sentence with `values` filled in. A value may be a sentence itself."""
    return _filled(template, values) if values else _fixed(template)


def _filled(template: str, values: Mapping[str, object]) -> Said:
    sentence = Said(template.format(**values))
    sentence.template, sentence.values = template, values
    return sentence


@functools.cache
def _fixed(template: str) -> Said:
    """A sentence without values; rules ask for the same few again and again."""
    return _filled(template, {})


NOTHING = _fixed("")
"""Where there is nothing to say."""


def together(*sentences: Said, between: str = " ") -> Said:
    """Sentences one after the other, without those that say nothing."""
    values = {f"n{at}": sentence for at, sentence in enumerate(filter(None, sentences))}
    return _filled(between.join(f"{{{name}}}" for name in values), values)


def nearest(word: str, known: Iterable[object], likeness: float = 0.5) -> Said:
    """A question that suggests the known word that `word` was perhaps meant to be."""
    near = difflib.get_close_matches(word, [str(k) for k in known], n=1, cutoff=likeness)
    return said("Did you mean '{word}'?", word=near[0]) if near else NOTHING


def all_known(known: Iterable[object]) -> Said:
    """What there is to choose from."""
    listed = ", ".join(str(k) for k in known)
    return said("Known: {words}.", words=listed or said("none"))


def plain(text: object) -> Any:
    """A sentence as plain values, its template and its values; other text as it is."""
    if isinstance(text, Said):
        return {"said": text.template, **{name: plain(v) for name, v in text.values.items()}}
    return text if isinstance(text, (int, float)) else str(text)


def again(values: Any) -> Any:
    """The sentence, or other text, that was made `plain`."""
    if not isinstance(values, dict):
        return values
    filled = {name: again(value) for name, value in values.items() if name != "said"}
    return _filled(values["said"], filled) if filled else _fixed(values["said"])


def translated(text: str, language: str) -> str:
    """A sentence in a language; as it is where there is no translation."""
    if language not in CATALOGUES or not isinstance(text, Said):
        return str(text)
    catalogue = CATALOGUES[language]
    template = catalogue.sentences.get(text.template, text.template)
    values = {name: _translated_value(value, language) for name, value in text.values.items()}
    return template.format(**values)


def _translated_value(value: object, language: str) -> object:
    if isinstance(value, float):
        return str(value).replace(".", CATALOGUES[language].decimal)
    return translated(value, language) if isinstance(value, Said) else value


def user_language(environment: Mapping[str, str] = os.environ) -> str:
    """The language of the user's locale: one of `CATALOGUES`, or `en`.

    As everywhere, `LC_ALL` goes before `LC_MESSAGES` before `LANG`; where none is set, as on
    Windows, the system's own setting counts.
    """
    given = next((environment[name] for name in _VARIABLES if environment.get(name)), None)
    wanted = given or locale.getlocale()[0] or "en"
    return next((name for name in CATALOGUES if wanted.lower().startswith(name)), "en")
