"""`casebook diff`: what an engagement does differently from the one it was begun from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from casebook import source
from casebook.cli import listings, options, screen
from casebook.comparison import Change, compare
from casebook.errors import CasebookError
from casebook.messages import said
from casebook.model import Engagement
from casebook.workspace import Workspace, select

_COLOUR = {"added": "green", "left out": "red", "changed": "yellow"}
_KINDS = {"added": said("added"), "left out": said("left out"), "changed": said("changed")}
_THINGS = {
    "activity": said("activity"),
    "tool": said("tool"),
    "survey item": said("survey item"),
}


@click.command
@click.argument("name")
@click.argument("other", required=False)
@options.workspace
@options.as_json
def command(name: str, other: str | None, root: Path | None, as_json: bool) -> int:
    """Show what is different. Without OTHER: from the one it was begun from."""
    workspace = options.chosen(root)
    engagement = _engagement(select(workspace, [name])[name])
    origin = other or engagement.assignment.derived_from
    if origin is None:
        message = said("'{name}' does not say what it was begun from.", name=name)
        raise CasebookError(message, said("Name it: casebook diff {name} OTHER.", name=name), 2)
    changes = compare(engagement, _origin(workspace, origin))
    if as_json:
        listed = [change.as_json() for change in changes]
        screen.print_json({"engagement": name, "other": origin, "changes": listed})
        return 0
    _print(name, origin, changes)
    return 0


def _origin(workspace: Workspace, origin: str) -> Engagement:
    """The engagement, or the method as if it were one, that another was begun from."""
    if "/" not in origin:
        return _engagement(select(workspace, [origin])[origin])
    nobody = {"id": "nobody", "name": "-"}
    group = {"id": "method", "title": "-", "years": {"start": 2000}, "extends": origin}
    return source.from_parameters(
        {"client": nobody, "engagement": group}, workspace.root / "params"
    )


def _engagement(path: Path) -> Engagement:
    found = source.read(path)
    if found.engagement is None:
        screen.print_diagnostics(found.diagnostics, path.parent.parent)
        what = said("'{name}' cannot be read.", name=path.stem)
        raise CasebookError(what, said("Mend it first."))
    return found.engagement


def _print(name: str, origin: str, changes: Sequence[Change]) -> None:
    if changes:
        screen.tell(said("{name}, compared with {other}:\n", name=name, other=origin))
        listings.show(_table(changes))
        screen.note("")
    one = said("1 difference.")
    screen.tell(screen.counted(len(changes), one, said("{n} differences.", n=len(changes))))


def _table(changes: Sequence[Change]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    table.add_column(overflow="fold", ratio=2)
    for change in changes:
        kind = Text(screen.told(_KINDS[change.kind]), style=_COLOUR[change.kind])
        table.add_row(kind, f"{screen.told(_THINGS[change.what])} {change.id}", _said(change))
    return table


def _said(change: Change) -> str:
    if not change.field:
        return change.now or change.before
    return f"{change.field}: {change.before or '–'} → {change.now or '–'}"
