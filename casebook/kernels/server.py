"""The warm process: imports what notebooks need, then forks one kernel for each that is asked for.

`python -m casebook.kernels.server ADDRESS LIFELINE LISTENER` listens on a Unix socket at ADDRESS,
which the starter has opened, until the other end of the pipe LIFELINE is closed, which happens
however the starter ends. With `ADDRESS idle SECONDS` it listens until it has had no kernel for so
long.

Every connection asks for one kernel and owns it: when the connection is closed the kernel is
ended. When this process ends, the system ends its kernels. It never has a second thread: a
fork would copy the locks that one holds.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

WARM = (
    "faulthandler",
    "importlib.readers",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "ipykernel_launcher",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "sqlite3",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "pandas",
    "scipy.stats",
    "casebook.notebook",
    "casebook.kernels.lean",
)
"""What notebooks import, so that no kernel has to."""

_PATIENCE = 5.0
"""Seconds that a client may take to say what it wants."""

_SET_DEATH_SIGNAL = 1
_SET_CHILD_SUBREAPER = 36
"""prctl(2): orphans become children of the nearest process that has asked for them."""

_LIBRARY = ctypes.CDLL(None)

_FIRST_TO_GO = "300"
"""When memory runs out the system ends a notebook before what builds it (0 to 1000)."""


@dataclass(frozen=True)
class Request:
    """A kernel that is asked for; `files` are its standard output and error, and perhaps a wire."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: str
    files: Sequence[int]


@dataclass(frozen=True)
class _Kernel:
    pid: int
    watch: int
    owner: socket.socket


class _Server:
    """Forks kernels, and sees each of them to its end."""

    def __init__(
        self, listener: socket.socket, lifeline: int | None, idle: float | None = None
    ) -> None:
        self._listener = listener
        self._lifeline = lifeline
        self._idle = idle
        self._kernels: dict[int, _Kernel] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ)
        if lifeline is not None:
            self._selector.register(lifeline, selectors.EVENT_READ)

    def run(self) -> Request | None:
        """Serve until the starter ends, then None. In a new kernel: what it is to become."""
        while True:
            found = self._selector.select(self._idle)
            if not found and not self._kernels:
                return None
            for key, _ in found:
                if key.fd == self._lifeline:
                    self._end()
                    return None
                if key.fileobj is self._listener:
                    request = self._accept()
                    if request is not None:
                        return request
                elif key.fd in self._kernels:
                    self._bury(self._kernels.pop(key.fd))
                elif key.data is not None and key.data.watch in self._kernels:
                    # Its owner has gone. It is buried when it has ended.
                    _kill(key.data)
                    self._selector.unregister(key.fileobj)

    def _accept(self) -> Request | None:
        """Fork for a client; the request is returned in the new kernel only."""
        connection, _ = self._listener.accept()
        connection.settimeout(_PATIENCE)
        try:
            request = _received(connection)
        except (OSError, ValueError):
            connection.close()
            return None
        pid = os.fork()
        if pid == 0:
            connection.close()
            self._close()
            return request
        for file in request.files:
            os.close(file)
        kernel = _Kernel(pid, os.pidfd_open(pid), connection)
        self._kernels[kernel.watch] = kernel
        self._selector.register(kernel.watch, selectors.EVENT_READ)
        self._selector.register(connection, selectors.EVENT_READ, kernel)
        with contextlib.suppress(OSError):
            socket.send_fds(connection, [b"%d\n" % pid], [kernel.watch])
        return None

    def _bury(self, kernel: _Kernel) -> None:
        """Take what a kernel left: its exit code, and the processes that it started."""
        _kill(kernel)
        code = os.waitstatus_to_exitcode(os.waitpid(kernel.pid, 0)[1])
        if self._lifeline is not None:
            self._end_orphans()
        self._selector.unregister(kernel.watch)
        with contextlib.suppress(KeyError):
            self._selector.unregister(kernel.owner)
        os.close(kernel.watch)
        with contextlib.suppress(OSError):
            kernel.owner.send(b"%d\n" % code)
        kernel.owner.close()

    def _end_orphans(self) -> None:
        """End what a kernel has left in a session of its own: it is now a child of this process."""
        mine = {kernel.pid for kernel in self._kernels.values()}
        while orphans := _children() - mine:
            for pid in orphans:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)

    def _end(self) -> None:
        while self._kernels:
            self._bury(self._kernels.popitem()[1])

    def _close(self) -> None:
        """Give up, in a new kernel, everything that belongs to the warm process."""
        self._selector.close()
        self._listener.close()
        if self._lifeline is not None:
            os.close(self._lifeline)
        for kernel in self._kernels.values():
            os.close(kernel.watch)
            kernel.owner.close()


