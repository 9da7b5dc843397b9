"""What the terminal shows: diagnostics, tables of pages, and progress."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, Progress, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from casebook import todos
from casebook.diagnostics import WORDS, Diagnostic, Severity, count
from casebook.documents import Key
from casebook.events import CellStarted, Event, JobEnded, JobStarted, PageEnded, Planned, Tell
from casebook.excerpts import Excerpt, excerpt
from casebook.messages import said, translated, user_language

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
    _write(json.dumps(value, ensure_ascii=False, indent=2))


def print_json_line(value: Any) -> None:
    """Print plain values as one line of JSON, to be read before there are more."""
    _write(json.dumps(value, ensure_ascii=False))


def _write(text: str) -> None:
    sys.stdout.buffer.write(f"{text}\n".encode())
    sys.stdout.buffer.flush()


def console(*, stderr: bool = False) -> Console:
    """A console that does not colour what only looks like a number or a path."""
    return Console(stderr=stderr, highlight=False, emoji=False)


def as_json(diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Diagnostics as plain values, in the user's language."""
    language = user_language()
    return [one.told(language).as_json() for one in diagnostics]


def print_diagnostics(diagnostics: Iterable[Diagnostic], root: Path) -> None:
    """Print diagnostics to standard error, file by file, in the user's language, and count them.

    Each shows its line of the file in the workspace `root`, with a mark under the place; what is
    only left to answer comes last, as a list.
    """
    out, language = console(stderr=True), user_language()
    found = sorted(diagnostics, key=lambda one: one.where)
    slips = [one for one in found if one.code != todos.CODE]
    for _, in_file in groupby(slips, key=lambda one: one.where.file):
        for one in in_file:
            _print_diagnostic(out, one.told(language), excerpt(root, one.where), language)
        out.print()
    left = [one.told(language) for one in found if one.code == todos.CODE]
    for (name, file), mine in groupby(left, key=lambda one: (one.engagement, one.where.file)):
        heading = translated(said("To answer for {name}, by line:", name=name), language)
        out.print(
            Text.assemble(
                (file, "bold"), ": ", (f"{todos.CODE} {Severity.ERROR}", "red"), f": {heading}"
            )
        )
        print_worklist(mine, stderr=True)
    if found:
        out.print(f"{count(found, language)}.")


def _print_diagnostic(out: Console, one: Diagnostic, line: Excerpt | None, language: str) -> None:
    colour = _COLOUR[one.severity]
    severity = translated(WORDS[one.severity], language)
    out.print(
        Text.assemble((str(one.where), "bold"), ": ", (f"{one.code} {severity}", colour)),
        soft_wrap=True,
    )
    out.print(Padding(Text(one.message), (0, 0, 0, 4), expand=False))
    if line is not None:
        for shown in _pointed(line, one.where.line, out.width):
            out.print(shown, soft_wrap=True)
    if one.hint:
        said_so = Text(one.hint, style="dim")
        is_traceback = "\n" in one.hint
        out.print(
            said_so if is_traceback else Padding(said_so, (0, 0, 0, 4), expand=False),
            soft_wrap=is_traceback,
        )


def _pointed(line: Excerpt, number: int, width: int) -> tuple[Text, Text]:
    """A line with its number, cut to the terminal's width, and a mark under the place."""
    gutter = f"{number:>6} │ "
    room = max(20, width - len(gutter))
    text = line.text.replace("\t", " ")
    begin = 0 if len(text) < room else max(0, min(line.character - room // 2, len(text) - room + 1))
    shown, at = text[begin:], line.character - 1 - begin
    if begin:
        shown = "…" + shown[1:]
    if len(shown) >= room:
        shown = shown[: room - 2] + "…"
    mark = Text(" " * (len(gutter) - 2) + "│ ", style="dim") + Text(
        " " * at + "^", style="bold red"
    )
    return Text(gutter, style="dim") + Text(shown), mark


def print_worklist(left: Iterable[Diagnostic], *, stderr: bool = False) -> None:
    """Print what is to be answered: the line, the field, and the question."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(justify="right", no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for one in left:
        table.add_row(str(one.where.line), Text(one.message))
    console(stderr=stderr).print(table)


def left_out(names: Sequence[str]) -> None:
    """Say on standard error which engagements could not be read."""
    if names:
        listed = ", ".join(names)
        console(stderr=True).print(f"Left out: {listed}. Run `casebook check` to see why.")


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


def print_marked(rows: Iterable[tuple[str, str, str, str, str]]) -> None:
    """Print rows of a mark with its colour, a name, what is said of it, and what to do."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for _ in range(2):
        table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for mark, colour, name, message, hint in rows:
        told = Text(message)
        if hint:
            told.append(f"\n{hint}", style="dim")
        table.add_row(Text(mark, style=colour), name, told)
    console().print(table)


def note(text: str) -> None:
    """A plain line on standard output."""
    click.echo(text)
