"""The line itself: discover, read, check, plan, execute, publish."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casebook import checks, fingerprint, resources, source
from casebook.backends import open_backend
from casebook.diagnostics import Diagnostic, Severity, Where, blocking
from casebook.documents import DOCUMENTS, WAVES, Key
from casebook.errors import CasebookError
from casebook.events import PageEnded, Planned, Tell
from casebook.execution import Run, execute
from casebook.kernels.process import WarmProcess
from casebook.ledger import NOTEBOOK, Ledger, Memory, hold, remembered
from casebook.model import Audience, Engagement, Insight
from casebook.planning import Inputs, Job, NotebookFile, Planner, Request, plan_all
from casebook.publishing import Outcome, Status, publish
from casebook.source import Source
from casebook.text import LANGUAGES
from casebook.workspace import Workspace, select


@dataclass(frozen=True)
class Report:
    """What a build, a plan or a check came to."""

    diagnostics: tuple[Diagnostic, ...]
    outcomes: tuple[Outcome, ...] = ()
    jobs: tuple[Job, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 if all went well, 1 if something blocks."""
        bad = (Status.FAILED, Status.REFUSED)
        failed = any(outcome.status in bad for outcome in self.outcomes)
        return int(failed or blocking(self.diagnostics))


def read(workspace: Workspace, names: Sequence[str]) -> tuple[list[Source], list[Diagnostic]]:
    """Read the engagements asked for, and all that can be said against them."""
    sources = [_read(path) for path in select(workspace, names).values()]
    found = [diagnostic for one in sources for diagnostic in one.diagnostics]
    return sources, [*found, *checks.check(sources)]


def check(workspace: Workspace, names: Sequence[str]) -> Report:
    """All diagnostics of the engagements asked for."""
    return Report(tuple(read(workspace, names)[1]))


def plan(workspace: Workspace, names: Sequence[str], request: Request) -> Report:
    """What `build` would do, and why."""
    sources, diagnostics = read(workspace, names)
    if blocking(diagnostics):
        return Report(tuple(diagnostics))
    planner = _planner(workspace, sources, request, remembered(workspace.output))
    return Report(tuple(diagnostics), jobs=tuple(plan_all(planner, WAVES)))


def build(
    workspace: Workspace,
    names: Sequence[str],
    request: Request,
    tell: Tell,
    workers: int | str | None = None,
) -> Report:
    """Build what is out of date; one failure does not stop the others.

    `workers` is how many notebooks run at once, or the address of a Dask scheduler.
    """
    sources, diagnostics = read(workspace, names)
    if blocking(diagnostics):
        return Report(tuple(diagnostics))
    with (
        hold(workspace.output),
        Ledger(workspace.output) as ledger,
        open_backend(workers, tell) as executor,
        WarmProcess(workspace.root) as warm,
    ):
        planner = _planner(workspace, sources, request, ledger.memory())
        tell(Planned(sum(len(job.pages) for job in plan_all(planner, WAVES))))
        building = _Building(workspace, planner, ledger, tell)
        for number in WAVES:
            jobs = planner.wave(number, building.published)
            building.keep([job for job in jobs if not job.reasons])
            for run in execute([job for job in jobs if job.reasons], workspace, executor, warm):
                building.finish(run)
    return Report((*diagnostics, *building.diagnostics), tuple(building.outcomes))


class _Building:
    """What a build has come to so far."""

    def __init__(self, workspace: Workspace, planner: Planner, ledger: Ledger, tell: Tell) -> None:
        self.published: dict[Key, tuple[Insight, ...]] = {}
        self.diagnostics: list[Diagnostic] = []
        self.outcomes: list[Outcome] = []
        self._workspace = workspace
        self._planner = planner
        self._ledger = ledger
        self._tell = tell

    def keep(self, jobs: Iterable[Job]) -> None:
        """Take over what notebooks that need not run left behind; make pages that are stale."""
        memory = self._planner.memory
        for job in jobs:
            self.published[job.key] = memory.insights[job.key]
            stale = {page.format: page.reasons for page in job.pages if page.reasons}
            for page in job.pages:
                if not page.reasons:
                    self._end(job.key, page.format, Status.FRESH)
            self._publish(job.key, stale, memory.files[job.key, NOTEBOOK].digest, 0.0)

    def finish(self, run: Run) -> None:
        """Enter a notebook that has run into the ledger, and make its pages."""
        job = run.job
        reasons = {page.format: page.reasons for page in job.pages}
        if run.failure:
            self._failed(run)
            for name, why in reasons.items():
                self._end(job.key, name, Status.FAILED, run.seconds, why)
            return
        self.published[job.key] = run.insights
        executed = self._workspace.executed(job.key)
        record = self._ledger.remember(job.key, NOTEBOOK, executed, job.fingerprint)
        self._ledger.publish(job.key, run.insights)
        self._publish(job.key, reasons, record.digest, run.seconds)

    def _publish(
        self, key: Key, reasons: Mapping[str, tuple[str, ...]], notebook: str, seconds: float
    ) -> None:
        if not reasons:
            return
        published = publish(key, tuple(reasons), self._workspace)
        self.diagnostics += published.diagnostics
        for name, why in reasons.items():
            if name not in published.seconds:
                self._end(key, name, Status.FAILED, seconds, why)
                continue
            path = self._workspace.page(key, name)
            self._ledger.remember(key, name, path, self._planner.exported(notebook))
            self._end(key, name, Status.BUILT, seconds + published.seconds[name], why)

    def _end(
        self,
        key: Key,
        format: str,
        status: Status,
        seconds: float = 0.0,
        reasons: tuple[str, ...] = (),
    ) -> None:
        path = self._workspace.shown(self._workspace.page(key, format))
        self.outcomes.append(Outcome(key, format, path, status, seconds, reasons))
        self._tell(PageEnded(key, format, status))

    def _failed(self, run: Run) -> None:
        failure, key = run.failure, run.job.key
        if failure is None:
            return
        message = f"{key}: {failure}"
        hint = failure.traceback or "Run the notebook in JupyterLab to see more."
        where = Where(failure.notebook)
        found = Diagnostic("CB202", Severity.ERROR, message, hint, where, key.engagement)
        self.diagnostics.append(found)
        if DOCUMENTS[key.document].phase and key.audience is Audience.INTERNAL:
            message = f"The reports of {key.engagement} are made without what {key} publishes."
            hint = "They have the standard insights instead. Mend that notebook and build again."
            found = Diagnostic("CB203", Severity.WARNING, message, hint, where, key.engagement)
            self.diagnostics.append(found)


def _read(path: Any) -> Source:
    try:
        return source.read(path)
    except OSError as error:
        raise CasebookError(
            f"Cannot read {path}: {error.strerror}.", "Make it readable."
        ) from error


def _planner(
    workspace: Workspace, sources: Iterable[Source], request: Request, memory: Memory
) -> Planner:
    if request.language not in LANGUAGES:
        known = f"Use one of: {', '.join(LANGUAGES)}."
        raise CasebookError(f"Language '{request.language}' is not known.", known, 2)
    engagements: dict[str, Engagement] = {
        source.name: source.engagement for source in sources if source.engagement
    }

    @functools.cache
    def notebook(engagement: str, document: str) -> NotebookFile | None:
        path = workspace.notebook(engagement, document)
        return NotebookFile(path, fingerprint.of_notebook(path)) if path else None

    inputs = Inputs(
        notebook,
        fingerprint.of_casebook(),
        fingerprint.of_dependencies(),
        fingerprint.of_folder(resources.folder("templates")),
    )
    return Planner(engagements, request, inputs, memory)
