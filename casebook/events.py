"""What happens during a build, as data. The screen and a test's list are two such listeners."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from casebook.documents import Key


@dataclass(frozen=True)
class Planned:
    """A build begins; it is to account for this many pages."""

    pages: int


@dataclass(frozen=True)
class JobStarted:
    """A notebook begins to run."""

    key: Key


@dataclass(frozen=True)
class CellStarted:
    """Cell number `index` of `count` begins to run, counted as they stand in the notebook."""

    key: Key
    index: int
    count: int


@dataclass(frozen=True)
class JobEnded:
    """A notebook has run, after so many seconds; `failed` if not to its end."""

    key: Key
    seconds: float
    failed: bool


@dataclass(frozen=True)
class PageEnded:
    """A page is accounted for: built, fresh, failed or refused."""

    key: Key
    format: str
    status: str


Event = Planned | JobStarted | CellStarted | JobEnded | PageEnded
Tell = Callable[[Event], None]


def silent(_event: Event) -> None:
    """The listener where nobody is shown how far a build is."""


telling: ContextVar[Tell] = ContextVar("telling")
"""Where a running notebook tells its events: the driver's listener, or the way to it."""
