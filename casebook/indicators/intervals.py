"""How sure a share is: intervals and tests."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, sqrt
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)
"""So many standard errors to each side hold 95 %."""


@dataclass(frozen=True)
class Interval:
    """Two ends: of a share from 0 to 1, or of a score in points."""

    low: float
    high: float


def wilson(n: int, total: int) -> Interval:
    """The Wilson interval, 95 %, of the share `n` ÷ `total`; `total` is 1 or more."""
    share, weight = n / total, Z**2 / total
    middle = share + weight / 2
    reach = sqrt(weight * (share * (1 - share) + weight / 4))
    return Interval(max(0.0, middle - reach) / (1 + weight), (middle + reach) / (1 + weight))


def non_response(n: int, total: int, asked: int) -> Interval:
    """The share of all asked if those who did not answer would all have said no, or all yes."""
    return Interval(n / asked, (n + asked - total) / asked)


def sign_test(up: int, down: int) -> float:
    """The exact two-sided sign test; equal pairs say nothing and are left out. 1 without pairs."""
    pairs, fewer = up + down, min(up, down)
    tail = sum(comb(pairs, k) for k in range(fewer + 1))
    return min(1.0, 2 * tail / (1 << pairs))


def net(up: int, same: int, down: int) -> tuple[float, Interval]:
    """Share up minus share down, in points from -100 to 100, with its 95 % interval.

    The answers are scored 1, 0 and -1; the interval is the normal one around their mean.
    """
    total = up + same + down
    mean = (up - down) / total
    reach = Z * sqrt(((up + down) / total - mean**2) / total)
    return 100 * mean, Interval(100 * (mean - reach), 100 * (mean + reach))
