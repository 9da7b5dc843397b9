"""An engagement and its parts: frozen values, no input or output.

A parameter file is one `Engagement`. Every field is marked with the audience it is meant for;
a field without a mark is internal. Field names are English, texts Danish (or `{da: …, en: …}`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    model_serializer,
    model_validator,
)

T_co = TypeVar("T_co", covariant=True)


class Audience(StrEnum):
    """Who reads an edition, from the widest circle to the narrowest."""

    PUBLIC = "public"
    CLIENT = "client"
    INTERNAL = "internal"

    def may_see(self, mark: Audience) -> bool:
        """Whether a reader of this audience may see what is marked with `mark`."""
        return _CIRCLE[mark] <= _CIRCLE[self]


_CIRCLE = {Audience.PUBLIC: 0, Audience.CLIENT: 1, Audience.INTERNAL: 2}


@dataclass(frozen=True)
class SeenBy:
    """The mark on a field: the widest audience its value is meant for."""

    audience: Audience


PUBLIC = SeenBy(Audience.PUBLIC)
CLIENT = SeenBy(Audience.CLIENT)


class Part(BaseModel):
    """Base of every part: frozen, and strict about names."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


# --- Values ------------------------------------------------------------------------------------

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Count = Annotated[int, Field(ge=0, strict=True)]
Year = Annotated[int, Field(ge=1900, le=2200, strict=True)]
MunicipalityCode = Annotated[str, StringConstraints(pattern=r"^\d{4}$")]

_DATE = re.compile(r"^\d{4}(-Q[1-4]|-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")


def _partial_date(text: str) -> str:
    if not _DATE.match(text):
        raise ValueError("write 2023, 2023-Q4, 2023-11 or 2023-11-14")
    return text


When = Annotated[str, AfterValidator(_partial_date)]
"""A date with the precision that is known: `2023`, `2023-Q4`, `2023-11` or `2023-11-14`."""


def _first_month(when: When | None) -> str:
    """A partial date as text that sorts: a quarter by its first month, none at the end."""
    if when is None:
        return "9999"
    year, _, quarter = when.partition("-Q")
    return f"{year}-{3 * int(quarter) - 2:02}" if quarter else when


class Text(Part):
    """A text in Danish, the master, and perhaps in English. A plain string is Danish."""

    da: Annotated[str, PUBLIC]
    en: Annotated[str | None, PUBLIC] = None

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

    state: Annotated[State, PUBLIC] = State.KNOWN
    value: Annotated[T_co | None, PUBLIC] = None
    as_of: Annotated[When | None, PUBLIC] = None
    inferred: Annotated[bool, PUBLIC] = False
    reason: str | None = None
    source: str | None = None
    audience: Audience | None = None

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
            return written["value"] if set(written) == {"value"} else written
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
    """The organisation that the engagement is for."""

    id: Annotated[Slug, PUBLIC]
    name: Annotated[str, PUBLIC]
    type: Annotated[ClientType, PUBLIC] = ClientType.MUNICIPALITY
    municipality: Annotated[Fact[MunicipalityCode] | None, PUBLIC] = None
    region: Annotated[str | None, PUBLIC] = None
    commissioner: Annotated[Fact[str] | None, CLIENT] = None
    readiness: Text | None = None


class Years(Part):
    """The years of an engagement, first and last; months are not implied."""

    start: Annotated[Year, PUBLIC]
    end: Annotated[Year | None, PUBLIC] = None


class Level(Part):
    """A level the work takes place on, such as the clusters or the whole organisation."""

    id: Annotated[Slug, PUBLIC]
    name: Annotated[Text, PUBLIC]


class Cluster(Part):
    """A mission cluster: its mission, who leads it, who facilitates it."""

    id: Annotated[Slug, PUBLIC]
    name: Annotated[Fact[Text] | None, PUBLIC] = None
    mission: Annotated[Fact[Text] | None, PUBLIC] = None
    chairship: Annotated[Fact[Text] | None, PUBLIC] = None
    facilitator: Annotated[Fact[Text] | None, PUBLIC] = None
    status: Annotated[Fact[Text] | None, CLIENT] = None


