"""From an executed notebook to what stands on its page. Pure: no files, no templates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

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
from casebook.exporters.foreign import Foreign, Printout, Shown, show_markdown, show_output
from casebook.exporters.links import SAFE_LINK, is_link, is_reference
from casebook.messages import said
from casebook.text import Words

GUIDE = "guide"
"""The tag of a cell that speaks to the consultant at work, not to the reader of the page."""

_Block = TypeVar("_Block", Page, Section)

FIRST = 100
"""So many rows of a table of the casebook stand open."""

_LONG = 6
_OWN_IDS = re.compile(r"main|contents|cell-.*|(figure|table|d)-?\d+.*")
"""Ids that the templates give to other things than sections."""


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
    def first(self) -> int | None:
        """How many rows, entries and blocks stand open together; the rest unfolds. None: all.

        Only the casebook grows with the number of engagements.
        """
        return FIRST if self.page.document == "casebook" else None

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
    page = _head(notebook) or _page_without_head(notebook)
    reader = _Reader(Words(page.language))
    for number, cell in _numbered(notebook):
        reader.read(number, cell)
    return Document(page, tuple(_with_unique_ids(reader.parts)), tuple(reader.problems))


def _numbered(notebook: NotebookNode) -> Iterator[tuple[int, NotebookNode]]:
    """The cells, counted from 1 as they stand in the notebook that was run."""
    number = 0
    for cell in notebook.cells:
        # The cell that papermill puts in belongs to the one it stands after.
        number += "injected-parameters" not in cell.metadata.get("tags", ())
        yield number, cell


def _head(notebook: NotebookNode) -> Page | None:
    """The first head that a cell gave."""
    for number, cell in _numbered(notebook):
        for output in cell.get("outputs", ()):
            if PAGE_MIME in output.get("data", {}):
                return _validated(Page, output.data[PAGE_MIME], number)
    return None


class _Reader:
    """Gathers parts and problems while the cells are read in order."""

    def __init__(self, words: Words) -> None:
        self.parts: list[Part] = []
        self.problems: list[Problem] = []
        self._words = words

    def read(self, number: int, cell: NotebookNode) -> None:
        """Take what `cell`, the notebook's cell `number`, puts on the page."""
        if cell.cell_type == "markdown" and GUIDE not in cell.metadata.get("tags", ()):
            attachments = cell.get("attachments", {})
            self._take(show_markdown(number, cell.source, self._words, attachments))
        for output in cell.get("outputs", ()):
            self._read_output(number, cell, output)

    def _take(self, shown: Shown) -> None:
        if shown.part is not None:
            self.parts.append(shown.part)
        self.problems += shown.problems

    def _read_output(self, number: int, cell: NotebookNode, output: NotebookNode) -> None:
        if output.output_type == "error":
            why = f"{output.ename}: {output.evalue}"
            raise CasebookError(
                said("Cell {n} failed: {why}", n=number, why=why),
                said("Mend the cell and run the notebook again; a failed notebook makes no page."),
            )
        if output.output_type == "stream":
            if output.name == "stdout" and output.text.strip():
                self.parts.append(Printout(number, output.text))
            return
        self._read_data(number, cell, output)

    def _read_data(self, number: int, cell: NotebookNode, output: NotebookNode) -> None:
        data = output.data
        if INSIGHT_MIME in data:
            self._anchor(number, cell)
        if SECTION_MIME in data:
            section = _validated(Section, data[SECTION_MIME], number)
            if section.blocks:
                self.parts.append(self._with_safe_links(number, section))
        elif not {PAGE_MIME, INSIGHT_MIME} & data.keys():
            self._take(show_output(number, output, self._words))

    def _anchor(self, number: int, cell: NotebookNode) -> None:
        anchor = Anchor(number, f"cell-{cell.get('id', number)}")
        if anchor not in self.parts:
            self.parts.append(anchor)

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
                said("The link to '{url}' is shown as text.", url=url),
                SAFE_LINK,
            )
        )


def _validated(model: type[_Block], data: Any, number: int) -> _Block:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        name = model.__name__.lower()
        what = said("Cell {n} holds a {name} that cannot be read.", n=number, name=name)
        hint = said("Run the notebook again with this version of Casebook.")
        raise CasebookError(what, hint) from error


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


def _with_unique_ids(parts: Iterable[Part]) -> Iterator[Part]:
    used: set[str] = set()  # of sections and of their titles
    for part in parts:
        if not isinstance(part, Section):
            yield part
            continue
        wanted = re.sub(r"[^\w.-]+", "-", part.id) or "section"
        if _OWN_IDS.fullmatch(wanted):
            wanted = f"section-{wanted}"
        names = (wanted, *(f"{wanted}-{n}" for n in range(2, len(used) + 3)))
        id = next(name for name in names if not {name, f"{name}-title"} & used)
        used |= {id, f"{id}-title"}
        yield part.model_copy(update={"id": id})
