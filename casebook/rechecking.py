"""What there is to say of every engagement, without another reading of what has not changed."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from casebook import checks, recall, support
from casebook.collecting import no_collecting
from casebook.diagnostics import Diagnostic, blocking
from casebook.echoes import NOTHING, difference, echo_of, echoed, echoing, unpacked
from casebook.looking import ALL
from casebook.reading import read_one, told
from casebook.recall import Checked, Recalled
from casebook.source import Source
from casebook.support import Backing

Checks = Mapping[str, Checked]
"""What a check says, by engagement; under `ALL` of what they share."""

TOGETHER, KEPT = 200, 500
"""So many engagements are looked into at once, and so many are kept for the next."""

Facts = Mapping[str, Any]
"""What others need to know of an engagement, as plain values."""


def stopping(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of the diagnostics stops even what stays inside the firm."""
    return blocking(one for one in diagnostics if one.code not in checks.INSIDE)


def recheck(recalled: Recalled, branded: Sequence[Diagnostic]) -> Checks:
    """What a check says of each engagement, and under `ALL` of the brand (`branded`).

    Those are read that have changed, those that may have words in common with them, and those
    with lessons that rest on them; a few at once, so that memory does not grow with their number.
    """
    if recalled.all_checked:
        return recalled.checked
    stamp = recalled.inputs.day_stamp(ALL)
    with no_collecting():
        checked = _Rechecking(recalled).checked()
    return {**checked, ALL: Checked(stamp, tuple(branded), {"stops": stopping(branded)})}


class _Rechecking:
    """What is known of every engagement now, and was before."""

    def __init__(self, recalled: Recalled) -> None:
        self._workspace = recalled.workspace
        self._inputs = recalled.inputs
        self._old = {name: one for name, one in recalled.checked.items() if name != ALL}
        self._before = {name: unpacked(kept) for name, kept in recall.echoes(recalled).items()}
        self._files = self._workspace.parameter_files()
        self._source = functools.lru_cache(maxsize=KEPT)(self._read)
        # What an engagement says is the same on another day; what is to be said of it may not be.
        self._same = {n for n in self._files if self._stamp(n).endswith(f" {self._content(n)}")}
        self._facts = {n: self._old[n].facts for n in self._same}
        self._echoes = {n: self._before.get(n, NOTHING) for n in self._same}
        for name in self._files.keys() - self._same:
            self._facts[name] = _facts(self._source(name))
            self._echoes[name] = echo_of(self._source(name))

    def checked(self) -> dict[str, Checked]:
        """What is said of each engagement: what was, or what is found now."""
        again = self._due() | set(self._touched()) | set(self._concerned())
        found = {name: one for name, one in self._old.items() if name in self._files.keys() - again}
        for names in few(sorted(again), TOGETHER):
            found |= self._check(names)
        return found

    def _check(self, names: Sequence[str]) -> dict[str, Checked]:
        """What is found in a few engagements, beside all that they may echo."""
        said = [self._echoes[name] for name in names]
        among = set(names).union(echoed(said, sorted(self._echoes.items())))
        sources = {name: self._source(name) for name in sorted(among)}
        wanted = [sources[name] for name in names]
        found: dict[str, list[Diagnostic]] = {name: [] for name in names}
        for one in told(wanted, list(sources.values()), self._workspace, _known(self._facts)):
            found[one.engagement].append(one)
        return {name: self._as_checked(name, mine) for name, mine in found.items()}

    def _as_checked(self, name: str, found: Sequence[Diagnostic]) -> Checked:
        facts = {**self._facts[name], "stops": stopping(found)}
        stamp = self._inputs.day_stamp(name) if name in self._inputs.own else ""
        return Checked(stamp, tuple(found), facts, self._echoes[name].packed())

    def _read(self, name: str) -> Source:
        return read_one(self._files[name])

    def _stamp(self, name: str) -> str:
        return self._old[name].stamp if name in self._old else ""

    def _content(self, name: str) -> str:
        """The stamp of the files; of what was no file when they were looked at, nothing's."""
        return self._inputs.stamp(name) if name in self._inputs.own else "none"

    def _due(self) -> set[str]:
        """Those that have changed, or not been checked on this day."""
        today = {n for n in self._same if self._stamp(n) == self._inputs.day_stamp(n)}
        return self._files.keys() - today

    def _touched(self) -> Iterator[str]:
        """Those that are the same, but echo something that others have now, or had."""
        others = [(name, self._echoes[name]) for name in self._same]
        for name in (self._before.keys() | self._files.keys()) - self._same:
            before, now = (e.get(name, NOTHING) for e in (self._before, self._echoes))
            yield from echoing(difference(before, now), others)

    def _concerned(self) -> Iterator[str]:
        """Those that rest on, or ask the items of, others that are worth something else now."""
        before = _known({name: one.facts for name, one in self._old.items()})
        now = _known(self._facts)
        moved = {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}
        asked = {key for name in moved for key in _reworded(before.get(name), now.get(name))}
        for name in self._same:
            rests = moved.intersection(self._facts[name].get("support", ()))
            if rests or asked.intersection(self._facts[name].get("items", ())):
                yield name


def _reworded(one: Backing | None, other: Backing | None) -> set[str]:
    """The items that one of the two asks and the other does not, or not in the same words."""
    if one and other and one.fictional == other.fictional:
        return {key for key, _ in one.items.items() ^ other.items.items()}
    return {key for backing in (one, other) if backing for key in backing.items}


def _known(facts: Mapping[str, Facts]) -> dict[str, Backing]:
    """What each engagement that could be read is worth to others."""
    return {
        name: Backing(found["client"], found["fictional"], found.get("items", {}))
        for name, found in facts.items()
        if "client" in found
    }


def _facts(source: Source) -> Facts:
    """What others need to know of an engagement."""
    engagement = source.seen
    if engagement is None:
        return {}
    lessons = engagement.learning.lessons
    return {
        "kinds": sorted({phase.kind.value for phase in engagement.phases}),
        "naming": engagement.release.naming,
        "client": engagement.client.id,
        "fictional": engagement.assignment.fictional,
        "support": sorted({id for lesson in lessons for id in lesson.support}),
        "items": support.items(engagement),
    }


def few(names: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    """The names, at `most` so many at once."""
    for at in range(0, len(names), most):
        yield names[at : at + most]
