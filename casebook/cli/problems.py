"""Diagnostics on the terminal, with the lines that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from casebook import todos
from casebook.cli.listings import console, show
from casebook.diagnostics import WORDS, Diagnostic, Severity, count
from casebook.excerpts import Excerpt, excerpt
from casebook.messages import said, translated, user_language

_INDENT = " " * 4
_COLOUR = {Severity.ERROR: "red", Severity.WARNING: "yellow"}

FEW, MOST = 3, 12
"""Of slips that are alike in a file so many are shown, and so many lines of the rest are named."""


def print_diagnostics(diagnostics: Iterable[Diagnostic], root: Path) -> None:
    """Print diagnostics to standard error, file by file, in the user's language, and count them.

    Each shows its line of the file in the workspace `root`, with a mark under the place; what is
    only left to answer comes last, as a list.
    """
    out, language = console(stderr=True), user_language()
    found = sorted(diagnostics, key=lambda one: one.where)
    slips = [one for one in found if one.code != todos.CODE]
    for _, in_file in groupby(slips, key=lambda one: one.where.file):
        alike: dict[tuple[str, str], list[Diagnostic]] = {}
        for one in in_file:
            alike.setdefault((one.code, one.message), []).append(one)
        for same in alike.values():
            for one in same[:FEW]:
                _print_diagnostic(out, one.told(language), excerpt(root, one.where), language)
            if len(same) > FEW:
                rest = Text("\n").join(_indented(out, _rest(same[FEW:], language)))
                out.print(rest, soft_wrap=True)
        out.print()
    left = [one for one in found if one.code == todos.CODE]
    severity = translated(WORDS[Severity.ERROR], language)
    for (name, file), mine in groupby(left, key=lambda one: (one.engagement, one.where.file)):
        heading = translated(said("To answer for {name}, by line:", name=name), language)
        out.print(
            Text.assemble((file, "bold"), ": ", (f"{todos.CODE} {severity}", "red"), f": {heading}")
        )
        print_worklist(mine, stderr=True)
    if found:
        out.print(f"{count(found, language)}.")


def _rest(same: Sequence[Diagnostic], language: str) -> Text:
    """Where else the same is wrong: a slip in every row of a table would fill the screen."""
    lines = [str(one.where.line) for one in same[:MOST]] + ["…"] * (len(same) > MOST)
    rest = said("The same {n} more times, in lines {lines}.", n=len(same), lines=", ".join(lines))
    if len(same) == 1:
        rest = said("The same once more, in line {line}.", line=lines[0])
    return Text(translated(rest, language))


def _print_diagnostic(out: Console, one: Diagnostic, line: Excerpt | None, language: str) -> None:
    severity = translated(WORDS[one.severity], language)
    head = ((str(one.where), "bold"), ": ", (f"{one.code} {severity}", _COLOUR[one.severity]))
    parts = [Text.assemble(*head), *_indented(out, Text(one.message))]
    if line is not None:
        parts += _pointed(line, one.where.line, out.width)
    if one.hint:
        hint = Text(one.hint, style="dim")
        is_traceback = "\n" in one.hint
        parts += [hint] if is_traceback else _indented(out, hint)
    # All at once: each printing takes longer than to find what is printed.
    out.print(Text("\n").join(parts), soft_wrap=True)


def _indented(out: Console, text: Text) -> Iterator[Text]:
    """The lines of a text that fit into the terminal."""
    for line in text.wrap(out, out.width - len(_INDENT)):
        line.rstrip()
        yield Text.assemble(_INDENT, line)


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
    """Print in the user's language what is to be answered: the line, the field, the question."""
    language = user_language()
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(justify="right", no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for one in left:
        table.add_row(str(one.where.line), Text(one.told(language).message))
    show(table, stderr=stderr)
