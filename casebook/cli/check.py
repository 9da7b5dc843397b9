"""`casebook check`: all diagnostics at once."""

from __future__ import annotations

from pathlib import Path

import click

from casebook import notebook_files, pipeline
from casebook.cli import options, screen
from casebook.cli.annotations import FORMATS
from casebook.pipeline import Report


@click.command
@options.names
@options.workspace
@click.option("--notebooks", is_flag=True, help="Check the workspace's notebooks too.")
@click.option("--fix", is_flag=True, help="With --notebooks: mend what can be mended.")
@click.option(
    "--annotate",
    type=click.Choice(list(FORMATS)),
    help="Print what a CI service shows on the lines of a change.",
)
@options.as_json
def command(
    names: tuple[str, ...], root: Path | None, annotate: str | None, as_json: bool, **choices: bool
) -> int:
    """Say all that is wrong."""
    notebooks, fix = choices["notebooks"], choices["fix"]
    if fix and not notebooks:
        raise click.UsageError("--fix mends notebooks: say --notebooks too.")
    workspace = options.chosen(root)
    files = notebook_files.find(workspace) if notebooks else []
    mended = notebook_files.mend(workspace, files) if fix else []
    found = pipeline.check(workspace, names).diagnostics
    report = Report((*found, *notebook_files.check(workspace, files)))
    if as_json:
        values = {"diagnostics": [one.as_json() for one in report.diagnostics]}
        fixed = {"mended": [workspace.shown(path) for path in mended]} if fix else {}
        screen.print_json(values | fixed)
        return report.exit_code
    screen.print_diagnostics(report.diagnostics)
    if annotate:
        screen.note(FORMATS[annotate](report.diagnostics))
        return report.exit_code
    for path in mended:
        screen.note(f"mended: {workspace.shown(path)}")
    if not report.diagnostics:
        number = len(names or workspace.parameter_files())
        also = f" and {screen.plural(len(files), 'notebook')}" if notebooks else ""
        screen.note(f"Checked {screen.plural(number, 'engagement')}{also}: nothing to mend.")
    return report.exit_code
