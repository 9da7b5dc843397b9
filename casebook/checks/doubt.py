"""What a rule finds only because something else could not be read."""

from __future__ import annotations

from collections.abc import Mapping

from casebook.gaps import Gaps
from casebook.places import ValuePath

RESTS_ON: Mapping[str, tuple[ValuePath, ...]] = {
    "CB106": (("engagement", "years"),),
    "CB115": (("engagement", "fictional"), ("client", "type")),
    "CB116": (("engagement", "fictional"),),
    "CB121": (("outcomes", "surveys"),),
    "CB123": (("phases", "activities", "sessions"),),
    "CB125": (("outcomes", "observed", "comparison"),),
    "CB132": (("release", "consents", "audiences"),),
    "CB135": (("learning", "lessons", "support"), ("learning", "lessons", "approved")),
    "CB136": (("engagement", "fictional"),),
    "CB138": (("outcomes", "tool_use"),),
    "CB139": (("engagement", "clusters"),),
    "CB142": (("phases", "activities", "order"),),
    "CB146": (("engagement", "fictional"),),
}
"""What a rule would miss, besides what it names, by code."""

_REFERENCES = ("CB104", "CB140")


def doubtful(code: str, path: ValuePath, gaps: Gaps) -> bool:
    """Whether a finding may be there only because of gaps in what was read.

    So is one about a part with a gap, one about a part that names what is a gap, and one of a
    rule that counts or looks up what is there. It is told when what stands in the gap is mended.
    """
    if not gaps.paths:
        return False
    part = gaps.original(path)
    missed = any(gaps.touch(field) for field in RESTS_ON.get(code, ()))
    unknown = code in _REFERENCES and gaps.nameless
    return missed or unknown or gaps.within(part) or gaps.refer(part)
