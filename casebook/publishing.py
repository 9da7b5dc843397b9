"""Executed notebooks become pages, through the exporters."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casebook import light
from casebook.brand import Brand
from casebook.diagnostics import Diagnostic, Severity, Where
from casebook.documents import Key
from casebook.errors import CasebookError, reason
from casebook.messages import said
from casebook.workspace import Workspace, write


@dataclass(frozen=True)
class Published:
    """The pages of one notebook that were written, by format, with the time each took."""

    seconds: Mapping[str, float]
    diagnostics: tuple[Diagnostic, ...] = ()


def publish(key: Key, formats: Sequence[str], workspace: Workspace, brand: Brand) -> Published:
    """Export an executed notebook in all formats; then, where that went well, write the pages."""
    nbformat = light.load("nbformat")
    from casebook.exporters import EXPORTERS  # noqa: PLC0415  # imports nbconvert

    executed = workspace.executed(key)
    pages: dict[str, bytes] = {}
    seconds: dict[str, float] = {}
    found: list[Diagnostic] = []
    for name in formats:
        started = time.monotonic()
        try:
            notebook = nbformat.read(executed, as_version=4)
            exported = EXPORTERS[name](notebook, brand)
        except Exception as error:  # noqa: BLE001  # one bad page must not stop the others
            found.append(_not_exported(key, workspace.shown(executed), error))
            continue
        pages[name], seconds[name] = exported.content, time.monotonic() - started
        found += [as_diagnostic(key, workspace.shown(executed), p) for p in exported.problems]
    for name, content in pages.items():
        page = workspace.page(key, name)
        try:
            write(page, content)
        except OSError as error:
            del seconds[name]
            found.append(_not_written(key, workspace.shown(page), error))
    return Published(seconds, tuple(found))


def require(formats: Sequence[str]) -> None:
    """Raise `CasebookError` where a page in one of the formats could not be made here."""
    if {*formats} - {"html"}:
        light.load("nbformat")
        from casebook.exporters import extras  # noqa: PLC0415  # imports nbconvert

        extras.require(formats)


def formats() -> tuple[str, ...]:
    """The formats that pages can be made in."""
    light.load("nbformat")
    from casebook.exporters import EXPORTERS  # noqa: PLC0415  # imports nbconvert

    return tuple(EXPORTERS)


def as_diagnostic(key: Key, file: str, problem: Any) -> Diagnostic:
    """A problem that an exporter found in the executed notebook `file`, as a warning."""
    message = said("Cell {n}: {what}", n=problem.cell, what=problem.message)
    where = Where(file)
    return Diagnostic(problem.code, Severity.WARNING, message, problem.hint, where, key.engagement)


def _not_exported(key: Key, file: str, error: Exception) -> Diagnostic:
    what, hint = f"{type(error).__name__}: {error}", said("Look at what its cells show.")
    if isinstance(error, CasebookError):
        what, hint = error.message, error.hint
    message = said("No page could be made of it. {why}", why=what)
    return Diagnostic("CB204", Severity.ERROR, message, hint, Where(file), key.engagement)


def _not_written(key: Key, file: str, error: OSError) -> Diagnostic:
    message = said("The page could not be written: {why}.", why=reason(error))
    hint = said("Make room for it, or make the folder writable, and build again.")
    return Diagnostic("CB204", Severity.ERROR, message, hint, Where(file), key.engagement)
