"""Where notebooks run, behind `concurrent.futures.Executor`: here, in processes, or on Dask."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from casebook.errors import CasebookError
from casebook.events import Tell, telling
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
    executor = Workers(count, tell)
    try:
        yield executor
    except BaseException:
        executor.leave()
        raise
    finally:
        executor.close()
