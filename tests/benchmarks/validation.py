"""The time of `pytest --casebook` on a workspace, as a ratio to plain `pytest --nbval`.

    python tests/benchmarks/validation.py [WORKSPACE] [-n WORKERS]

Without a workspace: the archetypes of the tests with every notebook they have. Both run the same notebooks for the same engagements and audiences: nbval gets them executed, with
their parameters in them, and compares text; Casebook gets parameter files and references. One
after the other, in the same minutes, on the same machine; look at the ratio, not at the seconds.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

PYTHON = sys.executable
ROUNDS = 3
ARCHETYPES = Path(__file__).parents[1] / "cases/archetypes"
COLD = {"CASEBOOK_WARM": "0"}


def main() -> None:
    """Prepare both in a temporary copy, run them in turn, and print the best of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", nargs="?", type=Path, default=ARCHETYPES)
    parser.add_argument("-n", type=int, default=2, help="workers of both")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "workspace"
        root.mkdir()
        for name in ("params", "notebooks"):
            if (chosen.workspace / name).is_dir():
                shutil.copytree(chosen.workspace / name, root / name)
        prepare(root)
        workers = ["-n", str(chosen.n), "--dist", "loadfile"] if chosen.n > 1 else []
        nbval = ["--nbval", "executed", *workers]
        own = ["--casebook", *(["-n", str(chosen.n)] if chosen.n > 1 else [])]
        times = [
            (timed(root, nbval), timed(root, own, **COLD), timed(root, own))
            for _ in range(chosen.rounds)
        ]
    theirs, cold, ours = (min(column) for column in zip(*times, strict=True))
    print(f"pytest --nbval                    {theirs:6.1f} s  1")
    print(f"pytest --casebook, cold kernels   {cold:6.1f} s  {cold / theirs:.2f}")
    print(f"pytest --casebook, warm kernels   {ours:6.1f} s  {ours / theirs:.2f}")


def prepare(root: Path) -> None:
    """Build the executed notebooks for nbval, and make the references."""
    run(root, [PYTHON, "-m", "casebook", "build"])
    executed = root / "executed"
    for path in sorted((root / "build").rglob("*.ipynb")):
        target = executed / f"{path.parent.parent.name}-{path.name}"
        target.parent.mkdir(exist_ok=True)
        shutil.copy(path, target)
    run(root, [PYTHON, "-m", "pytest", "-q", "--casebook-update"])
    notebooks = len(list(executed.glob("*.ipynb")))
    engagements = len(list((root / "params").glob("*.yaml")))
    print(f"{notebooks} executed notebooks of {engagements} engagements")


def timed(root: Path, options: list[str], **environment: str) -> float:
    """The seconds of one run, which must pass."""
    started = time.perf_counter()
    said = run(
        root, [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options], environment
    )
    seconds = time.perf_counter() - started
    found = re.search(r"\d+ passed", said)
    print(f"  {options[0]:<12}{seconds:6.1f} s  {found[0] if found else said}", flush=True)
    return seconds


def run(root: Path, command: list[str], added: Mapping[str, str] | None = None) -> str:
    """Run a command that must succeed; what it said."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(added or {})}
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout[-4000:]}{done.stderr[-2000:]}")
    return done.stdout


if __name__ == "__main__":
    main()
