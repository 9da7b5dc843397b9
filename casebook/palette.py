"""The colours of a page from those of a brand, with the contrast that WCAG 2.2 AA asks for.

Colours are hexadecimal, `#rrggbb`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from casebook.charts.style import INK, MUTED, PAPER, RULE, SERIES
from casebook.messages import Said, said

if TYPE_CHECKING:
    from coloraide import Color

TEXT = 4.5
"""The contrast of text with its ground (WCAG 2.2, 1.4.3)."""

GRAPHICS = 3.0
"""The contrast of lines and areas that carry meaning (1.4.11)."""

ACCENT = "#0b5a69"

LIGHT: Mapping[str, str] = {
    "ink": INK,
    "muted": MUTED,
    "rule": RULE,
    "paper": PAPER,
    "tint": "#f4f6f5",
    "accent": ACCENT,
    "accent-tint": "#e7edef",
    "on-accent": "#ffffff",
    "notice": "#fff4d6",
    "notice-ink": "#5c4300",
}
DARK: Mapping[str, str] = {
    "ink": "#e8edef",
    "muted": "#a3b1ba",
    "rule": "#3a4852",
    "paper": "#11181d",
    "tint": "#1a232a",
    "accent": "#84cbd6",
    "accent-tint": "#1b272d",
    "on-accent": "#0c1a1f",
    "notice": "#3a2f12",
    "notice-ink": "#f3dea0",
}

OWN: Mapping[str, str] = {"primary": LIGHT["accent"], "primary-dark": DARK["accent"]}
"""What a brand asks for that wants the colours above: they pass, and nothing need be computed."""

_STEPS = 200
_PLAIN = re.compile("#[0-9a-f]{6}")
_HINT = said("Choose that, or another with enough contrast; until then pages use it.")


@dataclass(frozen=True)
class Palette:
    """The colours of the light page, also the printed one, and of the dark page, by role."""

    light: Mapping[str, str] = field(default_factory=lambda: LIGHT)
    dark: Mapping[str, str] = field(default_factory=lambda: DARK)


@dataclass(frozen=True)
class Failing:
    """A colour of the brand without the contrast it needs, and what is used in its place."""

    role: str
    message: Said
    hint: Said = _HINT


def make_palette(asked: Mapping[str, str]) -> tuple[Palette, list[Failing]]:
    """The palette of a brand, and which of its colours fail.

    `asked` may hold `primary`, `primary-dark`, `foreground` and `background`.
    """
    if asked == OWN:
        return Palette(), []
    failing: list[Failing] = []
    light = dict(LIGHT)
    if "background" in asked:
        light["paper"] = _background(asked["background"], failing)
    if {"foreground", "background"} & asked.keys():
        _ink(light, asked.get("foreground", INK), failing)
    dark = dict(DARK)
    if "primary" in asked:
        _accent(light, "primary", asked["primary"], failing)
        wanted = asked.get("primary-dark")
        if wanted:
            _accent(dark, "primary", wanted, failing)
        else:
            _accent(dark, "primary", asked["primary"], [])
    return Palette(light, dark), failing


def _ink(colours: dict[str, str], wanted: str, failing: list[Failing]) -> None:
    """Set the colour of text, and what is between it and the paper."""
    paper = colours["paper"]
    grounds = [paper, mix(paper, wanted, 0.04)]
    ink = _passing("foreground", wanted, grounds, failing)
    muted = nearest(mix(ink, paper, 0.3), grounds)
    colours |= {"ink": ink, "muted": muted, "tint": grounds[1], "rule": mix(paper, ink, 0.22)}


def _accent(colours: dict[str, str], role: str, wanted: str, failing: list[Failing]) -> None:
    """Set the accent, its tint, and the colour of text on it."""
    tint = mix(colours["paper"], wanted, 0.1)
    accent = _passing(role, wanted, [colours["paper"], colours["tint"], tint], failing)
    on_accent = max(LIGHT["paper"], DARK["on-accent"], key=lambda one: contrast(one, accent))
    colours |= {"accent": accent, "accent-tint": tint, "on-accent": on_accent}


def _background(wanted: str, failing: list[Failing]) -> str:
    """A page's ground: text, and the fixed colours of the charts, must stand out from it."""
    found = min(contrast(series, wanted) for series in SERIES)
    if found >= GRAPHICS and contrast(wanted, INK) >= TEXT:
        return wanted
    used = nearest(wanted, SERIES, GRAPHICS)
    used = used if contrast(used, INK) >= TEXT else PAPER
    message = said(
        "On the background {wanted} a colour of the charts has a contrast of {found}:1; "
        "it needs {least}:1. The nearest that passes is {used}.",
        wanted=wanted,
        found=round(found, 1),
        least=round(GRAPHICS),
        used=used,
    )
    failing.append(Failing("background", message))
    return used


def _passing(role: str, wanted: str, grounds: Sequence[str], failing: list[Failing]) -> str:
    found = least(wanted, grounds)
    if found >= TEXT:
        return wanted
    used = nearest(wanted, grounds)
    ground = min(grounds, key=lambda one: contrast(wanted, one))
    message = said(
        "The {role} colour {wanted} has a contrast of {found}:1 with {ground}; text needs "
        "{least}:1. The nearest that passes is {used}.",
        role=role,
        wanted=wanted,
        found=round(found, 1),
        ground=ground,
        least=TEXT,
        used=used,
    )
    failing.append(Failing(role, message))
    return used


def parse(colour: str) -> str | None:
    """A CSS colour such as `#0b5a69`, `teal` or `rgb(11 90 105)`; None if it is none.

    A colour that lets others shine through is none either: its contrast cannot be known.
    """
    if _PLAIN.fullmatch(colour):
        return colour
    try:
        found = _color(colour)
    except ValueError:
        return None
    return _hex(found) if found.alpha() == 1 else None


def contrast(one: str, other: str) -> float:
    """The WCAG 2 contrast ratio, from 1 to 21."""
    return float(_color(one).contrast(_color(other), method="wcag21"))


def least(colour: str, grounds: Sequence[str]) -> float:
    """The contrast with the ground that it stands out from least."""
    return min(contrast(colour, ground) for ground in grounds)


def mix(colour: str, other: str, share: float) -> str:
    """`colour` with a `share` (0 to 1) of `other`, as the eye sees it."""
    return _hex(_color(colour).mix(_color(other), share, space="oklab"))


def nearest(colour: str, grounds: Sequence[str], ratio: float = TEXT) -> str:
    """The colour of the same hue, nearest in lightness, with enough contrast on all grounds.

    Black or white where no shade of the hue has it.
    """
    if least(colour, grounds) >= ratio:
        return colour
    start = _color(colour).convert("oklch")
    lightness = start["lightness"]
    steps = sorted((n / _STEPS for n in range(_STEPS + 1)), key=lambda n: abs(n - lightness))
    shades = (_hex(start.clone().set("lightness", step)) for step in steps)
    passing = (shade for shade in shades if least(shade, grounds) >= ratio)
    ends = ("#000000", "#ffffff")
    return next(passing, max(ends, key=lambda end: least(end, grounds)))


def _color(colour: str) -> Color:
    from coloraide import Color  # noqa: PLC0415  # only where a brand has colours

    return Color(colour)


def _hex(colour: Color) -> str:
    fitted = colour.convert("srgb").fit(method="oklch-chroma")
    return str(fitted.to_string(hex=True, alpha=False))
