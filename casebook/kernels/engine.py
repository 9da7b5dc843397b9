"""papermill's engine for builds: the notebook's client talks to a forked kernel directly.

papermill and nbclient do all that they always do: parameters, events, metadata, outputs,
errors. Only the way to the kernel is another.
"""

from __future__ import annotations

import asyncio
import os
import queue
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from jupyter_core.utils import ensure_event_loop
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.log import logger

from casebook.kernels import shared
from casebook.kernels.process import Kernel
from casebook.kernels.wire import IOPUB, SHELL, Wire

NAME = "casebook"

_NOT_NBCLIENTS = ("input_path", "timeout", "start_timeout", "startup_timeout")


class _Received:
    """A channel of messages from the kernel, as nbclient reads it."""

    def __init__(self, client: _Client) -> None:
        self._client = client
        self.messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def get_msg(  # nbclient names the timeout
        self,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> dict[str, Any]:
        """The next message. Raises `queue.Empty` when none comes in time."""
        try:
            return await asyncio.wait_for(self.messages.get(), timeout)
        except TimeoutError:
            raise queue.Empty from None

    def send(self, message: dict[str, Any]) -> None:
        """Send a message to the kernel."""
        self._client.send(message)


class _Client(AsyncKernelClient):
    """A client of one kernel at the other end of a wire."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self.session.key = b""
        self.allow_stdin = False
        self.ended = asyncio.Event()
        self._wire = wire
        self._channels = {SHELL: _Received(self), IOPUB: _Received(self)}

    @property
    def shell_channel(self) -> Any:
        """Replies."""
        return self._channels[SHELL]

    @property
    def iopub_channel(self) -> Any:
        """What cells print and show."""
        return self._channels[IOPUB]

    async def is_alive(self) -> bool:
        """Whether the kernel is still there."""
        return not self.ended.is_set()

    def send(self, message: dict[str, Any]) -> None:
        """Send a message; one that no longer arrives is answered by the kernel's end."""
        try:
            self._wire.send(SHELL, self.session.serialize(message))
        except OSError:
            self.ended.set()

    def read(self) -> None:
        """Sort what has come into the channels."""
        try:
            for channel, frames in self._wire.receive():
                _, parts = self.session.feed_identities(frames)
                self._channels[channel].messages.put_nowait(self.session.deserialize(parts))
        except EOFError:
            asyncio.get_running_loop().remove_reader(self._wire)
            self.ended.set()


class _NotebookClient(PapermillNotebookClient):  # type: ignore[misc]  # papermill is not typed
    """Knows at once when its kernel has ended."""

    async def _async_poll_kernel_alive(self) -> None:
        await self.kc.ended.wait()
        self.task_poll_for_reply.cancel()


class WarmEngine(NBClientEngine):  # type: ignore[misc]  # papermill is not typed
    """Runs notebooks in kernels that a warm process forks."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        warm: str | None = None,
        execution_timeout: float | None = None,
        **options: Any,
    ) -> Any:
        """Run a notebook in a kernel forked by the warm process at the address `warm`.

        Without one the user's shared warm process is taken, where the notebook's kernel is of
        this very Python and can be forked here; else papermill's own engine runs it.
        """
        if warm is None:
            warm = shared.address() if _is_this_python(kernel_name) else ""
        if not warm:
            return super().execute_managed_notebook(
                nb_man, kernel_name, execution_timeout=execution_timeout, **options
            )
        told = {name: value for name, value in options.items() if name not in _NOT_NBCLIENTS}
        with _forked(warm) as (kernel, client):
            manager = SimpleNamespace(has_kernel=True, interrupt_kernel=kernel.interrupt)
            runner = _NotebookClient(
                nb_man,
                km=manager,
                timeout=execution_timeout,
                kernel_name=kernel_name,
                log=logger,
                **told,
            )
            runner.kc = client
            return runner.execute()


def _is_this_python(kernel_name: str) -> bool:
    """Whether a kernel is ipykernel with the Python that runs here."""
    try:
        command = KernelSpecManager().get_kernel_spec(kernel_name).argv
    except NoSuchKernel:
        return False
    mine = {"python", "python3", sys.executable}
    return "ipykernel_launcher" in command and command[0] in mine


@contextmanager
def _forked(warm: str) -> Iterator[tuple[Kernel, _Client]]:
    """A kernel in this process's folder and environment, and its client."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            kernel = Kernel(warm, (), os.environ, str(Path.cwd()), theirs.fileno())
        loop, wire = ensure_event_loop(), Wire(ours)
        client = _Client(wire)
        loop.add_reader(wire, client.read)
        try:
            yield kernel, client
        finally:
            loop.remove_reader(wire)
            kernel.kill()
            kernel.wait()


def register() -> None:
    """Make the engine known to papermill in this process."""
    papermill_engines.register(NAME, WarmEngine)
