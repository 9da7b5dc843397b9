"""The shape of the package, held by tests: direction of imports, the light door, thin notebooks."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po
from tiny import PARAMETERS

from casebook.model import GROUPS
from casebook.text import LANGUAGES

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "casebook"

# Each module imports only from those before it.
LINE = [
    "messages",
    "places",
    "errors",
    "collecting",
    "clock",
    "diagnostics",
    "excerpts",
    "terms",
    "model",
    "suppression",
    "audience",
    "shown",
    "schema",
    "resources",
    "yaml_faults",
    "yaml_marks",
    "layers",
    "todos",
    "gaps",
    "sheets",
    "cells",
    "personal",
    "tables",
    "answers",
    "attendance",
    "faults",
    "source",
    "text",
    "blocks",
    "municipalities",
    "dates",
    "approval",
    "indicators",
    "completeness",
    "charts",
    "phases",
    "support",
    "portfolio",
    "columns",
    "records",
    "search",
    "questions",
    "opsi",
    "sections",
    "jupyter_markdown",
    "outputs",
    "parameters",
    "notebook",
    "texts",
    "traces",
    "comments",
    "weeks",
    "reuse",
    "comparison",
    "resolved",
    "tidying",
    "checks",
    "palette",
    "brand_format",
    "brand",
    "documents",
    "workspace",
    "notebook_files",
    "reading",
    "events",
    "fingerprint",
    "looking",
    "recall",
    "echoes",
    "rechecking",
    "ledger",
    "entering",
    "archive",
    "frames",
    "exporting",
    "planning",
    "kernels",
    "light",
    "workers",
    "backends",
    "execution",
    "exporters",
    "doctor",
    "publishing",
    "making",
    "ready",
    "building",
    "outlook",
    "pipeline",
    "bundle",
    "register",
    "release",
    "proof",
    "preview",
    "serving",
    "validation",
    "pytest_plugin",
    "cli",
]

SHIPPED = sorted((ROOT / "notebooks").glob("*.ipynb"))


def imported(path: Path) -> set[str]:
    """The parts of casebook that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("casebook"):
            parts = (node.module or "").split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("casebook.")}
    return found


def parts() -> list[tuple[str, Path]]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if not name.startswith("__"):
            found.append((name, path))
    return found


def test_every_module_has_its_place_in_the_line():
    assert {name for name, _ in parts()} == set(LINE)


@pytest.mark.parametrize(("name", "path"), parts(), ids=str)
def test_a_module_imports_only_from_those_before_it_in_the_line(name, path):
    later = {other for other in imported(path) if LINE.index(other) > LINE.index(name)}
    assert not later


def modules_after(statement: str) -> set[str]:
    code = f"import sys; {statement}; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_kernels_door_stays_light():
    loaded = modules_after("import casebook.notebook")
    assert not loaded & {"papermill", "nbconvert", "dask", "jupyter_client"}
    assert not loaded & {"pandas", "matplotlib"}, "a report without charts should not pay for them"


def modules_of(arguments: list[str], root: Path) -> set[str]:
    code = (
        f"import sys; sys.argv = {['casebook', *arguments]!r}\n"
        "from casebook.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('LOADED', *sys.modules)"
    )
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, capture_output=True, text=True, check=True, cwd=root)
    return set(done.stdout.rpartition("LOADED")[2].split())


@pytest.mark.parametrize("verb", [["--help"], ["check"], ["plan"], ["explain", "CB101"]])
def test_looking_does_not_load_what_only_building_needs(verb):
    loaded = modules_of(verb, ROOT)
    assert not loaded & {"papermill", "nbconvert", "matplotlib", "dask", "pandas", "scipy"}


