"""How many agree: the two highest answers on an agreement scale from 1 to 5."""

from __future__ import annotations

from dataclasses import dataclass

from casebook.indicators.answered import Answered, answers_to
from casebook.model import Engagement, Item

AGREEMENT = (1, 5)
TOP = 2


@dataclass(frozen=True, kw_only=True)
class Agreement(Answered):
    """One item in one wave: `n` of `total` answered 4 or 5; `counts` has all five."""

    counts: tuple[int, ...] | None


def measure(engagement: Engagement) -> tuple[Agreement, ...]:
    """Every item on the scale from 1 to 5, in every wave."""
    return tuple(
        Agreement(
            key="satisfaction",
            n=sum(found.counts[-TOP:]) if found.counts else None,
            counts=found.counts,
            **found.common(),
        )
        for found in answers_to(engagement, _on_the_scale)
    )


def _on_the_scale(item: Item) -> bool:
    return item.scale == AGREEMENT
