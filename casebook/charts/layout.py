"""Setting text and keys on a sheet: wrapping, blocks, legends, stepped column headings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from casebook.charts.style import PLAIN, QUIET, RULE_LINE, Face, Mark, Pen

if TYPE_CHECKING:
    from casebook.charts.sheet import Sheet

KEY_WIDTH = 22
"""The room that a mark or a swatch takes before its words, in px."""


def wrap(sheet: Sheet, text: str, width: float, face: Face = PLAIN) -> list[str]:
    """The text in lines of at most `width` px; a word that is too long is hyphenated."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if sheet.measure(longer, face) <= width:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        lines[-1:] = _broken(sheet, word, width, face)
    return lines


def _broken(sheet: Sheet, word: str, width: float, face: Face) -> list[str]:
    """A word in parts that fit: after its own hyphens where it has any, else anywhere."""
    parts = []
    while sheet.measure(word, face) > width:
        fits = [cut for cut in range(1, len(word)) if _fits(sheet, word[:cut], width, face)]
        last = max(fits, default=1)
        hyphen = word.rfind("-", 1, last) + 1
        parts.append(word[:hyphen] if hyphen else f"{word[:last]}-")
        word = word[hyphen or last :]
    return [*parts, word]


def _fits(sheet: Sheet, start: str, width: float, face: Face) -> bool:
    return sheet.measure(start if start.endswith("-") else f"{start}-", face) <= width


def block(sheet: Sheet, x: float, y: float, lines: Iterable[str], face: Face = PLAIN) -> float:
    """Lines of text from the top `y`; returns the y under the last of them."""
    for line in lines:
        sheet.text(x, y + 0.75 * sheet.line_height, line, face)
        y += sheet.line_height
    return y


def heading(sheet: Sheet, y: float, text: str) -> float:
    """A bold heading over a light rule, across the sheet; returns the y under it."""
    face = Face(bold=True)
    y = block(sheet, 0, y, wrap(sheet, text, sheet.width, face), face) + 3
    sheet.line((0, y), (sheet.width, y), RULE_LINE)
    return y


def gutter(sheet: Sheet, labels: Sequence[str], most: float) -> float:
    """The width of a column of labels: that of the longest word group, at most `most` px."""
    return min(most, max((sheet.measure(label) for label in labels), default=0)) + 14


def legend(sheet: Sheet, y: float, entries: Sequence[tuple[Mark | Pen, str]]) -> float:
    """Marks and swatches with their words, in as many lines as it takes; returns the y under."""
    x = 0.0
    for sign, label in entries:
        wide = KEY_WIDTH + sheet.measure(label, QUIET)
        if x and x + wide > sheet.width:
            x, y = 0.0, y + sheet.line_height + 2
        middle = y + sheet.line_height / 2
        _key(sheet, x, middle, sign)
        lines = wrap(sheet, label, sheet.width - KEY_WIDTH, QUIET)
        y = block(sheet, x + KEY_WIDTH, y, lines, QUIET) - sheet.line_height
        x += wide + 18
    return y + sheet.line_height if entries else y


def _key(sheet: Sheet, x: float, middle: float, sign: Mark | Pen) -> None:
    if isinstance(sign, Mark):
        sheet.mark(x + max(6, sign.size / 2 + 1), middle, sign)
    else:
        sheet.box((x, middle - 5), (14, 10), sign)


def stepped(sheet: Sheet, y: float, columns: Sequence[tuple[float, str]]) -> float:
    """Horizontal headings for narrow columns, as steps down to the left.

    Each heading ends at its column and has the sheet to its left for itself, so no heading
    is turned or cut. Returns the y where the columns begin.
    """
    face = replace(PLAIN, anchor="end")
    wrapped = [wrap(sheet, label, x + 4, face) for x, label in columns]
    bottom = y + sheet.line_height * sum(map(len, wrapped)) + 6
    for (x, _), lines in reversed(list(zip(columns, wrapped, strict=True))):
        y = block(sheet, x + 4, y, lines, face)
        sheet.line((x, y + 1), (x, bottom), RULE_LINE)
    return bottom
