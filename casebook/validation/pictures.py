"""Pictures as a few words of text: what they are made of, and a digest of how they look."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

_UNSEEN = {"metadata", "title", "desc", "defs", "style", "g", "svg", "clipPath"}
"""Elements that draw nothing by themselves; their children may."""

_NAMES = {"id", "class", "href", "clip-path"}
"""Attributes that only name things, some of them by lot."""

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_REFERENCE = re.compile(r"url\([^)]*\)")


def drawing(svg: str) -> dict[str, Any]:
    """The size of an SVG, how many marks of each kind it has, and a digest of them all.

    Numbers count to whole px, so that the last decimals of another machine do not matter; ids,
    metadata and white space not at all.
    """
    try:
        root = ET.fromstring(svg)  # noqa: S314  # the notebook's own output
    except ET.ParseError:
        return {"unreadable": _digest(svg.encode())}
    parts = list(_parts(root))
    marks = Counter(name for name, _ in parts if name not in _UNSEEN)
    looks = "\n".join(look for _, look in parts)
    return {
        "size": " × ".join(root.get(name, "?") for name in ("width", "height")),
        "marks": dict(sorted(marks.items())),
        "looks": _digest(looks.encode()),
    }


def _parts(element: ET.Element) -> Iterator[tuple[str, str]]:
    """Every element with all that can be seen of it, in the order of drawing."""
    name = _local(element.tag)
    if name == "metadata":
        return
    attributes = sorted(
        f"{_local(key)}={_REFERENCE.sub('url()', value)}"
        for key, value in element.attrib.items()
        if _local(key) not in _NAMES
    )
    look = " ".join([name, *attributes, (element.text or "").strip()])
    yield name, " ".join(_NUMBER.sub(_whole, look).split())
    for child in element:
        yield from _parts(child)


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _whole(found: re.Match[str]) -> str:
    return f"{float(found[0]):.0f}".replace("-0", "0") if "." in found[0] else found[0]


def picture(encoded: str) -> dict[str, Any]:
    """The size and a digest of a picture's pixels; of its bytes where it is not a picture."""
    try:
        content = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        return {"bytes": _digest(encoded.encode())}
    return _pixels(content) or {"bytes": _digest(content)}


def _pixels(content: bytes) -> dict[str, Any] | None:
    from PIL import Image  # noqa: PLC0415  # only where a notebook shows a picture

    try:
        with Image.open(io.BytesIO(content)) as image:
            size = f"{image.width} × {image.height}"
            return {"size": size, "pixels": _digest(image.convert("RGBA").tobytes())}
    except OSError:
        return None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
