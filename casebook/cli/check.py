"""`casebook check`: all diagnostics at once."""

from __future__ import annotations

from pathlib import Path

import click

from casebook import pipeline
from casebook.cli import options, screen


@click.command
@options.names
@options.workspace
@options.as_json
def command(names: tuple[str, ...], root: Path | None, as_json: bool) -> int:
    """Say all that is wrong."""
    workspace = options.chosen(root)
    report = pipeline.check(workspace, names)
    if as_json:
        screen.print_json({"diagnostics": [one.as_json() for one in report.diagnostics]})
        return report.exit_code
    screen.print_diagnostics(report.diagnostics)
    if not report.diagnostics:
        number = len(names or workspace.parameter_files())
        screen.note(f"Checked {screen.plural(number, 'engagement')}: nothing to mend.")
    return report.exit_code
