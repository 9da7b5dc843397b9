"""From an executed notebook to a page. Adding a format is one module and one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nbformat import NotebookNode

from casebook.exporters.exported import Exported, Problem
from casebook.exporters.html import export as export_html

Export = Callable[[NotebookNode], Exported]

EXPORTERS: Mapping[str, Export] = {"html": export_html}

__all__ = ["EXPORTERS", "Export", "Exported", "Problem"]
