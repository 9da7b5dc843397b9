"""What there is to validate: which notebook runs for which engagement and audience."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from casebook import pipeline, reading
from casebook.diagnostics import Diagnostic, Severity
from casebook.documents import CASEBOOK, CELL_TIMEOUT, DOCUMENTS, Key, Request
from casebook.errors import CasebookError
from casebook.execution import Task
from casebook.messages import said
from casebook.model import Audience, Insight
from casebook.planning import Job
from casebook.source import Source
from casebook.tidying import line
from casebook.validation import references
from casebook.workspace import Workspace


@dataclass(frozen=True)
class Cell:
    """A code cell. `number` counts all cells from 1, `line` is that of its id in the file."""

    id: str
    number: int
    line: int
    source: str
    metadata: dict[str, Any]

    def __str__(self) -> str:
        return f"Cell {self.number}"


def cells(notebook: Path) -> list[Cell]:
    """The code cells of a notebook. Raises `CasebookError` if the file is not one."""
    try:
        text = notebook.read_text(encoding="utf-8")
        parts = json.loads(text)["cells"]
        return [
            Cell(id, number, line(text, id), "".join(part["source"]), part.get("metadata", {}))
            for number, part in enumerate(parts, 1)
            if part["cell_type"] == "code"
            for id in [part.get("id", f"cell-{number}")]
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        why = f"{type(error).__name__}: {error}"
        message = said("{name} is not a notebook ({why}).", name=notebook.name, why=why)
        raise CasebookError(message, said("Take it back from version control.")) from error


class Matrix:
    """The notebooks of a workspace with the engagements that could be read."""

    def __init__(self, workspace: Workspace, folder: Path, timeout: float = CELL_TIMEOUT) -> None:
        self.workspace = workspace
        self.folder = folder
        self._timeout = timeout

    @cached_property
    def _read(self) -> tuple[list[Source], list[Diagnostic]]:
        return reading.read(self.workspace, ())

    @cached_property
    def _sound(self) -> list[Source]:
        return [one for one in self._read[0] if one.engagement and not self.errors(one.name)]

    def errors(self, engagement: str) -> list[Diagnostic]:
        """What blocks an engagement."""
        return [
            one
            for one in self._read[1]
            if one.engagement == engagement and one.severity is Severity.ERROR
        ]

    @property
    def broken(self) -> list[str]:
        """The engagements that cannot be validated before their parameter files are mended."""
        sound = {one.name for one in self._sound}
        return [one.name for one in self._read[0] if one.name not in sound]

    @cached_property
    def editions(self) -> dict[Key, Path]:
        """Every edition with the notebook that makes it, in the order of a build."""
        jobs = pipeline.jobs(self.workspace, self._sound, Request(), {})
        return {job.key: job.notebook for job in jobs if job.notebook is not None}

    def reference(self, key: Key) -> Path:
        """Where the reference of an edition lies."""
        return references.path(self.folder, key)

    def task(self, key: Key) -> Task:
        """What is to run for an edition.

        A report gets the insights that the *references* of its phase records hold: so each
        notebook is judged by itself, in any order, and all of them together by the chain.
        """
        across = key.document == CASEBOOK
        owners = [one for one in self._sound if across or one.name == key.engagement]
        published = {} if DOCUMENTS[key.document].phase else self._published(owners, key.language)
        job = self._job(key, owners, published)
        notebook = self.editions[key]
        shown = self.workspace.shown(notebook)
        return Task(job, notebook.read_bytes(), self.workspace.root, shown, self._timeout)

    def _published(self, owners: Sequence[Source], language: str) -> dict[Key, tuple[Insight, ...]]:
        """The insights of the phase records of engagements, as far as they have references."""
        records = [
            Key(owner.name, name, Audience.INTERNAL, language)
            for owner in owners
            for name, document in DOCUMENTS.items()
            if document.phase
        ]
        found = {record: self._insights(record) for record in records}
        return {record: insights for record, insights in found.items() if insights is not None}

    def _job(
        self, key: Key, owners: Sequence[Source], published: dict[Key, tuple[Insight, ...]]
    ) -> Job:
        jobs = pipeline.jobs(self.workspace, owners, Request(), published)
        return next(job for job in jobs if job.key == key)

    def _insights(self, record: Key) -> tuple[Insight, ...] | None:
        notebook = self.editions.get(record)
        reference = references.read(self.reference(record)) if notebook else None
        if notebook is None or reference is None:
            return None
        return tuple(references.insights(reference, self.workspace.shown(notebook)))
