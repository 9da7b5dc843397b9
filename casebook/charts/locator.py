"""Where in Denmark the client's municipality lies."""

from __future__ import annotations

import functools
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casebook.blocks import Figure
from casebook.charts.layout import block, wrap
from casebook.charts.style import (
    BOLD,
    INK,
    MUTED,
    PAPER,
    QUIET,
    RULE,
    RULE_LINE,
    SERIES,
    Content,
    Mark,
    Pen,
    figure,
    table,
)
from casebook.model import Engagement
from casebook.municipalities import Municipality, municipalities, outlines
from casebook.text import Words

if TYPE_CHECKING:
    from casebook.charts.sheet import Sheet

Point = tuple[float, float]
Ring = list[Point]

HEIGHTS = {True: 330, False: 380}
"""The height of the map in px, in the narrow and in the wide drawing."""

LAND = Pen(fill=RULE, edge=PAPER, width=0.6)
HERE = Pen(fill=SERIES[0])
SMALLEST = 3
"""Islets of fewer corners than this, once rounded to px, are not drawn."""

TOLERANCE = 1.3
"""How far an outline may be from its source, in px."""

BORNHOLM = "0400"


@dataclass(frozen=True)
class Spot:
    """The municipality, and what is written beside it."""

    municipality: Municipality
    region: str


def draw(engagement: Engagement, words: Words) -> Figure | None:
    """A map with the municipality filled and marked; only for a client that is named."""
    fact = engagement.client.municipality
    found = municipalities().get(fact.value) if fact is not None and fact.value else None
    if found is None or engagement.release.naming != "named":
        return None
    years = engagement.assignment.years
    spot = Spot(found, found.region(years.end or years.start))
    named = {"municipality": found.official_name, "region": spot.region}
    columns = [words(f"chart.column.{name}") for name in ("municipality", "code", "region")]
    content = Content(
        title=words("chart.locator.title", **named),
        description=words("chart.locator.description", **named),
        table=table(
            words("chart.locator.caption"),
            columns,
            [(found.official_name, found.code, spot.region)],
        ),
        note=(words("chart.locator.note"),),
        tells_all=True,
    )
    return figure("locator", content, lambda s: _drawing(s, spot), (engagement, words))


def _drawing(sheet: Sheet, spot: Spot) -> float:
    height = HEIGHTS[sheet.narrow]
    scale = height / outlines().height
    others = [code for code in outlines().paths if code != spot.municipality.code]
    sheet.shape([ring for code in others for ring in rings(code, scale)], LAND)
    sheet.shape(rings(spot.municipality.code, scale), HERE)
    inset(sheet, [point for ring in rings(BORNHOLM, scale) for point in ring])
    x, y = (part * scale for part in outlines().centres[spot.municipality.code])
    sheet.mark(x, y, Mark("circle", PAPER, size=12))
    sheet.mark(x, y, Mark("circle", INK, size=8))
    return max(height, _label(sheet, spot, (x, y))) + 4


def inset(sheet: Sheet, points: Ring) -> None:
    """A corner under Bornholm's points, because it is not drawn where it lies."""
    left, right = min(x for x, _ in points) - 9, max(x for x, _ in points) + 9
    bottom = max(y for _, y in points) + 9
    sheet.line((left, 0), (left, bottom), RULE_LINE)
    sheet.line((left, bottom), (right, bottom), RULE_LINE)


def _label(sheet: Sheet, spot: Spot, at: tuple[float, float]) -> float:
    """The names beside the map at the marker's height, or under it on a telephone."""
    name, region = spot.municipality.official_name, spot.region
    edge = outlines().width * HEIGHTS[sheet.narrow] / outlines().height
    if sheet.narrow:
        y = block(sheet, 0, HEIGHTS[True] + 10, wrap(sheet, name, sheet.width, BOLD), BOLD)
        return block(sheet, 0, y, [region], QUIET)
    left = edge + 34
    lines = wrap(sheet, name, sheet.width - left, BOLD)
    sheet.line((at[0] + 7, at[1]), (left - 8, at[1]), Pen(edge=MUTED))
    y = block(sheet, left, at[1] - sheet.line_height / 2, lines, BOLD)
    return block(sheet, left, y, [region], QUIET)


@functools.cache
def rings(code: str, scale: float) -> list[Ring]:
    """The outline of a municipality in whole px; islets that would be specks are left out."""
    found = []
    for path in outlines().paths[code].split("Z"):
        numbers = [float(part) * scale for part in re.findall(r"-?[\d.]+", path)]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        corners = ((float(round(x)), float(round(y))) for x, y in _simplified(points))
        ring = list(dict.fromkeys(corners))
        if len(ring) >= SMALLEST:
            found.append(ring)
    return found


def _simplified(points: Ring) -> Ring:
    """The corners that matter at this size (Douglas & Peucker, 1973)."""
    if len(points) <= SMALLEST:
        return points
    far, off = max(
        ((place, _distance(point, points[0], points[-1])) for place, point in enumerate(points)),
        key=lambda one: one[1],
    )
    if off <= TOLERANCE:
        return [points[0], points[-1]]
    return [*_simplified(points[: far + 1])[:-1], *_simplified(points[far:])]


def _distance(point: Point, start: Point, end: Point) -> float:
    """From a point to the line through two others, or to the one where they meet."""
    along, across = end[0] - start[0], end[1] - start[1]
    x, y = point[0] - start[0], point[1] - start[1]
    length = math.hypot(along, across)
    return abs(along * y - across * x) / length if length else math.hypot(x, y)
