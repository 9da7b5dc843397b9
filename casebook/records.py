"""An engagement as rows of the tables in `casebook.columns`. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from casebook.indicators import INDICATORS, delivery, maintenance, tools_in_use
from casebook.indicators.answered import Answered
from casebook.indicators.shift import Change
from casebook.indicators.value import Value
from casebook.model import Activity, Audience, Engagement, Fact, Insight, Session, Text

Row = dict[str, Any]


# --- One row for … -----------------------------------------------------------------------------


def _engagements(engagement: Engagement, _: Sequence[Insight]) -> Iterator[Row]:
    assignment, client = engagement.assignment, engagement.client
    yield {
        "client": client.name,
        "client_type": client.type.value,
        "municipality": _plain(client.municipality),
        "region": client.region,
        "title": assignment.title.da,
        "start_year": assignment.years.start,
        "end_year": assignment.years.end,
        "status": _plain(assignment.status),
        "fictional": int(assignment.fictional),
        "themes": _listed(assignment.themes),
        "hours": _plain(assignment.hours),
        "naming": engagement.release.naming,
    }


def _activities(engagement: Engagement, _: Sequence[Insight]) -> Iterator[Row]:
    held = {value.subject: value for value in delivery.measure(engagement)}
    phases = {a.id: phase.kind.value for phase in engagement.phases for a in phase.activities}
    for activity in engagement.activities:
        yield {
            "activity": activity.id,
            "phase": phases[activity.id],
            "formats": _listed(kind.value for kind in activity.kinds),
            "text": (activity.label or activity.text).da,
            "groups": _listed(activity.groups.value or () if activity.groups else ()),
            "group_kinds": _listed(_kinds(engagement, activity)),
            "level": _plain(activity.level),
            "planned": held[activity.id].total,
            "held": held[activity.id].n,
            "deviations": " · ".join(held[activity.id].deviations) or None,
            "rating": activity.rating,
            "note": _said(activity.note),
        }


def _sessions(engagement: Engagement, _: Sequence[Insight]) -> Iterator[Row]:
    for activity in engagement.activities:
        for session in activity.sessions:
            yield {"activity": activity.id, **_session(engagement, session)}


def _session(engagement: Engagement, session: Session) -> Row:
    group = engagement.group(session.group or "")
    return {
        "session": session.id,
        "status": session.status.value,
        "date": session.date,
        "audience_group": session.group,
        "group_kind": group.kind.value if group else None,
        "invited": _plain(session.invited),
        "attended": _plain(session.attended),
        "hours": session.hours,
        "ownership": session.ownership,
        "deviation": session.deviation,
    }


def _tools(engagement: Engagement, _: Sequence[Insight]) -> Iterator[Row]:
    use = {value.subject: value for value in tools_in_use.measure(engagement)}
    later = {value.subject: value for value in maintenance.measure(engagement)}
    for tool in engagement.tools():
        used, kept = use.get(tool.id), later.get(tool.id)
        yield {
            "tool": tool.id,
            "name": tool.name.da,
            "version": tool.version,
            "kind": _said(tool.kind),
            "purpose": _said(tool.purpose),
            "units": used.total if used else None,
            "used": used.n if used else None,
            "embedded": used.embedded if used else None,
            "later_units": kept.total if kept else None,
            "later_used": kept.n if kept else None,
            "changes": _said(tool.changes),
            "next": _said(tool.next),
        }


def _claims(engagement: Engagement, _: Sequence[Insight]) -> Iterator[Row]:
    for claim in engagement.outcomes.claims:
        yield {
            "claim": claim.id,
            "kind": "claim",
            "type": claim.type.value,
            "text": claim.text.da,
            "said_by": claim.said_by,
            "evidence_level": claim.evidence_level,
            "date": None,
            "source": _said(engagement.release.source),
            "contribution": None,
            "alternatives": None,
            "audience": claim.audience.value,
        }
    for outcome in engagement.outcomes.observed:
        yield {
            "claim": outcome.id,
            "kind": "outcome",
            "type": outcome.kind.value,
            "text": f"{outcome.actor.da}: {outcome.change.da}",
            "said_by": None,
            "evidence_level": outcome.evidence_level,
            "date": outcome.when,
            "source": _said(outcome.source),
            "contribution": _said(outcome.contribution),
            "alternatives": " · ".join(text.da for text in outcome.alternatives) or None,
            "audience": outcome.audience.value,
        }


def _lessons(engagement: Engagement, _: Sequence[Insight]) -> Iterator[Row]:
    for lesson in engagement.learning.lessons:
        yield {
            "lesson": lesson.id,
            "type": lesson.type.value,
            "statement": lesson.statement.da,
            "claimed_maturity": lesson.maturity.value,
            "maturity": None,
            "support": _listed(lesson.support),
            "phase": lesson.phase and lesson.phase.value,
            "themes": _listed(lesson.themes),
            "condition": _said(lesson.condition),
            "counter_evidence": _said(lesson.counter_evidence),
            "audience": lesson.audience.value,
        }


def _insights(_: Engagement, insights: Sequence[Insight]) -> Iterator[Row]:
    for position, insight in enumerate(insights):
        yield {
            "position": position,
            "key": insight.key,
            "phase": insight.phase.value,
            "kind": insight.kind.value,
            "statement": insight.statement.da,
            "n": insight.n,
            "total": insight.total,
            "evidence_level": insight.evidence_level,
            "source": _said(insight.source),
            "audience": _widest(insight.audiences),
            "added": int(insight.added),
            "notebook": insight.origin.notebook if insight.origin else None,
            "cell": insight.origin.cell if insight.origin else None,
        }


def _indicators(engagement: Engagement, _: Sequence[Insight]) -> Iterator[Row]:
    for name, measure in INDICATORS.items():
        for value in measure(engagement):
            yield {"indicator": name, **_value(value)}


def _value(value: Value) -> Row:
    interval = value.interval
    asked = value if isinstance(value, (Answered, Change)) else None
    timing = value.wave if isinstance(value, Answered) else None
    if isinstance(value, Change):
        timing = value.timing
    return {
        "subject": value.subject,
        "n": value.n,
        "total": value.total,
        "low": value.low,
        "high": value.high,
        "state": value.state.value,
        "share": value.share,
        "interval_low": interval.low if interval else None,
        "interval_high": interval.high if interval else None,
        "p_value": value.p_value if isinstance(value, Change) else None,
        "method": value.method.value,
        "date": value.date,
        "source": _said(value.source),
        "item": asked.item if asked else None,
        "item_version": value.version if isinstance(value, Answered) else None,
        "timing": timing,
    }


# --- Plain cells -------------------------------------------------------------------------------


def _plain(fact: Fact[Any] | None) -> Any:
    return fact.value if fact else None


def _said(text: Text | None) -> str | None:
    return text.da if text else None


def _listed(words: Iterable[str]) -> str:
    return " ".join(words)


def _kinds(engagement: Engagement, activity: Activity) -> Iterator[str]:
    ids = activity.groups.value or () if activity.groups else ()
    yield from dict.fromkeys(group.kind.value for group in map(engagement.group, ids) if group)


def _widest(audiences: Sequence[Audience]) -> str:
    return next((a.value for a in Audience if a in audiences), Audience.INTERNAL.value)


def rows(engagement: Engagement, insights: Sequence[Insight]) -> dict[str, list[Row]]:
    """The rows of an engagement in every table, by the table's name."""
    return {
        name: [{"engagement": engagement.id, **row} for row in rows_of(engagement, insights)]
        for name, rows_of in _ROWS.items()
    }


_ROWS: Mapping[str, Callable[[Engagement, Sequence[Insight]], Iterator[Row]]] = {
    "engagements": _engagements,
    "activities": _activities,
    "sessions": _sessions,
    "indicators": _indicators,
    "tools": _tools,
    "claims": _claims,
    "lessons": _lessons,
    "insights": _insights,
}
