"""The kernel that notebooks run in: the running environment's own, reached without ports."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from traitlets import default
from traitlets.config import Config

from casebook.kernels import shared
from casebook.kernels.cold import end_descendants
from casebook.kernels.process import answers

_COLD = "casebook.kernels.cold"


class OwnKernelManager(AsyncKernelManager):
    """Starts ipykernel with this very Python, whatever kernels a user has registered."""

    @default("kernel_spec_manager")
    def _kernel_spec_manager_default(self) -> KernelSpecManager:
        return KernelSpecManager(kernel_dirs=[])

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """The command that starts it: one that leaves nothing behind when its starter is killed."""
        command = super().format_kernel_cmd(extra_arguments)
        return [_COLD if part == "ipykernel_launcher" else part for part in command]

    async def start_kernel(self, **settings: Any) -> None:  # type: ignore[override]  # it is async
        """Start it, with nothing of what it says beside its notebook among what a build prints."""
        await super().start_kernel(**settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    async def shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:  # type: ignore[override]  # as Jupyter has it
        """End it, and first what its cells have started: later nobody could tell what that is."""
        process = getattr(self.provisioner, "process", None)
        if now and process is not None and sys.platform == "linux":
            process.send_signal(signal.SIGSTOP)
            end_descendants(process.pid)
        await super().shutdown_kernel(now, restart)

    def kill(self) -> None:
        """End what is left: what cells have started, and a kernel that nbclient never owned."""
        process, group = (getattr(self.provisioner, name, None) for name in ("process", "pgid"))
        if process is not None:
            process.kill()
            process.wait()
        if group is not None and sys.platform != "win32":
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)


@contextmanager
def kernel_for(warm: str | None) -> Iterator[dict[str, Any]]:
    """What papermill needs to be told for a kernel that `warm` forks; for a cold one without.

    It is a cold one too where the warm process was killed. With None, the user's shared warm
    process forks it.
    """
    if warm is None:
        warm = shared.address()
    elif warm and not answers(warm):
        warm = ""
    if not warm:
        with own_kernel() as told:
            yield told
        return
    from casebook.kernels import engine  # noqa: PLC0415  # imports papermill

    engine.register()
    yield {"engine_name": engine.NAME, "warm": warm}


@contextmanager
def own_kernel() -> Iterator[dict[str, Any]]:
    """What nbclient needs to be told, for one run, to use such a kernel.

    Kernels that start together can take each other's TCP ports, so Unix sockets are used where
    there are any. They get a short folder because their paths may have about 100 characters.
    """
    managers: list[OwnKernelManager] = []

    class NotedManager(OwnKernelManager):
        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            managers.append(self)

    with tempfile.TemporaryDirectory(prefix="casebook-", ignore_cleanup_errors=True) as folder:
        settings = {
            "connection_file": str(Path(folder) / "kernel.json"),
            "transport": "tcp" if sys.platform == "win32" else "ipc",
        }
        config = Config({OwnKernelManager.__name__: settings})
        told = {
            "kernel_manager_class": NotedManager,
            "config": config,
            # All outputs have arrived by then; a polite end takes three seconds now and then.
            "shutdown_kernel": "immediate",
            # What a kernel says on its way out would land in the middle of the progress bars.
            "extra_arguments": ["--log-level=CRITICAL"],
        }
        try:
            yield told
        finally:
            for manager in managers:
                manager.kill()
