"""From an executed notebook to what stands on its page. Pure: no files, no templates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, TypeVar

from nbformat import NotebookNode
from pydantic import ValidationError

from casebook.blocks import (
    INSIGHT_MIME,
    PAGE_MIME,
    SECTION_MIME,
    Action,
    AnyBlock,
    Page,
    Reference,
    Section,
)
from casebook.errors import CasebookError
from casebook.exporters.exported import Problem
from casebook.exporters.links import is_link, is_reference
from casebook.exporters.markdown import render_markdown
from casebook.text import Words

GUIDE = "guide"
"""The tag of a cell that speaks to the consultant at work, not to the reader of the page."""

_Block = TypeVar("_Block", Page, Section)

_LONG = 6
_SAFE_LINK = "Write an address that begins with https, http, mailto, tel or #."
_SAFE_MARKDOWN = f"{_SAFE_LINK} Paste an image into the cell, or show it from code."
_PICTURES = ("image/png", "image/jpeg")


@dataclass(frozen=True)
class Foreign:
    """What a consultant's own cell put on the page; `cell` counts from 1."""

    kind: ClassVar[str]
    cell: int


@dataclass(frozen=True)
class Markdown(Foreign):
    """Running text in Markdown, with the pictures that were pasted into the cell."""

    kind = "markdown"
    source: str
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    html: str = ""


@dataclass(frozen=True)
class Picture(Foreign):
    """A bitmap, base64-encoded, with the text that stands for it."""

    kind = "picture"
    mime: str
    data: str
    alt: str


@dataclass(frozen=True)
class Drawing(Foreign):
    """An SVG drawing with the text that stands for it."""

    kind = "drawing"
    svg: str
    alt: str


@dataclass(frozen=True)
class Printout(Foreign):
    """Plain text as the cell printed it."""

    kind = "printout"
    text: str


@dataclass(frozen=True)
class Anchor(Foreign):
    """The place of a cell that publishes an insight, for links from other pages."""

    kind = "anchor"
    id: str


Part = Section | Foreign


@dataclass(frozen=True)
class Band:
    """Parts of the page that stand together: `aside` beside `text`."""

    aside: tuple[Section, ...]
    text: tuple[Part, ...]


@dataclass(frozen=True)
class Document:
    """A page's head and parts in reading order, and what could not be shown."""

    page: Page
    parts: tuple[Part, ...]
    problems: tuple[Problem, ...]

    @property
    def contents(self) -> tuple[Section, ...]:
        """The titled sections of a long report, or nothing on a page that is read at a sitting."""
        titled = tuple(p for p in self.parts if isinstance(p, Section) and p.title)
        return titled if self.page.audience != "public" and len(titled) > _LONG else ()

    @property
    def bands(self) -> tuple[Band, ...]:
        """The parts in reading order, cut where sections begin that stand beside the text."""
        bands: list[tuple[list[Section], list[Part]]] = [([], [])]
        for part in self.parts:
            aside, text = bands[-1]
            if not (isinstance(part, Section) and part.aside):
                text.append(part)
            elif text:
                bands.append(([part], []))
            else:
                aside.append(part)
        return tuple(Band(tuple(aside), tuple(text)) for aside, text in bands if aside or text)


def read_document(notebook: NotebookNode) -> Document:
    """What an executed notebook says to its reader.

    Raises `CasebookError` when a cell failed: a failed notebook never becomes a page.
    """
    reader = _Reader()
    for number, cell in enumerate(notebook.cells, start=1):
        reader.read(number, cell)
    page = reader.page or _page_without_head(notebook)
    parts, refused = _with_markdown(reader.parts, Words(page.language))
    return Document(page, tuple(_with_unique_ids(parts)), (*reader.problems, *refused))


