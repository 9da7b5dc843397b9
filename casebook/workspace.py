"""Which files exist: parameter files, notebooks, and where the pages go. Decides nothing."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from casebook import resources
from casebook.documents import FRAGMENT, Key
from casebook.errors import CasebookError
from casebook.messages import NOTHING, Said, all_known, nearest, said, together

OUTPUT = "build"
"""The output folder where none is asked for."""

LEDGER = "casebook.sqlite"
"""The file in the output folder that remembers what was built from what."""


@dataclass(frozen=True)
class Workspace:
    """A folder with `params/` and perhaps `notebooks/`, and the folder for what is built."""

    root: Path
    output: Path

    @property
    def templates(self) -> Path:
        """Where the workspace's own brand lies, if it has one."""
        return self.root / "templates"

    def parameter_files(self) -> dict[str, Path]:
        """The parameter file of every engagement, by name."""
        found = sorted((self.root / "params").glob("*.yaml"))
        return {path.stem: path for path in found if not path.name.startswith((".", "_"))}

    def misnamed(self) -> list[Path]:
        """Files that look like parameter files, and are passed over because of their ending."""
        found = sorted((self.root / "params").glob("*"))
        endings = (".yaml", ".yml")
        return [
            path
            for path in found
            if path.suffix.lower() in endings and path.suffix != ".yaml" and path.name[0] != "."
        ]

    def notebook(self, engagement: str, document: str) -> Path | None:
        """The notebook of a document: the engagement's own, the workspace's, the package's."""
        name = f"{document}.ipynb"
        shared = self.root / "notebooks"
        own = [shared / engagement / name] if engagement else []
        candidates = [*own, shared / name, resources.folder("notebooks") / name]
        return next((path for path in candidates if path.is_file()), None)

    def page(self, key: Key, format: str) -> Path:
        """Where an edition stands."""
        ending = "fragment.html" if format == FRAGMENT else format
        return self.output / key.engagement / f"{key.stem}.{ending}"

    def executed(self, key: Key) -> Path:
        """Where an executed notebook is kept."""
        return self.output / key.engagement / "notebooks" / f"{key.stem}.ipynb"

    def shown(self, path: Path) -> str:
        """A path as a user reads it: from the workspace, with `/`, where it lies inside."""
        inside = path.is_relative_to(self.root)
        return (path.relative_to(self.root) if inside else path).as_posix()


def discover(root: Path | None = None, output: Path | None = None) -> Workspace:
    """The workspace at `root`, or the nearest one from the current folder upwards.

    `output` is taken from the current folder, as every path that a user types.
    """
    start = (root or Path.cwd()).resolve()
    candidates = [start] if root else [start, *start.parents]
    found = next((folder for folder in candidates if (folder / "params").is_dir()), None)
    if found is None:
        hint = said("Make one with `casebook init DIR`, or name it with --workspace DIR.")
        what = said("There is no folder `params` in {path} or above it.", path=start)
        if root:
            what = said("There is no folder `params` in {path}.", path=start)
        raise CasebookError(what, hint, 2)
    return Workspace(found, output.resolve() if output else found / OUTPUT)


def select(workspace: Workspace, names: Sequence[str]) -> dict[str, Path]:
    """The parameter files of the engagements asked for; of all of them without names."""
    files = workspace.parameter_files()
    if not names:
        return files
    unknown = [name for name in names if name not in files]
    if unknown:
        listed = ", ".join(f"'{name}'" for name in unknown)
        near = (_renamed(workspace, name) or nearest(name, files) for name in unknown)
        hint = together(*near) or all_known(files)
        raise CasebookError(said("There is no engagement {names}.", names=listed), hint, 2)
    return {name: files[name] for name in files if name in names}


def _renamed(workspace: Workspace, name: str) -> Said:
    """What to do where there is a parameter file of that name, but for its ending."""
    found = (path.name for path in workspace.misnamed() if path.stem.lower() == name.lower())
    wrong = next(found, "")
    return said("Rename params/{file} to {name}.yaml.", file=wrong, name=name) if wrong else NOTHING


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    """The process's file mode mask, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
