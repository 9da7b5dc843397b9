"""What diagnostics say, in the language of the person who reads them.

A sentence is written in English where it is used: `said("There is no group '{id}'.", id=id)`. It
is a string, and remembers its template and its values, so that the command line can tell it in
another language. Adding a language is one module with the same sentences, and one line in
`CATALOGUES`; a sentence that a catalogue lacks is told in English.
"""

from __future__ import annotations

import functools
import locale
import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from casebook.messages import da, explanations_da

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


@dataclass(frozen=True)
class Catalogue:
    """One language: its sentences by the English ones, its explanations by code."""

    sentences: Mapping[str, str]
    explanations: Mapping[str, str]


CATALOGUES: Mapping[str, Catalogue] = MappingProxyType(
    {"da": Catalogue(da.SENTENCES, explanations_da.EXPLANATIONS)}
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


def translated(text: str, language: str) -> str:
    """A sentence in a language; as it is where there is no translation."""
    if language not in CATALOGUES or not isinstance(text, Said):
        return str(text)
    template = CATALOGUES[language].sentences.get(text.template, text.template)
    values = {
        name: translated(value, language) if isinstance(value, Said) else value
        for name, value in text.values.items()
    }
    return template.format(**values)


def user_language(environment: Mapping[str, str] = os.environ) -> str:
    """The language of the user's locale: one of `CATALOGUES`, or `en`.

    As everywhere, `LC_ALL` goes before `LC_MESSAGES` before `LANG`; where none is set, as on
    Windows, the system's own setting counts.
    """
    given = next((environment[name] for name in _VARIABLES if environment.get(name)), None)
    wanted = given or locale.getlocale()[0] or "en"
    return next((name for name in CATALOGUES if wanted.lower().startswith(name)), "en")
