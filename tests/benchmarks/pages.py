"""Sizes and times of the formats, beside nbconvert's own in the same run.

    python tests/benchmarks/pages.py WORKSPACE

takes the executed notebooks of a workspace that has been built. Times are the best of several,
in seconds of the wall clock; ratios are to be compared, not seconds.
"""

from __future__ import annotations

import copy
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import HTMLExporter

from casebook.blocks import SECTION_MIME
from casebook.exporters import EXPORTERS

TRIES = 5
CHARTS = 10
EXPORT = (
    "import sys, nbformat; from casebook.exporters import EXPORTERS\n"
    "notebook = nbformat.read(sys.argv[2], as_version=4)\n"
    "sys.stdout.buffer.write(EXPORTERS[sys.argv[1]](notebook).content)"
)


def best(work: Callable[[], Any], tries: int = TRIES) -> float:
    """The shortest of several runs, in seconds."""
    times = []
    for _ in range(tries):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def cold(format: str, path: Path, seed: str = "0") -> bytes:
    """The page that a new process makes."""
    command = [sys.executable, "-c", EXPORT, format, path]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    return subprocess.run(command, env=environment, capture_output=True, check=True).stdout


def lab(path: Path) -> None:
    """Nbconvert's own page, in a new process."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "nbconvert", "--to", "html", "--template", "lab"]
        subprocess.run([*command, "--output-dir", folder, path], capture_output=True, check=True)


def figures(cell: nbformat.NotebookNode) -> int:
    """How many charts a cell shows."""
    sections = [
        output.data.get(SECTION_MIME) for output in cell.get("outputs", ()) if "data" in output
    ]
    return sum(block["kind"] == "figure" for one in sections if one for block in one["blocks"])


def with_charts(notebook: nbformat.NotebookNode, count: int) -> nbformat.NotebookNode:
    """The notebook with cells repeated until it has so many charts."""
    grown = copy.deepcopy(notebook)
    drawn = [cell for cell in notebook.cells if figures(cell) == 1]
    while drawn and sum(map(figures, grown.cells)) < count:
        grown.cells.append(copy.deepcopy(drawn[len(grown.cells) % len(drawn)]))
    return grown


def sizes(paths: list[Path]) -> None:
    """HTML against 100 kB and 15 kB for each chart."""
    print("\nHTML: kB, charts, share of 100 kB + 15 kB for each chart")
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        charts = sum(map(figures, notebook.cells))
        size = len(EXPORTERS["html"](notebook).content) / 1000
        print(f"  {size:6.0f} {charts:3} {size / (100 + 15 * charts):5.2f}  {path.stem}")


def speed(path: Path) -> None:
    """One export beside nbconvert's `lab`, in this process and in a new one."""
    notebook = nbformat.read(path, as_version=4)
    ours = best(lambda: EXPORTERS["html"](notebook))
    theirs = best(lambda: HTMLExporter(template_name="lab").from_notebook_node(notebook))
    theirs_cold = best(lambda: lab(path), 3)
    ours_cold = best(lambda: cold("html", path), 3)
    print(f"\nExport of {path.stem} to HTML, beside nbconvert's lab")
    print(f"  here {ours:.3f}, lab {theirs:.3f}: {ours / theirs:.2f} of it")
    print(
        f"  here {ours:.3f}, lab in a new process {theirs_cold:.3f}: {ours / theirs_cold:.2f} of it"
    )
    print(
        f"  both in a new process {ours_cold:.3f}, {theirs_cold:.3f}: {ours_cold / theirs_cold:.2f}"
    )


def others(path: Path) -> None:
    """PDF and Word of a report with ten charts."""
    notebook = with_charts(nbformat.read(path, as_version=4), CHARTS)
    print(f"\nA report with {sum(map(figures, notebook.cells))} charts")
    for name in ("pdf", "docx", "fragment"):
        if name == "fragment" and "public" not in path.stem:
            continue
        made = EXPORTERS[name](notebook)
        taken = best(lambda name=name: EXPORTERS[name](notebook), 3)
        print(f"  {name:5} {taken:.2f} s, {len(made.content) / 1000:.0f} kB")


def sameness(path: Path) -> None:
    """Whether two processes make the same bytes."""
    print("\nThe same bytes from two processes")
    for name in ("html", "pdf", "docx"):
        digests = {hashlib.sha256(cold(name, path, seed)).hexdigest()[:12] for seed in "12"}
        print(f"  {name:5} {'yes' if len(digests) == 1 else 'NO'}  {' '.join(sorted(digests))}")


def main() -> None:
    """Measure the executed notebooks of a workspace."""
    root = Path(sys.argv[1] if sys.argv[1:] else ".")
    paths = sorted(root.glob("build/**/notebooks/*.ipynb"))
    report = next(
        path for path in paths if "eksempelkommune" in str(path) and "client" in path.stem
    )
    sizes(paths)
    speed(report)
    others(report)
    sameness(report)


if __name__ == "__main__":
    main()
