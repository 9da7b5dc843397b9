"""What users hold: the built wheel, in an empty folder, with no checkout in sight."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.xdist_group("wheel")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", folder, ROOT]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def casebook(wheel, tmp_path_factory):
    """Run the wheel's own casebook, away from the checkout."""
    site, home = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("home")
    zipfile.ZipFile(wheel).extractall(site)
    environment = {**os.environ, "PYTHONPATH": str(site)}

    def run(*arguments: str, cwd: Path = home) -> str:
        command = [sys.executable, "-P", "-m", "casebook", *arguments]
        done = subprocess.run(
            command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    code = "import casebook; print(casebook.__file__)"
    found = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env=environment,
        cwd=home,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.startswith(str(site))
    run.home = home
    return run


def test_the_wheel_carries_templates_notebooks_and_the_example_and_no_real_client(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert "casebook/data/templates/casebook/index.html.j2" in names
    assert "casebook/data/notebooks/case_report.ipynb" in names
    assert "casebook/data/params/eksempelkommune.yaml" in names
    assert "casebook/data/params/methods/mission-orientation.yaml" in names
    assert any(name.endswith("LICENSE.react-denmark-map.md") for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if "checkpoint" in name or "__pycache__" in name]


def test_a_new_workspace_is_made_and_built_from_the_wheel_in_an_empty_folder(casebook):
    casebook("init", "sager")
    workspace = casebook.home / "sager"
    assert casebook("check", cwd=workspace)
    options = ("--method", "mission-orientation", "--municipality", "Odder", "--years", "2026")
    assert "params/odder.yaml" in casebook("new", "odder", *options, cwd=workspace)
    casebook("build", "eksempelkommune", "--audience", "public", cwd=workspace)
    page = workspace / "build" / "eksempelkommune" / "case_report.public.da.html"
    assert "Fælles missioner i Eksempelkommune" in page.read_text(encoding="utf-8")
