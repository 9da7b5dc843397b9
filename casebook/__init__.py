"""Casebook: engagements as parameters, cases and learning as pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from casebook.frames import Frames

__all__ = ["open_ledger"]

__version__ = "0.1.0"


def open_ledger(workspace: Path | str | None = None, output: Path | str | None = None) -> Frames:
    """Every insight, lesson, tool, claim and number of a workspace as pandas frames.

    Without a `workspace` it is the one in the current folder or above; `output` is the folder
    that pages are built into, else `build`. Raises `CasebookError` if there is no workspace.
    """
    from casebook import frames  # noqa: PLC0415  # a notebook that makes a page needs none of it

    return frames.open_ledger(workspace, output)