class GovernanceShift(Part):
    """What the client steers by now (`to`), and what it steered by before (`from`)."""

    before: Annotated[Text, PUBLIC] = Field(alias="from")
    after: Annotated[Text, PUBLIC] = Field(alias="to")


class CallToAction(Part):
    """The question that closes a public case, and the link under it."""

    question: Annotated[Text, PUBLIC]
    label: Annotated[Text, PUBLIC]
    url: Annotated[Fact[str] | None, PUBLIC] = None


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
    """

    id: Annotated[Slug, PUBLIC]
    title: Annotated[Text, PUBLIC]
    years: Annotated[Years, PUBLIC]
    status: Annotated[Fact[Status] | None, PUBLIC] = None
    fictional: Annotated[bool, PUBLIC] = False
    tables: Annotated[Literal["beside", "included"], PUBLIC] = "beside"
    provider: Annotated[str | None, PUBLIC] = None
    authors: Annotated[Fact[str] | None, CLIENT] = None
    version: Annotated[Fact[str] | None, CLIENT] = None
    themes: Annotated[tuple[Slug, ...], PUBLIC] = ()
    standfirst: Annotated[Text | None, PUBLIC] = None
    headline: Annotated[Text | None, PUBLIC] = None
    challenge: Annotated[Text | None, PUBLIC] = None
    help: Annotated[Text | None, PUBLIC] = None
    lead_in: Annotated[Text | None, PUBLIC] = None
    purpose: Annotated[Fact[Text] | None, CLIENT] = None
    call_to_action: Annotated[CallToAction | None, PUBLIC] = None
    levels: Annotated[tuple[Level, ...], PUBLIC] = ()
    clusters: Annotated[tuple[Cluster, ...], PUBLIC] = ()
    governance_shift: Annotated[GovernanceShift | None, PUBLIC] = None
    hours: Fact[int] | None = None
    fee: Fact[int] | None = None


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


class Group(Part):
    """A participant group. Groups may overlap: never add their sizes up."""

    id: Annotated[Slug, PUBLIC]
    label: Annotated[Text, PUBLIC]
    kind: Annotated[GroupKind, PUBLIC]
    definition: Annotated[Text | None, PUBLIC] = None
    size: Annotated[Fact[Count] | None, PUBLIC] = None
    subset_of: Annotated[Fact[Slug] | None, PUBLIC] = None
    overlaps: Annotated[Fact[tuple[Slug, ...]] | None, PUBLIC] = None


# --- Phases ------------------------------------------------------------------------------------


class PhaseKind(StrEnum):
    """A kind of work with its own notebook of the same name."""

    SEMINARS = "seminars"
    SPARRING = "sparring"
    WORKSHOPS = "workshops"
    TOOL_DESIGN = "tool_design"


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

    `invited` and `attended` are head counts; `ownership` is 0 (the consultant leads) to
    4 (internal facilitators train others).
    """

    id: Annotated[str, PUBLIC]
    activity: Annotated[Slug, PUBLIC]
    status: Annotated[SessionStatus, PUBLIC]
    date: Annotated[When | None, PUBLIC] = None
    group: Annotated[Slug | None, PUBLIC] = None
    hours: Annotated[float | None, CLIENT] = Field(default=None, ge=0)
    invited: Annotated[Fact[Count] | None, PUBLIC] = None
    attended: Annotated[Fact[Count] | None, PUBLIC] = None
    ownership: Annotated[int | None, CLIENT] = Field(default=None, ge=0, le=4)
    deviation: Annotated[str | None, CLIENT] = None


class Tool(Part):
    """A method or tool that was made or used, with its version."""

    id: Annotated[Slug, PUBLIC]
    name: Annotated[Text, PUBLIC]
    version: Annotated[str, PUBLIC] = "1"
    kind: Annotated[Text | None, PUBLIC] = None
    purpose: Annotated[Text | None, PUBLIC] = None
    changes: Text | None = None
    next: Text | None = None


