"""What the library raises. Only `casebook.cli` prints."""

from __future__ import annotations

from casebook.messages import NOTHING, Said


class CasebookError(Exception):
    """Something that stops the work, said so that a user knows what to do.

    `hint` is the remedy in one sentence; `exit_code` is 1 when something blocks and 2 when
    the command itself was used wrongly.
    """

    def __init__(self, message: Said, hint: Said = NOTHING, exit_code: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit_code = exit_code

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message