class _Reader:
    """Gathers parts, problems and the head while the cells are read in order."""

    def __init__(self) -> None:
        self.page: Page | None = None
        self.parts: list[Part] = []
        self.problems: list[Problem] = []

    def read(self, number: int, cell: NotebookNode) -> None:
        """Take what `cell`, the notebook's cell `number`, puts on the page."""
        if cell.cell_type == "markdown" and GUIDE not in cell.metadata.get("tags", ()):
            self.parts.append(Markdown(number, cell.source, cell.get("attachments", {})))
        for output in cell.get("outputs", ()):
            self._read_output(number, cell, output)

    def _read_output(self, number: int, cell: NotebookNode, output: NotebookNode) -> None:
        if output.output_type == "error":
            raise CasebookError(
                f"Cell {number} failed: {output.ename}: {output.evalue}",
                "Mend the cell and run the notebook again; a failed notebook makes no page.",
            )
        if output.output_type == "stream":
            if output.name == "stdout" and output.text.strip():
                self.parts.append(Printout(number, output.text))
            return
        self._read_data(number, cell, output)

    def _read_data(self, number: int, cell: NotebookNode, output: NotebookNode) -> None:
        data = output.data
        if PAGE_MIME in data:
            self.page = self.page or _validated(Page, data[PAGE_MIME], number)
        if INSIGHT_MIME in data:
            self._anchor(number, cell)
        if SECTION_MIME in data:
            section = _validated(Section, data[SECTION_MIME], number)
            if section.blocks:
                self.parts.append(self._with_safe_links(number, section))
        elif not {PAGE_MIME, INSIGHT_MIME} & data.keys():
            self._read_foreign(number, output)

    def _anchor(self, number: int, cell: NotebookNode) -> None:
        anchor = Anchor(number, f"cell-{cell.get('id', number)}")
        if anchor not in self.parts:
            self.parts.append(anchor)

    def _read_foreign(self, number: int, output: NotebookNode) -> None:
        part = _foreign(number, output)
        refused = sorted(output.data.keys() - {"text/plain"})
        if part is not None:
            self.parts.append(part)
        if (part is None or isinstance(part, Printout)) and refused:
            instead = "left out" if part is None else "shown as plain text"
            self.problems.append(
                Problem(
                    number,
                    f"An output of type {', '.join(refused)} is {instead}.",
                    "Show it with one of the calls on `case`, as Markdown, or as an image.",
                )
            )

    def _with_safe_links(self, number: int, section: Section) -> Section:
        blocks = tuple(self._with_safe_link(number, block) for block in section.blocks)
        return section.model_copy(update={"blocks": blocks})

    def _with_safe_link(self, number: int, block: AnyBlock) -> AnyBlock:
        if isinstance(block, Action) and block.url is not None and not is_link(block.url):
            self._refuse_link(number, block.url)
            return block.model_copy(update={"url": None})
        if isinstance(block, Reference) and not is_reference(block.href):
            self._refuse_link(number, block.href)
            return block.model_copy(update={"href": ""})
        return block

    def _refuse_link(self, number: int, url: str) -> None:
        self.problems.append(
            Problem(
                number,
                f"The link to '{url}' is shown as text.",
                _SAFE_LINK,
            )
        )


def _validated(model: type[_Block], data: Any, number: int) -> _Block:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise CasebookError(
            f"Cell {number} holds a {model.__name__.lower()} that cannot be read: {error}",
            "Run the notebook again with this version of Casebook.",
        ) from error


def _foreign(number: int, output: NotebookNode) -> Part | None:
    data = output.data
    metadata = output.get("metadata", {})
    if "image/svg+xml" in data:
        return Drawing(number, data["image/svg+xml"], _alt(metadata, "image/svg+xml"))
    for mime in _PICTURES:
        if mime in data:
            return Picture(number, mime, "".join(data[mime].split()), _alt(metadata, mime))
    if "text/markdown" in data:
        return Markdown(number, data["text/markdown"])
    return Printout(number, data["text/plain"]) if "text/plain" in data else None


def _alt(metadata: Mapping[str, Any], mime: str) -> str:
    """The text alternative that a cell gave with its image: for this type, or for all."""
    own = metadata.get(mime, {})
    return str((own.get("alt") if isinstance(own, dict) else None) or metadata.get("alt", ""))


def _page_without_head(notebook: NotebookNode) -> Page:
    words = Words("da")
    return Page(
        document="",
        engagement="",
        audience="internal",
        language=words.language,
        title=notebook.metadata.get("title") or words("page.untitled"),
        watermark=words("page.internal"),
    )


def _with_markdown(parts: Iterable[Part], words: Words) -> tuple[list[Part], list[Problem]]:
    rendered: list[Part] = []
    problems: list[Problem] = []
    for part in parts:
        if not isinstance(part, Markdown):
            rendered.append(part)
            continue
        html, refused = render_markdown(part.source, words, part.attachments)
        rendered.append(replace(part, html=html))
        problems += [Problem(part.cell, message, _SAFE_MARKDOWN) for message in refused]
    return rendered, problems


def _with_unique_ids(parts: Iterable[Part]) -> Iterator[Part]:
    used: set[str] = set()
    for part in parts:
        if not isinstance(part, Section):
            yield part
            continue
        wanted = re.sub(r"[^\w.-]+", "-", part.id) or "section"
        names = (wanted, *(f"{wanted}-{n}" for n in range(2, len(used) + 3)))
        id = next(name for name in names if name not in used)
        used.add(id)
        yield part.model_copy(update={"id": id})
