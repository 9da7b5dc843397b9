"""What a consultant's own cell shows, as parts of a page that every reader can use.

Tables of pandas', pictures, drawings, Markdown and plain text are shown; what they lack for some
readers is said in a problem. Programs, widgets and other HTML are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from nbformat import NotebookNode

from casebook.blocks import Section
from casebook.errors import CasebookError
from casebook.exporters.exported import Code, Problem
from casebook.exporters.frames import NotAFrameError, read_frame
from casebook.exporters.links import is_picture
from casebook.exporters.markdown import render_markdown
from casebook.exporters.svg import inline_svg, svg_title
from casebook.messages import NOTHING, Said, said, together
from casebook.text import Words

_BITMAPS = ("image/png", "image/jpeg")
_SVG = "image/svg+xml"
_PROGRAM = re.compile(r"(application|text)/javascript|application/vnd\.jupyter\.widget.*")
_ADDRESS = re.compile(r"<[^<>]+ (object|at 0x[0-9a-fA-F]+)>")
_OTHERWISE = said(
    "Show it with one of the calls on `case`, as Markdown, as a table or as an image."
)


@dataclass(frozen=True)
class Foreign:
    """A part of the page from a consultant's own cell; `cell` counts from 1."""

    kind: ClassVar[str]
    cell: int


@dataclass(frozen=True)
class Markdown(Foreign):
    """Running text, rendered."""

    kind = "markdown"
    html: str


@dataclass(frozen=True)
class Picture(Foreign):
    """A bitmap, base64-encoded, with the text that stands for it."""

    kind = "picture"
    mime: str
    data: str
    alt: str
    caption: str


@dataclass(frozen=True)
class Drawing(Foreign):
    """An SVG drawing with the text that stands for it."""

    kind = "drawing"
    svg: str
    alt: str
    caption: str


@dataclass(frozen=True)
class Printout(Foreign):
    """Plain text as the cell printed it."""

    kind = "printout"
    text: str


@dataclass(frozen=True)
class Shown:
    """What an output becomes on the page, if anything, and what a reader lacks."""

    part: Section | Foreign | None
    problems: tuple[Problem, ...] = ()


def show_markdown(
    cell: int, source: str, words: Words, attachments: Mapping[str, Mapping[str, str]]
) -> Shown:
    """Markdown as text of the page, with the pictures that were pasted into the cell."""
    html, problems = render_markdown(cell, source, words, attachments)
    return Shown(Markdown(cell, html), tuple(problems))


def show_output(cell: int, output: NotebookNode, words: Words) -> Shown:
    """The best that a page can show of an output, and what is missing from it.

    Raises `CasebookError` for a drawing that cannot stand on a page and has no bitmap beside it.
    """
    data, given = output.data, _Given(output.get("metadata", {}))
    bitmap = next((mime for mime in _BITMAPS if mime in data), None)
    if _SVG in data:
        instead = _picture(cell, bitmap, data, given) if bitmap else None
        return _drawing(cell, data[_SVG], given, instead)
    if bitmap:
        return _picture(cell, bitmap, data, given)
    if "text/markdown" in data:
        return show_markdown(cell, data["text/markdown"], words, {})
    if "text/html" in data:
        return _frame(cell, data, given, words)
    return _plain(cell, data)


@dataclass(frozen=True)
class _Given:
    """What a cell gave with its output: for one type, or for all."""

    metadata: Mapping[str, Any]

    def get(self, name: str, mime: str) -> str:
        own = self.metadata.get(mime, {})
        given = own.get(name) if isinstance(own, Mapping) else None
        return str(given or self.metadata.get(name, "") or "")


def _picture(cell: int, mime: str, data: Mapping[str, Any], given: _Given) -> Shown:
    encoded = "".join(str(data[mime]).split())
    if not is_picture(f"data:{mime};base64,{encoded}"):
        return _refused(cell, mime, said("it is not base64"), None)
    part = Picture(cell, mime, encoded, given.get("alt", mime), given.get("caption", mime))
    return Shown(part, _without_words(cell, said("A picture"), part.alt, part.caption))


def _drawing(cell: int, svg: str, given: _Given, instead: Shown | None) -> Shown:
    alt, caption = given.get("alt", _SVG) or svg_title(svg), given.get("caption", _SVG)
    try:
        inline_svg(svg, "", caption or alt or f"cell {cell}", "")
    except CasebookError as refused:
        if instead is None:
            raise
        problem = Problem(
            cell, together(refused.message, said("Its bitmap is shown.")), refused.hint
        )
        return Shown(instead.part, (problem, *instead.problems))
    problems = _without_words(cell, said("A drawing"), alt, caption)
    return Shown(Drawing(cell, svg, alt, caption), problems)


def _without_words(cell: int, what: Said, alt: str, caption: str) -> tuple[Problem, ...]:
    lacks = [name for name, given in (("alt", alt), ("caption", caption)) if not given]
    if not lacks:
        return ()
    message = said("{what} has no text alternative.", what=what)
    if alt:
        message = said("{what} has no caption.", what=what)
    elif not caption:
        message = said("{what} has no text alternative and no caption.", what=what)
    return (Problem(cell, message, _to_give(lacks), Code.WITHOUT_WORDS),)


def _to_give(lacks: Sequence[str]) -> Said:
    listed = ", ".join(f'"{name}": "…"' for name in lacks)
    return said("Give what is missing along: display(…, metadata={{{listed}}}).", listed=listed)


def _frame(cell: int, data: Mapping[str, Any], given: _Given, words: Words) -> Shown:
    try:
        frame = read_frame(data["text/html"], given.get("caption", "text/html"), words)
    except NotAFrameError as refused:
        return _refused(cell, "text/html", refused.args[0], data.get("text/plain"))
    problems = []
    if not frame.captioned:
        what = said("{what} has no caption.", what=said("A table"))
        problems.append(Problem(cell, what, _to_give(["caption"]), Code.WITHOUT_WORDS))
    if frame.coloured:
        message = said("A table is shown without the colours of its style.")
        problems.append(Problem(cell, message, said("Say in words what the colours say.")))
    return Shown(Section(id=f"output-{cell}", blocks=(frame.table,)), tuple(problems))


def _plain(cell: int, data: Mapping[str, Any]) -> Shown:
    others = sorted(data.keys() - {"text/plain"})
    if others:
        is_program = any(_PROGRAM.fullmatch(mime) for mime in others)
        text = None if is_program else data.get("text/plain")
        return _refused(
            cell, ", ".join(others), said("a page runs nothing") if is_program else NOTHING, text
        )
    text = data.get("text/plain", "")
    if _ADDRESS.search(text):
        message = said(
            "The text '{text}' says nothing to a reader and is left out.", text=text[:60]
        )
        hint = said("End the cell's last line with a semicolon.")
        return Shown(None, (Problem(cell, message, hint),))
    return Shown(Printout(cell, text) if text else None)


def _refused(cell: int, mime: str, reason: Said, text: str | None) -> Shown:
    """What is said instead of an output; `text` is its plain text, if that says anything."""
    part = Printout(cell, text) if text and not _ADDRESS.fullmatch(text.strip()) else None
    instead = said("shown as plain text") if part else said("left out")
    because = said(": {why}", why=reason) if reason else NOTHING
    message = said(
        "An output of type {mime} is {instead}{because}.",
        mime=mime,
        instead=instead,
        because=because,
    )
    return Shown(part, (Problem(cell, message, _OTHERWISE, Code.REFUSED),))
