"""How quick `casebook check` is, as ratios to peers in the same run.

    python tests/benchmarks/check_speed.py [FILES]

Reads and checks fictional parameter files of 150 lines with a table each, beside
`yaml.CSafeLoader` alone on the same files; and starts `casebook --help` and a clean check of ten
engagements, beside `python -c pass`. Prints the best of several rounds; asserts nothing.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import yaml

from casebook.reading import read
from casebook.workspace import discover

ROUNDS = 3
LINES = 150
TARGET = 4.0

HEAD = """\
# FIKTIV: kommunen og alle navne og tal er opdigtede.
client:
  id: proevestad
  name: Prøvestad Kommune
  municipality: "9999"
engagement:
  id: {name}
  fictional: true
  title: Fælles missioner i Prøvestad
  years: {{start: 2023, end: 2024}}
  status: completed
  standfirst: Prøvestad ville løse de problemer, som ingen forvaltning kan løse alene.
  levels:
    - {{id: cluster, name: Klynger}}
    - {{id: whole, name: Hele kommunen}}
participants:
  - {{id: ledere, label: Ledere, kind: alle_ledere, size: 140}}
  - {{id: facilitatorer, label: Facilitatorer, kind: facilitatorer, size: 12, subset_of: ledere}}
outcomes:
  claims:
    - id: engagement
      type: ambition
      said_by: Prøvestad
      text: At lederne engagerer sig i de fælles problemer.
phases:
  - id: seminarer
    kind: seminars
    activities:
"""
ACTIVITY = """\
      - id: seminar-{at}
        order: {at}
        label: Seminar nummer {at}
        kinds: [seminar, workshop]
        groups: [ledere]
        level: whole
        planned: 2
        rating: 4
        text: "... facilitere seminar {at} for lederne om deres rolle i arbejdet."
"""
LEARNING = "learning:\n  risks:\n"
RISK = "    - Risiko {at}, som vi vil holde øje med næste gang.\n"


def parameters(name: str) -> str:
    """A parameter file of 150 lines."""
    text = HEAD.format(name=name)
    text += "".join(ACTIVITY.format(at=at) for at in range(1, 11)) + LEARNING
    return text + "".join(RISK.format(at=at) for at in range(LINES - text.count("\n")))


def sessions() -> str:
    """A table of twenty sessions."""
    rows = [
        f"S{at:02};seminar-{at % 10 + 1};held;{at % 28 + 1:02}-03-2024;ledere;3,5;140;{90 + at}"
        for at in range(20)
    ]
    head = "session_id;activity_id;status;date;group_id;hours;invited_n;attended_n"
    return "\n".join([head, *rows]) + "\n"


def write(root: Path, number: int) -> list[Path]:
    """A workspace with so many engagements."""
    files = []
    for at in range(number):
        folder = root / "params" / f"e{at:04}"
        folder.mkdir(parents=True)
        folder.joinpath("sessions.csv").write_text(sessions(), encoding="utf-8")
        file = folder.with_suffix(".yaml")
        file.write_text(parameters(folder.name), encoding="utf-8")
        files.append(file)
    return files


def best(*works: Callable[[], object]) -> list[float]:
    """The least processor time of each of several works, in seconds, taken in turns.

    Processor time, children's too, because other work on the machine must not count.
    """
    least = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        for at, work in enumerate(works):
            begin = _spent()
            work()
            least[at] = min(least[at], _spent() - begin)
    return least


def _spent() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def check_all(root: Path) -> None:
    """Read and check every engagement, as `casebook check` does."""
    found = read(discover(root), ())[1]
    if found:
        raise SystemExit("\n".join(map(str, found[:5])))


def load_all(files: list[Path]) -> None:
    """Load every file with PyYAML's C loader, and nothing else."""
    for file in files:
        yaml.load(file.read_bytes(), yaml.CSafeLoader)


def start(*arguments: str, cwd: Path) -> Callable[[], object]:
    """Start Python with these arguments."""
    return lambda: subprocess.run(
        [sys.executable, *arguments], cwd=cwd, check=True, capture_output=True
    )


def main(number: int) -> None:
    """Print the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        files = write(root, number)
        loading, checking = best(lambda: load_all(files), lambda: check_all(root))
        lines = files[0].read_text(encoding="utf-8").count("\n")
        print(f"{number} files of {lines} lines with a table each")
        print(f"casebook read and check: {number / checking:6.0f} files/s")
        print(f"yaml.CSafeLoader alone:  {number / loading:6.0f} files/s")
        print(f"ratio: {checking / loading:.2f} (target at most {TARGET:.0f})")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root, 10)
        nothing, helping, checking = best(
            start("-c", "pass", cwd=root),
            start("-m", "casebook", "--help", cwd=root),
            start("-m", "casebook", "check", cwd=root),
        )
        print(f"python -c pass: {nothing * 1000:.0f} ms")
        for name, taken in (("--help", helping), ("check, ten engagements", checking)):
            print(f"casebook {name}: {taken * 1000:.0f} ms, {taken / nothing:.1f} × python -c pass")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1000)
