"""What differs from run to run is replaced before anything is compared or written."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Rule = tuple[str, str]
"""A regular expression, and what stands in the reference instead of what it finds."""

RULES: Sequence[Rule] = (
    # Addresses of objects: <Lager object at 0x7f3c5e2a1b50>
    (r"\b0x[0-9a-fA-F]{6,}\b", "<address>"),
    # Moments: 2025-05-05T12:30:00.123+02:00, Mon May  5 12:30:00 2025, 12:30:00, seconds of Unix
    (
        r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?\b",
        "<time>",
    ),
    (r"\b[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\b", "<time>"),
    (r"\b\d{1,2}:\d\d:\d\d(?:[.,]\d+)?\b", "<time>"),
    (r"\b1[5-9]\d{8}\.\d+\b", "<time>"),
    # Measured durations: 1.23 s, 45.6 ms ± 1.2 ms, Wall time: 12 µs
    (r"\b\d+[.,]\d+ ?(?:s|ms|µs|μs|us|ns|sec|secs|seconds|sek|sekunder)\b", "<duration>"),
    (r"\b((?:Wall|CPU) times?: ).*", r"\1<duration>"),
    # Temporary files, those of the kernel and those that a notebook makes
    (r"(?:/private)?(?:/var)?/tmp/[^\s'\"<>:,)]*", "<temporary>"),
    (r"(?:/private)?/var/folders/[^\s'\"<>:,)]*", "<temporary>"),
    (r"[A-Za-z]:\\[^\s'\"<>]*\\Temp\\[^\s'\"<>:,)]*", "<temporary>"),
    # Processes
    (r"(?i)\b(pid|process?[ -]?id)\b(\W{0,3})\d+", r"\1\2<number>"),
    # Names that are drawn by lot: UUIDs, and the ids of pandas' styled tables
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "<uuid>"),
    (r"\bT_[0-9a-f]{5}(?=[_\"' ])", "T_<id>"),
)
"""Applied to what is printed and displayed by other means than Casebook's own. A bare date or
number is a fact, and is compared; so is everything in a section of a page."""

Clean = Callable[[str], str]


def cleaner(rules: Sequence[Rule]) -> Clean:
    """A function that applies rules to a text, in this order."""
    compiled = [(re.compile(pattern), put) for pattern, put in rules]

    def clean(text: str) -> str:
        for pattern, put in compiled:
            text = pattern.sub(put, text)
        return text

    return clean


def of_folders(root: Path) -> list[Rule]:
    """Rules for the folders of this machine: the workspace, temporary files, the user's home."""
    inside = r"(?![\w.-])"
    temporary = re.escape(tempfile.gettempdir()) + r"[/\\][^\s'\"<>:,)]*"
    return [
        (re.escape(str(root)) + inside, "<workspace>"),
        (temporary, "<temporary>"),
        (re.escape(str(Path.home())) + inside, "<home>"),
    ]


def throughout(value: Any, clean: Clean) -> Any:
    """Plain values with every text in them cleaned."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {name: throughout(part, clean) for name, part in value.items()}
    if isinstance(value, list):
        return [throughout(part, clean) for part in value]
    return value
