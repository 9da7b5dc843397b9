"""The command line, as users type it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
import tiny

from casebook.cli.build import FEW

HEAVY = ("papermill", "nbclient", "jupyter_client", "nbconvert", "matplotlib", "dask")


def test_build_prints_nothing_but_json_and_one_failure_does_not_stop_the_others(
    tmp_path: Path,
) -> None:
    root = tiny.workspace(tmp_path / "w")
    tiny.write_notebook(root, "learning_summary", "print('begins')", "[][1]")
    result = tiny.run(root, "build", "lille", "--json", "-j", "2")
    assert (result.returncode, result.stderr) == (1, "")
    report = json.loads(result.stdout)
    assert set(report) == {"diagnostics", "outcomes", "left_out"}
    statuses = {(o["document"], o["audience"]): o["status"] for o in report["outcomes"]}
    assert statuses == {
        ("workshops", "internal"): "built",
        ("case_report", "public"): "built",
        ("case_report", "client"): "built",
        ("learning_summary", "internal"): "failed",
    }
    built = next(o for o in report["outcomes"] if o["audience"] == "public")
    assert set(built) == {
        *("engagement", "document", "audience", "language", "format"),
        *("path", "status", "seconds", "reasons"),
    }
    assert (root / built["path"]).is_file()
    (failure,) = (d for d in report["diagnostics"] if d["code"] == "CB202")
    assert "Cell 4 (id own-2): `[][1]`: IndexError" in failure["message"]
    assert failure["location"] == "notebooks/learning_summary.ipynb"
    assert "Traceback" in failure["hint"]


def test_a_build_ends_with_a_table_that_fits_the_terminal(tmp_path: Path) -> None:
    root = tiny.workspace(tmp_path / "w")
    result = tiny.run(root, "build", "lille", "-j", "1")
    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0].strip() == "build/lille/"
    assert lines[1].split()[:3] == ["case_report.client.da.html", "built:", "new"]
    assert lines[-1] == "4 pages: 4 built."
    assert max(map(len, lines)) <= 80


def test_a_build_says_of_whom_no_public_page_is_made_also_when_nothing_is_to_do(
    tmp_path: Path,
) -> None:
    root = tiny.workspace(tmp_path / "w")
    path = root / "params" / "lille.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("naming: named", "naming: none"))
    line = "No public page, for release.naming allows none: lille."
    for _ in range(2):
        assert tiny.run(root, "build").stdout.splitlines()[-1] == line
    left_out = [json.loads(tiny.run(root, verb, "--json").stdout) for verb in ("plan", "build")]
    assert left_out[0]["left_out"] == left_out[1]["left_out"]
    assert [one["document"] for one in left_out[1]["left_out"]] == ["case_report"]
    assert line not in tiny.run(root, "build", "--audience", "client").stdout


def with_warnings(root: Path, number: int, names: Sequence[str] = ("lille",)) -> Path:
    """A workspace where each engagement has a page that so many outputs cannot stand on."""
    tiny.workspace(root, names)
    html = 'from IPython.display import HTML\nHTML("<table><tr><td>1</td></tr></table>")'
    tiny.write_notebook(root, "learning_summary", *[html] * number)
    return root


def warned(root: Path, *arguments: str) -> dict[str, int]:
    """How many warnings a build prints in full, by engagement."""
    said = re.findall(r"^build/(\w+)/.*: CB206 warning$", build(root, *arguments), re.MULTILINE)
    return dict(Counter(said))


def build(root: Path, *arguments: str) -> str:
    """What a build prints where errors go."""
    return tiny.run(root, "build", *arguments).stderr


def test_warnings_of_what_stands_are_counted_and_those_of_what_is_due_or_named_are_shown(
    tmp_path: Path,
) -> None:
    root = with_warnings(tmp_path / "w", FEW + 1, ["lille", "store"])
    each = {"lille": FEW + 1, "store": FEW + 1}
    assert warned(root) == each
    assert " ".join(build(root).split()) == (
        "22 warnings of engagements that have not changed are not repeated: `casebook check` shows "
        "those of parameter files and tables, `casebook build NAME` all of one engagement."
    )
    assert warned(root, "lille") == {"lille": FEW + 1}
    everything = json.loads(tiny.run(root, "build", "--json").stdout)["diagnostics"]
    assert Counter(one["engagement"] for one in everything) == each
    path = root / "params/lille.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "# seen\n", encoding="utf-8")
    assert json.loads(tiny.run(root, "plan", "--json").stdout)["jobs"][0]["reasons"] == []
    assert warned(root) == {"lille": FEW + 1}  # its pages are fresh, and not made again


def test_few_warnings_are_shown_each_time(tmp_path: Path) -> None:
    root = with_warnings(tmp_path / "w", FEW)
    assert warned(root) == warned(root) == {"lille": FEW}


def test_an_error_is_shown_each_time_also_where_the_warnings_beside_it_are_counted(
    tmp_path: Path,
) -> None:
    root = with_warnings(tmp_path / "w", FEW + 1)
    path = root / "params/lille.yaml"
    text = path.read_text(encoding="utf-8").replace("Workshops for ledere", "TODO hvad")
    path.write_text(text, encoding="utf-8")
    assert warned(root) == {"lille": FEW + 1}
    again = build(root)
    assert "CB148 error" in again
    assert "11 warnings of engagements that have not changed" in " ".join(again.split())


def test_a_plan_executes_and_writes_nothing(tmp_path: Path) -> None:
    root = tiny.workspace(tmp_path / "w")
    result = tiny.run(root, "plan", "--json")
    assert result.returncode == 0
    jobs = json.loads(result.stdout)["jobs"]
    assert [job["document"] for job in jobs] == [
        "workshops",
        "case_report",
        "case_report",
        "learning_summary",
        "casebook",
    ]
    assert {tuple(job["reasons"]) for job in jobs} == {("new",)}
    assert not (root / "build").exists()
    assert tiny.run(root, "plan").stdout.endswith("5 pages to build, 0 fresh.\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["build", "lile"], "Did you mean 'lille'?"),
        (["check", "lile"], "Did you mean 'lille'?"),
        (["plan", "lille", "--audience", "friends"], "'public', 'client', 'internal'"),
        (["build", "lille", "--to", "html,pfd"], "'pfd' is not a format. Known: html"),
        (["build", "--language", "xx"], "'da', 'en'"),
        (["build", "-j", "0"], "x>=1"),
        (["explain", "CB020"], "Did you mean 'CB"),
        (["bild"], "No such command 'bild'"),
    ],
)
def test_wrong_usage_is_answered_with_what_would_be_right(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    result = tiny.run(tiny.workspace(tmp_path / "w"), *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert said in " ".join(result.stderr.split())


def test_outside_a_workspace_the_way_in_is_shown(tmp_path: Path) -> None:
    result = tiny.run(tmp_path, "build")
    assert result.returncode == 2
    assert "casebook init DIR" in result.stderr


def test_a_blocked_engagement_is_said_with_its_place_and_code(tmp_path: Path) -> None:
    root = tiny.workspace(tmp_path / "w")
    path = root / "params/lille.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "surprise: 1\n", encoding="utf-8")
    for verb in ("check", "plan", "build"):
        result = tiny.run(root, verb)
        left = "" if verb == "check" else "Left as it was: lille (1 error).\n"
        assert (result.returncode, result.stdout) == (1, left)
        assert "params/lille.yaml:16:1: CB101 error" in result.stderr
        found = json.loads(tiny.run(root, verb, "--json").stdout)
        assert [one["code"] for one in found["diagnostics"]] == ["CB101"]


def test_check_says_when_there_is_nothing_to_mend(tmp_path: Path) -> None:
    root = tiny.workspace(tmp_path / "w")
    result = tiny.run(root / "notebooks", "check")
    assert (result.returncode, result.stdout) == (0, "Checked 1 engagement: nothing to mend.\n")
    assert json.loads(tiny.run(root, "check", "--json").stdout) == {"diagnostics": []}


def test_a_new_workspace_can_be_checked_at_once_and_is_not_overwritten(tmp_path: Path) -> None:
    result = tiny.run(tmp_path, "init", "ny")
    assert result.returncode == 0
    assert "casebook build" in result.stdout
    assert "build/" in (tmp_path / "ny/.gitignore").read_text(encoding="utf-8")
    checked = tiny.run(tmp_path / "ny", "check")
    assert checked.returncode == 0, checked.stderr
    again = tiny.run(tmp_path, "init", "ny")
    assert (again.returncode, again.stdout) == (1, "")
    assert "nothing was written" in again.stderr


def test_every_code_is_explained(tmp_path: Path) -> None:
    result = tiny.run(tmp_path, "explain", "cb202")
    assert result.returncode == 0
    assert result.stdout.startswith("CB202: A notebook did not run to its end")


def test_the_schema_has_the_groups_of_a_parameter_file(tmp_path: Path) -> None:
    schema = json.loads(tiny.run(tmp_path, "schema").stdout)
    assert {"client", "engagement", "phases"} <= set(schema["properties"])
    assert schema["title"] == "Engagement"
    english = json.loads(tiny.run(tmp_path, "schema", "--language", "en").stdout)
    assert english["properties"]["voices"]["title"] == "Quotes"


@pytest.mark.parametrize("arguments", [["--help"], ["check"], ["plan"], ["schema"]])
def test_what_runs_no_notebook_imports_no_machinery(tmp_path: Path, arguments: list[str]) -> None:
    root = tiny.workspace(tmp_path / "w")
    code = f"""
import sys
sys.argv = ["casebook", *{arguments!r}]
from casebook.cli import main
try:
    main()
finally:
    print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)
"""
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        env=tiny.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stderr.splitlines()[-1] == "[]"


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is another thing there")
def test_ctrl_c_ends_kernels_and_keeps_what_was_finished(tmp_path: Path) -> None:
    root = tiny.workspace(tmp_path / "w")
    marker = "open('runs', 'w').close(); import time; time.sleep(600)"
    tiny.write_notebook(root, "case_report", marker)
    process = subprocess.Popen(
        [sys.executable, "-m", "casebook", "build", "lille", "-j", "2"],
        cwd=root,
        env=tiny.environment(),
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    _wait_for(root / "runs")
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Interrupted" in said
    assert "Traceback" not in said
    assert not _kernels_in(root)
    jobs = json.loads(tiny.run(root, "plan", "lille", "--json").stdout)["jobs"]
    assert "workshops" in {job["document"] for job in jobs if not job["reasons"]}


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.1)


def _kernels_in(root: Path) -> list[str]:
    """The processes that still work in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if process.resolve(strict=True) == root:
                found.append(process.parent.name)
        except OSError:
            continue
    return found
