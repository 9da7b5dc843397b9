"""pytest's side: a notebook file, its runs, and their cells as items."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from _pytest._code.code import (
    ExceptionInfo,
    ReprEntryNative,
    ReprExceptionInfo,
    ReprFileLocation,
    ReprTraceback,
)

from casebook.documents import CASEBOOK, DOCUMENTS, Key
from casebook.errors import CasebookError
from casebook.execution import Rehearsal, rehearse
from casebook.validation import references, sanitising
from casebook.validation.differences import differences, moved
from casebook.validation.markers import Marks, coalesced, marks
from casebook.validation.matrix import Cell, cells
from casebook.validation.references import Reference
from casebook.validation.session import Validation
from casebook.validation.shown import Shown, shown

_MANY = 12
"""Differences of one cell that are shown; the rest are counted."""

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
"""What colours IPython's tracebacks; in a log or a report it is noise."""


class Failed(Exception):  # noqa: N818  # a test that has failed, with all there is to say
    """What is wrong: `short` in one line, and the whole."""

    def __init__(self, short: str, *more: str) -> None:
        super().__init__(short)
        self.short = short
        self.text = "\n".join([short, *more])


def collector(
    path: Path, parent: pytest.Collector, validation: Validation
) -> pytest.Collector | None:
    """The collector of a file that belongs to the workspace."""
    matrix, resolved = validation.matrix, path.resolve()
    if path.suffix == ".ipynb" and resolved in matrix.editions.values():
        return NotebookFile.from_parent(parent, path=path, validation=validation)
    if path.suffix == ".yaml" and resolved in matrix.workspace.parameter_files().values():
        return ParameterFile.from_parent(parent, path=path, validation=validation)
    return None


def wave(item: pytest.Item) -> int:
    """When an item comes in a run that writes references: what others read comes first."""
    return DOCUMENTS[item.parent.key.document].wave if isinstance(item.parent, Run) else -1


