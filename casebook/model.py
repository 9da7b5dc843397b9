"""An engagement and its parts: frozen values, no input or output.

A parameter file is one `Engagement`. Every field is marked with the audience it is meant for,
and with how it travels to the next engagement; without a mark it is internal, and never does.
Field names are English, texts Danish (or `{da: …, en: …}`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
    model_serializer,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from casebook.terms import Audience as Audience  # noqa: PLC0414  # a part of the model
from casebook.terms import PhaseKind as PhaseKind  # noqa: PLC0414

T_co = TypeVar("T_co", covariant=True)


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


# --- Values ------------------------------------------------------------------------------------

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
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


def _first_month(when: When | None) -> str:
    """A partial date as text that sorts: a quarter by its first month, none at the end."""
    if when is None:
        return "9999"
    year, _, quarter = when.partition("-Q")
    return f"{year}-{3 * int(quarter) - 2:02}" if quarter else when


WIDEST_SCALE = 100


def _ascending(scale: tuple[int, int]) -> tuple[int, int]:
    low, high = scale
    if not low < high <= low + WIDEST_SCALE:
        message = "write the lowest answer and then the highest, such as [1, 5]"
        raise PydanticCustomError("scale", message)
    return scale


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
        if isinstance(value, dict) and ({"state", "value"} & value.keys()):
            return value
        if isinstance(value, Fact):
            return value
        if isinstance(value, str) and (written := _ABSENT.match(value)):
            return {"state": written[1], "reason": written[2]}
        return {"value": value}

    @model_validator(mode="after")
    def _value_belongs_to_known(self) -> Fact[T_co]:
        if (self.state is State.KNOWN) != (self.value is not None):
            raise ValueError("a fact has either a value or a state with a reason")
        return self

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


# --- Client and engagement ---------------------------------------------------------------------


class ClientType(StrEnum):
    """What kind of organisation the client is."""

    MUNICIPALITY = "municipality"
    REGION = "region"
    STATE = "state"
    OTHER_PUBLIC = "other_public"
    PARTNERSHIP = "partnership"
    NGO = "ngo"


class Client(Part):
    """The organisation that the engagement is for.

    `anonym_label` is what it is called in public where it may not be named, `members` the
    organisations of a partnership.
    """

    id: Annotated[Slug, PUBLIC, NEVER]
    name: Annotated[str, PUBLIC, NEVER]
    type: Annotated[ClientType, PUBLIC, CARRY] = ClientType.MUNICIPALITY
    municipality: Annotated[Fact[MunicipalityCode] | None, PUBLIC, NEVER] = None
    region: Annotated[str | None, PUBLIC, NEVER] = None
    cvr: Annotated[Fact[str] | None, CLIENT, NEVER] = None
    ean: Annotated[Fact[str] | None, CLIENT, NEVER] = None
    commissioner: Annotated[Fact[str] | None, CLIENT, ask("Hvem har bestilt arbejdet?")] = None
    readiness: Annotated[Text | None, NEVER] = None
    anonym_label: Annotated[Text | None, PUBLIC, NEVER] = None
    members: Annotated[tuple[str, ...], PUBLIC, NEVER] = ()


class Years(Part):
    """The years of an engagement, first and last; months are not implied."""

    start: Annotated[Year, PUBLIC, NEVER]
    end: Annotated[Year | None, PUBLIC, NEVER] = None


Theme = Annotated[str, StringConstraints(pattern=r"^[a-z0-9æøå][a-z0-9æøå-]*$")]
"""A theme, in small letters and with '-' for spaces, as it stands on the page."""


class Level(Part):
    """A level the work takes place on, such as the clusters or the whole organisation."""

    id: Annotated[Slug, PUBLIC, CARRY]
    name: Annotated[Text, PUBLIC, ask("Hvad kaldes niveauet »{id}« her?")]


class Cluster(Part):
    """A mission cluster: its mission, who leads it, who facilitates it."""

    id: Annotated[Slug, PUBLIC, NEVER]
    name: Annotated[Fact[Text] | None, PUBLIC, NEVER] = None
    mission: Annotated[Fact[Text] | None, PUBLIC, NEVER] = None
    chairship: Annotated[Fact[Text] | None, PUBLIC, NEVER] = None
    facilitator: Annotated[Fact[Text] | None, PUBLIC, NEVER] = None
    status: Annotated[Fact[Text] | None, CLIENT, NEVER] = None


class GovernanceShift(Part):
    """What the client steers by now (`to`), and what it steered by before (`from`)."""

    before: Annotated[Text, PUBLIC, ask("Hvad styrede kommunen efter før?")] = Field(alias="from")
    after: Annotated[Text, PUBLIC, ask("Hvad styres der efter nu?")] = Field(alias="to")


class CallToAction(Part):
    """The question that closes a public case, and the link under it."""

    question: Annotated[Text, PUBLIC, CARRY]
    label: Annotated[Text, PUBLIC, CARRY]
    url: Annotated[Fact[str] | None, PUBLIC, NEVER] = None


class Opsi(Part):
    """The texts of OECD OPSI's case form, which has a longest length for each."""

    explanation: Annotated[Text | None, PUBLIC, NEVER] = None
    overview: Annotated[Text | None, PUBLIC, NEVER] = None
    innovative: Annotated[Text | None, PUBLIC, NEVER] = None
    collaborations: Annotated[Text | None, PUBLIC, NEVER] = None
    users: Annotated[Text | None, PUBLIC, NEVER] = None
    results: Annotated[Text | None, PUBLIC, NEVER] = None
    challenges: Annotated[Text | None, PUBLIC, NEVER] = None
    conditions: Annotated[Text | None, PUBLIC, NEVER] = None
    replication: Annotated[Text | None, PUBLIC, NEVER] = None
    lessons: Annotated[Text | None, PUBLIC, NEVER] = None


