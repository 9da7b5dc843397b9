"""The after-action review, and lessons for others."""

from enum import StrEnum
from typing import Annotated, Literal

from casebook.model.assignment import Theme
from casebook.model.marks import CARRY, CLIENT, NEVER, PUBLIC, Part
from casebook.model.values import Fact, Slug, Text, When
from casebook.terms import Audience, PhaseKind


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
    recommendation. `phase` is the kind of work in which it was noted.
    """

    id: Annotated[Slug, PUBLIC, CARRY]
    statement: Annotated[Text, PUBLIC, CARRY]
    type: Annotated[LessonType, PUBLIC, CARRY]
    maturity: Annotated[Maturity, PUBLIC, CARRY] = Maturity.OBSERVATION
    support: Annotated[tuple[Slug, ...], NEVER] = ()
    approved: Annotated[Fact[str] | None, NEVER] = None
    phase: Annotated[PhaseKind | None, PUBLIC, CARRY] = None
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
