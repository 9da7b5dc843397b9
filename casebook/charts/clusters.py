"""The clusters under the common whole, with their missions and roles."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from casebook.blocks import Figure, Table
from casebook.charts.layout import block, legend, wrap
from casebook.charts.style import (
    BOLD,
    INK,
    MUTED,
    PAPER,
    QUIET,
    SERIES,
    Content,
    Face,
    Mark,
    Pen,
    figure,
    table,
)
from casebook.model import Cluster, Engagement, Fact
from casebook.text import Words

if TYPE_CHECKING:
    from casebook.charts.sheet import Sheet

FIELDS = ("mission", "chairship", "facilitator")
RECORDED = ("name", *FIELDS)
ROLE_MARKS = {
    "chairship": Mark("diamond", SERIES[1], size=11),
    "facilitator": Mark("square", SERIES[2], size=11),
}
BRANCH = Pen(edge=MUTED, width=1)
MOST_IN_A_ROW = 5
SPINE = 6
WIDE_RING = 26
NARROW_RING = 20


@dataclass(frozen=True)
class Named:
    """A cluster: what is said of each field, and which fields are known."""

    name: str
    said: dict[str, str]
    known: frozenset[str]


@dataclass(frozen=True)
class Shown:
    """The clusters, and the fields that are known of none of them."""

    whole: str
    clusters: tuple[Named, ...]
    unknown: tuple[str, ...]
    words: Words


@dataclass(frozen=True)
class Place:
    """Where words go: x, the top y and the width in px."""

    x: float
    y: float
    width: float
    anchor: Literal["start", "middle"]


def draw(engagement: Engagement, words: Words) -> Figure | None:
    """One ring per cluster under the whole. What no cluster has on record is said once."""
    clusters = engagement.assignment.clusters
    if not clusters:
        return None
    known = {field for cluster in clusters for field in _known(cluster)}
    shown = Shown(
        whole=engagement.client.name,
        clusters=tuple(
            Named(_name(place, cluster, words), _said(cluster, words), _known(cluster))
            for place, cluster in enumerate(clusters, 1)
        ),
        unknown=tuple(field for field in RECORDED if field not in known),
        words=words,
    )
    title = words("chart.clusters.title", n=len(clusters), client=shown.whole)
    content = Content(title, _description(shown), _table(engagement, words), tells_all=True)
    return figure("clusters", content, lambda s: _drawing(s, shown), (engagement, words))


def _name(place: int, cluster: Cluster, words: Words) -> str:
    name: Fact[Any] | None = cluster.name
    known = name is not None and name.known
    return words.fact(name) if known else words("chart.clusters.number", place=place)


def _known(cluster: Cluster) -> frozenset[str]:
    facts: dict[str, Fact[Any] | None] = {field: getattr(cluster, field) for field in RECORDED}
    return frozenset(field for field, fact in facts.items() if fact is not None and fact.known)


def _said(cluster: Cluster, words: Words) -> dict[str, str]:
    return {field: words.fact(getattr(cluster, field)) for field in FIELDS}


def _description(shown: Shown) -> str:
    words = shown.words
    names = words.listing(one.name for one in shown.clusters)
    said = words(
        "chart.clusters.description", n=len(shown.clusters), client=shown.whole, names=names
    )
    return f"{said} {_unknown(shown)}".strip()


def _unknown(shown: Shown) -> str:
    if not shown.unknown:
        return ""
    fields = [shown.words(f"chart.column.{field}") for field in shown.unknown]
    said = shown.words.listing([fields[0], *(field.lower() for field in fields[1:])])
    return shown.words("chart.clusters.unknown", fields=said)


def _table(engagement: Engagement, words: Words) -> Table:
    rows = []
    for place, cluster in enumerate(engagement.assignment.clusters, 1):
        said = _said(cluster, words)
        rows.append((_name(place, cluster, words), *(said[field] for field in FIELDS)))
    columns = [words(f"chart.column.{name}") for name in ("cluster", *FIELDS)]
    return table(words("chart.clusters.caption"), columns, rows)


def _drawing(sheet: Sheet, shown: Shown) -> float:
    y = block(sheet, 0, 0, wrap(sheet, shown.whole, sheet.width, BOLD), BOLD) + 4
    y = (_list if sheet.narrow else _rows)(sheet, y, shown)
    roles = [(mark, shown.words(f"chart.column.{role}")) for role, mark in ROLE_MARKS.items()]
    hollow = Mark("circle", MUTED, "none")
    y = legend(sheet, y + 6, [*roles, (hollow, shown.words("chart.clusters.key_hollow"))])
    if shown.unknown:
        y = block(sheet, 0, y + 4, wrap(sheet, _unknown(shown), sheet.width, QUIET), QUIET)
    return y + 4


def _rows(sheet: Sheet, y: float, shown: Shown) -> float:
    """The clusters side by side in even rows, for the wide drawing."""
    count = len(shown.clusters)
    per_row = math.ceil(count / math.ceil(count / MOST_IN_A_ROW))
    step = (sheet.width - SPINE) / max(per_row, 3)
    for first in range(0, count, per_row):
        row = shown.clusters[first : first + per_row]
        xs = [SPINE + step * (place + 0.5) for place in range(len(row))]
        sheet.line((SPINE, y), (SPINE, y + 16), BRANCH)
        sheet.line((SPINE, y + 16), (xs[-1], y + 16), BRANCH)
        bottoms = []
        for x, one in zip(xs, row, strict=True):
            sheet.line((x, y + 16), (x, y + 30), BRANCH)
            _ring(sheet, (x, y + 30 + WIDE_RING), WIDE_RING, one)
            place = Place(x, y + 2 * WIDE_RING + 40, step - 16, "middle")
            bottoms.append(_words(sheet, place, one, shown.words))
        last = first + per_row >= count
        if not last:
            sheet.line((SPINE, y + 16), (SPINE, max(bottoms) + 12), BRANCH)
        y = max(bottoms) + 12
    return y


def _list(sheet: Sheet, y: float, shown: Shown) -> float:
    """The clusters under one another along a line, for the narrow drawing."""
    top, middle = y, y
    for one in shown.clusters:
        middle = y + 12 + NARROW_RING
        sheet.line((SPINE, middle), (30, middle), BRANCH)
        _ring(sheet, (30 + NARROW_RING, middle), NARROW_RING, one)
        left = 30 + 2 * NARROW_RING + 16
        place = Place(left, y + 10, sheet.width - left, "start")
        y = max(_words(sheet, place, one, shown.words), middle + NARROW_RING) + 4
    sheet.line((SPINE, top), (SPINE, middle), BRANCH)
    return y + 4


def _ring(sheet: Sheet, centre: tuple[float, float], radius: float, one: Named) -> None:
    """A cluster: a question mark where its mission is not known, its two roles on the ring."""
    x, y = centre
    sheet.mark(x, y, Mark("circle", SERIES[0], "none", size=2 * radius))
    if "mission" not in one.known:
        sheet.text(x, y + 0.3 * sheet.size, "?", Face(MUTED, "middle"))
    for role, side in (("chairship", -1), ("facilitator", 1)):
        mark = ROLE_MARKS[role]
        at = (x + side * 0.71 * radius, y + 0.71 * radius)
        sheet.mark(*at, Mark("circle", PAPER, size=18))
        sheet.mark(*at, mark if role in one.known else mark.hollow())


def _words(sheet: Sheet, place: Place, one: Named, words: Words) -> float:
    bold = Face(bold=True, anchor=place.anchor)
    y = block(sheet, place.x, place.y, wrap(sheet, one.name, place.width, bold), bold)
    for field in (field for field in FIELDS if field in one.known):
        face = Face(INK if field == "mission" else MUTED, place.anchor)
        label, said = words(f"chart.column.{field}"), one.said[field]
        text = said if field == "mission" else f"{label}: {said}"
        y = block(sheet, place.x, y, wrap(sheet, text, place.width, face), face)
    return y
