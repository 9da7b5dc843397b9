"""What every notebook would do for a first time: done once, in the process that forks them.

Only what is the same for all engagements; nothing of any engagement is read.
"""

from __future__ import annotations

import string

from casebook.charts.sheet import Sheet
from casebook.charts.style import BOLD, NARROW, PLAIN
from casebook.model import Engagement, Insight
from casebook.portfolio import Portfolio
from casebook.text import LANGUAGES, Words

_LETTERS = f"{string.printable.strip()} æøåÆØÅéüö–—…’“”·×≥≤"


def prepare() -> None:
    """Build the models, load each language's numbers and dates, and measure letters."""
    for model in (Engagement, Insight, Portfolio):
        model.model_rebuild()
    for language in LANGUAGES:
        words = Words(language)
        words.number(0.5)
        words.date("2024-05-02")
        words("unknown")
    for face in (PLAIN, BOLD):
        Sheet(NARROW, "warm").measure(_LETTERS, face)