def test_a_check_that_finds_nothing_loads_only_what_it_reads_with(tmp_path):
    (tmp_path / "params").mkdir()
    (tmp_path / "params/e.yaml").write_text(PARAMETERS.replace("NAME", "e"), encoding="utf-8")
    loaded = modules_of(["check"], tmp_path)
    assert "casebook.source" in loaded
    assert not loaded & {"rich", "coloraide", "casebook.charts", "casebook.execution"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_notebook_is_thin(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(code) <= 10
    for cell in code:
        source = "".join(cell["source"])
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
        if "parameters" in cell["metadata"].get("tags", []):
            continue
        assert len(source.splitlines()) <= 5, source
        assert "def " not in source
        imports = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Import)]
        assert not imports
        froms = [n.module for n in ast.walk(ast.parse(source)) if isinstance(n, ast.ImportFrom)]
        assert set(froms) <= {"casebook.notebook"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_notebook_has_every_group_in_its_parameters_cell_and_stable_ids(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    tagged = [c for c in notebook["cells"] if "parameters" in c["metadata"].get("tags", [])]
    assert len(tagged) == 1
    names = [
        target.id
        for node in ast.parse("".join(tagged[0]["source"])).body
        for target in getattr(node, "targets", [])
    ]
    assert names == [*GROUPS, "audience", "language"]
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z-]+", id) for id in ids), "readable ids survive an edit"


def test_the_documented_places_exist():
    table = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:casebook|notebooks|params|templates|tests)/[^`<*]*)`", table)
    assert len(named) >= 10
    assert [name for name in named if not (ROOT / name).exists()] == []


def catalogue(language: str) -> dict[str, tuple[str, ...]]:
    """Every key of a catalogue with its forms; an entry that is marked doubtful is none."""
    with (PACKAGE / "text" / f"{language}.po").open("rb") as source:
        messages = [m for m in read_po(source, abort_invalid=True) if m.id and not m.fuzzy]
    one = {m.id: (m.string,) for m in messages if isinstance(m.id, str)}
    return one | {m.id[0]: m.string for m in messages if isinstance(m.id, tuple)}


def placeholders(forms: tuple[str, ...]) -> set[str]:
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_words_with_the_same_values_to_fill_in(language):
    master, other = catalogue("da"), catalogue(language)
    assert set(other) == set(master)
    assert [key for key, forms in other.items() if not all(forms)] == []
    filled = {key for key in master if placeholders(other[key]) - placeholders(master[key]) - {"n"}}
    assert filled == set()


def test_every_word_that_the_code_asks_for_is_in_the_catalogue():
    asked = re.compile(r"""\bwords\(\s*["']([a-z_]+(?:\.[a-z0-9_]+)*)["']""")
    files = [path for _, path in parts()] + sorted((ROOT / "templates").rglob("*.j2"))
    found = {key for path in files for key in asked.findall(path.read_text(encoding="utf-8"))}
    assert len(found) >= 200
    assert sorted(found - set(catalogue("da"))) == []


def test_no_word_of_a_catalogue_is_unused():
    files = [path for name, path in parts() if name != "text"]
    files += sorted((ROOT / "templates").rglob("*.j2"))
    files.append(PACKAGE / "text" / "__init__.py")
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    # A key stands in the code whole, or as a prefix that a value completes: f"status.{…}".
    prefixes = set(re.findall(r"""["']([a-z_]+(?:\.[a-z_]+)*[._])["'{]""", code))
    prefixes |= set(re.findall(r"""["']([a-z_]+(?:\.[a-z_]*)*)\{""", code))
    # Or it belongs to a section, whose id is given: f"{id}.title".
    suffixes = set(re.findall(r"\{id\}\.([a-z_]+)", code))

    def used(key: str) -> bool:
        section, _, rest = key.rpartition(".")
        whole = f'"{key}"' in code or f"'{key}'" in code
        return (
            whole
            or any(key.startswith(prefix) for prefix in prefixes)
            or (rest in suffixes and f'"{section}"' in code)
        )

    assert [key for key in catalogue("da") if not used(key)] == []
