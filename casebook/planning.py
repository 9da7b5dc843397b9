"""Which notebooks are to run and which pages to be made, and why. Pure: values in, jobs out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from casebook import portfolio
from casebook.audience import view
from casebook.documents import CASEBOOK, DOCUMENTS, Key, Request, editions
from casebook.fingerprint import MISSING, Fingerprint, changes, of_parameters
from casebook.ledger import NOTEBOOK, Memory
from casebook.messages import said, together
from casebook.model import Audience, Engagement, Insight, Phase, PhaseKind, to_parameters
from casebook.portfolio import Answer, Entry
from casebook.questions import Asked, answer_all
from casebook.questions.common import Known, computed
from casebook.text import Words

FORCED = (said("forced"),)


@dataclass(frozen=True)
class NotebookFile:
    """A notebook to run, with the digest of its cells."""

    path: Path
    digest: str


@dataclass(frozen=True)
class Inputs:
    """What pages are made from besides the engagements, as digests.

    `notebook` finds the notebook of a document of an engagement; None where there is none.
    `converters` holds the libraries that one format alone needs, by format.
    """

    notebook: Callable[[str, str], NotebookFile | None]
    casebook: str
    dependencies: str
    templates: str
    brand: str = ""
    converters: Mapping[str, Fingerprint] = field(default_factory=dict)


@dataclass(frozen=True)
class PlannedPage:
    """A page of a job, and why it is to be made; no reason means that it is fresh."""

    format: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Job:
    """A notebook with its parameters, and why it is to run; no reason means that it is fresh."""

    key: Key
    notebook: Path | None
    parameters: Mapping[str, Any]
    fingerprint: Fingerprint
    pages: tuple[PlannedPage, ...]
    reasons: tuple[str, ...] = ()

    @property
    def fresh(self) -> bool:
        """Whether there is nothing to do."""
        return not self.reasons and not any(page.reasons for page in self.pages)


@dataclass(frozen=True)
class Book:
    """What the casebook takes of all engagements: little of each, for there may be many.

    `kinds` are the phases that each has, `entries` those that stand in the casebook of each
    audience, and `answers` what the firm's own answers.
    """

    kinds: Mapping[str, set[str]] = field(default_factory=dict)
    entries: Mapping[Audience, Sequence[Entry]] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()

    def written(self) -> bytes:
        """The same as JSON, for another process."""
        return TypeAdapter(Book).dump_json(self, by_alias=True, exclude_defaults=True)

    @staticmethod
    def read(written: bytes) -> Book:
        """What another process has written."""
        return TypeAdapter(Book).validate_json(written)


def gather(engagements: Iterable[Engagement], request: Request) -> Book:
    """What the casebook takes of engagements.

    They are taken one by one and let go, but for the answers, which look at all together.
    """
    found: dict[str, set[str]] = {}
    entries: dict[Audience, list[Entry]] = {name: [] for name in request.audiences(CASEBOOK)}
    internal: list[Engagement] = []
    for engagement in engagements:
        found[engagement.id] = kinds(engagement)
        for audience, gathered in entries.items():
            if one := portfolio.entry_for(engagement, audience):
                gathered.append(one)
        if Audience.INTERNAL in entries:
            internal.append(view(engagement, Audience.INTERNAL))
    return Book(found, entries, answered(internal, request.language))


def answered(
    engagements: Sequence[Engagement], language: str, certainty: Known = computed
) -> tuple[Answer, ...]:
    """The answers of the casebook, from engagements as the firm may see them.

    `certainty` is how sure changes are, if that is known already.
    """
    counted = portfolio.that_count(engagements)
    return answer_all(Asked(counted, Words(language), certainty=certainty))


@dataclass(frozen=True)
class Planner:
    """Plans wave after wave: a later wave needs the insights that the earlier ones published."""

    engagements: Mapping[str, Engagement]
    request: Request
    inputs: Inputs
    memory: Memory
    book: Book = field(default_factory=Book)

    def wave(
        self,
        number: int,
        published: Mapping[Key, Sequence[Insight]],
        pending: Collection[Key] = (),
    ) -> list[Job]:
        """The jobs of one wave.

        `published` holds the insights of the phase records that could be run. In a plan
        without execution `pending` names the records that are still to run.
        """
        return [
            self._job(key, wanted, published, pending)
            for engagement in ("", *self.engagements)
            for key, wanted in editions(engagement, *self._facts(engagement), self.request)
            if DOCUMENTS[key.document].wave == number and (wanted or self._runs(key))
        ]

    def _runs(self, key: Key) -> bool:
        """Whether a phase record is run for its insights alone."""
        return self.request.records or key not in self.memory.insights

    def _facts(self, engagement: str) -> tuple[Collection[str], str | None]:
        """What decides which editions there are."""
        if not engagement:
            return (), "named"
        found = self.engagements[engagement]
        return kinds(found), found.release.naming

    def _job(
        self,
        key: Key,
        wanted: bool,
        published: Mapping[Key, Sequence[Insight]],
        pending: Collection[Key],
    ) -> Job:
        notebook = self.inputs.notebook(key.engagement, key.document)
        sources = self._sources(key)
        failed = [s for s in sources if s not in published and s not in pending]
        parameters = self._parameters(key, published)
        fingerprint = {
            "notebook": notebook.digest if notebook else MISSING,
            **of_parameters(parameters),
            **{f"insights: {self._name(source, key)}": MISSING for source in failed},
            **self._common(),
        }
        known = self._reasons(key, NOTEBOOK, fingerprint)
        reasons = known or _awaited([self._name(s, key) for s in sources if s in pending])
        formats = self.request.formats_for(key.audience) if wanted else ()
        return Job(
            key,
            notebook.path if notebook else None,
            parameters,
            fingerprint,
            tuple(self._page(key, name, reasons) for name in formats),
            reasons,
        )

    def _reasons(self, key: Key, format: str, fingerprint: Fingerprint) -> tuple[str, ...]:
        if self.request.force:
            return FORCED
        record = self.memory.files.get((key, format))
        reasons = changes(record.fingerprint if record else None, fingerprint)
        if record is None or not record.condition:
            return reasons
        what = said("executed notebook") if format == NOTEBOOK else said("page")
        return (*reasons, together(what, record.condition))

    def _page(self, key: Key, format: str, reasons: tuple[str, ...]) -> PlannedPage:
        record = self.memory.files.get((key, NOTEBOOK))
        if reasons or record is None:
            return PlannedPage(format, reasons)
        return PlannedPage(format, self._reasons(key, format, self.exported(record.digest, format)))

    def exported(self, notebook: str, format: str) -> Fingerprint:
        """What a page is made from: an executed notebook with this digest, and its look."""
        return {
            "notebook": notebook,
            "templates": self.inputs.templates,
            "brand": self.inputs.brand,
            **self.inputs.converters.get(format, {}),
            **self._common(),
        }

    def _common(self) -> Fingerprint:
        return {"casebook": self.inputs.casebook, "dependencies": self.inputs.dependencies}

    # --- Parameters ---------------------------------------------------------------------------

    def _sources(self, key: Key) -> list[Key]:
        """The phase records whose insights a document takes."""
        if DOCUMENTS[key.document].phase:
            return []
        own = key.engagement
        owned = {own: kinds(self.engagements[own])} if own else self.book.kinds
        return [
            self._record(owner, name)
            for owner, having in owned.items()
            for name, document in DOCUMENTS.items()
            if document.phase and document.phase in having
        ]

    def _record(self, engagement: str, document: str) -> Key:
        return Key(engagement, document, Audience.INTERNAL, self.request.language)

    @staticmethod
    def _name(source: Key, key: Key) -> str:
        """A phase record as the reader of `key` knows it."""
        return source.document if key.engagement else f"{source.engagement}/{source.document}"

    def _parameters(self, key: Key, published: Mapping[Key, Sequence[Insight]]) -> dict[str, Any]:
        ends = {"audience": str(key.audience), "language": key.language}
        if key.document == CASEBOOK:
            return {**self._summary(key, published), **ends}
        sources = {
            DOCUMENTS[source.document].phase: published.get(source) for source in self._sources(key)
        }
        engagement = _with_insights(self.engagements[key.engagement], sources)
        return {**to_parameters(view(engagement, key.audience)), **ends}

    def _summary(self, key: Key, published: Mapping[Key, Sequence[Insight]]) -> dict[str, Any]:
        insights: dict[str, list[Insight]] = {}
        for source in self._sources(key):
            found = (one for one in published.get(source, ()) if key.audience in one.audiences)
            insights.setdefault(source.engagement, []).extend(found)
        entries = [
            entry.model_copy(update={"insights": tuple(insights.get(entry.id, ()))})
            for entry in self.book.entries[key.audience]
        ]
        answers = self.book.answers if key.audience is Audience.INTERNAL else ()
        return portfolio.summarise(entries, answers, key.audience)


def _awaited(names: Sequence[str]) -> tuple[str, ...]:
    """The reason that phase records are still to run, and may publish something new."""
    if not names:
        return ()
    listed = ", ".join(names)
    if len(names) > len(PhaseKind):
        listed = said("{n} phase records", n=len(names))
    return (said("insights: {names} may change", names=listed),)


def kinds(engagement: Engagement) -> set[str]:
    """The phases that an engagement has."""
    return {phase.kind.value for phase in engagement.phases}


def _with_insights(
    engagement: Engagement, insights: Mapping[PhaseKind | None, Sequence[Insight] | None]
) -> Engagement:
    """The engagement with the insights of its phase records, each on the first such phase."""
    given: set[PhaseKind] = set()
    phases: list[Phase] = []
    for phase in engagement.phases:
        found = insights.get(phase.kind)
        if found is not None and phase.kind in given:
            found = ()
        given.add(phase.kind)
        published = None if found is None else tuple(found)
        phases.append(phase.model_copy(update={"insights": published}))
    return engagement.model_copy(update={"phases": tuple(phases)})


def plan_all(planner: Planner, waves: Sequence[int]) -> list[Job]:
    """The jobs of all waves as far as they can be known before anything has run."""
    jobs: list[Job] = []
    pending: set[Key] = set()
    for number in waves:
        jobs += planner.wave(number, planner.memory.insights, pending)
        pending |= {job.key for job in jobs if job.reasons}
    return jobs
