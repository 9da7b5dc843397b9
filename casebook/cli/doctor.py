"""`casebook doctor`: what this machine has and lacks."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from casebook import doctor
from casebook.cli import listings, options, screen
from casebook.doctor import Part, State
from casebook.messages import translated, user_language

_MARKS = {State.GOOD: ("✓", "green"), State.LESS: ("–", "yellow"), State.BLOCKS: ("✗", "red")}


@click.command
@options.workspace
@options.output
@options.as_json
def command(root: Path | None, output: Path | None, as_json: bool) -> int:
    """Say what works on this machine, and what is missing."""
    language = user_language()
    parts = [
        Part(one.name, one.state, *(translated(text, language) for text in (one.message, one.hint)))
        for one in doctor.examine(root, output)
    ]
    if as_json:
        screen.print_json({"parts": [asdict(part) for part in parts]})
    else:
        listings.print_marked(
            (*_MARKS[one.state], one.name, one.message, one.hint) for one in parts
        )
    return int(any(part.state is State.BLOCKS for part in parts))
