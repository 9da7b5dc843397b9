"""What a notebook's names hold: the values that were given to it, and where their file lies."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from casebook.model import GROUPS
from casebook.terms import SLUG


def home(parameters: Mapping[str, Any]) -> Path | None:
    """The folder `params`, here or above, that holds the engagement's file or its tables."""
    group = parameters.get("engagement")
    id = str(group.get("id", "")) if isinstance(group, Mapping) else ""
    if not re.fullmatch(SLUG, id):
        return None
    here = Path.cwd()
    homes = (folder / "params" for folder in (here, *here.parents))
    return next((h for h in homes if (h / id).is_dir() or (h / f"{id}.yaml").is_file()), None)


def given(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The groups without those that still hold the example of the parameters cell.

    A parameter file may leave groups out. Papermill then leaves the example's in place, though
    the engagement is another.
    """
    found = {name: parameters[name] for name in GROUPS if name in parameters}
    example = _example(parameters.get("In") or ())
    if not example or example.get("engagement") == found.get("engagement"):
        return found
    return {name: value for name, value in found.items() if example.get(name) != value}


def _example(cells: Iterable[str]) -> dict[str, Any]:
    """The values in the first cell that assigns the engagement, as IPython remembers it."""
    source = next((cell for cell in cells if re.search(r"^engagement\s*=", cell, re.MULTILINE)), "")
    try:
        return {
            node.targets[0].id: ast.literal_eval(node.value)
            for node in ast.parse(source).body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
    except (SyntaxError, ValueError):
        return {}
