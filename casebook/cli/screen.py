"""What is printed. What needs rich is imported when there is something to show."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from casebook.diagnostics import Diagnostic
from casebook.messages import user_language


def print_json(value: Any) -> None:
    """Print plain values as JSON in UTF-8, whatever the terminal's language."""
    _write(json.dumps(value, ensure_ascii=False, indent=2))


def print_json_line(value: Any) -> None:
    """Print plain values as one line of JSON, to be read before there are more."""
    _write(json.dumps(value, ensure_ascii=False))


def _write(text: str) -> None:
    sys.stdout.buffer.write(f"{text}\n".encode())
    sys.stdout.buffer.flush()


def note(text: str) -> None:
    """A plain line on standard output."""
    click.echo(text)


def as_json(diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Diagnostics as plain values, in the user's language."""
    language = user_language()
    return [one.told(language).as_json() for one in diagnostics]


def print_diagnostics(diagnostics: Iterable[Diagnostic], root: Path) -> None:
    """Print diagnostics, if there are any, with their lines of files in the workspace `root`."""
    found = list(diagnostics)
    if found:
        from casebook.cli import problems  # noqa: PLC0415  # where all is well rich is not needed

        problems.print_diagnostics(found, root)


def left_out(names: Sequence[str]) -> None:
    """Say on standard error which engagements could not be read."""
    if names:
        listed = ", ".join(names)
        click.echo(f"Left out: {listed}. Run `casebook check` to see why.", err=True)


def plural(number: int, word: str) -> str:
    """`1 page`, `2 pages`."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
