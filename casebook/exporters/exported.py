"""What every exporter returns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from casebook.messages import Said


class Code(StrEnum):
    """What kind of problem a notebook has; each is explained in `casebook.checks.building`."""

    NOT_AS_IT_WAS = "CB201"
    WITHOUT_WORDS = "CB205"
    REFUSED = "CB206"


@dataclass(frozen=True)
class Problem:
    """Something in a notebook that is not on the page as it was, and what to do about it.

    `cell` counts the notebook's cells from 1.
    """

    cell: int
    message: Said
    hint: Said
    code: Code = Code.NOT_AS_IT_WAS

    def __str__(self) -> str:
        return f"{self.code} Cell {self.cell}: {self.message} {self.hint}"


@dataclass(frozen=True)
class Exported:
    """A rendered page. `extension` has its dot; `problems` never stop a page."""

    content: bytes
    extension: str
    problems: tuple[Problem, ...] = ()
