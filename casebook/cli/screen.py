"""What is printed. What needs rich is imported when there is something to show."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from casebook.diagnostics import Diagnostic
from casebook.documents import Key
from casebook.messages import Said, said, translated, user_language

WIDTH = 80


def print_json(value: Any) -> None:
    """Print plain values as JSON in UTF-8, whatever the terminal's language."""
    _write(json.dumps(value, ensure_ascii=False, indent=2))


def print_json_line(value: Any) -> None:
    """Print plain values as one line of JSON, to be read before there are more."""
    _write(json.dumps(value, ensure_ascii=False))


def _write(text: str) -> None:
    sys.stdout.buffer.write(f"{text}\n".encode())
    sys.stdout.buffer.flush()


def note(text: str, *, err: bool = False) -> None:
    """A plain line on standard output, or where errors go."""
    click.echo(text, err=err)


def told(text: str) -> str:
    """A sentence in the user's language; other text as it is."""
    return translated(text, user_language())


def tell(sentence: Said, *, err: bool = False) -> None:
    """A sentence on standard output, or where errors go, in the user's language."""
    note(filled(told(sentence)), err=err)


def filled(text: str) -> str:
    """A text in lines of at most 80 letters; paths and commands stay whole, to be copied."""
    whole = textwrap.TextWrapper(WIDTH, break_on_hyphens=False, break_long_words=False)
    return "\n".join(whole.fill(line) for line in text.split("\n"))


def as_json(diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Diagnostics as plain values, in the user's language."""
    language = user_language()
    return [one.told(language).as_json() for one in diagnostics]


def left_out_as_json(left_out: Mapping[Key, Sequence[str]]) -> list[dict[str, Any]]:
    """Editions that are not made as plain values, with why."""
    return [{**key._asdict(), "reasons": [*why]} for key, why in left_out.items()]


def print_diagnostics(diagnostics: Iterable[Diagnostic], root: Path) -> None:
    """Print diagnostics, if there are any, with their lines of files in the workspace `root`."""
    found = list(diagnostics)
    if found:
        from casebook.cli import problems  # noqa: PLC0415  # where all is well rich is not needed

        problems.print_diagnostics(found, root)


def left_out(names: Sequence[str]) -> None:
    """Say on standard error which engagements could not be read."""
    if names:
        sentence = said(
            "Left out: {names}. Run `casebook check` to see why.", names=", ".join(names)
        )
        click.echo(told(sentence), err=True)


def counted(number: int, one: Said, more: Said) -> Said:
    """What is said of one thing, or of none or several."""
    return one if number == 1 else more
