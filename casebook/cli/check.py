"""`casebook check`: all diagnostics at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from casebook import layers, notebook_files
from casebook.cli import options, screen
from casebook.diagnostics import Diagnostic, blocking
from casebook.errors import CasebookError
from casebook.messages import said, user_language
from casebook.reading import read
from casebook.resolved import as_yaml, origins
from casebook.workspace import Workspace, select

_FORMATS = ("text", "json", "sarif", "github", "gitlab")


@click.command
@options.names
@click.option(
    "--resolved", is_flag=True, help="Print one engagement with all it extends, and its origins."
)
@options.workspace
@click.option("--notebooks", is_flag=True, help="Check the workspace's notebooks too.")
@click.option("--fix", is_flag=True, help="With --notebooks: mend what can be mended.")
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="sarif for code scanning, github and gitlab for the lines of a change.",
)
@options.as_json
def command(
    names: tuple[str, ...], root: Path | None, form: str, as_json: bool, **choices: bool
) -> int:
    """Say all that is wrong."""
    notebooks, fix = choices["notebooks"], choices["fix"]
    if fix and not notebooks:
        raise click.UsageError("--fix mends notebooks: say --notebooks too.")
    workspace = options.chosen(root)
    if choices["resolved"]:
        _print_resolved(workspace, names, as_json=as_json)
    files = notebook_files.find(workspace) if notebooks else []
    mended = notebook_files.mend(workspace, files) if fix else []
    found = [*read(workspace, names)[1], *notebook_files.check(workspace, files)]
    shown = [workspace.shown(path) for path in mended]
    if choices["resolved"]:
        screen.print_diagnostics(found, workspace.root)
    elif as_json or form == "json":
        values: dict[str, object] = {"diagnostics": screen.as_json(found)}
        screen.print_json(values | ({"mended": shown} if fix else {}))
    elif form == "text":
        for path in shown:
            screen.tell(said("mended: {path}", path=path))
        _print(found, workspace, len(names), len(files))
    else:
        _print_for_machines(found, workspace, form)
    return int(blocking(found))


def _print_resolved(workspace: Workspace, names: tuple[str, ...], *, as_json: bool) -> None:
    if len(names) != 1:
        raise CasebookError(said("--resolved shows one engagement."), said("Name it."), 2)
    layer = layers.read(select(workspace, names)[names[0]])
    if as_json:
        screen.print_json({"values": layer.data, "origins": origins(layer)})
    else:
        screen.note(as_yaml(layer))


def _print(found: Sequence[Diagnostic], workspace: Workspace, asked: int, notebooks: int) -> None:
    screen.print_diagnostics(found, workspace.root)
    if not found:
        number = asked or len(workspace.parameter_files())
        done = said("Checked 1 engagement: nothing to mend.")
        if number != 1:
            done = said("Checked {n} engagements: nothing to mend.", n=number)
        screen.tell(done)
        if notebooks:
            screen.tell(said("Checked {n} notebooks: nothing to mend.", n=notebooks))


def _print_for_machines(found: Sequence[Diagnostic], workspace: Workspace, form: str) -> None:
    from casebook.cli import reports  # noqa: PLC0415  # only machines need it

    language = user_language()
    told = [one.told(language) for one in found]
    if form == "sarif":
        screen.note(reports.sarif(told, workspace.root, language))
    elif form == "gitlab":
        screen.note(reports.gitlab(told))
    else:
        click.echo(reports.github(told, workspace.root), nl=False)
