"""What has changed between a reference and what a cell shows now, in words, place by place."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

Place = tuple[str, ...]

_ABSENT = object()
_TITLES = ("title", "caption", "label", "question", "name", "id")
_LONG = 300
_CLOSE = 0.5


@dataclass(frozen=True)
class Difference:
    """One place that has changed. None stands for what is not there."""

    place: str
    reference: str | None
    now: str | None

    def __str__(self) -> str:
        if self.reference is None:
            return f"{self.place}\n  + {self._indented(self.now)}"
        if self.now is None:
            return f"{self.place}\n  - {self._indented(self.reference)}"
        old, new = self._indented(self.reference), self._indented(self.now)
        return f"{self.place}\n  - {old}\n  + {new}"

    @property
    def short(self) -> str:
        """The difference on one line."""
        sides = [" ".join((side or "nothing").split()) for side in (self.reference, self.now)]
        old, new = (side if len(side) <= 40 else f"{side[:39]}…" for side in sides)  # noqa: PLR2004
        return f"{' › '.join(self.place.split(' › ')[-2:])}: {old} → {new}"

    @staticmethod
    def _indented(text: str | None) -> str:
        return (text or "").replace("\n", "\n    ")


def differences(reference: Any, now: Any) -> list[Difference]:
    """All that is different, from the first to the last; nothing where both say the same."""
    found = list(_compare(reference, now, ()))
    return found or ([] if reference == now else [_said((), reference, now)])


def moved(reference: Sequence[str], now: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The fewest cells whose move explains the new order: id → what stood before it, and does.

    An empty text means that the cell stands first.
    """
    old = [id for id in reference if id in now]
    new = [id for id in now if id in reference]
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    kept = {id for at, _, size in matcher.get_matching_blocks() for id in old[at : at + size]}
    return {id: (_before(old, id), _before(new, id)) for id in new if id not in kept}


def _before(ids: Sequence[str], id: str) -> str:
    at = ids.index(id)
    return ids[at - 1] if at else ""


def _compare(old: Any, new: Any, place: Place) -> Iterator[Difference]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _mappings(old, new, place)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _lists(old, new, place, "")
    elif isinstance(old, str) and isinstance(new, str) and "\n" in old + new:
        yield from _texts(old, new, place)
    else:
        yield _said(place, old, new)


def _mappings(old: Mapping[str, Any], new: Mapping[str, Any], place: Place) -> Iterator[Difference]:
    if "looks" in old and "looks" in new:
        yield from _drawings(old, new, place)
        return
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name, _ABSENT), new.get(name, _ABSENT)
        if name == "rows" and isinstance(before, list) and isinstance(after, list):
            yield from _rows(old, new, place)
        elif isinstance(before, list) and isinstance(after, list):
            yield from _lists(before, after, place, _singular(name))
        else:
            yield from _compare(before, after, (*place, *_named(name, after, before)))


def _drawings(old: Mapping[str, Any], new: Mapping[str, Any], place: Place) -> Iterator[Difference]:
    if (old["size"], old["marks"]) == (new["size"], new["marks"]):
        said = "as many marks as before, but placed, coloured or worded differently"
        yield Difference(_joined(place), f"looks {old['looks']}", f"looks {new['looks']}: {said}")
        return
    yield Difference(_joined(place), _marks(old), _marks(new))


def _marks(drawing: Mapping[str, Any]) -> str:
    counted = ", ".join(f"{number} {name}" for name, number in drawing["marks"].items())
    return f"{drawing['size']}, with {counted or 'no marks'}"


def _rows(old: Mapping[str, Any], new: Mapping[str, Any], place: Place) -> Iterator[Difference]:
    """The cells of a table, each by its row's first cell and its column.

    A column that only one side has is told by its label, not once more for each row.
    """
    before, after = _labels(old), _labels(new)
    for left, right in _pairs(old["rows"], new["rows"]):
        row = right or left
        here = (*place, f"row “{row[0] if row else ''}”")
        if left is None or right is None:
            yield _said(here, *(_ABSENT if r is None else " | ".join(r) for r in (left, right)))
            continue
        was, now = dict(zip(before, left, strict=False)), dict(zip(after, right, strict=False))
        for name in after:
            if name in was and name in now:
                yield from _compare(was[name], now[name], (*here, f"column “{name}”"))


