"""A sheet to draw on: px from the top left, y downwards, written as SVG.

This is the only module here that imports matplotlib, for the font that text is measured with;
`casebook.charts.style` imports it when the first chart is drawn.
"""

from __future__ import annotations

import functools
import html
import math
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from itertools import pairwise
from pathlib import Path

from matplotlib import get_data_path
from matplotlib.ft2font import FT2Font, LoadFlags

from casebook.charts.style import INK, NARROW, PLAIN, Draw, Face, Mark, Pen
from casebook.text.marks import unmarked

ROOM = 1.03
"""Room for fonts wider than the one measured, DejaVu Sans, itself a tenth wider than most."""

MEASURED = 100.0
"""The size, in px, at which the letters of that font are measured."""

SHOWN_FONT = "system-ui, sans-serif"

ROOT = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
    ' viewBox="0 0 {width} {height}" font-family="{font}" font-size="{size}" fill="{ink}"'
    ' stroke-linecap="square">\n{marks}\n</svg>\n'
)

TILE = 24
"""The side of a hatched tile in px: few enough seams, and each distance of lines fits in whole."""

HATCH_SPACE = 24
"""The px between the lines of a hatch of one stroke; two strokes halve them, and so on."""

HATCH_WIDTH = 1.2

WIDTH_UNITS = 1 << 16
"""The units of FreeType's exact widths, to the px."""

UPRIGHT = 0.82
"""What makes squares and diamonds look as large as circles of the same diameter."""

Point = tuple[float, float]


def drawing(width: int, name: str, draw: Draw) -> str:
    """The SVG that `draw` makes on a sheet of `width` px; the same bytes for the same input.

    Ids in it begin with `name`, which should be the page's only one.
    """
    sheet = Sheet(width, name)
    return sheet.to_svg(math.ceil(draw(sheet)))


class Sheet:
    """A drawing in progress; later marks lie over earlier ones."""

    def __init__(self, width: int, name: str) -> None:
        self.width = width
        self.narrow = width <= NARROW
        self.size = 13 if self.narrow else 14
        self.line_height = 18 if self.narrow else 19
        self._name = f"{name}-{width}"
        self._marks: list[str] = []
        self._tiles: dict[tuple[str, str], str] = {}

    def text(self, x: float, y: float, text: str, face: Face = PLAIN) -> None:
        """One line of text with its baseline at `y`."""
        attributes = {"x": _number(x), "y": _number(y)}
        if face.color != INK:
            attributes["fill"] = face.color
        if face.size:
            attributes["font-size"] = _number(face.size)
        if face.bold:
            attributes["font-weight"] = "bold"
        if face.anchor != "start":
            attributes["text-anchor"] = face.anchor
        self._add("text", attributes, html.escape(unmarked(text), quote=False))

    def line(self, start: Point, end: Point, pen: Pen) -> None:
        """A straight line; level and upright ones lie on whole pixels and stay crisp."""
        xs, ys = _crisp(start[0], end[0]), _crisp(start[1], end[1])
        (x, to_x), (y, to_y) = map(_number, xs), map(_number, ys)
        step = f"H{to_x}" if y == to_y else f"V{to_y}" if x == to_x else f"L{to_x} {to_y}"
        self._path(f"M{x} {y}{step}", pen)

    def box(self, corner: Point, size: Point, pen: Pen) -> None:
        """A rectangle from its upper left corner."""
        (x, y), (width, height) = map(_number, corner), map(_number, size)
        self._path(f"M{x} {y}h{width}v{height}h{_number(-size[0])}z", pen)

    def shape(self, rings: Iterable[Sequence[Point]], pen: Pen) -> None:
        """Closed polygons, together one path."""
        self._path("".join(map(_ring, rings)), pen)

    def mark(self, x: float, y: float, mark: Mark) -> None:
        """A point with its centre at `x`, `y`."""
        if mark.shape == "circle":
            self._circle(x, y, mark)
            return
        steps = _cross(x, y, mark.size) if mark.shape == "cross" else _outline(x, y, mark)
        self._add("path", {"d": steps} | _inked(mark))

    def measure(self, text: str, face: Face = PLAIN) -> float:
        """The width of a text in px, with room for a wider font."""
        width = sum(_letter_width(letter, face.bold) for letter in unmarked(text))
        return width * (face.size or self.size) / MEASURED * ROOM

    def to_svg(self, height: int) -> str:
        """The drawing as an SVG element, `height` px high."""
        tiles = (_hatching(*look, id) for look, id in self._tiles.items())
        return ROOT.format(
            width=self.width,
            height=height,
            font=SHOWN_FONT,
            size=self.size,
            ink=INK,
            marks="\n".join([*tiles, *self._marks]),
        )

    def _circle(self, x: float, y: float, mark: Mark) -> None:
        left, radius = _number(x), _number(mark.size / 2)
        if mark.fill == "left":
            top, bottom = _number(y - mark.size / 2), _number(y + mark.size / 2)
            half = f"M{left} {top}A{radius} {radius} 0 0 0 {left} {bottom}z"
            self._add("path", {"d": half} | _inked(mark) | {"fill": mark.color})
        self._add("circle", {"cx": left, "cy": _number(y), "r": radius} | _inked(mark))

    def _path(self, steps: str, pen: Pen) -> None:
        edge = pen.edge if pen.width else None
        fill = f"url(#{self._tile(pen.hatch, pen.edge or INK)})" if pen.hatch else pen.fill
        attributes = {"d": steps, "fill": fill or "none"} | _stroke(edge, pen.width)
        if pen.dash:
            dashes = " ".join(map(_number, pen.dash))
            attributes |= {"stroke-dasharray": dashes, "stroke-linecap": "butt"}
        self._add("path", attributes)

    def _tile(self, hatch: str, color: str) -> str:
        """The id of a hatched tile, which is made when it is first asked for."""
        return self._tiles.setdefault((hatch, color), f"{self._name}-{len(self._tiles)}")

    def _add(self, element: str, attributes: Mapping[str, str], text: str = "") -> None:
        self._marks.append(_element(element, attributes, text))


