"""Small workspaces for tests: one engagement with one phase, and notebooks of a few cells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from casebook.model import GROUPS

ROOT = Path(__file__).parent.parent

PARAMETERS = """\
client: {id: lillekoebing, name: Lillekøbing Kommune}
engagement:
  id: NAME
  title: Ledelse på tværs
  years: {start: 2023, end: 2024}
  fictional: true
phases:
  - id: workshops
    kind: workshops
    activities:
      - {id: workshop, kinds: [workshop], text: Workshops for ledere}
voices:
  - {id: leder, text: Det virker., name: Ida Holm, title: leder, audience: public,
     date: 2024-05, consent: skriftligt}
release: {naming: named, source: Fiktivt eksempel, method: Selvvurdering}
"""

PUBLISH = """\
from IPython.display import display
insight = {"key": "more-time", "phase": "workshops", "kind": "finding", "added": True,
           "statement": "Giv mere tid", "audiences": ["public", "client", "internal"]}
display({"application/vnd.casebook.insight.v1+json": insight, "text/plain": "x"}, raw=True)"""

REPORT = 'print("rapport", audience, phases)'


def notebook(*cells: str, tagged: bool = True) -> dict[str, Any]:
    """A notebook with a heading, a parameters cell, and these code cells."""
    names = [f"{name} = None" for name in (*GROUPS, "audience", "language")]
    tags = ["parameters"] if tagged else []
    code = [_code("parameters", "\n".join(names), tags)]
    code += [_code(f"own-{number}", source, []) for number, source in enumerate(cells, 1)]
    heading = {"cell_type": "markdown", "id": "heading", "metadata": {}, "source": "# Side"}
    kernel = {"name": "none-of-this-name", "display_name": "x", "language": "python"}
    return {
        "cells": [heading, *code],
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _code(id: str, source: str, tags: list[str]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": id,
        "metadata": {"tags": tags},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def write_notebook(root: Path, name: str, *cells: str, tagged: bool = True) -> None:
    """Write `notebooks/<name>.ipynb`."""
    path = root / "notebooks" / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook(*cells, tagged=tagged)), encoding="utf-8")


def workspace(root: Path, names: Sequence[str] = ("lille",)) -> Path:
    """A workspace with these engagements and a notebook for every document they have."""
    (root / "params").mkdir(parents=True)
    for name in names:
        text = PARAMETERS.replace("NAME", name)
        (root / "params" / f"{name}.yaml").write_text(text, encoding="utf-8")
    write_notebook(root, "workshops", PUBLISH)
    for document in ("case_report", "learning_summary", "casebook"):
        write_notebook(root, document, REPORT)
    return root


def run(
    root: Path, *arguments: str, timeout: float = 120, locale: str = "C.UTF-8"
) -> subprocess.CompletedProcess[str]:
    """Run `casebook` as a user does, in the folder `root`."""
    return subprocess.run(
        [sys.executable, "-m", "casebook", *arguments],
        cwd=root,
        env={**environment(), "LC_ALL": locale},
        capture_output=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )


def environment() -> dict[str, str]:
    """The environment of a user in a plain terminal, with this checkout on the path."""
    own = {"PYTHONPATH": str(ROOT), "COLUMNS": "80", "LC_ALL": "C.UTF-8"}
    # ipykernel takes no other process's output where it finds itself in a test.
    users = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    return {**users, **own}


def source_of(executed: Path) -> str:
    """All that the code cells of an executed notebook printed."""
    cells = json.loads(executed.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return "".join("".join(output.get("text", "")) for output in outputs)
