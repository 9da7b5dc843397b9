"""What people answered, as the phase record and the client report tell it."""

from casebook.audience import view
from casebook.model import Audience, Engagement
from casebook.sections.benefit import benefit
from casebook.sections.evidence import tool_use
from casebook.sections.parts import Reading
from casebook.text import Words

BASE = {
    "client": {"id": "p", "name": "Prøvestad Kommune"},
    "engagement": {"id": "p", "title": "En prøve", "years": {"start": 2024}, "fictional": True},
    "participants": [],
    "release": {},
    "phases": [
        {
            "id": "w",
            "kind": "workshops",
            "activities": [
                {
                    "id": "w",
                    "kinds": ["workshop"],
                    "text": "Workshops",
                    "sessions": [
                        {"id": "S1", "activity": "w", "status": "held", "date": "2024-05-01"}
                    ],
                }
            ],
        }
    ],
}


def told(
    item: dict,
    *rounds: tuple[dict, list[int]],
    shifts: list[dict] | None = None,
    audience: Audience = Audience.CLIENT,
) -> dict[str, list[tuple[str, ...]]]:
    """The rows of each table of the section, by caption, for one item asked in these rounds."""
    item = {"version": 1, "text": "Spørgsmålet", **item}
    survey = {
        "id": "s",
        "title": "Skemaet",
        "items": [item],
        "waves": [wave for wave, _ in rounds],
        "distributions": [
            {"item": item["id"], "wave": wave["id"], "answered": sum(counts), "counts": counts}
            for wave, counts in rounds
        ],
        "shifts": shifts or [],
    }
    engagement = Engagement.model_validate({**BASE, "outcomes": {"surveys": [survey]}})
    reading = Reading(view(engagement, audience), audience, Words("da"))
    blocks = [block for block in benefit(reading).blocks if hasattr(block, "rows")]
    return {
        block.caption: [tuple(cell.replace("\xa0", " ") for cell in row) for row in block.rows]
        for block in blocks
    }


ANSWERS = "Hvad de svarede, og hvor sikkert det er"
LISTED = "Svar før og efter"
AGREE = {"id": "Q01", "scale": [1, 5]}


def test_agreement_is_a_share_with_its_counts_its_date_and_how_sure_it_is():
    wave = {"id": "after", "date": "2024-06", "asked": 45}
    (row,) = told(AGREE, (wave, [0, 3, 0, 6, 6]))[ANSWERS]
    assert row == (
        "Spørgsmålet",
        "Efter, juni 2024",
        "12 af 15 (80 %) svarede 4 eller 5",
        "12 af 15: 55–93 % (95 %-interval, Wilson)",
    )


def test_where_most_answered_the_bounds_of_those_who_did_not_stand_in_the_place_of_an_interval():
    (row,) = told(AGREE, ({"id": "after", "asked": 20}, [0, 3, 0, 6, 6]))[ANSWERS]
    assert row[-1].startswith("12 af 15: 60–85 % (uanset hvad de øvrige")


def test_few_answers_are_not_told_one_way_or_the_other():
    (row,) = told(AGREE, ({"id": "after", "asked": 20}, [0, 3, 0, 3, 3]))[ANSWERS]
    assert row[2:] == ("Vises ikke (for få svar)", "–")


def test_a_score_of_recommendation_needs_thirty_answers_and_below_there_are_three_counts():
    item = {"id": "Q10", "scale": [0, 10]}
    wave = {"id": "after", "asked": 200}
    (few,) = told(item, (wave, [0] * 5 + [4, 0, 6, 0, 10, 0]))[ANSWERS]
    assert few[2:] == (
        "10 vil anbefale (9–10), 6 er neutrale (7–8), 4 vil ikke (0–6)",
        "for få til et interval",
    )
    (many,) = told(item, (wave, [0] * 5 + [10, 0, 20, 0, 30, 0]))[ANSWERS]
    assert many[2].endswith("; NPS +33")
    assert many[3] == "+14 til +52 point (95 %-interval)"


