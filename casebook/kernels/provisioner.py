"""How Jupyter starts a kernel that a warm process forks."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from jupyter_client.provisioning import LocalProvisioner
from traitlets import Unicode

from casebook.kernels.process import Kernel


class WarmProvisioner(LocalProvisioner):
    """Everything is as with a process of its own, but that the kernel is forked."""

    address: str = Unicode(config=True)  # type: ignore[assignment]  # a trait

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        """Ask the warm process for the kernel of the command `python -m ipykernel_launcher …`."""
        environment = kwargs.get("env") or os.environ
        folder = str(kwargs.get("cwd") or os.getcwd())
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        self.process = Kernel(self.address, arguments, environment, folder)
        self.pid = self.pgid = self.process.pid
        self.cwd = folder
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait for the kernel to end; it is known at once."""
        if self.process is None:
            return 0
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        if self.process.poll() is None:
            loop.add_reader(self.process.fileno(), ended.set)
            try:
                await ended.wait()
            finally:
                loop.remove_reader(self.process.fileno())
        code = self.process.wait()
        self.process = None
        return code
