"""How Jupyter starts a kernel that the shared warm process forks.

JupyterLab, `papermill -k casebook`, `nbconvert --execute` and nbval find it by the entry point.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from casebook.kernels import shared
from casebook.kernels.process import Kernel

_LAUNCHER = "ipykernel_launcher"
_PATIENCE = 1.0
"""Seconds that a client is kept from connecting; one that comes too early is only slower."""


class WarmProvisioner(LocalProvisioner):
    """As with a process of its own, but that the kernel is forked; where it cannot be, as ever."""

    process: Any = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel of the command `python -m ipykernel_launcher …`."""
        kernel = _forked(cmd, kwargs)
        if kernel is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = kernel
        self.pid = self.pgid = kernel.pid
        self.cwd = kwargs.get("cwd")
        await _listening(kernel, self.connection_info)
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait for the kernel to end; of a forked one it is known at once."""
        if not isinstance(self.process, Kernel):
            return await super().wait()
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


def _forked(cmd: list[str], kwargs: dict[str, Any]) -> Kernel | None:
    address = shared.address() if _LAUNCHER in cmd else ""
    if not address:
        return None
    environment = kwargs.get("env") or os.environ
    folder = str(kwargs.get("cwd") or Path.cwd())
    try:
        return Kernel(address, cmd[cmd.index(_LAUNCHER) + 1 :], environment, folder)
    except OSError:
        return None


async def _listening(kernel: Kernel, info: KernelConnectionInfo) -> None:
    """Wait until a kernel listens: ZeroMQ tries again only after a tenth of a second."""
    family, address = _heartbeat(info)
    deadline = time.monotonic() + _PATIENCE
    while kernel.poll() is None and time.monotonic() < deadline:
        with socket.socket(family) as caller:
            if caller.connect_ex(address) == 0:
                return
        await asyncio.sleep(0.005)


def _heartbeat(info: KernelConnectionInfo) -> tuple[socket.AddressFamily, Any]:
    """Where the last of a kernel's sockets is opened."""
    if info["transport"] == "ipc":
        return socket.AF_UNIX, f"{info['ip']}-{info['hb_port']}"
    return socket.AF_INET, (info["ip"], info["hb_port"])
