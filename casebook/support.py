"""What a lesson rests on: the engagements behind it, and how mature it may be called. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from casebook.model import Engagement, Lesson, Maturity

PATTERN, RECOMMENDATION = 2, 3
"""The least number of independent clients behind a pattern and behind a recommendation."""

NEEDED = {Maturity.PATTERN: PATTERN, Maturity.RECOMMENDATION: RECOMMENDATION}
"""How many independent clients a lesson must rest on, by its maturity."""


@dataclass(frozen=True)
class Backing:
    """What an engagement is worth as support for a lesson: whose it is, and whether it is real."""

    client: str
    fictional: bool


def backing(engagements: Iterable[Engagement]) -> dict[str, Backing]:
    """The engagements that a lesson can rest on, by id."""
    return {e.id: Backing(e.client.id, e.assignment.fictional) for e in engagements}


def clients(support: Iterable[str], known: Mapping[str, Backing]) -> frozenset[str]:
    """The independent clients behind a support: two engagements with one client are one.

    Engagements that are not known, and fictional ones, do not count.
    """
    found = (known[id] for id in support if id in known)
    return frozenset(entry.client for entry in found if not entry.fictional)


def maturity(lesson: Lesson, known: Mapping[str, Backing]) -> Maturity:
    """How mature a lesson may be called, whatever it is called: what its support bears.

    What is retired stays so. A recommendation also needs an approval.
    """
    if lesson.maturity is Maturity.RETIRED:
        return Maturity.RETIRED
    count = len(clients(lesson.support, known))
    if count >= RECOMMENDATION and lesson.approved is not None and lesson.approved.known:
        return Maturity.RECOMMENDATION
    return Maturity.PATTERN if count >= PATTERN else Maturity.OBSERVATION
