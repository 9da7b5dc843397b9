from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from casebook.answers import add_counts
from casebook.dates import span
from casebook.indicators import (
    INDICATORS,
    actors_mobilised,
    behaviour,
    delivery,
    intervals,
    maintenance,
    ownership,
    reach,
    recommendation,
    response,
    retrospective,
    satisfaction,
    shift,
)
from casebook.indicators import tools_in_use as tools
from casebook.indicators.intervals import Interval
from casebook.indicators.value import Method, Value, method_of_answers
from casebook.model import Engagement, State
from casebook.municipalities import municipalities
from casebook.phases import PHASES
from casebook.source import read
from casebook.tables import Row

ROOT = Path(__file__).parents[1]


def engagement(
    sessions: list[dict[str, Any]] | None = None,
    size: Any = "unknown",
    planned: Any = "unknown",
    outcomes: dict[str, Any] | None = None,
) -> Engagement:
    rows = [
        {"id": f"s{place}", "activity": "a", "status": "held", "group": "ledere", **row}
        for place, row in enumerate(sessions or [])
    ]
    activity = {"id": "a", "kinds": ["seminar"], "text": "…", "planned": planned, "sessions": rows}
    return Engagement.model_validate(
        {
            "client": {"id": "x", "name": "Eksempelkommune"},
            "engagement": {"id": "x", "title": "Forløb", "years": {"start": 2023}},
            "participants": [
                {"id": "ledere", "label": "Ledere", "kind": "alle_ledere", "size": size}
            ],
            "phases": [{"id": "p", "kind": "seminars", "activities": [activity]}],
            "outcomes": outcomes or {},
        }
    )


def attended(*counts: Any) -> list[dict[str, Any]]:
    return [{"attended": count} for count in counts]


def test_one_counted_session_leaves_no_doubt_about_the_persons() -> None:
    (found,) = reach.measure(engagement(attended(31), size=35))
    assert (found.n, found.total, found.low, found.high) == (31, 35, 31, 31)


@pytest.mark.parametrize(
    ("counts", "size", "bounds"),
    [
        ((20, 30, 25), 100, (30, 75)),
        ((20, 30, 25), 40, (30, 40)),
        ((20, 30), "unknown", (30, 50)),
        ((0, 0), 40, (0, 0)),
        ((20, None), 40, (20, 40)),
        ((20, None), "unknown", (20, None)),
        ((12,), 10, (12, 12)),
    ],
)
def test_persons_lie_between_the_largest_session_and_the_sum_or_the_group(
    counts: tuple[Any, ...], size: Any, bounds: tuple[int, int | None]
) -> None:
    (found,) = reach.measure(engagement(attended(*counts), size=size))
    assert (found.low, found.high) == bounds


def test_missing_zero_and_withheld_head_counts_stay_apart() -> None:
    def state_and_low(count: Any) -> tuple[State, int | None]:
        (found,) = reach.measure(engagement(attended(count)))
        return found.state, found.low

    assert state_and_low(None) == (State.UNKNOWN, None)
    assert state_and_low(0) == (State.KNOWN, 0)
    assert state_and_low({"state": "withheld"}) == (State.WITHHELD, None)


def test_only_held_sessions_that_name_the_group_count_for_its_reach() -> None:
    rows: list[dict[str, Any]] = [
        {"attended": 9, "status": "cancelled"},
        {"attended": 8, "group": None},
    ]
    (found,) = reach.measure(engagement([*attended(7), *rows]))
    assert (found.n, found.sessions) == (7, 1)


def test_an_activity_without_sessions_on_record_is_unknown_and_not_zero() -> None:
    (found,) = delivery.measure(engagement(planned=3))
    assert (found.n, found.total, found.state) == (None, 3, State.UNKNOWN)