class Activity(Part):
    """A planned piece of work. `text` is its line on the public page, word for word."""

    id: Annotated[Slug, PUBLIC]
    kinds: Annotated[tuple[ActivityKind, ...], PUBLIC] = Field(min_length=1)
    text: Annotated[Text, PUBLIC]
    label: Annotated[Text | None, PUBLIC] = None
    order: Annotated[Count | None, PUBLIC] = None
    groups: Annotated[Fact[tuple[Slug, ...]] | None, PUBLIC] = None
    level: Annotated[Fact[Slug] | None, PUBLIC] = None
    planned: Annotated[Fact[Count] | None, PUBLIC] = None
    rating: Annotated[int | None, Field(ge=1, le=5)] = None
    note: Text | None = None
    sessions: Annotated[tuple[Session, ...], PUBLIC] = ()


class InsightKind(StrEnum):
    """What kind of thing an insight is; a delivery says what was held, not what came of it."""

    DELIVERY = "delivery"
    INDICATOR = "indicator"
    FINDING = "finding"
    LESSON = "lesson"


class Origin(Part):
    """The notebook cell that published an insight."""

    notebook: Annotated[str, PUBLIC]
    cell: Annotated[str, PUBLIC]


class Insight(Part):
    """A typed result that a notebook cell publishes, with its evidence.

    `audiences` lists exactly who may see it. `n` of `total` is the count it rests on.
    `figure` is a figure block as JSON (see `casebook.blocks`), for what was added by hand.
    """

    key: Annotated[str, PUBLIC]
    phase: Annotated[PhaseKind, PUBLIC]
    kind: Annotated[InsightKind, PUBLIC]
    statement: Annotated[Text, PUBLIC]
    audiences: Annotated[tuple[Audience, ...], PUBLIC] = (Audience.INTERNAL,)
    added: Annotated[bool, PUBLIC] = False
    n: Annotated[int | None, PUBLIC] = None
    total: Annotated[int | None, PUBLIC] = None
    evidence_level: Annotated[int | None, Field(ge=0, le=5), PUBLIC] = None
    source: Annotated[Text | None, PUBLIC] = None
    figure: Annotated[dict[str, Any] | None, PUBLIC] = None
    origin: Origin | None = None


class Phase(Part):
    """A phase: its activities, and the insights its notebook published (None: not run)."""

    id: Annotated[Slug, PUBLIC]
    kind: Annotated[PhaseKind, PUBLIC]
    activities: Annotated[tuple[Activity, ...], PUBLIC] = Field(min_length=1)
    tools: Annotated[Fact[tuple[Tool, ...]] | None, PUBLIC] = None
    insights: Annotated[tuple[Insight, ...] | None, PUBLIC] = None


# --- Voices and outcomes -----------------------------------------------------------------------


class Quote(Part):
    """A quote, verbatim, with name and title at the time."""

    id: Annotated[Slug, PUBLIC]
    text: Annotated[Text, PUBLIC]
    name: Annotated[str, PUBLIC]
    title: Annotated[str, PUBLIC]
    organisation: Annotated[str | None, PUBLIC] = None
    date: Annotated[Fact[When] | None, PUBLIC] = None
    consent: Fact[str] | None = None
    audience: Audience = Audience.INTERNAL


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

    id: Annotated[Slug, PUBLIC]
    type: Annotated[ClaimType, PUBLIC]
    text: Annotated[Text, PUBLIC]
    said_by: Annotated[str, PUBLIC]
    evidence_level: Annotated[int, Field(ge=0, le=5), CLIENT] = 0
    audience: Audience = Audience.INTERNAL


class OutcomeKind(StrEnum):
    """What changed."""

    BEHAVIOUR = "behaviour"
    RELATIONSHIP = "relationship"
    ACTION = "action"
    POLICY = "policy"
    PRACTICE = "practice"


class Outcome(Part):
    """An observed change in what somebody does, with its source and other explanations."""

    id: Annotated[Slug, PUBLIC]
    actor: Annotated[Text, PUBLIC]
    change: Annotated[Text, PUBLIC]
    kind: Annotated[OutcomeKind, PUBLIC]
    evidence_level: Annotated[int, Field(ge=0, le=5), PUBLIC]
    when: Annotated[When | None, PUBLIC] = None
    source: Annotated[Text | None, PUBLIC] = None
    contribution: Annotated[Text | None, PUBLIC] = None
    alternatives: Annotated[tuple[Text, ...], PUBLIC] = ()
    comparison: Annotated[Text | None, PUBLIC] = None
    audience: Audience = Audience.INTERNAL


