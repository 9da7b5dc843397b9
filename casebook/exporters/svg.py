"""SVG rebuilt from an allow-list, so that a chart can stand inside a page.

What is unknown is refused, never left out: a chart without its hatching would look whole and
say something else. Three things of matplotlib's are left out because they draw nothing: its
metadata, its font names (the page's font is used) and its width and height in points.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from markupsafe import Markup

from casebook.errors import CasebookError
from casebook.exporters.links import is_picture
from casebook.messages import said
from casebook.text.marks import unmarked

_NAMESPACE = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}href"


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ELEMENTS = _names(
    """svg g defs image path rect circle ellipse line polyline polygon text tspan use clipPath
    pattern linearGradient radialGradient stop"""
)
_GEOMETRY = _names(
    """d points x y x1 y1 x2 y2 cx cy r rx ry dx dy fx fy width height viewBox pathLength offset
    transform rotate textLength lengthAdjust preserveAspectRatio patternUnits patternTransform
    patternContentUnits clipPathUnits gradientUnits gradientTransform spreadMethod id href"""
)
_PAINT = _names(
    """fill fill-opacity fill-rule stroke stroke-opacity stroke-width stroke-dasharray
    stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit opacity stop-color
    stop-opacity color display visibility clip-path clip-rule text-anchor dominant-baseline
    alignment-baseline baseline-shift font-size font-weight font-style font-variant
    letter-spacing word-spacing text-decoration paint-order vector-effect shape-rendering
    text-rendering"""
)
_FONT_NAMES = frozenset({"font-family", "font-stretch"})
_ROOT_SIZE = _names("width height version baseProfile x y id")

_LARGE = 200

_DOCTYPE = re.compile(
    r'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1\.1//EN"\s+'
    r'"http://www\.w3\.org/Graphics/SVG/1\.1/DTD/svg11\.dtd">'
)
_MATPLOTLIB_STYLE = "*{stroke-linejoin: round; stroke-linecap: butt}"
_STYLE_AS_ATTRIBUTES = {"stroke-linejoin": "round", "stroke-linecap": "butt"}
_FONT = re.compile(r"(?:(?P<weight>bold|\d{3}|normal)\s+)?(?P<size>[\d.]+(?:px|pt)?)\s+\S.*")
_LOCAL = re.compile(r"url\(#([^()\"'\s]+)\)")
_FINE = re.compile(r"-?\d+\.\d{2,}")
_STEP = re.compile(r"[mlhvcsqta]")
_COMMAND = re.compile(r"\s*([MmLlHhVvCcSsQqTtAaZz])\s*")
_NO_TURN = re.compile(r"rotate\(-?0(\.0*)?( [^)]*)?\)")
_ROUNDED = _names("d points x y x1 y1 x2 y2 cx cy r rx ry width height")


def inline_svg(source: str, prefix: str, title: str, description: str) -> Markup:
    """`source` as an element that can stand in a page, named by `title` and `description`.

    Every id begins with `prefix`, which must be the page's only one. Raises `CasebookError`,
    naming the chart by its title, when the drawing holds anything that is not allowed.
    """
    try:
        drawing = _Rebuilder(prefix).rebuild(_parsed(source))
    except _RefusedError as refused:
        raise CasebookError(
            said(
                "The drawing of '{title}' cannot stand on a page: {why}.",
                title=title,
                why=refused.args[0],
            ),
            said("Draw it with matplotlib, without scripts, links or embedded pages."),
        ) from refused
    for tag, text in (("desc", description), ("title", title)):
        if text:
            named = ET.Element(tag, {"id": f"{prefix}{tag}"})
            named.text = unmarked(text)
            drawing.insert(0, named)
    names = [f"{prefix}{tag}" for tag, text in (("title", title), ("desc", description)) if text]
    drawing.attrib |= {"role": "img", "aria-labelledby": " ".join(names)}
    return Markup(ET.tostring(drawing, encoding="unicode"))  # noqa: S704  # rebuilt above


def svg_title(source: str) -> str:
    """The drawing's own title, or an empty string."""
    try:
        return (_parsed(source).findtext(f"{_NAMESPACE}title") or "").strip()
    except _RefusedError:
        return ""


class _RefusedError(ValueError):
    """Why a drawing was refused."""


def _parsed(source: str) -> ET.Element:
    source = _DOCTYPE.sub("", source, count=1)
    if re.search(r"<!(DOCTYPE|ENTITY)", source, re.IGNORECASE):
        raise _RefusedError(said("it declares entities or a document type of its own"))
    try:
        root = ET.fromstring(source)  # noqa: S314  # without entities there is nothing to expand
    except ET.ParseError as error:
        raise _RefusedError(said("it is not well-formed ({why})", why=str(error))) from error
    if root.tag != f"{_NAMESPACE}svg":
        raise _RefusedError(said("it is not SVG"))
    return root