def _labels(table: Mapping[str, Any]) -> list[str]:
    """The labels of a table's columns; a number is added to one that stands twice."""
    found: list[str] = []
    for number, column in enumerate(table.get("columns", []), 1):
        label = str(column.get("label", ""))
        found.append(f"{label} {number}" if label in found else label)
    return found


def _lists(old: Sequence[Any], new: Sequence[Any], place: Place, name: str) -> Iterator[Difference]:
    for at, (before, after) in enumerate(_pairs(old, new), 1):
        left = _ABSENT if before is None else before
        right = _ABSENT if after is None else after
        yield from _compare(left, right, (*place, *_item(name, at, right, left)))


def _pairs(old: Sequence[Any], new: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Items of two lists side by side, with None where one of them has been added or is gone."""
    keys = [[json.dumps(item, sort_keys=True) for item in side] for side in (old, new)]
    matcher = difflib.SequenceMatcher(a=keys[0], b=keys[1], autojunk=False)
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        left, right = old[a1:a2], new[b1:b2]
        if tag != "replace" or len(left) == len(right):
            yield from zip_longest(left, right)
            continue
        yield from _closest(left, right)


def _closest(old: Sequence[Any], new: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Pairs of what is most alike, in order, where one side has more items than the other."""
    rest = list(new)
    for item in old:
        scores = [_likeness(item, other) for other in rest]
        best = max(range(len(rest)), key=scores.__getitem__, default=None)
        if best is None or scores[best] < _CLOSE:
            yield item, None
            continue
        yield from ((None, other) for other in rest[:best])
        yield item, rest[best]
        del rest[: best + 1]
    yield from ((None, other) for other in rest)


def _likeness(one: Any, other: Any) -> float:
    a, b = (json.dumps(side, sort_keys=True, ensure_ascii=False)[:400] for side in (one, other))
    return difflib.SequenceMatcher(a=a, b=b, autojunk=False).ratio()


def _texts(old: str, new: str, place: Place) -> Iterator[Difference]:
    """The lines of a text that have changed."""
    before, after = old.splitlines(), new.splitlines()
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag != "equal":
            sides = ("\n".join(before[a1:a2]), "\n".join(after[b1:b2]))
            where = (*place, f"line {b1 + 1}")
            yield _said(where, sides[0] if a2 > a1 else _ABSENT, sides[1] if b2 > b1 else _ABSENT)


def _said(place: Place, old: Any, new: Any) -> Difference:
    return Difference(_joined(place) or "the output", _words(old), _words(new))


def _joined(place: Place) -> str:
    return " › ".join(place)


def _words(value: Any) -> str | None:
    if value is _ABSENT:
        return None
    if isinstance(value, Mapping) and "blocks" in value:
        value = value.get("title") or value.get("id")
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"


def _named(name: str, *values: Any) -> Place:
    """How a part of a mapping is called: by its own title where it has one."""
    if name in ("section", "table", "insight", "figure"):
        return (f"{name}{_title(*values)}",)
    words = {"svg": "drawing", "svg_narrow": "drawing for a telephone"}
    return (words.get(name, name),)


def _item(name: str, at: int, *values: Any) -> Place:
    """How an item of a list is called. An output of one part is called by that part."""
    for value in values:
        if isinstance(value, Mapping):
            if not name and len(value) == 1:
                return ()
            kind = str(value.get("kind", name or "item"))
            return (f"{kind}{_title(value) or f' {at}'}",)
    return (f"{name or 'output'} {at}",)


def _title(*values: Any) -> str:
    for value in values:
        if isinstance(value, Mapping):
            found = next((value[name] for name in _TITLES if value.get(name)), "")
            return f" “{found}”" if found else ""
    return ""


def _singular(name: str) -> str:
    irregular = {"entries": "entry", "blocks": "block"}
    return irregular.get(name, name.removesuffix("s"))