def _children() -> set[int]:
    """The children of this process; empty where the system does not tell."""
    with contextlib.suppress(OSError):
        return set(map(int, Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()))
    return set()


def _kill(kernel: _Kernel) -> None:
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(kernel.watch, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(kernel.pid, signal.SIGKILL)


def _received(connection: socket.socket) -> Request:
    """What a client asks for: a line of JSON, with two open files."""
    said, files, _, _ = socket.recv_fds(connection, 1 << 16, 3)
    while said and not said.endswith(b"\n"):
        more = connection.recv(1 << 16)
        if not more:
            break
        said += more
    try:
        asked = json.loads(said)
        return Request(asked["arguments"], asked["environment"], asked["folder"], files)
    except (ValueError, KeyError, TypeError):
        for file in files:
            os.close(file)
        raise


def warm_up(*, builds: bool = True) -> dict[str, str]:
    """Import what notebooks need, as a kernel would; the environment that imports have set."""
    for name in ("", str(Path.cwd())):
        # As ipykernel's launcher does: a kernel imports from its own folder, not from this one.
        if sys.path[0] == name:
            del sys.path[0]
    gc.disable()
    # Else matplotlib takes another backend, and debugpy warns of what a kernel keeps to itself.
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    # Where pyarrow is installed pandas imports it, and its allocator would start a thread.
    os.environ["JE_ARROW_MALLOC_CONF"] = "background_thread:false"
    before = set(os.environ)
    for name in WARM:
        importlib.import_module(name)
    importlib.import_module("casebook.kernels.preparation").prepare()
    if builds:
        importlib.import_module("casebook.kernels.lean").prepare()
    # Not collected before: what is freed would leave holes that every kernel fills with a copy.
    gc.freeze()
    return {name: value for name, value in os.environ.items() if name not in before}


def become(request: Request, imported: Mapping[str, str]) -> None:
    """Turn this new process into the kernel that was asked for, and be it until it ends.

    `imported` is the environment that imports would have set in it.
    """
    parent = os.getppid()
    os.setsid()
    _control(_SET_DEATH_SIGNAL, signal.SIGKILL)
    output, error, *wire = request.files
    for place, file in ((1, output), (2, error)):
        os.dup2(file, place)
        os.close(file)
    os.environ.clear()
    os.environ.update({**request.environment, **imported})
    # ipykernel ends itself when this is no longer its parent.
    os.environ["JPY_PARENT_PID"] = str(parent)
    time.tzset()
    os.chdir(request.folder)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # `random` begins anew in every fork; numpy does not.
    sys.modules["numpy"].random.seed()
    gc.enable()
    from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415  # warm already

    from casebook.kernels import lean  # noqa: PLC0415  # warm already

    sys.argv = [str(sys.modules["ipykernel_launcher"].__file__), *request.arguments]
    if os.getppid() != parent:
        return
    if wire:
        _control(_SET_CHILD_SUBREAPER, 1)
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO)
        lean.run(socket.socket(fileno=wire[0]))
    else:
        # ipykernel took it from the environment when it was imported.
        IPKernelApp.launch_instance([*request.arguments, f"--IPKernelApp.parent_handle={parent}"])


def _control(option: int, value: int) -> None:
    _LIBRARY.prctl(option, value)


def main(
    address: str, lifeline: int | None, idle: float | None = None, listening: int | None = None
) -> None:
    """Be the warm process; in its kernels, be those."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    listener = _listener(address) if listening is None else socket.socket(fileno=listening)
    if listener is None:
        return
    if lifeline is not None:
        _control(_SET_CHILD_SUBREAPER, 1)
    # Clients may connect from now on; they are answered when the imports are done.
    imported = warm_up(builds=lifeline is not None)
    request = _Server(listener, lifeline, idle).run()
    if request is not None:
        become(request, imported)
        return
    with contextlib.suppress(OSError):
        Path(address).unlink()
        if lifeline is not None:
            # It was made for this socket; a starter that was killed cannot take it away.
            Path(address).parent.rmdir()


def _listener(address: str) -> socket.socket | None:
    """A socket that listens; None where another process answers already."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as caller:
        caller.connect(address)
        return None
    with contextlib.suppress(FileNotFoundError):
        Path(address).unlink()
    listener.bind(address)
    listener.listen(128)
    return listener


if __name__ == "__main__":
    if sys.argv[2] == "idle":
        main(sys.argv[1], None, float(sys.argv[3]))
    else:
        main(sys.argv[1], int(sys.argv[2]), listening=int(sys.argv[3]))
