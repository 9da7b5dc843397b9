"""A coded, located message about input or output, with its remedy."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple

from casebook.messages import again, plain, said, translated


class Severity(StrEnum):
    """How much a diagnostic weighs: an error blocks the build, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


WORDS = {Severity.ERROR: said("error"), Severity.WARNING: said("warning")}
"""What each is called."""


class Where(NamedTuple):
    """A place in a file. `line` and `column` count from 1; 0 means the whole file.

    In a table `line` is the row and `column` the column, as a spreadsheet counts them.
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])


@dataclass(frozen=True)
class Diagnostic:
    """One finding: what was found and expected (`message`), and what to do (`hint`)."""

    code: str
    severity: Severity
    message: str
    hint: str
    where: Where
    engagement: str = ""

    def told(self, language: str) -> Diagnostic:
        """The diagnostic in a reader's language."""
        message, hint = translated(self.message, language), translated(self.hint, language)
        return replace(self, message=message, hint=hint)

    def as_json(self) -> dict[str, Any]:
        """The diagnostic as plain values, with `where` also written out as one string."""
        return {**asdict(self), "where": self.where._asdict(), "location": str(self.where)}

    def __str__(self) -> str:
        return f"{self.where}: {self.code} {self.severity}: {self.message} {self.hint}".rstrip()


def blocking(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of the diagnostics stops a build."""
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)


def count(diagnostics: Sequence[Diagnostic], language: str) -> str:
    """How many diagnostics there are, in words."""
    errors = sum(one.severity is Severity.ERROR for one in diagnostics)
    warnings = len(diagnostics) - errors
    in_words = (
        (errors, said("1 error"), said("{n} errors", n=errors)),
        (warnings, said("1 warning"), said("{n} warnings", n=warnings)),
    )
    told = [one if number == 1 else more for number, one, more in in_words if number]
    return ", ".join(translated(words, language) for words in told)


# --- As text, to be remembered -----------------------------------------------------------------


def as_text(diagnostics: Iterable[Diagnostic]) -> str:
    """Diagnostics as JSON, from which they can be told in any language again."""
    return json.dumps([_plain(one) for one in diagnostics])


def from_text(text: str) -> tuple[Diagnostic, ...]:
    """The diagnostics that a text holds."""
    return tuple(
        Diagnostic(code, Severity(weight), again(told), again(hint), Where(*where), engagement)
        for code, weight, told, hint, where, engagement in json.loads(text)
    )


def _plain(one: Diagnostic) -> list[Any]:
    return [one.code, one.severity, plain(one.message), plain(one.hint), one.where, one.engagement]
