"""Where notebooks run: in this process or in several, behind `concurrent.futures.Executor`."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from multiprocessing.process import BaseProcess
from typing import Any, ParamSpec, TypeVar

from casebook.events import Event, Tell

P = ParamSpec("P")
T = TypeVar("T")

telling: ContextVar[Tell] = ContextVar("telling")
"""Where a running notebook tells its events: the driver's listener, or a queue to it."""

_GRACE = 10.0
"""Seconds that interrupted workers get to end their kernels."""


@contextmanager
def open_backend(workers: int | None, tell: Tell) -> Iterator[Executor]:
    """An executor for `workers` notebooks at once, as many as there are cores by default."""
    count = workers or os.cpu_count() or 1
    with _serial(tell) if count == 1 else _processes(count, tell) as executor:
        yield executor


class _Serial(Executor):
    """Runs each call at once, in this process."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  # the future carries it to who asks
            future.set_exception(error)
        return future


class _Processes(ProcessPoolExecutor):
    """Starts its workers with Ctrl-C ignored: it reaches every process, the driver answers it."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        if threading.current_thread() is not threading.main_thread():
            return super().submit(fn, *args, **kwargs)
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            return super().submit(fn, *args, **kwargs)
        finally:
            signal.signal(signal.SIGINT, before)


@contextmanager
def _serial(tell: Tell) -> Iterator[Executor]:
    token = telling.set(tell)
    try:
        yield _Serial()
    finally:
        telling.reset(token)


@contextmanager
def _processes(count: int, tell: Tell) -> Iterator[Executor]:
    # spawn, never fork: a forked worker would share the driver's threads' locks.
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    others = set(multiprocessing.active_children())
    listener = threading.Thread(target=_drain, args=(queue, tell), daemon=True)
    executor = _Processes(count, context, _start_worker, (queue,))
    listener.start()
    try:
        yield executor
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        _interrupt(set(multiprocessing.active_children()) - others)
        raise
    finally:
        executor.shutdown()
        queue.put(None)
        listener.join()
        queue.close()


def _drain(queue: Any, tell: Tell) -> None:
    """Hand on what the workers tell, until the driver sends None."""
    event: Event | None
    while (event := queue.get()) is not None:
        tell(event)


def _start_worker(queue: Any) -> None:
    """Prepare a worker to be interrupted by the driver, and to tell it what happens."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    telling.set(queue.put)


def _leave(_signal: int, _frame: object) -> None:
    """Unwind, so that the kernel of the running notebook is ended on the way out."""
    raise SystemExit


def _interrupt(workers: set[BaseProcess]) -> None:
    """End the workers and the kernels that they run."""
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join(_GRACE)
        if worker.is_alive():
            worker.kill()
