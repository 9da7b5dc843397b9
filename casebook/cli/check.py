"""`casebook check`: all diagnostics at once."""

from __future__ import annotations

from pathlib import Path

import click

from casebook import layers, pipeline
from casebook.cli import options, screen
from casebook.errors import CasebookError
from casebook.resolved import as_yaml, origins
from casebook.workspace import Workspace, select


@click.command
@options.names
@click.option(
    "--resolved", is_flag=True, help="Print one engagement with all it extends, and its origins."
)
@options.workspace
@options.as_json
def command(names: tuple[str, ...], resolved: bool, root: Path | None, as_json: bool) -> int:
    """Say all that is wrong."""
    workspace = options.chosen(root)
    if resolved:
        _print_resolved(workspace, names, as_json=as_json)
    report = pipeline.check(workspace, names)
    if as_json and not resolved:
        screen.print_json({"diagnostics": [one.as_json() for one in report.diagnostics]})
        return report.exit_code
    screen.print_diagnostics(report.diagnostics)
    if not report.diagnostics and not resolved:
        number = len(names or workspace.parameter_files())
        screen.note(f"Checked {screen.plural(number, 'engagement')}: nothing to mend.")
    return report.exit_code


def _print_resolved(workspace: Workspace, names: tuple[str, ...], *, as_json: bool) -> None:
    if len(names) != 1:
        raise CasebookError("--resolved shows one engagement.", "Name it.", 2)
    layer = layers.read(select(workspace, names)[names[0]])
    if as_json:
        screen.print_json({"values": layer.data, "origins": origins(layer)})
    else:
        screen.note(as_yaml(layer))
