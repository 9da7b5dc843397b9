"""What a build costs where little has changed among many engagements.

python tests/benchmarks/one_change.py [ENGAGEMENTS] [ROUNDS] [--in FOLDER]

Makes that many generated, fictional engagements of one phase, by default 200, each with a warning;
the same without warnings; and one by itself. All are built for the public, the first for all their
readers too; with `--in` they stay for the next run. Then, in turns in one run: Python that does
nothing; builds with nothing to do; and with one file changed the public case by name, in the small
workspace too, and everything, public and by default. One change may cost no more than nothing to
do and the change in the small workspace together. Memory is the driver's at its highest, in MB.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import growth

NAME = "fiktiv-0000"
CASEBOOK = str(Path(sys.executable).parent / "casebook")
PUBLIC = ("--audience", "public")
HIGHEST = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)
INTERVAL = 0.02


class Cost(NamedTuple):
    """What a command took: seconds, and MB at its highest."""

    seconds: float
    memory: float


def cost(folder: Path, command: Sequence[str]) -> Cost:
    """Run a command in a folder."""
    seen = [0.0]
    started = time.monotonic()
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        watch = threading.Thread(target=follow, args=(process.pid, seen))
        watch.start()
        code, seconds = process.wait(), time.monotonic() - started
    watch.join()
    if code:
        raise subprocess.CalledProcessError(code, command)
    return Cost(seconds, max(seen))


def follow(pid: int, seen: list[float]) -> None:
    """Note the memory of a process, until it has ended."""
    with suppress(OSError):
        while found := HIGHEST.search(Path(f"/proc/{pid}/status").read_text(encoding="utf-8")):
            seen.append(int(found[1]) / 1024)
            time.sleep(INTERVAL)


def built(folder: Path, *asked: str) -> Cost:
    """A build, as users ask for it."""
    return cost(folder, [CASEBOOK, "build", *asked])


def workspace(root: Path, count: int, *, warnings: bool) -> Path:
    """A workspace of so many engagements; one that stands is taken as it is."""
    if not (root / "params").is_dir():
        growth.workspace(root, count)
        for path in () if warnings else (root / "params").glob("*.yaml"):
            values = json.loads(path.read_text(encoding="utf-8"))
            path.write_text(json.dumps({**values, "learning": {}}), encoding="utf-8")
    return root


def change(folder: Path) -> None:
    """Give the engagement another title, as an edit does."""
    path = folder / "params" / f"{NAME}.yaml"
    values = json.loads(path.read_text(encoding="utf-8"))
    values["engagement"]["title"] = f"Fiktivt forløb {time.time_ns()}"
    path.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")


def measured(many: Path, plain: Path, one: Path) -> dict[str, Cost]:
    """One round."""
    found = {"`python -c pass`": cost(many, [sys.executable, "-c", "pass"])}
    found["nothing to do, a warning each"] = built(many, *PUBLIC)
    found["nothing to do, no warnings"] = built(plain, *PUBLIC)
    change(one)
    found["one changed, in a workspace of one"] = built(one, NAME, *PUBLIC)
    change(many)
    found["one changed, by name"] = built(many, NAME, *PUBLIC)
    change(many)
    found["one changed, all for the public"] = built(many, *PUBLIC)
    change(many)
    found["one changed, all by default"] = built(many)
    built(many, *PUBLIC)
    return found


def main(home: Path, count: int, rounds: int) -> None:
    """Measure in turns and print a table."""
    many = workspace(home / "many", count, warnings=True)
    plain = workspace(home / "plain", count, warnings=False)
    one = workspace(home / "one", 1, warnings=True)
    for folder in (many, plain, one):
        built(folder, *PUBLIC)
    built(many)
    built(many, *PUBLIC)
    runs = [measured(many, plain, one) for _ in range(rounds)]
    print(f"{count} engagements, {rounds} rounds; medians\n")
    print("| | s | of nothing to do and the small one together | MB |\n| --- | --- | --- | --- |")
    middle = {what: statistics.median(run[what].seconds for run in runs) for what in runs[0]}
    _, nothing, _, small, *_ = middle.values()
    for what, seconds in middle.items():
        memory = max(run[what].memory for run in runs)
        print(f"| {what} | {seconds:.2f} | {seconds / (nothing + small):.2f} | {memory:.0f} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Little has changed among many engagements.")
    parser.add_argument("engagements", type=int, nargs="?", default=200)
    parser.add_argument("rounds", type=int, nargs="?", default=3)
    parser.add_argument("--in", dest="folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="casebook-benchmark-") as temporary:
        main(asked.folder or Path(temporary), asked.engagements, asked.rounds)
