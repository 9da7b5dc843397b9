"""How the same people answered before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from casebook.indicators import intervals
from casebook.indicators.intervals import Interval
from casebook.indicators.value import PERCENT_FROM, Method, Value
from casebook.model import Engagement, Item, Shift, State, Survey

RETROSPECTIVE = "retrospective"
"""The wave in which people say, afterwards, how it was before."""

Certainty = tuple[Interval | None, float | None]
"""The interval of the share that rose, and the p-value of the sign test."""


@dataclass(frozen=True, kw_only=True)
class Change(Value):
    """One item in two waves: `n` of `total` pairs answered higher the second time.

    The medians are those of each wave's whole distribution, on the item's own scale; they
    are not paired. Where only `n` may be shown, `same` and `down` are None.
    """

    survey: str
    item: str
    before: str
    after: str
    same: int | None
    down: int | None
    n_before: int | None
    n_after: int | None
    median_before: float | None
    median_after: float | None

    @property
    def fell(self) -> bool:
        """Whether more people answered lower than higher the second time."""
        return self.down is not None and self.n is not None and self.down > self.n

    @property
    def interval(self) -> Interval | None:
        """The Wilson interval of the share that rose, from ten pairs on."""
        if self.n is None or not self.total or self.total < PERCENT_FROM:
            return None
        return intervals.wilson(self.n, self.total)

    @property
    def p_value(self) -> float | None:
        """The exact two-sided sign test, from ten pairs on. Not for the public."""
        if self.n is None or self.down is None or (self.total or 0) < PERCENT_FROM:
            return None
        return intervals.sign_test(self.n, self.down)

    @property
    def timing(self) -> str:
        """From which wave to which."""
        return f"{self.before}-{self.after}"


def measure(engagement: Engagement) -> tuple[Change, ...]:
    """Every paired item of every survey, asked at two points in time."""
    return changes(engagement, lambda shift: shift.before != RETROSPECTIVE)


def changes(engagement: Engagement, wanted: Callable[[Shift], bool]) -> tuple[Change, ...]:
    """The shifts that are wanted, survey by survey."""
    return tuple(
        _change(survey, shift)
        for survey in engagement.outcomes.surveys
        for shift in survey.shifts
        if wanted(shift)
    )


def _change(survey: Survey, shift: Shift) -> Change:
    missing = State.WITHHELD if shift.withheld else State.UNKNOWN
    return Change(
        key="retrospective_pre" if shift.before == RETROSPECTIVE else "shift",
        subject=f"{survey.id}/{shift.item}",
        n=shift.up,
        total=shift.n_pairs,
        state=missing if shift.up is None else State.KNOWN,
        method=Method.SIGN_TEST,
        date=next((wave.date for wave in survey.waves if wave.id == shift.after), None),
        source=survey.title,
        survey=survey.id,
        item=shift.item,
        before=shift.before,
        after=shift.after,
        same=shift.same,
        down=shift.down,
        n_before=shift.n_before,
        n_after=shift.n_after,
        median_before=_wave_median(survey, shift.item, shift.before),
        median_after=_wave_median(survey, shift.item, shift.after),
    )


def _wave_median(survey: Survey, item_id: str, wave: str) -> float | None:
    item = next((item for item in survey.items if item.id == item_id), None)
    found = next((d for d in survey.distributions if (d.item, d.wave) == (item_id, wave)), None)
    if item is None or found is None or found.counts is None or found.withheld:
        return None
    return median_answer(item, found.counts)


def median_answer(item: Item, counts: Sequence[int]) -> float | None:
    """The median answer on the item's scale; halfway where it falls between two answers."""
    lowest, highest = item.scale
    scale = range(lowest, highest + 1)
    answers = [value for value, n in zip(scale, counts, strict=True) for _ in range(n)]
    return median(answers) if answers else None
