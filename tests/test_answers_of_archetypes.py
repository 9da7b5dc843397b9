"""The twenty answers, held against ten engagements whose every number is known by hand."""

from datetime import date

import pytest
from test_archetypes import NAMES, engagement

from casebook.audience import view
from casebook.model import Audience
from casebook.portfolio import Answer
from casebook.questions import QUESTIONS, Asked
from casebook.text import Words

TODAY = date(2026, 11, 15)


@pytest.fixture(scope="module")
def asked() -> Asked:
    found = (view(engagement(name), Audience.INTERNAL) for name in NAMES)
    return Asked(tuple(found), Words("da"), TODAY)


def ask(asked: Asked, number: int) -> Answer:
    return QUESTIONS[number](asked, number)


def rows(found: Answer, *wanted: str) -> list[tuple[str, ...]]:
    """The rows that begin with these cells."""
    return [row[len(wanted) :] for row in found.rows if row[: len(wanted)] == wanted]


Q03 = "Hvor sikker er du på selv at kunne facilitere et klyngemøde?"


def test_1_a_tool_is_told_with_its_clients_use_and_what_followed(asked):
    found = ask(asked, 1)
    assert found.sentence == "0 af 7 værktøjer er brugt hos mere end tre kunder."
    ((versions, clients, use, followed),) = rows(found, "Missionslærred")
    assert (versions, clients, use) == ("2", "0", "eksempelkommune: i brug i 4 af 5 enheder")
    assert followed == "2 ændringer, højeste evidens 2"
    assert rows(found, "Missionstræ")[0][2] == "fiktivbjerg: i brug i 0 af 3 enheder"
    assert rows(found, "Den første samtale")[0][2] == "Ikke oplyst"


def test_2_no_fictional_lesson_rests_on_anybody_and_what_contradicts_stands_beside_it(asked):
    found = ask(asked, 2)
    assert found.sentence.startswith(
        "0 af 10 læringspunkter hviler på mindst tre uafhængige kunder"
    )
    assert {row[2] for row in found.rows} == {"0"}
    (theory,) = rows(found, "Teori før øvelse gør mødeledere mindre sikre.")
    assert theory[2].startswith("I afdelingen Uddannelse steg sikkerheden.")
    assert "Facilitatorer lærer mest, når de leder fra den anden gang." in theory[2]
    assert found.unknown == ("Der er ikke skrevet læringspunkter i proevestrup og testholm.",)


def test_3_every_public_claim_is_an_ambition_or_the_like_and_weak(asked):
    found = ask(asked, 3)
    assert found.sentence.startswith("12 af 12 offentlige effektudsagn")
    assert rows(found, "eksempelkommune", "At lederne engagerer sig i kommunens fælles problemer.")
    assert "o1" not in str(found.rows)
    assert not rows(found, "opdigtelse")


def test_4_the_withdrawn_consent_is_named_with_its_day_and_page(asked):
    found = ask(asked, 4)
    assert found.sentence.startswith("I 9 af 10 engagementer")
    ((state, page),) = rows(found, "moensterloese", "Samtykke fra Viggo Vending")
    assert state.startswith("trukket tilbage 3. februar 2025")
    assert page == "case_report.public"
    assert [row[1] for row in rows(found, "proevestrup")] == ["Ikke oplyst"] * 2


def test_5_eight_months_before_the_last_session_is_no_followup_and_none_is_none(asked):
    found = ask(asked, 5)
    assert found.sentence.startswith("6 af 10 engagementer mangler")
    assert "yderligere 3 kan nå den endnu" in found.sentence
    assert not rows(found, "eksempelkommune"), "asked in May, after the last session in January"
    assert rows(found, "langtidsvig") == [("7. oktober 2026", "juni 2026", "Møder ligger forude")]
    assert rows(found, "kladdeby") == [("5. februar 2025", "Ingen", "7. august 2025")]
    assert rows(found, "proevestrup") == [("Ikke oplyst", "Ingen", "Ikke oplyst")]
    assert found.unknown[0].endswith("i fiktivbjerg.")


