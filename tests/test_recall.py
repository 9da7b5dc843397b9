"""A build with nothing to do is answered from memory, and only then."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import tiny

from casebook import recall, resources
from casebook.documents import Request, Status
from casebook.events import Event, PageEnded
from casebook.pipeline import Report, build, plan
from casebook.recall import Answer
from casebook.terms import Audience
from casebook.workspace import discover

pytestmark = pytest.mark.xdist_group("recall")

LONG_AGO = (1_600_000_000, 1_600_000_000)
EARLY, LATE = "Etc/GMT+12", "Pacific/Kiritimati"
"""Two places where it is never the same day."""


def quick(root: Path, tell: Callable[[Event], None] = lambda _: None) -> Report:
    """Build in this process."""
    return build(recall.recall(discover(root), [], Request()), tell, workers=1)


def answer(root: Path, **request: object) -> Answer | None:
    """What is remembered, if it still holds."""
    return recall.answer(recall.recall(discover(root), [], Request(**request)))  # type: ignore[arg-type]


def age(root: Path) -> None:
    """Make every file older than any build."""
    for path in root.rglob("*"):
        os.utime(path, LONG_AGO)


def change(path: Path, old: str, new: str) -> None:
    """Change a file; its time stays as it is."""
    time, text = path.stat().st_mtime_ns, path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    os.utime(path, ns=(time, time))


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a warning, whose pages have been built."""
    root = tiny.workspace(tmp_path_factory.mktemp("done") / "w")
    path = root / "params/lille.yaml"
    long = f"  opsi: {{overview: {'Langt. ' * 900}}}\nphases:"
    change(path, "phases:", long)
    age(root)
    assert quick(root).exit_code == 0
    return root


@pytest.fixture
def fresh(done: Path, tmp_path: Path) -> Path:
    """A copy of a built workspace, to be changed."""
    return Path(shutil.copytree(done, tmp_path / "w"))


def test_nothing_to_do_is_said_without_a_look_into_any_parameter_file(fresh: Path) -> None:
    code = (
        "import sys; sys.argv = ['casebook', 'build']\n"
        "from casebook.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('LOADED', *sys.modules)"
    )
    run = [sys.executable, "-c", code]
    done = subprocess.run(
        run, cwd=fresh, env=tiny.environment(), capture_output=True, text=True, check=True
    )
    said, _, loaded = done.stdout.rpartition("LOADED")
    assert said == "5 pages: 5 fresh.\n"
    assert not set(loaded.split()) & {"pydantic", "yaml", "casebook.model", "babel", "pandas"}


def test_a_plan_reads_nothing_of_what_has_not_changed(fresh: Path) -> None:
    before = plan(discover(fresh), [], Request())
    assert len(before.jobs) == 5
    assert all(job.fresh for job in before.jobs)
    # Of the same size and age: who does not read it cannot know.
    change(fresh / "params/lille.yaml", "fictional: true", "fictionaI: true")
    assert plan(discover(fresh), [], Request()) == before
    tiny.write_notebook(fresh, "lille/case_report", "x = 1")
    stale = [job for job in plan(discover(fresh), [], Request()).jobs if not job.fresh]
    assert stale == []  # the file cannot be read: nothing of it is planned, and no casebook


def test_what_is_remembered_is_what_a_build_would_say(fresh: Path) -> None:
    remembered, built = answer(fresh), quick(fresh)
    assert remembered
    assert remembered.diagnostics == built.diagnostics
    assert remembered.outcomes == built.outcomes
    assert remembered.exit_code == built.exit_code
    assert remembered.left_out == built.left_out
    assert {*remembered.unchanged} == {*built.unchanged} == {"lille"}
    assert {outcome.status for outcome in remembered.outcomes} == {Status.FRESH}