def test_delivery_counts_each_status_and_keeps_deviations() -> None:
    statuses = ["held", "held", "moved", "cancelled", "unknown", "planned"]
    rows: list[dict[str, Any]] = [{"status": status} for status in statuses]
    rows[3]["deviation"] = "Aflyst på grund af sne"
    (found,) = delivery.measure(engagement(rows, planned=6))
    assert (found.n, found.total, found.high) == (2, 6, 3)
    assert (found.cancelled, found.moved, found.outstanding) == (1, 1, 1)
    assert found.deviations == ("Aflyst på grund af sne",)


def test_a_share_is_only_given_from_a_total_of_ten() -> None:
    few = engagement([{}] * 8, planned=9)
    enough = engagement([{}] * 8, planned=10)
    assert delivery.measure(few)[0].share is None
    assert delivery.measure(enough)[0].share == pytest.approx(0.8)


def survey(**counted: Any) -> dict[str, Any]:
    item = {"id": "Q03", "text": "Sikker", "scale": [0, 4]}
    waves = [{"id": "before", "asked": 14}, {"id": "after", "asked": "unknown"}]
    return {"surveys": [{"id": "s", "title": "S", "items": [item], "waves": waves, **counted}]}


def test_response_is_answers_of_those_asked_and_says_why_a_number_is_missing() -> None:
    distributions = [
        {"item": "Q03", "wave": "before", "answered": 12, "counts": [2, 2, 4, 2, 2]},
        {"item": "Q03", "wave": "after", "withheld": True},
    ]
    before, after = response.measure(engagement(outcomes=survey(distributions=distributions)))
    assert (before.n, before.total, before.subject) == (12, 14, "s/before")
    assert (after.n, after.total, after.state) == (None, None, State.WITHHELD)


def test_a_shift_gives_the_pairs_and_the_median_of_each_wave() -> None:
    distributions = [
        {"item": "Q03", "wave": "before", "answered": 10, "counts": [5, 5, 0, 0, 0]},
        {"item": "Q03", "wave": "after", "answered": 11, "counts": [0, 0, 0, 11, 0]},
    ]
    pairs = {"n_before": 10, "n_after": 11, "n_pairs": 10, "up": 8, "same": 1, "down": 1}
    shifts = [{"item": "Q03", "before": "before", "after": "after", **pairs}]
    outcomes = survey(distributions=distributions, shifts=shifts)
    (found,) = shift.measure(engagement(outcomes=outcomes))
    assert (found.n, found.same, found.down, found.total) == (8, 1, 1, 10)
    assert (found.median_before, found.median_after) == (0.5, 3)


def test_a_withheld_shift_has_no_count() -> None:
    shifts = [{"item": "Q03", "before": "before", "after": "after", "withheld": True}]
    (found,) = shift.measure(engagement(outcomes=survey(shifts=shifts)))
    assert (found.n, found.state) == (None, State.WITHHELD)


def test_a_tool_is_in_use_by_each_units_latest_level() -> None:
    rows = [
        ("a", "2024-11", "II"),
        ("a", "2024-Q1", "IVA"),
        ("b", "2024", "III"),
        ("c", "2024", "VI"),
    ]
    records = [{"tool": "laerred", "unit": u, "date": d, "level": v} for u, d, v in rows]
    (found,) = tools.measure(engagement(outcomes={"tool_use": records}))
    assert (found.n, found.embedded, found.total) == (2, 1, 3)


def test_ownership_leaves_sessions_without_a_level_out_of_the_denominator() -> None:
    (found,) = ownership.measure(engagement([{"ownership": 1}, {"ownership": 2}, {}]))
    assert (found.n, found.total, found.unrecorded) == (1, 2, 1)
    (unknown,) = ownership.measure(engagement([{}]))
    assert (unknown.n, unknown.total, unknown.state) == (None, None, State.UNKNOWN)


def test_every_indicator_of_an_empty_engagement_invents_no_number() -> None:
    values = [value for measure in INDICATORS.values() for value in measure(engagement())]
    assert {value.n for value in values} == {None}
    assert {value.state for value in values} == {State.UNKNOWN}