class Item(Part):
    """A survey question with its version and its scale (lowest and highest answer)."""

    id: Annotated[str, PUBLIC]
    version: Annotated[int, PUBLIC] = 1
    text: Annotated[Text, PUBLIC]
    scale: Annotated[tuple[int, int], PUBLIC]


class Wave(Part):
    """One round of a survey. `asked` counts the people who got the questions.

    In `retrospective` people say, afterwards, how it was before.
    """

    id: Annotated[Literal["before", "retrospective", "after", "followup"], PUBLIC]
    date: Annotated[When | None, PUBLIC] = None
    asked: Annotated[Fact[Count] | None, PUBLIC] = None


class Distribution(Part):
    """The answers to one item in one wave: how many gave each value of the scale.

    `counts` runs from the lowest to the highest value and is absent where the base is too
    small to show; `answered` is then absent too.
    """

    item: Annotated[str, PUBLIC]
    wave: Annotated[str, PUBLIC]
    answered: Annotated[int | None, PUBLIC] = None
    counts: Annotated[tuple[int, ...] | None, PUBLIC] = None
    withheld: Annotated[bool, PUBLIC] = False


class Shift(Part):
    """How the same people answered one item in two waves: paired by anonymous key."""

    item: Annotated[str, PUBLIC]
    before: Annotated[str, PUBLIC]
    after: Annotated[str, PUBLIC]
    n_before: Annotated[int | None, PUBLIC] = None
    n_after: Annotated[int | None, PUBLIC] = None
    n_pairs: Annotated[int | None, PUBLIC] = None
    up: Annotated[int | None, PUBLIC] = None
    same: Annotated[int | None, PUBLIC] = None
    down: Annotated[int | None, PUBLIC] = None
    withheld: Annotated[bool, PUBLIC] = False


class Survey(Part):
    """A survey. Single answers stay in the table; only their counts come in here."""

    id: Annotated[Slug, PUBLIC]
    title: Annotated[Text, PUBLIC]
    group: Annotated[Slug | None, PUBLIC] = None
    items: Annotated[tuple[Item, ...], PUBLIC] = Field(min_length=1)
    waves: Annotated[tuple[Wave, ...], PUBLIC] = Field(min_length=1)
    distributions: Annotated[tuple[Distribution, ...], PUBLIC] = ()
    shifts: Annotated[tuple[Shift, ...], PUBLIC] = ()


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

    tool: Annotated[Slug, PUBLIC]
    unit: Annotated[str, CLIENT] = ""
    date: Annotated[When, PUBLIC]
    level: Annotated[UseLevel, PUBLIC]
    note: str | None = None


class Outcomes(Part):
    """What is claimed, what was measured, and how far tools are in use."""

    claims: Annotated[tuple[Claim, ...], PUBLIC] = ()
    observed: Annotated[tuple[Outcome, ...], PUBLIC] = ()
    surveys: Annotated[tuple[Survey, ...], PUBLIC] = ()
    tool_use: Annotated[tuple[ToolUse, ...], CLIENT] = ()


# --- Learning and release ----------------------------------------------------------------------


class Step(Part):
    """Something to keep or change, with who does it and by when."""

    text: Annotated[Text, PUBLIC]
    owner: Annotated[Fact[str] | None, CLIENT] = None
    due: Annotated[Fact[When] | None, CLIENT] = None
    audience: Audience = Audience.INTERNAL


class ConditionKind(StrEnum):
    """The five kinds of conditions for success that the OECD's OPSI asks for."""

    INFRASTRUCTURE = "infrastructure"
    POLICY = "policy"
    LEADERSHIP = "leadership"
    RESOURCES = "resources"
    VALUES = "values"


class Condition(Step):
    """Something that success depends on, and which of the five kinds it is."""

    kind: Annotated[ConditionKind | None, PUBLIC] = None


class Assumption(Part):
    """Something the work rested on, and whether it held."""

    text: Annotated[Text, PUBLIC]
    verdict: Annotated[Literal["held", "broke", "unknown"], PUBLIC] = "unknown"
    note: Annotated[Text | None, PUBLIC] = None
    audience: Audience = Audience.INTERNAL