OPSI_LIMITS = {
    "overview": 5000,
    "innovative": 1000,
    "collaborations": 500,
    "users": 500,
    "results": 1000,
    "challenges": 1000,
    "conditions": 1000,
    "replication": 1000,
    "lessons": 4000,
}
"""The most characters that each text of OPSI's case form may have."""


class Status(StrEnum):
    """How far an engagement is."""

    PLANNED = "planned"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Assignment(Part):
    """The group `engagement` of a parameter file: what the assignment is, in words.

    `challenge` says what the client set out to do, `help` what the consultancy did;
    `tables` says whether the tables lie beside the parameter file or are in these values.
    `extends` names the files whose values these are merged over; `derived_from` says which
    engagement or method this one was started from.
    """

    id: Annotated[Slug, PUBLIC, NEVER]
    title: Annotated[Text, PUBLIC, ask("Hvad skal casen hedde?")]
    years: Annotated[Years, PUBLIC, NEVER]
    status: Annotated[Fact[Status] | None, PUBLIC, NEVER] = None
    fictional: Annotated[bool, PUBLIC, NEVER] = False
    tables: Annotated[Literal["beside", "included"], PUBLIC, NEVER] = "beside"
    provider: Annotated[str | None, PUBLIC, CARRY] = None
    authors: Annotated[Fact[str] | None, CLIENT, ask("Hvem skriver for huset?")] = None
    version: Annotated[Fact[str] | None, CLIENT, NEVER] = None
    themes: Annotated[tuple[Theme, ...], PUBLIC, CARRY] = ()
    languages: Annotated[tuple[Literal["da", "en"], ...], PUBLIC, NEVER] = ("da",)
    standfirst: Annotated[Text | None, PUBLIC, NEVER] = None
    headline: Annotated[Text | None, PUBLIC, NEVER] = None
    challenge: Annotated[Text | None, PUBLIC, NEVER] = None
    help: Annotated[Text | None, PUBLIC, NEVER] = None
    lead_in: Annotated[Text | None, PUBLIC, ask("Hvordan indledes listen over aktiviteter?")] = None
    purpose: Annotated[Fact[Text] | None, CLIENT, ask("Hvad er formålet for denne kunde?")] = None
    call_to_action: Annotated[CallToAction | None, PUBLIC, CARRY] = None
    levels: Annotated[tuple[Level, ...], PUBLIC, CARRY] = ()
    clusters: Annotated[
        tuple[Cluster, ...], PUBLIC, ask("Hvor mange klynger er der, og hvad er deres missioner?")
    ] = ()
    cluster_count: Annotated[Fact[Count] | None, PUBLIC, NEVER] = None
    governance_shift: Annotated[GovernanceShift | None, PUBLIC, CARRY] = None
    opsi: Annotated[Opsi | None, PUBLIC, NEVER] = None
    hours: Annotated[Fact[int] | None, NEVER] = None
    fee: Annotated[Fact[int] | None, NEVER] = None
    extends: Annotated[Names, CARRY] = ()
    derived_from: Annotated[str | None, NEVER] = None
    derived_version: Annotated[str | None, NEVER] = None


