"""Who took part, and the work: phases, activities, sessions, tools, insights."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from casebook.model.marks import CARRY, CLIENT, NEVER, PUBLIC, Part, ask
from casebook.model.values import Amount, Count, Fact, Slug, Text, Weeks, When
from casebook.terms import Audience, PhaseKind


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
        return distinct(self.sessions)


def distinct(sessions: tuple[Session, ...]) -> tuple[Session, ...]:
    """Each session once, also where it is counted group by group."""
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
