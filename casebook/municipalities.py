"""Denmark's 98 municipalities: reference data that outlives any engagement.

The sources are in `casebook/data/SOURCES.md`. A region is a function of the date: from
1 January 2027 Region Hovedstaden and Region Sjælland are Region Østdanmark (Act 699 of 2025).
"""

from __future__ import annotations

import csv
import difflib
import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from types import MappingProxyType

_REFORM = 2027

FICTIONAL = re.compile(r"^99(?!00)\d\d$")
"""The codes for fictional municipalities: 9901 to 9999."""


@dataclass(frozen=True)
class Municipality:
    """A municipality: its four-digit code, its short name and its official name."""

    code: str
    name: str
    official_name: str
    region_until_2026: str
    region_from_2027: str

    def region(self, on: date | int) -> str:
        """The region it belongs to on a date, or in a year."""
        year = on if isinstance(on, int) else on.year
        return self.region_from_2027 if year >= _REFORM else self.region_until_2026


@dataclass(frozen=True)
class Outlines:
    """The outlines of all municipalities as SVG paths, in one drawing.

    `width` and `height` are the drawing's, in its own units; `centres` are points inside.
    Bornholm lies in an inset, away from its true place.
    """

    width: float
    height: float
    paths: Mapping[str, str]
    centres: Mapping[str, tuple[float, float]]


@functools.cache
def municipalities() -> Mapping[str, Municipality]:
    """All municipalities by code."""
    text = files("casebook").joinpath("data/municipalities.csv").read_text(encoding="utf-8")
    found = (_municipality(row) for row in csv.DictReader(text.splitlines()))
    return MappingProxyType({municipality.code: municipality for municipality in found})


def find(word: str) -> Municipality | None:
    """The municipality with this code, name or official name, in any letters."""
    wanted = word.strip().casefold()
    for municipality in municipalities().values():
        names = (municipality.code, municipality.name, municipality.official_name)
        if wanted in (*map(str.casefold, names), f"{municipality.name} kommune".casefold()):
            return municipality
    return None


def near(word: str) -> list[Municipality]:
    """The municipalities that a word was perhaps meant to be, the likeliest first."""
    wanted = word.strip().casefold().removesuffix(" kommune")
    known = {m.name.casefold(): m for m in municipalities().values()}
    begin = [m for name, m in known.items() if wanted and name.startswith(wanted)]
    alike = [known[name] for name in difflib.get_close_matches(wanted, known, n=3)]
    digits = [m for code, m in municipalities().items() if wanted.isdigit() and wanted in code]
    return list(dict.fromkeys([*begin, *alike, *digits]))[:3]


def _municipality(row: dict[str, str]) -> Municipality:
    return Municipality(
        code=row["kommunekode"],
        name=row["navn"],
        official_name=row["officielt_navn"],
        region_until_2026=row["region_2007_2026"],
        region_from_2027=row["region_fra_2027"],
    )


@functools.cache
def outlines() -> Outlines:
    """The outlines of all municipalities, for a map that shows where one of them lies."""
    path = files("casebook").joinpath("data/municipality_paths.json")
    data = json.loads(path.read_text(encoding="utf-8"))
    _, _, width, height = (float(part) for part in data["viewBox"].split())
    centres = {code: (float(x), float(y)) for code, (x, y) in data["centres"].items()}
    return Outlines(width, height, data["paths"], centres)
