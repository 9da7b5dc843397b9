"""How soon a kernel is ready: *Casebook* beside the stock one that then imports the same.

python tests/benchmarks/kernel_start.py [ROUNDS]

Both are started as JupyterLab's launcher and `papermill -k` start them, in turns in one run, and
are ready when a first cell with `import pandas, matplotlib.pyplot` has been answered. The first
*Casebook* kernel also starts the process that forks all others, so it is shown by itself.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time

from jupyter_client.manager import start_new_kernel

CELL = "import pandas, matplotlib.pyplot"


def ready(name: str) -> float:
    """Seconds from asking for a kernel to the answer of its first cell."""
    started = time.monotonic()
    manager, client = start_new_kernel(kernel_name=name)
    try:
        answer = client.execute_interactive(CELL, timeout=60)
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
        first = ready("casebook")
        pairs = [(ready("python3"), ready("casebook")) for _ in range(rounds)]
    stock, own = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{rounds} rounds; seconds until `{CELL}` is answered, medians\n")
    print("| kernel | seconds | times sooner |\n| --- | --- | --- |")
    print(f"| python3 | {stock:.2f} | 1 |")
    print(f"| casebook | {own:.2f} | {stock / own:.1f} |")
    print(f"| casebook, the first one | {first:.2f} | {stock / first:.1f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 5)
