"""Markdown that a consultant wrote, as safe HTML: nothing raw, nothing fetched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mistune
from markupsafe import Markup, escape

from casebook.exporters.exported import Code, Problem
from casebook.exporters.links import SAFE_LINK, is_link, is_picture
from casebook.messages import Said, said
from casebook.text import Words

_OWN_IMAGE = said("Paste the image into the cell, or show it from code.")
_ALT = said("Write what it shows between the brackets: ![what it shows](…).")


class _Renderer(mistune.HTMLRenderer):
    """HTML below the page's own heading. What is not as it was is kept in `problems`."""

    def __init__(
        self, cell: int, words: Words, attachments: Mapping[str, Mapping[str, str]]
    ) -> None:
        super().__init__(escape=True)
        self.problems: list[Problem] = []
        self._cell = cell
        self._words = words
        self._attachments = attachments

    def heading(self, text: str, level: int, **_attrs: Any) -> str:
        tag = f"h{min(level + 1, 6)}"
        return f"<{tag}>{text}</{tag}>\n"

    def link(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002
        if not is_link(url):
            self._tell(said("The link to '{url}' is shown as text.", url=url), SAFE_LINK)
            return text
        return f'<a href="{escape(url)}">{text}</a>'

    def image(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002
        source = self._attached(url.removeprefix("attachment:")) or url
        if not is_picture(source):
            self._tell(said("The image '{url}' is left out.", url=url), _OWN_IMAGE)
            return text
        if not text:
            what = said("{what} has no text alternative.", what=said("A picture"))
            self._tell(what, _ALT, Code.WITHOUT_WORDS)
        alt = text or escape(self._words("page.figure_without_description"))
        return f'<img src="{source}" alt="{alt}">'

    def _tell(self, message: Said, hint: Said, code: Code = Code.NOT_AS_IT_WAS) -> None:
        self.problems.append(Problem(self._cell, message, hint, code))

    def _attached(self, name: str) -> str | None:
        found = self._attachments.get(name, {})
        return next((f"data:{mime};base64,{data.strip()}" for mime, data in found.items()), None)

    def linebreak(self) -> str:
        return "<br>\n"

    def thematic_break(self) -> str:
        return "<hr>\n"

    def block_code(self, code: str, info: str | None = None) -> str:  # noqa: ARG002
        return f'<pre tabindex="0"><code>{escape(code)}</code></pre>\n'

    def table(self, text: str) -> str:
        name = escape(self._words("page.unnamed_table"))
        region = f'<div class="scroll" tabindex="0" role="region" aria-label="{name}">'
        return f"{region}<table>\n{text}</table></div>\n"

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        tag, scope = ("th", ' scope="col"') if head else ("td", "")
        number = ' class="number"' if align == "right" else ""
        return f"<{tag}{scope}{number}>{text}</{tag}>\n"


def render_markdown(
    cell: int, source: str, words: Words, attachments: Mapping[str, Mapping[str, str]]
) -> tuple[Markup, list[Problem]]:
    """The `source` of a cell as HTML, and what is not as it was or lacks words.

    A first-level heading becomes an `h2`, for the page has its own `h1`.
    """
    renderer = _Renderer(cell, words, attachments)
    render = mistune.create_markdown(renderer=renderer, plugins=["table", "strikethrough"])
    return Markup(render(source)), renderer.problems  # noqa: S704  # the renderer escapes