# --- Participants ------------------------------------------------------------------------------


class GroupKind(StrEnum):
    """The common name of a group, the same in every municipality."""

    DIREKTION = "direktion"
    KONCERNLEDELSE = "koncernledelse"
    CHEFER = "chefer"
    KONTRAKTHOLDERE = "kontraktholdere"
    DECENTRALE_LEDERE = "decentrale_ledere"
    CENTRALE_LEDERE = "centrale_ledere"
    ALLE_LEDERE = "alle_ledere"
    FACILITATORER = "facilitatorer"
    FORMANDSKAB = "formandskab"
    NOEGLEMEDARBEJDERE = "noeglemedarbejdere"
    MEDARBEJDERE = "medarbejdere"
    POLITIKERE = "politikere"
    EKSTERNE = "eksterne"
    BORGERE = "borgere"
    ANDET = "andet"


class Spread(Part):
    """How a number differs from person to person: the one in the middle, the least, the most."""

    median: Annotated[Amount, PUBLIC, NEVER]
    low: Annotated[Amount, PUBLIC, NEVER]
    high: Annotated[Amount, PUBLIC, NEVER]


class Attended(Part):
    """How much of the work each person was there for; hours where every session has them."""

    sessions: Annotated[Spread, PUBLIC, NEVER]
    hours: Annotated[Spread | None, CLIENT, NEVER] = None


class Group(Part):
    """A participant group. Groups may overlap: never add their sizes up.

    `reached` counts the distinct persons who came to anything, `dose` says how much each came
    to; the table `attendance` gives both.
    """

    id: Annotated[Slug, PUBLIC, CARRY]
    label: Annotated[Text, PUBLIC, ask("Hvad kaldes gruppen »{id}« her?")]
    kind: Annotated[GroupKind, PUBLIC, CARRY]
    definition: Annotated[Text | None, PUBLIC, ask("Hvem er »{id}« her?")] = None
    size: Annotated[Fact[Count] | None, PUBLIC, ask("Hvor mange er »{id}«?")] = None
    reached: Annotated[Fact[Count] | None, PUBLIC, NEVER] = None
    dose: Annotated[Attended | None, CLIENT, NEVER] = None
    subset_of: Annotated[Fact[Slug] | None, PUBLIC, CARRY] = None
    overlaps: Annotated[Fact[tuple[Slug, ...]] | None, PUBLIC, NEVER] = None


# --- Phases ------------------------------------------------------------------------------------


class ActivityKind(StrEnum):
    """The format of an activity."""

    SEMINAR = "seminar"
    WORKSHOP = "workshop"
    SPARRING = "sparring"
    PANEL_DEBATE = "panel_debate"
    TRAIN_THE_TRAINER = "train_the_trainer"
    TOOL_DESIGN = "tool_design"
    COACHING = "coaching"
    ANALYSIS = "analysis"
    NETWORK = "network"
    OTHER = "other"


class SessionStatus(StrEnum):
    """What became of a session."""

    PLANNED = "planned"
    HELD = "held"
    MOVED = "moved"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class Session(Part):
    """One dated occurrence of an activity: a row of the table `sessions`.

    A meeting that is counted group by group has a row for each group, with the same id.
    `invited` and `attended` are head counts; `ownership` is 0 (the consultant leads) to
    4 (internal facilitators train others).
    """

    id: Annotated[str, PUBLIC, NEVER]
    activity: Annotated[Slug, PUBLIC, NEVER]
    status: Annotated[SessionStatus, PUBLIC, NEVER]
    date: Annotated[When | None, PUBLIC, NEVER] = None
    group: Annotated[Slug | None, PUBLIC, NEVER] = None
    hours: Annotated[Amount | None, CLIENT, NEVER] = None
    invited: Annotated[Fact[Count] | None, PUBLIC, NEVER] = None
    attended: Annotated[Fact[Count] | None, PUBLIC, NEVER] = None
    ownership: Annotated[int | None, CLIENT, NEVER] = Field(default=None, ge=0, le=4)
    deviation: Annotated[str | None, CLIENT, NEVER] = None


class Tool(Part):
    """A method or tool that was made or used, with its version."""

    id: Annotated[Slug, PUBLIC, CARRY]
    name: Annotated[Text, PUBLIC, CARRY]
    version: Annotated[str, PUBLIC, CARRY] = "1"
    released: Annotated[When | None, PUBLIC, NEVER] = None
    kind: Annotated[Text | None, PUBLIC, CARRY] = None
    purpose: Annotated[Text | None, PUBLIC, CARRY] = None
    changes: Annotated[Text | None, NEVER] = None
    next: Annotated[Text | None, NEVER] = None