@pytest.mark.parametrize(
    ("when", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-Q1", "2024-01-01", "2024-03-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024-02-03", "2024-02-03", "2024-02-03"),
    ],
)
def test_a_date_spans_the_days_it_may_mean(when: str, first: str, last: str) -> None:
    found = span(when)
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


def test_a_region_depends_on_the_date() -> None:
    known = municipalities()
    assert len(known) == 98
    assert known["0746"].region(2024) == "Region Midtjylland"
    assert known["0400"].official_name == "Bornholms Regionskommune"
    assert known["0400"].region(2026) == "Region Hovedstaden"
    assert known["0400"].region(2027) == "Region Østdanmark"


# Golden values: computed with statsmodels and scipy, and published with the brief's definitions.


@pytest.mark.parametrize(
    ("n", "total", "low", "high"),
    [
        (0, 5, 0.0000, 0.4345),
        (3, 5, 0.2307, 0.8824),
        (5, 5, 0.5655, 1.0000),
        (6, 8, 0.4093, 0.9285),
        (8, 10, 0.4902, 0.9433),
        (12, 15, 0.5481, 0.9295),
        (18, 24, 0.5510, 0.8800),
        (0, 12, 0.0000, 0.2425),
        (41, 60, 0.5577, 0.7869),
    ],
)
def test_a_share_has_its_wilson_interval(n: int, total: int, low: float, high: float) -> None:
    found = Value("share", "x", n, total, method=Method.WILSON).interval
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("counts", "score", "reach"),
    [((6, 3, 1), 50, 41.6), ((10, 6, 4), 30, 34.2), ((30, 20, 10), 33.3, 18.9)],
)
def test_a_net_score_has_the_interval_of_its_mean(
    counts: tuple[int, int, int], score: float, reach: float
) -> None:
    found, interval = intervals.net(*counts)
    assert found == pytest.approx(score, abs=0.05)
    assert (interval.high - interval.low) / 2 == pytest.approx(reach, abs=0.05)


@pytest.mark.parametrize(
    ("up", "down", "p"), [(7, 1, 0.0703), (9, 0, 0.0039), (8, 3, 0.2266), (5, 0, 0.0625)]
)
def test_the_sign_test_is_exact_and_two_sided(up: int, down: int, p: float) -> None:
    assert intervals.sign_test(up, down) == pytest.approx(p, abs=5e-5)


def test_where_most_of_those_asked_answered_the_bounds_are_those_of_the_others() -> None:
    assert method_of_answers(15, 20) is Method.NON_RESPONSE
    found = Value("share", "x", 12, 15, method=Method.NON_RESPONSE, asked_n=20).interval
    assert found == Interval(0.60, 0.85)
    assert method_of_answers(10, 20) is Method.WILSON
    assert method_of_answers(15, None) is Method.WILSON


def answered(
    item: str, scale: list[int], counts: list[int], wave: str = "after", **more: Any
) -> dict[str, Any]:
    found = {"item": item, "wave": wave, "answered": sum(counts), "counts": counts}
    one = {"id": item, "version": 2, "text": "…", "scale": scale}
    waves = [{"id": wave, "date": "2024-11", "asked": 40, **more}]
    one_survey = {"id": "s", "title": "S", "items": [one], "waves": waves, "distributions": [found]}
    return {"surveys": [one_survey]}


def test_satisfaction_is_the_two_highest_answers_with_all_that_a_reader_must_know() -> None:
    outcomes = answered("Q01", [1, 5], [0, 1, 2, 8, 4])
    (found,) = satisfaction.measure(engagement(outcomes=outcomes))
    assert (found.n, found.total, found.asked_n) == (12, 15, 40)
    assert (found.item, found.version, found.scale, found.wave) == ("Q01", 2, (1, 5), "after")
    assert (found.date, found.method) == ("2024-11", Method.WILSON)
    assert found.source is not None
    assert found.interval is not None


