"""The line itself: discover, read, check, plan, execute, publish."""

from __future__ import annotations

import dataclasses
import functools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from casebook import archive, checks, fingerprint, layers, recall, resources, source
from casebook.brand import read_brand
from casebook.collecting import no_collecting
from casebook.diagnostics import Diagnostic, Severity, Where, blocking
from casebook.documents import DOCUMENTS, WAVES, Key, Outcome, Request, Status
from casebook.errors import CasebookError
from casebook.events import PageEnded, Planned, Tell
from casebook.execution import Means, Run, execute, open_means
from casebook.ledger import NOTEBOOK, Ledger, Memory, hold, remembered
from casebook.messages import said
from casebook.model import Audience, Engagement, Insight
from casebook.planning import NOT_PUBLIC, Inputs, Job, NotebookFile, Planner, plan_all
from casebook.publishing import publish
from casebook.source import Source
from casebook.text import LANGUAGES
from casebook.workspace import Workspace, select

Refusals = Mapping[str, tuple[str, ...]]
"""The reasons why an engagement stays inside the firm, by its name."""


@dataclass(frozen=True)
class Report:
    """What a build, a plan or a check came to."""

    diagnostics: tuple[Diagnostic, ...]
    outcomes: tuple[Outcome, ...] = ()
    jobs: tuple[Job, ...] = ()
    left_out: tuple[Key, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 if all went well, 1 if something blocks: of what was made or planned, if anything."""
        bad = (Status.FAILED, Status.REFUSED)
        failed = any(outcome.status in bad for outcome in self.outcomes)
        made = bool(self.outcomes or self.jobs)
        return int(failed or (_stopping if made else blocking)(self.diagnostics))


def read(workspace: Workspace, names: Sequence[str]) -> tuple[list[Source], list[Diagnostic]]:
    """Read the engagements asked for, and all that can be said against them.

    All are read, because nothing of one client may stand in the engagement of another.
    """
    wanted = select(workspace, names)
    with no_collecting():
        everything = {name: _read(path) for name, path in workspace.parameter_files().items()}
        sources = [everything[name] for name in wanted]
        found = [diagnostic for one in sources for diagnostic in one.diagnostics]
        common = layers.common(workspace.root / "params")
        _, branded = read_brand(workspace.templates)
        told = checks.check(sources, _today(), list(everything.values()), common)
        return sources, [*found, *told, *branded]


def _today() -> date:
    """The day in the user's own time zone."""
    return datetime.now().astimezone().date()


def check(workspace: Workspace, names: Sequence[str]) -> Report:
    """All diagnostics of the engagements asked for."""
    return Report(tuple(read(workspace, names)[1]))


def plan(workspace: Workspace, names: Sequence[str], request: Request) -> Report:
    """What `build` would do, and why."""
    sources, diagnostics = read(workspace, names)
    if _stopping(diagnostics):
        return Report(tuple(diagnostics))
    planner = _planner(workspace, sources, request, remembered(workspace.output))
    refusals = _refusals(diagnostics)
    jobs = (job for job in plan_all(planner, WAVES) if not _refused(job.key, refusals))
    return Report(tuple(diagnostics), jobs=tuple(jobs), left_out=tuple(planner.left_out()))


def jobs(
    workspace: Workspace,
    sources: Iterable[Source],
    request: Request,
    published: Mapping[Key, Sequence[Insight]],
) -> list[Job]:
    """What would run if nothing were built yet, given the insights of phase records."""
    planner = _planner(workspace, sources, request, Memory({}, {}))
    return [job for number in WAVES for job in planner.wave(number, published)]


def build(
    workspace: Workspace,
    names: Sequence[str],
    request: Request,
    tell: Tell,
    workers: int | str | None = None,
) -> Report:
    """Build what is out of date; one failure does not stop the others.

    Where something is still to be answered, or belongs to another client, only internal
    editions are made, and the others refused. `workers` is how many notebooks run at once, or
    the address of a Dask scheduler.
    """
    with open_means(workers, workspace.root, tell) as means:
        return build_with(means, workspace, names, request)


def build_with(
    means: Means, workspace: Workspace, names: Sequence[str], request: Request
) -> Report:
    """Build with means that stay open: the next build imports and starts nothing."""
    before = recall.look(workspace, paranoid=request.paranoid)
    sources, diagnostics = read(workspace, names)
    if _stopping(diagnostics):
        return Report(tuple(diagnostics))
    refusals = _refusals(diagnostics)
    with hold(workspace.output), Ledger(workspace.output) as ledger:
        memory = ledger.memory(paranoid=request.paranoid)
        planner = _planner(workspace, sources, request, memory)
        means.tell(Planned(sum(len(job.pages) for job in plan_all(planner, WAVES))))
        building = _Building(workspace, planner, ledger, means.tell)
        building.published |= {} if request.records else memory.insights
        building.leave_out(planner.left_out() if request.audience else [])
        left_out = tuple(building.diagnostics)
        for number in WAVES:
            wave = planner.wave(number, building.published)
            building.refuse([job for job in wave if _refused(job.key, refusals)], refusals)
            jobs = [job for job in wave if not _refused(job.key, refusals)]
            building.keep([job for job in jobs if not job.reasons])
            stale = [job for job in jobs if job.reasons]
            for run in execute(stale, workspace, means):
                building.finish(run)
        if request.documents:
            return Report((*diagnostics, *building.diagnostics), tuple(building.outcomes))
        archive.open_archive(workspace).connection.close()
        if not blocking(building.diagnostics[len(left_out) :]):
            again = Report((*diagnostics, *left_out), tuple(building.outcomes))
            recall.remember(workspace, names, request, before, again)
    return Report((*diagnostics, *building.diagnostics), tuple(building.outcomes))


def _stopping(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of the diagnostics stops even what stays inside the firm."""
    return blocking(one for one in diagnostics if one.code not in checks.INSIDE)


def _refusals(diagnostics: Iterable[Diagnostic]) -> Refusals:
    """Why nothing of an engagement may leave the firm, by engagement."""
    errors = [one for one in diagnostics if one.severity is Severity.ERROR]
    found = Counter((one.engagement, one.code) for one in errors)
    reasons: dict[str, tuple[str, ...]] = {}
    for (engagement, code), number in found.items():
        reasons[engagement] = (*reasons.get(engagement, ()), f"{code} ×{number}")
    return reasons


def _refused(key: Key, refusals: Refusals) -> tuple[str, ...]:
    """The reasons that an edition is refused; the casebook holds all engagements."""
    if key.audience is Audience.INTERNAL:
        return ()
    if key.engagement:
        return refusals.get(key.engagement, ())
    return tuple(f"{name}: {why}" for name, reasons in refusals.items() for why in reasons)


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
        self._brand, _ = read_brand(workspace.templates)

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

    def refuse(self, jobs: Iterable[Job], refusals: Refusals) -> None:
        """Say of every page of these jobs why it is not made."""
        for job in jobs:
            why = _refused(job.key, refusals)
            for page in job.pages:
                self._end(job.key, page.format, Status.REFUSED, reasons=why)

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

    def leave_out(self, keys: Sequence[Key]) -> None:
        """Say what was asked for by name but may not be made."""
        for key in keys:
            for name in self._planner.request.formats:
                self._end(key, name, Status.REFUSED, reasons=(NOT_PUBLIC,))
        for engagement in dict.fromkeys(key.engagement for key in keys):
            message = said("The client allows no public edition.")
            hint = said("Build another audience, or change release.naming once the client agrees.")
            where = Where(f"params/{engagement}.yaml")
            self.diagnostics.append(
                Diagnostic("CB301", Severity.ERROR, message, hint, where, engagement)
            )

    def _publish(
        self, key: Key, reasons: Mapping[str, tuple[str, ...]], notebook: str, seconds: float
    ) -> None:
        if not reasons:
            return
        published = publish(key, tuple(reasons), self._workspace, self._brand)
        self.diagnostics += published.diagnostics
        for name, why in reasons.items():
            if name not in published.seconds:
                self._end(key, name, Status.FAILED, seconds, why)
                continue
            path = self._workspace.page(key, name)
            self._ledger.remember(key, name, path, self._planner.exported(notebook, name))
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
        hint = failure.traceback or said("Run the notebook in JupyterLab to see more.")
        where = Where(failure.notebook)
        found = Diagnostic("CB202", Severity.ERROR, message, hint, where, key.engagement)
        self.diagnostics.append(found)
        if DOCUMENTS[key.document].phase and key.audience is Audience.INTERNAL:
            message = said(
                "The reports of {engagement} are made without what {page} publishes.",
                engagement=key.engagement,
                page=key,
            )
            hint = said(
                "They have the standard insights instead. Mend that notebook and build again."
            )
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
        fingerprint.digest(dataclasses.asdict(read_brand(workspace.templates)[0])),
        fingerprint.of_converters(),
    )
    return Planner(engagements, request, inputs, memory)
