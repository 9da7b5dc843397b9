"""Would they recommend it: promoters (9–10), passives (7–8) and detractors (0–6)."""

from __future__ import annotations

from dataclasses import dataclass

from casebook.indicators import intervals
from casebook.indicators.answered import Answered, answers_to
from casebook.indicators.intervals import Interval
from casebook.indicators.value import Method
from casebook.model import Engagement, Item

ITEM = "Q10"
"""The item's id in every survey; others on the same scale ask something else."""

SCALE = (0, 10)
SCORE_FROM = 30
"""Least number of answers for a score; below it the three counts are told."""

_PROMOTERS, _PASSIVES = slice(9, 11), slice(7, 9)


@dataclass(frozen=True, kw_only=True)
class Recommendation(Answered):
    """`n` promoters of `total` answers, with the `passives` and the `detractors`."""

    passives: int | None
    detractors: int | None

    @property
    def score(self) -> float | None:
        """Net promoter score, -100 to 100; None below thirty answers."""
        found = self._net()
        return found[0] if found else None

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval of the score, in points; None where there is no score."""
        found = self._net()
        return found[1] if found else None

    def _net(self) -> tuple[float, Interval] | None:
        if self.n is None or self.passives is None or self.detractors is None:
            return None
        enough = (self.total or 0) >= SCORE_FROM
        return intervals.net(self.n, self.passives, self.detractors) if enough else None


def measure(engagement: Engagement) -> tuple[Recommendation, ...]:
    """The recommendation in every wave that asked for it."""
    return tuple(
        Recommendation(
            key="recommendation",
            n=sum(found.counts[_PROMOTERS]) if found.counts else None,
            passives=sum(found.counts[_PASSIVES]) if found.counts else None,
            detractors=sum(found.counts[: _PASSIVES.start]) if found.counts else None,
            **{**found.common(), "method": Method.NET},
        )
        for found in answers_to(engagement, _is_recommendation)
    )


def _is_recommendation(item: Item) -> bool:
    return item.id == ITEM and item.scale == SCALE
