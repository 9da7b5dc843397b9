"""Runs notebooks. papermill is called here and nowhere else, and not before a notebook runs."""

from __future__ import annotations

import json
import logging
import re
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from casebook import light
from casebook.blocks import INSIGHT_MIME
from casebook.events import CellStarted, JobEnded, JobStarted, telling
from casebook.messages import Said, said
from casebook.model import Insight, Origin
from casebook.planning import Job

_INJECTED = "injected-parameters"
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_FRAME = re.compile(r"Cell In\s*\[\d+\], line (\d+)")


@dataclass(frozen=True)
class Task:
    """A notebook to run for a job: its bytes, where it runs, and how it is `shown` to readers.

    `warm` is the address of who forks kernels: empty for nobody, None for whoever does so there.
    """

    job: Job
    source: bytes
    root: Path
    shown: str
    timeout: float
    warm: str | None = ""


@dataclass(frozen=True)
class Failure:
    """Why a notebook did not run to its end.

    `cell` counts the notebook's cells from 1, as they stand in its file; 0 means the notebook
    as a whole. `line` is the source line that failed, `traceback` the notebook's own.
    """

    notebook: str
    name: str
    value: str
    cell: int = 0
    cell_id: str = ""
    line: str = ""
    traceback: str = ""

    def told(self) -> Said:
        """The failure as a sentence."""
        line = f"`{self.line}`: " if self.line else ""
        why = said("{name}: {value}", name=self.name, value=self.value)
        what = said("{line}{why}", line=line, why=why if self.value else self.name)
        if not self.cell:
            return what
        return said("Cell {n} (id {id}): {what}", n=self.cell, id=self.cell_id, what=what)

    def __str__(self) -> str:
        return str(self.told())


@dataclass(frozen=True)
class Run:
    """What became of one notebook: executed, with its insights; or why it failed."""

    seconds: float
    executed: Any = None
    insights: tuple[Insight, ...] = ()
    failure: Failure | None = None

    def content(self) -> bytes:
        """The executed notebook as a file."""
        return (json.dumps(self.executed, ensure_ascii=False, indent=1) + "\n").encode()


def run(task: Task) -> Run:
    """Run one notebook in this process; nothing is written."""
    started = time.monotonic()
    tell, key = telling.get(), task.job.key
    tell(JobStarted(key))
    found = Run(0.0)
    try:
        executed = _run(task)
        insights = tuple(_insights(executed, task.shown))
        found = replace(found, executed=executed, insights=insights)
    except _Failed as failed:
        found = replace(found, failure=failed.failure)
    seconds = time.monotonic() - started
    tell(JobEnded(key, seconds, found.failure is not None))
    return replace(found, seconds=seconds)


@dataclass(frozen=True)
class Rehearsal:
    """What the code cells of a notebook showed, by id; `failure` is why the rest did not run."""

    outputs: Mapping[str, Sequence[Any]]
    failure: Failure | None = None


def rehearse(task: Task, count: int, skipped: Collection[str] = ()) -> Rehearsal:
    """Run the first `count` cells of a notebook for what they show; nothing is written.

    An error is an output, and the cells after it run; only a cell that takes too long or a
    kernel that ends stops a rehearsal. Cells named in `skipped` do not run.
    """
    token = telling.set(lambda _event: None)
    outputs: dict[str, list[Any]] = {}
    failure = None
    try:
        source = _read(task)
        source.cells = source.cells[:count]
        for cell in source.cells:
            if cell.id in skipped:
                cell.metadata["tags"] = [*cell.metadata.get("tags", []), "skip-execution"]
        cells = _Cells(task, source.cells)
        try:
            _papermill(task, source, cells, allow_errors=True)
        except _Failed as failed:
            failure = failed.failure
        for cell in cells.seen.values():
            if cell.cell_type == "code" and cell.id not in skipped:
                outputs.setdefault(cells.id(cell), []).extend(cell.outputs)
    except _Failed as failed:
        failure = failed.failure
    finally:
        telling.reset(token)
    return Rehearsal(outputs, failure)


class _Failed(Exception):  # noqa: N818  # carries a failure, which is the result
    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure))
        self.failure = failure


def _run(task: Task) -> Any:
    source = _read(task)
    cells = _Cells(task, source.cells)
    executed = _papermill(task, source, cells)
    for position, cell in enumerate(executed.cells):
        if cell.metadata.get("papermill", {}).get("exception"):
            # papermill itself says nothing about `sys.exit(0)`.
            raise _Failed(cells.failure(position, "SystemExit", said("the cell ended the kernel")))
    _tidy(executed, task)
    return executed


