"""From an executed notebook to a page. Adding a format is one module and one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nbformat import NotebookNode

from casebook.exporters.docx import export as export_docx
from casebook.exporters.exported import Exported, Problem
from casebook.exporters.html import export as export_html
from casebook.exporters.pdf import export as export_pdf

Export = Callable[[NotebookNode], Exported]

EXPORTERS: Mapping[str, Export] = {
    "html": export_html,
    "pdf": export_pdf,
    "docx": export_docx,
}

__all__ = ["EXPORTERS", "Export", "Exported", "Problem"]
