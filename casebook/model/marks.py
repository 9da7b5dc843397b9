"""Who may see a field, and how it travels to the next engagement."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from casebook.terms import Audience


@dataclass(frozen=True)
class SeenBy:
    """The mark on a field: the widest audience its value is meant for."""

    audience: Audience


PUBLIC = SeenBy(Audience.PUBLIC)

CLIENT = SeenBy(Audience.CLIENT)


class Travel(StrEnum):
    """What becomes of a field's value when the next engagement starts from this one."""

    CARRY = "carry"
    ASK = "ask"
    NEVER = "never"


@dataclass(frozen=True)
class Reused:
    """The mark on a field: how its value travels, and what is asked anew in its place."""

    travel: Travel
    question: str = ""


CARRY = Reused(Travel.CARRY)

NEVER = Reused(Travel.NEVER)


def ask(question: str) -> Reused:
    """The mark on a field that means something else at every client.

    `{id}` in the question is the id of the part that the field belongs to.
    """
    return Reused(Travel.ASK, question)


def reused(info: FieldInfo) -> Reused:
    """How a field travels: never, unless it is marked."""
    return next((mark for mark in info.metadata if isinstance(mark, Reused)), NEVER)


class Part(BaseModel):
    """Base of every part: frozen, and strict about names."""

    # Built when first used: a part's own validator is needed only where it is read alone.
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


def kinds(annotation: Any) -> frozenset[type]:
    """The types of all values that a field may hold, within tuples and choices too."""
    within = get_args(annotation)
    if get_origin(annotation) is Literal:
        return frozenset(map(type, within))
    if within:
        return frozenset().union(*map(kinds, within))
    return frozenset({annotation} if isinstance(annotation, type) else ())