def test_6_what_is_not_measured_is_told_with_how_many_lack_it_and_where(asked):
    found = ask(asked, 6)
    assert (
        found.sentence == "0 af 5 slags målinger er ikke foretaget i noget engagement (10 i alt)."
    )
    assert rows(found, "Opfølgning efter 3–6 måneder")[0][0] == "6"
    assert "testholm (møder forude)" in found.notes[0]
    assert rows(found, "Hvor mange der deltog") == [("1", "proevestrup")]


def test_7_somebody_internal_led_after_so_many_sessions(asked):
    found = ask(asked, 7)
    assert (
        found.sentence
        == "I 5 af 9 engagementer, hvor det er oplyst, ledte kundens egne folk mindst ét møde."
    )
    assert rows(found, "eksempelkommune") == [("3", "12", "7")]
    assert rows(found, "opdigtelse") == [("0", "5", "Endnu ikke")]
    assert found.unknown == ("Hvem der ledte, er ikke oplyst i proevestrup.",)


def test_8_attendance_of_decentral_leaders_is_told_by_format_with_both_counts(asked):
    found = ask(asked, 8)
    assert found.sentence.startswith("For 7 af 7 møder, der kun var for decentrale ledere,")
    assert rows(found, "Workshop", "langtidsvig", "30. oktober 2025") == [("118", "170")]
    assert not any("%" in cell for row in found.rows for cell in row)
    assert {row[1] for row in found.rows} == {"kladdeby", "langtidsvig"}


def test_9_assumptions_that_broke_are_told_with_where_and_why(asked):
    found = ask(asked, 9)
    assert found.sentence == "4 af 8 antagelser holdt ikke."
    assert rows(found, "Tre træninger er nok") == [("1", "eksempelkommune", "Der skulle fire til.")]
    assert {row[2] for row in found.rows} == {"opdigtelse", "fiktivbjerg", "eksempelkommune"}


def test_10_nothing_may_be_shown_whose_approval_does_not_say_of_which_content(asked):
    found = ask(asked, 10)
    assert found.sentence.startswith("1 af 10 engagementer må vises")
    assert rows(found, "eksempelkommune")[0][1].startswith("godkendt 1. juli 2025 (indhold ")
    assert rows(found, "opdigtelse") == [("ingen offentlig udgave", "Ikke oplyst", "0")]
    unsaid = "nej: siger ikke, hvilket indhold den gælder"
    assert rows(found, "moensterloese")[0][:2] == ("må nævnes", unsaid)


def test_11_what_must_be_deleted_this_quarter_is_dated_and_missing_dates_are_told(asked):
    found = ask(asked, 11)
    assert found.rows == (("eksempelkommune", "december 2026"),)
    assert found.sentence.startswith("Data fra 1 af 10 engagementer")
    assert found.unknown == ("Slettefristen er ikke noteret i proevestrup og tidlig-indsats.",)


def test_12_a_version_is_told_with_what_was_changed(asked):
    found = ask(asked, 12)
    assert rows(found, "eksempelkommune", "Missionslærred") == [
        ("2", "Feltet »hvem mangler« kom til efter andet møde.")
    ]
    assert rows(found, "testholm", "Missionslærred") == [("2", "Ikke oplyst")]
    assert "kladdeby" in found.unknown[0]


def test_13_only_those_who_asked_q03_alike_are_comparable(asked):
    found = ask(asked, 13)
    assert found.columns[:2] == ("Ordlyd", "Version")
    assert found.sentence.startswith("2 af 10 engagementer")
    (pairs,) = rows(found, Q03, "1", "0–10", "Før–efter")
    assert pairs == ("2", "eksempelkommune: n = 28; fiktivbjerg: n = 18")


