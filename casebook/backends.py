"""Where notebooks run, behind `concurrent.futures.Executor`: here, in processes, or on Dask."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from multiprocessing.process import BaseProcess
from typing import Any, ParamSpec, TypeVar

from casebook.errors import CasebookError
from casebook.events import Event, Tell

P = ParamSpec("P")
T = TypeVar("T")

telling: ContextVar[Tell] = ContextVar("telling")
"""Where a running notebook tells its events: the driver's listener, or a queue to it."""

_GRACE = 10.0
"""Seconds that interrupted workers get to end their kernels."""


@contextmanager
def open_backend(workers: int | str | None, tell: Tell) -> Iterator[Executor]:
    """An executor for so many notebooks at once, as many as there are cores by default.

    `workers` may also be the address of a Dask scheduler, whose workers run them.
    """
    if isinstance(workers, str):
        chosen = _dask(workers, tell)
    else:
        count = workers or os.cpu_count() or 1
        chosen = _serial(tell) if count == 1 else _processes(count, tell)
    with chosen as executor:
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


class _Dask(Executor):
    """Runs calls on a cluster; each may run again elsewhere when its worker is lost."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        return self._executor.submit(_told, fn, *args, **kwargs)


def is_elsewhere(executor: Executor) -> bool:
    """Whether an executor's workers may have other disks and other processes."""
    return isinstance(executor, _Dask)


def is_lost(error: Exception) -> bool:
    """Whether a call did not end because its worker did."""
    return isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker"


_TOPIC = "casebook"


@contextmanager
def _dask(scheduler: str, tell: Tell) -> Iterator[Executor]:
    try:
        from distributed import Client  # noqa: PLC0415  # an extra
    except ImportError as error:
        raise CasebookError("Dask is not installed.", 'pip install "casebook[dask]"', 2) from error
    try:
        client: Any = Client(scheduler, timeout="10s", set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        hint = "Start one with `dask scheduler`, and workers with `dask worker --nthreads 1`."
        raise CasebookError(f"No Dask scheduler answers at {scheduler}.", hint, 2) from error
    # Leaving the client gives up what has not run.
    with client:
        # The events were pickled by our own workers, on a cluster that runs our code anyhow.
        client.subscribe_topic(_TOPIC, lambda event: tell(pickle.loads(event[1])))  # noqa: S301
        yield _Dask(client.get_executor(pure=False, retries=2))


def _told(fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call on a Dask worker, with its events on their way to the driver."""
    from distributed import get_worker  # noqa: PLC0415  # an extra

    worker = get_worker()
    token = telling.set(lambda event: worker.log_event(_TOPIC, pickle.dumps(event)))
    try:
        return fn(*args, **kwargs)
    finally:
        telling.reset(token)


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
    threading.Thread(target=_end_with_driver, daemon=True).start()


def _end_with_driver() -> None:
    """End at once when the driver has, however it did: nobody would take the result."""
    driver = multiprocessing.parent_process()
    if driver is not None:
        driver.join()
        os._exit(1)


def _leave(_signal: int, _frame: object) -> None:
    """Unwind, so that the kernel of the running notebook is ended on the way out."""
    # Inside a destructor it cannot: nobody needs to read that, and the driver ends the worker.
    sys.unraisablehook = lambda _: None
    raise SystemExit


def _interrupt(workers: set[BaseProcess]) -> None:
    """End the workers and the kernels that they run."""
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join(_GRACE)
        if worker.is_alive():
            worker.kill()
