"""How people answer after, and how they then say it was before: a then-test."""

from __future__ import annotations

from casebook.indicators.shift import RETROSPECTIVE, Change, changes
from casebook.model import Engagement


def measure(engagement: Engagement) -> tuple[Change, ...]:
    """Every item that was asked about before afterwards, beside its answers after.

    What people later think they knew differs from what they said at the time: this is never
    shown as, or together with, a true before and after.
    """
    return changes(engagement, lambda shift: shift.before == RETROSPECTIVE)
