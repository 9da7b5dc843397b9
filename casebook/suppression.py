"""Small numbers: which counts are withheld, so that none of them can be computed from the rest.

Two kinds of number, two rules. Head counts of 1 to 4 are hidden from the public. Answers need
a base: ten for the public, five for the client and inside the firm; between five and nine
answers no distribution is shown, and a change only as "x of n rose".

A count that is hidden can come back as a total less what is shown beside it. So it takes other
counts with it, until every such remainder is nobody or large enough. Who was invited and did
not come is no group: those who were there know, and without it no attendance could be told.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from casebook.model import (
    Audience,
    Distribution,
    Engagement,
    Fact,
    Group,
    Insight,
    Phase,
    Session,
    Shift,
    State,
    Survey,
    Wave,
)

K = TypeVar("K", bound=Hashable)

SMALL_GROUP = 5
"""Head counts below this are hidden from the public; so are remainders below it."""

DISTRIBUTION_BASE = 10
"""The least number of answers that a distribution, a median or a percentage needs."""

ANSWER_BASE = {Audience.PUBLIC: 10, Audience.CLIENT: 5, Audience.INTERNAL: 5}
"""The least number of answers that may be shown at all."""


def is_small(n: int | None, total: int | None, audience: Audience) -> bool:
    """Whether a finding rests on so few people that an audience could tell who they are."""
    base = total if total is not None else n
    few = audience is Audience.PUBLIC and n is not None and 0 < n < SMALL_GROUP
    return few or (base is not None and 0 < base < ANSWER_BASE[audience])


# --- The rule ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Relations(Generic[K]):
    """How counts relate to each other.

    `within` names for a count every other count that it is a part of, `overlap` those that
    are known to share people with it. All others may be apart.
    """

    within: Mapping[K, Collection[K]]
    overlap: Mapping[K, Collection[K]] = field(default_factory=dict)

    def apart(self, one: K, other: K) -> bool:
        """Whether two counts may have nobody in common."""
        return not (
            one in self.within.get(other, ())
            or other in self.within.get(one, ())
            or one in self.overlap.get(other, ())
            or other in self.overlap.get(one, ())
        )


def withheld(counts: Mapping[K, int], relations: Relations[K], least: int) -> frozenset[K]:
    """The keys of `counts` that may not be shown.

    Counts from 1 to `least - 1` are withheld. Where a whole less some shown parts would leave
    as few, the smallest of these parts goes too, until there is no such remainder. Parts that
    are not known to overlap are taken to be apart, because a reader may know that they are.
    """
    hidden = {key for key, n in counts.items() if 0 < n < least}
    while found := _telling(counts, relations, hidden, least):
        hidden.add(min(found, key=lambda key: counts[key]))
    return frozenset(hidden)


def _telling(
    counts: Mapping[K, int], relations: Relations[K], hidden: set[K], least: int
) -> tuple[K, ...]:
    """Shown parts that, taken from their shown whole, leave a small remainder; as few as can be."""
    shown = [key for key, n in counts.items() if n and key not in hidden]
    found = []
    for whole in shown:
        parts = [key for key in shown if whole in relations.within.get(key, ())]
        found.append(_fewest(counts, relations, parts, (counts[whole], least)))
    return min(filter(None, found), key=len, default=())


def _fewest(
    counts: Mapping[K, int], relations: Relations[K], parts: Sequence[K], left: tuple[int, int]
) -> tuple[K, ...] | None:
    """The fewest parts apart from each other that leave 1 to least - 1 of a whole."""
    whole, least = left
    sums = [sum(counts[part] for part in parts[at:]) for at in range(len(parts) + 1)]

    @functools.cache
    def choose(at: int, rest: int, barred: frozenset[K]) -> tuple[K, ...] | None:
        if 0 < rest < least:
            return ()
        if rest <= 0 or rest - sums[at] >= least:
            return None
        part, later = parts[at], parts[at + 1 :]
        passed = choose(at + 1, rest, barred - {part})
        if part in barred:
            return passed
        bars = frozenset(other for other in later if not relations.apart(part, other))
        taken = choose(at + 1, rest - counts[part], barred | bars)
        found = [passed, None if taken is None else (part, *taken)]
        return min((way for way in found if way is not None), key=len, default=None)

    return choose(0, whole, frozenset())


# --- The rule on an engagement -----------------------------------------------------------------


def suppress(engagement: Engagement, audience: Audience) -> Engagement:
    """The engagement with the small numbers withheld that `audience` may not see."""
    groups = engagement.participants
    relations = Relations(_within(groups), _overlaps(groups))
    small: frozenset[str] = frozenset()
    if audience is Audience.PUBLIC:
        small = _small_groups(engagement, relations)
    surveys = tuple(
        _without_small_asked(survey, small) if audience is Audience.PUBLIC else survey
        for survey in _answers(engagement.outcomes.surveys, relations, audience)
    )
    closed = _closed_sessions(engagement, relations, small) if audience is Audience.PUBLIC else {}
    unreached = _reached(groups, relations, closed) if audience is Audience.PUBLIC else frozenset()
    return engagement.model_copy(
        update={
            "participants": tuple(_group(group, small, unreached) for group in groups),
            "phases": tuple(_phase(phase, closed, audience) for phase in engagement.phases),
            "outcomes": engagement.outcomes.model_copy(update={"surveys": surveys}),
        }
    )


def _overlaps(groups: Sequence[Group]) -> Mapping[str, Collection[str]]:
    return {group.id: (group.overlaps.value or ()) for group in groups if group.overlaps}


def _within(groups: Sequence[Group]) -> Mapping[str, Collection[str]]:
    """For each group the groups it lies in, directly or through others."""
    whole = {group.id: group.subset_of.value for group in groups if group.subset_of}
    found: dict[str, list[str]] = {}
    for group in groups:
        around: list[str] = []
        at = whole.get(group.id)
        while at is not None and at not in (group.id, *around):
            around.append(at)
            at = whole.get(at)
        found[group.id] = around
    return found


# --- Head counts -------------------------------------------------------------------------------

_HEAD_COUNTS = ("invited", "attended")

Row = tuple[str, ...]
"""A session and its group; or a survey, its group, and what was asked when."""


def _value(fact: Fact[int] | None) -> int:
    return (fact.value or 0) if fact else 0


def _hide(fact: Fact[int] | None) -> Fact[int] | None:
    return Fact[int](state=State.WITHHELD) if fact is not None and fact.known else fact


def _small_groups(engagement: Engagement, relations: Relations[str]) -> frozenset[str]:
    """The groups of which no head count may be shown: neither the size nor who came.

    A group without a size counts as large as the most people of it on record: everybody may
    have been invited.
    """
    most: dict[str, int] = {group.id: _value(group.size) for group in engagement.participants}
    for session in engagement.sessions:
        group = session.group
        if group in most and not _value(_size(engagement, group)):
            heads = (_value(getattr(session, name)) for name in _HEAD_COUNTS)
            most[group] = max(most[group], *heads)
    return withheld(most, relations, SMALL_GROUP)


def _size(engagement: Engagement, group: str) -> Fact[int] | None:
    found = engagement.group(group)
    return found.size if found else None


def _reached(
    groups: Sequence[Group], relations: Relations[str], closed: Mapping[Row, Collection[str]]
) -> frozenset[str]:
    """The groups whose persons reached may not be shown.

    Where who came to a session is withheld, the persons reached could tell it, of the group and
    of every group around it.
    """
    counts = {group.id: _value(group.reached) for group in groups if group.reached}
    hidden = set(withheld(counts, relations, SMALL_GROUP))
    hidden |= {row[1] for row, names in closed.items() if "attended" in names}
    return frozenset(hidden.union(*(relations.within.get(group, ()) for group in hidden)))


def _group(group: Group, small: Collection[str], unreached: Collection[str]) -> Group:
    update: dict[str, Any] = {}
    if _value(group.reached) < SMALL_GROUP or group.id in unreached:
        update["dose"] = None
    if group.id in small:
        update["size"] = _hide(group.size)
    if group.id in small or group.id in unreached:
        update["reached"] = _hide(group.reached)
    return group.model_copy(update=update)


def _closed_sessions(
    engagement: Engagement, relations: Relations[str], small: Collection[str]
) -> dict[Row, set[str]]:
    """Session and group → the head counts that are withheld."""
    closed: dict[Row, set[str]] = {_row(session): set() for session in engagement.sessions}
    for name in _HEAD_COUNTS:
        for event in _events(engagement.sessions):
            counts = {_row(session): _value(getattr(session, name)) for session in event}
            hidden = withheld(counts, _relations(counts, relations), SMALL_GROUP)
            for row in (row for row in counts if row in hidden or row[1] in small):
                closed[row].add(name)
    return closed


def _relations(rows: Collection[Row], relations: Relations[str]) -> Relations[Row]:
    """Counts of the same thing relate to each other as their groups do.

    A count is named by where it stands, by its group, and by what it counts, if that differs.
    """

    def of(groups: Mapping[str, Collection[str]]) -> dict[Row, list[Row]]:
        return {
            row: [o for o in rows if o[1] in groups.get(row[1], ()) and o[2:] == row[2:]]
            for row in rows
        }

    return Relations(of(relations.within), of(relations.overlap))


def _row(session: Session) -> Row:
    return session.id, session.group or ""


def _events(sessions: Iterable[Session]) -> list[list[Session]]:
    """Sessions of one activity on one date: the same event, counted group by group."""
    events: dict[object, list[Session]] = {}
    for session in sessions:
        events.setdefault((session.activity, session.date or session.id), []).append(session)
    return list(events.values())


def _phase(phase: Phase, closed: Mapping[Row, Collection[str]], audience: Audience) -> Phase:
    activities = tuple(
        activity.model_copy(
            update={
                "sessions": tuple(_session(s, closed.get(_row(s), ())) for s in activity.sessions)
            }
        )
        for activity in phase.activities
    )
    insights = phase.insights and tuple(_insight(one, audience) for one in phase.insights)
    return phase.model_copy(update={"activities": activities, "insights": insights})


def _session(session: Session, closed: Collection[str]) -> Session:
    hidden = {name: _hide(getattr(session, name)) for name in closed}
    return session.model_copy(update=hidden) if hidden else session


def _insight(insight: Insight, audience: Audience) -> Insight:
    """What was added by hand may rest on few answers: then the count is left out."""
    base = insight.total if insight.total is not None else insight.n
    few = base is not None and base < ANSWER_BASE[audience]
    alone = audience is Audience.PUBLIC and 0 < (insight.n or 0) < SMALL_GROUP
    if not insight.added or not (few or alone):
        return insight
    return insight.model_copy(update={"n": None, "total": None})


def _without_small_asked(survey: Survey, small: Collection[str]) -> Survey:
    waves = tuple(
        wave.model_copy(update={"asked": _hide(wave.asked)})
        if survey.group in small or _few_asked(wave)
        else wave
        for wave in survey.waves
    )
    return survey.model_copy(update={"waves": waves})


def _few_asked(wave: Wave) -> bool:
    return 0 < _value(wave.asked) < SMALL_GROUP


# --- Answers -----------------------------------------------------------------------------------


def _answers(
    surveys: Sequence[Survey], relations: Relations[str], audience: Audience
) -> Iterator[Survey]:
    """The surveys with every base that is too small withheld, alone or beside another group's."""
    asked: dict[Row, int] = {
        (s.id, s.group or "", d.item, d.wave): d.answered or 0
        for s in surveys
        for d in s.distributions
    }
    paired: dict[Row, int] = {
        (s.id, s.group or "", t.item, t.before, t.after): t.n_pairs or 0
        for s in surveys
        for t in s.shifts
    }
    closed = _closed_answers(asked, relations, audience) | _closed_answers(
        paired, relations, audience
    )
    for survey in surveys:
        own = {place[2:] for place in closed if place[:2] == (survey.id, survey.group or "")}
        update = {
            "distributions": tuple(
                _no_answers(d) if (d.item, d.wave) in own else _distribution(d, audience)
                for d in survey.distributions
            ),
            "shifts": tuple(_shift(shift, audience, own) for shift in survey.shifts),
        }
        yield survey.model_copy(update=update)


