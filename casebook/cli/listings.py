"""Tables on the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from casebook.cli.screen import plural
from casebook.diagnostics import Diagnostic, Severity
from casebook.documents import Key

_COLOUR = {"built": "green", "fresh": "dim", "failed": "bold red", "refused": "bold red"}
_FEW = 2


def console(*, stderr: bool = False) -> Console:
    """A console that takes text as it is: no colours for numbers, and [brackets] are brackets."""
    return Console(stderr=stderr, highlight=False, emoji=False, markup=False)


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
    out = console()
    width = max((len(row.path.rpartition("/")[2]) for row in listed), default=0) + 2
    for folder, pages in groupby(listed, key=lambda row: row.path.rpartition("/")[0]):
        # Outside the table, where a long name would take the room of the reasons.
        out.print(Text(f"{folder}/", style="bold"), soft_wrap=True)
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(overflow="fold", min_width=min(width, out.width // 2))
        table.add_column(overflow="fold")
        table.add_column(justify="right", no_wrap=True)
        for row in pages:
            name = row.path.rpartition("/")[2]
            seconds = f"{row.seconds:.1f} s" if row.seconds else ""
            table.add_row(Text(f"  {name}"), _status(row), seconds)
        out.print(table)


def print_left(diagnostics: Iterable[Diagnostic], made: Collection[str]) -> None:
    """Say which engagements were not `made` because of their errors, and are left as they are."""
    errors = (one.engagement for one in diagnostics if one.severity is Severity.ERROR)
    counted = Counter(name for name in errors if name and name not in made)
    if counted:
        listed = (f"{name} ({plural(number, 'error')})" for name, number in counted.items())
        console().print(f"Left as it was: {', '.join(listed)}.")


def _status(row: Row) -> Text:
    said = Text(row.status, style=_COLOUR.get(row.status, ""))
    if row.reasons:
        said.append(f": {reasons(row.reasons)}", style="default not bold")
    return said


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
