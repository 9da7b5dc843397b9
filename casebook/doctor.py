"""What this machine has for Casebook, and what it lacks."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

import casebook
from casebook.errors import CasebookError, reason
from casebook.exporters.extras import EXTRAS
from casebook.kernels.process import obstacle
from casebook.messages import said
from casebook.workspace import discover

KERNEL = "casebook"


class State(StrEnum):
    """How a part is: `less` costs speed or a format, `blocks` stops a build."""

    GOOD = "good"
    LESS = "less"
    BLOCKS = "blocks"


@dataclass(frozen=True)
class Part:
    """One part of an installation: how it is, and what to do if it is not well."""

    name: str
    state: State
    message: str
    hint: str = ""


def examine(root: Path | None = None, output: Path | None = None) -> Iterator[Part]:
    """Every part that a build may need, the necessary first."""
    versions = {"python": platform.python_version(), "casebook": casebook.__version__}
    yield Part("python", State.GOOD, said("Python {python}, Casebook {casebook}", **versions))
    yield Part("platform", State.GOOD, f"{platform.platform()}, {os.cpu_count()} CPU")
    yield _workspace(root, output)
    yield _kernels()
    yield _kernelspec()
    for name, modules in EXTRAS.items():
        yield _extra(name, modules)


def _workspace(root: Path | None, output: Path | None) -> Part:
    name = "workspace"
    try:
        workspace = discover(root, output)
        files = workspace.parameter_files()
        for path in files.values():
            path.open("rb").close()
    except CasebookError as error:
        return Part(name, State.BLOCKS, error.message, error.hint)
    except OSError as error:
        why = {"path": error.filename, "why": reason(error)}
        return Part(name, State.BLOCKS, said("Cannot read {path}: {why}.", **why))
    place = next(p for p in (workspace.output, *workspace.output.parents) if p.exists())
    if not (place.is_dir() and os.access(place, os.W_OK)):
        hint = said("Name another folder with --output DIR, or make this one writable.")
        return Part(name, State.BLOCKS, said("Cannot write to {path}.", path=place), hint)
    found = said("{path}: {n} parameter files", path=workspace.root, n=len(files))
    if len(files) == 1:
        found = said("{path}: 1 parameter file", path=workspace.root)
    return Part(name, State.GOOD, found)


def _kernels() -> Part:
    why = obstacle()
    if why:
        hint = said("Pages are the same; a build takes several times longer.")
        return Part("kernels", State.LESS, said("Each notebook starts cold. {why}", why=why), hint)
    return Part("kernels", State.GOOD, said("Kernels are forked from a warm process."))


def _kernelspec() -> Part:
    try:
        place = KernelSpecManager().get_kernel_spec(KERNEL).resource_dir
    except NoSuchKernel:
        hint = said("Install Casebook again with pip; builds do without it.")
        message = said("JupyterLab and papermill find no kernel named {name}.", name=KERNEL)
        return Part("kernelspec", State.LESS, message, hint)
    return Part("kernelspec", State.GOOD, place)


def _extra(name: str, modules: tuple[str, ...]) -> Part:
    try:
        for module in modules:
            importlib.import_module(module)
        if name == "docx":
            importlib.import_module("pypandoc").get_pandoc_version()
    except (ImportError, OSError) as error:
        hint = said('pip install "casebook[{name}]"', name=name)
        if not isinstance(error, ImportError):
            hint = said("Install the libraries that the README names.")
        return Part(name, State.LESS, str(error).strip().splitlines()[0], hint)
    return Part(name, State.GOOD, said("ready"))
