"""The words that pages are named by; apart from the model, which takes long to import."""

from __future__ import annotations

from enum import StrEnum

SLUG = r"[a-z0-9][a-z0-9-]*"
"""What ids and the names of engagements are written with."""


class Audience(StrEnum):
    """Who reads an edition, from the widest circle to the narrowest."""

    PUBLIC = "public"
    CLIENT = "client"
    INTERNAL = "internal"

    def may_see(self, mark: Audience) -> bool:
        """Whether a reader of this audience may see what is marked with `mark`."""
        return _CIRCLE[mark] <= _CIRCLE[self]


_CIRCLE = {Audience.PUBLIC: 0, Audience.CLIENT: 1, Audience.INTERNAL: 2}


class PhaseKind(StrEnum):
    """A kind of work with its own notebook of the same name."""

    SEMINARS = "seminars"
    SPARRING = "sparring"
    WORKSHOPS = "workshops"
    TOOL_DESIGN = "tool_design"
