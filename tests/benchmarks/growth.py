"""How a build grows: time for each notebook, and memory of its processes, from ten engagements on.

python tests/benchmarks/growth.py [COUNT …]        by default 10, 100 and 300

Builds that many generated, fictional engagements of one phase for the public, two notebooks at
once: a phase record and a case report each, and the casebook page. Prints the seconds for each
notebook: of all, and of each further one between one size and the next. And the memory in MB as
the system shares it out (PSS): of the driver in the middle and at its highest, of a worker, of who
forks workers, and of a kernel.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import scale

AT_ONCE = 2
INTERVAL = 0.2


@dataclass(frozen=True)
class Build:
    """What a build took; `memory` in MB over time, by kind of process."""

    notebooks: int
    seconds: float
    memory: dict[str, list[float]]


def workspace(root: Path, count: int) -> Path:
    """A workspace with `count` engagements of one phase."""
    dice = random.Random(1)  # noqa: S311  # fiction, not secrets
    (root / "params").mkdir(parents=True)
    for number in range(count):
        made = scale.engagement(number, dice)
        made["phases"] = [one for one in made["phases"] if one["kind"] == "workshops"]
        path = root / "params" / f"{made['engagement']['id']}.yaml"
        path.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    return root


def build(root: Path) -> Build:
    """Build everything, and look at its processes now and then."""
    memory: dict[str, list[float]] = defaultdict(list)
    asked = ["build", "--audience", "public", "-j", str(AT_ONCE), "--json"]
    started = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "casebook", *asked], cwd=root, stdout=said
        )
        while process.poll() is None:
            time.sleep(INTERVAL)
            for kind, pid in processes(process.pid):
                if (taken := megabytes(pid)) is not None:
                    memory[kind].append(taken)
        seconds = time.monotonic() - started
        said.seek(0)
        outcomes = json.load(said)["outcomes"]
    built = sum(one["status"] == "built" for one in outcomes)
    return Build(built, seconds, memory)


def processes(driver: int) -> Iterator[tuple[str, int]]:
    """The processes of a build, each with its kind."""
    yield "driver", driver
    for child in children(driver):
        if "casebook.kernels.server" in command(child):
            yield from (("kernel", kernel) for kernel in children(child))
        elif "multiprocessing.forkserver" in command(child):
            yield "fork", child
            yield from (("worker", worker) for worker in children(child))


def children(pid: int) -> list[int]:
    """The children of a process, whichever of its threads has started them."""
    found = []
    for threads in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in threads.read_text().split()]
        except OSError:
            continue
    return found


def command(pid: int) -> str:
    """A process's command line; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
    except OSError:
        return ""


def megabytes(pid: int) -> float | None:
    """A process's share of the memory that it uses; None when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), None)


def main(counts: list[int]) -> None:
    """Build each number of engagements once, and print a table."""
    with tempfile.TemporaryDirectory(prefix="casebook-benchmark-") as home:
        found = {count: build(workspace(Path(home) / str(count), count)) for count in counts}
    print(f"{AT_ONCE} notebooks at once\n")
    print(
        "| engagements | notebooks | s | s each | s each further | driver | worker | fork | kernel |"
    )
    print(f"| {' | '.join(['---'] * 9)} |")
    less: Build | None = None
    for count, one in found.items():
        driver = one.memory["driver"]
        middle = driver[len(driver) // 2]
        further = ""
        if less:
            rest = (one.seconds - less.seconds) / (one.notebooks - less.notebooks)
            further = f"{rest:.3f}"
        less = one
        others = (max(one.memory[kind], default=0) for kind in ("worker", "fork", "kernel"))
        print(
            f"| {count} | {one.notebooks} | {one.seconds:.1f} | {one.seconds / one.notebooks:.3f} "
            f"| {further} | {middle:.0f}–{max(driver):.0f} "
            f"| {' | '.join(f'{most:.0f}' for most in others)} |"
        )


if __name__ == "__main__":
    main([int(count) for count in sys.argv[1:]] or [10, 100, 300])
