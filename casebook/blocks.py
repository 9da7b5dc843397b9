"""What a notebook emits: sections of blocks, as data. Only an exporter makes markup of them.

The JSON travels in notebook outputs under the MIME types below; raise a version when a reader
of old notebooks could misunderstand a new one.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

PAGE_MIME = "application/vnd.casebook.page.v1+json"
SECTION_MIME = "application/vnd.casebook.section.v1+json"
INSIGHT_MIME = "application/vnd.casebook.insight.v1+json"


class Block(BaseModel):
    """Base of the blocks. What is not in the page's language is marked (`casebook.text.marks`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Prose(Block):
    """Paragraphs of running text; `note` is smaller, for method and sources."""

    kind: Literal["prose"] = "prose"
    lead_in: str = ""
    paragraphs: tuple[str, ...]
    role: Literal["body", "note"] = "body"


FEW = 5
"""So many names stand open in a cell; one more than that does too, for to fold it saves nothing."""


class Names(Block):
    """Names, of which there can be hundreds: a page shows the first few and unfolds the rest."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return "; ".join(self.names)


Wording = str | Names
"""What stands in a cell or beside a label."""


class Term(Block):
    """A label and its value in a fact box. `unknown` marks a value that is not known.

    `source` says where the value comes from: a footnote of the page.
    """

    label: str
    value: Wording
    unknown: bool = False
    note: str = ""
    source: str = ""


class Facts(Block):
    """A box of labelled facts."""

    kind: Literal["facts"] = "facts"
    items: tuple[Term, ...]


class Items(Block):
    """A list with an optional line that leads into it."""

    kind: Literal["items"] = "items"
    lead_in: str = ""
    items: tuple[str, ...]
    ordered: bool = False


class Quotation(Block):
    """A pull quote, word for word, with who said it."""

    kind: Literal["quote"] = "quote"
    text: str
    name: str
    title: str


class Column(Block):
    """A column of a table. Numbers are set flush right in tabular figures."""

    label: str
    numeric: bool = False


class Table(Block):
    """A table; the first cell of every row is the row's header."""

    kind: Literal["table"] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Wording, ...], ...]
    note: str = ""


class Figure(Block):
    """A chart: the finding as its title, a text alternative, its data, and two drawings.

    `svg` is drawn for a wide column, `svg_narrow` for a telephone; both show `table`.
    `note` says n and source. `tells_all`: paper needs no table, for the wide drawing says what a
    reader looks for in it.
    """

    kind: Literal["figure"] = "figure"
    id: str
    title: str
    description: str
    svg: str
    svg_narrow: str
    table: Table
    note: str = ""
    tells_all: bool = False


class Callout(Block):
    """A statement set apart: what is not known, or a warning to the reader."""

    kind: Literal["callout"] = "callout"
    tone: Literal["unknown", "note"] = "note"
    title: str = ""
    paragraphs: tuple[str, ...]


class Entry(Block):
    """One entry of a board: a statement, a badge, and labelled details.

    `facets` are what a reader may filter by: the name of a filter → the values it has here.
    """

    title: str
    badge: str = ""
    details: tuple[Term, ...] = ()
    facets: dict[str, tuple[str, ...]] = {}


class Board(Block):
    """A list of entries such as lessons or outcomes."""

    kind: Literal["board"] = "board"
    entries: tuple[Entry, ...]


class Action(Block):
    """The call to action. Without an address the label stands as text."""

    kind: Literal["action"] = "action"
    question: str
    label: str
    url: str | None = None


class Reference(Block):
    """A link to the cell of a phase record that an insight comes from."""

    kind: Literal["reference"] = "reference"
    label: str
    href: str


AnyBlock = Annotated[
    Prose | Facts | Items | Quotation | Table | Figure | Callout | Board | Action | Reference,
    Field(discriminator="kind"),
]


class Section(BaseModel):
    """A part of a page. With no blocks there is nothing to say, and it is left out.

    `title` may be empty (the opening of a page). `aside` sections stand beside the text.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    title: str = ""
    aside: bool = False
    blocks: tuple[AnyBlock, ...] = ()


class Page(BaseModel):
    """The head of a page: what it is, for whom, about whom."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    document: str
    engagement: str
    audience: Literal["public", "client", "internal"]
    language: str
    title: str
    kicker: str = ""
    standfirst: str = ""
    watermark: str = ""
    fictional: str = ""
    description: str = ""
