"""`casebook ask`: the questions that a casebook must answer, answered from the ledger."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import click
from rich import box
from rich.table import Table

from casebook import archive
from casebook.archive import Archive
from casebook.cli import listings, options, screen
from casebook.clock import today
from casebook.collecting import no_collecting
from casebook.errors import CasebookError
from casebook.messages import all_known, nearest, said, together
from casebook.model import Engagement
from casebook.portfolio import Answer, that_count
from casebook.questions import QUESTIONS, Asked
from casebook.questions.common import shortened
from casebook.text import Words
from casebook.text.marks import unmarked

_ROWS = 100
"""So many rows of an answer are shown; more are not read on a terminal."""


@click.command
@click.argument("number", required=False)
@options.names
@options.workspace
@options.output
@options.language
@options.as_json
def command(  # noqa: PLR0913, PLR0917  # click passes each option by name
    number: str | None,
    names: tuple[str, ...],
    root: Path | None,
    output: Path | None,
    language: str,
    as_json: bool,
) -> int:
    """Answer a question, about all engagements or those that are named."""
    words = Words(language)
    if number is None:
        _list(words, as_json=as_json)
        return 0
    question = _numbered(number)
    opened = archive.open_archive(options.chosen(root, output))
    with no_collecting():
        found = _answered(question, opened, names, words)
    screen.left_out(opened.unreadable)
    if as_json:
        screen.print_json(json.loads(unmarked(found.model_dump_json())))
    else:
        shown = found.with_first(_ROWS).model_dump_json()
        _print(Answer.model_validate_json(unmarked(shown)), words)
    return 0


def _answered(question: int, opened: Archive, names: tuple[str, ...], words: Words) -> Answer:
    """The answer for the engagements that are named, or for all that count."""
    known = opened.engagements()
    wanted = _wanted(known, names)
    counted = {engagement.id for engagement in wanted}
    others = () if names else tuple(e.id for e in known if e.id not in counted)
    asked = Asked(wanted, words, today(), others, opened.certainty)
    return QUESTIONS[question](asked, question)


def _numbered(number: str) -> int:
    if number.isdecimal() and int(number) in QUESTIONS:
        return int(number)
    first, last = min(QUESTIONS), max(QUESTIONS)
    hint = said(
        "They are numbered {first} to {last}; `casebook ask` lists them.", first=first, last=last
    )
    raise CasebookError(said("There is no question '{number}'.", number=number), hint, 2)


def _wanted(engagements: list[Engagement], names: tuple[str, ...]) -> tuple[Engagement, ...]:
    """The engagements that are named, fictional or not; else all that count."""
    known = {engagement.id: engagement for engagement in engagements}
    for name in names:
        if name not in known:
            hint = together(nearest(name, known), all_known(known))
            what = said("There is no engagement '{name}' to ask about.", name=name)
            raise CasebookError(what, hint, 2)
    return tuple(known[name] for name in names) or that_count(engagements)


def _list(words: Words, *, as_json: bool) -> None:
    questions = {number: words(f"ask.{number}.question") for number in QUESTIONS}
    if as_json:
        listed = [{"number": number, "question": text} for number, text in questions.items()]
        screen.print_json({"questions": listed})
        return
    for number, text in questions.items():
        screen.note(textwrap.fill(f"{number:>2}  {text}", screen.WIDTH, subsequent_indent="    "))


def _print(found: Answer, words: Words) -> None:
    screen.note(textwrap.fill(found.question, screen.WIDTH))
    screen.note(textwrap.fill(found.sentence, screen.WIDTH) + "\n")
    if found.rows:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for column in found.columns:
            table.add_column(column, overflow="fold")
        for row in found.rows:
            table.add_row(*row)
        listings.show(table)
        if found.more:
            one = said("There is 1 more row; --json has all.")
            more = said("There are {n} more rows; --json has all.", n=found.more)
            screen.tell(screen.counted(found.more, one, more))
    for text in found.unknown:
        screen.note(textwrap.fill(words("asked.unknown", text=text), screen.WIDTH))
    for text in found.notes:
        screen.note(textwrap.fill(text, screen.WIDTH))
    if found.sources:
        sources = words("asked.sources", sources=shortened(words, found.sources))
        screen.note(textwrap.fill(sources, screen.WIDTH))
