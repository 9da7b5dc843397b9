"""The warm process: each kernel a clean copy, none left behind, however anything ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
import tiny

from casebook.kernels.own import kernel_for
from casebook.kernels.process import Kernel, WarmProcess, supported

pytestmark = [
    pytest.mark.xdist_group("warm"),
    pytest.mark.skipif(not supported(), reason="kernels cannot be forked here"),
]

MESS = """\
import builtins, os, random, sys, types, warnings
import matplotlib, numpy, pandas
sys.modules["left_behind"] = types.ModuleType("left_behind")
sys.path.insert(0, "/left_behind")
builtins.left_behind = 1
os.environ["LEFT_BEHIND"] = "1"
os.mkdir("elsewhere"); os.chdir("elsewhere"); os.umask(0o077)
matplotlib.rcParams["font.size"] = 99
pandas.set_option("display.max_rows", 3)
random.seed(1); numpy.random.seed(1)
warnings.simplefilter("error")
sys.setrecursionlimit(555)
import casebook.model
casebook.model.GROUPS = ()
import gc; gc.disable()"""

LOOK = """\
import builtins, gc, json, os, random, sys, warnings
import matplotlib, numpy, pandas
import casebook.model
umask = os.umask(0); os.umask(umask)
print(json.dumps({
    "modules": sorted(name for name in sys.modules if "left_behind" in name),
    "path": "/left_behind" in sys.path,
    "builtins": hasattr(builtins, "left_behind"),
    "environment": {k: v for k, v in os.environ.items() if k not in ("JPY_PARENT_PID",)},
    "folder": os.getcwd(),
    "umask": umask,
    "font": matplotlib.rcParams["font.size"],
    "rows": pandas.get_option("display.max_rows"),
    "warnings": [f[0] for f in warnings.filters].count("error"),
    "recursion": sys.getrecursionlimit(),
    "groups": len(casebook.model.GROUPS),
    "gc": gc.isenabled(),
}))
print(random.random(), numpy.random.random())"""


@pytest.fixture
def warm(tmp_path: Path) -> Iterator[WarmProcess]:
    with WarmProcess(tmp_path) as process:
        yield process


def printed(folder: Path, warm: WarmProcess | None, *cells: str) -> list[str]:
    """What the last cell prints, line by line."""
    folder.mkdir(exist_ok=True)
    with kernel_for(warm.address if warm else "") as kernel:
        notebook = papermill.execute_notebook(
            nbformat.from_dict(tiny.notebook(*cells)),
            None,
            parameters={"audience": "public"},
            kernel_name="python3",
            language="python",
            progress_bar=False,
            cwd=str(folder),
            **kernel,
        )
    return "".join(output["text"] for output in notebook.cells[-1].outputs).splitlines()


def test_nothing_that_one_notebook_did_can_be_seen_by_the_next(
    warm: WarmProcess, tmp_path: Path
) -> None:
    first = printed(tmp_path / "a", warm, LOOK)
    printed(tmp_path / "a", warm, MESS)
    second = printed(tmp_path / "a", warm, LOOK)
    assert json.loads(first[0]) == json.loads(second[0])
    assert json.loads(first[0]) == json.loads(printed(tmp_path / "a", None, LOOK)[0])
    # Every notebook has its own random numbers, of both kinds.
    assert not set(first[1].split()) & set(second[1].split())


def test_a_notebook_gets_the_environment_of_who_asks_for_it(
    warm: WarmProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert warm.address
    printed(tmp_path, warm, "print(1)")
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setenv("ASKED", "now")
    cell = "import os, time; print(os.environ['ASKED'], time.localtime(0).tm_hour)"
    assert printed(tmp_path, warm, cell) == ["now 12"]


def test_what_a_user_has_every_kernel_do_is_done_in_each_and_not_before_it_is_forked(
    warm: WarmProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = tmp_path / "ipython" / "profile_default"
    (profile / "startup").mkdir(parents=True)
    (profile / "startup" / "first.py").write_text("import os; begun = os.getpid()")
    config = "c.InteractiveShellApp.exec_lines = ['configured = 1']\nc.InteractiveShell.ast_node_interactivity = 'none'"
    (profile / "ipython_config.py").write_text(config)
    monkeypatch.setenv("IPYTHONDIR", str(profile.parent))
    cell = "'not shown'; print(begun == os.getpid(), configured, get_ipython().user_ns_hidden['begun'] == begun)"
    for address in (warm, warm, None):
        assert printed(tmp_path, address, f"{cell}\n1") == ["True 1 True"]


def test_the_warm_process_has_one_thread_and_its_kernels_only_its_standard_files(
    warm: WarmProcess, tmp_path: Path
) -> None:
    cell = """\
