"""A sheet to draw on: px from the top left, y downwards. matplotlib writes the SVG.

This is the only module here that imports matplotlib; `casebook.charts.style` imports it when
the first chart is drawn. Nothing global is changed.
"""

from __future__ import annotations

import functools
import io
import math
import re
from collections.abc import Sequence
from typing import Any

from matplotlib import rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D

from casebook.charts.style import NARROW, PLAIN, Draw, Face, Mark, Pen
from casebook.text.marks import unmarked

DPI = 72
"""At this resolution a typographic point is a px."""

ROOM = 1.03
"""Room for fonts wider than the one measured, DejaVu Sans, itself a tenth wider than most."""

MEASURED_FONT = "DejaVu Sans"
SHOWN_FONT = "font-family: 'DejaVu Sans'"
PAGE_FONT = "font-family: system-ui, sans-serif"
NO_TURN = re.compile(r' transform="rotate\(-0 [^"]*\)"')
POINTS = {"circle": "o", "diamond": "D", "square": "s", "triangle": ">", "cross": "x"}
ANCHORS = {"start": "left", "middle": "center", "end": "right"}


def drawing(width: int, salt: str, draw: Draw) -> str:
    """The SVG that `draw` makes on a sheet of `width` px; the same bytes for the same input."""
    settings: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": f"{salt}-{width}",
        "hatch.linewidth": 1.2,
        "path.simplify": False,
    }
    with rc_context(settings):
        sheet = Sheet(width)
        return sheet.to_svg(math.ceil(draw(sheet)))


class Sheet:
    """A drawing in progress; later marks lie over earlier ones."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.narrow = width <= NARROW
        self.size = 13 if self.narrow else 14
        self.line_height = 18 if self.narrow else 19
        self._down = Affine2D()
        self._layer = 0
        self._figure = Figure(figsize=(width / DPI, 1), dpi=DPI)
        self._figure.patch.set_visible(False)
        FigureCanvasSVG(self._figure)

    def text(self, x: float, y: float, text: str, face: Face = PLAIN) -> None:
        """One line of text with its baseline at `y`."""
        line = _TextLine(
            round(x, 1),
            round(y, 1),
            unmarked(text),
            color=face.color,
            fontproperties=_font(face.size or self.size, face.bold),
            ha=ANCHORS[face.anchor],
            va="baseline",
            parse_math=False,
        )
        self._add(line)

    def line(self, start: tuple[float, float], end: tuple[float, float], pen: Pen) -> None:
        """A straight line; level and upright ones lie on whole pixels and stay crisp."""
        xs, ys = (start[0], end[0]), (start[1], end[1])
        line = Line2D(
            *(_crisp(xs), _crisp(ys)),
            color=pen.edge or "none",
            linewidth=pen.width,
            marker=_marker("None", "full"),
        )
        if pen.dash:
            line.set_linestyle((0, pen.dash))
        self._add(line)

    def box(self, corner: tuple[float, float], size: tuple[float, float], pen: Pen) -> None:
        """A rectangle from its upper left corner."""
        self._add(Rectangle(_rounded(corner), *_rounded(size), **_patch(pen)))

    def shape(self, rings: Sequence[Sequence[tuple[float, float]]], pen: Pen) -> None:
        """Closed polygons, together one path."""
        path = Path.make_compound_path(*(Path([*ring, ring[0]], closed=True) for ring in rings))
        self._add(PathPatch(path, **_patch(pen)))

    def mark(self, x: float, y: float, mark: Mark) -> None:
        """A point with its centre at `x`, `y`."""
        marker = _marker(POINTS[mark.shape], mark.fill)
        point = Line2D(
            *([round(x, 1)], [round(y, 1)]), linestyle="none", color=mark.color, marker=marker
        )
        point.set_markersize(mark.size * (0.82 if mark.shape in {"diamond", "square"} else 1))
        point.set_markeredgewidth(2 if mark.fill != "full" or mark.shape == "cross" else 1)
        point.set_markerfacecoloralt("none")
        self._add(point)

    def measure(self, text: str, face: Face = PLAIN) -> float:
        """The width of a text in px, with room for a wider font."""
        return _text_width(unmarked(text), face.size or self.size, face.bold) * ROOM

    def to_svg(self, height: int) -> str:
        """The drawing as an SVG element, `height` px high."""
        self._figure.set_size_inches(self.width / DPI, height / DPI)
        self._down.scale(1, -1).translate(0, height)
        written = io.StringIO()
        about = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        self._figure.savefig(written, format="svg", metadata=about)
        svg = written.getvalue()
        points = f'width="{self.width}pt" height="{height}pt"'
        pixels = f'width="{self.width}" height="{height}"'
        svg = svg[svg.index("<svg") :].replace(points, pixels, 1)
        # Corners after a path's first need no letter of their own.
        svg = NO_TURN.sub("", svg).replace(" \nL ", " ").replace("fill-opacity: 0;", "fill: none;")
        return svg.replace(SHOWN_FONT, PAGE_FONT)

    def _add(self, artist: Line2D | Rectangle | PathPatch | Text) -> None:
        artist.set_transform(self._down)
        artist.set_zorder(self._above())
        self._figure.add_artist(artist)

    def _above(self) -> int:
        self._layer += 1
        return self._layer


class _TextLine(Text):
    """One line at a given place: laying it out is half the cost of text, and changes nothing."""

    def _get_layout(self, renderer: object) -> tuple[None, list[Any], None]:  # noqa: ARG002
        nowhere = (0.0, 0.0)
        return None, [(self.get_text(), nowhere, nowhere)], None


@functools.lru_cache
def _marker(shape: str, fill: Any) -> MarkerStyle:
    """A form for points; each is made once."""
    return MarkerStyle(shape, fill)


@functools.lru_cache
def _font(size: float, bold: bool) -> FontProperties:
    weight = "bold" if bold else "normal"
    return FontProperties(family=MEASURED_FONT, size=size, weight=weight)


@functools.lru_cache(maxsize=4096)
def _text_width(text: str, size: float, bold: bool) -> float:
    font = _font(size, bold)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width)


def _crisp(pair: tuple[float, float]) -> tuple[float, float]:
    place = math.floor(pair[0]) + 0.5
    return (place, place) if pair[0] == pair[1] else _rounded(pair)


def _rounded(pair: tuple[float, float]) -> tuple[float, float]:
    """A tenth of a px is more than a screen shows, and halves the file."""
    return round(pair[0], 1), round(pair[1], 1)


def _patch(pen: Pen) -> dict[str, Any]:
    return {
        "facecolor": pen.fill or "none",
        "edgecolor": pen.edge or "none",
        "linewidth": pen.width if pen.edge else 0,
        "linestyle": (0, pen.dash) if pen.dash else "solid",
        "hatch": pen.hatch,
    }