def test_14_a_new_municipality_gets_all_but_what_was_only_for_contract_holders(asked):
    found = ask(asked, 14)
    texts = {row[1] for row in found.rows}
    assert {"Træning af facilitatorer", "Klyngerne hviler på få personer."} <= texts
    assert "Seminar for kontraktholdere" not in texts
    assert "4 af 10 engagementer har klynger" in found.sentence
    assert found.unknown == ("Dagsordener ligger ikke i parameterfilerne.",)


def test_15_what_was_not_held_is_told_with_why(asked):
    found = ask(asked, 15)
    assert rows(found, "eksempelkommune", "Sparring med direktionen") == [
        ("4", "3", "Faldt sammen med budgettet")
    ]
    assert rows(found, "opdigtelse", "Workshops i ledergrupperne")[0][:2] == ("6", "2")
    told = [(int(row[2]), int(row[3])) for row in found.rows if (row[2] + row[3]).isdigit()]
    planned, held = (sum(column) for column in zip(*told, strict=True))
    assert found.sentence.startswith(f"{held} af {planned} planlagte møder blev afholdt")


def test_16_a_fall_is_a_fall_and_few_pairs_are_not_told(asked):
    found = ask(asked, 16)
    ((pairs, changed, interval, test),) = rows(found, "fiktivbjerg", f"Q03: {Q03}")
    assert (pairs, changed, interval) == ("18 (20 / 18)", "1 / 6 / 11", "1 af 18: 1–26 %")
    assert test == "p = 0,006 (kun internt)"
    assert not rows(found, "kladdeby"), "four pairs are too few for anybody"
    assert not any("p = 0 " in row[5] for row in found.rows)


def test_17_what_blocks_names_who_must_act(asked):
    found = ask(asked, 17)
    blocked = rows(found, "moensterloese")
    unsaid = "Samtykke fra Frida Fast: siger ikke, at det gælder netop disse ord"
    assert ("kunden", unsaid, "Frida Fast") in blocked
    assert not [row for row in blocked if row[2] == "Viggo Vending"]  # his quote is on no page
    approval = ("Kundens godkendelse: Ikke oplyst", "Kunden")
    assert ("offentligheden", *approval) in rows(found, "proevestrup")
    fictional = [row[0] for row in found.rows if row[2].startswith("Fiktivt eksempel")]
    assert fictional == NAMES


def test_18_actors_from_outside_are_told_by_sector_with_what_was_before(asked):
    found = ask(asked, 18)
    told = [text for kind, text, where in found.rows if where == "partnerskab-tre-aaer"]
    assert any(t.startswith("Vandværker: 1 af 2 aktører") and "før var det 0" in t for t in told)
    assert not any(text.startswith("Kommuner:") for text in told), "they are inside"
    assert "partnerskab-tre-aaer" not in found.unknown[0]


def test_19_what_is_unknown_is_told_with_whom_to_ask(asked):
    found = ask(asked, 19)
    assert rows(found, "opdigtelse", "Bruger nogen af ledergrupperne det, de nåede?") == [
        ("Cheferne",)
    ]
    natur = "Opgave › Missionsklynger › natur › Facilitator: skiftede undervejs"
    assert rows(found, "eksempelkommune", natur) == [("Ikke oplyst",)]
    assert "for 3 er det noteret, hvem man kan spørge" in found.sentence


def test_20_no_wording_claims_an_effect_below_a_comparison(asked):
    found = ask(asked, 20)
    assert found.sentence.startswith("0 af 19 udsagn må skrives som en virkning")
    change = "Facilitatorerne: Leder klyngernes møder uden konsulenterne"
    assert rows(found, "eksempelkommune", change) == [
        ("2", "»… har ændret sig, og forløbet bidrog til det«")
    ]
    assert all(
        "ambitionen er" in row[3] or "Med afsender" in row[3]
        for row in found.rows
        if row[2] in "01"
    )


@pytest.mark.parametrize("number", QUESTIONS)
def test_every_answer_cites_files_that_are_there(asked, number):
    cited = {source.split(" ")[0] for source in ask(asked, number).sources}
    assert cited
    assert cited <= {f"params/{name}.yaml" for name in NAMES}