def _closed_answers(
    counts: Mapping[Row, int], groups: Relations[str], audience: Audience
) -> frozenset[Row]:
    """Answers that would tell, beside those of a larger group, how a few others answered.

    Distributions can be subtracted from each other, so that what is left needs the base of a
    distribution too.
    """
    least, relations = ANSWER_BASE[audience], _relations(counts, groups)
    small = withheld(counts, relations, least)
    large = {p: n for p, n in counts.items() if n >= DISTRIBUTION_BASE and p not in small}
    return small | withheld(large, relations, DISTRIBUTION_BASE)


def _no_answers(found: Distribution) -> Distribution:
    return found.model_copy(update={"answered": None, "counts": None, "withheld": True})


def _distribution(found: Distribution, audience: Audience) -> Distribution:
    answered = found.answered
    if answered is None or answered >= DISTRIBUTION_BASE:
        return found
    base = answered if answered >= ANSWER_BASE[audience] else None
    return found.model_copy(update={"answered": base, "counts": None, "withheld": True})


def _shift(shift: Shift, audience: Audience, closed: Collection[Row]) -> Shift:
    """Below ten pairs only "x of n rose" is left, and nothing where that would name everybody.

    `closed` are the survey's places that may not be shown: a wave's base, or the pairs.
    """
    least = ANSWER_BASE[audience]
    places = {
        "n_before": (shift.item, shift.before),
        "n_after": (shift.item, shift.after),
        "n_pairs": (shift.item, shift.before, shift.after),
    }
    known = {name: n for name in places if (n := getattr(shift, name)) is not None}
    hidden = [name for name, n in known.items() if n < least or places[name] in closed]
    update: dict[str, Any] = dict.fromkeys(hidden)
    pairs, told = shift.n_pairs, "n_pairs" not in hidden
    if told and (pairs is None or pairs >= DISTRIBUTION_BASE):
        return shift.model_copy(update=update)
    telling = told and shift.up not in (None, 0, pairs)
    update |= {"same": None, "down": None, "withheld": True}
    return shift.model_copy(update=update if telling else {**update, "up": None})
