"""The first half of the line: discover, read, check. Imports nothing that only a build needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from casebook import checks, layers, resources, source
from casebook.clock import today
from casebook.collecting import no_collecting
from casebook.diagnostics import Diagnostic, Severity, Where
from casebook.errors import CasebookError, reason
from casebook.messages import said
from casebook.source import Source
from casebook.support import Backing
from casebook.workspace import Workspace, select


def read(workspace: Workspace, names: Sequence[str]) -> tuple[list[Source], list[Diagnostic]]:
    """Read the engagements asked for, and all that can be said against them.

    All are read, because nothing of one client may stand in the engagement of another.
    """
    wanted = select(workspace, names)
    everything = read_all(workspace)
    sources = [everything[name] for name in wanted]
    found = told(sources, list(everything.values()), workspace)
    return sources, [*found, *misnamed(workspace), *_branded(workspace)]


def read_all(workspace: Workspace, among: Collection[str] | None = None) -> dict[str, Source]:
    """The engagements of a workspace, by name; those `among` some names, if they are given.

    Raises `CasebookError` where the disk does not give one.
    """
    files = workspace.parameter_files()
    with no_collecting():
        return {n: read_one(path) for n, path in files.items() if among is None or n in among}


def told(
    sources: Sequence[Source],
    among: Sequence[Source],
    workspace: Workspace,
    known: Mapping[str, Backing] | None = None,
) -> list[Diagnostic]:
    """All that can be said against engagements `among` those of a workspace.

    `known` is what each engagement is worth as support for a lesson; that of `among`, unless told.
    """
    common = layers.common(workspace.root / "params")
    found = [diagnostic for one in sources for diagnostic in one.diagnostics]
    with no_collecting():
        return [*found, *checks.check(sources, today(), among, common, known)]


def misnamed(workspace: Workspace) -> list[Diagnostic]:
    """The files that look like parameter files, and are read by nobody."""
    return [
        Diagnostic(
            "CB155",
            Severity.WARNING,
            said(
                "Parameter files end in .yaml, not in {suffix}: this one is not read.",
                suffix=path.suffix,
            ),
            said("Rename it to {name}.yaml.", name=path.stem.lower()),
            Where(f"params/{path.name}"),
        )
        for path in workspace.misnamed()
    ]


def read_one(path: Path) -> Source:
    """An engagement. Raises `CasebookError` where the disk does not give it."""
    try:
        return source.read(path)
    except OSError as error:
        message = said("Cannot read {path}: {why}.", path=path, why=reason(error))
        raise CasebookError(message, said("Make it readable.")) from error


def _branded(workspace: Workspace) -> Sequence[Diagnostic]:
    """What is wrong with the workspace's own brand."""
    if not (workspace.templates / resources.BRAND).is_file():
        return ()
    from casebook.brand import read_brand  # noqa: PLC0415  # colours take long to load

    return read_brand(workspace.templates)[1]
