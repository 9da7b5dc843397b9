"""What is killed in the middle of a build leaves nothing behind, and the next build completes."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
import tiny

from casebook.fingerprint import digest
from casebook.kernels import server
from casebook.kernels.process import supported
from casebook.making import open_means

pytestmark = [
    pytest.mark.xdist_group("warm"),
    pytest.mark.skipif(not supported(), reason="kernels cannot be forked here"),
]

TELL = "import os; open('runs', 'w').write(f'{os.getpid()} {os.getppid()}')"


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for temporary files; its path is short enough for a socket."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # Linux
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


@pytest.mark.parametrize("victim", ["driver", "warm process", "kernel"])
def test_the_build_after_a_kill_completes_and_no_process_or_folder_of_ours_is_left(
    tmp_path: Path, temporary: Path, victim: str
) -> None:
    root = tiny.workspace(tmp_path / "w")
    tiny.write_notebook(root, "learning_summary", f"{TELL}; import time; time.sleep(600)")
    build = subprocess.Popen(
        [sys.executable, "-m", "casebook", "build", "lille", "-j", "2"],
        cwd=root,
        env=tiny.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    said = root / "runs"
    wait_until(lambda: said.exists() and len(said.read_text().split()) == 2)
    kernel, warm = map(int, said.read_text().split())
    os.kill({"driver": build.pid, "warm process": warm, "kernel": kernel}[victim], signal.SIGKILL)
    assert build.wait(60) == (-signal.SIGKILL if victim == "driver" else 1)
    wait_until(lambda: not at_work(root))
    assert not list(temporary.glob("casebook-*"))
    tiny.write_notebook(root, "learning_summary", tiny.REPORT)
    again = tiny.run(root, "build", "lille", "--json")
    assert again.returncode == 0, again.stderr
    pages = [root / outcome["path"] for outcome in json.loads(again.stdout)["outcomes"]]
    assert len(pages) == 4
    assert all(page.read_text(encoding="utf-8").endswith("</html>\n") for page in pages)
    assert not list(root.rglob(".writing-*"))


def test_after_the_warm_process_is_killed_only_the_notebook_that_ran_is_lost(
    tmp_path: Path,
) -> None:
    root = tiny.workspace(tmp_path / "w", ["en", "to", "tre"])
    cell = "import os, signal, time; os.kill(os.getppid(), signal.SIGKILL); time.sleep(600)"
    tiny.write_notebook(root, "en/workshops", cell)
    done = tiny.run(root, "build", "-j", "1", "--json", timeout=300)
    assert done.returncode == 1
    assert not done.stderr
    outcomes = json.loads(done.stdout)["outcomes"]
    failed = {one["path"] for one in outcomes if one["status"] != "built"}
    assert failed == {"build/en/workshops.internal.da.html"}


def test_workers_may_be_killed_again_and_again_and_every_page_is_made(tmp_path: Path) -> None:
    names = ["en", "to", "tre", "fire", "fem", "seks"]
    root = tiny.workspace(tmp_path / "w", names)
    tiny.write_notebook(root, "workshops", "import os, time; print(os.getpid()); time.sleep(0.3)")
    build = started(root, "2", *names)
    for _ in range(3):
        wait_until(lambda: kill("worker", build.pid, root) or build.poll() is not None)
        time.sleep(3)
    _, said = build.communicate(timeout=90)
    assert (build.returncode, said) == (0, b"")
    assert len(list((root / "build").rglob("*.html"))) == 4 * len(names)
    assert_the_ledger_agrees(root / "build")


def test_a_worker_that_was_killed_while_it_was_idle_costs_a_call_none_of_its_tries(
    tmp_path: Path,
) -> None:
    with open_means(2, tmp_path, lambda _: None) as means:
        idle = means.executor.submit(os.getpid).result()
        os.kill(idle, signal.SIGKILL)
        # Gone, and not only a zombie: until its last thread has ended, its pipe is open.
        wait_until(lambda: not Path(f"/proc/{idle}").exists())
        found = means.executor.submit(killed_the_first_time, tmp_path / "once").result()
    assert found == "came through"


def killed_the_first_time(mark: Path) -> str:
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "came through"


def test_what_a_cell_started_ends_with_a_driver_that_is_killed_where_nothing_is_forked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEBOOK_WARM", "0")
    root = tiny.workspace(tmp_path / "w")
    start = "import subprocess; subprocess.Popen(['setsid', 'sleep', '600'])"
    cell = f"{start}\n{TELL}; import time; time.sleep(600)"
    tiny.write_notebook(root, "workshops", cell)
    build = started(root, "1")
    wait_until((root / "runs").exists)
    assert len(at_work(root)) == 3
    build.kill()
    build.communicate()
    wait_until(lambda: not at_work(root))


KILLS = int(os.environ.get("CASEBOOK_KILLS", "20"))
"""How often each is killed; more often takes longer, and finds rarer moments."""

LIFE = {"driver": 2.5, "warm process": 2.0, "kernel": 0.2, "worker": 1.5, "who forks workers": 1.5}
"""Seconds, about, that each lives in a build of one engagement."""

HALVES = [
    pytest.param(victim, half, marks=pytest.mark.xdist_group(f"{victim} {half}"))
    for half in (0, 1)
    for victim in LIFE
]


@pytest.mark.parametrize(("victim", "half"), HALVES)
def test_whatever_is_killed_at_whatever_moment_the_next_build_completes(
    tmp_path: Path, victim: str, half: int
) -> None:
    names = ["en"] if victim == "driver" else ["en", "to", "tre", "fire", "fem"]
    root = tiny.workspace(tmp_path / "w", names)
    left = moments(victim, half)
    for number in count():
        if not left:
            break
        tiny.write_notebook(root, "workshops", f"{tiny.PUBLISH}\n# {number}")
        tiny.write_notebook(root, "learning_summary", f"{tiny.REPORT}\n# {number}")
        build = started(root, "2" if "worker" in victim else "1", *names)
        while left and build.poll() is None:
            if killed(victim, build, root, left[-1]):
                left.pop()
            else:
                left[-1] /= 2  # The build was over too soon for it.
            assert_pages_are_whole(root)
        _, said = build.communicate(timeout=90)
        assert victim == "driver" or "Traceback" not in said.decode()
        assert "worker" not in victim or build.returncode == 0, said.decode()
        wait_until(lambda: not at_work(root))
        assert_pages_are_whole(root)
    done = tiny.run(root, "build", *names, "--json")
    assert done.returncode == 0, done.stderr
    assert len(list((root / "build").rglob("*.html"))) == 4 * len(names)
    assert_pages_are_whole(root)
    assert_the_ledger_agrees(root / "build")
    assert not list(root.rglob(".writing-*"))


def moments(victim: str, half: int) -> list[float]:
    """Seconds into its life: one at random in each equal part of it, in random order."""
    dice = random.Random(f"{victim} {half}")  # noqa: S311  # moments, not secrets
    found = [LIFE[victim] * (n + dice.random()) / KILLS for n in range(half, KILLS, 2)]
    dice.shuffle(found)
    return found


def killed(victim: str, build: subprocess.Popen[bytes], root: Path, moment: float) -> bool:
    """Kill one, so long after it is there; whether that was before the build was over."""
    while build.poll() is None and not there(victim, build.pid, root):
        time.sleep(0.01)
    time.sleep(moment)
    while build.poll() is None and not kill(victim, build.pid, root):
        time.sleep(0.01)
    if victim == "driver":
        return build.wait(90) == -signal.SIGKILL
    if build.poll() is not None:
        return False
    # A call whose worker was killed is made once more, and no more: it has to come through.
    since = time.time()
    wait_until(lambda: "worker" not in victim or build.poll() is not None or made(root, since) > 3)
    return True


def made(root: Path, since: float) -> int:
    """How many notebooks have been executed since then."""
    return sum(path.stat().st_mtime > since for path in (root / "build").rglob("*.ipynb"))


def assert_pages_are_whole(root: Path) -> None:
    pages = list((root / "build").rglob("*.html"))
    assert all(page.read_text(encoding="utf-8").endswith("</html>\n") for page in pages)


def started(root: Path, jobs: str, *names: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "casebook", "build", *(names or ["lille"]), "-j", jobs],
        cwd=root,
        env=tiny.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def there(victim: str, driver: int, root: Path) -> list[int]:
    """Those that can be killed, the oldest first."""
    commands = {pid: command(pid) for pid in at_work(root)}
    warm = [pid for pid, said in commands.items() if server.__name__ in said]
    forks = [pid for pid, said in commands.items() if "multiprocessing.forkserver" in said]
    found = {
        "driver": [str(driver)],
        "warm process": [pid for pid in warm if parent(pid) == str(driver)],
        "kernel": [pid for pid in warm if parent(pid) in warm],
        "worker": [pid for pid in forks if parent(pid) in forks],
        "who forks workers": [pid for pid in forks if parent(pid) == str(driver)],
    }[victim]
    return sorted(map(int, found))


def kill(victim: str, driver: int, root: Path) -> bool:
    """Kill it if it is there."""
    found = there(victim, driver, root)
    if found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(found[0], signal.SIGKILL)
    return bool(found)


def command(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
    except OSError:
        return ""


def parent(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
    except OSError:
        return ""


def assert_the_ledger_agrees(output: Path) -> None:
    """Every file that it knows is there as it says, and it knows every file."""
    with sqlite3.connect(output / "casebook.sqlite") as database:
        known = dict(database.execute("SELECT path, digest FROM files"))
    there = {path for ending in ("html", "ipynb") for path in output.rglob(f"*.{ending}")}
    assert {path: digest((output / path).read_bytes()) for path in known} == known
    assert {path.relative_to(output).as_posix() for path in there} == set(known)


FAULTS = {
    "haenger": ("while True: pass", "Timeout"),
    "ende": ("import os; os._exit(3)", "DeadKernel"),
    "draebt": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "DeadKernel"),
    "grib": (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))\nx = b'x' * 2**32",
        "MemoryError",
    ),
    "flod": ("for _ in range(10_000): print('x' * 1_000)", ""),
    "fremmed-flod": ("import subprocess; subprocess.run(['seq', '1500000'], check=True)", ""),
    "gaffel": ("import os; child = os.fork()", ""),
    "gaffel-der-bliver": ("import os, time; child = os.fork(); child or time.sleep(600)", ""),
    "efterladt": ("import subprocess; subprocess.Popen(['sleep', '600'])", ""),
    "loesrevet": ("import subprocess; subprocess.Popen(['setsid', 'sleep', '600'])", ""),
}
"""What a cell does to its kernel, and the name of the failure, if it is one."""

BY_FORKING = ("gaffel", "gaffel-der-bliver")
"""What only a forked kernel is proof against."""


@pytest.mark.parametrize("warm", ["1", "0"])
def test_a_cell_that_misbehaves_costs_its_own_notebook_only_and_is_named(
    tmp_path: Path, warm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEBOOK_WARM", warm)
    faults = {
        name: fault for name, fault in FAULTS.items() if warm == "1" or name not in BY_FORKING
    }
    root = tiny.workspace(tmp_path / "w", [*faults, "rolig"])
    for name, (cell, _) in faults.items():
        tiny.write_notebook(root, f"{name}/learning_summary", cell, tiny.REPORT)
    asked = ["--json", "-j", "2", "--audience", "internal", "--timeout", "10"]
    done = tiny.run(root, "build", *faults, "rolig", *asked, timeout=300)
    assert done.returncode == 1
    assert not done.stderr
    said = json.loads(done.stdout)
    failed = {o["path"] for o in said["outcomes"] if o["status"] != "built"}
    wrong = {name for name, (_, error) in faults.items() if error}
    assert failed == {f"build/{name}/learning_summary.internal.da.html" for name in wrong}
    told = {one["engagement"]: one["message"] for one in said["diagnostics"]}
    for name in wrong:
        assert faults[name][1] in told[name]
        assert "learning_summary" in told[name]
        assert "Cell 3 (id own-1)" in told[name]
    for name in faults.keys() - wrong:
        notebook = root / f"build/{name}/notebooks/learning_summary.internal.da.ipynb"
        printed = tiny.source_of(notebook)
        assert printed.count("rapport") == 1
        assert "Traceback" not in printed
    wait_until(lambda: not at_work(root))


def test_when_memory_runs_out_the_system_ends_a_notebook_before_what_builds_it(
    tmp_path: Path,
) -> None:
    root = tiny.workspace(tmp_path / "w")
    cell = "for p in ('self', os.getppid()): print(open(f'/proc/{p}/oom_score_adj').read())"
    tiny.write_notebook(root, "case_report", f"import os\n{cell}")
    assert tiny.run(root, "build", "lille", "-j", "1").returncode == 0
    printed = tiny.source_of(root / "build/lille/notebooks/case_report.public.da.ipynb")
    kernel, warm = map(int, printed.split())
    assert kernel > warm


def test_a_disk_that_takes_no_more_is_said_and_the_old_pages_stand(tmp_path: Path) -> None:
    root = tiny.workspace(tmp_path / "w")
    assert tiny.run(root, "build", "lille").returncode == 0
    before = {page: page.read_bytes() for page in (root / "build").rglob("*.html")}
    tiny.write_notebook(root, "learning_summary", "print('x' * 900_000)")
    done = subprocess.run(
        [sys.executable, "-m", "casebook", "build", "lille", "-j", "1"],
        cwd=root,
        env=tiny.environment(),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (800_000, 800_000)),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert {page: page.read_bytes() for page in before} == before
    assert not list(root.rglob(".writing-*"))
    assert tiny.run(root, "build", "lille").returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """The output folder of the workspace beside it, on a small file system of its own."""
    output = tiny.workspace(tmp_path / "w") / "build"
    output.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "none", output]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only who may mount a file system can fill one")
    yield output
    subprocess.run(["umount", "--lazy", output], check=True)


@pytest.mark.parametrize("room", [0, 8_192, 12_288, 16_384])
def test_a_full_disk_is_said_and_the_old_pages_stand(disk: Path, room: int) -> None:
    """What does not fit is the executed notebook, the ledger's journal, the ledger, the page."""
    root = disk.parent
    assert tiny.run(root, "build", "lille").returncode == 0
    before = {page: page.read_bytes() for page in disk.rglob("*.html")}
    tiny.write_notebook(root, "learning_summary", f"{tiny.REPORT}\n# anew")
    with (disk / "full").open("wb", buffering=0) as full, contextlib.suppress(OSError):
        while True:
            full.write(bytes(4096))
    os.truncate(disk / "full", (disk / "full").stat().st_size - room)
    done = tiny.run(root, "build", "lille", "-j", "1")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    said = " ".join(done.stderr.split())
    assert re.search("No space left on device|disk is full", said)
    assert "Make room" in said
    assert {page: page.read_bytes() for page in before} == before
    assert not list(root.rglob(".writing-*"))
    (disk / "full").unlink()
    assert tiny.run(root, "build", "lille").returncode == 0
    assert_the_ledger_agrees(disk)


