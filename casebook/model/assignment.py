"""The client, and what the assignment is."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from casebook.model.marks import CARRY, CLIENT, NEVER, PUBLIC, Part, ask
from casebook.model.values import Count, Fact, MunicipalityCode, Names, Slug, Text, Year


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
