"""What one changed file costs among many engagements.

python tests/benchmarks/one_change.py [ENGAGEMENTS] [ROUNDS]

Builds the public cases of that many generated, fictional engagements, by default 200, and of one
by itself. Then, in turns in one run: a build with nothing to do, and with one file changed a
build of everything, a build of that engagement by name, and the same in the small workspace. One
change may cost no more than nothing to do and the change in the small workspace together.
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import fictional

NAME = "fiktiv-0001"
CASEBOOK = str(Path(sys.executable).parent / "casebook")
TITLE = re.compile(r"^  title: .*$", re.MULTILINE)


def built(folder: Path, *names: str) -> float:
    """The seconds that a build of the public cases takes."""
    command = [CASEBOOK, "build", *names, "--audience", "public"]
    started = time.monotonic()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def change(folder: Path, number: int) -> None:
    """Give the engagement another title, as an edit does."""
    path = folder / "params" / f"{NAME}.yaml"
    text = TITLE.sub(f"  title: Fiktivt forløb {number}", path.read_text(encoding="utf-8"), 1)
    path.write_text(text, encoding="utf-8")


def measured(many: Path, one: Path, number: int) -> dict[str, float]:
    """One round."""
    found = {"nothing to do": built(many)}
    change(many, 2 * number)
    found["one changed, all built"] = built(many)
    change(many, 2 * number + 1)
    found["one changed, built by name"] = built(many, NAME)
    built(many)
    change(one, number)
    found["the same, in a workspace of one"] = built(one, NAME)
    return found


def main(count: int, rounds: int) -> None:
    """Measure in turns and print a table."""
    with tempfile.TemporaryDirectory(prefix="casebook-benchmark-") as home:
        many = fictional.workspace(Path(home) / "many", count)
        one = fictional.workspace(Path(home) / "one", 1)
        for folder in (many, one):
            built(folder)
        runs = [measured(many, one, number) for number in range(rounds)]
    middle = {what: statistics.median(run[what] for run in runs) for what in runs[0]}
    nothing, *_, small = middle.values()
    print(f"{count} engagements, {rounds} rounds; seconds, medians\n")
    print("| | wall | of nothing to do and the small one together |\n| --- | --- | --- |")
    for what, seconds in middle.items():
        print(f"| {what} | {seconds:.2f} | {seconds / (nothing + small):.2f} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="One changed file among many engagements.")
    parser.add_argument("engagements", type=int, nargs="?", default=200)
    parser.add_argument("rounds", type=int, nargs="?", default=3)
    asked = parser.parse_args()
    main(asked.engagements, asked.rounds)
