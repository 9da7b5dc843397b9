"""A kernel that nothing has forked: ipykernel, which takes along what its cells have started.

`python -m casebook.kernels.cold` takes the arguments of `python -m ipykernel_launcher`.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time
from pathlib import Path

_EVERY = 0.5
"""Seconds between two looks at whether the starter is still there."""

_SET_CHILD_SUBREAPER = 36
"""prctl(2): orphans become children of the nearest process that has asked for them."""


def main() -> None:
    """Be the kernel, as ipykernel's launcher is."""
    if sys.path[0] in {"", str(Path.cwd())}:
        del sys.path[0]  # The kernel puts it back when it has imported its own.
    import ipykernel_launcher  # noqa: PLC0415
    from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415

    class ColdApp(IPKernelApp):
        def init_poller(self) -> None:
            if sys.platform == "win32":
                super().init_poller()
            elif self.parent_handle:
                starter = (self.parent_handle,)
                threading.Thread(target=_end_with, args=starter, daemon=True).start()

    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1)
    sys.argv[0] = str(ipykernel_launcher.__file__)
    ColdApp.launch_instance()


def _end_with(starter: int) -> None:
    """End with the process that started this one, and so does all that cells have started."""
    while os.getppid() == starter:
        time.sleep(_EVERY)
    end_descendants(os.getpid())
    os.killpg(0, signal.SIGKILL)


def end_descendants(pid: int) -> None:
    """End all that a kernel has started and left, in whatever session; on Linux only."""
    ended: set[int] = set()
    while found := _descendants(pid) - ended:
        for each in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        ended |= found


def _descendants(pid: int) -> set[int]:
    """Children, their children, and so on; empty where the system does not tell."""
    found: set[int] = set()
    for told in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found.update(map(int, told.read_text().split()))
    return found.union(*map(_descendants, found))


if __name__ == "__main__":
    main()
