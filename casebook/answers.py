"""Survey answers to counts. Single answers stop here: what goes on is how many gave each value."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from casebook.diagnostics import Diagnostic, Severity
from casebook.tables import Row

Answers = dict[tuple[str, str], dict[str, int]]
"""(item, wave) → anonymous key → value."""

WAVES = ("before", "after", "followup")
"""The rounds in the order of time; two that follow each other are compared."""

RETROSPECTIVE = "retrospective"
"""How it was before, said afterwards: compared with `after` alone, and never with `before`."""


def add_counts(survey: dict[str, Any], rows: list[Row]) -> list[Diagnostic]:
    """Put the counts of `rows` into a survey's plain values; say what cannot be counted."""
    diagnostics: list[Diagnostic] = []
    answers = _collect(survey, rows, diagnostics)
    items = [(str(item.get("id")), item.get("scale")) for item in survey.get("items", [])]
    survey["distributions"] = [
        _distribution(item, wave, scale, answers[item, wave])
        for item, scale in items
        for wave in (*WAVES, RETROSPECTIVE)
        if (item, wave) in answers
    ]
    survey["shifts"] = [s for item, _ in items for s in _shifts(item, answers)]
    return diagnostics


def _collect(survey: dict[str, Any], rows: Iterable[Row], problems: list[Diagnostic]) -> Answers:
    items = {str(item.get("id")): item for item in survey.get("items", [])}
    waves = {str(wave.get("id")) for wave in survey.get("waves", [])}
    answers: Answers = defaultdict(dict)
    first: dict[tuple[str, str, str], Row] = {}
    for row in rows:
        found = list(_row_problems(row, items, waves))
        values = row.values
        place = (str(values.get("item")), str(values.get("wave")), str(values.get("key")))
        if not found and place in first:
            item, wave, key = place
            lines = f"rows {first[place].line}, {row.line}"
            what = f"Key '{key}' answered {item} twice in wave '{wave}' ({lines})."
            found = [_problem("CB122", row, "key", what, "Keep the answer that counts.")]
        problems += found
        if not found:
            first[place] = row
            answers[place[:2]][place[2]] = int(values["value"])
    return answers


def _row_problems(
    row: Row, items: dict[str, dict[str, Any]], waves: set[str]
) -> Iterator[Diagnostic]:
    values = row.values
    missing = [name for name in ("item", "wave", "key", "value") if name not in values]
    if missing:
        what = f"The row has no {' and no '.join(missing)}."
        yield _problem("CB144", row, missing[0], what, "Fill it in, or delete the row.")
        return
    item = items.get(values["item"])
    if item is None:
        what = f"Item '{values['item']}' is not in the survey. Known: {', '.join(items)}."
        yield _problem("CB104", row, "item", what, "Use an item's id, or add the item.")
        return
    if values["wave"] not in waves:
        what = f"Wave '{values['wave']}' is not in the survey. Known: {', '.join(sorted(waves))}."
        yield _problem("CB104", row, "wave", what, "Use a wave's id, or add the wave.")
    version = item.get("version", 1)
    if values.get("version", version) != version:
        what = f"{item['id']} v{values['version']} was asked, but the survey has v{version}."
        hint = "Answers to different wordings cannot be compared: give the item an id of its own."
        yield _problem("CB120", row, "version", what, hint)
    yield from _scale_problems(row, item)


def _scale_problems(row: Row, item: dict[str, Any]) -> Iterator[Diagnostic]:
    value, scale = row.values["value"], item.get("scale")
    if not isinstance(scale, list) or not all(isinstance(end, int) for end in scale):
        return  # the model says what is wrong with the scale
    low, high = scale[0], scale[-1]
    if not isinstance(value, float) or value != int(value) or not low <= value <= high:
        shown = int(value) if isinstance(value, float) and value == int(value) else value
        what = f"Value {shown} is outside the scale {low}–{high} of item {item['id']}."
        yield _problem("CB119", row, "value", what, "Correct it, or leave the cell empty.")


def _problem(code: str, row: Row, field: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, hint, row.where(field))


def _distribution(item: str, wave: str, scale: Any, answers: dict[str, int]) -> dict[str, Any]:
    counted = Counter(answers.values())
    counts = [counted[value] for value in range(scale[0], scale[-1] + 1)]
    return {"item": item, "wave": wave, "answered": len(answers), "counts": counts}


def _shifts(item: str, answers: Answers) -> Iterator[dict[str, Any]]:
    waves = [wave for wave in WAVES if (item, wave) in answers]
    remembered = {(item, RETROSPECTIVE), (item, "after")} <= answers.keys()
    compared = [*pairwise(waves), *([(RETROSPECTIVE, "after")] if remembered else [])]
    for before, after in compared:
        first, then = answers[item, before], answers[item, after]
        both = first.keys() & then.keys()
        yield {
            "item": item,
            "before": before,
            "after": after,
            "n_before": len(first),
            "n_after": len(then),
            "n_pairs": len(both),
            "up": sum(then[key] > first[key] for key in both),
            "same": sum(then[key] == first[key] for key in both),
            "down": sum(then[key] < first[key] for key in both),
        }