class Activity(Part):
    """A planned piece of work. `text` is its line on the public page, word for word."""

    id: Annotated[Slug, PUBLIC, CARRY]
    kinds: Annotated[tuple[ActivityKind, ...], PUBLIC, CARRY] = Field(min_length=1)
    text: Annotated[Text, PUBLIC, CARRY]
    label: Annotated[Text | None, PUBLIC, CARRY] = None
    order: Annotated[Count | None, PUBLIC, CARRY] = None
    groups: Annotated[Fact[tuple[Slug, ...]] | None, PUBLIC, CARRY] = None
    level: Annotated[Fact[Slug] | None, PUBLIC, CARRY] = None
    planned: Annotated[Fact[Count] | None, PUBLIC, CARRY] = None
    rating: Annotated[int | None, Field(ge=1, le=5), NEVER] = None
    note: Annotated[Text | None, NEVER] = None
    week: Annotated[Weeks, CLIENT, CARRY] = ()
    sessions: Annotated[tuple[Session, ...], PUBLIC, NEVER] = ()

    @property
    def meetings(self) -> tuple[Session, ...]:
        """Each session once, also where it is counted group by group."""
        return _once(self.sessions)


def _once(sessions: tuple[Session, ...]) -> tuple[Session, ...]:
    return tuple({session.id: session for session in reversed(sessions)}.values())[::-1]


class InsightKind(StrEnum):
    """What kind of thing an insight is; a delivery says what was held, not what came of it."""

    DELIVERY = "delivery"
    INDICATOR = "indicator"
    FINDING = "finding"
    LESSON = "lesson"


class Origin(Part):
    """The notebook cell that published an insight."""

    notebook: Annotated[str, PUBLIC, NEVER]
    cell: Annotated[str, PUBLIC, NEVER]


class Insight(Part):
    """A typed result that a notebook cell publishes, with its evidence.

    `audiences` lists exactly who may see it. `n` of `total` is the count it rests on.
    `adverse` marks what fell or was given up: no summary leaves it out.
    `figure` is a figure block as JSON (see `casebook.blocks`), for what was added by hand.
    """

    key: Annotated[str, PUBLIC, NEVER]
    phase: Annotated[PhaseKind, PUBLIC, NEVER]
    kind: Annotated[InsightKind, PUBLIC, NEVER]
    statement: Annotated[Text, PUBLIC, NEVER]
    audiences: Annotated[tuple[Audience, ...], PUBLIC, NEVER] = (Audience.INTERNAL,)
    added: Annotated[bool, PUBLIC, NEVER] = False
    n: Annotated[int | None, PUBLIC, NEVER] = None
    total: Annotated[int | None, PUBLIC, NEVER] = None
    evidence_level: Annotated[int | None, Field(ge=0, le=5), PUBLIC, NEVER] = None
    source: Annotated[Text | None, PUBLIC, NEVER] = None
    figure: Annotated[dict[str, Any] | None, PUBLIC, NEVER] = None
    origin: Annotated[Origin | None, NEVER] = None
    adverse: Annotated[bool, PUBLIC, NEVER] = False


class Phase(Part):
    """A phase: its activities, and the insights its notebook published (None: not run)."""

    id: Annotated[Slug, PUBLIC, CARRY]
    kind: Annotated[PhaseKind, PUBLIC, CARRY]
    activities: Annotated[tuple[Activity, ...], PUBLIC, CARRY] = Field(min_length=1)
    tools: Annotated[Fact[tuple[Tool, ...]] | None, PUBLIC, CARRY] = None
    insights: Annotated[tuple[Insight, ...] | None, PUBLIC, NEVER] = None


# --- Voices and outcomes -----------------------------------------------------------------------


class Quote(Part):
    """A quote, verbatim, with name and title at the time."""

    id: Annotated[Slug, PUBLIC, NEVER]
    text: Annotated[Text, PUBLIC, NEVER]
    name: Annotated[Name, PUBLIC, NEVER]
    title: Annotated[Name, PUBLIC, NEVER]
    organisation: Annotated[str | None, PUBLIC, NEVER] = None
    date: Annotated[Fact[When] | None, PUBLIC, NEVER] = None
    consent: Annotated[Fact[str] | None, NEVER] = None
    audience: Annotated[Audience, NEVER] = Audience.INTERNAL