@pytest.mark.parametrize(("counts", "scored"), [((6, 3, 20), False), ((7, 3, 20), True)])
def test_a_net_score_is_given_from_thirty_answers_and_three_counts_below(
    counts: tuple[int, int, int], scored: bool
) -> None:
    promoters, passives, detractors = counts
    values = [detractors, 0, 0, 0, 0, 0, 0, passives, 0, 0, promoters]
    (found,) = recommendation.measure(engagement(outcomes=answered("Q10", [0, 10], values)))
    assert (found.n, found.passives, found.detractors) == counts
    assert (found.score is not None, found.interval is not None) == (scored, scored)


def test_another_item_on_the_scale_of_the_recommendation_is_no_recommendation() -> None:
    assert not recommendation.measure(engagement(outcomes=answered("Q03", [0, 10], [1] * 11)))


@pytest.mark.parametrize(
    ("last", "asked_on", "timely"),
    [
        ("2024-06-01", "2024-08-29", False),
        ("2024-06-01", "2024-08-30", True),
        ("2024-06-01", "2024-12-01", True),
        ("2024-06-01", "2024-12-02", False),
        ("2024-06", "2024-09", None),
        (None, "2024-09", None),
    ],
)
def test_behaviour_counts_only_three_to_six_months_after_the_last_session(
    last: str | None, asked_on: str, timely: bool | None
) -> None:
    outcomes = answered("Q06", [0, 1], [3, 12], "followup", asked=20, date=asked_on)
    sessions = [{"date": last}] if last else []
    (found,) = behaviour.measure(engagement(sessions, outcomes=outcomes))
    assert found.in_window is timely
    assert found.n == (None if timely is False else 12)
    assert found.interval == (None if timely is False else Interval(0.60, 0.85))


def test_maintenance_counts_units_seen_half_a_year_after_and_leaves_the_rest_unknown() -> None:
    rows = [("a", "2024-12-01", "III"), ("b", "2025-01", "II"), ("c", "2024-11-30", "VI")]
    records = [{"tool": "laerred", "unit": u, "date": d, "level": v} for u, d, v in rows]
    last = [{"date": "2024-06-01"}]
    (found,) = maintenance.measure(engagement(last, outcomes={"tool_use": records}))
    assert (found.n, found.total, found.unrecorded) == (1, 2, 1)
    (unknown,) = maintenance.measure(engagement(outcomes={"tool_use": records}))
    assert (unknown.n, unknown.state) == (None, State.UNKNOWN)


def test_ownership_is_told_by_quarter_where_the_dates_tell_it() -> None:
    rows = [
        {"date": "2024-05-14", "ownership": 1},
        {"date": "2024-Q2", "ownership": 3},
        {"date": "2024-08", "ownership": 2},
        {"date": "2024", "ownership": 4},
    ]
    (found,) = ownership.measure(engagement(rows))
    told = [(quarter.quarter, quarter.n, quarter.total) for quarter in found.quarters]
    assert told == [("2024-Q2", 1, 2), ("2024-Q3", 1, 1)]


def test_a_before_that_was_asked_about_afterwards_is_never_a_before() -> None:
    survey_ = {
        "id": "s",
        "items": [{"id": "Q03", "version": 1, "text": "Er det nyttigt?", "scale": [0, 10]}],
        "waves": [{"id": wave} for wave in ("before", "retrospective", "after")],
    }
    at = {"item": 1, "wave": 2, "key": 3, "value": 4}
    rows = [
        Row({"item": "Q03", "wave": wave, "key": f"k{key}", "value": float(value)}, "x.csv", 1, at)
        for wave, value in (("before", 5), ("retrospective", 2), ("after", 6))
        for key in range(10)
    ]
    assert add_counts(survey_, rows) == []
    compared = [(shift["before"], shift["after"]) for shift in survey_["shifts"]]
    assert compared == [("before", "after"), ("retrospective", "after")]
    given = survey(shifts=survey_["shifts"])
    given["surveys"][0]["waves"].append({"id": "retrospective"})
    true = shift.measure(engagement(outcomes=given))
    then = retrospective.measure(engagement(outcomes=given))
    assert [(value.key, value.before) for value in (*true, *then)] == [
        ("shift", "before"),
        ("retrospective_pre", "retrospective"),
    ]


