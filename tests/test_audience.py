"""What each audience may see."""

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casebook import model
from casebook.audience import view
from casebook.model import PUBLIC, Audience, Engagement, SeenBy, State, to_parameters
from casebook.source import read
from casebook.suppression import ANSWER_BASE, DISTRIBUTION_BASE

PARAMS = Path(__file__).parents[1] / "params"
PARTS = [
    part
    for part in vars(model).values()
    if isinstance(part, type) and issubclass(part, model.Part) and part is not model.Part
]


@pytest.fixture(scope="module")
def example() -> Engagement:
    found = read(PARAMS / "eksempelkommune.yaml").engagement
    assert found is not None
    return found


def engagement(**groups: object) -> Engagement:
    activity = {"id": "a1", "kinds": ["seminar"], "text": "... holde seminarer."}
    values = {
        "client": {"id": "p", "name": "Prøve Kommune"},
        "engagement": {"id": "p", "title": "En prøve", "years": {"start": 2024}},
        "phases": [{"id": "s", "kind": "seminars", "activities": [activity]}],
        "release": {"naming": "named"},
    }
    return Engagement.model_validate(values | groups)


@pytest.mark.parametrize("audience", Audience)
def test_the_view_of_a_view_is_the_view(example, audience):
    once = view(example, audience)
    assert view(once, audience) == once


def test_going_through_a_narrower_view_changes_nothing(example):
    internal = view(example, Audience.INTERNAL)
    for audience in Audience:
        assert view(internal, audience) == view(example, audience)


def test_what_has_to_be_there_may_be_seen_by_everybody():
    required = [
        (part.__name__, name)
        for part in PARTS
        for name, info in part.model_fields.items()
        if info.is_required() and PUBLIC not in info.metadata
    ]
    # Actors and their ties are hidden from the public as whole lists.
    assert [part for part in required if part[0] not in ("Actor", "Tie", "Consent")] == []


def test_a_field_without_a_mark_is_internal(example):
    public, client = view(example, Audience.PUBLIC), view(example, Audience.CLIENT)
    for seen in (public, client):
        assert seen.assignment.hours is None
        assert seen.client.readiness is None
        assert seen.learning.risks == ()
        assert seen.learning.reuse == ()
    assert view(example, Audience.INTERNAL).assignment.hours.value == 420


@pytest.mark.parametrize(
    ("words", "audience"),
    [
        ("Sparringen bidrog til valget", Audience.PUBLIC),
        ("AFT-0000", Audience.CLIENT),
        ("Klyngerne hviler på få personer", Audience.CLIENT),
        ("mellemlederne kom med", Audience.CLIENT),
        ("Der skulle fire til", Audience.CLIENT),
        ("Mål før første seminar", Audience.CLIENT),
        ("prisen føres i økonomisystemet", Audience.CLIENT),
        ("Klynge Natur", Audience.PUBLIC),
        ("Faldt sammen med budgettet", Audience.PUBLIC),
        ("samtykke-1", Audience.CLIENT),
    ],
)
def test_what_is_not_for_an_audience_is_nowhere_in_its_parameters(example, words, audience):
    assert words in str(to_parameters(view(example, Audience.INTERNAL)))
    assert words not in str(to_parameters(view(example, audience)))


def test_reasons_why_something_is_unknown_stay_inside():
    found = read(PARAMS / "skanderborg.yaml").engagement
    assert "intet samtykke er set" not in str(to_parameters(view(found, Audience.PUBLIC)))


def test_an_unmarked_quote_is_not_public():
    quote = {"id": "q", "text": "Godt.", "name": "A", "title": "B"}
    assert view(engagement(voices=[quote]), Audience.PUBLIC).voices == ()
    marked = engagement(voices=[quote | {"audience": "public"}])
    assert len(view(marked, Audience.PUBLIC).voices) == 1


def sizes(found: Engagement) -> list[object]:
    return [
        g.size.value if g.size.state is State.KNOWN else str(g.size.state)
        for g in found.participants
    ]


@pytest.mark.parametrize(
    ("given_sizes", "shown"),
    [
        ((4, 40), ["withheld", 40]),
        ((5, 40), [5, 40]),
        ((38, 40), ["withheld", 40]),
        ((40, 40), [40, 40]),
        ((0, 40), [0, 40]),
    ],
)
def test_small_groups_and_small_remainders_are_hidden_from_the_public(given_sizes, shown):
    part, whole = given_sizes
    groups = [
        {"id": "del", "label": "Del", "kind": "andet", "size": part, "subset_of": "alle"},
        {"id": "alle", "label": "Alle", "kind": "alle_ledere", "size": whole},
    ]
    assert sizes(view(engagement(participants=groups), Audience.PUBLIC)) == shown
    assert sizes(view(engagement(participants=groups), Audience.CLIENT)) == [part, whole]


