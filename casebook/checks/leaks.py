"""No word of one client stands in what is written for another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from casebook.diagnostics import Diagnostic, Severity
from casebook.source import Source
from casebook.texts import Said
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
    of a cluster may be the same by chance. What stands in a method or in a house file belongs to
    nobody.
    """
    index = Index(common=common)
    for source in among:
        index.add(source)
    for source in sources:
        for said, trace in index.found_in(source):
            yield _told(source, said, trace, index.source(trace))


def _told(source: Source, said: Said, trace: Trace, owner: Source) -> Diagnostic:
    field = ".".join(map(str, trace.path))
    here = ".".join(map(str, said.path))
    what = f"'{trace.found}'" if trace.kind is not Kind.WORDS else f"{trace.length} words"
    quote = f": »{_short(trace.found)}«" if trace.kind is Kind.WORDS else ""
    message = f"{here} shares {what} with engagement '{owner.name}' (field {field}){quote}."
    severity = Severity.ERROR if said.leaves and _sure(said, trace) else Severity.WARNING
    hint = "Write it anew for this client."
    return Diagnostic(CODE, severity, message, hint, source.where(said.path), source.name)


def _sure(said: Said, trace: Trace) -> bool:
    """Whether it can hardly be an accident. Two clients may well have clusters of one name."""
    if trace.kind is Kind.CLUSTER:
        return trace.length > 1 and said.path[:2] != ("engagement", "clusters")
    return trace.kind is not Kind.NUMBER


def _short(text: str) -> str:
    most = 60
    return text if len(text) <= most else f"{text[:most]}…"
