"""`casebook export`: the ledger as tables, or one engagement in the fields of a form."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import click

from casebook import archive, exporting, opsi
from casebook.audience import view
from casebook.cli import options, screen
from casebook.columns import TABLES
from casebook.diagnostics import Diagnostic, Severity, Where
from casebook.errors import CasebookError
from casebook.frames import Frames
from casebook.messages import Said, said
from casebook.model import Audience
from casebook.text import Words
from casebook.workspace import Workspace, select


@click.command
@click.argument("target", metavar="FILE|NAME")
@click.option("--table", type=click.Choice(list(TABLES)), help="Only this table.")
@click.option("--profile", type=click.Choice(["opsi"]), help="NAME in the fields of this form.")
@options.workspace
@options.output
@options.language
@options.as_json
def command(
    target: str, root: Path | None, output: Path | None, as_json: bool, **choices: Any
) -> int:
    """Write the ledger to a file, or print a form."""
    workspace = options.chosen(root, output)
    if choices["profile"] is not None:
        return _form(workspace, target, Words(choices["language"]), as_json=as_json)
    opened = archive.open_archive(workspace)
    path = Path(target)
    written = exporting.export(Frames(opened), path, choices["table"])
    screen.left_out(opened.unreadable)
    if as_json:
        screen.print_json({"path": path.as_posix(), "tables": list(written)})
    else:
        screen.note(f"{path}: {', '.join(written)}.")
    return 0


def _form(workspace: Workspace, name: str, words: Words, *, as_json: bool) -> int:
    select(workspace, [name])
    found = {e.id: e for e in archive.open_archive(workspace).engagements()}
    if name not in found:
        hint = said("Run `casebook check {name}`.", name=name)
        raise CasebookError(said("'{name}' cannot be read.", name=name), hint)
    fields = opsi.fields(view(found[name], Audience.PUBLIC), words)
    problems = [_too_long(name, field) for field in fields if field.excess]
    if as_json:
        told = [{"name": f.name, "text": f.text, "limit": f.limit} for f in fields]
        screen.print_json({"fields": told, "diagnostics": screen.as_json(problems)})
        return 0
    for field in fields:
        screen.tell(_heading(field))
        for line in (field.text or words("unknown")).splitlines():
            screen.note(
                textwrap.fill(line, screen.WIDTH, initial_indent="  ", subsequent_indent="  ")
            )
        screen.note("")
    screen.print_diagnostics(problems, workspace.root)
    return 0


def _heading(field: opsi.Field) -> Said:
    if not field.limit:
        return said("{name}", name=field.name)
    return said(
        "{name} ({n} of {limit} characters)", name=field.name, n=len(field.text), limit=field.limit
    )


def _too_long(name: str, field: opsi.Field) -> Diagnostic:
    message = said(
        "{name} has {length} characters; OPSI accepts {limit}.",
        name=field.name,
        length=len(field.text),
        limit=field.limit,
    )
    hint = said("Shorten the texts it is made from, or write it under `engagement.opsi`.")
    where = Where(f"params/{name}.yaml")
    return Diagnostic("CB149", Severity.WARNING, message, hint, where, name)