def test_a_test_of_a_change_needs_ten_pairs() -> None:
    def p_value(up: int, down: int) -> float | None:
        pairs = {"n_pairs": up + down, "up": up, "same": 0, "down": down}
        shifts = [{"item": "Q03", "before": "before", "after": "after", **pairs}]
        (found,) = shift.measure(engagement(outcomes=survey(shifts=shifts)))
        return found.p_value

    assert p_value(7, 1) is None
    assert p_value(8, 3) == pytest.approx(0.2266, abs=5e-5)


def test_every_value_says_its_method_and_those_that_were_measured_their_date_and_source() -> None:
    example = read(ROOT / "params" / "eksempelkommune.yaml").engagement
    assert example is not None
    values = [value for measure in INDICATORS.values() for value in measure(example)]
    measured = [value for value in values if value.state is State.KNOWN]
    assert len(measured) > 20
    assert [value for value in measured if value.date is None or value.source is None] == []


# --- Actors ------------------------------------------------------------------------------------


def tied(*ties: tuple[str, str, str, int]) -> list[actors_mobilised.Mobilised]:
    """The actors of two sectors, with ties (from, to, wave, level) between them."""
    sectors = {
        "kommune": "kommune",
        "klub": "civilsamfund",
        "skole": "stat",
        "kirke": "civilsamfund",
    }
    actors = [
        {"id": id, "sector": sector, "place": "inside" if id == "kommune" else "outside"}
        for id, sector in sectors.items()
    ]
    rows = [{"from": a, "to": b, "wave": wave, "level": level} for a, b, wave, level in ties]
    made = engagement(outcomes={"actors": actors, "ties": rows})
    return list(actors_mobilised.measure(made))


def test_an_actor_is_mobilised_from_cooperation_on_and_counts_once_however_many_it_works_with():
    town, clubs, state = tied(
        ("kommune", "klub", "after", 2),
        ("klub", "kommune", "after", 4),
        ("klub", "kirke", "after", 1),
        ("kirke", "kommune", "after", 1),
    )
    assert (town.subject, town.n, town.total) == ("kommune", 1, 1)
    assert (clubs.subject, clubs.n, clubs.total) == ("civilsamfund", 1, 2)
    assert (state.n, state.total, state.unrated, state.state) == (None, None, 1, State.UNKNOWN)


def test_the_change_of_mobilised_actors_needs_a_baseline_of_the_same_actors():
    now = [("kommune", "klub", "after", 3), ("kommune", "kirke", "after", 2)]
    before = [("kommune", "klub", "before", 2), ("kommune", "kirke", "before", 0)]
    assert [v.change for v in tied(*now)] == [None, None, None]
    clubs = tied(*before, *now)[1]
    assert (clubs.before, clubs.n, clubs.change, clubs.wave) == (1, 2, 1, "after")
    assert tied(before[0], *now)[1].change is None


def test_a_baseline_alone_is_no_change():
    clubs = tied(("kommune", "klub", "before", 2))[1]
    assert (clubs.n, clubs.before, clubs.change) == (1, None, None)


def test_fewer_actors_who_work_together_is_an_adverse_finding_with_both_counts():
    actors = [{"id": id, "sector": "civilsamfund", "place": "outside"} for id in "ab"]
    ties = [
        {"from": "a", "to": "b", "wave": wave, "level": level}
        for wave, level in (("before", 3), ("after", 1))
    ]
    made = engagement(outcomes={"actors": actors, "ties": ties})
    (found,) = [i for i in PHASES["workshops"](made) if i.key.startswith("workshops-actors")]
    assert found.adverse
    assert "civilsamfund: 0 af 2 aktører" in found.statement.da
    assert "før var det 2" in found.statement.da
