"""What a rule gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from casebook.messages import Said
from casebook.model import Engagement
from casebook.support import Backing


@dataclass(frozen=True)
class Finding:
    """Something wrong at a path of the engagement's values, with what to do about it."""

    path: tuple[str | int, ...]
    message: Said
    hint: str


@dataclass(frozen=True)
class Setting:
    """What stands around an engagement.

    `known` says what each engagement of the casebook is worth as support for a lesson; `raw`
    names the tables beside the parameter file that hold single persons.
    """

    today: date
    known: Mapping[str, Backing] = field(default_factory=dict)
    raw: frozenset[str] = frozenset()


Rule = Callable[[Engagement], Iterator[Finding]]
RuleInSetting = Callable[[Engagement, Setting], Iterator[Finding]]
