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
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from ipykernel.compiler import XCachingCompiler, get_tmp_directory
from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import new_id
from tornado.ioloop import IOLoop

from casebook.kernels.wire import IOPUB, SHELL, Channel, Wire

_ARGUMENTS = ("--HistoryManager.hist_file=:memory:", "--log-level=CRITICAL")
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
        self.flush()

    def _await_file(self) -> None:
        word = f"\0{secrets.token_hex(16)}\0".encode()
        came = threading.Event()
        self._words[word] = came
        os.write(self._original_stdstream_fd, word)
        came.wait(_PATIENCE)

    def write(self, string: str) -> int:
        """Write text; a process that a cell has forked writes it to the file."""
        mine = self._is_master_process()
        if mine or not self._should_watch:
            return super().write(string) or 0
        return os.write(self._original_stdstream_fd, string.encode())

    def _setup_stream_redirects(self, name: str) -> None:
        self._words: dict[bytes, threading.Event] = {}
        super()._setup_stream_redirects(name)

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


def _is_python(code: str) -> bool:
    """Whether code is Python as it stands, and nothing that Python would warn of."""
    # Not by `catch_warnings`: what has been warned of once would then be warned of again.
    filters = cast(list[Any], warnings.filters)
    filters.insert(0, ("error", None, Warning, None, 0))
    try:
        compile(code, "<>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, MemoryError, RecursionError, Warning):
        return False
    finally:
        filters.pop(0)
    return True


class _Compiler(XCachingCompiler):
    """Names the code of cells as ipykernel does, but a whole engagement by a faster hash."""

    def get_code_name(self, raw_code: str, code: str, number: int) -> str:
        """The file that syntax errors name, in a folder of this kernel alone."""
        if len(raw_code) < _LONG:
            return str(super().get_code_name(raw_code, code, number))
        return f"{get_tmp_directory()}{os.sep}{zlib.crc32(raw_code.encode())}.py"


class _Shell(ZMQInteractiveShell):
    """IPython, which looks for its own syntax only in cells that are not Python already.

    It would look twice, token by token, and the cell with the parameters is a whole engagement.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._is_python = functools.lru_cache(maxsize=1)(_is_python)
        transformers = self.input_transformer_manager
        changed, own = transformers.do_token_transforms, [*transformers.token_transformers]

        def do_token_transforms(lines: list[str]) -> list[str]:
            mine = transformers.token_transformers == own and self._is_python("".join(lines))
            return lines if mine else changed(lines)

        transformers.do_token_transforms = do_token_transforms

    def should_run_async(self, raw_cell: str, *, transformed_cell: Any = None, **told: Any) -> bool:
        """Whether a cell awaits something: then it is no Python outside of a function."""
        if self._is_python(transformed_cell):
            return False
        return bool(super().should_run_async(raw_cell, transformed_cell=transformed_cell, **told))

    def forget(self) -> None:
        """Let go of the cell that has run."""
        self._is_python.cache_clear()


class _Kernel(IPythonKernel):
    """ipykernel without queues: its client sends one cell at a time."""

    compiler_class = _Compiler
    shell_class = _Shell

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        pass

    async def execute_request(self, stream: Any, ident: Any, parent: Any) -> None:
        """Run a cell; a process that it has forked ends with it, and leaves the loop alone."""
        kernel = os.getpid()
        try:
            await super().execute_request(stream, ident, parent)
        finally:
            if os.getpid() != kernel:
                os._exit(0)
            cast(_Shell, self.shell).forget()


class LeanApp(IPKernelApp):
    """Starts such a kernel, with the user's IPython configuration as ipykernel does.

    `initialize` makes all that is the same for every notebook, and may be done before a fork;
    `begin` makes the rest, in the process that is to be the kernel.
    """

    def initialize(self, argv: list[str] | None = None) -> None:
        """Make the kernel, which reads from nowhere and cannot publish yet."""
        super(IPKernelApp, self).initialize(argv)
        self.init_pdb()
        self.wire = Wire(socket.socket(socket.AF_UNIX))
        self.session.key = b""
        self._shell_channel = Channel(self.wire, SHELL)
        self.iopub_socket = Channel(self.wire, IOPUB)
        self.iopub_thread = _Publisher(self.iopub_socket)
        self.kernel = _Kernel.instance(
            parent=self,
            session=self.session,
            iopub_thread=self.iopub_thread,
            iopub_socket=self.iopub_socket,
            shell_channel_thread=SimpleNamespace(parent_thread=threading.main_thread()),
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )
        self.init_shell()
        shell = cast(_Shell, self.kernel.shell)
        shell._sys_modules_keys = set(sys.modules)  # noqa: SLF001  # for `%reset`

    def begin(self, end: socket.socket) -> None:
        """Be the kernel of this process and folder, at this end of a socket."""
        self.wire.take(end)
        self.session.pid, self.session.session = os.getpid(), new_id()
        self.init_io()
        shell = self.kernel.shell
        self.displayhook.get_execution_count = lambda: self.kernel.execution_count
        shell.init_environment()
        shell.starting_dir = str(Path.cwd())
        shell.history_manager.dir_hist[:] = [Path.cwd()]
        self.init_signal()
        self.init_path()
        self.init_gui_pylab()
        self.init_extensions()
        self.init_code()
        sys.stdout.flush()
        sys.stderr.flush()

    def init_code(self) -> None:
        """Run what the user has every kernel run, as IPython does.

        But the names of modules are noted before the fork: each would be a page to copy.
        """
        self._run_startup_files()
        self._run_exec_lines()
        self._run_exec_files()
        if self.hide_initial_ns:
            shell = self.kernel.shell
            shell.user_ns_hidden.update(shell.user_ns)
        self._run_cmd_line_code()
        self._run_module()

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


def prepare() -> LeanApp:
    """The kernel of whatever notebook comes, made once."""
    if not LeanApp.initialized():
        LeanApp.outstream_class.default_value = f"{__name__}.{Stream.__name__}"
        LeanApp.instance().initialize([*_ARGUMENTS])
    return LeanApp.instance()


def run(end: socket.socket) -> None:
    """Be a kernel at this end of a socket."""
    app = prepare()
    app.begin(end)
    app.start()
