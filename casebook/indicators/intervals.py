"""How sure a share is: intervals and tests, by scipy, which is imported when one is asked for."""

from __future__ import annotations

from dataclasses import dataclass

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Interval:
    """Two ends: of a share from 0 to 1, or of a score in points."""

    low: float
    high: float


def wilson(n: int, total: int) -> Interval:
    """The Wilson interval, 95 %, of the share `n` ÷ `total`; `total` is 1 or more."""
    from scipy.stats import binomtest  # noqa: PLC0415  # half a second

    found = binomtest(n, total).proportion_ci(CONFIDENCE, method="wilson")
    return Interval(float(found.low), float(found.high))


def non_response(n: int, total: int, asked: int) -> Interval:
    """The share of all asked if those who did not answer would all have said no, or all yes."""
    return Interval(n / asked, (n + asked - total) / asked)


def sign_test(up: int, down: int) -> float:
    """The exact two-sided sign test; equal pairs say nothing and are left out. 1 without pairs."""
    from scipy.stats import binomtest  # noqa: PLC0415  # half a second

    return float(binomtest(up, up + down).pvalue) if up + down else 1.0


def net(up: int, same: int, down: int) -> tuple[float, Interval]:
    """Share up minus share down, in points from -100 to 100, with its 95 % interval.

    The answers are scored 1, 0 and -1; the interval is the normal one around their mean.
    """
    import numpy as np  # noqa: PLC0415  # not needed to open a case
    from scipy.stats import norm  # noqa: PLC0415  # half a second

    scores = np.repeat((1.0, 0.0, -1.0), (up, same, down))
    mean, error = float(scores.mean()), float(scores.std()) / len(scores) ** 0.5
    reach = float(norm.ppf((1 + CONFIDENCE) / 2)) * error
    return 100 * mean, Interval(100 * (mean - reach), 100 * (mean + reach))
