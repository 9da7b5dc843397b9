"""What a build has come to so far: each notebook's insights, pages, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from casebook.diagnostics import Diagnostic, Severity, Where
from casebook.documents import DOCUMENTS, Key, Outcome, Request, Status
from casebook.events import PageEnded, Tell
from casebook.execution import Failure
from casebook.fingerprint import digest
from casebook.ledger import NOTEBOOK, Entry, Ledger
from casebook.making import Done
from casebook.messages import said
from casebook.model import Audience, Insight
from casebook.planning import Job, Planner
from casebook.publishing import Pages, publish
from casebook.suppression import is_small
from casebook.workspace import Workspace

Refusals = Mapping[str, tuple[str, ...]]
"""The reasons why an engagement, or the casebook, stays inside the firm, by its name."""

Runner = Callable[[Iterable[Job | None]], Iterator[tuple[Job, Done]]]
"""Does jobs as they come, and gives each with what came of it as soon as it has ended.

None stands where no job can come before another has ended.
"""

TOGETHER = 20
"""So many engagements are made at once, and then let go: memory does not grow with their number."""


def refused(key: Key, refusals: Refusals) -> tuple[str, ...]:
    """The reasons that an edition is refused."""
    return () if key.audience is Audience.INTERNAL else refusals.get(key.engagement, ())


@dataclass
class Made:
    """What became of one engagement, or of the casebook."""

    outcomes: list[Outcome] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    failed: bool = False


@dataclass(eq=False)
class Course:
    """An engagement, or the casebook, on its way through the `waves` that are still to come.

    A wave begins when no job of the one before is `running`; `known` are the insights that it
    can take.
    """

    planner: Planner
    waves: Iterator[int]
    known: dict[Key, tuple[Insight, ...]] = field(default_factory=dict)
    running: int = 0


class Building:
    """Runs what is out of date, wave after wave, and remembers what came of it in the ledger.

    `made` is what became of each engagement so far, `ended` those of which nothing more is to
    come, and `failed` the notebooks that did not run to their end.
    """

    def __init__(
        self, workspace: Workspace, ledger: Ledger, refusals: Refusals, run: Runner, tell: Tell
    ) -> None:
        self.made: dict[str, Made] = {}
        self.ended: set[str] = set()
        self.failed: set[Key] = set()
        self._workspace = workspace
        self._ledger = ledger
        self._refusals = refusals
        self._run = run
        self._tell = tell

    def make(self, courses: Iterable[Course]) -> None:
        """Make the pages of courses, a few at once: none waits for what it takes nothing from."""
        running: dict[Key, Course] = {}
        for job, done in self._run(self._jobs(iter(courses), running)):
            course = running.pop(job.key)
            course.running -= 1
            if job.reasons and done.failure is None:
                self._publish(course, job.key, done.insights)
            self._finish(job, done, course.planner)

    def _jobs(self, courses: Iterator[Course], running: dict[Key, Course]) -> Iterator[Job | None]:
        """What is to run, as soon as it can; None where something has to end first."""
        under_way: list[Course] = []
        while True:
            course = next((one for one in under_way if not one.running), None)
            if course is None and len(under_way) < TOGETHER and (course := next(courses, None)):
                under_way.append(course)
            if course is None and not under_way:
                return
            if course is None:
                yield None
            elif (wave := next(course.waves, None)) is None:
                under_way.remove(course)
                self.ended.update(course.planner.engagements)
            else:
                for job in self._due(course, wave):
                    running[job.key] = course
                    course.running += 1
                    yield job

    def _due(self, course: Course, wave: int) -> Iterator[Job]:
        """The jobs of a wave that are to run; the others are accounted for."""
        planner = course.planner
        for job in planner.wave(wave, course.known):
            if why := refused(job.key, self._refusals):
                if job.pages:
                    self.refuse([job.key], planner.request, why)
                continue
            if not job.reasons:
                self._publish(course, job.key, planner.memory.insights[job.key])
                self._keep(job, planner)
            if not job.fresh:
                yield job

    def _publish(self, course: Course, key: Key, insights: tuple[Insight, ...]) -> None:
        """Hand on the insights of a notebook to the waves to come."""
        course.known[key] = insights
        self._warn(key, insights)

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

    def leave_out(self, keys: Mapping[Key, tuple[str, ...]], request: Request) -> None:
        """Say what was asked for by name but may not be made."""
        for key, why in keys.items():
            self.refuse([key], request, why)
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

    def _say(self, *diagnostics: Diagnostic) -> None:
        for one in diagnostics:
            self._of(one.engagement).diagnostics.append(one)

    def _keep(self, job: Job, planner: Planner) -> None:
        """Account for the pages of a notebook that need not be made again, as they were made."""
        for page in job.pages:
            if not page.reasons:
                self._say(*planner.memory.files[job.key, page.format].warnings)
                self.end(job.key, page.format, Status.FRESH)

    def _finish(self, job: Job, done: Done, planner: Planner) -> None:
        """Write the pages that came of a job, and enter them and its notebook into the ledger."""
        if done.failure:
            self._fail(job, done.failure)
        pages = publish(job.key, done.pages, self._workspace)
        self._say(*pages.diagnostics, *(one for p in pages.made.values() for one in p.warnings))
        if done.failure is None:
            self._enter(job, done, pages, planner)
        for name, why in ((page.format, page.reasons) for page in job.pages if page.reasons):
            page = pages.made.get(name)
            status, seconds = (Status.BUILT, page.seconds) if page else (Status.FAILED, 0.0)
            self.end(job.key, name, status, done.seconds + seconds, why)

    def _enter(self, job: Job, done: Done, pages: Pages, planner: Planner) -> None:
        """Enter into the ledger what was written."""
        key, entries, insights = job.key, [], None
        if job.reasons:
            found, insights = digest(done.executed), done.insights
            path = self._workspace.executed(key)
            entries.append(Entry(NOTEBOOK, path, found, job.fingerprint))
        else:
            found = planner.memory.files[key, NOTEBOOK].digest
        for name, page in pages.made.items():
            path, made_from = self._workspace.page(key, name), planner.exported(found, name)
            entries.append(Entry(name, path, digest(page.content), made_from, page.warnings))
        self._ledger.enter(key, entries, insights)

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

    def _fail(self, job: Job, failure: Failure) -> None:
        """Say why a notebook did not run to its end, or why no page could be made of it."""
        key = job.key
        self._of(key.engagement).failed = True
        message = said("{key}: {why}", key=key, why=failure.told())
        hint = failure.traceback or said("Run the notebook in JupyterLab to see more.")
        where = Where(failure.notebook)
        self._say(Diagnostic("CB202", Severity.ERROR, message, hint, where, key.engagement))
        if not job.reasons:
            return
        self.failed.add(key)
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
