"""How many actors of each sector work together with others (Frey's levels of collaboration)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from casebook.indicators.value import Value
from casebook.model import Engagement, State

TOGETHER = 2
"""Frey's level from which two work together: cooperation."""

WAVES = ("before", "after", "followup")
"""The rounds in the order of time."""


@dataclass(frozen=True, kw_only=True)
class Mobilised(Value):
    """One sector: `n` actors work together with another, of `total` with a rating, last time.

    An actor counts once, however many it works with, where either of two says level 2 or more.
    `before` counts those of the same actors who did so at the baseline; None where nobody was
    asked then, or not about all of them. `unrated` counts the sector's actors without a rating.
    """

    wave: str | None
    before: int | None
    unrated: int

    @property
    def change(self) -> int | None:
        """How many more than at the baseline."""
        return None if self.n is None or self.before is None else self.n - self.before


def measure(engagement: Engagement) -> tuple[Mobilised, ...]:
    """Every sector of the table `actors`, in its order."""
    outcomes = engagement.outcomes
    waves = [wave for wave in WAVES if any(tie.wave == wave for tie in outcomes.ties)]
    last = waves[-1] if waves else None
    return tuple(
        _sector(engagement, sector, last)
        for sector in dict.fromkeys(actor.sector for actor in outcomes.actors)
    )


def _sector(engagement: Engagement, sector: str, last: str | None) -> Mobilised:
    actors = {a.id for a in engagement.outcomes.actors if a.sector == sector}
    rated = actors & _in_ties(engagement, last, least=0)
    return Mobilised(
        key="actors_mobilised",
        subject=sector,
        n=len(rated & _in_ties(engagement, last, TOGETHER)) if rated else None,
        total=len(rated) if rated else None,
        state=State.KNOWN if rated else State.UNKNOWN,
        source=engagement.release.source,
        wave=last,
        before=_before(engagement, rated) if rated and last != WAVES[0] else None,
        unrated=len(actors - rated),
    )


def _before(engagement: Engagement, actors: Collection[str]) -> int | None:
    asked = _in_ties(engagement, WAVES[0], least=0)
    if not asked.issuperset(actors):
        return None
    return len(_in_ties(engagement, WAVES[0], TOGETHER).intersection(actors))


def _in_ties(engagement: Engagement, wave: str | None, least: int) -> set[str]:
    """The actors at either end of a tie of at least this level in a round."""
    ties = [t for t in engagement.outcomes.ties if t.wave == wave and t.level >= least]
    return {end for tie in ties for end in (tie.rater, tie.rated)}
