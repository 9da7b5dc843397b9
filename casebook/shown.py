"""The numbers of an engagement that say something about people, each by its name.

What was shown once can be held against what is shown later: the register of releases keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from casebook.model import Distribution, Engagement, Fact, Session, Shift, State, Survey

Numbers = Mapping[str, int | None]
"""Numbers by name; None stands for one that is withheld."""

ANSWERED = "answered"
"""What the names of the bases of answers end in."""


def numbers(engagement: Engagement) -> dict[str, int | None]:
    """All head counts and counts of answers that are known or withheld."""
    return dict(_numbers(engagement))


def shown(engagement: Engagement) -> dict[str, int]:
    """Those that a reader of this view of an engagement can see."""
    return {name: n for name, n in _numbers(engagement) if n is not None}


def _numbers(engagement: Engagement) -> Iterator[tuple[str, int | None]]:
    for group in engagement.participants:
        yield from _fact(f"{group.id} size", group.size)
        yield from _fact(f"{group.id} reached", group.reached)
    for session in engagement.sessions:
        yield from _session(session)
    for survey in engagement.outcomes.surveys:
        for wave in survey.waves:
            yield from _fact(f"{survey.id} {wave.id} asked", wave.asked)
        for distribution in survey.distributions:
            yield from _distribution(survey, distribution)
        for shift in survey.shifts:
            yield from _shift(survey, shift)


def _fact(name: str, fact: Fact[int] | None) -> Iterator[tuple[str, int | None]]:
    if fact is not None and (fact.value is not None or fact.state is State.WITHHELD):
        yield name, fact.value


def _session(session: Session) -> Iterator[tuple[str, int | None]]:
    name = " ".join(filter(None, (session.id, session.group)))
    yield from _fact(f"{name} invited", session.invited)
    yield from _fact(f"{name} attended", session.attended)


def _distribution(survey: Survey, found: Distribution) -> Iterator[tuple[str, int | None]]:
    name = f"{survey.id} {found.item} {found.wave} {ANSWERED}"
    yield from _count(name, found.answered, withheld=found.withheld)


def _shift(survey: Survey, found: Shift) -> Iterator[tuple[str, int | None]]:
    name = f"{survey.id} {found.item} {found.before}-{found.after}"
    yield from _count(f"{name} pairs", found.n_pairs, withheld=found.withheld)
    yield from _count(f"{name} up", found.up, withheld=found.withheld)


def _count(name: str, n: int | None, *, withheld: bool) -> Iterator[tuple[str, int | None]]:
    if n is not None or withheld:
        yield name, n
