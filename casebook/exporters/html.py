"""The web page: one file that fetches nothing and runs nothing.

The casebook page alone has a script, its search, which the policy of the page names by hash.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter
from nbformat import NotebookNode
from traitlets import Instance, default

from casebook.blocks import FEW, Table
from casebook.brand import Brand, brand_near, plain
from casebook.exporters.exported import Exported
from casebook.exporters.linked_data import linked_data
from casebook.exporters.links import is_link
from casebook.exporters.page import Document, read_document
from casebook.exporters.svg import inline_svg
from casebook.resources import folder
from casebook.text import Words
from casebook.text.marks import runs, unmarked

Draw = Callable[[str, str, str, str], Markup]
"""What stands on the page for a drawing: from its SVG, a prefix for ids, title, description."""


@dataclass(frozen=True)
class Medium:
    """What differs between the formats that are made of the same HTML.

    On `paper` a figure has one drawing, and nothing unfolds. `rows` is the most rows that
    a table has there; None for all of them.
    """

    draw: Draw = inline_svg
    paper: bool = False
    rows: int | None = None
    template: str = "index.html.j2"

    @property
    def names(self) -> int:
        """Of many names in a cell, so many stand open."""
        return 12 if self.paper else FEW


SCREEN = Medium()


class Numbering:
    """Counts the figures, tables and footnotes of one page while it is written.

    `sources` holds for each source its footnote's number and how often it was pointed to.
    """

    def __init__(self) -> None:
        self._figures = 0
        self._tables = 0
        self._drawings = 0
        self.sources: dict[str, tuple[int, int]] = {}

    def source(self, source: str) -> tuple[int, int]:
        """The number of a source's footnote, and of this mark that points to it."""
        number, marks = self.sources.get(source, (len(self.sources) + 1, 0))
        self.sources[source] = number, marks + 1
        return self.sources[source]

    def figure(self) -> int:
        """The number of the next figure."""
        self._figures += 1
        return self._figures

    def table(self) -> int:
        """The number of the next table that stands on its own."""
        self._tables += 1
        return self._tables

    def drawing(self) -> str:
        """A prefix for the ids of the next drawing."""
        self._drawings += 1
        return f"d{self._drawings}-"


class CasebookExporter(TemplateExporter):
    """Makes a page of an executed notebook: `jupyter nbconvert --to casebook out.ipynb`."""

    export_from_notebook = "Casebook"
    output_mimetype = "text/html"
    medium = Instance(Medium, ())
    brand = Instance(Brand, allow_none=True)

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "casebook"

    @default("template_file")
    def _template_file_default(self) -> str:
        return self.medium.template

    @default("optimistic_validation")
    def _optimistic_validation_default(self) -> bool:
        """Validate once, not again after each of the dozen preprocessors."""
        return True

    @default("extra_template_basedirs")
    def _default_extra_template_basedirs(self) -> list[str]:
        return [str(folder("templates"))]

    def _init_preprocessors(self) -> None:
        super()._init_preprocessors()  # type: ignore[no-untyped-call]  # nbconvert's
        self.register_preprocessor(self._read)  # type: ignore[no-untyped-call]  # nbconvert's

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()  # type: ignore[no-untyped-call]  # nbconvert's
        environment.autoescape = True
        environment.undefined = StrictUndefined
        environment.trim_blocks = environment.lstrip_blocks = True
        environment.finalize = _with_languages
        environment.filters |= {
            "drawing": self.medium.draw,
            "digest": _digest,
            "css_string": _css_string,
            "plain": unmarked,
            "aloud": _aloud,
        }
        environment.tests["link"] = is_link
        return environment

    def _read(
        self, notebook: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The last preprocessor: what the template is given instead of cells."""
        document = read_document(notebook)
        page = document.page
        brand = self.brand or self._brand_near(resources)
        resources |= {
            "document": document,
            "words": Words(page.language),
            "numbering": Numbering(),
            "medium": self.medium,
            "first": None if self.medium.paper else document.first,
            "brand": brand,
            "linked_data": linked_data(page, brand),
        }
        return notebook, resources

    def _brand_near(self, resources: dict[str, Any]) -> Brand:
        """The brand of the workspace around the notebook, whose place is all nbconvert knows."""
        brand, found = brand_near(Path(resources.get("metadata", {}).get("path") or "."))
        for diagnostic in found:
            self.log.warning("%s", diagnostic)
        return brand

    def from_notebook_node(  # type: ignore[override]  # as TemplateExporter has it
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page of `nb`, and nbconvert's resources with the `document` that it shows."""
        html, resources = super().from_notebook_node(nb, resources, **kw)
        for problem in resources["document"].problems:
            self.log.warning("%s", problem)
        return html, resources


def render(
    notebook: NotebookNode, brand: Brand | None, medium: Medium = SCREEN
) -> tuple[str, Document]:
    """The HTML of an executed notebook for a medium, and the document that it shows."""
    exporter = _exporter(folder("templates"), medium)
    exporter.brand = brand or plain()
    html, resources = exporter.from_notebook_node(notebook)
    return html, resources["document"]


def export(notebook: NotebookNode, brand: Brand | None = None) -> Exported:
    """The web page of an executed notebook."""
    html, document = render(notebook, brand)
    return Exported(html.encode(), ".html", document.problems)


def _with_languages(value: object) -> object:
    """What stands between two tags, with `lang` on the parts that are in another language."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    parts = list(runs(value))
    if all(language is None for _, language in parts):
        return "".join(part for part, _ in parts)
    return Markup().join(
        Markup('<span lang="{}">{}</span>').format(language, part) if language else part
        for part, language in parts
    )


@functools.cache
def _exporter(templates: Path, medium: Medium) -> CasebookExporter:
    """The exporter with these templates: compiled once, and again when a file changes."""
    return CasebookExporter(extra_template_basedirs=[str(templates)], medium=medium)  # type: ignore[no-untyped-call]  # nbconvert's


def _digest(css: str) -> str:
    """The name of a style sheet in a content security policy."""
    return "sha256-" + base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()


def _aloud(table: Table) -> str:
    """The data of a chart as running text, for who cannot see it where its table is left out."""
    heads = [column.label for column in table.columns]
    return " ".join(
        ", ".join(f"{head}: {said}" for head, said in zip(heads, row, strict=True)) + "."
        for row in table.rows
    )


def _css_string(text: str) -> Markup:
    """`text` as a CSS string that can leave neither the string nor the style element."""
    escaped = re.sub(r"[^\w .,:;!?–-]", lambda sign: f"\\{ord(sign[0]):x} ", text)
    return Markup('"{}"').format(Markup(escaped))  # noqa: S704  # escaped above
