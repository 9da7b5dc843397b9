"""Tables on the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from casebook.cli import screen
from casebook.diagnostics import Diagnostic, Severity
from casebook.documents import Key
from casebook.messages import said

_COLOUR = {"built": "green", "fresh": "dim", "failed": "bold red", "refused": "bold red"}
_FEW = 2

STATUSES = {
    "built": said("built"),
    "fresh": said("fresh"),
    "failed": said("failed"),
    "refused": said("refused"),
    "build": said("build"),
    "export": said("export"),
    "left out": said("left out"),
}
"""What becomes of a page, or is to become, as a person reads it."""


@cache
def console(*, stderr: bool = False) -> Console:
    """A console that takes text as it is: no colours for numbers, and [brackets] are brackets."""
    return Console(stderr=stderr, highlight=False, emoji=False, markup=False)


def show(what: RenderableType, *, stderr: bool = False) -> None:
    """Print without the blanks that rich fills lines with."""
    out = console(stderr=stderr)
    lines = []
    for line in out.render_lines(what, pad=False):
        shown = Text.assemble(*((part.text, part.style or "") for part in line))
        shown.rstrip()
        lines.append(shown)
    out.print(Text("\n").join(lines), soft_wrap=True)


def reasons(found: Sequence[str]) -> str:
    """The first reasons, and how many more there are, in the user's language."""
    more = f" +{len(found) - _FEW}" if len(found) > _FEW else ""
    return ", ".join(map(screen.told, found[:_FEW])) + more


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
            seconds = _seconds(row.seconds) if row.seconds else ""
            table.add_row(Text(f"  {name}"), _status(row), seconds)
        show(table)


def print_left(diagnostics: Iterable[Diagnostic], made: Collection[str]) -> None:
    """Say which engagements were not `made` because of their errors, and are left as they are."""
    errors = (one.engagement for one in diagnostics if one.severity is Severity.ERROR)
    counted = Counter(name for name in errors if name and name not in made)
    listed = ", ".join(f"{name} ({_errors(number)})" for name, number in counted.items())
    if listed:
        screen.tell(said("Left as it was: {names}.", names=listed))


def _errors(number: int) -> str:
    return screen.told(screen.counted(number, said("1 error"), said("{n} errors", n=number)))


def _seconds(seconds: float) -> str:
    return screen.told(said("{seconds} s", seconds=round(seconds, 1)))


def _status(row: Row) -> Text:
    status = Text(screen.told(STATUSES[row.status]), style=_COLOUR.get(row.status, ""))
    if row.reasons:
        status.append(f": {reasons(row.reasons)}", style="default not bold")
    return status


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
    show(table)
