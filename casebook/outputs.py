"""What a cell shows: blocks as data for the page, with plain text and markdown for JupyterLab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from IPython.display import display

from casebook import jupyter_markdown
from casebook.blocks import INSIGHT_MIME, PAGE_MIME, SECTION_MIME, Page, Section
from casebook.model import Insight


def put_page(page: Page) -> None:
    """The head of the page."""
    _put(PAGE_MIME, page.model_dump(mode="json", exclude_none=True), page.title)


def put_section(section: Section) -> None:
    """A section of the page."""
    values = section.model_dump(mode="json", exclude_defaults=True)
    for block, full in zip(values["blocks"], section.blocks, strict=True):
        block["kind"] = full.kind
    _put(SECTION_MIME, values, section.title, jupyter_markdown.section(section))


def put_insight(insight: Insight) -> None:
    """An insight, for the reports that a build makes next."""
    values = insight.model_dump(mode="json", exclude_defaults=True)
    _put(INSIGHT_MIME, values, insight.statement.da)


def _put(mime: str, values: Mapping[str, Any], plain: str, markdown: str | None = None) -> None:
    bundle = {mime: values, "text/plain": plain}
    if markdown is not None:
        bundle["text/markdown"] = markdown
    display(bundle, raw=True)  # type: ignore[no-untyped-call]  # IPython
