"""The rules: one function each, whose docstring is what `casebook explain` prints.

A rule takes what it checks and yields findings; it does not know files. Adding a rule is one
function, and one line in a table here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from casebook import tidying
from casebook.checks import (
    building,
    evidence,
    identity,
    notebooks,
    participation,
    reading,
    references,
    timing,
)
from casebook.checks.finding import Rule
from casebook.checks.notebooks import Mend, Notebook
from casebook.diagnostics import Diagnostic, Severity, Where
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
    "CB148": (Severity.ERROR, identity.todo_left),
    "CB125": (Severity.ERROR, evidence.level_without_comparison),
    "CB126": (Severity.ERROR, evidence.outcome_without_source),
    "CB127": (Severity.WARNING, evidence.outcome_without_alternatives),
    "CB128": (Severity.WARNING, evidence.ambition_as_outcome),
}
"""Rules about one engagement, by code."""


NOTEBOOK_RULES: Mapping[str, tuple[Severity, notebooks.Rule, Mend | None]] = {
    "CB210": (Severity.ERROR, notebooks.parameters_not_tagged, notebooks.tag_parameters),
    "CB211": (Severity.ERROR, notebooks.parameters_incomplete, notebooks.complete_parameters),
    "CB212": (Severity.WARNING, notebooks.not_thin, None),
    "CB213": (Severity.ERROR, notebooks.outputs_committed, tidying.tidy_in_place),
    "CB214": (Severity.ERROR, notebooks.secret_committed, None),
    "CB215": (Severity.ERROR, notebooks.ids_not_stable, tidying.tidy_in_place),
    "CB216": (Severity.WARNING, notebooks.figure_without_alternative, None),
    "CB217": (Severity.WARNING, notebooks.other_kernel, notebooks.use_own_kernel),
}
"""Rules about one notebook, by code, with what mends it."""


def check_notebook(notebook: Notebook, text: str, file: str) -> list[Diagnostic]:
    """What the rules find in a notebook, each at its line of the file's text."""
    found = []
    for code, (severity, rule, _) in NOTEBOOK_RULES.items():
        for slip in rule(notebook):
            place, line = "", 1
            if slip.cell >= 0:
                id = notebook.cells[slip.cell].get("id", "")
                place, line = f"Cell {slip.cell + 1}: ", tidying.line(text, id, slip.line)
            message = f"{place}{slip.message}"
            found.append(Diagnostic(code, severity, message, slip.hint, Where(file, line)))
    return found


def mend(notebook: Notebook, found: Sequence[Diagnostic]) -> None:
    """Mend what can be mended of what was found, in the notebook's values."""
    for code in dict.fromkeys(one.code for one in found):
        mending = NOTEBOOK_RULES[code][2]
        if mending:
            mending(notebook.values)


def check(sources: Sequence[Source]) -> list[Diagnostic]:
    """What the rules find in the engagements that could be read, each at its place."""
    found = []
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
        **{code: rule for code, (_, rule, _) in NOTEBOOK_RULES.items()},
        "CB218": notebooks.not_a_notebook,
        **reading.CODES,
        **building.CODES,
    }
    return {code: inspect.getdoc(functions[code]) or "" for code in sorted(functions)}


EXPLANATIONS: Mapping[str, str] = MappingProxyType(_explanations())
"""What each code means and how to mend it."""
