"""The kernel that notebooks of a build run in: ipykernel itself, over one socket, few threads.

Everything that a cell can notice is ipykernel's own: shell, display, streams, comms, magics,
a running asyncio loop. What is left out is between it and its client: ports, heartbeat,
signatures, threads for channels, and a fifth of a second before printed text is sent on.
"""

from __future__ import annotations

import asyncio
import functools
import os
import secrets
import socket
import sys
import threading
import zlib
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, ClassVar, cast

from ipykernel.compiler import XCachingCompiler, get_tmp_directory
from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from tornado.ioloop import IOLoop

from casebook.kernels.wire import IOPUB, SHELL, Channel, Wire

_READ = 1 << 16
_PATIENCE = 10.0

_LONG = 4000
"""Letters of a cell that nobody typed: ipykernel would hash them in Python, one by one."""


class _Publisher(IOPubThread):
    """Sends at once, in the thread that has something to say."""

    def __init__(self, channel: Channel) -> None:
        self.socket = channel
        self.thread = threading.Thread()
        # Printed text is sent when a cell shows something else or ends, never by the clock.
        self.io_loop = cast(IOLoop, SimpleNamespace(call_later=lambda *_: None))

    def schedule(self, f: Callable[[], object]) -> None:
        f()

    def send_multipart(self, *args: Any, **kwargs: Any) -> None:
        self.socket.send_multipart(*args, **kwargs)


class Stream(OutStream):
    """Standard output or error, with all that reached its file before a cell ended.

    What other processes write comes through a pipe. A word that nobody else knows is written
    after a cell: when it has come through, so has everything before it.
    """

    def drain(self) -> None:
        """Wait for what was written to the file, and send everything."""
        if self._should_watch:
            self._await_file()
        self.flush()  # type: ignore[no-untyped-call]  # ipykernel's

    def _await_file(self) -> None:
        word = f"\0{secrets.token_hex(16)}\0".encode()
        came = threading.Event()
        self._words[word] = came
        os.write(self._original_stdstream_fd, word)
        came.wait(_PATIENCE)

    def write(self, string: str) -> int:
        """Write text; a process that a cell has forked writes it to the file."""
        mine = self._is_master_process()  # type: ignore[no-untyped-call]  # ipykernel's
        if mine or not self._should_watch:
            return super().write(string) or 0
        return os.write(self._original_stdstream_fd, string.encode())

    def _setup_stream_redirects(self, name: str) -> None:
        self._words: dict[bytes, threading.Event] = {}
        super()._setup_stream_redirects(name)  # type: ignore[no-untyped-call]  # ipykernel's

    def _watch_pipe_fd(self) -> None:
        held, file = b"", cast(int, self._fid)
        while more := os.read(file, _READ):
            held = self._pass_on(held + more)

    def _pass_on(self, held: bytes) -> bytes:
        """Write what is whole; return what may be the beginning of more."""
        for word in list(self._words):
            before, found, after = held.partition(word)
            if found:
                self._print(before)
                held = after
                self._words.pop(word).set()
        keep = len(held) if self._words and b"\0" in held[-40:] else _unfinished(held)
        if keep and len(held) > _READ:
            keep = min(keep, 40)
        self._print(held[: len(held) - keep])
        return held[len(held) - keep :]

    def _print(self, said: bytes) -> None:
        if said:
            super().write(said.decode(errors="replace"))


def _unfinished(said: bytes) -> int:
    """How many bytes at the end are the beginning of one letter."""
    for count in range(1, min(3, len(said)) + 1):
        byte = said[-count]
        if byte >= 0xC0:  # noqa: PLR2004  # the first byte of a letter in UTF-8
            needed = 2 + (byte >= 0xE0) + (byte >= 0xF0)  # noqa: PLR2004
            return count if count < needed else 0
    return 0


class _Compiler(XCachingCompiler):
    """Names the code of cells as ipykernel does, but a whole engagement by a faster hash."""

    def get_code_name(self, raw_code: str, code: str, number: int) -> str:
        """The file that syntax errors name, in a folder of this kernel alone."""
        if len(raw_code) < _LONG:
            return str(super().get_code_name(raw_code, code, number))  # type: ignore[no-untyped-call]
        return f"{get_tmp_directory()}{os.sep}{zlib.crc32(raw_code.encode())}.py"  # type: ignore[no-untyped-call]


