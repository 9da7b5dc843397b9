"""Builds from end to end, with real kernels."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import tiny

from casebook import resources
from casebook.documents import Key, Request, Status
from casebook.errors import CasebookError
from casebook.events import Event, JobEnded, JobStarted, PageEnded
from casebook.ledger import NAME, hold
from casebook.model import Audience
from casebook.pipeline import Report, build, plan
from casebook.recall import recall
from casebook.workspace import discover


def quick(root: Path, events: list[Event] | None = None, **request: object) -> Report:
    """Build in this process."""
    heard: list[Event] = events if events is not None else []
    wanted = Request(**request)  # type: ignore[arg-type]
    return build(recall(discover(root), ["lille"], wanted), heard.append, workers=1)


def ran(events: list[Event]) -> list[str]:
    return [event.key.document for event in events if isinstance(event, JobStarted)]


def statuses(report: Report) -> dict[str, Status]:
    return {outcome.key.stem: outcome.status for outcome in report.outcomes}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose pages have been built."""
    root = tiny.workspace(tmp_path_factory.mktemp("done") / "w")
    assert quick(root, casebook=False).exit_code == 0
    return root


@pytest.fixture
def fresh(done: Path, tmp_path: Path) -> Path:
    """A copy of a built workspace, to be changed."""
    return Path(shutil.copytree(done, tmp_path / "w"))


@pytest.mark.xdist_group("pipeline")
def test_a_second_build_executes_nothing(fresh: Path) -> None:
    events: list[Event] = []
    report = quick(fresh, events, casebook=False)
    assert ran(events) == []
    assert set(statuses(report).values()) == {Status.FRESH}


@pytest.mark.xdist_group("pipeline")
def test_a_changed_group_is_named_in_the_plan(fresh: Path) -> None:
    path = fresh / "params/lille.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("Det virker.", "Det virker godt."))
    report = plan(discover(fresh), ["lille"], Request(casebook=False))
    reasons = {job.key.stem: job.reasons for job in report.jobs}
    assert reasons["case_report.public.da"] == ("params: voices changed",)


@pytest.mark.xdist_group("pipeline")
@pytest.mark.parametrize("change", ["is missing", "was edited"])
def test_a_lost_or_edited_page_is_made_again_without_execution(fresh: Path, change: str) -> None:
    page = fresh / "build/lille/case_report.public.da.html"
    before = page.read_bytes()
    page.unlink() if change == "is missing" else page.write_text("by hand")
    events: list[Event] = []
    report = quick(fresh, events, casebook=False)
    made = next(o for o in report.outcomes if o.path.endswith(page.name))
    assert (made.status, made.reasons) == (Status.BUILT, (f"page {change}",))
    assert ran(events) == []
    assert page.read_bytes() == before