def _read(task: Task) -> Any:
    """The notebook, with an id on every cell and a cell that takes the parameters."""
    nbformat = light.load("nbformat")
    try:
        source: Any = nbformat.reads(task.source.decode(), as_version=4)
    except ValueError as error:
        text = " ".join(str(error).split())[:200]
        raise _Failed(Failure(task.shown, "NotANotebook", text)) from error
    for position, cell in enumerate(source.cells, 1):
        cell.setdefault("id", f"cell-{position}")
    source.nbformat_minor = max(source.nbformat_minor, 5)
    if not any("parameters" in cell.metadata.get("tags", []) for cell in source.cells):
        text = said("no cell has the tag 'parameters', so the engagement would not reach it")
        raise _Failed(Failure(task.shown, "NoParameters", text))
    return source


def _papermill(task: Task, source: Any, cells: _Cells, *, allow_errors: bool = False) -> Any:
    papermill = light.load("papermill")
    from nbclient.exceptions import CellTimeoutError, DeadKernelError  # noqa: PLC0415

    from casebook.kernels.own import kernel_for  # noqa: PLC0415  # imports jupyter_client

    # What they log is told as events and failures instead.
    for name in ("papermill", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        with kernel_for(task.warm) as kernel:
            return papermill.execute_notebook(
                source,
                None,
                parameters=dict(task.job.parameters),
                kernel_name="python3",
                language="python",
                progress_bar=False,
                cwd=str(task.root if task.root.is_dir() else tempfile.gettempdir()),
                execution_timeout=task.timeout,
                on_cell_start=cells.started,
                allow_errors=allow_errors,
                **kernel,
            )
    except papermill.PapermillExecutionError as error:
        if allow_errors:
            return None  # It has run to its end, and what was raised is among the outputs.
        raise _Failed(cells.raised(error)) from error
    except CellTimeoutError as error:
        text = said("the cell took more than {seconds} seconds", seconds=f"{task.timeout:g}")
        raise _Failed(cells.failure(cells.current, "Timeout", text)) from error
    except DeadKernelError as error:
        text = said("the kernel ended while the cell ran, perhaps for want of memory")
        raise _Failed(cells.failure(cells.current, "DeadKernel", text)) from error
    except (RuntimeError, OSError) as error:
        found = " ".join(str(error).split())
        raise _Failed(Failure(task.shown, "KernelNotStarted", found)) from error


@dataclass
class _Cells:
    """The cells of a notebook as its reader counts them, without the injected one."""

    task: Task
    cells: Sequence[Any]
    current: int = -1
    seen: dict[int, Any] = field(default_factory=dict)

    def started(self, cell: Any, cell_index: int) -> None:
        """Note, and tell, that a cell begins to run."""
        self.current, self.seen[cell_index] = cell_index, cell
        number = self._number(cell)
        telling.get()(CellStarted(self.task.job.key, number, len(self.cells)))

    def id(self, cell: Any) -> str:
        """A cell's id; the injected cell has that of the cell it stands after."""
        id: str = self.cells[self._number(cell) - 1].id
        return id

    def _number(self, cell: Any) -> int:
        """A cell's number; the injected cell has that of the cell it stands after."""
        ids = [own.id for own in self.cells]
        if cell.id in ids:
            return ids.index(cell.id) + 1
        tagged = ("parameters" in own.metadata.get("tags", []) for own in self.cells)
        return next((n for n, found in enumerate(tagged, 1) if found), 1)

    def failure(
        self, position: int, name: str, value: str, line: int = 0, trace: str = ""
    ) -> Failure:
        """A failure in the cell at a position of the running notebook."""
        cell = self.seen.get(position)
        if cell is None:
            return Failure(self.task.shown, name, value, traceback=trace)
        lines = str(cell.source).splitlines()
        if not line and len(lines) == 1:
            line = 1
        shown = lines[line - 1].strip() if 0 < line <= len(lines) else ""
        return Failure(self.task.shown, name, value, self._number(cell), cell.id, shown, trace)

    def raised(self, error: Any) -> Failure:
        """The failure that papermill reports, in the notebook's own words."""
        trace = _ANSI.sub("", "\n".join(error.traceback))
        lines = [int(number) for number in _FRAME.findall(trace)]
        first = lines[0] if lines else 0
        return self.failure(error.cell_index, error.ename, error.evalue, first, trace)


def _tidy(executed: Any, task: Task) -> None:
    """Remove what differs from machine to machine: absolute paths and a random id."""
    executed.metadata.papermill["input_path"] = task.shown
    executed.metadata.papermill["output_path"] = f"{task.job.key.stem}.ipynb"
    for cell in executed.cells:
        if _INJECTED in cell.metadata.get("tags", []):
            cell["id"] = _INJECTED


def _insights(executed: Any, notebook: str) -> Iterator[Insight]:
    """The insights that the cells published, each with the cell it comes from."""
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {}).get(INSIGHT_MIME)
            if data is None:
                continue
            try:
                insight = Insight.model_validate(data)
            except ValidationError as error:
                why = error.errors()[0]["msg"]
                text = said("it published what is no insight: {why}", why=why)
                raise _Failed(Failure(notebook, "NoInsight", text, cell_id=cell.id)) from error
            origin = insight.origin or Origin(notebook=notebook, cell=cell.id)
            yield insight.model_copy(update={"origin": origin})
