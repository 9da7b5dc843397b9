"""`casebook schema`: the JSON Schema of a parameter file, for editors."""

from __future__ import annotations

import click

from casebook.cli import options, screen
from casebook.model import Engagement


@click.command
@options.as_json
def command(as_json: bool) -> int:  # noqa: ARG001  # it is JSON either way
    """Print the JSON Schema."""
    screen.print_json(Engagement.model_json_schema(by_alias=True))
    return 0
