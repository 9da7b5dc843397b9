"""How soon a kernel is ready: *Casebook* beside the stock one that then imports the same.

python tests/benchmarks/kernel_start.py [ROUNDS]

Each is started in two ways, in turns in one run, and is ready when a first cell with
`import pandas, matplotlib.pyplot` has been answered: as JupyterLab's launcher does, which asks the
kernel who it is and then runs the cell; and as `papermill -k` does, by jupyter_client's
`start_new_kernel`, which then waits until the kernel has said nothing for 0.2 seconds, however
fast it was. The first *Casebook* kernel also starts the process that forks all others, so it is
shown by itself.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel

CELL = "import pandas, matplotlib.pyplot"
FLUSH = 0.2
"""Seconds that jupyter_client's `wait_for_ready` always waits at its end."""

Start = Callable[[str], tuple[KernelManager, BlockingKernelClient]]


def as_launcher(name: str) -> tuple[KernelManager, BlockingKernelClient]:
    """Start a kernel, and ask it who it is."""
    manager = KernelManager(kernel_name=name)
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    client.kernel_info(reply=True, timeout=60)
    return manager, client


def as_papermill(name: str) -> tuple[KernelManager, BlockingKernelClient]:
    """Start a kernel, and wait until jupyter_client finds it ready."""
    return start_new_kernel(kernel_name=name)


WAYS = {"as JupyterLab's launcher": as_launcher, "as `papermill -k`": as_papermill}


def ready(start: Start, name: str) -> float:
    """Seconds from asking for a kernel to the answer of its first cell."""
    started = time.monotonic()
    manager, client = start(name)
    try:
        answer = client.execute(CELL, reply=True, timeout=60)
        taken = time.monotonic() - started
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    if answer["content"]["status"] != "ok":
        raise RuntimeError(answer["content"]["evalue"])
    return taken


def main(rounds: int) -> None:
    """Measure in turns and print a table."""
    names = [(way, name) for way in WAYS for name in ("python3", "casebook")]
    with tempfile.TemporaryDirectory(prefix="casebook-benchmark-") as folder:
        # A folder of its own: the warm process that is found there is that of this run.
        os.environ["XDG_RUNTIME_DIR"] = folder
        first = ready(as_launcher, "casebook")
        taken = [[ready(WAYS[way], name) for way, name in names] for _ in range(rounds)]
    medians = dict(zip(names, map(statistics.median, zip(*taken, strict=True)), strict=True))
    print(f"{rounds} rounds; seconds until `{CELL}` is answered, medians\n")
    print("| started | kernel | seconds | times sooner |\n| --- | --- | --- | --- |")
    for (way, name), seconds in medians.items():
        print(f"| {way} | {name} | {seconds:.2f} | {medians[way, 'python3'] / seconds:.1f} |")
    stock = medians["as JupyterLab's launcher", "python3"]
    print(f"| as JupyterLab's launcher | casebook, the first | {first:.2f} | {stock / first:.1f} |")
    stock, own = (medians["as `papermill -k`", name] - FLUSH for name in ("python3", "casebook"))
    print(
        f"\nOf `papermill -k`'s seconds {FLUSH} are jupyter_client's own wait, for either kernel;"
    )
    print(f"without them {stock:.2f} and {own:.2f}: {stock / own:.1f} times sooner.")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 5)
