"""How soon a saved edit stands on the page in `casebook preview`, beside `casebook build`.

python tests/benchmarks/preview_speed.py [ENGAGEMENTS] [ROUNDS]

From the moment a file is saved until the new page has been fetched over HTTP, as the browser
does. The preview makes the page of what phase records have published before, then runs those whose
inputs have changed, and makes the page again if they now publish something else:

- a title is in the inputs of every phase record, and changes nothing that they publish;
- an attendance changes that too, so that `last page` is after all of them have run again;
- the brand runs no notebook.

The peers are builds of the same engagement in the same run: from nothing, and after an edit.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import queue
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import fictional

NAME = "fiktiv-0001"
PAGE = f"/pages/{NAME}/case_report.public.da.html"
COMMAND = [sys.executable, "-m", "casebook"]

QUIET = 4.0
"""Seconds after which nothing more is to come."""

numbers = itertools.count(1)


def title(folder: Path) -> str:
    """Change the title of the engagement; what the page is then to say."""
    path = folder / "params" / f"{NAME}.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(at for at, line in enumerate(lines) if line.startswith("  title:"))
    mark = f"Ændring nummer {next(numbers)}"
    lines[at] = f"  title: {mark}\n"
    path.write_text("".join(lines), encoding="utf-8")
    return mark


def attendance(folder: Path) -> str:
    """Change how many came to the first session."""
    path = folder / "params" / NAME / "sessions.csv"
    rows = [line.split(";") for line in path.read_text(encoding="utf-8-sig").splitlines()]
    at = rows[0].index("attended_n")
    rows[1][at] = str(int(rows[1][at]) - 1)
    path.write_text("\n".join(map(";".join, rows)) + "\n", encoding="utf-8")
    return ""


def brand(folder: Path) -> str:
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
    title(folder)
    begin = time.monotonic()
    command = [*COMMAND, "build", NAME]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begin


class Preview:
    """A preview that runs, and the moments at which it told something."""

    def __init__(self, folder: Path) -> None:
        command = [*COMMAND, "preview", NAME, "--no-browser", "--json"]
        self._process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE)
        assert self._process.stdout
        place = urlsplit(json.loads(self._process.stdout.readline())["address"])
        self._place = (str(place.hostname), place.port)
        self._told: queue.Queue[float] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self._told.get()
        time.sleep(QUIET)

    def _listen(self) -> None:
        events = http.client.HTTPConnection(*self._place)
        events.request("GET", "/events")
        for line in events.getresponse():
            if line.startswith(b"data:"):
                self._told.put(time.monotonic())

    def shown(self, change: Callable[[Path], str], folder: Path) -> tuple[float, float]:
        """Seconds until the page says what it is to say, and until the last page."""
        begin = time.monotonic()
        mark, first = change(folder), 0.0
        while True:
            try:
                moment = self._told.get(timeout=QUIET)
            except queue.Empty:
                return first, moment - begin
            pages = http.client.HTTPConnection(*self._place)
            pages.request("GET", PAGE)
            if mark in pages.getresponse().read().decode():
                first = first or time.monotonic() - begin

    def end(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait()


def main(count: int, rounds: int) -> None:
    """Measure in turns and print a table."""
    found: dict[str, list[float]] = {}

    def note(name: str, seconds: float) -> None:
        found.setdefault(name, []).append(seconds)

    with tempfile.TemporaryDirectory(prefix="casebook-benchmark-") as home:
        folder = fictional.workspace(Path(home) / "w", count)
        for _ in range(rounds):
            note("build, from nothing", built(folder, cold=True))
            note("build, after an edit", built(folder, cold=False))
            preview = Preview(folder)
            for change in (title, title, title, attendance, brand):
                first, last = preview.shown(change, folder)
                note(f"preview, {change.__name__}: page", first)
                if change is attendance:
                    note(f"preview, {change.__name__}: last page", last)
            preview.end()
    peer = statistics.median(found["build, from nothing"])
    print(f"{count} engagements, {rounds} rounds; seconds, medians and the slowest\n")
    print("| | median | slowest | times the build from nothing |\n| --- | --- | --- | --- |")
    for name, all_seconds in found.items():
        middle = statistics.median(all_seconds)
        print(f"| {name} | {middle:.2f} | {max(all_seconds):.2f} | {peer / middle:.1f} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="An edit in a preview beside a build.")
    parser.add_argument("engagements", type=int, nargs="?", default=1)
    parser.add_argument("rounds", type=int, nargs="?", default=3)
    asked = parser.parse_args()
    main(asked.engagements, asked.rounds)
