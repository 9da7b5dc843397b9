"""The first half of the line: discover, read, check. Imports nothing that only a build needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from casebook import checks, layers, resources, source
from casebook.collecting import no_collecting
from casebook.diagnostics import Diagnostic
from casebook.errors import CasebookError
from casebook.source import Source
from casebook.workspace import Workspace, select


def read(workspace: Workspace, names: Sequence[str]) -> tuple[list[Source], list[Diagnostic]]:
    """Read the engagements asked for, and all that can be said against them.

    All are read, because nothing of one client may stand in the engagement of another.
    """
    wanted = select(workspace, names)
    with no_collecting():
        everything = {name: _read(path) for name, path in workspace.parameter_files().items()}
        sources = [everything[name] for name in wanted]
        found = [diagnostic for one in sources for diagnostic in one.diagnostics]
        common = layers.common(workspace.root / "params")
        told = checks.check(sources, _today(), list(everything.values()), common)
        return sources, [*found, *told, *_branded(workspace)]


def _read(path: Path) -> Source:
    try:
        return source.read(path)
    except OSError as error:
        raise CasebookError(
            f"Cannot read {path}: {error.strerror}.", "Make it readable."
        ) from error


def _today() -> date:
    """The day in the user's own time zone."""
    return datetime.now().astimezone().date()


def _branded(workspace: Workspace) -> Sequence[Diagnostic]:
    """What is wrong with the workspace's own brand."""
    if not (workspace.templates / resources.BRAND).is_file():
        return ()
    from casebook.brand import read_brand  # noqa: PLC0415  # colours take long to load

    return read_brand(workspace.templates)[1]
