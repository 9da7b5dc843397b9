"""What the model finds wrong with values, in the words of those who typed them."""

from __future__ import annotations

import keyword
import types
import typing
from collections.abc import Iterable
from enum import Enum
from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from casebook.messages import nearest, said
from casebook.model import Engagement, Fact
from casebook.places import place_in

SHOWN = 60
"""So much of a wrong value is shown; more would not fit a line."""


class Fault(NamedTuple):
    """What is wrong, and the remedy."""

    code: str
    message: str
    hint: str


def explain(detail: ErrorDetails, values: Any, row: int = 0) -> Fault:
    """Code, message and remedy for one validation error of plain `values`.

    `row` is the length of the path to a table's row; what is in one is named by its column.
    """
    path = detail["loc"]
    name = place_in(None if row else values, path[row:])
    kind = detail["type"]
    if kind == "extra_forbidden":
        return _unknown_key(values, path, detail.get("input"))
    if path[0] == "voices" and path[-1] in ("name", "title"):
        return Fault(
            "CB129", said("'{name}' is missing.", name=name), said("Say who, and as what.")
        )
    if kind == "missing":
        return Fault("CB152", said("'{name}' is missing.", name=name), _to_add(path))
    if kind == "too_short":
        return Fault("CB152", said("'{name}' is empty.", name=name), said("Add at least one."))
    if "municipality" in path:
        return _municipality(detail.get("input"))
    return _wrong_word(name, detail) or _wrong_value(name, detail)


def _to_add(path: tuple[int | str, ...]) -> str:
    """What to write in a field that is missing: for a choice, the words to choose from."""
    if words := _allowed(path):
        return said("Add it: one of {words}.", words=", ".join(words))
    if words := _allowed((*path, 0)):
        return said("Add it in brackets [ ]: one or more of {words}.", words=", ".join(words))
    return said("Add it.")


def _wrong_word(name: str, detail: ErrorDetails) -> Fault | None:
    allowed, found = _allowed(detail["loc"]), detail.get("input")
    if not allowed or not isinstance(found, str):
        return None
    message = said(
        "{name} '{found}' is not allowed. Allowed: {allowed}.",
        name=name,
        found=found,
        allowed=", ".join(allowed),
    )
    return Fault("CB118", message, nearest(found, allowed) or said("Use one of the allowed words."))


def _wrong_value(name: str, detail: ErrorDetails) -> Fault:
    found, kind = _shown(detail.get("input")), detail["type"]
    if kind == "string_pattern_mismatch":
        message = said("{name} {found} may contain only a-z, 0-9 and '-'.", name=name, found=found)
        return Fault("CB103", message, said("Write it in small letters, with '-' for spaces."))
    if kind == "partial_date":
        message = said("{name} {found} is not a date, or an ambiguous one.", name=name, found=found)
        return Fault("CB143", message, said("Write 2023, 2023-Q4, 2023-11 or 2023-11-14."))
    if kind in ("float_type", "float_parsing"):
        message = said("{name} must be a number, found {found}.", name=name, found=found)
        return Fault("CB143", message, said("Write it like 7.5, in a table like 7,5."))
    if kind.startswith(("int", "greater", "less", "finite")):
        bounds = _bounds(detail)
        message = said(
            "{name} must be a whole number{bounds}, found {found}.",
            name=name,
            bounds=bounds,
            found=found,
        )
        return Fault("CB111", message, said("Write the number, or `unknown (why)` if not known."))
    return _wrong_kind(name, found, detail)


