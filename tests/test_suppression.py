"""Small numbers: what is shown never gives a small group away."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from casebook.audience import view
from casebook.model import Audience, Engagement, State
from casebook.suppression import Relations, withheld

LEAST = 5


def shown(parts: dict[str, int], total: int) -> dict[str, int]:
    """What is left of a row with its total."""
    counts = parts | {"total": total}
    hidden = withheld(counts, Relations({part: ["total"] for part in parts}), LEAST)
    return {key: n for key, n in counts.items() if key not in hidden}


@pytest.mark.parametrize(
    ("parts", "total", "left"),
    [
        (
            {"direktion": 3, "facilitatorer": 6, "koncernledelse": 9},
            18,
            {"koncernledelse": 9, "total": 18},
        ),
        ({"a": 12, "b": 8, "c": 4, "d": 1}, 25, {"a": 12, "b": 8, "total": 25}),
        ({"a": 5, "b": 5, "c": 5}, 15, {"a": 5, "b": 5, "c": 5, "total": 15}),
        ({"facilitatorer": 17}, 20, {"total": 20}),
        ({"a": 4}, 4, {}),
        ({"a": 0, "b": 7}, 7, {"a": 0, "b": 7, "total": 7}),
        ({"a": 12, "b": 4}, 16, {"total": 16}),
        ({"a": 20}, 20, {"a": 20, "total": 20}),
    ],
)
def test_a_small_count_takes_others_with_it_until_no_remainder_is_small(parts, total, left):
    assert shown(parts, total) == left


def test_a_part_of_a_part_is_taken_from_the_whole_too():
    counts = {"alle": 40, "ledere": 38, "skoleledere": 37}
    within = {"ledere": ["alle"], "skoleledere": ["ledere", "alle"]}
    assert withheld(counts, Relations(within), LEAST) == {"ledere", "skoleledere"}


def test_parts_that_fill_a_hidden_part_are_taken_from_the_whole_together():
    counts = {"alle": 40, "ledere": 38, "skole": 20, "dagtilbud": 18}
    within = {"ledere": ["alle"], "skole": ["ledere", "alle"], "dagtilbud": ["ledere", "alle"]}
    assert withheld(counts, Relations(within), LEAST) == {"ledere", "dagtilbud"}


def test_many_groups_that_overlap_are_decided_at_once():
    counts = {f"g{n}": 20 + n for n in range(40)} | {"alle": 300}
    within = {key: ["alle"] for key in counts if key != "alle"}
    assert "alle" not in withheld(counts, Relations(within), LEAST)
    overlap = {key: [other for other in within if other != key] for key in within}
    assert withheld(counts, Relations(within, overlap), LEAST) == set()


def test_parts_that_are_known_to_overlap_are_not_added_up():
    counts = {"alle": 40, "ledere": 22, "fagfolk": 15}
    within = {"ledere": ["alle"], "fagfolk": ["alle"]}
    assert withheld(counts, Relations(within), LEAST) == {"fagfolk"}
    assert withheld(counts, Relations(within, {"ledere": ["fagfolk"]}), LEAST) == set()


# --- What a reader who can calculate may find out -----------------------------------------------


@st.composite
def organisations(draw: st.DrawFn) -> tuple[list[int], list[int | None]]:
    """Groups within groups, apart from each other: people in no smaller group, and the parent."""
    size = draw(st.integers(1, 8))
    own = draw(st.lists(st.integers(0, 12), min_size=size, max_size=size))
    parent = [None] + [draw(st.integers(0, at - 1)) for at in range(1, size)]
    return own, parent


def ancestors(at: int, parent: list[int | None]) -> list[int]:
    found = []
    while (at := parent[at]) is not None:
        found.append(at)
    return found


def determined(equations: list[list[Fraction]], wanted: list[Fraction]) -> bool:
    """Whether `wanted` is a sum of multiples of the equations: then its value is known."""

    def rank(rows: list[list[Fraction]]) -> int:
        rows, found = [row[:] for row in rows], 0
        for column in range(len(wanted)):
            pivot = next((r for r in range(found, len(rows)) if rows[r][column]), None)
            if pivot is None:
                continue
            rows[found], rows[pivot] = rows[pivot], rows[found]
            for r in range(found + 1, len(rows)):
                factor = rows[r][column] / rows[found][column]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[found], strict=True)]
            found += 1
        return found

    return rank([*equations, wanted]) == rank(equations)


@settings(max_examples=400, deadline=None)
@given(organisations(), st.sampled_from([5, 10]))
@example(([0, 17, 3], [None, 0, 0]), 5)
@example(([0, 9, 6, 3], [None, 0, 0, 0]), 5)
@example(([2, 1, 37], [None, 0, 1]), 5)
def test_nobody_can_compute_a_small_group_from_what_is_shown(organisation, least):
    own, parent = organisation
    groups = range(len(own))
    around = {at: ancestors(at, parent) for at in groups}
    members = {at: [o for o in groups if o == at or at in around[o]] for at in groups}
    counts = {at: sum(own[o] for o in members[at]) for at in groups}
    visible = set(groups) - withheld(counts, Relations(around), least)

    def row(of: list[int]) -> list[Fraction]:
        return [Fraction(o in of) for o in groups]

    # The reader knows who is part of whom, and even which places are empty.
    known = [row(members[at]) for at in visible] + [row([o]) for o in groups if own[o] == 0]
    for at in groups:
        for group, n in ((members[at], counts[at]), ([at], own[at])):
            if 0 < n < least:
                assert not determined(known, row(group)), (counts, visible, group)


# --- The same on an engagement ------------------------------------------------------------------


def engagement(
    sizes: dict[str, object], heads: list[tuple[str, str, object, object]]
) -> Engagement:
    """Groups that lie in each other, the largest last; sessions as (date, group, invited, came)."""
    inside = dict(pairwise(sizes))
    groups = [
        {"id": id, "label": id, "kind": "andet", "size": size}
        | ({"subset_of": inside[id]} if id in inside else {})
        for id, size in sizes.items()
    ]
    sessions = [
        {"id": f"S{n}", "activity": "a1", "status": "held", "date": date, "group": group}
        | {"invited": invited, "attended": came}
        for n, (date, group, invited, came) in enumerate(heads)
    ]
    activity = {"id": "a1", "kinds": ["seminar"], "text": "... mødes.", "sessions": sessions}
    return Engagement.model_validate(
        {
            "client": {"id": "p", "name": "Prøve Kommune"},
            "engagement": {"id": "p", "title": "En prøve", "years": {"start": 2024}},
            "participants": groups,
            "phases": [{"id": "s", "kind": "seminars", "activities": [activity]}],
        }
    )


def heads(found: Engagement) -> list[object]:
    facts = [fact for s in found.sessions for fact in (s.invited, s.attended)]
    return [fact.value if fact.state is State.KNOWN else str(fact.state) for fact in facts]


HIDDEN = "withheld"


@pytest.mark.parametrize(
    ("sizes", "given_heads", "left"),
    [
        # The part's size is hidden, so nobody may learn it from who was invited to it.
        ({"del": 38, "hele": 40}, [("2024-01", "del", 38, 30)], [HIDDEN, HIDDEN]),
        ({"del": 30, "hele": 40}, [("2024-01", "del", 30, 3)], [30, HIDDEN]),
        # No size is known: those who were invited are as many as there may be.
        (
            {"del": "unknown", "hele": "unknown"},
            [("2024-01", "del", 38, 30), ("2024-02", "hele", 40, 33)],
            [HIDDEN, HIDDEN, 40, 33],
        ),
        # The same event, counted for the part and for the whole.
        (
            {"del": 20, "hele": 40},
            [("2024-01", "del", 20, 17), ("2024-01", "hele", 40, 19)],
            [20, HIDDEN, 40, 19],
        ),
        # Two events: 19 came to one and 17 to the other, which says nothing of two people.
        (
            {"del": 20, "hele": 40},
            [("2024-01", "del", 20, 17), ("2024-02", "hele", 40, 19)],
            [20, 17, 40, 19],
        ),
    ],
)
def test_who_came_does_not_give_away_a_small_remainder(sizes, given_heads, left):
    found = engagement(sizes, given_heads)
    assert heads(view(found, Audience.PUBLIC)) == left
    assert HIDDEN not in heads(view(found, Audience.CLIENT)), "colleagues know who was there"


def surveys(answered: dict[str, int]) -> Engagement:
    """The same question to groups that all lie in the last one."""
    *parts, whole = answered
    groups = [{"id": g, "label": g, "kind": "andet", "subset_of": whole} for g in parts]
    groups.append({"id": whole, "label": whole, "kind": "andet"})
    asked = [
        {
            "id": group,
            "title": group,
            "group": group,
            "items": [{"id": "Q", "text": "Sikker?", "scale": [1, 2]}],
            "waves": [{"id": "before", "asked": 40}],
            "distributions": [{"item": "Q", "wave": "before", "answered": n, "counts": [n - 1, 1]}],
            "shifts": [
                {"item": "Q", "before": "before", "after": "after", "n_before": n, "n_after": n}
                | {"n_pairs": n, "up": n - 2, "same": 1, "down": 1}
            ],
        }
        for group, n in answered.items()
    ]
    found = engagement({}, [])
    values = found.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return Engagement.model_validate(
        values | {"participants": groups, "outcomes": {"surveys": asked}}
    )


@pytest.mark.parametrize(
    ("answered", "audience", "bases", "distributions"),
    [
        ({"d": 3, "f": 6, "k": 9, "alle": 18}, Audience.CLIENT, {"k": 9, "alle": 18}, ["alle"]),
        ({"f": 17, "alle": 20}, Audience.CLIENT, {"alle": 20}, ["alle"]),
        ({"f": 17, "alle": 20}, Audience.INTERNAL, {"alle": 20}, ["alle"]),
        # The other six would have a distribution by subtraction, which six may not have.
        ({"f": 14, "alle": 20}, Audience.CLIENT, {"alle": 20}, ["alle"]),
        ({"f": 12, "alle": 25}, Audience.CLIENT, {"f": 12, "alle": 25}, ["f", "alle"]),
        ({"f": 12, "alle": 25}, Audience.PUBLIC, {"f": 12, "alle": 25}, ["f", "alle"]),
        ({"f": 9, "alle": 25}, Audience.PUBLIC, {"alle": 25}, ["alle"]),
        ({"f": 4, "alle": 4}, Audience.CLIENT, {}, []),
    ],
)
def test_answers_of_a_part_do_not_give_away_how_the_others_answered(
    answered, audience, bases, distributions
):
    seen = view(surveys(answered), audience).outcomes.surveys
    assert {s.id: n for s in seen if (n := s.distributions[0].answered)} == bases
    assert [s.id for s in seen if s.distributions[0].counts] == distributions
    assert {s.id for s in seen if s.shifts[0].same is not None} == set(distributions)
    for survey in seen:
        bases_of_pairs = {survey.shifts[0].n_before, survey.shifts[0].n_pairs}
        assert bases_of_pairs <= {None, bases.get(survey.id)}, "not by another way either"


def test_of_a_few_who_were_asked_the_public_does_not_learn_how_many():
    values = surveys({"f": 4, "alle": 40}).model_dump(mode="json", by_alias=True)
    values["outcomes"]["surveys"][0]["waves"][0]["asked"] = 4
    few, all_of_them = view(Engagement.model_validate(values), Audience.PUBLIC).outcomes.surveys
    assert few.waves[0].asked.state is State.WITHHELD
    assert all_of_them.waves[0].asked.value == 40