class ClaimType(StrEnum):
    """What kind of statement a claim is; none of them is a measured result."""

    CONTEXT = "context"
    DECISION = "decision"
    OUTPUT = "output"
    GOVERNANCE_CHANGE = "governance_change"
    AMBITION = "ambition"
    ASSUMPTION = "assumption"
    ACTIVITY = "activity"
    ASSESSMENT = "assessment"
    OUTCOME = "outcome"


class Claim(Part):
    """A statement about what was done or hoped for, with who says it."""

    id: Annotated[Slug, PUBLIC, NEVER]
    type: Annotated[ClaimType, PUBLIC, NEVER]
    text: Annotated[Text, PUBLIC, NEVER]
    said_by: Annotated[str, PUBLIC, NEVER]
    evidence_level: Annotated[int, Field(ge=0, le=5), CLIENT, NEVER] = 0
    evidence: Annotated[tuple[Slug, ...], CLIENT, NEVER] = ()
    audience: Annotated[Audience, NEVER] = Audience.INTERNAL


class OutcomeKind(StrEnum):
    """What changed."""

    BEHAVIOUR = "behaviour"
    RELATIONSHIP = "relationship"
    ACTION = "action"
    POLICY = "policy"
    PRACTICE = "practice"


class Outcome(Part):
    """An observed change in what somebody does, with its source and other explanations."""

    id: Annotated[Slug, PUBLIC, NEVER]
    actor: Annotated[Text, PUBLIC, NEVER]
    change: Annotated[Text, PUBLIC, NEVER]
    kind: Annotated[OutcomeKind, PUBLIC, NEVER]
    evidence_level: Annotated[int, Field(ge=0, le=5), PUBLIC, NEVER]
    when: Annotated[When | None, PUBLIC, NEVER] = None
    source: Annotated[Text | None, PUBLIC, NEVER] = None
    evidence: Annotated[tuple[Slug, ...], CLIENT, NEVER] = ()
    contribution: Annotated[Text | None, PUBLIC, NEVER] = None
    alternatives: Annotated[tuple[Text, ...], PUBLIC, NEVER] = ()
    comparison: Annotated[Text | None, PUBLIC, NEVER] = None
    audience: Annotated[Audience, NEVER] = Audience.INTERNAL


class Evidence(Part):
    """Something that a claim or an outcome rests on: a log, minutes, an interview."""

    id: Annotated[Slug, PUBLIC, NEVER]
    kind: Annotated[Text, PUBLIC, NEVER]
    date: Annotated[When | None, PUBLIC, NEVER] = None
    location: Annotated[str | None, NEVER] = None
    audience: Annotated[Audience, NEVER] = Audience.INTERNAL


Scale = Annotated[tuple[int, int], AfterValidator(_ascending)]
"""The lowest and the highest answer to an item."""


class Item(Part):
    """A survey question with its version and its scale (lowest and highest answer)."""

    id: Annotated[str, PUBLIC, CARRY]
    version: Annotated[int, PUBLIC, CARRY] = 1
    text: Annotated[Text, PUBLIC, CARRY]
    scale: Annotated[Scale, PUBLIC, CARRY]


WaveName = Literal["before", "retrospective", "after", "followup"]


class Wave(Part):
    """One round of a survey. `asked` counts the people who got the questions.

    In `retrospective` people say, afterwards, how it was before.
    """

    id: Annotated[WaveName, PUBLIC, CARRY]
    date: Annotated[When | None, PUBLIC, NEVER] = None
    asked: Annotated[Fact[Count] | None, PUBLIC, NEVER] = None
    week: Annotated[Weeks, CLIENT, CARRY] = ()


class Distribution(Part):
    """The answers to one item in one wave: how many gave each value of the scale.

    `counts` runs from the lowest to the highest value and is absent where the base is too
    small to show; `answered` is then absent too.
    """

    item: Annotated[str, PUBLIC, NEVER]
    wave: Annotated[str, PUBLIC, NEVER]
    answered: Annotated[int | None, PUBLIC, NEVER] = None
    counts: Annotated[tuple[int, ...] | None, PUBLIC, NEVER] = None
    withheld: Annotated[bool, PUBLIC, NEVER] = False


