"""What notebooks become: the documents, who they are for, and the order they are made in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from casebook.messages import said
from casebook.terms import Audience, PhaseKind


@dataclass(frozen=True)
class Document:
    """A kind of document. `phase` is set for a phase record.

    Documents of a later wave take the insights that those of earlier waves published.
    """

    wave: int
    audiences: tuple[Audience, ...] = (Audience.INTERNAL,)
    phase: PhaseKind | None = None


CASEBOOK = "casebook"
"""The document that is made across engagements; its engagement has the empty name."""

DOCUMENTS: Mapping[str, Document] = {
    "seminars": Document(0, phase=PhaseKind.SEMINARS),
    "sparring": Document(0, phase=PhaseKind.SPARRING),
    "workshops": Document(0, phase=PhaseKind.WORKSHOPS),
    "tool_design": Document(0, phase=PhaseKind.TOOL_DESIGN),
    "case_report": Document(1, audiences=(Audience.PUBLIC, Audience.CLIENT)),
    "learning_summary": Document(1),
    CASEBOOK: Document(2),
}

WAVES = sorted({document.wave for document in DOCUMENTS.values()})


CELL_TIMEOUT = 600
"""Seconds that one cell may take."""

FRAGMENT = "fragment"
"""The format of a piece of a website: made for the public only."""


class Key(NamedTuple):
    """Names one executed notebook: an edition without its format."""

    engagement: str
    document: str
    audience: Audience
    language: str

    @property
    def stem(self) -> str:
        """The name of its files, without the extension."""
        return f"{self.document}.{self.audience}.{self.language}"

    def __str__(self) -> str:
        parts = (self.engagement, self.document, self.audience, self.language)
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True)
class Request:
    """What is asked for. Without an audience each document is made for those it is meant for.

    Without `documents` all are made; else these alone, and what they take insights from is run.
    Without `records` that is not run again: what a phase record published last is taken.
    A `paranoid` build reads every file again, also where neither size nor time have changed.
    `timeout` is how many seconds one cell may take.
    """

    audience: Audience | None = None
    language: str = "da"
    formats: tuple[str, ...] = ("html",)
    force: bool = False
    casebook: bool = True
    paranoid: bool = False
    timeout: float = CELL_TIMEOUT
    documents: tuple[str, ...] = ()
    records: bool = True

    def audiences(self, name: str) -> tuple[Audience, ...]:
        """The audiences that a document is made for; none if it is not asked for."""
        if self.documents and name not in self.documents:
            return ()
        return (self.audience,) if self.audience else DOCUMENTS[name].audiences

    def runs(self, name: str) -> bool:
        """Whether a phase record is run, for itself or because a report takes its insights."""
        reports = any(DOCUMENTS[asked].phase is None for asked in self.documents)
        return reports or not self.documents or name in self.documents

    def formats_for(self, audience: Audience) -> tuple[str, ...]:
        """The formats that pages for an audience are made in."""
        return tuple(f for f in self.formats if f != FRAGMENT or audience is Audience.PUBLIC)


class Status(StrEnum):
    """What became of a page."""

    BUILT = "built"
    FRESH = "fresh"
    FAILED = "failed"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """What became of one edition, how long it took, and why it was made."""

    key: Key
    format: str
    path: str
    status: Status
    seconds: float = 0.0
    reasons: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The outcome as plain values."""
        return {
            **self.key._asdict(),
            "format": self.format,
            "path": self.path,
            "status": self.status,
            "seconds": round(self.seconds, 3),
            "reasons": list(self.reasons),
        }


# --- Which documents an engagement has ----------------------------------------------------------

NOT_PUBLIC = {
    "none": said("release.naming is none"),
    None: said("release.naming is not said"),
}
"""Why a public edition is not made, by what the parameter file says of naming."""


def editions(
    engagement: str, kinds: Collection[str], naming: str | None, request: Request
) -> Iterator[tuple[Key, bool]]:
    """The notebooks of an engagement, or the casebook for the empty name, in the order they run.

    Each with whether pages of it are wanted: the internal phase record always runs, because
    every report takes its insights from it; so a page says the same whatever audience the build
    was asked for. `kinds` are the phases that the engagement has.
    """
    for name, document in _owned(engagement, kinds, request):
        wanted = request.audiences(name)
        inner = (Audience.INTERNAL,) if document.phase and request.runs(name) else ()
        for audience in dict.fromkeys((*wanted, *inner)):
            if audience is not Audience.PUBLIC or naming not in NOT_PUBLIC:
                yield Key(engagement, name, audience, request.language), audience in wanted


def left_out(
    engagement: str, kinds: Collection[str], naming: str | None, request: Request
) -> Iterator[tuple[Key, tuple[str, ...]]]:
    """What is asked for but not made, and why: public editions that the client has not allowed."""
    if naming in NOT_PUBLIC:
        for name, _ in _owned(engagement, kinds, request):
            if Audience.PUBLIC in request.audiences(name):
                key = Key(engagement, name, Audience.PUBLIC, request.language)
                yield key, (NOT_PUBLIC[naming],)


def _owned(
    engagement: str, kinds: Collection[str], request: Request
) -> Iterator[tuple[str, Document]]:
    for name, document in DOCUMENTS.items():
        if name == CASEBOOK:
            owned = not engagement and request.casebook
        else:
            owned = bool(engagement) and (document.phase is None or document.phase in kinds)
        if owned:
            yield name, document