class _Kernel(IPythonKernel):
    """ipykernel without queues: its client sends one cell at a time."""

    compiler_class = _Compiler

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)  # type: ignore[no-untyped-call]  # ipykernel's
        # A cell is asked for twice, and is the whole engagement where it holds the parameters.
        transformers = cast(Any, self.shell).input_transformer_manager
        self._transform = functools.lru_cache(maxsize=1)(transformers.transform_cell)
        transformers.transform_cell = self._transform

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        pass

    async def execute_request(self, stream: Any, ident: Any, parent: Any) -> None:
        """Run a cell; a process that it has forked ends with it, and leaves the loop alone."""
        kernel = os.getpid()
        try:
            await super().execute_request(stream, ident, parent)  # type: ignore[no-untyped-call]
        finally:
            if os.getpid() != kernel:
                os._exit(0)
            self._transform.cache_clear()


class LeanApp(IPKernelApp):
    """Starts such a kernel, with the user's IPython configuration as ipykernel does."""

    wire: ClassVar[Wire]

    def init_connection_file(self) -> None:
        """There is no connection file, and nothing to say of it."""

    write_connection_file = init_connection_file  # type: ignore[assignment]
    init_poller = init_heartbeat = log_connection_info = init_connection_file

    def init_sockets(self) -> None:
        """Take the one socket for all that is published."""
        self.session.key = b""
        self._shell_channel = Channel(self.wire, SHELL)
        self.iopub_socket = Channel(self.wire, IOPUB)
        self.iopub_thread = _Publisher(self.iopub_socket)

    def init_kernel(self) -> None:
        """Make the kernel, reading from nowhere."""
        here = SimpleNamespace(parent_thread=threading.main_thread())
        self.kernel = _Kernel.instance(
            parent=self,
            session=self.session,
            iopub_thread=self.iopub_thread,
            iopub_socket=self.iopub_socket,
            shell_channel_thread=here,
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )
        self.displayhook.get_execution_count = lambda: self.kernel.execution_count

    def start(self) -> None:
        """Answer messages until the client has gone."""
        self.kernel.shell.exit_now = False
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        messages: asyncio.Queue[list[bytes] | None] = asyncio.Queue()

        def read() -> None:
            try:
                for _, frames in self.wire.receive():
                    messages.put_nowait(frames)
            except EOFError:
                asyncio.get_running_loop().remove_reader(self.wire)
                messages.put_nowait(None)

        asyncio.get_running_loop().add_reader(self.wire, read)
        while (frames := await messages.get()) is not None:
            await asyncio.ensure_future(self._answer(frames))

    async def _answer(self, frames: list[bytes]) -> None:
        """Handle one message as ipykernel's own dispatcher does."""
        kernel = self.kernel
        idents, parts = self.session.feed_identities(frames)
        message = self.session.deserialize(parts)
        kernel.set_parent(idents, message, channel="shell")
        kernel._publish_status("busy", "shell")  # noqa: SLF001
        handler = kernel.shell_handlers[message["header"]["msg_type"]]
        kernel.pre_handler_hook()
        try:
            answer = handler(self._shell_channel, idents, message)
            if asyncio.iscoroutine(answer):
                await answer
        except KeyboardInterrupt:
            self.log.error("KeyboardInterrupt caught in kernel.")  # noqa: TRY400  # as ipykernel
        finally:
            kernel.post_handler_hook()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, Stream):
                stream.drain()
        kernel._publish_status("idle", "shell")  # noqa: SLF001


def run(end: socket.socket, arguments: list[str]) -> None:
    """Be a kernel at this end of a socket."""
    LeanApp.wire = Wire(end)
    LeanApp.outstream_class.default_value = f"{__name__}.{Stream.__name__}"
    app = LeanApp.instance()
    app.initialize(arguments)  # type: ignore[no-untyped-call]  # ipykernel's
    app.start()
