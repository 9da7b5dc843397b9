"""What a cell showed, as plain data: the form that references keep and that is compared."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casebook.blocks import INSIGHT_MIME, PAGE_MIME, SECTION_MIME
from casebook.validation import sanitising
from casebook.validation.pictures import drawing, picture
from casebook.validation.sanitising import Clean

Shown = list[dict[str, Any]]
"""The outputs of one cell, in order."""

OWN = {PAGE_MIME: "page", SECTION_MIME: "section", INSIGHT_MIME: "insight"}

_VARYING = ("application/vnd.jupyter.widget-view+json",)
_DRAWINGS = ("svg", "svg_narrow")


@dataclass(frozen=True)
class Cleaning:
    """What is replaced: `foreign` in printed and foreign outputs, `own` in Casebook's own too."""

    foreign: Clean
    own: Clean


def shown(outputs: Sequence[Any], cleaning: Cleaning) -> Shown:
    """The outputs of a cell as plain data, with what differs from run to run replaced."""
    plain = json.loads(json.dumps(outputs))
    return [_output(output, cleaning) for output in plain]


def _output(output: Mapping[str, Any], cleaning: Cleaning) -> dict[str, Any]:
    kind = output["output_type"]
    if kind == "stream":
        return {output["name"]: cleaning.foreign("".join(output["text"]))}
    if kind == "error":
        value = cleaning.foreign(output["evalue"])
        return {"error": {"name": output["ename"], "value": value}}
    data = output.get("data", {})
    own = {name: _own(data[mime], cleaning) for mime, name in OWN.items() if mime in data}
    if own:
        return own
    return {
        mime: _foreign(mime, value, cleaning)
        for mime, value in sorted(data.items())
        if mime not in _VARYING
    }


def _own(value: Any, cleaning: Cleaning) -> Any:
    """A page, section or insight, with what its figures are made of in place of the SVG."""
    if isinstance(value, Mapping):
        return {
            name: drawing(part)
            if name in _DRAWINGS and isinstance(part, str)
            else _own(part, cleaning)
            for name, part in sorted(value.items(), key=lambda item: item[0] != "kind")
        }
    if isinstance(value, list):
        return [_own(part, cleaning) for part in value]
    return sanitising.throughout(value, cleaning.own)


def _foreign(mime: str, value: Any, cleaning: Cleaning) -> Any:
    if mime == "image/svg+xml":
        return drawing("".join(value))
    if mime.startswith("image/") or mime == "application/pdf":
        return picture("".join(value))
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        value = "".join(value)
    return sanitising.throughout(value, cleaning.foreign)
