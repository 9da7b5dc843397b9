"""The notebooks of a workspace as files: checked, mended and tidied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from casebook import checks, tidying
from casebook.checks.notebooks import Notebook, run_for_nobody
from casebook.diagnostics import Diagnostic, Severity, Where
from casebook.documents import DOCUMENTS
from casebook.errors import CasebookError
from casebook.messages import said
from casebook.workspace import Workspace, write


def find(workspace: Workspace) -> list[Path]:
    """The notebooks of a workspace, its engagements' own among them."""
    found = sorted((workspace.root / "notebooks").rglob("*.ipynb"))
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


def check(workspace: Workspace, paths: Sequence[Path]) -> list[Diagnostic]:
    """What the rules say about notebooks."""
    found = []
    for path in paths:
        opened = _open(workspace, path)
        if isinstance(opened, Diagnostic):
            found.append(opened)
        else:
            found += checks.check_notebook(*opened, workspace.shown(path))
        found += _astray(workspace, path)
    return found


def _astray(workspace: Workspace, path: Path) -> Iterator[Diagnostic]:
    """A notebook in a folder of its own that no build runs, though it looks as if one would."""
    if path.parent.parent == workspace.root / "notebooks":
        place, where = (path.parent.name, path.stem), Where(workspace.shown(path))
        for slip in run_for_nobody(place, workspace.parameter_files(), DOCUMENTS):
            yield Diagnostic("CB219", Severity.WARNING, slip.message, slip.hint, where)


def mend(workspace: Workspace, paths: Sequence[Path]) -> list[Path]:
    """Mend what can be mended; the notebooks that were written."""
    return [path for path in paths if _mended(workspace, path)]


def _mended(workspace: Workspace, path: Path) -> bool:
    opened = _open(workspace, path)
    if isinstance(opened, Diagnostic):
        return False
    notebook, text = opened
    found = checks.check_notebook(notebook, text, workspace.shown(path))
    before = tidying.written(notebook.values)
    checks.mend(notebook, found)
    after = tidying.written(notebook.values)
    if after != before:
        write(path, after.encode())
    return after != before


def _open(workspace: Workspace, path: Path) -> tuple[Notebook, str] | Diagnostic:
    try:
        text = path.read_text(encoding="utf-8")
        values = tidying.parse(text)
    except (OSError, UnicodeDecodeError) as error:
        what = said("It cannot be read: {why}.", why=str(error))
        hint = said("Save it as UTF-8, readable for you.")
        return Diagnostic("CB218", Severity.ERROR, what, hint, Where(workspace.shown(path)))
    except CasebookError as error:
        where = Where(workspace.shown(path))
        return Diagnostic("CB218", Severity.ERROR, error.message, error.hint, where)
    own = path.parent != workspace.root / "notebooks"
    return Notebook(values, path.stem in DOCUMENTS, own), text


def tidy(text: str) -> str:
    """The text of a notebook, tidied. Raises `CasebookError` if it is not one."""
    return tidying.written(tidying.tidy(tidying.parse(text)))
