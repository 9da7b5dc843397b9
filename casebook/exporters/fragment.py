"""The public case as a piece of HTML to paste into the page of a CMS.

It brings its own style, which reaches nothing outside it, and begins below the first heading:
the title stands in the CMS. It needs no script and fetches nothing.
"""

from __future__ import annotations

import re

from nbformat import NotebookNode

from casebook.brand import Brand
from casebook.errors import CasebookError
from casebook.exporters.exported import Exported
from casebook.exporters.html import Medium, render
from casebook.messages import said

PREFIX = "casebook-"
"""What every id begins with, so that none is the id of something in the page around it."""

_ID = re.compile(r'(?<=\sid=")(?=[^"])')
_NAMES = re.compile(r'(?<=\saria-labelledby=")[^"]+')
_WITHIN = re.compile(r'((?<=\shref="#)|(?<=="url\(#))(?=[^")])')


def export(notebook: NotebookNode, brand: Brand | None = None) -> Exported:
    """The fragment of an executed notebook for the public; another is refused."""
    html, document = render(notebook, brand, Medium(template="fragment.html.j2"))
    audience = document.page.audience
    if audience != "public":
        message = said(
            "This page is for the audience {audience}; a fragment is for a public website.",
            audience=audience,
        )
        raise CasebookError(message, said("Make the public edition: --audience public."))
    return Exported(_prefixed(html).strip().encode() + b"\n", ".html", document.problems)


def _prefixed(html: str) -> str:
    """The page with its ids, and what refers to them, under one prefix."""
    html = _ID.sub(PREFIX, html)
    html = _NAMES.sub(lambda names: " ".join(PREFIX + name for name in names[0].split()), html)
    return _WITHIN.sub(PREFIX, html)
