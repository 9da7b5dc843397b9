"""The whole caching key: every input of a page by name, with a digest of its content."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import casebook
from casebook.messages import said

Fingerprint = Mapping[str, str]
"""Name of an input → digest of its content."""

_SHARED = {
    "notebook": said("notebook"),
    "templates": said("templates"),
    "brand": said("brand"),
    "dependencies": said("dependencies"),
}
"""Inputs that have no name of their own."""

MISSING = "missing"
"""Stands for the digest of an input that could not be made; it never counts as unchanged."""

DEPENDENCIES = ("papermill", "nbclient", "ipykernel", "nbconvert", "matplotlib", "pandas", "scipy")

CONVERTERS: Mapping[str, tuple[str, ...]] = {
    "pdf": ("weasyprint",),
    "docx": ("pypandoc_binary", "resvg_py"),
}
"""The libraries that make a format besides those that make every page."""

_PACKAGE = Path(casebook.__file__).parent
_CARRIED = ("templates", "notebooks", "params")


def digest(value: Any) -> str:
    """A short digest of plain values or bytes; the order of keys does not matter."""
    if not isinstance(value, bytes):
        value = json.dumps(value, sort_keys=True, ensure_ascii=False).encode()
    return hashlib.sha256(value).hexdigest()[:20]


def of_files(folder: Path, files: Iterable[Path]) -> str:
    """A digest of the content and the names of files in a folder."""
    found = {path.relative_to(folder).as_posix(): digest(path.read_bytes()) for path in files}
    return digest(found)


def of_folder(folder: Path) -> str:
    """A digest of everything in a folder."""
    return of_files(folder, (path for path in folder.rglob("*") if path.is_file()))


def of_notebook(path: Path) -> str:
    """A digest of what a notebook says and does: its cells, without outputs and noise."""
    raw = path.read_bytes()
    try:
        cells = [_cell(cell) for cell in json.loads(raw)["cells"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return digest(raw)
    return digest(cells)


def _cell(cell: Mapping[str, Any]) -> list[Any]:
    tags = cell.get("metadata", {}).get("tags", [])
    return [cell["cell_type"], cell.get("id"), "".join(cell["source"]), sorted(tags)]


def of_parameters(parameters: Mapping[str, Any]) -> Fingerprint:
    """One digest for each group of parameters, and one for the insights of each phase."""
    found = {f"params: {name}": digest(_own(value)) for name, value in parameters.items()}
    for phase in _phases(parameters):
        if "insights" in phase:
            found[f"insights: {phase['kind']}"] = digest(phase["insights"])
    return found


def _phases(parameters: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    phases = parameters.get("phases")
    return phases if isinstance(phases, list) else []


def _own(value: Any) -> Any:
    """A group without the insights in its phases: they have digests of their own."""
    if not isinstance(value, list):
        return value
    return [_without_insights(item) if isinstance(item, Mapping) else item for item in value]


def _without_insights(part: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name != "insights"}


@functools.cache
def of_casebook() -> str:
    """A digest of this package: its version, its modules and its data."""
    files = (path for path in _PACKAGE.rglob("*") if path.is_file() and _is_own(path))
    return digest([casebook.__version__, of_files(_PACKAGE, files)])


def _is_own(path: Path) -> bool:
    parts = path.relative_to(_PACKAGE).parts
    carried = parts[0] == "data" and parts[1] in _CARRIED
    compiled = "__pycache__" in parts or path.suffix in {".mo", ".tmp"}
    return not carried and not compiled


@functools.cache
def of_dependencies() -> str:
    """A digest of the versions of the libraries that make a page."""
    return digest({name: _version(name) for name in DEPENDENCIES})


def of_converters() -> Mapping[str, Fingerprint]:
    """The version of each library that only one format needs, where it is installed."""
    return {
        page: {f"library {name}": _version(name) for name in names}
        for page, names in CONVERTERS.items()
    }


def _version(name: str) -> str:
    """The installed version of a library; empty where it is not installed."""
    from importlib import metadata  # noqa: PLC0415  # a tenth of what an answer imports

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def changes(old: Fingerprint | None, new: Fingerprint) -> tuple[str, ...]:
    """Why what was built from `old` is out of date: names of inputs, in words."""
    if old is None:
        return (said("new"),)
    missing = [said("{name} missing", name=_named(n)) for n, v in new.items() if v == MISSING]
    changed = [
        said("{name} changed", name=_named(name))
        for name in dict.fromkeys((*new, *old))
        if old.get(name) != new.get(name) and new.get(name) != MISSING
    ]
    return (*changed, *missing)


def _named(name: str) -> str:
    """An input as a person knows it."""
    kind, _, rest = name.partition(" ")
    if kind == "library":
        return said("library {name}", name=rest)
    if kind == "insights:":
        return said("insights: {name}", name=rest)
    return _SHARED.get(name, name)
