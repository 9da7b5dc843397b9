"""Workshops: what was held, who came, who led, and whether people feel surer afterwards."""

from __future__ import annotations

from casebook.indicators import actors_mobilised, shift
from casebook.indicators import ownership as ownership_indicator
from casebook.indicators.actors_mobilised import Mobilised
from casebook.indicators.shift import Change
from casebook.model import Engagement, Insight, InsightKind, PhaseKind, Survey, Text
from casebook.phases.common import both, delivered, of_phase, reached
from casebook.text import slug

_TOLD = {"before-after": "workshops-change", "after-followup": "workshops-followup"}
"""The changes that are told, by timing, each with the beginning of its insight's key."""


def insights(engagement: Engagement) -> tuple[Insight, ...]:
    """What the workshops amount to."""
    kind = PhaseKind.WORKSHOPS
    found = [change for change in shift.measure(engagement) if change.timing in _TOLD]
    changes = [change for change in found if change.after == "after" or change.n is not None]
    return (
        delivered(engagement, kind)
        + reached(engagement, kind)
        + _ownership(engagement)
        + _mobilised(engagement)
        + tuple(_change(engagement, change) for change in changes)
    )


def _ownership(engagement: Engagement) -> tuple[Insight, ...]:
    """Who led the workshops; what was led elsewhere is another phase's."""
    (value,) = ownership_indicator.measure(of_phase(engagement, PhaseKind.WORKSHOPS))
    if value.n is None:
        return ()
    return (
        Insight(
            key="workshops-ownership",
            phase=PhaseKind.WORKSHOPS,
            kind=InsightKind.INDICATOR,
            statement=both("insight.ownership", led=value.n, n=value.total),
            n=value.n,
            total=value.total,
            source=engagement.release.source,
        ),
    )


def _mobilised(engagement: Engagement) -> tuple[Insight, ...]:
    """How many actors work together, sector by sector, and how many did at the baseline."""
    found = [value for value in actors_mobilised.measure(engagement) if value.n is not None]
    return tuple(
        Insight(
            key=f"workshops-actors-{slug(value.subject)}",
            phase=PhaseKind.WORKSHOPS,
            kind=InsightKind.INDICATOR,
            statement=together(value),
            adverse=(value.change or 0) < 0,
            n=value.n,
            total=value.total,
            source=engagement.release.source,
        )
        for value in found
    )


def together(value: Mobilised) -> Text:
    """How many actors of a sector work together, for a value that has a count."""
    counts = {"sector": Text(da=value.subject), "together": value.n, "n": value.total}
    if value.before is None:
        return both("insight.actors", **counts)
    return both("insight.actors_since", **counts, before=value.before)


def _change(engagement: Engagement, change: Change) -> Insight:
    survey = next(s for s in engagement.outcomes.surveys if s.id == change.survey)
    fell = change.fell
    return Insight(
        key=f"{_TOLD[change.timing]}-{change.survey}-{change.item.lower()}",
        phase=PhaseKind.WORKSHOPS,
        kind=InsightKind.INDICATOR if change.n is not None else InsightKind.FINDING,
        statement=_said(_question(survey, change.item), change),
        adverse=fell,
        n=change.down if fell else change.n,
        total=change.total,
        source=survey.title,
    )


def _said(question: Text, change: Change) -> Text:
    """Which way more people went; the other way too, where it may be shown."""
    if change.n is None:
        return both("insight.change_withheld", item=question)
    way = "" if change.down is None else "_down" if change.fell else "_up"
    counts = {"item": question, "up": change.n, "down": change.down, "n": change.total}
    if change.after == "followup":
        return both(f"insight.followup{way}", **counts)
    return both(f"insight.change{way}", **counts)


def _question(survey: Survey, item: str) -> Text:
    return next(found.text for found in survey.items if found.id == item)
