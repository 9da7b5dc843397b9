"""What the terminal shows: diagnostics, tables of pages, and progress."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from casebook.diagnostics import Diagnostic, Severity
from casebook.documents import Key
from casebook.events import CellStarted, Event, JobEnded, JobStarted, PageEnded, Planned, Tell

_COLOUR = {
    Severity.ERROR: "red",
    Severity.WARNING: "yellow",
    "built": "green",
    "fresh": "dim",
    "failed": "bold red",
    "refused": "bold red",
}
_FEW = 2


def print_json(value: Any) -> None:
    """Print plain values as JSON in UTF-8, whatever the terminal's language."""
    sys.stdout.buffer.write((json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode())


def console(*, stderr: bool = False) -> Console:
    """A console that does not colour what only looks like a number or a path."""
    return Console(stderr=stderr, highlight=False, emoji=False)


def print_diagnostics(diagnostics: Iterable[Diagnostic]) -> None:
    """Print diagnostics to standard error, each with its remedy, and count them."""
    out, found = console(stderr=True), list(diagnostics)
    for one in found:
        colour = _COLOUR[one.severity]
        head = f"[bold]{escape(str(one.where))}[/]: [{colour}]{one.code} {one.severity}[/]"
        out.print(f"{head}: {escape(one.message)}", soft_wrap=True)
        if one.hint:
            out.print(Text(one.hint, style="dim"), soft_wrap=True)
    if found:
        out.print(f"{count(found)}.")


def left_out(names: Sequence[str]) -> None:
    """Say on standard error which engagements could not be read."""
    if names:
        listed = ", ".join(names)
        console(stderr=True).print(f"Left out: {listed}. Run `casebook check` to see why.")


def count(diagnostics: Sequence[Diagnostic]) -> str:
    """How many diagnostics there are, in words."""
    errors = sum(one.severity is Severity.ERROR for one in diagnostics)
    parts = [(errors, "error"), (len(diagnostics) - errors, "warning")]
    return ", ".join(plural(number, word) for number, word in parts if number) or "0 errors"


def plural(number: int, word: str) -> str:
    """`1 page`, `2 pages`."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def reasons(found: Sequence[str]) -> str:
    """The first reasons, and how many more there are."""
    more = f" +{len(found) - _FEW}" if len(found) > _FEW else ""
    return ", ".join(found[:_FEW]) + more


@dataclass(frozen=True)
class Row:
    """A line in a table of pages."""

    key: Key
    path: str
    status: str
    reasons: Sequence[str] = ()
    seconds: float = 0.0


def print_pages(rows: Iterable[Row]) -> None:
    """Print pages by engagement, each under the folder that it is in."""
    listed = sorted(rows, key=lambda row: (row.key.engagement or "~", row.path))
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    for folder, pages in groupby(listed, key=lambda row: row.path.rpartition("/")[0]):
        table.add_row(Text(f"{folder}/", style="bold"))
        for row in pages:
            name = row.path.rpartition("/")[2]
            seconds = f"{row.seconds:.1f} s" if row.seconds else ""
            table.add_row(Text(f"  {name}"), _status(row), seconds)
    console().print(table)


def _status(row: Row) -> Text:
    said = Text(row.status, style=_COLOUR.get(row.status, ""))
    if row.reasons:
        said.append(f": {reasons(row.reasons)}", style="default not bold")
    return said


@contextmanager
def progress(*, shown: bool) -> Iterator[Tell]:
    """A listener that draws bars on a terminal, and is silent elsewhere."""
    out = console(stderr=True)
    if not (shown and out.is_terminal):
        yield _silent
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


def _silent(_event: Event) -> None:
    pass


class _TimeLeft(TimeRemainingColumn):
    """The time left for all pages; for one notebook it would only be a guess."""

    def render(self, task: Task) -> Text:
        return Text("") if task.fields["state"].startswith("cell") else super().render(task)


class _Bars:
    """One bar for all pages, and a line for each notebook that runs."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._pages = 0
        self._all = progress.add_task("pages", state="", total=None)
        self._lines: dict[Key, TaskID] = {}

    def __call__(self, event: Event) -> None:
        if isinstance(event, Planned):
            self._pages = event.pages
            self._progress.update(self._all, total=event.pages)
        elif isinstance(event, JobStarted):
            self._lines[event.key] = self._progress.add_task(str(event.key), state="", total=None)
        elif isinstance(event, CellStarted) and event.key in self._lines:
            state = f"cell {event.index}/{event.count}"
            line = self._lines[event.key]
            self._progress.update(line, completed=event.index - 1, total=event.count, state=state)
        elif isinstance(event, JobEnded) and event.key in self._lines:
            self._progress.remove_task(self._lines.pop(event.key))
        elif isinstance(event, PageEnded):
            self._progress.advance(self._all)
            done = int(self._progress.tasks[0].completed)
            self._progress.update(self._all, state=f"{done}/{self._pages}")


def note(text: str) -> None:
    """A plain line on standard output."""
    click.echo(text)
