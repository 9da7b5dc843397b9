"""An engagement: the content of one parameter file."""

from typing import Annotated, Any

from pydantic import Field

from casebook.model.assignment import Assignment, Client
from casebook.model.learning import Learning
from casebook.model.marks import CARRY, NEVER, PUBLIC, Part
from casebook.model.outcomes import Outcomes, Quote
from casebook.model.programme import Activity, Group, Phase, Session, Tool, distinct
from casebook.model.release import Release
from casebook.model.values import first_month


class Engagement(Part):
    """One assignment for one client over a period: the content of one parameter file."""

    client: Annotated[Client, PUBLIC, CARRY]
    assignment: Annotated[Assignment, PUBLIC, CARRY] = Field(alias="engagement")
    participants: Annotated[tuple[Group, ...], PUBLIC, CARRY] = ()
    phases: Annotated[tuple[Phase, ...], PUBLIC, CARRY] = Field(min_length=1)
    voices: Annotated[tuple[Quote, ...], PUBLIC, NEVER] = ()
    outcomes: Annotated[Outcomes, PUBLIC, CARRY] = Outcomes.model_construct()
    learning: Annotated[Learning, PUBLIC, CARRY] = Learning.model_construct()
    release: Annotated[Release, PUBLIC, CARRY] = Release.model_construct()

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
        return tuple(sorted(sessions, key=lambda s: (first_month(s.date), s.id)))

    @property
    def meetings(self) -> tuple[Session, ...]:
        """All sessions by date, each once, also where it is counted group by group."""
        return distinct(self.sessions)

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
