"""The answers to one item in one wave, with all that a value made of them must carry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from casebook.indicators.value import Value, method_of_answers
from casebook.model import Distribution, Engagement, Item, State, Survey, Wave


@dataclass(frozen=True, kw_only=True)
class Answered(Value):
    """`n` of the `total` answers to one version of one item in one wave of a survey."""

    survey: str
    item: str
    version: int
    scale: tuple[int, int]
    wave: str


@dataclass(frozen=True)
class Answers:
    """The answers to an item in a wave; `counts` is None where they are withheld."""

    survey: Survey
    item: Item
    wave: Wave
    found: Distribution

    @property
    def counts(self) -> tuple[int, ...] | None:
        """How many gave each value of the scale, lowest first."""
        return None if self.found.withheld else self.found.counts

    def common(self) -> dict[str, Any]:
        """What every value made of these answers has in common."""
        answered = self.found.answered
        asked = self.wave.asked.value if self.wave.asked else None
        missing = State.WITHHELD if self.found.withheld else State.UNKNOWN
        return {
            "subject": f"{self.survey.id}/{self.item.id}/{self.wave.id}",
            "total": answered,
            "state": missing if self.counts is None else State.KNOWN,
            "method": method_of_answers(answered, asked),
            "asked_n": asked,
            "date": self.wave.date,
            "source": self.survey.title,
            "survey": self.survey.id,
            "item": self.item.id,
            "version": self.item.version,
            "scale": self.item.scale,
            "wave": self.wave.id,
        }


def answers_to(engagement: Engagement, wanted: Callable[[Item], bool]) -> Iterator[Answers]:
    """The answers to every item that is wanted, survey by survey, item by item."""
    for survey in engagement.outcomes.surveys:
        waves = {wave.id: wave for wave in survey.waves}
        items = {item.id: item for item in survey.items if wanted(item)}
        for found in survey.distributions:
            if found.item in items and found.wave in waves:
                yield Answers(survey, items[found.item], waves[found.wave], found)
