"""From an executed notebook to a page. Adding a format is one module and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from nbformat import NotebookNode

from casebook.brand import Brand
from casebook.exporters.docx import export as export_docx
from casebook.exporters.exported import Exported, Problem
from casebook.exporters.fragment import export as export_fragment
from casebook.exporters.html import export as export_html
from casebook.exporters.pdf import export as export_pdf


class Export(Protocol):
    """Makes a page of an executed notebook, in the look of a brand: without one, the plain look."""

    def __call__(self, notebook: NotebookNode, brand: Brand | None = None) -> Exported:
        """The page, and what is not on it as it was."""


EXPORTERS: Mapping[str, Export] = {
    "html": export_html,
    "pdf": export_pdf,
    "docx": export_docx,
    "fragment": export_fragment,
}

__all__ = ["EXPORTERS", "Export", "Exported", "Problem"]
