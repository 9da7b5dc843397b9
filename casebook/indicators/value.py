"""What an indicator gives: a count with what it is a count of, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from casebook.indicators import intervals
from casebook.indicators.intervals import Interval
from casebook.model import Fact, State, Text, When

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


class Method(StrEnum):
    """How sure a value is, and how that is told."""

    COUNT = "count"
    """All on record is counted; there is no sample, and no interval."""
    WILSON = "wilson"
    """Some of those asked answered: the Wilson interval, 95 %."""
    NON_RESPONSE = "non_response"
    """Most of those asked answered: bounds for the rest saying all no, or all yes."""
    SIGN_TEST = "sign_test"
    """Pairs of the same people's answers: the exact two-sided sign test."""
    NET = "net"
    """Share up minus share down, with the normal interval of its mean."""


@dataclass(frozen=True)
class Value:
    """One indicator of one subject: `n` of `total`, both counts.

    `subject` is the id of what is counted (a group, an activity, a tool, a survey's wave or
    item). `low` and `high` bound `n` where the records leave it open. Where `state` is not
    known there is no `n`: unknown is not zero, and neither is withheld. `asked_n` counts those
    who could have answered; `date` is when it was measured, last, and `source` by what.
    """

    key: str
    subject: str
    n: int | None = None
    total: int | None = None
    low: int | None = None
    high: int | None = None
    state: State = State.KNOWN
    method: Method = Method.COUNT
    asked_n: int | None = None
    date: When | None = None
    source: Text | None = None

    @property
    def interval(self) -> Interval | None:
        """Where the share of all asked may lie, from 0 to 1; None for what is counted whole."""
        if self.n is None or not self.total:
            return None
        if self.method is Method.WILSON:
            return intervals.wilson(self.n, self.total)
        if self.method is Method.NON_RESPONSE and self.asked_n:
            return intervals.non_response(self.n, self.total, self.asked_n)
        return None

    @property
    def share(self) -> float | None:
        """`n` ÷ `total` from 0 to 1, where the total is large enough to say it."""
        if self.n is None or self.total is None or self.total < PERCENT_FROM:
            return None
        return self.n / self.total


def method_of_answers(answered: int | None, asked: int | None) -> Method:
    """How sure answers are: where most of those asked answered, they are no sample of them."""
    if answered is None or asked is None:
        return Method.WILSON
    return Method.NON_RESPONSE if asked / 2 < answered <= asked else Method.WILSON


def state_of(fact: Fact[Any] | None) -> State:
    """The state of a fact; what was never recorded is unknown."""
    return State.UNKNOWN if fact is None else fact.state


def why_missing(facts: Iterable[Fact[Any] | None]) -> State:
    """Why there is no value among `facts`: withheld where any of them is, else unknown."""
    withheld = any(state_of(fact) is State.WITHHELD for fact in facts)
    return State.WITHHELD if withheld else State.UNKNOWN