def _element(name: str, attributes: Mapping[str, str], content: str = "") -> str:
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def _stroke(color: str | None, width: float) -> dict[str, str]:
    """The attributes of a line; one px is what a line has without saying so."""
    if color is None:
        return {}
    return {"stroke": color} if width == 1 else {"stroke": color, "stroke-width": _number(width)}


def _inked(mark: Mark) -> dict[str, str]:
    """The colours of a point; what is not filled has a heavier edge."""
    if mark.fill == "full" and mark.shape != "cross":
        return {"fill": mark.color} | _stroke(mark.color, 1)
    ends = {"stroke-linecap": "butt"} if mark.shape == "cross" else {}
    return {"fill": "none"} | _stroke(mark.color, 2) | ends


def _cross(x: float, y: float, size: float) -> str:
    left, top, bottom = (_number(side) for side in (x - size / 2, y - size / 2, y + size / 2))
    step = _number(size)
    return f"M{left} {top}l{step} {step}M{left} {bottom}l{step}-{step}"


def _outline(x: float, y: float, mark: Mark) -> str:
    """A square, a diamond, or a triangle that points to the right."""
    if mark.shape == "triangle":
        far = mark.size / 2
        return _ring([(x + far, y), (x - far, y - far), (x - far, y + far)])
    far = mark.size * UPRIGHT / 2
    if mark.shape == "diamond":
        far *= math.sqrt(2)
        return _ring([(x, y - far), (x + far, y), (x, y + far), (x - far, y)])
    return _ring([(x - far, y - far), (x + far, y - far), (x + far, y + far), (x - far, y + far)])


def _ring(points: Sequence[Point]) -> str:
    """A closed polygon, in steps from corner to corner: shorter than places, and as exact."""
    places = [(round(x, 1), round(y, 1)) for x, y in points]
    steps = [
        f"{_number(x - from_x)} {_number(y - from_y)}"
        for (from_x, from_y), (x, y) in pairwise(places)
    ]
    start = " ".join(map(_number, places[0]))
    return f"M{start}l{' '.join(steps)}z".replace(" -", "-")


def _hatching(hatch: str, color: str, id: str) -> str:
    """A tile of parallel lines, or of crossing ones, that goes on at its sides."""
    distance = HATCH_SPACE // len(hatch)
    places = range(0, 2 * TILE + 1, distance)
    lines = "".join(f"M{place - TILE - 1} {TILE + 1}l{TILE + 2}-{TILE + 2}" for place in places)
    if "x" in hatch:
        lines += "".join(f"M{place - TILE - 1}-1l{TILE + 2} {TILE + 2}" for place in places)
    drawn = _element("path", {"d": lines} | _stroke(color, HATCH_WIDTH))
    side = str(TILE)
    size = {"id": id, "width": side, "height": side, "patternUnits": "userSpaceOnUse"}
    return _element("pattern", size, drawn)


@functools.cache
def _letter_width(letter: str, bold: bool) -> float:
    font = _font(bold)
    return float(font.load_char(ord(letter), LoadFlags.NO_HINTING).linearHoriAdvance) / WIDTH_UNITS


@functools.cache
def _font(bold: bool) -> FT2Font:
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    # From memory: kernels that fork would share an open file, and each other's place in it.
    font = FT2Font(BytesIO(Path(get_data_path(), "fonts", "ttf", name).read_bytes()))
    font.set_size(MEASURED, 72)
    return font


def _crisp(start: float, end: float) -> tuple[float, float]:
    """Both places, or the middle of the pixel that both lie in."""
    middle = math.floor(start) + 0.5
    return (middle, middle) if start == end else (start, end)


def _number(value: float) -> str:
    """In tenths: finer than a screen shows, and half the size of the file."""
    return f"{round(value, 1) + 0.0:g}"
