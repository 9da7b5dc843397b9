"""What a build has come to so far: each notebook's insights, pages, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from casebook.brand import Brand
from casebook.diagnostics import Diagnostic, Severity, Where
from casebook.documents import DOCUMENTS, Key, Outcome, Request, Status
from casebook.events import PageEnded, Tell
from casebook.execution import Failure, Run
from casebook.ledger import NOTEBOOK, Ledger
from casebook.messages import said
from casebook.model import Audience, Insight
from casebook.planning import Job, Planner
from casebook.publishing import publish
from casebook.suppression import is_small
from casebook.workspace import Workspace

Refusals = Mapping[str, tuple[str, ...]]
"""The reasons why an engagement, or the casebook, stays inside the firm, by its name."""

Runner = Callable[[Sequence[Job]], Iterator[Run]]
"""Runs notebooks, and gives each as soon as it has ended."""


def refused(key: Key, refusals: Refusals) -> tuple[str, ...]:
    """The reasons that an edition is refused."""
    return () if key.audience is Audience.INTERNAL else refusals.get(key.engagement, ())


@dataclass
class Made:
    """What became of one engagement, or of the casebook."""

    outcomes: list[Outcome] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    failed: bool = False


class Building:
    """Runs what is out of date, wave after wave, and remembers what came of it in the ledger.

    `made` is what became of each engagement so far, `ended` those of which nothing more is to
    come, and `failed` the notebooks that did not run to their end.
    """

    def __init__(
        self, workspace: Workspace, ledger: Ledger, brand: Brand, refusals: Refusals, tell: Tell
    ) -> None:
        self.made: dict[str, Made] = {}
        self.ended: set[str] = set()
        self.failed: set[Key] = set()
        self._workspace = workspace
        self._ledger = ledger
        self._brand = brand
        self._refusals = refusals
        self._tell = tell

    def make(
        self,
        planner: Planner,
        waves: Iterable[int],
        run: Runner,
        published: Mapping[Key, tuple[Insight, ...]] = MappingProxyType({}),
    ) -> None:
        """Make the pages of a planner's engagements, with what was `published` before."""
        known = dict(published)
        for number in waves:
            wave = planner.wave(number, known)
            for job in wave:
                if job.pages and (why := refused(job.key, self._refusals)):
                    self.refuse([job.key], planner.request, why)
            jobs = [job for job in wave if not refused(job.key, self._refusals)]
            for job in jobs:
                if not job.reasons:
                    known[job.key] = planner.memory.insights[job.key]
                    self._warn(job.key, known[job.key])
                    self._keep(job, planner)
            for ran in run([job for job in jobs if job.reasons]):
                if ran.failure is None:
                    known[ran.job.key] = ran.insights
                    self._warn(ran.job.key, ran.insights)
                self._finish(ran, planner)

    def refuse(self, keys: Iterable[Key], request: Request, reasons: tuple[str, ...]) -> None:
        """Say of every page of these editions why it is not made."""
        for key in keys:
            for name in request.formats_for(key.audience):
                self.end(key, name, Status.REFUSED, reasons=reasons)

    def put_off(self, engagement: str) -> None:
        """Say that an engagement was changed while the build went on, and is not made now."""
        where = Where(f"params/{engagement}.yaml")
        message = said("The engagement was changed while it was checked.")
        hint = said("Build again: what stands now has not been checked.")
        self._say(Diagnostic("CB207", Severity.ERROR, message, hint, where, engagement))
        self._of(engagement).failed = True

    def leave_out(self, keys: Mapping[Key, str], request: Request) -> None:
        """Say what was asked for by name but may not be made."""
        for key, why in keys.items():
            self.refuse([key], request, (why,))
        for engagement in dict.fromkeys(key.engagement for key in keys):
            message = said("The client has not allowed a public edition.")
            hint = said("Build another audience, or change release.naming once the client agrees.")
            where = Where(f"params/{engagement}.yaml")
            self._say(Diagnostic("CB301", Severity.ERROR, message, hint, where, engagement))

    def end(
        self,
        key: Key,
        format: str,
        status: Status,
        seconds: float = 0.0,
        reasons: tuple[str, ...] = (),
    ) -> None:
        """Account for a page."""
        path = self._workspace.shown(self._workspace.page(key, format))
        made = self._of(key.engagement)
        made.outcomes.append(Outcome(key, format, path, status, seconds, reasons))
        made.failed |= status is Status.FAILED
        self._tell(PageEnded(key, format, status))

    def _of(self, engagement: str) -> Made:
        return self.made.setdefault(engagement, Made())

    def _say(self, diagnostic: Diagnostic) -> None:
        self._of(diagnostic.engagement).diagnostics.append(diagnostic)

    def _keep(self, job: Job, planner: Planner) -> None:
        """Leave a notebook as it is that need not run; make pages of it that are stale."""
        stale = {page.format: page.reasons for page in job.pages if page.reasons}
        for page in job.pages:
            if not page.reasons:
                self.end(job.key, page.format, Status.FRESH)
        self._publish(job.key, stale, planner, planner.memory.files[job.key, NOTEBOOK].digest, 0.0)

    def _finish(self, run: Run, planner: Planner) -> None:
        """Enter a notebook that has run into the ledger, and make its pages."""
        job = run.job
        reasons = {page.format: page.reasons for page in job.pages}
        if run.failure:
            self._fail(job.key, run.failure)
            for name, why in reasons.items():
                self.end(job.key, name, Status.FAILED, run.seconds, why)
            return
        executed = self._workspace.executed(job.key)
        record = self._ledger.remember(job.key, NOTEBOOK, executed, job.fingerprint)
        self._ledger.publish(job.key, run.insights)
        self._publish(job.key, reasons, planner, record.digest, run.seconds)

    def _publish(
        self,
        key: Key,
        reasons: Mapping[str, tuple[str, ...]],
        planner: Planner,
        notebook: str,
        seconds: float,
    ) -> None:
        """Make pages of an executed notebook with the digest `notebook`."""
        if not reasons:
            return
        published = publish(key, tuple(reasons), self._workspace, self._brand)
        for diagnostic in published.diagnostics:
            self._say(diagnostic)
        for name, why in reasons.items():
            if name not in published.seconds:
                self.end(key, name, Status.FAILED, seconds, why)
                continue
            path = self._workspace.page(key, name)
            self._ledger.remember(key, name, path, planner.exported(notebook, name))
            self.end(key, name, Status.BUILT, seconds + published.seconds[name], why)

    def _warn(self, key: Key, insights: Iterable[Insight]) -> None:
        """Say which findings of a consultant's own show a small number outside the firm."""
        if key.audience is not Audience.INTERNAL:
            return
        where = Where(self._workspace.shown(self._workspace.executed(key)))
        for one in insights:
            outside = (a for a in one.audiences if a is not Audience.INTERNAL)
            small = [a for a in outside if is_small(one.n, one.total, a)]
            if one.added and small:
                message = said(
                    "»{statement}« shows a small number outside the firm ({audience}): {count}.",
                    statement=one.statement.da,
                    audience=", ".join(small),
                    count="/".join(str(n) for n in (one.n, one.total) if n is not None),
                )
                hint = said("Publish it for fewer readers, or without n and total.")
                found = Diagnostic("CB208", Severity.WARNING, message, hint, where, key.engagement)
                self._say(found)

    def _fail(self, key: Key, failure: Failure) -> None:
        self.failed.add(key)
        self._of(key.engagement).failed = True
        message = said("{key}: {why}", key=key, why=failure.told())
        hint = failure.traceback or said("Run the notebook in JupyterLab to see more.")
        where = Where(failure.notebook)
        self._say(Diagnostic("CB202", Severity.ERROR, message, hint, where, key.engagement))
        if DOCUMENTS[key.document].phase and key.audience is Audience.INTERNAL:
            message = said(
                "The reports of {engagement} are made without what {page} publishes.",
                engagement=key.engagement,
                page=key,
            )
            hint = said(
                "They have the standard insights instead. Mend that notebook and build again."
            )
            self._say(Diagnostic("CB203", Severity.WARNING, message, hint, where, key.engagement))