def test_an_engagement_that_cannot_be_made_keeps_nobody_from_being_answered_from_memory(
    fresh: Path,
) -> None:
    text = (fresh / "params/lille.yaml").read_text(encoding="utf-8")
    broken = text.replace("id: lille\n", "id: store\n").replace("start: 2023", "start: da")
    (fresh / "params/store.yaml").write_text(broken, encoding="utf-8")
    quick(fresh)
    remembered, built = answer(fresh), quick(fresh)
    assert remembered
    assert remembered.diagnostics == built.diagnostics
    assert remembered.outcomes == built.outcomes
    assert remembered.left_out == built.left_out
    assert {key.engagement for key in built.left_out} == {"store"}
    assert {*remembered.unchanged} == {*built.unchanged} == {"lille"}
    assert remembered.exit_code == built.exit_code == 1


def test_a_warning_is_told_again_in_the_language_of_who_reads_it(fresh: Path) -> None:
    told = {d.told("da").message: d.told("en").message for d in quick(fresh).diagnostics}
    remembered = answer(fresh)
    assert remembered
    assert {d.told("da").message: d.told("en").message for d in remembered.diagnostics} == told
    assert any(danish != english for danish, english in told.items())


def test_a_file_that_was_only_touched_is_fresh(fresh: Path) -> None:
    for path in (fresh / "params").rglob("*"):
        os.utime(path)
    assert answer(fresh)


