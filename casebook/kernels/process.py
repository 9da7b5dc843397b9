"""The client's side of the warm process: start it, and ask it for kernels."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from casebook.messages import said

SOCKET = "warm"
SWITCH = "CASEBOOK_WARM"
"""The environment variable that turns forking off when it is 0."""

_LONGEST = 107
"""Bytes that the path of a Unix socket may have (`sun_path` in unix(7))."""

_OWN = 40
"""Bytes of it that a process adds to the folder it is given."""

_START = 60.0
"""Seconds that the warm process may take to import what notebooks need."""


def supported() -> bool:
    """Whether kernels are forked here: on Linux, where a process can be watched."""
    return not obstacle()


def obstacle() -> str:
    """Why kernels are not forked here; empty where they are."""
    if os.environ.get(SWITCH) == "0":
        return said("{switch}=0 turns warm ones off.", switch=SWITCH)
    if sys.platform != "linux":
        return said("Forking is safe on Linux only.")
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        return said("Linux 5.3 or newer is needed to watch a forked process.")
    return ""


def short_folder(*wanted: str | None) -> Path:
    """The first of these folders, or of those for temporary files, where a socket may lie."""
    folders = (*filter(None, wanted), tempfile.gettempdir())
    room = _LONGEST - _OWN
    return Path(next((f for f in folders if len(os.fsencode(f)) <= room), "/tmp"))  # noqa: S108  # Linux


def answers(address: str) -> bool:
    """Whether a warm process listens at an address, or will when it has imported everything."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        return caller.connect_ex(address) == 0


class WarmProcess:
    """A warm process, started in `folder` when it is first needed, where that is possible.

    It ends when this is closed, and with this process, however that ends: in the midst of its
    imports if it was started but never needed. One that was killed, perhaps for want of memory,
    is followed by another when it is next needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._home: tempfile.TemporaryDirectory[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._end: Callable[[], None] = lambda: None
        self._needed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and not self._needed:
            self._process.kill()
        self._end()

    @property
    def address(self) -> str:
        """Where to ask for kernels; empty where they cannot be forked."""
        self._needed = True
        return self.start()

    def start(self) -> str:
        """Start the process, where that is possible, if it does not run; returns its address."""
        if not supported():
            return ""
        if self._process is not None and self._process.poll() is not None:
            self._end()
            self._process = None
        if self._process is None or self._home is None:
            self._home = tempfile.TemporaryDirectory(
                prefix="casebook-", dir=short_folder(), ignore_cleanup_errors=True
            )
            self._process, self._end = self._start(self._home)
        return str(Path(self._home.name) / SOCKET)

    def _start(
        self, home: tempfile.TemporaryDirectory[str]
    ) -> tuple[subprocess.Popen[bytes], Callable[[], None]]:
        """Start the process; returns it, and what ends it."""
        theirs, ours = os.pipe()
        address = str(Path(home.name) / SOCKET)
        # It listens before it runs: so a refusal means that it has ended.
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(address)
        listener.listen(128)
        given = [theirs, listener.fileno()]
        command = [sys.executable, "-m", "casebook.kernels.server", address, *map(str, given)]
        process = subprocess.Popen(  # noqa: S603  # our own module
            command,
            cwd=self._folder,
            pass_fds=given,
            stdin=subprocess.DEVNULL,
            # Ctrl-C reaches every process of a terminal; this one ends with the driver.
            start_new_session=True,
        )
        os.close(theirs)
        listener.close()

        def end() -> None:
            os.close(ours)
            process.wait()
            home.cleanup()

        return process, end


class Kernel:
    """A kernel that a warm process has forked, with the methods of `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(
        self,
        address: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        folder: str,
        wire: int | None = None,
    ) -> None:
        """Ask for a kernel; with a `wire`, for one that answers there and is silent elsewhere.

        Raises `OSError` where there is no warm process that answers.
        """
        asked = {"arguments": arguments, "environment": dict(environment), "folder": folder}
        self.returncode: int | None = None
        self._connection = _connected(address)
        try:
            with _files(wire) as files:
                socket.send_fds(self._connection, [json.dumps(asked).encode() + b"\n"], files)
            said, found, _, _ = socket.recv_fds(self._connection, 32, 1)
            self.pid, self._watch = int(said), found[0]
        except (ValueError, IndexError, OSError) as error:
            self._connection.close()
            raise ConnectionError("the warm process started no kernel") from error

    def fileno(self) -> int:
        """What is readable when the kernel has ended."""
        return self._watch

    def poll(self) -> int | None:
        """The exit code, or None while the kernel runs."""
        return self._ended(0.0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the kernel to end. Raises `TimeoutExpired` as `subprocess.Popen` does."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("kernel", timeout or 0.0)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel alone."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._watch, number)

    def interrupt(self) -> None:
        """Interrupt the cell that runs."""
        self.send_signal(signal.SIGINT)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._watch], [], [], timeout)[0]:
            said = b""
            with contextlib.suppress(OSError):
                said = self._connection.recv(32)
            if said:
                self.returncode = int(said)
            else:
                # The warm process was killed, the kernel with it; what that started was not.
                self.returncode = -signal.SIGKILL
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.pid, signal.SIGKILL)
            self._connection.close()
            os.close(self._watch)
        return self.returncode


def _connected(address: str) -> socket.socket:
    """A connection, as soon as the warm process listens; a build's own one does from the start."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(_START)
    deadline = time.monotonic() + _START
    while True:
        try:
            connection.connect(address)
        except (FileNotFoundError, ConnectionRefusedError):
            own = Path(address).name == SOCKET
            if own or time.monotonic() > deadline or not Path(address).parent.is_dir():
                connection.close()
                raise
            time.sleep(0.01)
        else:
            return connection


@contextmanager
def _files(wire: int | None) -> Iterator[list[int]]:
    """Standard output and error of a kernel, and its wire if it has one."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        yield [*map(_open_or(nothing), (1, 2))] if wire is None else [nothing, nothing, wire]
    finally:
        os.close(nothing)


def _open_or(other: int) -> Callable[[int], int]:
    """This process's own standard files, or another where they are closed."""

    def chosen(file: int) -> int:
        try:
            os.fstat(file)
        except OSError:
            return other
        return file

    return chosen
