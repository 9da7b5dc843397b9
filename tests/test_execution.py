"""Running one notebook: what is kept of it, and what is said when it fails."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from multiprocessing import resource_tracker
from pathlib import Path

import pytest
import tiny

from casebook.documents import Key
from casebook.events import CellStarted, Event, JobEnded, telling
from casebook.execution import Failure, Run, Task, run
from casebook.kernels.process import supported
from casebook.making import open_means
from casebook.model import Audience
from casebook.planning import Job

KEY = Key("lille", "case_report", Audience.PUBLIC, "da")

pytestmark = pytest.mark.xdist_group("execution")


@pytest.fixture(autouse=True)
def events() -> Iterator[list[Event]]:
    heard: list[Event] = []
    token = telling.set(heard.append)
    yield heard
    telling.reset(token)


def execute(root: Path, *cells: str, tagged: bool = True, timeout: float = 60) -> Run:
    tiny.write_notebook(root, "case_report", *cells, tagged=tagged)
    path = root / "notebooks/case_report.ipynb"
    parameters = {"voices": ["æøå"], "audience": "public", "language": "da"}
    job = Job(KEY, path, parameters, {}, ())
    return run(Task(job, path.read_bytes(), root, "notebooks/case_report.ipynb", timeout))


def failure(found: Run) -> Failure:
    assert found.failure is not None
    return found.failure


def test_a_failing_cell_is_named_with_its_line_and_its_own_traceback(tmp_path: Path) -> None:
    said = failure(execute(tmp_path, "x = 1", "y = 0\nx / y\nz = 2"))
    assert (said.name, said.value) == ("ZeroDivisionError", "division by zero")
    # The heading, the parameters and `x = 1` come first; the injected cell is not counted.
    assert (said.cell, said.cell_id, said.line) == (4, "own-2", "x / y")
    assert "----> 2 x / y" in said.traceback
    assert "\x1b" not in said.traceback
    assert "papermill" not in said.traceback


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("import sys; sys.exit(0)", "SystemExit"),
        ("import sys; sys.exit(3)", "SystemExit"),
        ("import os; os._exit(0)", "DeadKernel"),
        ("if x", "SyntaxError"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    ],
)
def test_no_cell_can_end_a_notebook_early_unnoticed(tmp_path: Path, cell: str, name: str) -> None:
    said = failure(execute(tmp_path, cell, "print('not reached')"))
    assert (said.name, said.cell, said.line) == (name, 3, cell)


def test_a_cell_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    said = failure(execute(tmp_path, "import time; time.sleep(60)", timeout=1))
    assert (said.name, said.cell) == ("Timeout", 3)
    assert "1 seconds" in said.value


def test_a_notebook_that_would_ignore_its_parameters_does_not_run(tmp_path: Path) -> None:
    assert failure(execute(tmp_path, "1", tagged=False)).name == "NoParameters"


def test_a_file_that_is_no_notebook_is_said(tmp_path: Path) -> None:
    path = tmp_path / "case_report.ipynb"
    job = Job(KEY, path, {}, {}, ())
    said = failure(run(Task(job, b"{broken", tmp_path, path.name, 60)))
    assert said.name == "NotANotebook"


def test_an_output_that_is_no_insight_is_said(tmp_path: Path) -> None:
    wrong = tiny.PUBLISH.replace('"kind": "finding"', '"kind": "guess"')
    said = failure(execute(tmp_path, wrong))
    assert (said.name, said.cell_id) == ("NoInsight", "own-1")


def test_a_run_uses_this_python_and_the_workspace_and_leaves_no_trace_of_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, events: list[Event]
) -> None:
    other = tmp_path / "jupyter/kernels/python3"
    other.mkdir(parents=True)
    spec = {"argv": ["/bin/false"], "display_name": "other", "language": "python"}
    (other / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    cell = "import pathlib; print(voices, pathlib.Path('notebooks/case_report.ipynb').exists())"
    found = execute(tmp_path, cell)
    assert found.failure is None
    text = found.content().decode()
    assert str(tmp_path) not in text
    executed = json.loads(text)
    assert [cell["id"] for cell in executed["cells"]] == [
        "heading",
        "parameters",
        "injected-parameters",
        "own-1",
    ]
    assert executed["cells"][-1]["outputs"][0]["text"] == "['æøå'] True\n"
    cells = [event.index for event in events if isinstance(event, CellStarted)]
    assert cells == [1, 2, 2, 3]
    assert isinstance(events[-1], JobEnded)


@pytest.mark.skipif(sys.platform != "linux", reason="processes are listed by Linux")
@pytest.mark.parametrize("seconds", [0, 0.3, 3])
def test_what_was_made_ready_for_nothing_is_ended_at_once(tmp_path: Path, seconds: float) -> None:
    resource_tracker.ensure_running()  # which stays, whatever is started
    before = children()
    with open_means(2, tmp_path, lambda _event: None) as means:
        means.make_ready()
        time.sleep(seconds)
        started = children()
    assert len(started - before) >= supported()
    assert children() <= before


def children() -> set[int]:
    """The processes that this one has started and not yet seen to their end."""
    found = Path("/proc/self/task").glob("*/children")
    return {int(pid) for path in found for pid in path.read_text(encoding="ascii").split()}
