"""Worker processes: each makes calls for this one over a pipe that nobody else holds.

One that is killed, by whatever, takes only its own call along.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pickle import PicklingError
from typing import Any, ParamSpec, TypeVar

from casebook.events import Tell, telling

P = ParamSpec("P")
T = TypeVar("T")

_TRIES = 2
"""How often a call is made whose worker was lost."""

_MOMENT = 0.1
"""Seconds after which who forks workers, if it was killed, is known to be gone."""

_SHARED = sys.platform == "linux"

_UNPICKLED = (TypeError, AttributeError, ValueError, PicklingError)
"""What is raised for a result that cannot be sent."""

_GRACE = 10.0
"""Seconds that interrupted workers get to end their kernels."""


class Workers(ThreadPoolExecutor):
    """As many calls at once as there may be workers; each is started when it is first needed.

    A thread of this process waits for each worker, and hands on what it tells. A call whose
    worker was lost is made once more, by another worker; if that is lost too, its future has a
    `BrokenExecutor`.
    """

    def __init__(self, count: int, tell: Tell) -> None:
        super().__init__(count)
        self._tell = tell
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._leaving = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a worker make a call."""
        return super().submit(self._call, partial(fn, *args, **kwargs))

    def apart(self, work: Callable[[], T]) -> Future[T]:
        """Have a call made by a worker that ends with it, and gives back the memory it took."""
        return super().submit(self._call, work, last=True)

    def leave(self) -> None:
        """Give up what has not ended, and end the kernels that it runs in."""
        self._leaving = True
        self.shutdown(wait=False, cancel_futures=True)
        busy = list(self._busy)
        for worker in busy:
            worker.interrupt()
        for worker in busy:
            worker.join()

    def close(self) -> None:
        """Wait for all calls, and end the workers."""
        self.shutdown()
        for worker in self._idle:
            worker.end()
        _end_shared()

    def _call(self, work: Callable[[], T], *, last: bool = False) -> T:
        for _ in range(_TRIES):
            made = None if self._leaving else self._made(work, last=last)
            if made is not None:
                found: T = made.result()
                return found
        raise BrokenExecutor

    def _made(self, work: Callable[[], Any], *, last: bool) -> _Made | None:
        """What came of a call to an idle worker, or a new one; None when that was lost."""
        try:
            worker = self._hired()
        except (EOFError, OSError):
            time.sleep(_MOMENT)
            return None
        self._busy.add(worker)
        if self._leaving:
            worker.interrupt()
        made = worker.make(work, self._tell)
        self._busy.discard(worker)
        if made is None or last:
            worker.end()
        else:
            self._idle.append(worker)
        return made

    def _hired(self) -> _Worker:
        """An idle worker that is still there, or a new one."""
        while True:
            try:
                worker = self._idle.pop()
            except IndexError:
                return _Worker()
            if worker.is_there():
                return worker
            worker.end()


@dataclass(frozen=True)
class _Made:
    """What came of a call."""

    value: Any = None
    error: Exception | None = None

    def result(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.value


class _Worker:
    """A process at the other end of a pipe."""

    def __init__(self) -> None:
        context = _context()
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,))
        with theirs, _ctrl_c_held():
            self._process.start()

    def make(self, work: Callable[[], Any], tell: Tell) -> _Made | None:
        """Have a call made; None when the process ended meanwhile."""
        try:
            self._pipe.send(work)
            while not isinstance(said := self._pipe.recv(), _Made):
                tell(said)
        except (EOFError, OSError):
            time.sleep(_MOMENT)
            return None
        return said

    def is_there(self) -> bool:
        """Whether an idle worker has not ended: it says nothing, but its pipe ends with it."""
        try:
            return not self._pipe.poll()
        except OSError:  # as Windows tells it
            return False

    def interrupt(self) -> None:
        """End the call that is being made, and the kernel that it runs."""
        self._process.terminate()

    def end(self) -> None:
        """Let the process end: nothing more is asked of it."""
        self._pipe.close()
        self.join()

    def join(self) -> None:
        """See the process to its end."""
        self._process.join(_GRACE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def make_ready() -> None:
    """Have imported what workers need, where they can share it, before the first is needed."""
    if _SHARED:
        _context()
        with _ctrl_c_held():
            forkserver.ensure_running()


def _end_shared() -> None:
    """See the process that forks workers to its end: Python itself would not wait for it."""
    if _SHARED:
        server: Any = forkserver._forkserver  # noqa: SLF001  # as Python's own tests do
        server._stop()  # noqa: SLF001


def _context() -> Any:
    """How workers start: never as forks of the driver, whose threads' locks they would copy.

    On Linux they are forks of a process without threads that has imported all they need: they
    share it, and start at once.
    """
    if not _SHARED:
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["casebook.ready"])
    return context


@contextmanager
def _ctrl_c_held() -> Iterator[None]:
    """What is started here does not hear Ctrl-C, which reaches every process of a terminal."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection) -> None:
    """Make calls until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with_driver, daemon=True).start()
    telling.set(pipe.send)
    with suppress(EOFError, OSError):
        while True:
            made = _make(pipe.recv())
            try:
                pipe.send(made)
            except _UNPICKLED as error:
                pipe.send(_Made(error=TypeError(f"{error}: {made!r}")))


def _make(work: Callable[[], Any]) -> _Made:
    try:
        return _Made(work())
    except Exception as error:  # noqa: BLE001  # the future carries it to who asks
        error.add_note(traceback.format_exc())
        return _Made(error=error)


def _end_with_driver() -> None:
    """End when the driver has, however it did: nobody would take the result."""
    driver = multiprocessing.parent_process()
    if driver is not None:
        driver.join()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_GRACE)
        os._exit(1)


def _leave(_signal: int, _frame: object) -> None:
    """Unwind, so that the kernel of the running notebook is ended on the way out."""
    # Inside a destructor it cannot: nobody needs to read that, and the driver ends the worker.
    sys.unraisablehook = lambda _: None
    raise SystemExit
