"""Engagement → figure. One chart per file, each with `draw(engagement, words)`.

A chart returns None where there is nothing to draw; the caller then writes a sentence.
Adding a chart is one file with that function, and one line in `CHARTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from casebook.blocks import Figure
from casebook.charts import (
    activity_map,
    change,
    clusters,
    completeness,
    delivery,
    locator,
    reach,
    timeline,
    tool_use,
)
from casebook.model import Engagement
from casebook.text import Words

__all__ = ["CHARTS", "Chart"]

Chart = Callable[[Engagement, Words], Figure | None]

CHARTS: Mapping[str, Chart] = {
    "activity_map": activity_map.draw,
    "clusters": clusters.draw,
    "timeline": timeline.draw,
    "reach": reach.draw,
    "change": change.draw,
    "tool_use": tool_use.draw,
    "delivery": delivery.draw,
    "completeness": completeness.draw,
    "locator": locator.draw,
}
