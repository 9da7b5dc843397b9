"""The rules: one function each, whose docstring is what `casebook explain` prints.

A rule takes what it checks and yields findings; it does not know files. Adding a rule is one
function, and one line in a table here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from casebook import tidying, todos
from casebook.checks import (
    building,
    causes,
    evidence,
    gate,
    identity,
    leaks,
    notebooks,
    participation,
    reading,
    references,
    release,
    rendered,
    timing,
    tools,
    wording,
)
from casebook.checks.doubt import doubtful
from casebook.checks.finding import Finding, Rule, RuleInSetting, Setting
from casebook.checks.notebooks import Mend, Notebook
from casebook.diagnostics import Diagnostic, Severity, Where
from casebook.messages import CATALOGUES, said
from casebook.model import Engagement
from casebook.source import Source
from casebook.support import Backing, backing
from casebook.tables import RAW

RULES: Mapping[str, tuple[Severity, Rule]] = {
    "CB103": (Severity.ERROR, references.repeated_id),
    "CB104": (Severity.ERROR, references.dangling_reference),
    "CB105": (Severity.ERROR, timing.period_order),
    "CB106": (Severity.ERROR, timing.session_outside_period),
    "CB109": (Severity.ERROR, participation.more_attended_than_invited),
    "CB110": (Severity.ERROR, participation.more_attended_than_the_group),
    "CB112": (Severity.ERROR, participation.held_with_nobody),
    "CB113": (Severity.ERROR, participation.subset_larger_than_whole),
    "CB114": (Severity.ERROR, identity.unknown_municipality),
    "CB115": (Severity.ERROR, identity.name_of_another_municipality),
    "CB116": (Severity.ERROR, identity.fictional_with_real_municipality),
    "CB117": (Severity.ERROR, identity.register_number),
    "CB121": (Severity.ERROR, participation.no_pairs),
    "CB123": (Severity.ERROR, timing.wave_order),
    "CB124": (Severity.ERROR, participation.more_answered_than_asked),
    "CB125": (Severity.ERROR, evidence.level_without_comparison),
    "CB126": (Severity.ERROR, evidence.outcome_without_source),
    "CB127": (Severity.WARNING, evidence.outcome_without_alternatives),
    "CB128": (Severity.WARNING, evidence.ambition_as_outcome),
    "CB130": (Severity.ERROR, release.quote_changed),
    "CB131": (Severity.ERROR, release.consent_dates),
    "CB132": (Severity.ERROR, release.consent_does_not_cover),
    "CB134": (Severity.ERROR, identity.name_in_anonymous_case),
    "CB137": (Severity.ERROR, tools.used_before_release),
    "CB138": (Severity.WARNING, tools.fall_without_note),
    "CB139": (Severity.ERROR, references.cluster_count),
    "CB140": (Severity.ERROR, references.undeclared_level),
    "CB141": (Severity.ERROR, wording.inferred_without_mark),
    "CB142": (Severity.ERROR, references.public_order),
    "CB149": (Severity.WARNING, wording.too_long_for_opsi),
    "CB150": (Severity.WARNING, wording.translation_missing),
}
"""Rules about one engagement alone, by code."""

RULES_IN_SETTING: Mapping[str, tuple[Severity, RuleInSetting]] = {
    "CB107": (Severity.ERROR, timing.completed_in_the_future),
    "CB108": (Severity.ERROR, timing.planned_in_the_past),
    "CB135": (Severity.ERROR, evidence.lesson_without_support),
    "CB136": (Severity.ERROR, evidence.fictional_support),
    "CB146": (Severity.ERROR, release.retention_passed),
    "CB158": (Severity.WARNING, evidence.item_in_other_words),
}
"""Rules that also need today's date, or what stands around the engagement."""


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
            message, line = slip.message, 1
            if slip.cell >= 0:
                id = notebook.cells[slip.cell].get("id", "")
                message = said("Cell {n}: {what}", n=slip.cell + 1, what=slip.message)
                line = tidying.line(text, id, slip.line)
            found.append(Diagnostic(code, severity, message, slip.hint, Where(file, line)))
    return found


def mend(notebook: Notebook, found: Sequence[Diagnostic]) -> None:
    """Mend what can be mended of what was found, in the notebook's values."""
    for code in dict.fromkeys(one.code for one in found):
        mending = NOTEBOOK_RULES[code][2]
        if mending:
            mending(notebook.values)


INSIDE = frozenset({leaks.CODE, todos.CODE})
"""Errors that keep an engagement inside the firm; internal editions of it are made all the same."""


def check(
    sources: Sequence[Source],
    today: date,
    among: Sequence[Source] = (),
    common: Iterable[str] = (),
    known: Mapping[str, Backing] | None = None,
) -> list[Diagnostic]:
    """What the rules find in the engagements that could be read, each at its place.

    `among` are all engagements of the casebook, of which nothing may stand in another client's,
    or at least all of which something may; `common` are texts that belong to nobody. `known` is
    what each engagement is worth as support; that of `among`, unless told.
    """
    if known is None:
        known = backing(source.seen for source in (*among, *sources) if source.seen)
    found = list(leaks.leak(sources, among, common))
    for source in sources:
        if source.seen is None:
            continue
        raw = frozenset(file.name for file in source.files if file.stem in RAW)
        setting = Setting(today, known, raw)
        for code, severity, finding in _findings(source.seen, setting):
            if doubtful(code, finding.path, source.gaps):
                continue
            where = source.where(finding.path)
            text = (finding.message, finding.hint)
            found.append(Diagnostic(code, severity, *text, where, source.name))
    return found


def _findings(engagement: Engagement, setting: Setting) -> Iterator[tuple[str, Severity, Finding]]:
    for code, (severity, rule) in RULES.items():
        for finding in rule(engagement):
            yield code, severity, finding
    for code, (severity, rule_in_setting) in RULES_IN_SETTING.items():
        for finding in rule_in_setting(engagement, setting):
            yield code, severity, finding


def _explanations() -> dict[str, str]:
    functions: dict[str, Callable[..., object]] = {
        **{code: rule for code, (_, rule) in RULES.items()},
        **{code: rule for code, (_, rule) in RULES_IN_SETTING.items()},
        **{code: rule for code, (_, rule, _) in NOTEBOOK_RULES.items()},
        "CB218": notebooks.not_a_notebook,
        "CB219": notebooks.run_for_nobody,
        leaks.CODE: leaks.leak,
        **gate.GATE,
        **rendered.RULES,
        **causes.RULES,
        **building.CODES,
        **reading.CODES,
    }
    return {code: inspect.getdoc(functions[code]) or "" for code in sorted(functions)}


EXPLANATIONS: Mapping[str, str] = MappingProxyType(_explanations())
"""What each code means and how to mend it, in English."""


def explanation(code: str, language: str) -> str:
    """What a code means and how to mend it, in a reader's language."""
    catalogue = CATALOGUES.get(language)
    return (catalogue.explanations.get(code) if catalogue else None) or EXPLANATIONS[code]
