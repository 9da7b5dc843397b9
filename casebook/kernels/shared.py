"""The warm process that a user's notebooks share: found or started, and it ends when idle."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from casebook import fingerprint
from casebook.kernels.process import answers, short_folder, supported

IDLE = 600
"""Seconds without a kernel after which the shared process ends."""

_MATTERS = ("PYTHON", "MPL", "LD_", "LC_", "LANG", "OPENBLAS", "OMP_", "MKL_", "IPYTHON")
"""Beginnings of environment variables that imports take notice of."""


def address() -> str:
    """Where this user's warm process for this Python answers; empty where there can be none.

    Another Casebook, other libraries or another environment have another process.
    """
    if not supported():
        return ""
    found = _place()
    if found is None:
        return ""
    if not answers(str(found)):
        _start(found)
    return str(found)


def _place() -> Path | None:
    """The socket's path, in a folder that nobody else can write to."""
    folder = short_folder(os.environ.get("XDG_RUNTIME_DIR")) / f"casebook-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        about = folder.lstat()
    except OSError:
        return None
    if about.st_uid != os.getuid() or about.st_mode & 0o077 or folder.is_symlink():
        return None
    environment = {n: v for n, v in os.environ.items() if n.startswith(_MATTERS)}
    versions = [fingerprint.of_casebook(), fingerprint.of_dependencies()]
    return folder / fingerprint.digest([sys.executable, sys.prefix, environment, versions])


def _start(path: Path) -> None:
    """Start a process; where two are started at once, the second finds the first and ends."""
    command = [sys.executable, "-m", "casebook.kernels.server", str(path), "idle", str(IDLE)]
    subprocess.Popen(  # noqa: S603  # our own module
        command,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