class _Item(pytest.Item):
    """An item that says what is wrong, not where in Python."""

    def repr_failure(self, excinfo: ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The message; the traceback only of what nobody foresaw."""
        error = excinfo.value
        if not isinstance(error, Failed):
            return super().repr_failure(excinfo, style)
        path, line, _ = self.reportinfo()
        crash = ReprFileLocation(str(path), (line or 0) + 1, error.short)
        entry = ReprEntryNative([f"{text}\n" for text in error.text.splitlines()])
        return ReprExceptionInfo(
            reprtraceback=ReprTraceback([entry], None, style="native"), reprcrash=crash
        )


class ParameterFile(pytest.File):
    """A parameter file: one item, which fails if the file blocks a build."""

    def __init__(self, *, validation: Validation, **rest: Any) -> None:
        super().__init__(**rest)
        self.validation = validation

    def collect(self) -> Iterable[pytest.Item]:
        """The one item."""
        yield ParameterItem.from_parent(self, name="parameters")


class ParameterItem(_Item):
    """Passes if the engagement can be built."""

    parent: ParameterFile

    @cached_property
    def _errors(self) -> list[Any]:
        return self.parent.validation.matrix.errors(self.path.stem)

    def runtest(self) -> None:
        """Say everything that blocks, at once."""
        if self._errors:
            first, *more = (str(one) for one in self._errors)
            note = "None of its notebooks was run. The other engagements were."
            raise Failed(first, *more, note)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The line of the first thing that blocks."""
        line = self._errors[0].where.line if self._errors else 1
        return self.path, max(line, 1) - 1, f"{self.path.stem}::{self.name}"


class NotebookFile(pytest.File):
    """A notebook: a run for each engagement and audience."""

    def __init__(self, *, validation: Validation, **rest: Any) -> None:
        super().__init__(**rest)
        self.validation = validation

    def collect(self) -> Iterable[pytest.Collector]:
        """The runs, named `skanderborg-public`; that of all engagements is named `internal`."""
        resolved = self.path.resolve()
        for key, notebook in self.validation.matrix.editions.items():
            if notebook == resolved:
                name = "-".join(filter(None, (key.engagement, key.audience)))
                yield Run.from_parent(self, name=name, key=key)


class Run(pytest.Collector):
    """One notebook for one engagement and audience. It runs once, when a cell is first asked."""

    parent: NotebookFile

    def __init__(self, *, key: Key, **rest: Any) -> None:
        super().__init__(**rest)
        self.key = key
        self.cells: list[Cell] = []
        self._told = False
        stem = self.parent.path.stem
        self.add_marker(pytest.mark.xdist_group(f"{stem}-{self.name}"))

    @property
    def validation(self) -> Validation:
        """What the session knows."""
        return self.parent.validation

    def collect(self) -> Iterable[pytest.Item]:
        """The code cells; then those that only the reference knows."""
        try:
            self.cells = cells(self.parent.path)
        except CasebookError:
            yield WholeItem.from_parent(self, name="Notebook")
            return
        for cell in self.cells:
            yield CellItem.from_parent(self, name=str(cell), cell=cell)
        if not self.validation.updating:
            known = {cell.id for cell in self.cells}
            for id in self._known():
                if id not in known:
                    yield GoneItem.from_parent(self, name=f"Cell gone: {id}", cell=id)

    def _known(self) -> Iterator[str]:
        try:
            yield from references.read(self.file) or ()
        except CasebookError:
            return

    @property
    def file(self) -> Path:
        """Where the reference lies."""
        return self.validation.matrix.reference(self.key)

    @property
    def shown(self) -> str:
        """The reference as a user reads it."""
        return self.validation.matrix.workspace.shown(self.file)

    @property
    def update(self) -> str:
        """The command that renews this reference."""
        return f'pytest --casebook-update "{self.nodeid.partition("@")[0]}"'

    @cached_property
    def marks(self) -> Mapping[str, Marks]:
        """What nbval's comments and tags ask for, by cell id."""
        return {cell.id: marks(cell.source, cell.metadata) for cell in self.cells}

    def whole(self, *said: str) -> None:
        """Fail, or where that has been said, skip: a cause of the whole run is told once."""
        if self._told:
            pytest.skip(f"not judged: {said[0]}")
        self._told = True
        raise Failed(*said)

    @cached_property
    def reference(self) -> Reference | Failed:
        """The reference, or why there is none."""
        try:
            found = references.read(self.file)
        except CasebookError as error:
            return Failed(error.message, error.hint)
        if found is None:
            first = f"There is no reference {self.shown}, so nothing can be compared."
            return Failed(first, f"Make it, read it, and commit it: {self.update}")
        return found

    @cached_property
    def rehearsal(self) -> Rehearsal:
        """The run, as far as the last cell that is asked for."""
        asked = [
            item.cell.number
            for item in self.session.items
            if isinstance(item, CellItem) and item.parent is self
        ]
        count = self.cells[-1].number if self.validation.updating else max(asked)
        skipped = {id for id, marked in self.marks.items() if marked.skip}
        task = self.validation.matrix.task(self.key)
        return rehearse(replace(task, warm=self.validation.warm.address), count, skipped)

    @cached_property
    def now(self) -> Reference:
        """What the cells that ran showed."""
        cleaning = self.validation.cleaning
        return {
            id: shown(coalesced(found), cleaning) for id, found in self.rehearsal.outputs.items()
        }

    @cached_property
    def raised(self) -> dict[str, str]:
        """The cells that raised something and are not marked as doing so, with what they did."""
        return {
            id: f"{output['ename']}: {output['evalue']}"
            for id, outputs in self.rehearsal.outputs.items()
            if not self.marks[id].raises
            for output in outputs
            if output["output_type"] == "error"
        }

    @cached_property
    def moved(self) -> dict[str, tuple[str, str]]:
        """Cells that stand in another place than in the reference."""
        if isinstance(self.reference, Failed):
            return {}
        return moved(list(self.reference), [cell.id for cell in self.cells])

    def save(self) -> None:
        """Write the reference, once and only if every cell ran."""
        if self.shown in self.validation.written or self.raised or self.rehearsal.failure:
            return
        path, root = self.parent.path.resolve(), self.validation.matrix.workspace.root
        # One from elsewhere is named alone: where it lies differs from machine to machine.
        notebook = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
        written = references.save(self.file, self.now, self.key, notebook)
        self.validation.written[self.shown] = written


class WholeItem(_Item):
    """Stands for a notebook that cannot be read."""

    parent: Run

    def runtest(self) -> None:
        """Say why."""
        try:
            cells(self.path)
        except CasebookError as error:
            raise Failed(error.message, error.hint) from error


class GoneItem(_Item):
    """A cell that the reference knows and the notebook has no more."""

    parent: Run

    def __init__(self, *, cell: str, **rest: Any) -> None:
        super().__init__(**rest)
        self.cell = cell

    def runtest(self) -> None:
        """It always fails: somebody has to say that the cell may go."""
        said = f"The cell `{self.cell}` is in the reference, but no longer in the notebook."
        raise Failed(said, f"If that is meant, renew the reference: {self.parent.update}")


class CellItem(_Item):
    """A code cell in one run."""

    parent: Run

    def __init__(self, *, cell: Cell, **rest: Any) -> None:
        super().__init__(**rest)
        self.cell = cell

    def reportinfo(self) -> tuple[Path, int, str]:
        """The cell's line in the notebook's file."""
        return self.path, self.cell.line - 1, f"{self.parent.name}::{self.name}"

    def runtest(self) -> None:
        """Judge the cell; the notebook runs when the first of its cells comes to this."""
        run, id = self.parent, self.cell.id
        if run.validation.matrix.broken and run.key.document == CASEBOOK:
            named = ", ".join(f"params/{name}.yaml" for name in run.validation.matrix.broken)
            pytest.skip(f"it is made from all engagements, and {named} must be mended first")
        if run.marks[id].skip:
            pytest.skip("marked NBVAL_SKIP")
        self._has_run()
        self._has_not_raised()
        if not run.validation.updating and isinstance(run.reference, Failed):
            if run.raised or run.rehearsal.failure:
                pytest.skip("not judged: it has no reference, because another cell fails")
            run.whole(*run.reference.text.splitlines())
        if run.validation.updating:
            run.save()
        elif run.marks[id].check and not isinstance(run.reference, Failed):
            self._stands_where_it_stood()
            self._shows_the_same(run.reference)

    def _has_run(self) -> None:
        try:
            failure = self.parent.rehearsal.failure
        except CasebookError as error:
            self.parent.whole(error.message, error.hint)
            return
        if failure is None:
            return
        if not failure.cell:
            self.parent.whole(f"The notebook did not run. {failure}")
        if failure.cell_id == self.cell.id or failure.cell == self.cell.number:
            said = f"{self.name} ended the run: {failure.value}."
            raise Failed(said, "The cells after it were not run.", *self._source())
        if self.cell.number > failure.cell:
            pytest.skip(f"not run: Cell {failure.cell} before it ended the run ({failure.name})")

    def _has_not_raised(self) -> None:
        run, id = self.parent, self.cell.id
        if id not in run.raised:
            return
        first = next(iter(run.raised))
        if first != id:
            number = next(cell for cell in run.cells if cell.id == first)
            pytest.skip(f"not judged: it fails after {number} has failed ({run.raised[id]})")
        outputs = run.rehearsal.outputs[id]
        error = next(one for one in outputs if one["output_type"] == "error")
        told = (_COLOUR.sub("", line) for line in error["traceback"])
        raise Failed(f"{self.name} fails: {run.raised[id]}", "", *told)

    def _stands_where_it_stood(self) -> None:
        if self.cell.id not in self.parent.moved:
            return
        old, new = (
            f"after the cell `{before}`" if before else "first"
            for before in self.parent.moved[self.cell.id]
        )
        said = f"{self.name} (id {self.cell.id}) was moved: it stood {old}, and now stands {new}."
        raise Failed(said, *self._renew())

    def _shows_the_same(self, reference: Reference) -> None:
        id, cleaning = self.cell.id, self.parent.validation.cleaning
        if id not in reference:
            said = f"{self.name} (id {id}) has no reference in {self.parent.shown}."
            raise Failed(said, f"Make it, read it, and commit it: {self.parent.update}")
        known: Shown = sanitising.throughout(reference[id], cleaning.own)
        found = differences(known, self.parent.now[id])
        if not found:
            return
        more = [f"… and {len(found) - _MANY} more."] if len(found) > _MANY else []
        head = f"{found[0].short}"
        told = [text for one in found[:_MANY] for text in (*str(one).splitlines(), "")]
        counted = f" (1 of {len(found)} differences)" if len(found) > 1 else ""
        line = references.line(self.parent.file, id)
        legend = f"- {self.parent.shown}:{line}, the reference; + what {self.name} shows now."
        raise Failed(f"{head}{counted}", "", *told, *more, legend, *self._renew(), *self._source())

    def _renew(self) -> list[str]:
        return [f"If that is meant, renew the reference and read its diff: {self.parent.update}"]

    def _source(self) -> list[str]:
        lines = self.cell.source.splitlines()
        return ["", f"{self.name} (id {self.cell.id}):", *(f"  {line}" for line in lines[:8])]
