"""What people said, what was claimed, observed and measured."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from casebook.model.marks import CARRY, CLIENT, NEVER, PUBLIC, Part
from casebook.model.values import Count, Fact, Name, Slug, Text, Weeks, When
from casebook.terms import Audience

WIDEST_SCALE = 100


def _ascending(scale: tuple[int, int]) -> tuple[int, int]:
    low, high = scale
    if not low < high <= low + WIDEST_SCALE:
        message = "write the lowest answer and then the highest, such as [1, 5]"
        raise PydanticCustomError("scale", message)
    return scale


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


ABOUT_EFFECT = (
    ClaimType.AMBITION,
    ClaimType.ASSUMPTION,
    ClaimType.ASSESSMENT,
    ClaimType.ACTIVITY,
    ClaimType.OUTCOME,
)
"""The claims that say or hope something about the effect; others tell what was decided or made."""


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
    answered: Annotated[Count | None, PUBLIC, NEVER] = None
    counts: Annotated[tuple[Count, ...] | None, PUBLIC, NEVER] = None
    withheld: Annotated[bool, PUBLIC, NEVER] = False

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if None not in (self.answered, self.counts) and sum(self.counts or ()) != self.answered:
            raise PydanticCustomError("counts", "counts and answered differ")
        return self


class Shift(Part):
    """How the same people answered one item in two waves: paired by anonymous key."""

    item: Annotated[str, PUBLIC, NEVER]
    before: Annotated[str, PUBLIC, NEVER]
    after: Annotated[str, PUBLIC, NEVER]
    n_before: Annotated[Count | None, PUBLIC, NEVER] = None
    n_after: Annotated[Count | None, PUBLIC, NEVER] = None
    n_pairs: Annotated[Count | None, PUBLIC, NEVER] = None
    up: Annotated[Count | None, PUBLIC, NEVER] = None
    same: Annotated[Count | None, PUBLIC, NEVER] = None
    down: Annotated[Count | None, PUBLIC, NEVER] = None
    withheld: Annotated[bool, PUBLIC, NEVER] = False

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        pairs, parts = self.n_pairs, [self.up, self.same, self.down]
        known = [part for part in parts if part is not None]
        waves = [wave for wave in (self.n_before, self.n_after) if wave is not None]
        too_many = pairs is not None and (sum(known) > pairs or any(w < pairs for w in waves))
        too_few = pairs is not None and None not in parts and sum(known) < pairs
        if too_many or too_few:
            raise PydanticCustomError("counts", "the pairs do not add up")
        return self


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
