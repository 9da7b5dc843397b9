"""The rules: one function each, whose docstring is what `casebook explain` prints.

A rule takes what it checks and yields findings; it does not know files. Adding a rule is one
function, and one line in a table here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from casebook import todos
from casebook.checks import (
    building,
    evidence,
    identity,
    leaks,
    participation,
    reading,
    references,
    timing,
)
from casebook.checks.finding import Rule
from casebook.diagnostics import Diagnostic, Severity
from casebook.source import Source

RULES: Mapping[str, tuple[Severity, Rule]] = {
    "CB104": (Severity.ERROR, references.dangling_reference),
    "CB103": (Severity.ERROR, references.repeated_id),
    "CB142": (Severity.ERROR, references.public_order),
    "CB105": (Severity.ERROR, timing.period_order),
    "CB106": (Severity.ERROR, timing.session_outside_period),
    "CB109": (Severity.ERROR, participation.more_attended_than_invited),
    "CB110": (Severity.WARNING, participation.more_attended_than_the_group),
    "CB112": (Severity.ERROR, participation.held_with_nobody),
    "CB113": (Severity.ERROR, participation.subset_larger_than_whole),
    "CB114": (Severity.ERROR, identity.unknown_municipality),
    "CB115": (Severity.ERROR, identity.name_of_another_municipality),
    "CB116": (Severity.ERROR, identity.fictional_with_real_municipality),
    "CB125": (Severity.ERROR, evidence.level_without_comparison),
    "CB126": (Severity.ERROR, evidence.outcome_without_source),
    "CB127": (Severity.WARNING, evidence.outcome_without_alternatives),
    "CB128": (Severity.WARNING, evidence.ambition_as_outcome),
}
"""Rules about one engagement, by code."""


INSIDE = frozenset({leaks.CODE, todos.CODE})
"""Errors that keep an engagement inside the firm; internal editions of it are made all the same."""


def check(
    sources: Sequence[Source], among: Sequence[Source] = (), common: Iterable[str] = ()
) -> list[Diagnostic]:
    """What the rules find in the engagements that could be read, each at its place.

    `among` are all engagements of the casebook, of which nothing may stand in another client's;
    `common` are texts that belong to nobody.
    """
    found = list(leaks.leak(sources, among, common))
    for source in sources:
        for code, (severity, rule) in RULES.items():
            if source.engagement is None:
                break
            for finding in rule(source.engagement):
                where = source.where(finding.path)
                text = (finding.message, finding.hint)
                found.append(Diagnostic(code, severity, *text, where, source.name))
    return found


def _explanations() -> dict[str, str]:
    functions: dict[str, Callable[..., object]] = {
        **{code: rule for code, (_, rule) in RULES.items()},
        leaks.CODE: leaks.leak,
        **reading.CODES,
        **building.CODES,
    }
    return {code: inspect.getdoc(functions[code]) or "" for code in sorted(functions)}


EXPLANATIONS: Mapping[str, str] = MappingProxyType(_explanations())
"""What each code means and how to mend it."""
