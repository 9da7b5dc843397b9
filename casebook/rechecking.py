"""What there is to say of every engagement, without another reading of what has not changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from casebook import checks, recall
from casebook.diagnostics import Diagnostic, blocking
from casebook.echoes import NOTHING, Echo, difference, echo_of, echoed, echoing, unpacked
from casebook.looking import ALL
from casebook.reading import read_all, told
from casebook.recall import Checked, Recalled
from casebook.source import Source
from casebook.support import Backing

Checks = Mapping[str, Checked]
"""What a check says, by engagement; under `ALL` of what they share."""

Facts = Mapping[str, Any]
"""What others need to know of an engagement, as plain values."""


def stopping(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of the diagnostics stops even what stays inside the firm."""
    return blocking(one for one in diagnostics if one.code not in checks.INSIDE)


def recheck(recalled: Recalled, branded: Sequence[Diagnostic]) -> Checks:
    """What a check says of each engagement, and under `ALL` of the brand (`branded`).

    Where only a few have changed, only they are read, those that may have words in common with
    them, and those of which what rests on them is to be told.
    """
    if recalled.all_checked:
        return recalled.checked
    return {
        **(_recheck_few(recalled) or _recheck_all(recalled)),
        ALL: Checked(recalled.inputs.stamp(ALL), tuple(branded), {"stops": False}),
    }


def _recheck_all(recalled: Recalled) -> dict[str, Checked]:
    everything = read_all(recalled.workspace)
    sources = list(everything.values())
    found = told(sources, sources, recalled.workspace)
    echoes = {name: echo_of(source) for name, source in everything.items()}
    return _checked(recalled, everything, found, echoes)


def _recheck_few(recalled: Recalled) -> dict[str, Checked]:
    """As few as that can be checked again; nothing if they would be too many."""
    stamp, names = recalled.inputs.stamp, recalled.inputs.engagements
    old = {name: one for name, one in recalled.checked.items() if name != ALL}
    same = {name: one for name, one in old.items() if name in names and one.stamp == stamp(name)}
    if _too_many(names - same.keys(), names):
        return {}
    changed = read_all(recalled.workspace, names - same.keys())
    facts = {name: one.facts for name, one in same.items()}
    facts |= {name: _facts(source) for name, source in changed.items()}
    before = {name: unpacked(kept) for name, kept in recall.echoes(recalled).items()}
    now = {name: before.get(name, NOTHING) for name in same}
    now |= {name: echo_of(source) for name, source in changed.items()}
    touched = set(_touched(same, before, now)) | set(_resting(same, old, facts))
    again = changed.keys() | touched
    among = again | set(echoed((now[name] for name in again), sorted(now.items())))
    if _too_many(among, names):
        return {}
    sources = {**read_all(recalled.workspace, among - changed.keys()), **changed}
    wanted = {name: sources[name] for name in sorted(again)}
    ordered = [sources[name] for name in sorted(sources)]
    found = told(list(wanted.values()), ordered, recalled.workspace, _known(facts))
    return {**same, **_checked(recalled, wanted, found, now)}


def _touched(
    same: Collection[str], before: Mapping[str, Echo], now: Mapping[str, Echo]
) -> Iterator[str]:
    """Those that are the same, but echo something that others have now, or had."""
    others = [(name, now[name]) for name in same]
    for name in (before.keys() | now.keys()) - set(same):
        yield from echoing(difference(before.get(name, NOTHING), now.get(name, NOTHING)), others)


def _resting(
    same: Mapping[str, Checked], old: Mapping[str, Checked], facts: Mapping[str, Facts]
) -> Iterator[str]:
    """Those with lessons that rest on engagements which are worth something else now."""
    before, now = _known({name: one.facts for name, one in old.items()}), _known(facts)
    moved = {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}
    return (name for name, one in same.items() if moved.intersection(one.facts.get("support", ())))


def _known(facts: Mapping[str, Facts]) -> dict[str, Backing]:
    """What each engagement that could be read is worth as support for a lesson."""
    return {n: Backing(f["client"], f["fictional"]) for n, f in facts.items() if "client" in f}


def _too_many(some: Collection[str], names: Collection[str]) -> bool:
    """Whether to read all of them takes no longer than to find out which need not be read."""
    return 2 * len(some) > len(names)


def _checked(
    recalled: Recalled,
    sources: Mapping[str, Source],
    found: Iterable[Diagnostic],
    echoes: Mapping[str, Echo],
) -> dict[str, Checked]:
    """What was found, by engagement; what was no file when they were looked at has no stamp."""
    mine: dict[str, list[Diagnostic]] = {name: [] for name in sources}
    for one in found:
        mine[one.engagement].append(one)
    return {
        name: Checked(
            recalled.inputs.stamp(name) if name in recalled.inputs.own else "",
            tuple(said),
            {**_facts(sources[name]), "stops": stopping(said)},
            echoes[name].packed(),
        )
        for name, said in mine.items()
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
    }
