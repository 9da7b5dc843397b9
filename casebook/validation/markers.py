"""What is taken from nbval: its comments and tags on cells, and its sanitising files."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbval.plugin import (
    coalesce_streams,
    find_comment_markers,
    find_metadata_tags,
    get_sanitize_patterns,
)

from casebook.validation.sanitising import Rule


@dataclass(frozen=True)
class Marks:
    """What is asked of a cell: not to run, not to be compared, or that it raises an error."""

    skip: bool = False
    check: bool = True
    raises: bool = False


def marks(source: str, metadata: Mapping[str, Any]) -> Marks:
    """The marks of a cell, from its tags and its comments; where they differ, the comments."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = {**dict(find_metadata_tags(metadata)), **dict(find_comment_markers(source))}
    return Marks(
        skip=bool(found.get("skip", False)),
        check=bool(found.get("check", True)),
        raises=bool(found.get("check_exception", False)),
    )


def coalesced(outputs: Sequence[Any]) -> Sequence[Any]:
    """Outputs with all that went to one stream in one place: how it was cut up is chance."""
    found: Sequence[Any] = coalesce_streams(list(outputs))
    return found


def sanitise_file(path: str | None) -> list[Rule]:
    """The rules of a sanitising file of nbval: lines `regex: …`, each followed by `replace: …`.

    Raises `OSError` if it cannot be read.
    """
    if path is None:
        return []
    found: list[Rule] = get_sanitize_patterns(Path(path).read_text(encoding="utf-8"))
    return found
