"""What a rule gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from casebook.model import Engagement


@dataclass(frozen=True)
class Finding:
    """Something wrong at a path of the engagement's values, with what to do about it."""

    path: tuple[str | int, ...]
    message: str
    hint: str


Rule = Callable[[Engagement], Iterator[Finding]]