class Shift(Part):
    """How the same people answered one item in two waves: paired by anonymous key."""

    item: Annotated[str, PUBLIC, NEVER]
    before: Annotated[str, PUBLIC, NEVER]
    after: Annotated[str, PUBLIC, NEVER]
    n_before: Annotated[int | None, PUBLIC, NEVER] = None
    n_after: Annotated[int | None, PUBLIC, NEVER] = None
    n_pairs: Annotated[int | None, PUBLIC, NEVER] = None
    up: Annotated[int | None, PUBLIC, NEVER] = None
    same: Annotated[int | None, PUBLIC, NEVER] = None
    down: Annotated[int | None, PUBLIC, NEVER] = None
    withheld: Annotated[bool, PUBLIC, NEVER] = False


class Survey(Part):
    """A survey. Single answers stay in the table; only their counts come in here."""

    id: Annotated[Slug, PUBLIC, CARRY]
    title: Annotated[Text, PUBLIC, CARRY]
    group: Annotated[Slug | None, PUBLIC, CARRY] = None
    items: Annotated[tuple[Item, ...], PUBLIC, CARRY] = Field(min_length=1)
    waves: Annotated[tuple[Wave, ...], PUBLIC, CARRY] = Field(min_length=1)
    distributions: Annotated[tuple[Distribution, ...], PUBLIC, NEVER] = ()
    shifts: Annotated[tuple[Shift, ...], PUBLIC, NEVER] = ()


class UseLevel(StrEnum):
    """Levels of Use (Hall & Hord, CBAM). In use from III, embedded from IVA."""

    NONUSE = "0"
    ORIENTATION = "I"
    PREPARATION = "II"
    MECHANICAL = "III"
    ROUTINE = "IVA"
    REFINEMENT = "IVB"
    INTEGRATION = "V"
    RENEWAL = "VI"


class ToolUse(Part):
    """How far one unit is with one tool at one date: a row of the table `tool_use`."""

    tool: Annotated[Slug, PUBLIC, NEVER]
    unit: Annotated[str, CLIENT, NEVER] = ""
    date: Annotated[When, PUBLIC, NEVER]
    level: Annotated[UseLevel, PUBLIC, NEVER]
    note: Annotated[str | None, NEVER] = None


class Actor(Part):
    """Somebody who works on the problem: a row of the table `actors`."""

    id: Annotated[str, PUBLIC, NEVER]
    sector: Annotated[str, PUBLIC, NEVER]
    place: Annotated[Literal["inside", "outside"], PUBLIC, NEVER]
    level: Annotated[Slug | None, CLIENT, NEVER] = None
    name: Annotated[str | None, NEVER] = None


class Tie(Part):
    """How closely one actor works with another, as it says itself: a row of the table `ties`.

    `level` is Frey's, from 0 (no interaction) to 5 (collaboration).
    """

    rater: Annotated[str, PUBLIC, NEVER] = Field(alias="from")
    rated: Annotated[str, PUBLIC, NEVER] = Field(alias="to")
    wave: Annotated[WaveName, PUBLIC, NEVER]
    level: Annotated[int, Field(ge=0, le=5, strict=True), PUBLIC, NEVER]


class Outcomes(Part):
    """What is claimed, what was measured, and how far tools are in use."""

    claims: Annotated[tuple[Claim, ...], PUBLIC, NEVER] = ()
    observed: Annotated[tuple[Outcome, ...], PUBLIC, NEVER] = ()
    surveys: Annotated[tuple[Survey, ...], PUBLIC, CARRY] = ()
    evidence: Annotated[tuple[Evidence, ...], CLIENT, NEVER] = ()
    tool_use: Annotated[tuple[ToolUse, ...], CLIENT, NEVER] = ()
    actors: Annotated[tuple[Actor, ...], CLIENT, NEVER] = ()
    ties: Annotated[tuple[Tie, ...], CLIENT, NEVER] = ()


# --- Learning and release ----------------------------------------------------------------------


class Step(Part):
    """Something to keep or change, with who does it and by when."""

    text: Annotated[Text, PUBLIC, NEVER]
    owner: Annotated[Fact[str] | None, CLIENT, NEVER] = None
    due: Annotated[Fact[When] | None, CLIENT, NEVER] = None
    audience: Annotated[Audience, NEVER] = Audience.INTERNAL


class ConditionKind(StrEnum):
    """The five kinds of conditions for success that the OECD's OPSI asks for."""

    INFRASTRUCTURE = "infrastructure"
    POLICY = "policy"
    LEADERSHIP = "leadership"
    RESOURCES = "resources"
    VALUES = "values"


