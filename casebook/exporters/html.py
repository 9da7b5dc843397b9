"""The web page: one file that fetches nothing and runs nothing."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter
from nbformat import NotebookNode
from traitlets import default

from casebook.exporters.exported import Exported
from casebook.exporters.page import Document, read_document
from casebook.exporters.svg import inline_svg
from casebook.resources import folder
from casebook.text import Words


class Numbering:
    """Counts the figures and tables of one page while it is written."""

    def __init__(self) -> None:
        self._figures = 0
        self._tables = 0
        self._drawings = 0

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

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "casebook"

    @default("extra_template_basedirs")
    def _default_extra_template_basedirs(self) -> list[str]:
        return [str(folder("templates"))]

    def _init_preprocessors(self) -> None:
        super()._init_preprocessors()  # type: ignore[no-untyped-call]  # nbconvert's
        self.register_preprocessor(_read)  # type: ignore[no-untyped-call]  # nbconvert's

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()  # type: ignore[no-untyped-call]  # nbconvert's
        environment.autoescape = True
        environment.undefined = StrictUndefined
        environment.trim_blocks = environment.lstrip_blocks = True
        environment.filters |= {"drawing": inline_svg, "digest": _digest, "css_string": _css_string}
        return environment

    def from_notebook_node(  # type: ignore[override]  # as TemplateExporter has it
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page of `nb`, and nbconvert's resources with the `document` that it shows."""
        html, resources = super().from_notebook_node(nb, resources, **kw)
        for problem in resources["document"].problems:
            self.log.warning("%s", problem)
        return html, resources


def export(notebook: NotebookNode) -> Exported:
    """The web page of an executed notebook."""
    exporter = _exporter(folder("templates"))
    html, resources = exporter.from_notebook_node(notebook)
    document: Document = resources["document"]
    return Exported(html.encode(), exporter.file_extension, document.problems)


@functools.cache
def _exporter(templates: Path) -> CasebookExporter:
    """The exporter with these templates: compiled once, and again when a file changes."""
    return CasebookExporter(extra_template_basedirs=[str(templates)])  # type: ignore[no-untyped-call]  # nbconvert's


def _read(notebook: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
    """The last preprocessor: what the template is given instead of cells."""
    document = read_document(notebook)
    words = Words(document.page.language)
    resources |= {"document": document, "words": words, "numbering": Numbering()}
    return notebook, resources


def _digest(css: str) -> str:
    """The name of a style sheet in a content security policy."""
    return "sha256-" + base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()


def _css_string(text: str) -> Markup:
    """`text` as a CSS string that can leave neither the string nor the style element."""
    escaped = re.sub(r"[^\w .,:;!?–-]", lambda sign: f"\\{ord(sign[0]):x} ", text)
    return Markup('"{}"').format(Markup(escaped))  # noqa: S704  # escaped above
