"""Insights that several phases make: what was held, and who came."""

from __future__ import annotations

from casebook.indicators import reach as reach_indicator
from casebook.indicators.delivery import Delivery
from casebook.indicators.delivery import measure as deliveries
from casebook.indicators.reach import Reach
from casebook.model import (
    Activity,
    Engagement,
    Insight,
    InsightKind,
    PhaseKind,
    SessionStatus,
    State,
    Text,
)
from casebook.text import Words

DANISH, ENGLISH = Words("da"), Words("en")


def both(key: str, **values: object) -> Text:
    """The same words in every language; a `Text` among the values is put in each language."""
    said = {
        words.language: words(
            key, **{k: words.text(v) if isinstance(v, Text) else v for k, v in values.items()}
        )
        for words in (DANISH, ENGLISH)
    }
    return Text(da=said["da"], en=said["en"])


def of_phase(engagement: Engagement, kind: PhaseKind) -> Engagement:
    """The engagement with one kind of phase only, the groups it was for and its lessons."""
    phases = tuple(phase for phase in engagement.phases if phase.kind is kind)
    found = [activity for phase in phases for activity in phase.activities]
    named = {id for a in found if a.groups for id in a.groups.value or ()}
    named |= {session.group for a in found for session in a.sessions if session.group}
    groups = tuple(group for group in engagement.participants if group.id in named)
    lessons = tuple(one for one in engagement.learning.lessons if one.phase is kind)
    learning = engagement.learning.model_copy(update={"lessons": lessons})
    update = {"phases": phases, "participants": groups, "learning": learning}
    return engagement.model_copy(update=update)


def activities(engagement: Engagement, kind: PhaseKind) -> tuple[Activity, ...]:
    """The activities of the phases of one kind."""
    phases = [phase for phase in engagement.phases if phase.kind is kind]
    return tuple(activity for phase in phases for activity in phase.activities)


def delivered(engagement: Engagement, kind: PhaseKind) -> tuple[Insight, ...]:
    """Held against planned, activity by activity; where it is not known, that."""
    values = {value.subject: value for value in deliveries(engagement)}
    return tuple(
        _delivered(engagement, kind, activity, values[activity.id])
        for activity in activities(engagement, kind)
    )


def _delivered(
    engagement: Engagement, kind: PhaseKind, activity: Activity, value: Delivery
) -> Insight:
    what = activity.label or activity.text
    if value.n is None:
        said = both("insight.held_unknown", what=what)
    elif value.total is None:
        said = both("insight.held", what=what, n=value.n)
    elif value.n > value.total:
        said = both("insight.held_more", what=what, held=value.n, n=value.total)
    else:
        said = both("insight.held_of", what=what, held=value.n, n=value.total)
    return Insight(
        key=f"{kind}-held-{activity.id}",
        phase=kind,
        kind=InsightKind.DELIVERY,
        statement=said,
        n=value.n,
        total=value.total,
        source=engagement.release.source,
    )


def reached(engagement: Engagement, kind: PhaseKind) -> tuple[Insight, ...]:
    """Who came, group by group, for the groups that this phase's held sessions name."""
    sessions = [s for a in activities(engagement, kind) for s in a.sessions]
    groups = {s.group for s in sessions if s.status is SessionStatus.HELD}
    values = [value for value in reach_indicator.measure(engagement) if value.subject in groups]
    return tuple(_reached(engagement, kind, value) for value in values)


def _reached(engagement: Engagement, kind: PhaseKind, value: Reach) -> Insight:
    group = engagement.group(value.subject)
    label = group.label if group else Text(da=value.subject)
    if value.low is None:
        key = "insight.reach_withheld" if value.state is State.WITHHELD else "insight.reach_unknown"
        said = both(key, group=label)
    elif value.n is None:
        said = both(
            "insight.reach_between", group=label, low=value.low, high=value.high or value.low
        )
    elif value.total is None:
        said = both("insight.reach", group=label, n=value.n)
    else:
        said = both("insight.reach_of", group=label, n=value.n, total=value.total)
    return Insight(
        key=f"{kind}-reach-{value.subject}",
        phase=kind,
        kind=InsightKind.INDICATOR if value.low is not None else InsightKind.FINDING,
        statement=said,
        n=value.n,
        total=value.total,
        source=engagement.release.source,
    )
