"""The values that fields hold: texts, dates, counts, and facts that may be unknown."""

import functools
import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from casebook.model.marks import CARRY, CLIENT, NEVER, PUBLIC, Part, kinds
from casebook.terms import SLUG, Audience

T_co = TypeVar("T_co", covariant=True)

Slug = Annotated[str, StringConstraints(pattern=f"^{SLUG}$")]

Count = Annotated[int, Field(ge=0, strict=True)]

Year = Annotated[int, Field(ge=1900, le=2200, strict=True)]

Amount = Annotated[float, Field(ge=0, strict=True, allow_inf_nan=False)]

Name = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]

MunicipalityCode = Annotated[str, Field(pattern=r"^\d{4}$")]  # told from Slug in the schema

_DATE = re.compile(r"^(19|2[01])\d\d(-Q[1-4]|-(0[1-9]|1[0-2])(-\d\d)?)?$")

_DAY = len("2023-11-14")


def _partial_date(text: str) -> str:
    if not _DATE.match(text) or (len(text) == _DAY and not _is_day(text)):
        message = "write 2023, 2023-Q4, 2023-11 or 2023-11-14"
        raise PydanticCustomError("partial_date", message)
    return text


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _year_as_text(value: Any) -> Any:
    """A year alone is a number in YAML."""
    is_year = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_year else value


When = Annotated[str, BeforeValidator(_year_as_text), AfterValidator(_partial_date)]
"""A date with the precision that is known: `2023`, `2023-Q4`, `2023-11` or `2023-11-14`."""

_WEEK = {"type": "integer", "minimum": -520, "maximum": 520}

_WEEKS = {"anyOf": [_WEEK, {"type": "array", "items": _WEEK}]}

_NAMES = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}

Names = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda given: (given,) if isinstance(given, str) else given),
    WithJsonSchema(_NAMES),
]
"""One name, or a list of them."""

Weeks = Annotated[
    tuple[Annotated[int, Field(ge=-520, le=520, strict=True)], ...],
    BeforeValidator(lambda given: (given,) if isinstance(given, int) else given),
    WithJsonSchema(_WEEKS),
]
"""Planned weeks, counted from the start of the work: `+6`, or `[+6, +10]` for several sessions."""


def first_month(when: When | None) -> str:
    """A partial date as text that sorts: a quarter by its first month, none at the end."""
    if when is None:
        return "9999"
    year, _, quarter = when.partition("-Q")
    return f"{year}-{3 * int(quarter) - 2:02}" if quarter else when


class Text(Part):
    """A text in Danish, the master, and perhaps in English. A plain string is Danish."""

    da: Annotated[str, PUBLIC, CARRY]
    en: Annotated[str | None, PUBLIC, CARRY] = None

    @model_validator(mode="before")
    @classmethod
    def _from_string(cls, value: Any) -> Any:
        return {"da": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: Any, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        whole = handler.resolve_ref_schema(handler(core_schema))
        return {"anyOf": [{"type": "string"}, whole]}

    @property
    def wording(self) -> str:
        """What it says, for comparison: neither spaces nor capitals make other words."""
        return " ".join(self.da.casefold().split())

    @model_serializer
    def _to_plain(self) -> str | dict[str, str]:
        return self.da if self.en is None else {"da": self.da, "en": self.en}


class State(StrEnum):
    """Whether a fact has a value, and if not, why not."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    WITHHELD = "withheld"
    NOT_APPLICABLE = "not_applicable"


_ABSENT = re.compile(r"^(unknown|withheld|not_applicable)(?: \((.+)\))?$", re.DOTALL)


class Fact(Part, Generic[T_co]):
    """A value, or the reason why there is none.

    Written as the plain value or as `{value: …, inferred: true}`; where there is none as
    `unknown (the reason)` or `{state: unknown, reason: …}`, likewise `withheld` and
    `not_applicable`. Where a field is left out nothing was recorded.
    """

    state: Annotated[State, PUBLIC, CARRY] = State.KNOWN
    value: Annotated[T_co | None, PUBLIC, CARRY] = None
    as_of: Annotated[When | None, PUBLIC, NEVER] = None
    inferred: Annotated[bool, PUBLIC, NEVER] = False
    reason: Annotated[str | None, NEVER] = None
    source: Annotated[str | None, CLIENT, NEVER] = None
    audience: Annotated[Audience | None, CARRY] = None

    @model_validator(mode="before")
    @classmethod
    def _from_plain(cls, value: Any) -> Any:
        if isinstance(value, Fact):
            return value
        if isinstance(value, str) and (written := _ABSENT.match(value)):
            return {"state": written[1], "reason": written[2]}
        whole = isinstance(value, dict) and not {"state", "value"}.isdisjoint(value)
        given = value if whole else {"value": value}
        is_known = given.get("state", State.KNOWN) == State.KNOWN
        if is_known != (given.get("value") is not None):
            raise ValueError("a fact has either a value or a state with a reason")
        return given

    @model_serializer(mode="wrap")
    def _to_plain(self, handler: Any) -> Any:
        written = {k: v for k, v in handler(self).items() if v is not None and v is not False}
        if self.state is State.KNOWN:
            written.pop("state", None)
            value = written["value"]
            looks_absent = isinstance(value, str) and _ABSENT.match(value)
            return value if set(written) == {"value"} and not looks_absent else written
        return written

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: Any, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        whole = handler.resolve_ref_schema(handler(core_schema))
        plain = next(s for s in whole["properties"]["value"]["anyOf"] if s != {"type": "null"})
        absent = {"type": "string", "pattern": _ABSENT.pattern}
        return {"anyOf": [plain, absent, whole]}

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return self.state is State.KNOWN


@functools.cache
def fields_with_facts(part: type[Part]) -> tuple[tuple[str, str], ...]:
    """The fields of a part that are facts or hold some: the name, and the key in the file."""
    return tuple(
        (name, info.alias or name)
        for name, info in part.model_fields.items()
        if any(map(_has_facts, kinds(info.annotation)))
    )


def _has_facts(kind: type[object]) -> bool:
    return issubclass(kind, Fact) or (issubclass(kind, Part) and bool(fields_with_facts(kind)))
