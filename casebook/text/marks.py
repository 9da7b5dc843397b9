"""The language of a text inside a text, as marks that travel with it.

A page in English may say a Danish question in the middle of an English sentence. Unicode's
language tags (U+E0001, the code's letters, U+E007F) survive joining, formatting and JSON, show
nothing in any font, and become `lang` where an exporter writes the page. They are Casebook's
own: drawings, file names and tables for other programs take the text without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SHIFT = 0xE0000
_BEGIN, _END = chr(_SHIFT + 1), chr(_SHIFT + 0x7F)
_MARK = re.compile("[\U000e0000-\U000e007f]")
_MARKED = re.compile(f"{_BEGIN}([\U000e0061-\U000e007a]+)([^\U000e0000-\U000e007f]+){_END}")


def marked(text: str, language: str) -> str:
    """`text` with the mark, line by line, that it is in `language` (a code such as `da`)."""
    begin = _BEGIN + "".join(chr(_SHIFT + ord(letter)) for letter in language)
    lines = unmarked(text).split("\n")
    return "\n".join(f"{begin}{line}{_END}" if line.strip() else line for line in lines)


def unmarked(text: str) -> str:
    """`text` without marks, for a place that cannot say a language."""
    return _MARK.sub("", text)


def runs(text: str) -> Iterator[tuple[str, str | None]]:
    """The parts of `text`, each with the language it is marked with; None is the page's own."""
    at = 0
    for found in _MARKED.finditer(text):
        if before := unmarked(text[at : found.start()]):
            yield before, None
        yield found[2], "".join(chr(ord(letter) - _SHIFT) for letter in found[1])
        at = found.end()
    if rest := unmarked(text[at:]):
        yield rest, None
