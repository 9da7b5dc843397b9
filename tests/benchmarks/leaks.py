"""How much the search for leaks adds to checking many engagements.

Prints times for a casebook of N engagements (1,000 unless told), and their ratio to
`yaml.CSafeLoader` alone on the same files. Run: python tests/benchmarks/leaks.py [N]
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from casebook.checks import leaks
from casebook.source import read

ROOT = Path(__file__).parents[2]


def main(number: int) -> None:
    """Write the engagements, read them, and time each step."""
    text = (ROOT / "params" / "eksempelkommune.yaml").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        paths = _written(Path(folder) / "params", text, number)
        loaded = _timed(lambda: [yaml.load(p.read_bytes(), yaml.CSafeLoader) for p in paths])
        started = time.process_time()
        sources = [read(path) for path in paths]
        reading = time.process_time() - started
        searching = _timed(lambda: list(leaks.leak(sources, sources, ())))
        alone = _timed(lambda: list(leaks.leak(sources[:1], sources, ())))
    print(f"{number} engagements")
    for name, seconds in (
        ("CSafeLoader", loaded),
        ("reading", reading),
        ("search in all", searching),
        ("search in one", alone),
    ):
        each = 1000 * seconds / number
        print(f"{name:<14} {seconds:6.2f} s  {each:6.2f} ms each  ×{seconds / loaded:.2f}")


def _written(folder: Path, text: str, number: int) -> list[Path]:
    """Engagements of different clients, whose words are made up so that they share none."""
    folder.mkdir()
    random.seed(1)
    paths = []
    for at in range(number):
        own = _reworded(text, at)
        paths.append(folder / f"e{at}.yaml")
        paths[-1].write_text(own, encoding="utf-8")
    return paths


def _reworded(text: str, at: int) -> str:
    values: dict[str, Any] = yaml.safe_load(text)
    values["client"] |= {"id": f"k{at}", "name": f"{_word()} Kommune"}
    values["client"].pop("municipality")
    values["engagement"]["id"] = f"e{at}"
    for group in ("client", "engagement", "voices", "outcomes", "learning", "release"):
        values[group] = _scrambled(values[group])
    for phase in values["phases"]:
        for part in (*phase["activities"], *phase.get("tools", ())):
            part |= {
                key: _scrambled(part[key]) for key in ("note", "changes", "next") if key in part
            }
    return yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=120)


def _scrambled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _scrambled(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_scrambled(each) for each in value]
    if isinstance(value, str) and " " in value and not value.startswith("unknown"):
        return " ".join(_word() for _ in value.split())
    return value


def _word() -> str:
    return "".join(random.choices("abdefghiklmnoprstuvyæøå", k=random.randint(3, 9))).capitalize()  # noqa: S311


def _timed(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1000)
