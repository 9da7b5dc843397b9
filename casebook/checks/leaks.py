"""No word of one client stands in what is written for another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from casebook.diagnostics import Diagnostic, Severity
from casebook.messages import said
from casebook.places import place_in
from casebook.source import Source
from casebook.texts import Passage
from casebook.traces import Index, Kind, Trace

CODE = "CB147"


def leak(
    sources: Sequence[Source], among: Sequence[Source], common: Iterable[str]
) -> Iterator[Diagnostic]:
    """Something that belongs to another client stands in this engagement.

    Its client's name, a person who is quoted there, one of its clusters, six words in a row from
    what must never travel, or a number from its results. Such things are left over when a text
    was copied. Write it anew for this client. Until then no public and no client edition is
    made. It is only a warning where the text never leaves the firm, and where a number or a name
    of a cluster may be the same by chance; nothing is said of a cluster's single word that this
    engagement also writes in small letters. What stands in a method or in a house file belongs
    to nobody.
    """
    index = Index(common=common)
    for source in among:
        index.add(source)
    for source in sources:
        for heard, trace in index.found_in(source):
            yield _told(source, heard, trace, index.source(trace))


def _told(source: Source, heard: Passage, trace: Trace, owner: Source) -> Diagnostic:
    values = {
        "here": place_in(source.seen, heard.path),
        "name": owner.name,
        "field": place_in(owner.seen, trace.path),
    }
    if trace.kind is Kind.WORDS:
        message = said(
            "{here} shares {n} words with engagement '{name}' (field {field}): »{words}«.",
            n=trace.length,
            words=_short(trace.found),
            **values,
        )
    else:
        message = said(
            "{here} shares '{found}' with engagement '{name}' (field {field}).",
            found=trace.found,
            **values,
        )
    severity = Severity.ERROR if heard.leaves and _sure(heard, trace) else Severity.WARNING
    hint = said("Write it anew for this client.")
    return Diagnostic(CODE, severity, message, hint, source.where(heard.path), source.name)


def _sure(heard: Passage, trace: Trace) -> bool:
    """Whether it can hardly be an accident. Two clients may well have clusters of one name."""
    if trace.kind is Kind.CLUSTER:
        return trace.length > 1 and heard.path[:2] != ("engagement", "clusters")
    return trace.kind is not Kind.NUMBER


def _short(text: str) -> str:
    most = 60
    return text if len(text) <= most else f"{text[:most]}…"
