"""`casebook lab`: JupyterLab on the workspace, with kernels that start warm."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import click

from casebook.cli import options, screen
from casebook.errors import CasebookError
from casebook.messages import said

KERNEL = "casebook"


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("own", metavar="[-- OPTION]...", nargs=-1, type=click.UNPROCESSED)
@options.workspace
@options.port
@options.no_browser
@options.as_json
def command(
    own: tuple[str, ...], root: Path | None, port: int, no_browser: bool, as_json: bool
) -> int:
    """Open JupyterLab until Ctrl-C, with options of its own."""
    workspace = options.chosen(root)
    if importlib.util.find_spec("jupyterlab") is None:
        hint = said('pip install "casebook[{name}]"', name="lab")
        raise CasebookError(said("JupyterLab is not installed."), hint, 2)
    from jupyterlab.labapp import LabApp  # noqa: PLC0415  # an extra

    from casebook.kernels import shared  # noqa: PLC0415  # only where kernels start

    # It makes itself ready while JupyterLab does.
    warm = bool(shared.address())
    if as_json:
        screen.print_json_line({"workspace": str(workspace.root), "kernel": KERNEL, "warm": warm})
    settings = {
        "ServerApp.root_dir": workspace.root,
        "ServerApp.open_browser": not no_browser,
        "MultiKernelManager.default_kernel_name": KERNEL,
        **({"ServerApp.port": port, "ServerApp.port_retries": 0} if port else {}),
    }
    LabApp.launch_instance([*(f"--{name}={value}" for name, value in settings.items()), *own])
    return 0
