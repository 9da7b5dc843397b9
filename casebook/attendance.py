"""Who came, to how many came. Person ids stop here: what goes on is the count of each group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from casebook.diagnostics import Diagnostic, Severity
from casebook.messages import said
from casebook.tables import Row

Values = dict[str, Any]


def add_counts(
    sessions: Sequence[Values], groups: Sequence[Values], rows: Sequence[Row]
) -> list[Diagnostic]:
    """Put head counts into plain sessions, and distinct persons into plain groups.

    A session's own count stands. `reached` is exact or absent: it is counted where person ids
    are there for every held session of the group.
    """
    known = {session["id"]: session for session in sessions if isinstance(session.get("id"), str)}
    problems = [problem for row in rows for problem in _problems(row, known)]
    usable = [row for row in rows if not list(_problems(row, known))]
    heads: defaultdict[str, int] = defaultdict(int)
    persons: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in usable:
        id, person = row.values["session"], row.values.get("person")
        group = row.values.get("group") or known[id].get("group")
        if person is None:
            heads[id] += row.values["n"]
        elif isinstance(group, str):
            persons[id, group].add(person)
    for id, session in known.items():
        came = set().union(*(found for (at, _), found in persons.items() if at == id))
        if id in heads or came:
            session.setdefault("attended", heads[id] + len(came))
    for group in groups:
        reached = _reached(group.get("id"), sessions, persons)
        if reached is not None:
            group.setdefault("reached", reached)
            group.setdefault("dose", _dose(group.get("id"), known, persons))
    return problems


def _problems(row: Row, sessions: Mapping[str, Values]) -> Iterator[Diagnostic]:
    session, n = row.values.get("session"), row.values.get("n")
    if session not in sessions:
        what = said("There is no session '{id}'.", id=session or "")
        hint = said("Use a session's id, or add the session.")
        yield Diagnostic("CB104", Severity.ERROR, what, hint, row.where("session"))
    if "person" not in row.values and (not isinstance(n, int) or n < 0):
        what = said("The row has neither a person nor a whole number of people.")
        hint = said("Fill in person_id or n, or delete the row.")
        yield Diagnostic("CB111", Severity.ERROR, what, hint, row.where("n"))


def _reached(
    group: object, sessions: Sequence[Values], persons: Mapping[tuple[str, str], set[str]]
) -> int | None:
    """The distinct persons of a group at all its held sessions, if each names its persons."""
    mine = [s.get("id") for s in sessions if s.get("group") == group and s.get("status") == "held"]
    here = {id: found for (id, of), found in persons.items() if of == group}
    complete = bool(here) and all(id in here for id in mine)
    return len(set().union(*here.values())) if complete else None


def _dose(
    group: object, sessions: Mapping[str, Values], persons: Mapping[tuple[str, str], set[str]]
) -> Values:
    """The sessions and hours of each person of a group who came to any, as medians and ranges."""
    here = {id: found for (id, of), found in persons.items() if of == group}
    lengths = {id: sessions[id].get("hours") for id in here}
    count: defaultdict[str, int] = defaultdict(int)
    hours: defaultdict[str, float] = defaultdict(float)
    for id, found in here.items():
        length = lengths[id]
        for person in found:
            count[person] += 1
            hours[person] += length if isinstance(length, (int, float)) else 0
    timed = all(isinstance(length, (int, float)) for length in lengths.values())
    told = {"sessions": _spread(count.values())}
    return {**told, "hours": _spread(hours.values())} if timed else told


def _spread(numbers: Collection[float]) -> Values:
    middle, ends = median(numbers), (min(numbers), max(numbers))
    return {"median": float(middle), "low": float(ends[0]), "high": float(ends[1])}