def _wrong_kind(name: str, found: str, detail: ErrorDetails) -> Fault:
    values = {"name": name, "found": found}
    if detail["type"] == "string_type":
        hint = said("Put it in quotes.")
        if isinstance(detail.get("input"), (list, dict)):
            hint = said("Write a text, in quotes where it holds signs such as : or [.")
        return Fault("CB151", said("{name} must be a text, found {found}.", **values), hint)
    if detail["type"] in ("tuple_type", "list_type"):
        hint = said("Put it in brackets: [ ].")
        return Fault("CB151", said("{name} must be a list, found {found}.", **values), hint)
    if detail["type"] in ("model_type", "model_attributes_type", "dict_type"):
        fields = ", ".join(_parts_of(_type_at(detail["loc"])))
        hint = said("Write its fields below it, indented.")
        if fields:
            hint = said("Write its fields below it, indented: {fields}.", fields=fields)
        return Fault("CB151", said("{name} must have fields, found {found}.", **values), hint)
    if detail["type"] == "bool_type":
        return Fault("CB151", said("{name} must be true or false, found {found}.", **values), "")
    if detail["type"] == "counts":
        hint = said(
            "The counts of a distribution are `answered` together; up, same and down are "
            "`n_pairs`, which is no more than n_before or n_after."
        )
        return Fault("CB113", said("{name}: the numbers do not add up.", name=name), hint)
    why = detail["msg"].removeprefix("Value error, ").rstrip(".")
    message = said("{name}: {why}. Found {found}.", why=why, **values)
    return Fault("CB151", message, said("Correct it."))


def _unknown_key(values: Any, path: tuple[int | str, ...], found: Any) -> Fault:
    key = str(path[-1])
    if len(path) == 1 and (not key.isidentifier() or keyword.iskeyword(key)):
        message = said("'{key}' is not the name of a parameter.", key=key)
        hint = said("Take it away: papermill would run it as code.")
        return Fault("CB156", message, hint)
    if found is None and " " in key:
        message = said(
            "'{key}' was read as a field of its own: a comma ends a text inside {{ }}.", key=key
        )
        return Fault("CB101", message, said("Put the whole text in quotes."))
    if found is None and key.isdigit():
        message = said(
            "'{key}' was read as a field of its own: a comma ends a number inside {{ }}.", key=key
        )
        return Fault("CB101", message, said("Write it with a point, like 7.5."))
    known = _parts_of(_type_at(path[:-1])) or _fields(Fact)
    listed = said("Known here: {words}.", words=", ".join(known))
    message = said(
        "'{key}' is not a known field of {place}.",
        key=key,
        place=place_in(values, path[:-1]) or said("the file"),
    )
    return Fault("CB101", message, nearest(key, known) or listed)


def _municipality(found: Any) -> Fault:
    digits = str(found)
    hint = said('Write the four digits in quotes, such as "0746".')
    if digits.isdigit() and len(digits) <= 4:  # noqa: PLR2004  # a municipality code's length
        hint = said('Write "{code}", with the quotes.', code=digits.zfill(4))
    message = said("Municipality code {found} must be four digits in quotes.", found=_shown(found))
    return Fault("CB114", message, hint)


def _bounds(detail: ErrorDetails) -> str:
    limits = detail.get("ctx", {})
    if "ge" in limits:
        return said(" of {least} or more", least=limits["ge"])
    if "le" in limits:
        return said(" of at most {most}", most=limits["le"])
    return ""


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


# --- Finding the model's part at a path ---------------------------------------------------------


def _type_at(path: Iterable[int | str]) -> Any:
    """The annotated type at a path of the model, without `None` and `Fact`."""
    current: Any = Engagement
    for part in path:
        if current is None or part == "value":
            continue
        if isinstance(part, int):
            current = unwrapped((typing.get_args(current) or (None,))[0])
        elif isinstance(current, type) and issubclass(current, BaseModel):
            by_name = {info.alias or name: info for name, info in current.model_fields.items()}
            current = unwrapped(by_name[part].annotation) if part in by_name else None
    return current


def unwrapped(annotation: Any) -> Any:
    """A type without `Annotated`, `None` and `Fact` around it."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return unwrapped(typing.get_args(annotation)[0])
    if origin in (typing.Union, types.UnionType):
        return unwrapped(next(a for a in typing.get_args(annotation) if a is not type(None)))
    if isinstance(annotation, type) and issubclass(annotation, Fact):
        return unwrapped(annotation.model_fields["value"].annotation)
    return annotation


def _parts_of(kind: Any) -> list[str]:
    """The fields of a type that has any."""
    return _fields(kind) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def _fields(model: type[BaseModel]) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()]


def _allowed(path: tuple[int | str, ...]) -> list[str]:
    """The words an enumeration at this path allows."""
    kind = _type_at(path)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [str(member.value) for member in kind]
    if typing.get_origin(kind) is typing.Literal:
        return [str(word) for word in typing.get_args(kind)]
    return []
