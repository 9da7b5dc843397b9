"""The doors for other tools: a kernel by name, and an engine for papermill."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import tiny

from casebook.kernels import server
from casebook.kernels.process import supported

pytestmark = pytest.mark.xdist_group("warm")

BIN = Path(sys.executable).parent
LOOK = "import os, sys; print('pandas' in sys.modules, os.path.basename(os.getcwd()), voices)"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a notebook, and a place of its own for the shared warm process."""
    spec = Path(__file__).parent.parent / "kernels/casebook"
    shutil.copytree(spec, tmp_path / "jupyter/kernels/casebook")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    # The path of a socket is short, and pytest's are not.
    run = Path(tempfile.mkdtemp(prefix="run-"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(run))
    monkeypatch.setenv("PYTHONPATH", str(tiny.ROOT))
    (tmp_path / "w").mkdir()
    (tmp_path / "w/in.ipynb").write_text(json.dumps(tiny.notebook(LOOK)))
    yield tmp_path / "w"
    for pid in shared_processes(run):
        os.kill(pid, 9)
    shutil.rmtree(run)


def run_folder() -> Path:
    """Where the shared warm process of a test has its socket."""
    return Path(os.environ["XDG_RUNTIME_DIR"])


def shared_processes(home: Path) -> list[int]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_text(encoding="utf-8")
        except OSError:
            continue
        if f"{server.__name__}\0{home}" in command:
            found.append(int(process.name))
    return found


def papermill(folder: Path, *options: str) -> str:
    """What the notebook printed under papermill with these options."""
    command = [str(BIN / "papermill"), "in.ipynb", "out.ipynb", "--no-progress-bar", *options]
    parameters = ["-p", "voices", "ja"]
    done = subprocess.run(
        [*command, *parameters], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return tiny.source_of(folder / "out.ipynb")


@pytest.mark.skipif(not supported(), reason="kernels cannot be forked here")
def test_papermill_starts_a_warm_kernel_by_its_name_and_one_process_serves_the_next(
    place: Path,
) -> None:
    assert papermill(place, "-k", "casebook") == "True w ja\n"
    first = shared_processes(run_folder())
    assert len(first) == 1
    assert papermill(place, "-k", "casebook") == "True w ja\n"
    assert shared_processes(run_folder()) == first


@pytest.mark.skipif(not supported(), reason="kernels cannot be forked here")
def test_papermill_has_an_engine_of_this_name(place: Path) -> None:
    assert papermill(place, "--engine", "casebook", "-k", "python3") == "True w ja\n"


def test_where_nothing_can_be_forked_the_same_name_starts_a_kernel_of_its_own(
    place: Path,
) -> None:
    # A folder that others may read is not trusted with a socket.
    (run_folder() / f"casebook-{os.getuid()}").mkdir(mode=0o755)
    assert papermill(place, "-k", "casebook") == "False w ja\n"
    assert papermill(place, "--engine", "casebook", "-k", "casebook") == "False w ja\n"
    assert not shared_processes(run_folder())


@pytest.mark.skipif(not supported(), reason="kernels cannot be forked here")
@pytest.mark.usefixtures("place")
def test_a_shared_process_ends_when_it_is_idle() -> None:
    address = run_folder() / "warm"
    command = [sys.executable, "-m", server.__name__, str(address), "idle", "0.2"]
    assert subprocess.run(command, check=True, timeout=60).returncode == 0
    assert not address.exists()


def test_papermill_works_when_only_its_own_engine_is_asked_for(place: Path) -> None:
    assert papermill(place, "-k", "python3") == "False w ja\n"
    assert not shared_processes(run_folder())


@pytest.mark.skipif(not supported(), reason="kernels cannot be forked here")
def test_a_build_with_forking_turned_off_makes_the_same_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = "import sys; _ = open('who', 'w').write(str('casebook.kernels.lean' in sys.modules))"
    pages = []
    for switch in ("1", "0"):
        root = tiny.workspace(tmp_path / switch)
        tiny.write_notebook(root, "learning_summary", who, tiny.REPORT)
        monkeypatch.setenv("CASEBOOK_WARM", switch)
        done = tiny.run(root, "build", "lille", "-j", "2")
        assert done.returncode == 0, done.stderr
        assert (root / "who").read_text() == str(switch == "1")
        found = sorted((root / "build/lille").glob("*.html"))
        pages.append({page.name: page.read_bytes() for page in found})
    assert len(pages[0]) == 4
    assert pages[0] == pages[1]


def test_a_kernel_that_is_killed_with_forking_turned_off_costs_its_own_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tiny.workspace(tmp_path / "w")
    tiny.write_notebook(root, "learning_summary", "import os; os._exit(3)")
    monkeypatch.setenv("CASEBOOK_WARM", "0")
    done = tiny.run(root, "build", "lille", "--json")
    statuses = {o["document"]: o["status"] for o in json.loads(done.stdout)["outcomes"]}
    assert statuses == {
        "workshops": "built",
        "case_report": "built",
        "learning_summary": "failed",
    }
