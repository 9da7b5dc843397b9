"""How soon a kernel is ready: *Casebook* beside the stock one that then imports the same.

python tests/benchmarks/kernel_start.py [ROUNDS]

In turns in one run; ready is when a first cell with `import pandas, matplotlib.pyplot` has been
answered. JupyterLab's launcher asks for that at once; `papermill -k` first waits with
jupyter_client until a fifth of a second has passed without a message, for whichever kernel. The
first *Casebook* kernel also starts the process that forks all others, so it is shown by itself.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time

from jupyter_client.manager import KernelManager

KERNELS = ("python3", "casebook")
CELL = "import pandas, matplotlib.pyplot"


def ready(name: str, *, waiting: bool) -> float:
    """Seconds from asking for a kernel to the answer of its first cell."""
    started = time.monotonic()
    manager = KernelManager(kernel_name=name)
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        if waiting:
            client.wait_for_ready(timeout=60)
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
    with tempfile.TemporaryDirectory(prefix="casebook-benchmark-") as folder:
        # A folder of its own: the warm process that is found there is that of this run.
        os.environ["XDG_RUNTIME_DIR"] = folder
        first = ready("casebook", waiting=False)
        runs = [
            [ready(name, waiting=waiting) for waiting in (False, True) for name in KERNELS]
            for _ in range(rounds)
        ]
    stock, own, stock_waiting, own_waiting = map(statistics.median, zip(*runs, strict=True))
    print(f"{rounds} rounds; seconds until `{CELL}` is answered, medians\n")
    print("| asked by | python3 | casebook | times sooner |\n| --- | --- | --- | --- |")
    print(f"| the launcher | {stock:.2f} | {own:.2f} | {stock / own:.1f} |")
    print(f"| papermill -k | {stock_waiting:.2f} | {own_waiting:.2f} ", end="")
    print(f"| {stock_waiting / own_waiting:.1f} |")
    print(f"| the launcher, the first one | | {first:.2f} | {stock / first:.1f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 5)
