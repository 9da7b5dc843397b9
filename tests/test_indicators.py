from __future__ import annotations

from typing import Any

import pytest

from casebook.indicators import INDICATORS, delivery, ownership, reach, response, shift
from casebook.indicators import tools_in_use as tools
from casebook.indicators.dates import span
from casebook.model import Engagement, State
from casebook.municipalities import municipalities


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
