"""What there is to say of every engagement, without another reading of what has not changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from casebook import checks, layers, source
from casebook.collecting import no_collecting
from casebook.diagnostics import Diagnostic, blocking
from casebook.errors import CasebookError
from casebook.looking import ALL
from casebook.model import Engagement
from casebook.recall import Checked, Recalled
from casebook.source import Source
from casebook.workspace import Workspace

Checks = Mapping[str, Checked]
"""What a check says, by engagement; under `ALL` of what they share."""


def read(path: Path) -> Source:
    """A parameter file with its tables. Raises `CasebookError` if the disk does not give it."""
    try:
        return source.read(path)
    except OSError as error:
        raise CasebookError(
            f"Cannot read {path}: {error.strerror}.", "Make it readable."
        ) from error


def read_all(workspace: Workspace) -> dict[str, Source]:
    """Every engagement of a workspace, by name."""
    with no_collecting():
        return {name: read(path) for name, path in workspace.parameter_files().items()}


def told(
    sources: Sequence[Source], among: Sequence[Source], workspace: Workspace
) -> list[Diagnostic]:
    """All that can be said against engagements `among` all those of a workspace."""
    common = layers.common(workspace.root / "params")
    found = [diagnostic for one in sources for diagnostic in one.diagnostics]
    with no_collecting():
        return [*found, *checks.check(sources, _today(), among, common)]


def _today() -> date:
    """The day in the user's own time zone."""
    return datetime.now().astimezone().date()


def stopping(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of the diagnostics stops even what stays inside the firm."""
    return blocking(one for one in diagnostics if one.code not in checks.INSIDE)


def recheck(recalled: Recalled, branded: Sequence[Diagnostic]) -> Checks:
    """What a check says of each engagement, and under `ALL` of the brand (`branded`)."""
    if recalled.all_checked:
        return recalled.checked
    everything = read_all(recalled.workspace)
    sources = list(everything.values())
    found: dict[str, list[Diagnostic]] = {name: [] for name in everything}
    for one in told(sources, sources, recalled.workspace):
        found[one.engagement].append(one)
    found[ALL] = list(branded)
    stamps = recalled.inputs.stamp
    return {
        name: Checked(stamps(name), tuple(said), _facts(everything.get(name), said))
        for name, said in found.items()
        if name in recalled.inputs.own
    }


def _facts(source: Source | None, said: Iterable[Diagnostic]) -> dict[str, Any]:
    """What others need to know of an engagement, as plain values."""
    engagement: Engagement | None = source.engagement if source else None
    facts: dict[str, Any] = {"stops": stopping(said)}
    if engagement is not None:
        facts["kinds"] = sorted({phase.kind.value for phase in engagement.phases})
        facts["naming"] = engagement.release.naming
    return facts