class Condition(Step):
    """Something that success depends on, and which of the five kinds it is."""

    kind: Annotated[ConditionKind | None, PUBLIC, NEVER] = None


class Assumption(Part):
    """Something the work rested on, and whether it held."""

    text: Annotated[Text, PUBLIC, CARRY]
    verdict: Annotated[Literal["held", "broke", "unknown"], PUBLIC, NEVER] = "unknown"
    note: Annotated[Text | None, PUBLIC, NEVER] = None
    audience: Annotated[Audience, CARRY] = Audience.INTERNAL


class LessonType(StrEnum):
    """What kind of lesson it is."""

    SUSTAIN = "sustain"
    IMPROVE = "improve"
    START = "start"
    STOP = "stop"
    CONDITION = "condition"
    PITFALL = "pitfall"


class Maturity(StrEnum):
    """How much a lesson rests on: one client, two or more, three or more and approved."""

    OBSERVATION = "observation"
    PATTERN = "pattern"
    RECOMMENDATION = "recommendation"
    RETIRED = "retired"


class Lesson(Part):
    """A lesson with what it rests on, when it holds, and what speaks against it.

    `support` names the engagements it rests on; `approved` says who in the firm made it a
    recommendation.
    """

    id: Annotated[Slug, PUBLIC, CARRY]
    statement: Annotated[Text, PUBLIC, CARRY]
    type: Annotated[LessonType, PUBLIC, CARRY]
    maturity: Annotated[Maturity, PUBLIC, CARRY] = Maturity.OBSERVATION
    support: Annotated[tuple[Slug, ...], NEVER] = ()
    approved: Annotated[Fact[str] | None, NEVER] = None
    themes: Annotated[tuple[Theme, ...], PUBLIC, CARRY] = ()
    condition: Annotated[Text | None, PUBLIC, CARRY] = None
    counter_evidence: Annotated[Text | None, PUBLIC, NEVER] = None
    audience: Annotated[Audience, CARRY] = Audience.INTERNAL


class Question(Part):
    """Something that is not known yet, and whom to ask."""

    text: Annotated[Text, PUBLIC, NEVER]
    ask: Annotated[Text | None, NEVER] = None


class Reuse(Part):
    """Something the next municipality can use: copied, adapted, or as inspiration."""

    what: Annotated[Text, PUBLIC, CARRY]
    mode: Annotated[Literal["copy", "adapt", "inspire"], PUBLIC, CARRY]
    core: Annotated[bool, PUBLIC, CARRY] = False
    note: Annotated[Text | None, PUBLIC, NEVER] = None


class Learning(Part):
    """The after-action review, and what others can learn from it."""

    planned: Annotated[Text | None, NEVER] = None
    happened: Annotated[Text | None, NEVER] = None
    why: Annotated[Text | None, NEVER] = None
    sustain: Annotated[tuple[Step, ...], CLIENT, NEVER] = ()
    improve: Annotated[tuple[Step, ...], CLIENT, NEVER] = ()
    start: Annotated[tuple[Step, ...], CLIENT, NEVER] = ()
    stop: Annotated[tuple[Step, ...], CLIENT, NEVER] = ()
    recommendations: Annotated[tuple[Step, ...], CLIENT, NEVER] = ()
    conditions: Annotated[tuple[Condition, ...], CLIENT, NEVER] = ()
    risks: Annotated[tuple[Text, ...], CARRY] = ()
    assumptions: Annotated[tuple[Assumption, ...], PUBLIC, CARRY] = ()
    lessons: Annotated[tuple[Lesson, ...], PUBLIC, CARRY] = ()
    questions: Annotated[tuple[Question, ...], NEVER] = ()
    reuse: Annotated[tuple[Reuse, ...], CARRY] = ()


class Approval(Part):
    """The client's yes to one audience, to the content with this hash."""

    audience: Annotated[Audience, PUBLIC, NEVER]
    by: Annotated[str | None, CLIENT, NEVER] = None
    date: Annotated[When, PUBLIC, NEVER]
    content_hash: Annotated[str | None, NEVER] = None
    expires: Annotated[When | None, NEVER] = None


