"""The notebook tools, imported without what they import along and nothing here uses.

Where JupyterLab is installed, nbformat compiles a grammar of web addresses for a second, and
papermill loads PyArrow for storage that builds never touch: in every worker of a build.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_UNUSED = ("rfc3987_syntax", "pyarrow")


def load(name: str) -> Any:
    """Import nbformat or papermill, if nothing else has."""
    if name in sys.modules:
        return sys.modules[name]
    with _without(*_UNUSED):
        found = importlib.import_module(name)
    if name == "papermill":
        _write_nothing_for_nobody(importlib.import_module("papermill.execute"))
    return found


def _write_nothing_for_nobody(papermill: Any) -> None:
    """Have papermill spell out an executed notebook only where it is to be written to a file."""
    write = papermill.write_ipynb

    def write_ipynb(notebook: Any, path: str | None) -> None:
        if path is not None:
            write(notebook, path)

    papermill.write_ipynb = write_ipynb


@contextmanager
def _without(*names: str) -> Iterator[None]:
    """Imports in here do not find these modules; both tools go on without them."""
    absent = [name for name in names if name not in sys.modules]
    modules: dict[str, Any] = sys.modules
    modules.update(dict.fromkeys(absent))
    try:
        yield
    finally:
        for name in absent:
            del modules[name]
