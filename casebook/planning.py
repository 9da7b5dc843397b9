"""Which notebooks are to run and which pages to be made, and why. Pure: values in, jobs out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casebook import portfolio
from casebook.audience import view
from casebook.documents import CASEBOOK, DOCUMENTS, Document, Key, Request
from casebook.fingerprint import MISSING, Fingerprint, changes, of_parameters
from casebook.ledger import NOTEBOOK, Memory
from casebook.model import Audience, Engagement, Insight, Phase, PhaseKind, to_parameters
from casebook.portfolio import Answer
from casebook.questions import Asked, answer_all
from casebook.text import Words

FORCED = ("forced",)
NOT_PUBLIC = "release.naming is none"
"""Why a public edition is not made."""


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
class Planner:
    """Plans wave after wave: a later wave needs the insights that the earlier ones published."""

    engagements: Mapping[str, Engagement]
    request: Request
    inputs: Inputs
    memory: Memory

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
        found = (document for document in DOCUMENTS.items() if document[1].wave == number)
        return [
            self._job(key, wanted, published, pending)
            for name, document in found
            for key, wanted in self._keys(name, document)
        ]

    def left_out(self) -> list[Key]:
        """What is asked for but not made: public editions where the client allows none."""
        return [
            Key(engagement, name, audience, self.request.language)
            for name, document in DOCUMENTS.items()
            for engagement in self._owners(name, document)
            for audience in self.request.audiences(name)
            if not self._allowed(engagement, audience)
        ]

    def _allowed(self, engagement: str, audience: Audience) -> bool:
        if audience is not Audience.PUBLIC or not engagement:
            return True
        return self.engagements[engagement].release.naming != "none"

    def _keys(self, name: str, document: Document) -> Iterator[tuple[Key, bool]]:
        """The notebooks of a document, and whether pages of them are wanted.

        The internal phase record always runs, because every report takes its insights from
        it: so a page says the same whatever audience the build was asked for.
        """
        wanted = self.request.audiences(name)
        inner = (Audience.INTERNAL,) if document.phase and self.request.runs(name) else ()
        for engagement in self._owners(name, document):
            allowed = (a for a in (*wanted, *inner) if self._allowed(engagement, a))
            for audience in dict.fromkeys(allowed):
                key = Key(engagement, name, audience, self.request.language)
                runs = self.request.records or key not in self.memory.insights
                if runs or audience in wanted:
                    yield key, audience in wanted

    def _owners(self, name: str, document: Document) -> list[str]:
        """The engagements that have a document; the empty name for the casebook."""
        if name == CASEBOOK:
            return [""] if self.request.casebook else []
        return [
            id
            for id, engagement in self.engagements.items()
            if document.phase is None or document.phase in _kinds(engagement)
        ]

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
        what = "executed notebook" if format == NOTEBOOK else "page"
        return (*reasons, f"{what} {record.condition}")

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
        owners = [key.engagement] if key.engagement else list(self.engagements)
        return [
            self._record(owner, name)
            for owner in owners
            for name, document in DOCUMENTS.items()
            if document.phase in _kinds(self.engagements[owner])
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
        insights = [
            (source.engagement, insight)
            for source in self._sources(key)
            for insight in published.get(source, ())
            if key.audience in insight.audiences
        ]
        allowed = {id: e for id, e in self.engagements.items() if self._allowed(id, key.audience)}
        insights = [(owner, insight) for owner, insight in insights if owner in allowed]
        seen = [view(engagement, key.audience) for engagement in allowed.values()]
        answers: Sequence[Answer] = ()
        if key.audience is Audience.INTERNAL:
            counted = portfolio.that_count(seen)
            answers = answer_all(Asked(counted, Words(key.language), tests=False))
        return portfolio.summarise(seen, insights, answers, key.audience)


def _awaited(names: Sequence[str]) -> tuple[str, ...]:
    """The reason that phase records are still to run, and may publish something new."""
    if not names:
        return ()
    said = ", ".join(names) if len(names) <= len(PhaseKind) else f"{len(names)} phase records"
    return (f"insights: {said} may change",)


def _kinds(engagement: Engagement) -> set[PhaseKind | None]:
    return {phase.kind for phase in engagement.phases}


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
