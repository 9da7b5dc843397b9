"""How far a build is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from casebook.cli import screen
from casebook.cli.listings import console
from casebook.documents import Key
from casebook.events import (
    CellStarted,
    Event,
    JobEnded,
    JobStarted,
    PageEnded,
    Planned,
    Tell,
    silent,
)
from casebook.messages import said


@contextmanager
def progress(*, shown: bool) -> Iterator[Tell]:
    """A listener that draws bars on a terminal, and is silent elsewhere."""
    out = console(stderr=True)
    if not (shown and out.is_terminal):
        yield silent
        return
    bars = Progress(
        TextColumn("{task.description}"),
        TextColumn("{task.fields[state]}"),
        BarColumn(bar_width=8),
        _TimeLeft(compact=True),
        console=out,
        transient=True,
    )
    with bars:
        yield _Bars(bars)


_ALL = TaskID(0)
"""The first bar is that of all pages."""


class _TimeLeft(TimeRemainingColumn):
    """The time left for all pages; for one notebook it would only be a guess."""

    def render(self, task: Task) -> Text:
        return super().render(task) if task.id == _ALL else Text("")


class _Bars:
    """One bar for all pages, and a line for each notebook that runs."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._pages = 0
        self._all = progress.add_task(screen.told(said("pages")), state="", total=None)
        self._lines: dict[Key, TaskID] = {}

    def __call__(self, event: Event) -> None:
        if isinstance(event, Planned):
            self._pages = event.pages
            self._progress.update(self._all, total=event.pages)
        elif isinstance(event, JobStarted):
            self._lines[event.key] = self._progress.add_task(str(event.key), state="", total=None)
        elif isinstance(event, CellStarted) and event.key in self._lines:
            cell = said("cell {n}/{count}", n=event.index, count=event.count)
            line, state = self._lines[event.key], screen.told(cell)
            self._progress.update(line, completed=event.index - 1, total=event.count, state=state)
        elif isinstance(event, JobEnded) and event.key in self._lines:
            self._progress.remove_task(self._lines.pop(event.key))
        elif isinstance(event, PageEnded):
            self._progress.advance(self._all)
            done = int(self._progress.tasks[0].completed)
            self._progress.update(self._all, state=f"{done}/{self._pages}")
