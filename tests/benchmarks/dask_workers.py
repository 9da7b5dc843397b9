"""How much sooner two Dask workers are done than one, on one machine.

python tests/benchmarks/dask_workers.py [ENGAGEMENTS] [ROUNDS]

A real scheduler and real workers with one thread each, on loopback; both ways build the same
generated, fictional engagements, in turns in one run. The workers share the machine's cores with
the driver and the scheduler, so that on two cores a second worker has less than a whole one left;
the driver's processor time, most of it its start, says how much less.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fictional
from distributed import Client


def dask(home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a part of a cluster."""
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *arguments],
        cwd=home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def cluster(home: Path, workers: int) -> Iterator[str]:
    """The address of a scheduler that has so many workers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    one = ("worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny")
    parts = [dask(home, "scheduler", "--host", address, "--no-dashboard")]
    parts += [dask(home, *one) for _ in range(workers)]
    try:
        with Client(address, timeout="60s") as client:
            client.wait_for_workers(workers, timeout=60)
        yield address
    finally:
        for part in parts:
            part.kill()
            part.wait()


def build(folder: Path, address: str) -> tuple[float, float]:
    """Seconds of a cold build on a cluster, and how much the driver computed."""
    shutil.rmtree(folder / "build", ignore_errors=True)
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, "-m", "casebook", "build", "--dask", address]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - started, spent


def main(count: int, rounds: int) -> None:
    """Measure in turns and print a table."""
    found: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory(prefix="casebook-benchmark-") as home:
        folder = fictional.workspace(Path(home) / "w", count)
        small = fictional.workspace(Path(home) / "small", 1)
        for _ in range(rounds):
            for workers, runs in found.items():
                with cluster(Path(home), workers) as address:
                    build(small, address)  # the warm process of each machine starts once
                    runs.append(build(folder, address))
    one, two = ([statistics.median(c) for c in zip(*runs, strict=True)] for runs in found.values())
    print(f"{count} engagements, {rounds} rounds, {os.cpu_count()} cores; seconds, medians\n")
    print("| Dask workers | wall | driver's processor | times one |\n| --- | --- | --- | --- |")
    print(f"| 1 | {one[0]:.1f} | {one[1]:.1f} | 1 |")
    print(f"| 2 | {two[0]:.1f} | {two[1]:.1f} | {one[0] / two[0]:.2f} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Two Dask workers beside one.")
    parser.add_argument("engagements", type=int, nargs="?", default=20)
    parser.add_argument("rounds", type=int, nargs="?", default=2)
    asked = parser.parse_args()
    main(asked.engagements, asked.rounds)