class Consent(Part):
    """A person's yes to being named, quoted or shown, to certain readers.

    `text_hash` is that of the very text they said yes to (see `casebook.approval`).
    """

    id: Annotated[Slug, PUBLIC, NEVER]
    person: Annotated[Name, PUBLIC, NEVER]
    subject: Annotated[Literal["name", "quote", "photo", "story"], NEVER] = "quote"
    audiences: Annotated[tuple[Audience, ...], PUBLIC, NEVER] = Field(min_length=1)
    channels: Annotated[tuple[str, ...], NEVER] = ()
    given: Annotated[When, PUBLIC, NEVER]
    expires: Annotated[When | None, NEVER] = None
    withdrawn: Annotated[When | None, NEVER] = None
    text_hash: Annotated[str | None, NEVER] = None
    method: Annotated[str | None, NEVER] = None
    proof: Annotated[str | None, NEVER] = None

    def covers(self, audience: Audience) -> bool:
        """Whether it was given for this audience and not taken back. Dates are for the rules."""
        return self.withdrawn is None and audience in self.audiences


class Release(Part):
    """What must be in place before anything leaves the firm.

    `naming` says whether a public edition may name the client, must call it something else
    (`anonymised`), or is not made at all (`none`).
    """

    naming: Annotated[
        Literal["named", "anonymised", "none"],
        PUBLIC,
        ask("Må kunden nævnes: named, anonymised eller none?"),
    ] = "named"
    source: Annotated[Text | None, PUBLIC, ask("Hvad bygger casen på?")] = None
    method: Annotated[Text | None, PUBLIC, CARRY] = None
    data_role: Annotated[
        Fact[Literal["processor", "controller", "joint"]] | None,
        CLIENT,
        ask("Er huset processor, controller eller joint?"),
    ] = None
    agreement: Annotated[Fact[str] | None, NEVER] = None
    approvals: Annotated[Fact[tuple[Approval, ...]] | None, PUBLIC, NEVER] = None
    consents: Annotated[tuple[Consent, ...], NEVER] = ()
    retention: Annotated[Fact[When] | None, ask("Hvornår skal rådata slettes?")] = None

    def consent(self, of: Fact[str] | None) -> Consent | None:
        """The record of a consent that a quote refers to."""
        id = of.value if of else None
        return next((consent for consent in self.consents if consent.id == id), None)


class Engagement(Part):
    """One assignment for one client over a period: the content of one parameter file."""

    client: Annotated[Client, PUBLIC, CARRY]
    assignment: Annotated[Assignment, PUBLIC, CARRY] = Field(alias="engagement")
    participants: Annotated[tuple[Group, ...], PUBLIC, CARRY] = ()
    phases: Annotated[tuple[Phase, ...], PUBLIC, CARRY] = Field(min_length=1)
    voices: Annotated[tuple[Quote, ...], PUBLIC, NEVER] = ()
    outcomes: Annotated[Outcomes, PUBLIC, CARRY] = Outcomes()
    learning: Annotated[Learning, PUBLIC, CARRY] = Learning()
    release: Annotated[Release, PUBLIC, CARRY] = Release()

    @property
    def id(self) -> str:
        """The engagement's name: that of its parameter file."""
        return self.assignment.id

    @property
    def activities(self) -> tuple[Activity, ...]:
        """All activities in the order of the public page, then in the order of the file."""
        activities = [activity for phase in self.phases for activity in phase.activities]
        return tuple(sorted(activities, key=lambda a: a.order if a.order is not None else 999))

    @property
    def sessions(self) -> tuple[Session, ...]:
        """All sessions, by date; those without a date come last."""
        sessions = [session for activity in self.activities for session in activity.sessions]
        return tuple(sorted(sessions, key=lambda s: (_first_month(s.date), s.id)))

    @property
    def meetings(self) -> tuple[Session, ...]:
        """All sessions by date, each once, also where it is counted group by group."""
        return _once(self.sessions)

    def group(self, id: str) -> Group | None:
        """The participant group with this id."""
        return next((group for group in self.participants if group.id == id), None)

    def tools(self) -> tuple[Tool, ...]:
        """All tools of all phases whose tools are known."""
        found = [phase.tools.value for phase in self.phases if phase.tools and phase.tools.value]
        return tuple(tool for tools in found for tool in tools)


GROUPS: tuple[str, ...] = (
    "client",
    "engagement",
    "participants",
    "phases",
    "voices",
    "outcomes",
    "learning",
    "release",
)
"""The top-level names of a parameter file, and of every notebook's parameters cell."""


def to_parameters(engagement: Engagement) -> dict[str, Any]:
    """The engagement as plain values under the names of `GROUPS`: a parameter file again."""
    dumped = engagement.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    empty: dict[str, Any] = {"participants": [], "voices": []}
    return {group: dumped.get(group, empty.get(group, {})) for group in GROUPS}
