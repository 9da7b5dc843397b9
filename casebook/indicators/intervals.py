"""How sure a share is: intervals and tests.

The formulas are short and exact, and every notebook would wait a second for scipy, which the
tests compare them with.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, sqrt
from statistics import NormalDist

CONFIDENCE = 0.95

_REACH = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
"""Standard errors from the middle of an interval to its ends."""


@dataclass(frozen=True)
class Interval:
    """Two ends: of a share from 0 to 1, or of a score in points."""

    low: float
    high: float


def wilson(n: int, total: int) -> Interval:
    """The Wilson interval, 95 %, of the share `n` ÷ `total`; `total` is 1 or more."""
    width = 2 * (total + _REACH**2)
    centre = (2 * n + _REACH**2) / width
    reach = _REACH / width * sqrt(4 * n * (total - n) / total + _REACH**2)
    return Interval(centre - reach if n else 0.0, centre + reach if n < total else 1.0)


def non_response(n: int, total: int, asked: int) -> Interval:
    """The share of all asked if those who did not answer would all have said no, or all yes."""
    return Interval(n / asked, (n + asked - total) / asked)


def sign_test(up: int, down: int) -> float:
    """The exact two-sided sign test; equal pairs say nothing and are left out. 1 without pairs."""
    pairs = up + down
    tail = sum(comb(pairs, k) for k in range(min(up, down) + 1))
    return min(1.0, 2 * tail / (1 << pairs))


def net(up: int, same: int, down: int) -> tuple[float, Interval]:
    """Share up minus share down, in points from -100 to 100, with its 95 % interval.

    The answers are scored 1, 0 and -1; the interval is the normal one around their mean.
    """
    total = up + same + down
    mean = (up - down) / total
    reach = _REACH * sqrt(((up + down) / total - mean**2) / total)
    return 100 * mean, Interval(100 * (mean - reach), 100 * (mean + reach))
