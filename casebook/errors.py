"""What the library raises. Only `casebook.cli` prints."""

from __future__ import annotations

import errno

from casebook.messages import NOTHING, Said, said

_REASONS = {
    errno.ENOENT: said("No such file or directory"),
    errno.EACCES: said("Permission denied"),
    errno.EPERM: said("Operation not permitted"),
    errno.EISDIR: said("Is a directory"),
    errno.ENOTDIR: said("Not a directory"),
    errno.ENOSPC: said("No space left on device"),
    errno.EROFS: said("Read-only file system"),
    errno.EADDRINUSE: said("Address already in use"),
}


def reason(error: OSError) -> str:
    """What the system says is wrong; the common reasons as sentences of ours."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)


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
