"""`casebook verify`: prove a bundle, line by line."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from casebook.cli import listings, options, screen
from casebook.cli.progress import progress
from casebook.errors import CasebookError
from casebook.messages import said
from casebook.proof import Proof, prove
from casebook.workspace import Workspace, discover

_MARKS = {True: ("✓", "green"), False: ("✗", "red")}

_NAMES = {
    "bundle": said("bundle"),
    "pages": said("pages"),
    "register": said("register"),
    "approval": said("approval"),
    "consent": said("consent"),
    "sources": said("sources"),
}


@click.command
@click.argument("bundle", type=click.Path(path_type=Path))
@options.workspace
@options.output
@options.as_json
def command(bundle: Path, root: Path | None, output: Path | None, as_json: bool) -> int:
    """Prove a bundle; within a workspace also that it still stands."""
    workspace = _workspace(root, output)
    with progress(shown=not as_json) as tell:
        proofs = list(prove(bundle, workspace, tell))
    proven = all(proof.holds for proof in proofs)
    if as_json:
        told = [
            asdict(one) | {"message": screen.told(one.message), "hint": screen.told(one.hint)}
            for one in proofs
        ]
        within = workspace is not None
        screen.print_json({"proven": proven, "within_a_workspace": within, "proofs": told})
        return int(not proven)
    listings.print_marked(map(_row, proofs))
    if workspace is None:
        screen.tell(
            said("There is no workspace here: whether it was released, and still stands, is open.")
        )
    return int(not proven)


def _workspace(root: Path | None, output: Path | None) -> Workspace | None:
    """The workspace around, if there is one: whoever was sent a bundle has none."""
    try:
        return discover(root, output)
    except CasebookError:
        if root:
            raise
        return None


def _row(proof: Proof) -> tuple[str, str, str, str, str]:
    mark, colour = _MARKS[proof.holds]
    name = screen.told(_NAMES[proof.name])
    return mark, colour, name, screen.told(proof.message), screen.told(proof.hint)
