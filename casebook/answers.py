"""Survey answers to counts. Single answers stop here: what goes on is how many gave each value."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from pydantic import TypeAdapter, ValidationError

from casebook.diagnostics import Diagnostic, Severity, Where
from casebook.messages import said
from casebook.model import Item
from casebook.tables import Row

Answers = dict[tuple[str, str], dict[str, int]]
"""(item, wave) → anonymous key → value."""

WAVES = ("before", "after", "followup")
"""The rounds in the order of time; two that follow each other are compared."""

RETROSPECTIVE = "retrospective"
"""How it was before, said afterwards: compared with `after` alone, and never with `before`."""

LABELS: Mapping[tuple[int, int], tuple[tuple[str, ...], ...]] = {
    (1, 5): (
        ("helt uenig", "uenig", "hverken enig eller uenig", "enig", "helt enig"),
        ("meget uenig", "uenig", "hverken/eller", "enig", "meget enig"),
        ("strongly disagree", "disagree", "neutral", "agree", "strongly agree"),
    ),
    (0, 1): (("nej", "ja"), ("no", "yes")),
}
"""The words that survey tools export for the answers of a scale, from its lowest on."""

_ITEM = TypeAdapter(Item)


def add_counts(survey: dict[str, Any], rows: list[Row]) -> list[Diagnostic]:
    """Put the counts of `rows` into a survey's plain values; say what cannot be counted.

    An item or a wave that is not valid is left to the model to complain about, with its answers.
    """
    problems: list[Diagnostic] = []
    items, waves = _items(survey), _waves(survey)
    answers = _collect(items, waves, _certain(rows, survey, items, waves), problems)
    survey["distributions"] = [
        _distribution(item, wave, answers[item.id, wave])
        for item in items
        for wave in (*WAVES, RETROSPECTIVE)
        if (item.id, wave) in answers
    ]
    survey["shifts"] = [shift for item in items for shift in _shifts(item.id, answers)]
    return problems


def _items(survey: Mapping[str, Any]) -> list[Item]:
    """The items of a survey that are what they should be."""
    found = survey.get("items")
    items = []
    for values in found if isinstance(found, list) else []:
        try:
            items.append(_ITEM.validate_python(values))
        except ValidationError:
            continue
    return items


def _certain(
    rows: list[Row], survey: Mapping[str, Any], items: list[Item], waves: list[str]
) -> list[Row]:
    """The answers whose item and wave are there, or surely missing: none of either is damaged."""
    listed = survey.get("items")
    if isinstance(listed, list) and len(items) < len(listed):
        known = {"", *(text for item in items for text in (item.id.lower(), item.text.da.lower()))}
        rows = [row for row in rows if row.values.get("item", "").lower() in known]
    if not {*waves} <= {*WAVES, RETROSPECTIVE}:
        rows = [row for row in rows if row.values.get("wave") in {None, *waves}]
    return rows


def _waves(survey: Mapping[str, Any]) -> list[str]:
    found = survey.get("waves")
    waves = found if isinstance(found, list) else []
    return [str(wave.get("id")) for wave in waves if isinstance(wave, dict)]


def _collect(
    items: list[Item], waves: list[str], rows: Iterable[Row], problems: list[Diagnostic]
) -> Answers:
    answers: Answers = defaultdict(dict)
    known = {item.id: item for item in items}
    known |= {item.text.da.strip().lower(): item for item in items}
    first: dict[tuple[str, str, str], Row] = {}
    for row in rows:
        values = row.values
        item = known.get(values.get("item", "")) or known.get(values.get("item", "").lower())
        if len(waves) == 1:
            values.setdefault("wave", waves[0])
        elif "wave" not in row.columns:
            problems.append(_no_wave(row, waves))
            break
        found = list(_row_problems(row, item, known, waves))
        problems += found
        if found or item is None:
            continue
        place = (item.id, values["wave"], values["key"])
        if place in first:
            problems.append(_answered_twice(row, first[place], item))
            continue
        first[place] = row
        answers[place[:2]][place[2]] = int(_number(values["value"], item))
    return answers


def _no_wave(row: Row, waves: list[str]) -> Diagnostic:
    what = said("The table has no column 'wave', which says when an answer was given.")
    hint = said("Add the column, with one of: {waves}.", waves=", ".join(waves) or said("none"))
    return Diagnostic("CB144", Severity.ERROR, what, hint, Where(row.file, 1))


def _answered_twice(row: Row, first: Row, item: Item) -> Diagnostic:
    what = said(
        "Key '{key}' answered {item} twice in wave '{wave}' (rows {first}, {second}).",
        key=row.values["key"],
        item=item.id,
        wave=row.values["wave"],
        first=first.line,
        second=row.line,
    )
    return _problem("CB122", row, "key", what, said("Keep the answer that counts."))


def _row_problems(
    row: Row, item: Item | None, known: Mapping[str, Item], waves: list[str]
) -> Iterator[Diagnostic]:
    values = row.values
    missing = [name for name in ("item", "wave", "key", "value") if name not in values]
    if missing:
        what = said("The row has no {fields}.", fields=", ".join(missing))
        yield _problem("CB144", row, missing[0], what, said("Fill it in, or delete the row."))
        return
    if item is None:
        ids = dict.fromkeys(one.id for one in known.values())
        what = said(
            "Item '{id}' is not in the survey. Known: {known}.",
            id=values["item"],
            known=", ".join(ids) or said("none"),
        )
        yield _problem("CB104", row, "item", what, said("Use an item's id, or add the item."))
        return
    if values["wave"] not in waves:
        what = said(
            "Wave '{id}' is not in the survey. Known: {known}.",
            id=values["wave"],
            known=", ".join(sorted(waves)) or said("none"),
        )
        yield _problem("CB104", row, "wave", what, said("Use a wave's id, or add the wave."))
    if values.get("version", item.version) != item.version:
        what = said(
            "Wave '{wave}' used {item} v{found}, the survey has v{version}. "
            "They cannot be compared.",
            wave=values["wave"],
            item=item.id,
            found=values["version"],
            version=item.version,
        )
        hint = said("Give the other wording an item id of its own.")
        yield _problem("CB120", row, "version", what, hint)
    yield from _scale_problems(row, item)


def _scale_problems(row: Row, item: Item) -> Iterator[Diagnostic]:
    found, (low, high) = row.values["value"], item.scale
    value = _number(found, item)
    if not value.is_integer() or not low <= value <= high:
        shown = int(value) if value.is_integer() else found
        what = said(
            "Value {value} is outside the scale {low}–{high} of item {item}.",
            value=shown,
            low=low,
            high=high,
            item=item.id,
        )
        yield _problem("CB119", row, "value", what, said("Correct it, or leave the cell empty."))


def _number(value: Any, item: Item) -> float:
    """An answer as a number: the number itself, or the place of its words on the scale."""
    if isinstance(value, float):
        return value
    word = str(value).strip().lower()
    for labels in LABELS.get(item.scale, ()):
        if word in labels:
            return float(item.scale[0] + labels.index(word))
    return float("nan")


def _problem(code: str, row: Row, field: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, hint, row.where(field))


def _distribution(item: Item, wave: str, answers: dict[str, int]) -> dict[str, Any]:
    counted = Counter(answers.values())
    low, high = item.scale
    counts = [counted[value] for value in range(low, high + 1)]
    return {"item": item.id, "wave": wave, "answered": len(answers), "counts": counts}


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
