"""What engagements are to each other: support for a lesson, and askers of the same item. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from casebook.model import Engagement, Item, Lesson, Maturity

PATTERN, RECOMMENDATION = 2, 3
"""The least number of independent clients behind a pattern and behind a recommendation."""

NEEDED = {Maturity.PATTERN: PATTERN, Maturity.RECOMMENDATION: RECOMMENDATION}
"""How many independent clients a lesson must rest on, by its maturity."""


@dataclass(frozen=True)
class Backing:
    """What an engagement is worth to others: whose it is, whether it is real, what it asked.

    `items` are its survey items by id and version, each with its wording.
    """

    client: str
    fictional: bool
    items: Mapping[str, str] = field(default_factory=dict)


def backing(engagements: Iterable[Engagement]) -> dict[str, Backing]:
    """What each engagement is worth to others, by id."""
    return {e.id: Backing(e.client.id, e.assignment.fictional, items(e)) for e in engagements}


def items(engagement: Engagement) -> dict[str, str]:
    """The wording of each survey item by id and version; of several wordings, the first."""
    found: dict[str, str] = {}
    for survey in engagement.outcomes.surveys:
        for item in survey.items:
            found.setdefault(item_key(item), item.text.wording)
    return found


def item_key(item: Item) -> str:
    """An item's id and version: what must go with one wording."""
    return f"{item.id} v{item.version}"


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
