"""Jobs go to workers, and come back as executed notebooks with the pages made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, as_completed, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from casebook import light
from casebook.backends import is_elsewhere, is_lost, open_backend
from casebook.brand import Brand
from casebook.errors import reason
from casebook.events import Tell
from casebook.execution import Failure, Task, run
from casebook.kernels.process import WarmProcess
from casebook.messages import said
from casebook.model import Insight
from casebook.planning import Job
from casebook.publishing import Pages, export
from casebook.workers import Workers, make_ready
from casebook.workspace import Workspace, write

T = TypeVar("T")


@dataclass(frozen=True)
class Order:
    """What a worker gets: a notebook, to run or executed already, and what to make of it.

    All that it needs is in here, for a worker may have other disks. `shown` is how readers know
    the executed notebook.
    """

    task: Task
    shown: str
    brand: Brand


@dataclass(frozen=True)
class Done:
    """What became of one job: its pages, and what its notebook published if it ran; or a failure.

    `executed` is the notebook, if it ran.
    """

    seconds: float = 0.0
    executed: bytes = b""
    insights: tuple[Insight, ...] = ()
    pages: Pages = field(default_factory=Pages)
    failure: Failure | None = None


@dataclass(frozen=True)
class Means:
    """What builds run notebooks with, open from one build to the next, and who is told of it."""

    executor: Executor
    warm: WarmProcess
    tell: Tell

    def make_ready(self) -> None:
        """Start at once what takes long to start; it ends at once if it is not needed after all."""
        if not is_elsewhere(self.executor):
            self.warm.start()
        if isinstance(self.executor, Workers):
            make_ready()

    def apart(self, work: Callable[[], T]) -> T:
        """Do work that takes much memory in a process that ends with it, where there are such."""
        if isinstance(self.executor, Workers):
            with suppress(BrokenExecutor):
                return self.executor.apart(work).result()
        return work()


@contextmanager
def open_means(workers: int | str | None, folder: Path, tell: Tell) -> Iterator[Means]:
    """An executor for so many workers, and a warm process in `folder`; both start when needed."""
    with open_backend(workers, tell) as executor, WarmProcess(folder) as warm:
        yield Means(executor, warm, tell)


def make_all(
    jobs: Iterable[Job | None], workspace: Workspace, means: Means, brand: Brand, timeout: float
) -> Iterator[tuple[Job, Done]]:
    """Do jobs as they come; give each as soon as it has ended. No failure stops the others.

    Where None comes instead of a job, one has to end before the next can come.
    """
    futures: dict[Future[Done], Job] = {}
    for job in jobs:
        if job is None:
            for future in wait(futures, return_when=FIRST_COMPLETED).done:
                yield _taken(future, futures, workspace)
            continue
        order = _order(job, workspace, means, brand, timeout)
        if isinstance(order, Failure):
            yield job, Done(failure=order)
            continue
        futures[means.executor.submit(make, order)] = job
        for future in [future for future in futures if future.done()]:
            yield _taken(future, futures, workspace)
    # Each is let go of when it has been taken: notebooks and pages come back in them.
    for future in as_completed(list(futures)):
        yield _taken(future, futures, workspace)


def _taken(
    future: Future[Done], futures: dict[Future[Done], Job], workspace: Workspace
) -> tuple[Job, Done]:
    job = futures.pop(future)
    return job, _written(future, job, workspace)


def _order(
    job: Job, workspace: Workspace, means: Means, brand: Brand, timeout: float
) -> Order | Failure:
    executed = workspace.executed(job.key)
    path = job.notebook if job.reasons else executed
    if path is None:
        return Failure(_name(job), "NotFound", said("there is no such notebook"))
    shown = workspace.shown(path)
    try:
        source = path.read_bytes()
    except OSError as error:
        return Failure(shown, "NotANotebook", str(error))
    warm = None if is_elsewhere(means.executor) else means.warm.address
    task = Task(job, source, workspace.root, shown, timeout, warm)
    return Order(task, workspace.shown(executed), brand)


def make(order: Order) -> Done:
    """Run a notebook, if it is to run, and make the pages of it that are stale."""
    task = order.task
    if not task.job.reasons:
        return Done(pages=_pages(order, lambda: light.load("nbformat").reads(task.source, 4)))
    ran = run(task)
    if ran.failure:
        return Done(ran.seconds, failure=ran.failure)
    return Done(ran.seconds, ran.content(), ran.insights, _pages(order, lambda: ran.executed))


def _pages(order: Order, notebook: Callable[[], Any]) -> Pages:
    job = order.task.job
    stale = [page.format for page in job.pages if page.reasons]
    return export(job.key, order.shown, notebook, stale, order.brand)


def _written(future: Future[Done], job: Job, workspace: Workspace) -> Done:
    """What came of a job, with its executed notebook where it belongs."""
    path = workspace.executed(job.key)
    try:
        done = future.result()
        if done.executed:
            write(path, done.executed)
    except OSError as error:
        why = said(
            "cannot write {path}: {why}. Make room, or make the folder writable",
            path=path,
            why=reason(error),
        )
        return Done(failure=Failure(_name(job), "OSError", why))
    except Exception as error:
        if not is_lost(error):
            raise
        ended = said(
            "the process that ran it was ended, perhaps for want of memory; try fewer --jobs"
        )
        return Done(failure=Failure(_name(job), "WorkerDied", ended))
    return done


def _name(job: Job) -> str:
    return f"notebooks/{job.key.document}.ipynb"
