"""The JSON Schema of a parameter file, with titles and descriptions for those who type it.

The words stand in `casebook/data/fields.csv`, one line for each part and each field, in Danish and
in English; `*.id` is any part's field `id` that has no line of its own.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, NamedTuple

from casebook.model import Engagement

LANGUAGES = ("da", "en")


class Words(NamedTuple):
    """What a part or a field is called, and what it is."""

    title: str
    description: str


@functools.cache
def field_words(language: str) -> Mapping[str, Words]:
    """The words of every part (`Client`) and every field (`Client.name`) in a language."""
    text = files("casebook").joinpath("data/fields.csv").read_text(encoding="utf-8")
    titles = {"da": ("titel", "beskrivelse"), "en": ("title", "description")}[language]
    rows = csv.DictReader(text.splitlines(), delimiter=";")
    return {row["field"]: Words(*(row[name] for name in titles)) for row in rows}


def words_of(part: str, field: str, language: str) -> Words | None:
    """The words of a part's field, by its name in the parameter file; None where it has none."""
    known = field_words(language)
    return known.get(f"{part}.{field}") or known.get(f"*.{field}")


def engagement_schema(language: str) -> dict[str, Any]:
    """The JSON Schema of an engagement, explained in a language."""
    schema = Engagement.model_json_schema(by_alias=True)
    _explain("Engagement", schema, language)
    for name, part in schema["$defs"].items():
        _explain(name, part, language)
    return schema


def parts(schema: Mapping[str, Any]) -> dict[str, list[str]]:
    """The names of all parts of a schema, each with its fields."""
    everything = {"Engagement": schema, **schema["$defs"]}
    return {
        _part(name): list(_whole(part).get("properties", {})) for name, part in everything.items()
    }


def _explain(name: str, part: dict[str, Any], language: str) -> None:
    whole, own = _whole(part), field_words(language).get(_part(name))
    for home in (part, whole):
        if own:
            home.update(own._asdict())
    for field, values in whole.get("properties", {}).items():
        words = words_of(_part(name), field, language)
        if words:
            values.update(words._asdict())


def _part(name: str) -> str:
    """The part that a definition is of: `Fact` for each kind of fact."""
    return "Fact" if "Fact_" in name else name


def _whole(part: Mapping[str, Any]) -> Any:
    """The definition with fields, where the part can also be written as a plain value."""
    return next((one for one in part.get("anyOf", ()) if "properties" in one), part)
