"""Engagement → values. One indicator per file, each with `measure(engagement)`.

Adding an indicator is one file with that function, and one line in `INDICATORS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from casebook.indicators import (
    actors_mobilised,
    behaviour,
    delivery,
    dose,
    maintenance,
    ownership,
    reach,
    recommendation,
    response,
    retrospective,
    satisfaction,
    shift,
    tools_in_use,
)
from casebook.indicators.value import Bounds, Value
from casebook.model import Engagement

__all__ = ["INDICATORS", "Bounds", "Indicator", "Value"]

Indicator = Callable[[Engagement], tuple[Value, ...]]

INDICATORS: Mapping[str, Indicator] = {
    "reach": reach.measure,
    "dose": dose.measure,
    "delivery": delivery.measure,
    "response": response.measure,
    "shift": shift.measure,
    "retrospective_pre": retrospective.measure,
    "satisfaction": satisfaction.measure,
    "recommendation": recommendation.measure,
    "behaviour": behaviour.measure,
    "tools_in_use": tools_in_use.measure,
    "actors_mobilised": actors_mobilised.measure,
    "maintenance": maintenance.measure,
    "ownership": ownership.measure,
}
