"""The line itself: discover, read, check, plan, execute, publish."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path

from casebook import fingerprint, publishing, recall, resources
from casebook.archive import Archive, open_archive
from casebook.brand import Brand, read_brand
from casebook.building import Building, Course, Made, refused
from casebook.collecting import no_collecting
from casebook.diagnostics import Diagnostic, blocking
from casebook.documents import CASEBOOK, DOCUMENTS, WAVES, Key, Outcome, Request, Status
from casebook.errors import CasebookError
from casebook.events import Planned, Tell
from casebook.ledger import Ledger, Memory, hold, remembered
from casebook.looking import ALL
from casebook.making import Means, make_all, open_means
from casebook.messages import all_known, said
from casebook.model import Audience, Engagement, Insight
from casebook.outlook import Outlook, look_ahead
from casebook.planning import (
    Book,
    Inputs,
    Job,
    NotebookFile,
    PlannedPage,
    Planner,
    answered,
    gather,
    plan_all,
)
from casebook.reading import read_all, read_one
from casebook.recall import Part, Recalled
from casebook.rechecking import stopping
from casebook.source import Source
from casebook.text import LANGUAGES
from casebook.workspace import Workspace

BOOK = DOCUMENTS[CASEBOOK].wave
"""The wave of the casebook, after all engagements."""


@dataclass(frozen=True)
class Report:
    """What a build or a plan came to.

    `left_out` says why what was asked for is not planned, or has no outcome; `unchanged` names
    the engagements that stand as they were when the last build spoke of them.
    """

    diagnostics: tuple[Diagnostic, ...]
    outcomes: tuple[Outcome, ...] = ()
    jobs: tuple[Job, ...] = ()
    left_out: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)
    unchanged: Collection[str] = ()

    @property
    def exit_code(self) -> int:
        """0 if all went well, 1 if something blocks: of what was made or planned, if anything."""
        bad = (Status.FAILED, Status.REFUSED)
        failed = any(outcome.status in bad for outcome in self.outcomes)
        made = bool(self.outcomes or self.jobs)
        return int(failed or (stopping if made else blocking)(self.diagnostics))


def plan(workspace: Workspace, names: Sequence[str], request: Request) -> Report:
    """What `build` would do, and why."""
    _known_language(request)
    outlook = look_ahead(recall.recall(workspace, names, request))
    if outlook.blocked:
        return Report(outlook.diagnostics, left_out=outlook.refused)
    inputs = _inputs(workspace, outlook.brand)
    planned = (*_standing(outlook, inputs), *_due(outlook, inputs))
    jobs = tuple(job for job in planned if not refused(job.key, outlook.refusals))
    return Report(outlook.diagnostics, jobs=jobs, left_out=outlook.left_out)


def _standing(outlook: Outlook, inputs: Inputs) -> Iterator[Job]:
    """What need not be made again."""
    request = outlook.request
    book = [ALL] if request.casebook and not outlook.casebook_due else []
    for name in (*(name for name in outlook.sound if name in outlook.standing), *book):
        for key, wanted in outlook.editions(name):
            notebook = inputs.notebook(key.engagement, key.document)
            formats = request.formats_for(key.audience) if wanted else ()
            pages = tuple(PlannedPage(one) for one in formats)
            yield Job(key, notebook.path if notebook else None, {}, {}, pages)


def _due(outlook: Outlook, inputs: Inputs) -> Iterator[Job]:
    """What may be out of date, as far as it can be known before anything has run."""
    workspace, request = outlook.workspace, outlook.request
    book = outlook.casebook_due and not outlook.lacking
    everything = _readable(read_all(workspace, None if book else outlook.due).values())
    due = {name: everything[name] for name in outlook.due if name in everything}
    memory = remembered(workspace.output)
    planner = Planner(due, replace(request, casebook=False), inputs, memory)
    jobs = plan_all(planner, WAVES)
    yield from jobs
    if book:
        pending = {job.key for job in jobs if job.reasons}
        gathered = gather(everything.values(), request)
        last = Planner({}, request, inputs, memory, gathered)
        yield from last.wave(BOOK, memory.insights, pending)


def jobs(
    workspace: Workspace,
    sources: Iterable[Source],
    request: Request,
    published: Mapping[Key, Sequence[Insight]],
) -> list[Job]:
    """What would run if nothing were built yet, given the insights of phase records."""
    inputs = _inputs(workspace, read_brand(workspace.templates)[0])
    found = _readable(sources)
    planner = Planner(found, request, inputs, Memory({}, {}), gather(found.values(), request))
    return [job for number in WAVES for job in planner.wave(number, published)]


def build(recalled: Recalled, tell: Tell, workers: int | str | None = None) -> Report:
    """Build what is out of date; one failure does not stop the others.

    An engagement with errors is left as it is, and so is the casebook, which has them all. Where
    something is still to be answered, or belongs to another client, only internal editions are
    made, and the others refused. `workers` is how many notebooks run at once, or the address of
    a Dask scheduler.
    """
    with open_means(workers, recalled.workspace.root, tell) as means:
        means.make_ready()
        return build_with(means, recalled)


def build_with(means: Means, recalled: Recalled) -> Report:
    """Build with means that stay open: the next build imports and starts nothing."""
    workspace, request = recalled.workspace, recalled.request
    _known_language(request)
    outlook = look_ahead(recalled)
    if outlook.blocked:
        return Report(outlook.diagnostics, left_out=outlook.refused)
    publishing.require(request.formats)
    with hold(workspace.output), Ledger(workspace.output) as ledger:
        run = partial(
            make_all,
            workspace=workspace,
            means=means,
            brand=outlook.brand,
            timeout=request.timeout,
        )
        building = Building(workspace, ledger, outlook.refusals, run, means.tell)
        means.tell(Planned(outlook.pages))
        _make(outlook, building, ledger, partial(_book_apart, means, workspace, request))
    return _report(outlook, building)


def _make(outlook: Outlook, building: Building, ledger: Ledger, book: Callable[[], Book]) -> None:
    """Make what is due, and then the casebook, made from all of it."""
    inputs = _inputs(outlook.workspace, outlook.brand)
    try:
        building.make(_courses(outlook, building, ledger, inputs))
        if outlook.casebook_due:
            _make_casebook(outlook, building, ledger, inputs, book)
            building.ended.add(ALL)
    finally:
        _remember(outlook, building)


def _courses(
    outlook: Outlook, building: Building, ledger: Ledger, inputs: Inputs
) -> Iterator[Course]:
    """Each engagement on its way; one that was changed since it was checked is put off."""
    request, files = outlook.request, outlook.workspace.parameter_files()
    for name in outlook.due:
        engagement = _read_again(outlook, files.get(name))
        if engagement is None:
            building.put_off(name)
            continue
        memory = ledger.memory([name], paranoid=request.paranoid)
        planner = Planner({name: engagement}, request, inputs, memory)
        if request.audience:
            building.leave_out(recall.private(outlook.checked, [name], request), request)
        waves = iter([wave for wave in WAVES if wave != BOOK])
        yield Course(planner, waves, {} if request.records else dict(memory.insights))


def _read_again(outlook: Outlook, path: Path | None) -> Engagement | None:
    """An engagement as it was checked; None where it is no longer as it was."""
    if path is None or not path.exists():
        return None
    with no_collecting():
        source = read_one(path)
    held = outlook.recalled.inputs.holds(outlook.workspace.root, source.files)
    return source.engagement if held else None


def _make_casebook(
    outlook: Outlook,
    building: Building,
    ledger: Ledger,
    inputs: Inputs,
    book: Callable[[], Book],
) -> None:
    """Make the casebook, unless an engagement would be missing in it."""
    request = outlook.request
    if outlook.lacking:
        building.refuse([key for key, _ in outlook.editions(ALL)], request, outlook.lacking)
        return
    memory = ledger.memory([ALL], paranoid=request.paranoid)
    planner = Planner({}, request, inputs, memory, book())
    found = ledger.published(request.language)
    published = {key: insights for key, insights in found.items() if key not in building.failed}
    building.make([Course(planner, iter([BOOK]), published)])


def _book_apart(means: Means, workspace: Workspace, request: Request) -> Book:
    """What the casebook takes of all engagements, without them: they would take much memory."""
    return Book.read(means.apart(partial(_written_book, workspace, request)))


def _written_book(workspace: Workspace, request: Request) -> bytes:
    return _book(workspace, request).written()


def _book(workspace: Workspace, request: Request) -> Book:
    """What `gather` takes of all engagements, from the archive: few files are read for it."""
    with closing(open_archive(workspace).connection) as connection, no_collecting():
        archive, audiences = Archive(connection), request.audiences(CASEBOOK)
        internal = list(archive.each()) if Audience.INTERNAL in audiences else []
        answers = answered(internal, request.language, archive.certainty)
        return Book(archive.kinds(), {one: archive.entries(one) for one in audiences}, answers)


def _readable(sources: Iterable[Source]) -> dict[str, Engagement]:
    """The engagements of those parameter files that could be read, by name."""
    return {source.name: source.engagement for source in sources if source.engagement}


def _remember(outlook: Outlook, building: Building) -> None:
    """Remember what was said, and what came of each engagement in which nothing failed."""
    checked = outlook.checked
    parts = {
        name: Part(tuple(made.outcomes), tuple(made.diagnostics), checked[name].said)
        for name, made in building.made.items()
        if name in building.ended and not made.failed and (name or not building.failed)
    }
    recall.remember(outlook.recalled, checked, parts)


def _report(outlook: Outlook, building: Building) -> Report:
    """What was made now, and what stands from before."""
    parts: dict[str, Part | Made] = {**outlook.standing, **building.made}
    made = [parts[name] for name in (*outlook.sound, ALL) if name in parts]
    diagnostics = [one for part in made for one in part.diagnostics]
    outcomes = tuple(one for part in made for one in part.outcomes)
    return Report(
        (*outlook.diagnostics, *diagnostics),
        outcomes,
        left_out=recall.lacking(outlook.left_out, outcomes),
        unchanged=outlook.standing.keys() - {ALL},
    )


def _known_language(request: Request) -> None:
    if request.language not in LANGUAGES:
        what = said("Language '{language}' is not known.", language=request.language)
        raise CasebookError(what, all_known(LANGUAGES), 2)


def _inputs(workspace: Workspace, brand: Brand) -> Inputs:
    """What pages are made from besides the engagements."""

    @cache
    def notebook(engagement: str, document: str) -> NotebookFile | None:
        path = workspace.notebook(engagement, document)
        return NotebookFile(path, fingerprint.of_notebook(path)) if path else None

    return Inputs(
        notebook,
        fingerprint.of_casebook(),
        fingerprint.of_dependencies(),
        fingerprint.of_folder(resources.folder("templates")),
        fingerprint.digest(dataclasses.asdict(brand)),
        fingerprint.of_converters(),
    )
