"""Where notebooks run, behind `concurrent.futures.Executor`: here, in processes, or on Dask."""

from __future__ import annotations

import os
import pickle
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from functools import partial
from typing import Any, ParamSpec, TypeVar

from casebook.errors import CasebookError
from casebook.events import Event, Tell, telling
from casebook.messages import said
from casebook.workers import Workers

P = ParamSpec("P")
T = TypeVar("T")


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


class _Dask(Executor):
    """Runs calls on a cluster; each may run again elsewhere when its worker is lost."""

    def __init__(self, executor: Executor, listener: str) -> None:
        self._executor = executor
        self._listener = listener

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        # As bytes: else the scheduler would unpickle it, and pickle it again for a worker.
        call = pickle.dumps(partial(fn, *args, **kwargs))
        return self._executor.submit(_told, call, self._listener)


def is_elsewhere(executor: Executor) -> bool:
    """Whether an executor's workers may have other disks and other processes."""
    return isinstance(executor, _Dask)


def is_lost(error: Exception) -> bool:
    """Whether a call did not end because its worker did."""
    return isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker"


_TOPIC = "casebook"

_MOMENT = 0.2
"""Seconds for which events wait for others: each message is work for the scheduler."""


@contextmanager
def _dask(scheduler: str, tell: Tell) -> Iterator[Executor]:
    try:
        from distributed import Client  # noqa: PLC0415  # an extra
    except ImportError as error:
        hint = said('pip install "casebook[{name}]"', name="dask")
        raise CasebookError(said("Dask is not installed."), hint, 2) from error
    try:
        client: Any = Client(scheduler, timeout="10s", set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        hint = said("Start one with `dask scheduler`, and workers with `dask worker --nthreads 1`.")
        what = said("No Dask scheduler answers at {address}.", address=scheduler)
        raise CasebookError(what, hint, 2) from error
    # Leaving the client gives up what has not run.
    with client:
        listener = str(client.id)

        def hear(message: tuple[float, tuple[str, bytes]]) -> None:
            to, events = message[1]
            if to == listener:
                # They were pickled by our own workers, on a cluster that runs our code anyhow.
                for event in pickle.loads(events):  # noqa: S301
                    tell(event)

        client.subscribe_topic(_TOPIC, hear)
        yield _Dask(client.get_executor(pure=False, retries=2), listener)


def _told(call: bytes, listener: str) -> Any:
    """Make a call on a Dask worker, with its events on their way to the driver."""
    post = _Post(listener)
    token = telling.set(post.tell)
    try:
        return pickle.loads(call)()  # noqa: S301  # a cluster runs the code it is sent
    finally:
        telling.reset(token)
        post.send()


class _Post:
    """Sends the events of one call to its listener, those of a moment together."""

    def __init__(self, listener: str) -> None:
        from distributed import get_worker  # noqa: PLC0415  # an extra

        self._listener = listener
        self._worker = get_worker()
        self._waiting: list[Event] = []
        self._lock = threading.Lock()

    def tell(self, event: Event) -> None:
        """Have an event sent soon."""
        with self._lock:
            self._waiting.append(event)
            if len(self._waiting) == 1:
                loop = self._worker.loop
                loop.add_callback(loop.call_later, _MOMENT, self.send)

    def send(self) -> None:
        """Send what waits."""
        with self._lock:
            events, self._waiting = self._waiting, []
        if events:
            self._worker.log_event(_TOPIC, (self._listener, pickle.dumps(events)))


@contextmanager
def _serial(tell: Tell) -> Iterator[Executor]:
    token = telling.set(tell)
    try:
        yield _Serial()
    finally:
        telling.reset(token)


@contextmanager
def _processes(count: int, tell: Tell) -> Iterator[Executor]:
    executor = Workers(count, tell)
    try:
        yield executor
    except BaseException:
        executor.leave()
        raise
    finally:
        executor.close()