class LessonType(StrEnum):
    """What kind of lesson it is."""

    SUSTAIN = "sustain"
    IMPROVE = "improve"
    START = "start"
    STOP = "stop"
    CONDITION = "condition"
    PITFALL = "pitfall"


class Maturity(StrEnum):
    """How much a lesson rests on: one engagement, two or more, three or more and approved."""

    OBSERVATION = "observation"
    PATTERN = "pattern"
    RECOMMENDATION = "recommendation"
    RETIRED = "retired"


class Lesson(Part):
    """A lesson with what it rests on, when it holds, and what speaks against it.

    `support` names the engagements it rests on; `approved` says who in the firm made it a
    recommendation.
    """

    id: Annotated[Slug, PUBLIC]
    statement: Annotated[Text, PUBLIC]
    type: Annotated[LessonType, PUBLIC]
    maturity: Annotated[Maturity, PUBLIC] = Maturity.OBSERVATION
    support: tuple[Slug, ...] = ()
    approved: Fact[str] | None = None
    themes: Annotated[tuple[Slug, ...], PUBLIC] = ()
    condition: Annotated[Text | None, PUBLIC] = None
    counter_evidence: Annotated[Text | None, PUBLIC] = None
    audience: Audience = Audience.INTERNAL


class Question(Part):
    """Something that is not known yet, and whom to ask."""

    text: Annotated[Text, PUBLIC]
    ask: Text | None = None


class Reuse(Part):
    """Something the next municipality can use: copied, adapted, or as inspiration."""

    what: Annotated[Text, PUBLIC]
    mode: Annotated[Literal["copy", "adapt", "inspire"], PUBLIC]
    core: Annotated[bool, PUBLIC] = False
    note: Annotated[Text | None, PUBLIC] = None


class Learning(Part):
    """The after-action review, and what others can learn from it."""

    planned: Text | None = None
    happened: Text | None = None
    why: Text | None = None
    sustain: Annotated[tuple[Step, ...], CLIENT] = ()
    improve: Annotated[tuple[Step, ...], CLIENT] = ()
    start: Annotated[tuple[Step, ...], CLIENT] = ()
    stop: Annotated[tuple[Step, ...], CLIENT] = ()
    recommendations: Annotated[tuple[Step, ...], CLIENT] = ()
    conditions: Annotated[tuple[Condition, ...], CLIENT] = ()
    risks: tuple[Text, ...] = ()
    assumptions: Annotated[tuple[Assumption, ...], PUBLIC] = ()
    lessons: Annotated[tuple[Lesson, ...], PUBLIC] = ()
    questions: tuple[Question, ...] = ()
    reuse: tuple[Reuse, ...] = ()


class Approval(Part):
    """The client's yes to one audience."""

    audience: Annotated[Audience, PUBLIC]
    by: Annotated[str | None, CLIENT] = None
    date: Annotated[When, PUBLIC]


class Release(Part):
    """What must be in place before anything leaves the firm."""

    naming: Annotated[Literal["named", "anonymised", "none"], PUBLIC] = "named"
    source: Annotated[Text | None, PUBLIC] = None
    method: Annotated[Text | None, PUBLIC] = None
    data_role: Annotated[Fact[Literal["processor", "controller", "joint"]] | None, CLIENT] = None
    agreement: Fact[str] | None = None
    approvals: Annotated[Fact[tuple[Approval, ...]] | None, PUBLIC] = None
    retention: Fact[When] | None = None


class Engagement(Part):
    """One assignment for one client over a period: the content of one parameter file."""

    client: Annotated[Client, PUBLIC]
    assignment: Annotated[Assignment, PUBLIC] = Field(alias="engagement")
    participants: Annotated[tuple[Group, ...], PUBLIC] = ()
    phases: Annotated[tuple[Phase, ...], PUBLIC] = Field(min_length=1)
    voices: Annotated[tuple[Quote, ...], PUBLIC] = ()
    outcomes: Annotated[Outcomes, PUBLIC] = Outcomes()
    learning: Annotated[Learning, PUBLIC] = Learning()
    release: Annotated[Release, PUBLIC] = Release()

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
