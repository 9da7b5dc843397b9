"""How soon a saved edit stands on the page in `casebook preview`, beside `casebook build`.

python tests/benchmarks/preview_speed.py [ENGAGEMENTS] [ROUNDS]

From the moment a parameter file is saved until the new page has been fetched over HTTP, as the
browser does. A change of a text lies in the inputs of every phase record of the engagement, so
that all of them run again, and then the report; a change of the brand runs no notebook. The peers
are builds of the same engagement in the same run: one after the same edit, and one from nothing.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import fictional

NAME = "fiktiv-0001"
PAGE = f"/pages/{NAME}/case_report.public.da.html"
COMMAND = [sys.executable, "-m", "casebook"]

numbers = itertools.count(1)


def edit(folder: Path) -> str:
    """Change the title of the engagement; what the page is then to say."""
    path = folder / "params" / f"{NAME}.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(at for at, line in enumerate(lines) if line.startswith("  title:"))
    mark = f"Ændring nummer {next(numbers)}"
    lines[at] = f"  title: {mark}\n"
    path.write_text("".join(lines), encoding="utf-8")
    return mark


def recolour(folder: Path) -> str:
    """Change a colour of the brand; what the page is then to say."""
    path = folder / "templates" / "_brand.yml"
    path.parent.mkdir(exist_ok=True)
    colour = f"#00{next(numbers):04x}"
    path.write_text(f'color: {{primary: {{light: "{colour}", dark: "#84cbd6"}}}}\n')
    return colour


def built(folder: Path, *, cold: bool) -> float:
    """Seconds of a build of the engagement: from nothing, or after an edit."""
    if cold:
        shutil.rmtree(folder / "build", ignore_errors=True)
    edit(folder)
    begin = time.monotonic()
    command = [*COMMAND, "build", NAME]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begin


@contextmanager
def preview(folder: Path) -> Iterator[tuple[http.client.HTTPConnection, http.client.HTTPResponse]]:
    """A preview that has shown its first page: where to ask for it, and what it tells."""
    command = [*COMMAND, "preview", NAME, "--no-browser", "--json"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE)
    assert process.stdout
    place = urlsplit(json.loads(process.stdout.readline())["address"])
    pages, events = (http.client.HTTPConnection(str(place.hostname), place.port) for _ in "12")
    events.request("GET", "/events")
    told = events.getresponse()
    told.readline()
    try:
        yield pages, told
    finally:
        process.terminate()
        process.wait()


def shown(
    pages: http.client.HTTPConnection, told: http.client.HTTPResponse, mark: str, begin: float
) -> float:
    """Seconds until the page says what it is to say."""
    while True:
        line = told.readline()
        if line.startswith(b"data:"):
            pages.request("GET", PAGE)
            if mark in pages.getresponse().read().decode():
                return time.monotonic() - begin


def main(count: int, rounds: int) -> None:
    """Measure in turns and print a table."""
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="casebook-benchmark-") as home:
        folder = fictional.workspace(Path(home) / "w", count)
        for _ in range(rounds):
            found.setdefault("casebook build, from nothing", []).append(built(folder, cold=True))
            after = built(folder, cold=False)
            found.setdefault("casebook build, after the edit", []).append(after)
            with preview(folder) as (pages, told):
                for change in (edit, edit, edit, recolour, recolour, recolour):
                    begin = time.monotonic()
                    seconds = shown(pages, told, change(folder), begin)
                    kind = "a text" if change is edit else "the brand"
                    found.setdefault(f"preview, {kind} to page", []).append(seconds)
    peer = statistics.median(found["casebook build, from nothing"])
    print(f"{count} engagements, {rounds} rounds; seconds, medians and the slowest\n")
    print("| | median | slowest | times the build |\n| --- | --- | --- | --- |")
    for name, all_seconds in found.items():
        middle = statistics.median(all_seconds)
        print(f"| {name} | {middle:.2f} | {max(all_seconds):.2f} | {peer / middle:.1f} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="An edit in a preview beside a build.")
    parser.add_argument("engagements", type=int, nargs="?", default=1)
    parser.add_argument("rounds", type=int, nargs="?", default=3)
    asked = parser.parse_args()
    main(asked.engagements, asked.rounds)
