"""Planning: which notebooks run, for whom, and why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from casebook.documents import WAVES, Key, Request
from casebook.fingerprint import MISSING
from casebook.ledger import NOTEBOOK, Memory, Record
from casebook.model import Audience, Engagement, Insight, InsightKind, PhaseKind, Text
from casebook.planning import Inputs, Job, NotebookFile, Planner, gather, plan_all

INPUTS = Inputs(lambda _, name: NotebookFile(Path(name), name), "code", "libraries", "look")
EMPTY = Memory({}, {})
INTERNAL = Audience.INTERNAL


def engagement(**groups: object) -> Engagement:
    activity = {"id": "w", "kinds": ["workshop"], "text": "Workshops"}
    values = {
        "client": {"id": "lille", "name": "Lille"},
        "engagement": {"id": "lille", "title": "Ledelse", "years": {"start": 2023}},
        "phases": [{"id": "workshops", "kind": "workshops", "activities": [activity]}],
        "release": {"naming": "named"},
    }
    return Engagement.model_validate({**values, **groups})


def planner(memory: Memory = EMPTY, **request: object) -> Planner:
    asked, found = Request(**request), {"lille": engagement()}  # type: ignore[arg-type]
    return Planner(found, asked, INPUTS, memory, gather(found.values(), asked))


def built(jobs: list[Job], insights: dict[Key, tuple[Insight, ...]] | None = None) -> Memory:
    """What a ledger holds after these jobs were built."""
    files = {(job.key, NOTEBOOK): Record(job.fingerprint, "executed") for job in jobs}
    exported = planner().exported("executed", "html")
    pages = {(job.key, page.format): Record(exported, "x") for job in jobs for page in job.pages}
    found = insights or {job.key: () for job in jobs}
    return Memory({**files, **pages}, found)


def everything(insights: tuple[Insight, ...] = ()) -> Memory:
    record = Key("lille", "workshops", INTERNAL, "da")
    published = {record: insights}
    jobs = [job for wave in WAVES for job in planner().wave(wave, published)]
    return built(jobs, {**{job.key: () for job in jobs}, **published})


def reasons(jobs: list[Job]) -> dict[str, tuple[str, ...]]:
    return {job.key.stem: job.reasons for job in jobs}


def test_every_document_is_made_for_those_it_is_meant_for() -> None:
    assert list(reasons(plan_all(planner(), WAVES))) == [
        "workshops.internal.da",
        "case_report.public.da",
        "case_report.client.da",
        "learning_summary.internal.da",
        "casebook.internal.da",
    ]


def test_an_asked_for_audience_gets_every_document() -> None:
    jobs = plan_all(planner(audience=Audience.PUBLIC, language="en"), WAVES)
    pages = [job.key.stem for job in jobs if job.pages]
    assert pages == [
        "workshops.public.en",
        "case_report.public.en",
        "learning_summary.public.en",
        "casebook.public.en",
    ]
    # Reports take their insights from the internal record, whatever is asked for.
    assert [job.key.stem for job in jobs if not job.pages] == ["workshops.internal.en"]


def test_what_was_built_from_the_same_inputs_is_fresh() -> None:
    jobs = plan_all(planner(everything()), WAVES)
    assert all(job.fresh for job in jobs), reasons(jobs)


def test_a_changed_group_is_named() -> None:
    quote = {"id": "q", "text": "Ja", "name": "N", "title": "t", "audience": "client"}
    changed = replace(planner(everything()), engagements={"lille": engagement(voices=[quote])})
    found = reasons(plan_all(changed, WAVES))
    assert found["case_report.client.da"][0] == "params: voices changed"
    # The public never sees the quote, so its page is the same.
    assert "params: voices changed" not in found["case_report.public.da"]


def test_a_changed_template_makes_pages_again_without_running_notebooks() -> None:
    changed = replace(planner(everything()), inputs=replace(INPUTS, templates="new look"))
    jobs = plan_all(changed, WAVES)
    assert not any(job.reasons for job in jobs)
    assert {page.reasons for job in jobs for page in job.pages} == {("templates changed",)}


def test_a_published_insight_reaches_the_report_it_is_meant_for() -> None:
    insight = Insight(
        key="k",
        phase=PhaseKind.WORKSHOPS,
        kind=InsightKind.FINDING,
        statement=Text(da="Giv mere tid"),
        audiences=(Audience.CLIENT,),
        added=True,
    )
    record = Key("lille", "workshops", INTERNAL, "da")
    jobs = planner(everything()).wave(1, {record: (insight,)})
    assert reasons(jobs) == {
        "case_report.public.da": (),
        "case_report.client.da": ("insights: workshops changed",),
        "learning_summary.internal.da": (),
    }


def test_a_failed_phase_record_leaves_reports_never_fresh() -> None:
    jobs = planner().wave(1, {})
    assert {job.fingerprint["insights: workshops"] for job in jobs} == {MISSING}
    again = planner(built(jobs)).wave(1, {})
    assert {job.reasons for job in again} == {("insights: workshops missing",)}


def test_a_plan_says_that_insights_may_change() -> None:
    memory = everything()
    record = Key("lille", "workshops", INTERNAL, "da")
    del memory.files[record, NOTEBOOK]
    found = reasons(plan_all(planner(memory), WAVES))
    assert found["workshops.internal.da"] == ("new",)
    assert found["case_report.public.da"] == ("insights: workshops may change",)


def test_force_is_a_reason() -> None:
    assert {job.reasons for job in plan_all(planner(everything(), force=True), WAVES)} == {
        ("forced",)
    }
