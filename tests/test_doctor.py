"""`casebook doctor`: what works here, said in the user's language."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import tiny
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from casebook.exporters.extras import EXTRAS
from casebook.kernels.process import supported


def parts(root: Path, *options: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit code, and what is said of each part."""
    done = tiny.run(root, "doctor", "--json", *options)
    return done.returncode, {part["name"]: part for part in json.loads(done.stdout)["parts"]}


@pytest.mark.skipif(not supported(), reason="kernels cannot be forked here")
def test_a_sound_installation_is_said_to_be_one(tmp_path: Path) -> None:
    root = tiny.workspace(tmp_path / "w")
    code, found = parts(root)
    assert code == 0
    assert found["workspace"]["message"] == f"{root}: 1 parameter file"
    assert {found[name]["state"] for name in ("python", "kernels", "excel", "dask")} == {"good"}


def test_kernels_that_start_cold_are_said_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEBOOK_WARM", "0")
    code, found = parts(tiny.workspace(tmp_path / "w"))
    assert code == 0
    assert found["kernels"]["state"] == "less"
    assert "CASEBOOK_WARM=0" in found["kernels"]["message"]


def test_a_folder_without_a_workspace_blocks(tmp_path: Path) -> None:
    code, found = parts(tmp_path)
    assert code == 1
    assert found["workspace"]["state"] == "blocks"
    assert "casebook init" in found["workspace"]["hint"]


def test_an_output_that_cannot_be_written_blocks(tmp_path: Path) -> None:
    root = tiny.workspace(tmp_path / "w")
    (root / "build").write_text("a file")
    code, found = parts(root)
    assert code == 1
    assert "Cannot write to" in found["workspace"]["message"]


def test_an_extra_that_is_not_installed_is_named_with_what_installs_it(tmp_path: Path) -> None:
    hidden = "import sys; sys.modules['openpyxl'] = None\n"
    code = f"{hidden}sys.argv = ['casebook', 'doctor', '--json']\nfrom casebook.cli import main; main()"
    root = tiny.workspace(tmp_path / "w")
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        env=tiny.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    (found,) = (p for p in json.loads(done.stdout)["parts"] if p["name"] == "excel")
    assert found["state"] == "less"
    assert found["hint"] == 'pip install "casebook[excel]"'


@pytest.mark.parametrize("extra", ["pdf", "docx", "dask", "validate"])
def test_an_extra_asks_for_no_module_but_those_that_its_own_packages_bring(extra: str) -> None:
    required = map(Requirement, metadata.requires("casebook") or ())
    brought = {
        canonicalize_name(one.name)
        for one in required
        if one.marker and one.marker.evaluate({"extra": extra})
    }
    makers = metadata.packages_distributions()
    for module in EXTRAS[extra]:
        assert brought & {canonicalize_name(name) for name in makers[module]}, module


def test_it_speaks_danish_to_a_dane(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tiny.workspace(tmp_path / "w")
    monkeypatch.setenv("CASEBOOK_WARM", "0")
    environment = {**tiny.environment(), "LC_ALL": "da_DK.UTF-8", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "casebook", "doctor"],
        cwd=root,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0
    assert "Hver notesbog starter koldt. CASEBOOK_WARM=0 slår de varme fra." in " ".join(
        done.stdout.split()
    )
