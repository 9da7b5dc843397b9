"""What notebooks become: the documents, who they are for, and the order they are made in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from casebook.model import Audience, PhaseKind


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
