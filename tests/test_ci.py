"""The CI files of a new workspace: their own steps, run as a shell would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import tiny
import yaml

import casebook

PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
"""Where the steps find what the step before them installed."""


@pytest.fixture
def workspace(tmp_path) -> Path:
    """A new workspace with small notebooks, so that its steps are quick, and its references."""
    root = tmp_path / "sager"
    assert tiny.run(tmp_path, "init", "sager").returncode == 0
    # Somebody says where Casebook comes from: here, from what is installed.
    required = f"casebook[validate]=={casebook.__version__}\n"
    (root / "requirements.txt").write_text(required, encoding="utf-8")
    for path in (root / "notebooks").glob("*.ipynb"):
        path.unlink()
        tiny.write_notebook(root, path.stem, "print(engagement)")
    tiny.run(root, "check", "--notebooks", "--fix")
    assert shell(root, "pytest --casebook-update").returncode == 0
    return root


def shell(root: Path, step: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a step as GitHub and GitLab run it in a clone."""
    env = {key: value for key, value in tiny.environment().items() if key != "PYTHONPATH"}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step]
    return subprocess.run(
        command,
        cwd=root,
        env={**env, "CI": "true", "PATH": PATH, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )


def github(root: Path) -> dict[str, subprocess.CompletedProcess[str]]:
    """Run the workflow's steps until one fails; those that say so run all the same."""
    workflow = yaml.safe_load((root / ".github/workflows/casebook.yml").read_text("utf-8"))
    done: dict[str, subprocess.CompletedProcess[str]] = {}
    failed = False
    for step in workflow["jobs"]["casebook"]["steps"]:
        if "run" not in step or (failed and step.get("if") != "${{ !cancelled() }}"):
            continue
        name = step["name"].split()[0]
        done[name] = shell(root, step["run"], GITHUB_ACTIONS="true")
        failed = failed or done[name].returncode != 0
    return done


def gitlab(root: Path, job: str) -> subprocess.CompletedProcess[str]:
    """Run the script of a job."""
    values = yaml.safe_load((root / ".gitlab-ci.yml").read_text("utf-8"))
    script = [*values["default"]["before_script"], *values[job]["script"]]
    return shell(root, "\n".join(script), CI_PROJECT_DIR=str(root))


def artifacts(root: Path, job: str) -> dict[str, Any]:
    values: dict[str, Any] = yaml.safe_load((root / ".gitlab-ci.yml").read_text("utf-8"))
    found: dict[str, Any] = values[job]["artifacts"]
    return found


def test_a_new_workspace_asks_for_the_casebook_that_made_it_and_tells_no_place_of_this_machine(
    tmp_path,
):
    tiny.run(tmp_path, "init", "sager")
    text = (tmp_path / "sager/requirements.txt").read_text("utf-8")
    required = [line for line in text.splitlines() if not line.startswith("#")]
    assert len(required) == 1
    assert required[0].startswith("casebook[validate] @ https://say-where.invalid/")
    assert casebook.__version__ in required[0]
    assert "file:" not in text
    assert str(tiny.ROOT) not in text


@pytest.mark.parametrize(
    ("recorded", "required"),
    [
        (None, f"casebook[validate]=={casebook.__version__}"),
        (
            {
                "url": "https://me:key@git.example/c.git",
                "vcs_info": {"vcs": "git", "commit_id": "1f"},
            },
            "casebook[validate] @ git+https://git.example/c.git@1f",
        ),
        (
            {"url": "https://files.example/casebook.whl"},
            "casebook[validate] @ https://files.example/casebook.whl",
        ),
    ],
)
def test_a_workspace_is_made_by_what_others_can_install_too(tmp_path, recorded, required):
    site = tmp_path / "site" / f"casebook-{casebook.__version__}.dist-info"
    site.mkdir(parents=True)
    (site / "METADATA").write_text(f"Name: casebook\nVersion: {casebook.__version__}\n", "utf-8")
    if recorded:
        (site / "direct_url.json").write_text(json.dumps(recorded), "utf-8")
    path = f"{site.parent}{os.pathsep}{tiny.ROOT}"
    done = subprocess.run(
        [sys.executable, "-m", "casebook", "init", "w"],
        cwd=tmp_path,
        env={**tiny.environment(), "PYTHONPATH": path},
        check=True,
        capture_output=True,
    )
    assert required in (tmp_path / "w/requirements.txt").read_text("utf-8").splitlines(), done


def test_githubs_steps_check_build_and_validate_and_leave_the_pages(workspace):
    done = github(workspace)
    said = {name: step.returncode for name, step in done.items()}
    assert said == {"Install": 0, "Check": 0, "Build": 0, "Validate": 0}, done
    assert (workspace / "build/eksempelkommune/case_report.public.da.html").is_file()
    assert (workspace / "build/validation.xml").is_file()
    assert not any("::error" in step.stdout for step in done.values())


def test_github_marks_what_is_wrong_on_its_line_and_validates_all_the_same(workspace):
    path = workspace / "params/eksempelkommune.yaml"
    lines = path.read_text("utf-8").splitlines()
    at = next(n for n, line in enumerate(lines, 1) if "audience: public" in line)
    lines[at - 1] = lines[at - 1].replace("audience: public", "audience: alle")
    path.write_text("\n".join(lines), encoding="utf-8")
    done = github(workspace)
    assert [name for name, step in done.items() if step.returncode] == [
        "Check",
        "Build",
        "Validate",
    ]
    annotation = f"::error file=params/eksempelkommune.yaml,title=CB118,line={at},col="
    assert annotation in done["Check"].stdout
    assert f"::error file=params/eksempelkommune.yaml,line={at}," in done["Validate"].stdout


def test_githubs_validation_says_which_cell_of_which_engagement_broke(workspace):
    tiny.write_notebook(workspace, "workshops", "print('noget andet')")
    tiny.run(workspace, "check", "--notebooks", "--fix")
    done = github(workspace)
    assert [name for name, step in done.items() if step.returncode] == ["Validate"]
    marked = [line for line in done["Validate"].stdout.splitlines() if line.startswith("::error")]
    assert len(marked) == 1
    assert "file=notebooks/workshops.ipynb" in marked[0]
    assert "title=eksempelkommune-internal Cell 3" in marked[0]
    assert "noget andet" in marked[0]


def test_gitlabs_jobs_check_build_and_validate_and_leave_what_they_promise(workspace):
    for job in ("check", "build", "validate"):
        done = gitlab(workspace, job)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (
        json.loads(
            (workspace / artifacts(workspace, "check")["reports"]["codequality"]).read_text("utf-8")
        )
        == []
    )
    assert (workspace / "build/eksempelkommune/case_report.public.da.html").is_file()
    report = workspace / artifacts(workspace, "validate")["reports"]["junit"]
    assert 'failures="0"' in report.read_text("utf-8")


def test_gitlabs_code_quality_report_names_the_lines_even_when_the_job_fails(workspace):
    path = workspace / "notebooks/workshops.ipynb"
    path.write_text(
        path.read_text("utf-8").replace("print(engagement)", "adgangskode = 'sommer2024'"),
        encoding="utf-8",
    )
    assert gitlab(workspace, "check").returncode == 1
    (found,) = json.loads((workspace / "codequality.json").read_text("utf-8"))
    assert found["check_name"] == "CB214"
    assert found["location"]["path"] == "notebooks/workshops.ipynb"
    line = found["location"]["lines"]["begin"]
    assert "sommer2024" in path.read_text("utf-8").splitlines()[line - 1]
    assert artifacts(workspace, "check")["when"] == "always"