class _Rebuilder:
    """Builds a drawing anew, with ids and references under one prefix."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._referenced: set[str] = set()
        self._rounds = False

    def rebuild(self, root: ET.Element) -> ET.Element:
        """The whole drawing, without a size of its own: it fills the width it is given."""
        self._referenced = set(_references(root))
        self._rounds = _one_unit_is_one_px(root)
        attributes = {"viewBox": _view_box(root)}
        attributes |= dict(self._attributes(root, skip=_ROOT_SIZE))
        if any(_is_matplotlib_style(element) for element in root.iter(f"{_NAMESPACE}style")):
            attributes |= _STYLE_AS_ATTRIBUTES
        rebuilt = ET.Element("svg", attributes)
        rebuilt.extend(list(self._children(root)))
        return rebuilt

    def _children(self, parent: ET.Element) -> Iterator[ET.Element]:
        for child in parent:
            if child.tag == f"{_NAMESPACE}metadata" or _is_matplotlib_style(child):
                continue
            # The page gives every drawing its name; a second one would be read out too.
            if child.tag in (f"{_NAMESPACE}title", f"{_NAMESPACE}desc"):
                continue
            rebuilt = self._element(child)
            if rebuilt.tag == "g" and not rebuilt.attrib:
                yield from rebuilt
            elif len(rebuilt) or rebuilt.attrib or rebuilt.text:
                yield rebuilt

    def _element(self, element: ET.Element) -> ET.Element:
        name = element.tag.removeprefix(_NAMESPACE)
        if name not in _ELEMENTS:
            raise _RefusedError(said("it has the element <{name}>", name=name))
        rebuilt = ET.Element(name, dict(self._attributes(element)))
        if name in ("text", "tspan"):
            rebuilt.text, rebuilt.tail = element.text, element.tail
        elif (element.text or "").strip():
            raise _RefusedError(said("it has text in <{name}>", name=name))
        rebuilt.extend(list(self._children(element)))
        return rebuilt

    def _attributes(
        self, element: ET.Element, skip: frozenset[str] = frozenset()
    ) -> Iterator[tuple[str, str]]:
        for name, value in _declared(element):
            if name in skip or name in _FONT_NAMES:
                continue
            if name not in _GEOMETRY and name not in _PAINT:
                raise _RefusedError(
                    said(
                        "<{element}> has the attribute '{name}'", element=_short(element), name=name
                    )
                )
            written = self._value(_short(element), name, value)
            if written is not None:
                yield name, written

    def _value(self, element: str, name: str, value: str) -> str | None:
        if name == "id":
            return self._prefix + value if value in self._referenced else None
        if name == "href":
            picture = "".join(value.split())
            if element == "image" and is_picture(picture):
                return picture
            if element == "image" or not value.startswith("#"):
                raise _RefusedError(said("it refers to '{value}'", value=value))
            return f"#{self._prefix}{value[1:]}"
        if name in ("transform", "patternTransform"):
            return _NO_TURN.sub("", value).strip() or None
        if name in _ROUNDED:
            return _compact(value, rounds=self._rounds)
        return self._paint(value)

    def _paint(self, value: str) -> str:
        local = _LOCAL.fullmatch(value)
        if local:
            return f"url(#{self._prefix}{local[1]})"
        # A backslash or a comment could spell a function that the next test would not see.
        if re.search(r"\\|/\*|[a-z-]+\s*\(", value, re.IGNORECASE) and not _is_colour(value):
            raise _RefusedError(said("it has the value '{value}'", value=value))
        return value


def _declared(element: ET.Element) -> Iterator[tuple[str, str]]:
    """Attributes, then the declarations of `style`: the page's policy blocks `style` itself."""
    for name, value in element.attrib.items():
        if name == "style":
            continue
        if name in (_XLINK, "href"):
            yield "href", value
        elif not name.startswith("{http://www.w3.org/XML/1998/namespace}"):
            yield name, value
    for declaration in element.get("style", "").split(";"):
        name, _, value = (text.strip() for text in declaration.partition(":"))
        if name == "font":
            yield from _font(value)
        elif name:
            yield name, value


def _font(value: str) -> Iterable[tuple[str, str]]:
    parts = _FONT.fullmatch(value)
    if parts is None:
        raise _RefusedError(said("it has the font '{value}'", value=value))
    weight = [("font-weight", parts["weight"])] if parts["weight"] else []
    return [("font-size", parts["size"]), *weight]


def _references(root: ET.Element) -> Iterator[str]:
    for element in root.iter():
        for name, value in _declared(element):
            if name == "href":
                yield value.removeprefix("#")
            yield from _LOCAL.findall(value)


def _view_box(root: ET.Element) -> str:
    if "viewBox" in root.attrib:
        return root.attrib["viewBox"]
    size = [re.match(r"[\d.]+", root.get(side, "")) for side in ("width", "height")]
    if not all(size):
        raise _RefusedError(said("it has neither a viewBox nor a width and height"))
    return " ".join(["0 0", *(number[0] for number in size if number)])


def _is_matplotlib_style(element: ET.Element) -> bool:
    return element.tag == f"{_NAMESPACE}style" and (element.text or "").strip() == _MATPLOTLIB_STYLE


def _is_colour(value: str) -> bool:
    return re.fullmatch(r"(rgb|rgba|hsl|hsla)\([\d.,%\s/]+\)", value) is not None


def _short(element: ET.Element) -> str:
    return element.tag.removeprefix(_NAMESPACE)


def _one_unit_is_one_px(root: ET.Element) -> bool:
    """Whether coordinates may lose what is finer than a tenth of a px, as in our own charts."""
    width = float(_view_box(root).replace(",", " ").split()[2])
    changes = [element.get("transform", "") for element in root.iter()]
    return width >= _LARGE and not any(re.search("scale|matrix", change) for change in changes)


def _compact(value: str, *, rounds: bool) -> str:
    """Coordinates without idle space and idle decimals: half the size, the same picture."""
    # Rounded steps, unlike rounded places, would add up.
    if rounds and not _STEP.search(value):
        value = _FINE.sub(lambda number: f"{float(number[0]):.1f}".removesuffix(".0"), value)
    return _COMMAND.sub(r"\1", " ".join(value.split()))