def survey(counts: list[int], up: int, same: int, down: int) -> dict[str, object]:
    n, pairs = sum(counts), up + same + down
    both = {"n_before": max(n, pairs), "n_after": max(n, pairs), "n_pairs": pairs}
    return {
        "id": "s",
        "title": "Skema",
        "items": [{"id": "Q", "text": "Sikker?", "scale": [1, 5]}],
        "waves": [{"id": "before"}, {"id": "after"}],
        "distributions": [{"item": "Q", "wave": "before", "answered": n, "counts": counts}],
        "shifts": [
            {"item": "Q", "before": "before", "after": "after", **both}
            | {"up": up, "same": same, "down": down}
        ],
    }


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.integers(0, 6), min_size=5, max_size=5),
    st.tuples(*[st.integers(0, 8)] * 3),
    st.sampled_from(list(Audience)),
)
def test_no_distribution_below_its_base_and_no_base_below_the_least(counts, pairs, audience):
    found = engagement(outcomes={"surveys": [survey(counts, *pairs)]})
    (seen,) = view(found, audience).outcomes.surveys
    (distribution,), (shift,) = seen.distributions, seen.shifts
    n, n_pairs = sum(counts), sum(pairs)
    assert (distribution.counts is not None) == (n >= DISTRIBUTION_BASE)
    assert (distribution.answered is not None) == (n >= ANSWER_BASE[audience])
    assert (shift.same is not None) == (n_pairs >= DISTRIBUTION_BASE)
    if n_pairs < ANSWER_BASE[audience]:
        assert shift.up is None
        assert shift.n_pairs is None
    elif n_pairs < DISTRIBUTION_BASE:
        assert shift.up not in (0, n_pairs), "unanimity would disclose everybody"


def test_insights_go_to_exactly_the_audiences_they_list():
    insight = {"key": "k", "phase": "seminars", "kind": "finding", "statement": "Et fund"}
    found = engagement()
    for audiences in (["internal"], ["client", "internal"], ["public", "client", "internal"]):
        phase = found.phases[0].model_copy(
            update={"insights": (model.Insight.model_validate(insight | {"audiences": audiences}),)}
        )
        givene = found.model_copy(update={"phases": (phase,)})
        for audience in Audience:
            assert bool(view(givene, audience).phases[0].insights) == (audience in audiences)


@pytest.mark.parametrize(
    ("n", "total", "shown"),
    [
        (12, 15, {Audience.PUBLIC, Audience.CLIENT, Audience.INTERNAL}),
        (6, 8, {Audience.CLIENT, Audience.INTERNAL}),
        (3, 15, {Audience.CLIENT, Audience.INTERNAL}),
        (3, 4, set()),
        (7, None, {Audience.CLIENT, Audience.INTERNAL}),
    ],
)
def test_a_finding_added_by_hand_stands_without_its_count_where_that_is_too_small(n, total, shown):
    values = {"key": "k", "phase": "seminars", "kind": "finding", "statement": "Et fund"}
    values |= {"added": True, "n": n, "total": total, "audiences": list(Audience)}
    found = engagement()
    insight = model.Insight.model_validate(values)
    phase = found.phases[0].model_copy(update={"insights": (insight,)})
    found = found.model_copy(update={"phases": (phase,)})
    seen = {audience: view(found, audience).phases[0].insights for audience in Audience}
    assert all(insights[0].statement.da == "Et fund" for insights in seen.values())
    assert {audience for audience, insights in seen.items() if insights[0].n == n} == shown


def consented(consent: dict[str, object], *marks: str) -> Engagement:
    quotes = [
        {"id": f"q{n}", "text": "Godt.", "name": "A", "title": "B", "consent": "k"}
        | {"audience": mark}
        for n, mark in enumerate(marks)
    ]
    record = {"id": "k", "person": "A", "given": "2024-05"} | consent
    return engagement(voices=quotes, release={"naming": "named", "consents": [record]})


@pytest.mark.parametrize(
    ("consent", "seen_by"),
    [
        ({"audiences": ["public", "client"]}, ["public", "client", "internal"]),
        ({"audiences": ["client"]}, ["client", "internal"]),
        ({"audiences": ["public", "client"], "withdrawn": "2025"}, ["internal"]),
    ],
)
def test_a_quote_is_seen_by_those_its_consent_covers(consent, seen_by):
    found = consented(consent, "public")
    assert [
        a for a in ("public", "client", "internal") if view(found, Audience(a)).voices
    ] == seen_by


def test_every_audience_mark_is_on_a_field_that_exists():
    marks = [
        m
        for p in PARTS
        for i in p.model_fields.values()
        for m in i.metadata
        if isinstance(m, SeenBy)
    ]
    assert len(marks) > 100
    assert get_args(model.Slug), "marks stand beside other metadata"
