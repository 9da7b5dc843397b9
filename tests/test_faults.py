"""What is killed in the middle of a build leaves nothing behind, and the next build completes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import tiny

from casebook.kernels.process import supported

pytestmark = [
    pytest.mark.xdist_group("warm"),
    pytest.mark.skipif(not supported(), reason="kernels cannot be forked here"),
]

TELL = "import os; open('runs', 'w').write(f'{os.getpid()} {os.getppid()}')"


@pytest.mark.parametrize("victim", ["driver", "warm process", "kernel"])
def test_the_build_after_a_kill_completes_and_no_process_is_left(
    tmp_path: Path, victim: str
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
    tiny.write_notebook(root, "learning_summary", tiny.REPORT)
    again = tiny.run(root, "build", "lille", "--json")
    assert again.returncode == 0, again.stderr
    pages = [root / outcome["path"] for outcome in json.loads(again.stdout)["outcomes"]]
    assert len(pages) == 4
    assert all(page.read_text(encoding="utf-8").endswith("</html>\n") for page in pages)
    assert not list(root.rglob(".writing-*"))


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