def test_later_use_is_told_where_it_was_asked_in_time_and_its_timing_where_it_was_not():
    item = {"id": "Q06", "scale": [0, 1]}

    def use(date: str) -> str:
        return told(item, ({"id": "followup", "date": date, "asked": 40}, [6, 9]))[ANSWERS][0][2]

    assert use("2024-09-15") == "9 af 15 (60 %) har brugt det i deres arbejde"
    assert use("2024-12-31").startswith("Spurgt uden for de 3–6 måneder")
    assert use("2024").endswith("om det var 3–6 måneder efter, siger datoerne ikke")


def test_what_was_asked_once_is_listed_answer_by_answer_without_a_chart():
    (row,) = told({"id": "Q03", "scale": [0, 3]}, ({"id": "after"}, [1, 2, 3, 6]))[LISTED]
    assert row[1:5] == ("Efter", "12", "2,5", "0: 1, 1: 2, 2: 3, 3: 6")


SHIFT = {"item": "Q03", "after": "after", "n_before": 20, "n_after": 18, "n_pairs": 11}
SURE = {"id": "Q03", "scale": [0, 3]}
TWICE = [({"id": "before"}, [5, 5, 5, 5]), ({"id": "after"}, [3, 5, 5, 5])]


def test_a_change_is_told_with_all_who_answered_and_the_test_stays_inside_the_firm():
    shift = {**SHIFT, "before": "before", "up": 8, "same": 0, "down": 3}
    caption = "De samme personers svar, før og efter"
    (client,) = told(SURE, *TWICE, shifts=[shift])[caption]
    assert client[1:] == ("Før til efter", "8", "0", "3", "11", "20 / 18", "8 af 11: 43–90 %")
    (internal,) = told(SURE, *TWICE, shifts=[shift], audience=Audience.INTERNAL)[caption]
    assert internal[-1] == "p = 0,227 (kun internt)"


def test_pairs_that_are_too_few_to_show_are_withheld_and_not_called_unpaired():
    few = {"before": "before", "n_before": 4, "n_after": 4, "n_pairs": 4, "up": 3, "same": 1}
    rounds = [({"id": "before"}, [4, 0, 0, 0]), ({"id": "after"}, [1, 3, 0, 0])]
    _, after = told(SURE, *rounds, shifts=[{**SHIFT, **few, "down": 0}])[LISTED]
    assert after[-1] == "Vises ikke (for få svar)"


def test_a_before_that_people_remember_stands_apart_from_a_true_one():
    shift = {**SHIFT, "before": "retrospective", "up": 8, "same": 0, "down": 3}
    rounds = [({"id": "retrospective"}, [5, 5, 5, 5]), ({"id": "after"}, [3, 5, 5, 5])]
    found = told(SURE, *rounds, shifts=[shift])
    assert "De samme personers svar, før og efter" not in found
    (row,) = found["Retrospektivt: sådan siger de selv bagefter, at det var før"]
    assert row[1] == "Før, set i bakspejlet til efter"
    assert [one[1] for one in found[LISTED]] == ["Efter", "Før, set i bakspejlet"]


def test_a_tool_that_nobody_looked_at_later_is_not_said_to_be_out_of_use():
    phase = {**BASE["phases"][0], "tools": [{"id": "kort", "name": "Kortet", "version": "1"}]}
    seen = [("A", "2024-05-02"), ("B", "2024-12-01")]
    use = [{"tool": "kort", "unit": unit, "date": day, "level": "III"} for unit, day in seen]

    def kept_up(records: list[dict]) -> tuple[str, ...]:
        values = {**BASE, "phases": [phase], "outcomes": {"tool_use": records}}
        reading = Reading(Engagement.model_validate(values), Audience.CLIENT, Words("da"))
        (row,) = next(b for b in tool_use(reading).blocks if "halvt år" in str(b)).rows
        return row

    assert kept_up(use[:1]) == ("Kortet", "Ikke oplyst", "1")
    assert kept_up(use) == ("Kortet", "1 af 1", "1")


def test_none_of_it_is_a_section_of_the_public_case():
    assert told(AGREE, ({"id": "after"}, [0, 3, 0, 6, 6]), audience=Audience.PUBLIC) == {}
