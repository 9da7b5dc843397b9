"""Markdown that a consultant wrote, as safe HTML: nothing raw, nothing fetched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mistune
from markupsafe import Markup, escape

from casebook.exporters.links import is_link, is_picture
from casebook.text import Words


class _Renderer(mistune.HTMLRenderer):
    """HTML below the page's own heading. What was refused is kept in `refused`."""

    def __init__(self, words: Words, attachments: Mapping[str, Mapping[str, str]]) -> None:
        super().__init__(escape=True)
        self.refused: list[str] = []
        self._words = words
        self._attachments = attachments

    def heading(self, text: str, level: int, **_attrs: Any) -> str:
        tag = f"h{min(level + 1, 6)}"
        return f"<{tag}>{text}</{tag}>\n"

    def link(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002
        if not is_link(url):
            self.refused.append(f"The link to '{url}' is shown as text.")
            return text
        return f'<a href="{escape(url)}">{text}</a>'

    def image(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002
        source = self._attached(url.removeprefix("attachment:")) or url
        if not is_picture(source):
            self.refused.append(f"The image '{url}' is left out.")
            return text
        alt = text or escape(self._words("page.figure_without_description"))
        return f'<img src="{source}" alt="{alt}">'

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
    source: str, words: Words, attachments: Mapping[str, Mapping[str, str]] | None = None
) -> tuple[Markup, list[str]]:
    """`source` as HTML, and one sentence for each link or image that was refused.

    A first-level heading becomes an `h2`, for the page has its own `h1`.
    """
    renderer = _Renderer(words, attachments or {})
    render = mistune.create_markdown(renderer=renderer, plugins=["table", "strikethrough"])
    return Markup(render(source)), renderer.refused  # noqa: S704  # the renderer escapes
