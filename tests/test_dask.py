"""A build on a real Dask scheduler with two real workers."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import tiny

from casebook.documents import Key, Request, Status
from casebook.errors import CasebookError
from casebook.events import CellStarted, Event
from casebook.model import Audience
from casebook.pipeline import build
from casebook.recall import recall
from casebook.workspace import discover

pytestmark = pytest.mark.xdist_group("dask")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler's address and two worker processes, in a folder of their own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    home = tmp_path / "cluster"
    home.mkdir()
    asked = ["scheduler", "--host", address, "--no-dashboard"]
    one = ["worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny"]
    started = [_start(home, *asked), _start(home, *one), _start(home, *one)]
    yield address, started[1:]
    for process in started:
        process.kill()
        process.wait()


def _start(home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *arguments],
        cwd=home,
        env=tiny.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_every_page_is_there_though_a_worker_is_killed_in_the_middle(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    address, workers = cluster
    root = tiny.workspace(tmp_path / "w", ["en", "to", "tre"])
    tiny.write_notebook(root, "case_report", "import time; time.sleep(1)", tiny.REPORT)
    heard: list[Event] = []

    def listen(event: Event) -> None:
        heard.append(event)
        begun = isinstance(event, CellStarted) and event.key.document == "case_report"
        if begun and workers[0].poll() is None:
            os.kill(workers[0].pid, signal.SIGKILL)

    report = build(recall(discover(root), [], Request()), listen, workers=address)
    assert workers[0].poll() is not None
    assert {outcome.status for outcome in report.outcomes} == {Status.BUILT}
    paths = [outcome.path for outcome in report.outcomes]
    assert len(paths) == len(set(paths)) == 3 * 4 + 1
    assert all((root / path).read_text(encoding="utf-8").endswith("</html>\n") for path in paths)
    book = discover(root).executed(Key("", "casebook", Audience.INTERNAL, "da"))
    assert "Giv mere tid" in json.dumps(json.loads(book.read_text(encoding="utf-8")))


def test_two_builds_on_one_cluster_hear_of_their_own_notebooks_only(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    address, _ = cluster

    def heard(name: str) -> list[Event]:
        root, events = tiny.workspace(tmp_path / name, [name]), list[Event]()
        build(recall(discover(root), [], Request(casebook=False)), events.append, workers=address)
        return events

    with ThreadPoolExecutor() as both:
        for name, events in zip(("en", "to"), both.map(heard, ("en", "to")), strict=True):
            cells = [event for event in events if isinstance(event, CellStarted)]
            assert {event.key.engagement for event in cells} == {name}
            assert [event.index for event in cells if event.key.document == "workshops"] == [
                1,
                2,
                2,
                3,
            ]


def test_a_scheduler_that_does_not_answer_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "1s")
    root = tiny.workspace(tmp_path / "w")
    with pytest.raises(CasebookError, match="No Dask scheduler"):
        build(recall(discover(root), [], Request()), lambda _: None, workers="tcp://127.0.0.1:9")
