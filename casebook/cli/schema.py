"""`casebook schema`: the JSON Schema of a parameter file, for editors."""

from __future__ import annotations

import click

from casebook.cli import options, screen
from casebook.schema import LANGUAGES, engagement_schema


@click.command
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="da",
    show_default=True,
    help="The language of titles and descriptions.",
)
@options.as_json
def command(language: str, as_json: bool) -> int:  # noqa: ARG001  # it is JSON either way
    """Print the JSON Schema."""
    screen.print_json(engagement_schema(language))
    return 0
