"""How fast `casebook build` is beside the loop of commands that it replaces.

python tests/benchmarks/build_speed.py [ENGAGEMENTS] [ROUNDS]

Both ways make the same pages of the same generated, fictional engagements, two at once, in
turns in one run; what is printed are medians and their ratios. The loop runs on the first
engagement only, because it is slow, and is counted by the page. No build can be cheaper than
the code in the cells of its notebooks: that is run bare, in one process that has imported all.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import fictional

BIN = Path(sys.executable).parent
DOCUMENTS = ("seminars", "sparring", "workshops", "tool_design", "case_report", "learning_summary")
AT_ONCE = "2"
LOOP = """\
papermill --no-progress-bar notebooks/$0.ipynb loop/$0.ipynb -f params/fiktiv-0001.yaml 2>/dev/null &&
jupyter nbconvert --log-level ERROR --to casebook loop/$0.ipynb
"""

FLOOR = """\
import contextlib, importlib, io, pathlib, time
import nbformat
from casebook.kernels.server import WARM

def run(notebook):
    names = {"__name__": "__main__"}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(cell.source, names)

for name in WARM:
    importlib.import_module(name)
paths = sorted(pathlib.Path("build").glob("**/notebooks/*.ipynb"))
notebooks = [nbformat.read(path, as_version=4) for path in paths]
with contextlib.redirect_stdout(io.StringIO()):
    for notebook in notebooks[:10]:
        run(notebook)
    wall, processor = time.monotonic(), time.process_time()
    for notebook in notebooks:
        run(notebook)
    wall, processor = time.monotonic() - wall, time.process_time() - processor
print(wall / len(paths), processor / len(paths))
"""


@dataclass(frozen=True)
class Spent:
    """Seconds of time and of processor for one page."""

    wall: float
    processor: float


def measured(command: list[str], folder: Path, pages: int, given: str = "") -> Spent:
    """Run a command; what it spent on each page, with all of its processes."""
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(
        command,
        cwd=folder,
        env=environment,
        input=given,
        check=True,
        text=True,
        stdout=subprocess.DEVNULL,
    )
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(wall / pages, spent / pages)


def loop(folder: Path) -> Spent:
    """What a user does without Casebook's build."""
    (folder / "loop").mkdir(exist_ok=True)
    command = ["xargs", "-P", AT_ONCE, "-n", "1", "sh", "-c", LOOP]
    return measured(command, folder, len(DOCUMENTS), "\n".join(DOCUMENTS))


def build(folder: Path, count: int) -> Spent:
    """A cold build of all engagements."""
    shutil.rmtree(folder / "build", ignore_errors=True)
    pages = count * (len(DOCUMENTS) + 1) + 1
    return measured(["casebook", "build", "-j", AT_ONCE], folder, pages)


def floor(folder: Path) -> Spent:
    """The bare code of the cells of the notebooks that the last build executed."""
    done = subprocess.run(
        [sys.executable, "-c", FLOOR], cwd=folder, check=True, text=True, capture_output=True
    )
    return Spent(*map(float, done.stdout.split()))


def nothing(folder: Path) -> Spent:
    """A build of what is fresh, as a whole."""
    return measured(["casebook", "build"], folder, 1)


def python(folder: Path) -> Spent:
    """Python's own start."""
    return measured([sys.executable, "-c", "pass"], folder, 1)


def middle(found: list[Spent]) -> Spent:
    """The medians."""
    return Spent(
        statistics.median(one.wall for one in found),
        statistics.median(one.processor for one in found),
    )


def main(count: int, rounds: int) -> None:
    """Measure in turns and print a table."""
    with tempfile.TemporaryDirectory(prefix="casebook-benchmark-") as home:
        folder = fictional.workspace(Path(home) / "w", count)
        runs = [
            (loop(folder), build(folder, count), floor(folder), nothing(folder), python(folder))
            for _ in range(rounds)
        ]
    peer, own, least, fresh, start = (middle(list(column)) for column in zip(*runs, strict=True))
    print(f"{count} engagements, {rounds} rounds, {AT_ONCE} at once; seconds, medians\n")
    print("| | wall | processor | times the loop |\n| --- | --- | --- | --- |")
    print(
        f"| loop of papermill and nbconvert, a page | {peer.wall:.2f} | {peer.processor:.2f} | 1 |"
    )
    print(
        f"| casebook build, a page | {own.wall:.2f} | {own.processor:.2f} "
        f"| {peer.wall / own.wall:.1f} (processor {peer.processor / own.processor:.1f}) |"
    )
    print(
        f"| bare code of the cells, a page | {least.wall:.3f} | {least.processor:.3f} "
        f"| (processor of the build: {own.processor / least.processor:.2f} times this) |"
    )
    print(
        f"| casebook build with nothing to do, all | {fresh.wall:.2f} | {fresh.processor:.2f} | |"
    )
    print(f"| python -c pass | {start.wall:.2f} | {start.processor:.2f} | |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Casebook's build beside a loop of commands.")
    parser.add_argument("engagements", type=int, nargs="?", default=20)
    parser.add_argument("rounds", type=int, nargs="?", default=3)
    asked = parser.parse_args()
    main(asked.engagements, asked.rounds)