def test_an_output_folder_that_may_not_be_written_to_is_said_and_the_old_pages_stand(
    disk: Path,
) -> None:
    root = disk.parent
    assert tiny.run(root, "build", "lille").returncode == 0
    before = {page: page.read_bytes() for page in disk.rglob("*.html")}
    tiny.write_notebook(root, "learning_summary", f"{tiny.REPORT}\n# anew")
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    done = tiny.run(root, "build", "lille")
    assert done.returncode == 1
    assert f"Cannot write to {disk}" in done.stderr.replace("\n", "")
    assert "--output" in done.stderr
    assert "Traceback" not in done.stderr
    assert {page: page.read_bytes() for page in before} == before


def test_of_two_builds_in_one_workspace_the_second_says_so_and_the_first_completes(
    tmp_path: Path,
) -> None:
    root = tiny.workspace(tmp_path / "w")
    wait = "import pathlib, time\nwhile not pathlib.Path('go').exists(): time.sleep(0.1)"
    tiny.write_notebook(root, "learning_summary", f"{TELL}\n{wait}")
    first = started(root, "1")
    wait_until((root / "runs").exists)
    second = tiny.run(root, "build", "lille")
    (root / "go").touch()
    assert second.returncode == 1
    assert "Another build is writing to" in second.stderr
    assert "Traceback" not in second.stderr
    assert first.wait(90) == 0
    assert_the_ledger_agrees(root / "build")


def at_work(folder: Path) -> list[str]:
    """The processes in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if process.resolve(strict=True) == folder:
                found.append(process.parent.name)
        except OSError:
            continue
    return found


def wait_until(true: object) -> None:
    deadline = time.monotonic() + 90
    while not true():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.05)
