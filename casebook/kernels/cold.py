"""A kernel that nothing has forked: ipykernel, which takes along what its cells have started.

`python -m casebook.kernels.cold` takes the arguments of `python -m ipykernel_launcher`.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

_EVERY = 0.5
"""Seconds between two looks at whether the starter is still there."""


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

    sys.argv[0] = str(ipykernel_launcher.__file__)
    ColdApp.launch_instance()


def _end_with(starter: int) -> None:
    """End with the process that started this one, and so does all that is of this session."""
    while os.getppid() == starter:
        time.sleep(_EVERY)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
