"""What a rule gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from casebook.model import Engagement


@dataclass(frozen=True)
class Finding:
    """Something wrong at a path of the engagement's values, with what to do about it."""

    path: tuple[str | int, ...]
    message: str
    hint: str


@dataclass(frozen=True)
class Setting:
    """What stands around an engagement.

    `fictional` names the fictional engagements beside it; `raw` the tables beside the
    parameter file that hold single persons.
    """

    today: date
    fictional: frozenset[str] = frozenset()
    raw: frozenset[str] = frozenset()


Rule = Callable[[Engagement], Iterator[Finding]]
RuleInSetting = Callable[[Engagement, Setting], Iterator[Finding]]
