"""How sure a share is: intervals and tests, as textbooks have them; scipy takes half a second."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

CONFIDENCE = 0.95
REACH = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
"""So many standard errors the ends of an interval are from its middle."""


@dataclass(frozen=True)
class Interval:
    """Two ends: of a share from 0 to 1, or of a score in points."""

    low: float
    high: float


def wilson(n: int, total: int) -> Interval:
    """The Wilson interval, 95 %, of the share `n` ÷ `total`; `total` is 1 or more."""
    share, room = n / total, 2 * (total + REACH**2)
    middle = (2 * n + REACH**2) / room
    reach = REACH / room * math.sqrt(4 * n * (1 - share) + REACH**2)
    return Interval(middle - reach if n else 0.0, middle + reach if n < total else 1.0)


def non_response(n: int, total: int, asked: int) -> Interval:
    """The share of all asked if those who did not answer would all have said no, or all yes."""
    return Interval(n / asked, (n + asked - total) / asked)


def sign_test(up: int, down: int) -> float:
    """The exact two-sided sign test; equal pairs say nothing and are left out. 1 without pairs."""
    pairs = up + down
    tail = sum(math.comb(pairs, k) for k in range(min(up, down) + 1))
    return min(1.0, 2 * tail / (1 << pairs))


def net(up: int, same: int, down: int) -> tuple[float, Interval]:
    """Share up minus share down, in points from -100 to 100, with its 95 % interval.

    The answers are scored 1, 0 and -1; the interval is the normal one around their mean.
    """
    total = up + same + down
    mean = (up - down) / total
    error = math.sqrt(((up + down) / total - mean**2) / total)
    return 100 * mean, Interval(100 * (mean - REACH * error), 100 * (mean + REACH * error))
