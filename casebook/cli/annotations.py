"""Diagnostics where a reviewer reads them: on the lines of a change, in GitHub and GitLab."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence

from casebook.diagnostics import Diagnostic, Severity


def github(diagnostics: Sequence[Diagnostic]) -> str:
    """Workflow commands, one a line."""
    return "\n".join(_command(one) for one in diagnostics)


def _command(one: Diagnostic) -> str:
    place = {"file": one.where.file, "line": one.where.line, "col": one.where.column}
    given = {name: value for name, value in place.items() if value} | {"title": one.code}
    properties = ",".join(f"{name}={_escaped(str(v), ':,')}" for name, v in given.items())
    return f"::{one.severity} {properties}::{_escaped(f'{one.message} {one.hint}')}"


def _escaped(text: str, besides: str = "") -> str:
    for sign in f"%\r\n{besides}":
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text


def gitlab(diagnostics: Sequence[Diagnostic]) -> str:
    """A Code Quality report."""
    found = [
        {
            "description": f"{one.message} {one.hint}",
            "check_name": one.code,
            "fingerprint": hashlib.sha256(str(one).encode()).hexdigest(),
            "severity": "major" if one.severity is Severity.ERROR else "minor",
            "location": {"path": one.where.file, "lines": {"begin": one.where.line or 1}},
        }
        for one in diagnostics
    ]
    return json.dumps(found, ensure_ascii=False, indent=2)


FORMATS: Mapping[str, Callable[[Sequence[Diagnostic]], str]] = {"github": github, "gitlab": gitlab}
"""How each service takes them."""
