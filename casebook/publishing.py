"""Executed notebooks become pages, through the exporters."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from casebook import light
from casebook.brand import Brand
from casebook.diagnostics import Diagnostic, Severity, Where
from casebook.documents import Key
from casebook.errors import CasebookError, reason
from casebook.messages import said
from casebook.workspace import Workspace, write


@dataclass(frozen=True)
class Page:
    """A page as it is to be written, the seconds that it took to make, and what is said of it."""

    content: bytes
    seconds: float
    warnings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class Pages:
    """The pages of one notebook by format, without those that came to nothing, and why not."""

    made: Mapping[str, Page] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()


def export(
    key: Key, shown: str, notebook: Callable[[], Any], formats: Sequence[str], brand: Brand
) -> Pages:
    """The pages of an executed notebook, `shown` in what is said of it; nothing is written."""
    light.load("nbformat")
    from casebook.exporters import EXPORTERS  # noqa: PLC0415  # imports nbconvert

    pages: dict[str, Page] = {}
    found: list[Diagnostic] = []
    for name in formats:
        started = time.monotonic()
        try:
            exported = EXPORTERS[name](notebook(), brand)
        except Exception as error:  # noqa: BLE001  # one bad page must not stop the others
            found.append(_not_exported(key, shown, error))
            continue
        warnings = tuple(as_diagnostic(key, shown, problem) for problem in exported.problems)
        pages[name] = Page(exported.content, time.monotonic() - started, warnings)
    return Pages(pages, tuple(found))


def publish(key: Key, pages: Pages, workspace: Workspace) -> Pages:
    """Write pages where they belong; those that could be written."""
    made, found = dict(pages.made), list(pages.diagnostics)
    for name, page in pages.made.items():
        path = workspace.page(key, name)
        try:
            write(path, page.content)
        except OSError as error:
            del made[name]
            found.append(_not_written(key, workspace.shown(path), error))
    return Pages(made, tuple(found))


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
