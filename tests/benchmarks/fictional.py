"""Fictional engagements in any number, for benchmarks: the example's, each under its own name."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLE = "eksempelkommune"


def workspace(root: Path, count: int) -> Path:
    """A workspace with `count` engagements that have every phase, table and chart."""
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    params = root / "params"
    params.mkdir()
    text = (ROOT / "params" / f"{EXAMPLE}.yaml").read_text(encoding="utf-8")
    for number in range(1, count + 1):
        name = f"fiktiv-{number:04}"
        own = text.replace(EXAMPLE, name).replace("Eksempelkommune", f"Fiktiv Kommune {number}")
        (params / f"{name}.yaml").write_text(own, encoding="utf-8")
        shutil.copytree(ROOT / "params" / EXAMPLE, params / name)
    return root
