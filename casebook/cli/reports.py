"""Diagnostics for machines: SARIF for code scanning, annotations for GitHub's own pages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import casebook
from casebook import checks
from casebook.diagnostics import Diagnostic, Severity
from casebook.excerpts import excerpt

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(diagnostics: Sequence[Diagnostic], root: Path, language: str) -> str:
    """A SARIF 2.1.0 log of one run; places are from the root of the workspace."""
    codes = sorted({one.code for one in diagnostics})
    driver = {
        "name": "casebook",
        "version": casebook.__version__,
        "rules": [_rule(code, language) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, codes.index(one.code), root) for one in diagnostics],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2)


def _rule(code: str, language: str) -> dict[str, Any]:
    first, _, rest = checks.explanation(code, language).partition("\n\n")
    return {
        "id": code,
        "shortDescription": {"text": first},
        "fullDescription": {"text": " ".join(rest.split()) or first},
    }


def _result(one: Diagnostic, rule: int, root: Path) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(one.where.file)}}
    if one.where.line:
        place["region"] = {"startLine": one.where.line}
        if one.where.column:
            place["region"]["startColumn"] = _character(one, root)
    return {
        "ruleId": one.code,
        "ruleIndex": rule,
        "level": one.severity.value,
        "message": {"text": f"{one.message} {one.hint}".strip()},
        "locations": [{"physicalLocation": place}],
    }


def github(diagnostics: Sequence[Diagnostic], root: Path) -> str:
    """One workflow command for each diagnostic, which GitHub shows at the line in question."""
    return "".join(f"{_command(one, root)}\n" for one in diagnostics)


def _command(one: Diagnostic, root: Path) -> str:
    values = {"file": one.where.file, "title": one.code}
    if one.where.line:
        values["line"] = str(one.where.line)
    if one.where.column:
        values["col"] = str(_character(one, root))
    listed = ",".join(f"{name}={_property(value)}" for name, value in values.items())
    return f"::{one.severity} {listed}::{_data(f'{one.message} {one.hint}'.strip())}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _character(one: Diagnostic, root: Path) -> int:
    """The column as an editor counts it: characters, in tables too."""
    found = excerpt(root, one.where)
    return found.character if found else one.where.column


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