CHANGES: dict[str, Callable[[Path], object]] = {
    "a changed byte": lambda root: (
        change(root / "params/lille.yaml", "virker.", "virker!"),
        os.utime(root / "params/lille.yaml"),
    ),
    "another length": lambda root: change(root / "params/lille.yaml", "virker.", "virker godt."),
    "a table": lambda root: (
        (root / "params/lille").mkdir(),
        (root / "params/lille/sessions.csv").write_text("activity;date\n"),
    ),
    "another engagement": lambda root: shutil.copy(
        root / "params/lille.yaml", root / "params/ny.yaml"
    ),
    "an engagement less": lambda root: (root / "params/lille.yaml").unlink(),
    "a new notebook": lambda root: tiny.write_notebook(root, "lille/workshops", tiny.PUBLISH),
    "a changed notebook": lambda root: tiny.write_notebook(root, "workshops", "x = 1"),
    "a brand": lambda root: (
        (root / "templates").mkdir(),
        (root / "templates/_brand.yml").write_text("meta: {name: Os}\n"),
    ),
    "a deleted page": lambda root: (root / "build/lille/case_report.public.da.html").unlink(),
    "an edited page": lambda root: (root / "build/lille/case_report.public.da.html").write_text(
        "by hand"
    ),
    "a deleted notebook": lambda root: (
        root / "build/lille/notebooks/workshops.internal.da.ipynb"
    ).unlink(),
    "a lost ledger": lambda root: (root / "build/casebook.sqlite").unlink(),
    "a broken ledger": lambda root: (root / "build/casebook.sqlite").write_bytes(b"no" * 999),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_changed_is_never_taken_for_fresh(fresh: Path, what: str) -> None:
    assert answer(fresh)
    CHANGES[what](fresh)
    assert answer(fresh) is None


@pytest.mark.parametrize(
    "other",
    [
        {"audience": Audience.CLIENT},
        {"language": "en"},
        {"formats": ("html", "pdf")},
        {"force": True},
    ],
    ids=str,
)
def test_another_question_has_another_answer(fresh: Path, other: dict[str, object]) -> None:
    assert answer(fresh)
    assert answer(fresh, **other) is None


def test_a_changed_template_of_casebook_itself_is_noticed(
    fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = resources.folder
    copy = Path(shutil.copytree(shipped("templates"), tmp_path / "templates"))
    monkeypatch.setattr(
        resources, "folder", lambda name: copy if name == "templates" else shipped(name)
    )
    assert answer(fresh)
    (copy / "casebook/new.css").write_text("p {}")
    assert answer(fresh) is None


@pytest.mark.parametrize(
    ("place", "word"),
    [("params/lille.yaml", "virker"), ("build/lille/case_report.public.da.html", "Uden titel")],
)
def test_a_paranoid_build_notices_what_neither_size_nor_time_betrays(
    fresh: Path, place: str, word: str
) -> None:
    change(fresh / place, word, word.upper())
    assert answer(fresh)
    assert answer(fresh, paranoid=True) is None
    again = build(
        recall.recall(discover(fresh), [], Request(paranoid=True)), lambda _: None, workers=1
    )
    assert Status.BUILT in {outcome.status for outcome in again.outcomes}
    assert answer(fresh, paranoid=True)


def test_a_change_within_the_same_tick_of_the_clock_is_noticed(tmp_path: Path) -> None:
    root = tiny.workspace(tmp_path / "w")
    # As a file system has it that counts in seconds: written, built and written again in one.
    now = time.time_ns() + 60_000_000_000
    os.utime(root / "params/lille.yaml", ns=(now, now))
    quick(root)
    assert answer(root)
    change(root / "params/lille.yaml", "virker.", "virker!")
    assert answer(root) is None


def test_what_changes_while_it_is_built_is_not_remembered(fresh: Path) -> None:
    path = fresh / "params/lille.yaml"
    before = path.read_bytes()
    path.write_bytes(before + b"\n")

    def meddle(event: Event) -> None:
        if isinstance(event, PageEnded):
            path.write_bytes(before + b"\n\n")

    quick(fresh, meddle)
    assert answer(fresh) is None


def test_a_failure_is_tried_again_also_where_it_has_no_page(fresh: Path) -> None:
    tiny.write_notebook(fresh, "workshops", "1 / 0")
    workspace, request = discover(fresh), Request(audience=Audience.PUBLIC)
    for _ in range(2):
        report = build(recall.recall(workspace, ["lille"], request), lambda _: None, workers=1)
        assert "CB202" in {one.code for one in report.diagnostics}
        assert recall.answer(recall.recall(workspace, ["lille"], request)) is None


def test_nothing_is_remembered_of_an_engagement_that_is_gone(fresh: Path) -> None:
    shutil.copy(fresh / "params/lille.yaml", fresh / "params/store.yaml")
    change(fresh / "params/store.yaml", "id: lille", "id: store")
    quick(fresh)
    assert remembered(fresh) == {"", "lille", "store"}
    (fresh / "params/store.yaml").unlink()
    quick(fresh)
    assert remembered(fresh) == {"", "lille"}


def remembered(root: Path) -> set[str]:
    """The engagements that a ledger knows of, in whatever table."""
    with sqlite3.connect(root / "build/casebook.sqlite") as database:
        rows = database.execute("SELECT engagement FROM checked UNION SELECT engagement FROM parts")
        return {name for (name,) in rows}


@pytest.mark.parametrize(
    ("naming", "why"),
    [("naming: none, ", "release.naming is none"), ("naming: , ", "release.naming is not said")],
)
def test_what_is_refused_is_refused_again(fresh: Path, naming: str, why: str) -> None:
    change(fresh / "params/lille.yaml", "naming: named, ", naming)
    said = []
    for _ in range(2):
        done = tiny.run(fresh, "build", "--audience", "public", "--json")
        assert done.returncode == 1
        said.append(json.loads(done.stdout))
    assert said[0]["diagnostics"] == said[1]["diagnostics"]
    refused = [one for one in said[1]["outcomes"] if one["status"] == "refused"]
    assert refused
    assert all(one["reasons"] == [why] for one in refused)
    left_out = json.loads(tiny.run(fresh, "plan", "--json").stdout)["left_out"]
    assert [one["reasons"] for one in left_out] == [[why]]


def test_what_is_overdue_is_told_on_the_next_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tiny.workspace(tmp_path / "w")
    today = datetime.now(ZoneInfo(EARLY)).date()
    tomorrow = datetime.now(ZoneInfo(LATE)).date()
    assert tomorrow - today >= timedelta(days=1)
    planned = f"text: Workshops for ledere, sessions: [{{id: s, activity: workshop, date: {today}, status: planned}}]"
    change(root / "params/lille.yaml", "text: Workshops for ledere", planned)
    change(root / "params/lille.yaml", "end: 2024", f"end: {tomorrow.year}")
    codes = []
    for zone in (EARLY, EARLY, LATE):
        monkeypatch.setenv("TZ", zone)
        done = tiny.run(root, "build", "--json")
        codes.append({one["code"] for one in json.loads(done.stdout)["diagnostics"]})
    assert "CB108" not in codes[0]
    assert codes[1] == codes[0]
    assert "CB108" in codes[2]