@pytest.mark.xdist_group("pipeline")
def test_a_changed_template_exports_again_without_execution(
    fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = resources.folder
    copy = Path(shutil.copytree(shipped("templates"), tmp_path / "templates"))
    (copy / "casebook/new.css").write_text("p {}")
    monkeypatch.setattr(
        resources, "folder", lambda name: copy if name == "templates" else shipped(name)
    )
    events: list[Event] = []
    report = quick(fresh, events, casebook=False)
    assert ran(events) == []
    assert {outcome.reasons for outcome in report.outcomes} == {("templates changed",)}
    assert set(statuses(report).values()) == {Status.BUILT}


@pytest.mark.xdist_group("pipeline")
def test_a_consultants_own_insight_stands_in_the_next_report(fresh: Path) -> None:
    mine = tiny.PUBLISH.replace("Giv mere tid", "Saml lederne").replace('"public", ', "")
    tiny.write_notebook(fresh, "lille/workshops", mine)
    events: list[Event] = []
    report = quick(fresh, events, casebook=False)
    executed = fresh / "build/lille/notebooks"
    assert "Saml lederne" in tiny.source_of(executed / "case_report.client.da.ipynb")
    assert "Saml lederne" not in tiny.source_of(executed / "case_report.public.da.ipynb")
    internal = tiny.source_of(executed / "learning_summary.internal.da.ipynb")
    assert "'notebook': 'notebooks/lille/workshops.ipynb', 'cell': 'own-1'" in internal
    reasons = {outcome.key.stem: outcome.reasons for outcome in report.outcomes}
    assert reasons["workshops.internal.da"] == ("notebook changed",)
    assert reasons["case_report.client.da"] == ("insights: workshops changed",)


@pytest.mark.xdist_group("pipeline")
def test_a_failed_phase_record_leaves_its_reports_standing_with_a_warning(fresh: Path) -> None:
    tiny.write_notebook(fresh, "lille/workshops", "x = 1\nx / 0")
    report = quick(fresh, casebook=False)
    assert report.exit_code == 1
    assert statuses(report) == {
        "workshops.internal.da": Status.FAILED,
        "case_report.public.da": Status.BUILT,
        "case_report.client.da": Status.BUILT,
        "learning_summary.internal.da": Status.BUILT,
    }
    codes = [diagnostic.code for diagnostic in report.diagnostics]
    assert codes == ["CB202", "CB203"]
    again = plan(discover(fresh), ["lille"], Request(casebook=False))
    assert not any(job.fresh for job in again.jobs)


@pytest.mark.xdist_group("pipeline")
def test_a_broken_ledger_is_rebuilt(fresh: Path) -> None:
    (fresh / "build" / NAME).write_bytes(b"not a database, but long enough to be read as one")
    report = plan(discover(fresh), ["lille"], Request(casebook=False))
    assert {job.reasons[0] for job in report.jobs} == {"new"}
    assert set(statuses(quick(fresh, casebook=False)).values()) == {Status.BUILT}


@pytest.mark.xdist_group("pipeline")
def test_a_page_that_cannot_be_written_fails_alone(fresh: Path) -> None:
    page = fresh / "build/lille/case_report.public.da.html"
    page.unlink()
    (page / "in the way").mkdir(parents=True)
    report = quick(fresh, casebook=False)
    assert report.exit_code == 1
    assert statuses(report)["case_report.public.da"] is Status.FAILED
    assert [diagnostic.code for diagnostic in report.diagnostics] == ["CB204"]


def test_a_ledger_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    root = tiny.workspace(tmp_path / "w")
    (root / "build" / NAME).mkdir(parents=True)
    with pytest.raises(CasebookError, match="Cannot write to"):
        quick(root)


def test_a_blocked_build_executes_nothing(tmp_path: Path) -> None:
    root = tiny.workspace(tmp_path / "w")
    path = root / "params/lille.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "surprise: 1\n", encoding="utf-8")
    report = quick(root)
    assert report.exit_code == 1
    assert not report.outcomes
    assert not (root / "build").exists()


@pytest.mark.xdist_group("pipeline")
def test_one_engagement_with_errors_stops_the_casebook_and_no_other(tmp_path: Path) -> None:
    root = tiny.workspace(tmp_path / "w", ["lille", "store"])
    path = root / "params/store.yaml"
    before = path.read_text(encoding="utf-8")
    path.write_text(before + "surprise: 1\n", encoding="utf-8")
    report = build(recall(discover(root), [], Request()), lambda _: None, workers=1)
    assert report.exit_code == 1
    made = {(one.key.engagement, one.status) for one in report.outcomes}
    assert made == {("lille", Status.BUILT), ("", Status.REFUSED)}
    assert report.outcomes[-1].reasons == ("store: CB101 ×1",)

    path.write_text(before, encoding="utf-8")
    events: list[Event] = []
    report = build(recall(discover(root), [], Request()), events.append, workers=1)
    assert report.exit_code == 0
    ran = {event.key.engagement for event in events if isinstance(event, JobStarted)}
    assert ran == {"store", ""}
    statuses = {one.key.engagement: one.status for one in report.outcomes}
    assert statuses == {"lille": Status.FRESH, "store": Status.BUILT, "": Status.BUILT}


@pytest.mark.xdist_group("pipeline")
def test_what_is_saved_after_it_was_checked_waits_for_the_next_build(tmp_path: Path) -> None:
    root = tiny.workspace(tmp_path / "w", ["lille", "store"])
    path = root / "params/store.yaml"
    before = path.read_text(encoding="utf-8")
    saved = before.replace("Det virker.", "Det virker godt.")

    def save(event: Event) -> None:
        if isinstance(event, PageEnded) and event.key.engagement == "lille":
            path.write_text(saved, encoding="utf-8")

    report = build(recall(discover(root), [], Request(casebook=False)), save, workers=1)
    assert report.exit_code == 1
    assert [one.code for one in report.diagnostics] == ["CB207"]
    assert {one.key.engagement for one in report.outcomes} == {"lille"}
    report = build(recall(discover(root), [], Request(casebook=False)), lambda _: None, workers=1)
    made = {(one.key.engagement, one.status) for one in report.outcomes}
    assert ("store", Status.BUILT) in made
    assert ("lille", Status.FRESH) in made


@pytest.mark.xdist_group("pipeline")
def test_the_report_of_one_engagement_does_not_wait_for_the_records_of_another(
    tmp_path: Path,
) -> None:
    root = tiny.workspace(tmp_path / "w", ["kort", "lang"])
    flag = root / "the-report-runs"
    waits = f"""\
import pathlib, time
until = time.monotonic() + 60
while not pathlib.Path({str(flag)!r}).exists() and time.monotonic() < until:
    time.sleep(0.05)"""
    tiny.write_notebook(root, "lang/workshops", waits)
    heard: list[str] = []

    def listen(event: Event) -> None:
        if isinstance(event, JobStarted | JobEnded):
            heard.append(f"{type(event).__name__} {event.key.engagement} {event.key.document}")
        if isinstance(event, JobStarted) and event.key[:2] == ("kort", "case_report"):
            flag.touch()

    build(recall(discover(root), [], Request(casebook=False)), listen, workers=2)
    report = heard.index("JobStarted kort case_report")
    assert report < heard.index("JobEnded lang workshops")
    assert heard.index("JobEnded lang workshops") < heard.index("JobStarted lang case_report")


@pytest.mark.xdist_group("pipeline")
def test_a_build_that_was_interrupted_is_taken_up_where_it_ended(tmp_path: Path) -> None:
    root = tiny.workspace(tmp_path / "w")

    def interrupt(event: Event) -> None:
        if isinstance(event, PageEnded):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(recall(discover(root), [], Request()), interrupt, workers=1)
    events: list[Event] = []
    report = build(recall(discover(root), [], Request()), events.append, workers=1)
    assert len(report.outcomes) == len(ran(events)) + 1 == 5
    assert all((root / one.path).is_file() for one in report.outcomes)


def test_two_builds_do_not_write_to_one_folder(tmp_path: Path) -> None:
    root = tiny.workspace(tmp_path / "w")
    with hold(root / "build"), pytest.raises(CasebookError, match="Another build") as caught:
        quick(root)
    assert caught.value.exit_code == 1


def test_an_output_folder_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    root = tiny.workspace(tmp_path / "w")
    (root / "build").write_text("a file")
    with pytest.raises(CasebookError, match="Cannot write to"):
        quick(root)


@pytest.mark.xdist_group("pipeline")
def test_the_casebook_takes_every_engagement(tmp_path: Path) -> None:
    root = tiny.workspace(tmp_path / "w", ["lille", "store"])
    report = build(recall(discover(root), [], Request()), lambda _: None)
    assert report.exit_code == 0
    book = Key("", "casebook", Audience.INTERNAL, "da")
    assert book in {outcome.key for outcome in report.outcomes}
    executed = json.loads(discover(root).executed(book).read_text(encoding="utf-8"))
    learning = executed["metadata"]["papermill"]["parameters"]["learning"]
    assert [entry["id"] for entry in learning["entries"]] == ["lille", "store"]
    assert "Giv mere tid" in json.dumps(learning)
