"""What the records of an engagement hold and what is missing, topic by topic."""

import re
from typing import Any

from test_archetypes import ARCHETYPES, text

from casebook.charts import CHARTS
from casebook.completeness import Topic, topics
from casebook.model import Engagement
from casebook.source import read
from casebook.text import Words


def engagement(**more: Any) -> Engagement:
    activity = {"id": "a", "kinds": ["seminar"], "text": "…", **more.pop("activity", {})}
    values = {
        "client": {"id": "x", "name": "X"},
        "engagement": {"id": "x", "title": "X", "years": {"start": 2024}},
        "phases": [{"id": "p", "kind": "seminars", "activities": [activity]}],
        **more,
    }
    return Engagement.model_validate(values)


def topic(of: Engagement, name: str) -> Topic | None:
    return next((found for found in topics(of) if found.name == name), None)


def test_given_unknown_withheld_and_not_noted_are_counted_apart_and_the_inapplicable_not_at_all():
    sizes = [
        12,
        "unknown (ikke talt)",
        "withheld (små tal)",
        "not_applicable (åben for alle)",
        None,
    ]
    groups = [
        {"id": f"g{n}", "label": "G", "kind": "andet", "size": size} for n, size in enumerate(sizes)
    ]
    found = topic(engagement(participants=groups), "sizes")
    assert found == Topic("sizes", given=1, unknown=1, withheld=1, unrecorded=1)
    assert found.places == 4


def test_only_held_sessions_are_asked_and_an_activity_without_any_is_one_place():
    held = {"id": "s1", "activity": "a", "status": "held", "date": "2024-03-01", "attended": 9}
    moved = {"id": "s2", "activity": "a", "status": "moved"}
    told = engagement(activity={"sessions": [held, moved]})
    assert topic(told, "attendance") == Topic("attendance", 1, 0, 0, 0)
    assert topic(told, "leaders") == Topic("leaders", 0, 0, 0, 1)
    assert topic(engagement(), "attendance") == Topic("attendance", 0, 0, 0, 1)


def test_a_response_rate_takes_both_those_who_were_asked_and_those_who_answered():
    item = {"id": "Q03", "text": "Sikker?", "scale": [0, 10]}
    answered = {"item": "Q03", "wave": "before", "answered": 9, "counts": [9, *[0] * 10]}
    waves = [{"id": "before", "asked": 12}, {"id": "after", "asked": 12}]
    survey = {"id": "s", "title": "S", "items": [item], "waves": waves, "distributions": [answered]}
    found = topic(engagement(outcomes={"surveys": [survey]}), "responses")
    assert found == Topic("responses", given=1, unknown=0, withheld=0, unrecorded=1)


def test_what_such_an_engagement_does_not_have_is_no_gap():
    assert topic(engagement(), "clusters") is None
    assert topic(engagement(), "tool_use") is None
    assert topic(engagement(), "consents") is None


def test_the_chart_says_how_many_topics_are_full_and_empty_and_never_one_number():
    found = read(ARCHETYPES / "params" / "proevestrup.yaml").engagement
    drawn = CHARTS["completeness"](found, Words("da"))
    counted = topics(found)
    full = sum(one.given == one.places for one in counted)
    empty = sum(one.given == 0 for one in counted)
    assert drawn.title.startswith(f"{full} af {len(counted)} emner er fuldt oplyst; {empty} står")
    assert len(drawn.table.rows) == len(counted)
    assert "%" not in drawn.svg + drawn.description


def test_unknown_and_withheld_are_hatched_in_ways_that_differ_without_colour():
    sizes = ["unknown (ikke talt)", "withheld (små tal)"]
    groups = [
        {"id": f"g{n}", "label": "G", "kind": "andet", "size": size} for n, size in enumerate(sizes)
    ]
    drawn = CHARTS["completeness"](engagement(participants=groups), Words("da"))
    hatches = set(re.findall(r'<pattern .*?<path d="(.*?)"', drawn.svg))
    # Some tiles hold only lines that rise, the others crossing ones.
    assert {re.search(r"l\d+ \d+", lines) is not None for lines in hatches} == {False, True}


def test_only_the_firm_sees_how_complete_its_records_are(archetypes):
    title = "Hvor fuldstændige oplysningerne er"
    assert title in text(archetypes, "proevestrup/learning_summary.internal")
    assert title not in text(archetypes, "proevestrup/case_report.client")
