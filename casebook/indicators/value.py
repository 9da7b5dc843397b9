"""What an indicator gives: a count with what it is a count of, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from casebook.model import Fact, State

PERCENT_FROM = 10
"""Smallest total for which a share may be written as a percentage."""


@dataclass(frozen=True)
class Bounds:
    """A number of persons known to lie from `low` to `high`; None where that end is not known."""

    low: int | None = None
    high: int | None = None
    state: State = State.UNKNOWN

    @property
    def exact(self) -> int | None:
        """The number itself, where the bounds leave no doubt."""
        return self.low if self.low == self.high else None


@dataclass(frozen=True)
class Value:
    """One indicator of one subject: `n` of `total`, both counts.

    `subject` is the id of what is counted (a group, an activity, a tool, a survey's wave or
    item). `low` and `high` bound `n` where the records leave it open. Where `state` is not
    known there is no `n`: unknown is not zero, and neither is withheld.
    """

    key: str
    subject: str
    n: int | None = None
    total: int | None = None
    low: int | None = None
    high: int | None = None
    state: State = State.KNOWN

    @property
    def share(self) -> float | None:
        """`n` ÷ `total` from 0 to 1, where the total is large enough to say it."""
        if self.n is None or self.total is None or self.total < PERCENT_FROM:
            return None
        return self.n / self.total


def state_of(fact: Fact[Any] | None) -> State:
    """The state of a fact; what was never recorded is unknown."""
    return State.UNKNOWN if fact is None else fact.state


def why_missing(facts: Iterable[Fact[Any] | None]) -> State:
    """Why there is no value among `facts`: withheld where any of them is, else unknown."""
    withheld = any(state_of(fact) is State.WITHHELD for fact in facts)
    return State.WITHHELD if withheld else State.UNKNOWN