import os
parent = os.getppid()
files = [os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{n}")]
print(len(os.listdir(f"/proc/{parent}/task")), sum(f.startswith("socket:") for f in files))
print([f for f in files if f.startswith("/") and f != os.devnull])"""
    # The one socket, and the pair that asyncio wakes itself with. No kernel reads a file that
    # another reads too: they would share the place that is read next.
    assert printed(tmp_path, warm, cell) == ["1 3", "[]"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_kernel_that_ends_is_known_with_its_signal(
    warm: WarmProcess, tmp_path: Path, number: signal.Signals
) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        kernel = Kernel(warm.address, [], os.environ, str(tmp_path), theirs.fileno())
        wait_until(lambda: ready(kernel.pid))
        assert kernel.poll() is None
        kernel.send_signal(number)
        assert kernel.wait(10) == -number
        assert kernel.poll() == -number
        kernel.send_signal(number)


def test_a_warm_process_that_cannot_be_reached_is_said(tmp_path: Path) -> None:
    with pytest.raises(OSError):  # noqa: PT011  # which one depends on what is left of it
        Kernel(str(tmp_path / "nobody" / "warm"), [], os.environ, str(tmp_path))


PARENT = """\
import os, socket, sys, time
from pathlib import Path
from casebook.kernels.process import Kernel, WarmProcess
with WarmProcess(Path.cwd()) as warm:
    ours, theirs = socket.socketpair()
    kernels = [
        Kernel(warm.address, [], os.environ, os.getcwd(), theirs.fileno()) for _ in range(2)
    ]
    ppid = open(f"/proc/{kernels[0].pid}/stat").read().rpartition(")")[2].split()[1]
    while not all(Path(f"/proc/{k.pid}/oom_score_adj").read_text() == "300\\n" for k in kernels):
        time.sleep(0.05)
    print(ppid, *[kernel.pid for kernel in kernels], flush=True)
    if "wait" in sys.argv:
        time.sleep(600)
    if "raise" in sys.argv:
        raise RuntimeError
    os._exit(0) if "exit" in sys.argv else None
"""


@pytest.mark.parametrize("how", ["wait", "exit", "raise", "end"])
def test_nothing_survives_the_process_that_started_it(tmp_path: Path, how: str) -> None:
    process = started(tmp_path, how)
    pids = [int(pid) for pid in process.stdout.readline().split()]
    assert len(pids) == 3
    if how == "wait":
        assert all(map(runs, pids))
        process.kill()
    process.wait(30)
    wait_until(lambda: not any(map(runs, pids)))


def test_the_kernels_of_a_killed_warm_process_end_with_it(tmp_path: Path) -> None:
    process = started(tmp_path, "wait")
    server, *kernels = [int(pid) for pid in process.stdout.readline().split()]
    os.kill(server, signal.SIGKILL)
    wait_until(lambda: not any(map(runs, kernels)))
    process.kill()
    process.wait()


def test_what_a_cell_left_running_ends_with_its_notebook(warm: WarmProcess, tmp_path: Path) -> None:
    cell = "import subprocess; print(subprocess.Popen(['sleep', '600']).pid)"
    (pid,) = printed(tmp_path, warm, cell)
    wait_until(lambda: not runs(int(pid)))


def started(folder: Path, how: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PARENT, how],
        cwd=folder,
        env=tiny.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def ready(pid: int) -> bool:
    """Whether a kernel has made itself the first to go, the last thing before it answers."""
    return Path(f"/proc/{pid}/oom_score_adj").read_text(encoding="ascii") == "300\n"


def runs(pid: int) -> bool:
    """Whether a process is there and is no zombie that waits for a parent of ours."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def wait_until(true: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)
