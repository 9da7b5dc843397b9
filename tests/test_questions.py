"""The twenty questions, each held against small fictional engagements."""

import datetime as dt
import json
import re
import shutil
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import tiny
from test_architecture import modules_of

from casebook.approval import text_hash
from casebook.audience import view
from casebook.model import Audience, Engagement
from casebook.portfolio import Answer
from casebook.questions import QUESTIONS, Asked
from casebook.reading import read_one
from casebook.text import Words
from casebook.text.marks import unmarked

ROOT = Path(__file__).parents[1]
TODAY = dt.date(2026, 2, 3)


def an_engagement(id: str, **groups: Any) -> Engagement:
    assignment = {"id": id, "title": "…", "years": {"start": 2023}, **groups.pop("engagement", {})}
    activity = {"id": "a", "kinds": ["seminar"], "text": "Seminar", **groups.pop("activity", {})}
    phase = {"id": "p", "kind": "seminars", "activities": [activity], **groups.pop("phase", {})}
    client = {"id": groups.pop("client", id), "name": f"{id.title()} Kommune"}
    agreed = {"data_role": "processor", "agreement": "AFT-0000"}
    release = {"naming": "named", **agreed, **groups.pop("release", {})}
    given = {"client": client, "engagement": assignment, "phases": [phase], "release": release}
    return Engagement.model_validate({**given, **groups})


def ask(number: int, *engagements: Engagement, **how: Any) -> Answer:
    asked = Asked(engagements, Words("da"), how.pop("today", TODAY), **how)
    return QUESTIONS[number](asked, number)


def tools(version: str) -> dict:
    return {"tools": [{"id": "laerred", "name": "Lærred", "version": version}]}


def test_a_tool_counts_independent_clients_and_names_versions_use_and_outcomes():
    use = {"tool": "laerred", "unit": "Unge", "date": "2024", "level": "III"}
    seen = {"id": "o", "actor": "A", "change": "B", "kind": "action", "evidence_level": 2}
    outcomes = {"tool_use": [use, {**use, "unit": "Børn", "level": "I"}], "observed": [seen]}
    four = [an_engagement(id, phase=tools("1")) for id in ("aa", "bb", "cc")]
    four.append(an_engagement("dd", phase=tools("2"), outcomes=outcomes))
    found = ask(1, *four, an_engagement("ee"))
    assert found.sentence == "1 af 1 værktøj er brugt hos mere end tre kunder."
    use_said = "dd: i brug i 1 af 2 enheder"
    assert found.rows == (("Lærred", "1 og 2", "4", use_said, "1 ændring, højeste evidens 2"),)
    assert found.unknown == ("Ingen værktøjer er nævnt i ee.",)
    same_client = [an_engagement(id, client="aa", phase=tools("1")) for id in "abcd"]
    assert ask(1, *same_client).sentence.startswith("0 af 1")


def lesson(type: str, *support: str, **more: Any) -> dict:
    one = {"id": type, "statement": f"Læring: {type}", "type": type, "themes": ["tid"]}
    return {"lessons": [{**one, "support": support, **more}]}


def test_lessons_on_three_clients_are_counted_and_opposite_advice_on_a_theme_is_shown():
    found = ask(
        2,
        an_engagement("aa", learning=lesson("sustain", "aa", "bb")),
        an_engagement("bb", learning=lesson("sustain", "cc")),
        an_engagement("cc", learning=lesson("stop", "cc")),
    )
    assert found.sentence.startswith(
        "1 af 2 læringspunkter hviler på mindst tre uafhængige kunder; 2 har"
    )
    rows = {row[0]: row[1:] for row in found.rows}
    assert rows["Læring: sustain"] == ("Mønster (mindst to uafhængige kunder)", "3", "Læring: stop")


def claim(level: int, audience: str = "public", type: str = "outcome") -> dict:
    said = {"said_by": "Kunden", "text": f"Niveau {level}", "type": type}
    return {"id": f"c{level}-{type}", "evidence_level": level, "audience": audience, **said}


def test_only_public_effect_claims_of_at_most_level_one_are_weak():
    claims = [claim(1), claim(2), claim(0, "client"), claim(0, type="context")]
    found = ask(3, an_engagement("aa", outcomes={"claims": claims}))
    assert found.sentence == "1 af 2 offentlige effektudsagn har ingen evidens over niveau 1."
    assert found.rows == (("aa", "Niveau 1", "Resultat", "1"),)


QUOTE = {"id": "q", "text": "Godt.", "name": "Ida Holm", "title": "leder", "audience": "public"}
CONTENT = "0123456789ab"
APPROVED = [
    {"audience": audience, "date": "2025-01", "content_hash": CONTENT}
    for audience in ("public", "client")
]
CONSENT = {
    "id": "k1",
    "person": QUOTE["name"],
    "audiences": ["public"],
    "given": "2024-01",
    "text_hash": text_hash(QUOTE["text"]),
}
QUOTED = {**QUOTE, "consent": "k1"}


def test_missing_consents_and_approvals_are_named_with_the_page_they_stand_on():
    ready = {"voices": [QUOTED], "release": {"approvals": APPROVED, "consents": [CONSENT]}}
    found = ask(4, an_engagement("aa", voices=[QUOTE]), an_engagement("bb", **ready))
    assert found.sentence.startswith("I 1 af 2")
    assert ("aa", "Samtykke fra Ida Holm", "Ikke oplyst", "case_report.public") in found.rows
    assert {row[0] for row in found.rows} == {"aa"}


LACKING = [
    ([], "nævnt, men ikke noteret under release.consents"),
    ([{**CONSENT, "text_hash": None}], "siger ikke, at det gælder netop disse ord"),
    ([{**CONSENT, "text_hash": text_hash("Skidt.")}], "siger ikke, at det gælder netop disse ord"),
    ([{**CONSENT, "audiences": ["client"]}], "gælder andre læsere"),
    ([{**CONSENT, "expires": "2025"}], "udløb 2025"),
]


@pytest.mark.parametrize(("consents", "state"), LACKING)
def test_a_consent_that_a_release_would_refuse_is_told_with_what_it_lacks(consents, state):
    release = {"approvals": APPROVED, "consents": consents}
    engagement = an_engagement("aa", voices=[QUOTED], release=release)
    told = ("aa", "Samtykke fra Ida Holm", state, "case_report.public")
    assert ask(4, engagement).rows == (told,)
    assert f"Samtykke fra Ida Holm: {state}" in {row[2] for row in ask(17, engagement).rows}
    assert ask(10, engagement).rows[0][3] == "0"


def test_a_consent_that_no_quote_refers_to_is_told_and_is_not_missing():
    other = {**CONSENT, "id": "k2", "person": "Bo Prøve"}
    release = {"approvals": APPROVED, "consents": [CONSENT, other]}
    found = ask(4, an_engagement("aa", voices=[QUOTED], release=release))
    assert found.rows == (
        ("aa", "Samtykke fra Bo Prøve", "intet citat henviser til det (k2)", "–"),
    )
    assert found.sentence.startswith("I 0 af 1")


def test_permissions_that_end_within_a_quarter_are_told_before_they_do():
    def permitted(until: str) -> dict:
        kept = {"consents": [{**CONSENT, "expires": until}]}
        approvals = [APPROVED[0], {**APPROVED[1], "expires": until}]
        return {"voices": [QUOTED], "release": {**kept, "approvals": approvals}}

    soon, later = (an_engagement(i, **permitted(d)) for i, d in (("aa", "2026-04"), ("bb", "2027")))
    found = ask(4, soon, later)
    assert found.sentence == (
        "I 0 af 2 engagementer mangler et samtykke eller en godkendelse. "
        "2 tilladelser udløber inden for tre måneder."
    )
    assert found.rows == (
        ("aa", "Samtykke fra Ida Holm", "udløber april 2026", "case_report.public"),
        ("aa", "Godkendelse til kunden", "udløber april 2026", "case_report.client"),
    )
    undated = ask(4, soon, later, today=None)
    assert undated.sentence.endswith("4 tilladelser har en udløbsdato.")
    assert {row[0] for row in undated.rows} == {"aa", "bb"}
    over = ask(4, soon, today=dt.date(2026, 5, 1))
    assert over.sentence.startswith("I 1 af 1")
    assert over.sentence.endswith("0 tilladelser udløber inden for tre måneder.")


def test_an_approval_that_is_followed_by_another_without_an_end_does_not_end():
    both = [*APPROVED, {**APPROVED[0], "expires": "2026-03"}]
    assert ask(4, an_engagement("aa", release={"approvals": both})).rows == ()


def followed_up(date: str) -> dict:
    item = {"id": "Q06", "text": "Brugt", "scale": [0, 1]}
    counted = {"item": "Q06", "wave": "followup", "answered": 12, "counts": [2, 10]}
    waves = [{"id": "followup", "date": date}]
    survey = {"id": "s", "title": "S", "items": [item], "waves": waves, "distributions": [counted]}
    session = {"id": "s1", "activity": "a", "status": "held", "date": "2024-06-01"}
    return {"activity": {"sessions": [session]}, "outcomes": {"surveys": [survey]}}


def test_a_followup_too_late_or_none_at_all_is_no_followup():
    found = ask(
        5,
        an_engagement("aa", **followed_up("2024-10-01")),
        an_engagement("bb", **followed_up("2025-02-01")),
        an_engagement("cc", **followed_up("2024")),
        an_engagement("dd"),
    )
    assert found.sentence.startswith("3 af 4 engagementer mangler en opfølgning")
    assert [row[0] for row in found.rows] == ["bb", "cc", "dd"]
    assert [row[3] for row in found.rows] == ["1. december 2024", "1. december 2024", "Ikke oplyst"]
    assert found.unknown == ("Der er fulgt op, men datoerne viser ikke hvornår, i cc.",)


def test_a_followup_that_can_still_come_in_time_is_not_missing_yet():
    held = {"id": "s1", "activity": "a", "status": "held", "date": "2025-10-15"}
    ahead = {"id": "s2", "activity": "a", "status": "planned", "date": "2026-05"}
    late = an_engagement("aa", activity={"sessions": [{**held, "date": "2025-06-01"}]})
    early = an_engagement("bb", activity={"sessions": [held]})
    going_on = an_engagement("cc", activity={"sessions": [{**held, "date": "2024-01"}, ahead]})
    found = ask(5, late, early, going_on)
    assert "yderligere 2 kan nå den endnu" in found.sentence
    assert found.sentence.startswith("1 af 3")
    assert [row[3] for row in found.rows] == [
        "1. december 2025",
        "16. april 2026",
        "Møder ligger forude",
    ]
    last_day = ask(5, early, today=dt.date(2026, 4, 16))
    assert last_day.sentence.startswith("0 af 1")
    assert ask(5, early, today=dt.date(2026, 4, 17)).sentence.startswith("1 af 1")
    undated = ask(5, early, today=None)
    assert undated.sentence.startswith("1 af 1")
    assert undated.notes[0].startswith("Fristen står i tabellen")


def test_what_is_never_measured_is_missing_everywhere():
    found = ask(6, an_engagement("aa", **followed_up("2024-10-01")), an_engagement("bb"))
    assert found.sentence == "4 af 5 slags målinger er ikke foretaget i noget engagement (2 i alt)."
    assert ("Opfølgning efter 3–6 måneder", "1", "bb") in found.rows


def test_a_followup_that_is_not_due_yet_is_no_gap_and_is_told_with_when_it_is():
    held = {"id": "s1", "activity": "a", "status": "held", "date": "2025-10-15"}
    ahead = {"id": "s2", "activity": "a", "status": "planned", "date": "2026-05"}
    late = an_engagement("aa", activity={"sessions": [{**held, "date": "2025-06-01"}]})
    early = an_engagement("bb", activity={"sessions": [held]})
    going_on = an_engagement("cc", activity={"sessions": [held, ahead]})
    found = ask(6, late, early, going_on)
    assert ("Opfølgning efter 3–6 måneder", "1", "aa") in found.rows
    due = "bb (senest 16. april 2026) og cc (møder forude)"
    assert found.notes == (f"Opfølgningen kan stadig nås i {due}.",)
    assert found.sentence.startswith("4 af 5")
    passed = ask(6, early, today=dt.date(2026, 4, 17))
    assert ("Opfølgning efter 3–6 måneder", "1", "bb") in passed.rows
    undated = ask(6, early, going_on, today=None)
    assert ("Opfølgning efter 3–6 måneder", "1", "bb") in undated.rows
    assert undated.notes[-1].endswith("»casebook ask 6« ser, om fristen er passeret.")


def sessions(*rows: dict, **more: Any) -> dict:
    made = [{"id": f"s{n}", "activity": "a", "status": "held", **r} for n, r in enumerate(rows)]
    return {"activity": {"sessions": made, **more}}


def test_ownership_tells_after_how_many_sessions_somebody_internal_led():
    levels = [
        {"date": f"2024-0{at + 1}", "ownership": level} for at, level in enumerate((0, 1, 2, 3))
    ]
    never = sessions({"ownership": 0})
    found = ask(
        7,
        an_engagement("aa", **sessions(*levels)),
        an_engagement("bb", **never),
        an_engagement("cc"),
    )
    assert found.rows == (("aa", "2", "4", "2"), ("bb", "0", "1", "Endnu ikke"))
    assert found.sentence.startswith("I 1 af 2")
    assert found.unknown == ("Hvem der ledte, er ikke oplyst i cc.",)


def test_attendance_of_decentral_leaders_is_told_session_by_session_and_never_ranked():
    group = [{"id": "d", "label": "Ledere", "kind": "decentrale_ledere"}]
    rows = sessions({"group": "d", "attended": 30, "invited": 40}, {"group": "d"}, {"attended": 5})
    found = ask(8, an_engagement("aa", participants=group, **rows))
    assert found.sentence.startswith("For 1 af 2 møder")
    assert [row[3:] for row in found.rows] == [("30", "40"), ("Ikke oplyst", "Ikke oplyst")]
    assert "rangeres ikke" in found.sentence


def test_assumptions_that_broke_most_often_come_first():
    def assumed(**verdicts: str) -> dict:
        return {"assumptions": [{"text": text, "verdict": v} for text, v in verdicts.items()]}

    found = ask(
        9,
        an_engagement("aa", learning=assumed(Alle="broke", Tid="broke", Penge="unknown")),
        an_engagement("bb", learning=assumed(Tid="broke", Alle="held")),
    )
    assert [row[:3] for row in found.rows] == [("Tid", "2", "aa og bb"), ("Alle", "1", "aa")]
    assert found.sentence == "3 af 5 antagelser holdt ikke."
    assert found.unknown == ("For 1 antagelse er det endnu uvist, om den holdt.",)


def test_only_a_named_and_approved_engagement_may_be_shown():
    found = ask(
        10,
        an_engagement("aa", release={"approvals": APPROVED}),
        an_engagement("bb", release={"approvals": APPROVED, "naming": "anonymised"}),
        an_engagement("cc", release={"approvals": APPROVED, "naming": None}),
    )
    assert found.sentence.startswith("1 af 3")
    assert [row[:3] for row in found.rows] == [
        ("aa", "må nævnes", f"godkendt januar 2025 (indhold {CONTENT})"),
        ("bb", "kun anonymt", f"godkendt januar 2025 (indhold {CONTENT})"),
        ("cc", "Ikke oplyst", f"godkendt januar 2025 (indhold {CONTENT})"),
    ]


@pytest.mark.parametrize("content", [None, "", "0123"])
def test_an_approval_that_does_not_say_of_which_content_is_none(content):
    unsaid = [{**one, "content_hash": content} for one in APPROVED]
    engagement = an_engagement("aa", release={"approvals": unsaid})
    lack = "siger ikke, hvilket indhold den gælder"
    assert [row[2] for row in ask(4, engagement).rows] == [lack] * 2
    found = ask(10, engagement)
    assert found.sentence.startswith("0 af 1")
    assert found.rows[0][2] == f"nej: {lack}"
    blocks = [(f"Kundens godkendelse: {lack}", "Konsulenten")] * 2
    assert [row[2:] for row in ask(17, engagement).rows] == blocks


def test_who_answers_for_the_data_blocks_while_it_is_not_known():
    release = {"approvals": APPROVED, "data_role": None, "agreement": None}
    lacking = ["Rolle i databehandlingen: Ikke oplyst", "Databehandleraftale: Ikke oplyst"]
    rows = ask(17, an_engagement("aa", release=release)).rows
    assert [row[2:] for row in rows] == [(what, "Konsulenten") for what in lacking * 2]


def test_an_approval_that_has_run_out_is_no_approval():
    expired = [{**one, "expires": "2025"} for one in APPROVED]
    found = ask(10, an_engagement("aa", release={"approvals": expired}))
    assert found.sentence.startswith("0 af 1")
    blocks = ask(17, an_engagement("aa", release={"approvals": expired})).rows
    assert [row[2] for row in blocks] == ["Kundens godkendelse: udløbet"] * 2


def test_data_due_this_quarter_or_overdue_are_listed_by_date():
    def kept(until: str) -> dict:
        return {"release": {"retention": until}}

    engagements = [
        an_engagement("aa", **kept("2026-03-31")),
        an_engagement("bb", **kept("2025")),
        an_engagement("cc", **kept("2026-04")),
        an_engagement("dd"),
    ]
    assert [row[0] for row in ask(11, *engagements).rows] == ["bb", "aa"]
    assert ask(11, *engagements).unknown == ("Slettefristen er ikke noteret i dd.",)
    undated = ask(11, *engagements, today=None)
    assert len(undated.rows) == 3
    assert undated.sentence.startswith("3 af 4 engagementer har en slettefrist")


def test_versions_and_reuse_are_told_engagement_by_engagement():
    reuse = {"reuse": [{"what": "Træningen", "mode": "adapt"}]}
    found = ask(12, an_engagement("aa", phase=tools("2")), an_engagement("bb", learning=reuse))
    assert [row[:3] for row in found.rows] == [("aa", "Lærred", "2"), ("bb", "Træningen", "Tilpas")]
    begun = {"derived_from": "mission-orientation", "derived_version": "1"}
    (row,) = ask(12, an_engagement("cc", engagement=begun)).rows
    assert row == ("cc", "Udgangspunkt: mission-orientation", "1", "Ikke oplyst")


def paired(up: int, same: int, down: int, version: int = 1, text: str = "Sikker") -> dict:
    item = {"id": "Q03", "version": version, "text": text, "scale": [0, 10]}
    n = up + same + down
    pairs = {"n_pairs": n, "up": up, "same": same, "down": down}
    shift = {"item": "Q03", "before": "before", "after": "after", **pairs}
    waves = [{"id": "before"}, {"id": "after"}]
    survey = {"id": "s", "title": "S", "items": [item], "waves": waves, "shifts": [shift]}
    return {"outcomes": {"surveys": [survey]}}


def test_only_the_same_version_and_wording_of_q03_is_comparable():
    found = ask(
        13,
        an_engagement("aa", **paired(8, 1, 3)),
        an_engagement("bb", **paired(7, 2, 1, text="sikker ")),
        an_engagement("cc", **paired(9, 0, 0, version=2)),
        an_engagement("ee", **paired(9, 1, 1, text="Hvor sikker er du?")),
        an_engagement("dd"),
    )
    assert found.sentence.startswith("2 af 5")
    assert found.rows[0] == ("Sikker", "1", "0–10", "Før–efter", "2", "aa: n = 12; bb: n = 10")
    assert found.rows[2][0] == "Hvor sikker er du?"
    assert found.unknown == ("Q03 er ikke stillet to gange i dd.",)


def test_a_new_municipality_gets_no_activity_that_was_only_for_contract_holders():
    groups = [{"id": "k", "label": "K", "kind": "kontraktholdere"}]
    learning = {"risks": ["Få personer"], "reuse": [{"what": "Lærredet", "mode": "copy"}]}
    only = an_engagement("aa", participants=groups, activity={"groups": ["k"]}, learning=learning)
    found = ask(14, only, an_engagement("bb"))
    assert [row[1:3] for row in found.rows] == [
        ("Lærredet", "aa"),
        ("Få personer", "aa"),
        ("Seminar", "bb"),
    ]
    assert found.unknown == ("Dagsordener ligger ikke i parameterfilerne.",)


def test_planned_and_held_add_up_only_where_both_are_told():
    snow = {"status": "cancelled", "deviation": "Sne"}
    found = ask(15, an_engagement("aa", **sessions({}, {}, snow, planned=3)), an_engagement("bb"))
    assert found.sentence.startswith("2 af 3 planlagte møder")
    assert found.rows[0] == ("aa", "Seminar", "3", "2", "Sne")
    assert found.rows[1][2:4] == ("Ikke oplyst", "Ikke oplyst")


def test_a_shortfall_that_nobody_explained_is_unknown_and_one_still_to_come_says_so():
    found = ask(
        15,
        an_engagement("aa", **sessions({}, planned=2)),
        an_engagement("bb", **sessions({}, {"status": "planned"}, planned=2)),
        an_engagement("cc", **sessions({}, planned=1)),
    )
    assert [row[4] for row in found.rows] == ["Ikke oplyst", "Ligger forude", "–"]


def test_confidence_is_told_with_pairs_interval_and_exact_test_from_ten_pairs_on():
    found = ask(16, an_engagement("aa", **paired(8, 1, 3)), an_engagement("bb", **paired(5, 1, 1)))
    told = ("aa", "Q03: Sikker", "12 (? / ?)", "8 / 1 / 3")
    assert found.rows[0] == (*told, "8 af 12: 39–86 %", "p = 0,227 (kun internt)")
    assert found.columns[3] == "Højere / ens / lavere"
    assert found.rows[1][4:] == ("for få til et interval",) * 2


def test_what_blocks_a_release_names_who_must_act():
    found = ask(17, an_engagement("aa", voices=[QUOTE]))
    asked_of = ("Samtykke fra Ida Holm: Ikke oplyst", "Ida Holm")
    assert ("aa", "offentligheden", *asked_of) in found.rows
    assert ("aa", "kunden", "Kundens godkendelse: Ikke oplyst", "Kunden") in found.rows
    ready = {"release": {"approvals": APPROVED}}
    assert ask(17, an_engagement("aa", **ready)).rows == ()
    fictional = an_engagement("aa", engagement={"fictional": True}, **ready)
    assert len(ask(17, fictional).rows) == 1
    anonymous = {"release": {"approvals": APPROVED, "naming": "anonymised"}}
    assert ask(17, an_engagement("aa", **anonymous)).rows == ()
    unnamed = {"release": {"approvals": APPROVED, "naming": None}}
    told = ("aa", "offentligheden", "Det er ikke oplyst, om kunden må nævnes", "Kunden")
    assert ask(17, an_engagement("aa", **unnamed)).rows == (told,)


def test_no_fictional_client_is_counted_in_any_answer():
    one = {"phase": tools("1"), "learning": lesson("sustain", "aa")}
    found = [ask(n, an_engagement("aa", engagement={"fictional": True}, **one)) for n in (1, 2)]
    assert [answer.rows[0][2] for answer in found] == ["0", "0"]
    note = ("Fiktive kunder tælles aldrig med som kunder.",)
    assert [answer.notes for answer in found] == [note, note]


def test_what_was_learned_about_actors_from_outside_is_found_by_its_words():
    learning = lesson("sustain", statement="Inviter eksterne aktører først")
    found = ask(18, an_engagement("aa", learning=learning), an_engagement("bb"))
    assert found.rows == (("Læringspunkt", "Inviter eksterne aktører først", "aa"),)
    assert found.unknown == ("Der står intet om aktører udefra i bb.",)


def test_what_is_unknown_is_listed_with_its_place_and_whom_to_ask():
    learning = {"questions": [{"text": "Hvem fortsætter?", "ask": "Direktionen"}]}
    unknown = {"planned": "unknown (ikke talt)"}
    found = ask(19, an_engagement("aa", learning=learning, activity=unknown))
    assert found.rows[0] == ("aa", "Hvem fortsætter?", "Direktionen")
    assert found.rows[1][:2] == ("aa", "Faser › p › Aktiviteter › a › Planlagt: ikke talt")
    assert "for 1 er det noteret" in found.sentence


@pytest.mark.parametrize(
    ("level", "wording"),
    [
        (0, "Med afsender"),
        (1, "vurderer"),
        (2, "bidrog til"),
        (3, "Sammenlignet"),
        (5, "Sammenlignet"),
    ],
)
def test_safe_wording_follows_the_evidence(level, wording):
    hoped = claim(0, type="ambition")
    found = ask(20, an_engagement("aa", outcomes={"claims": [claim(level), hoped]}))
    assert wording in found.rows[0][3]
    assert "ambitionen er" in found.rows[1][3]
    assert found.sentence.startswith("1 af 2" if level >= 3 else "0 af 2")


def test_a_change_that_was_only_seen_is_not_worded_as_answers():
    seen = {"id": "o", "actor": "Ledere", "change": "Mødes", "kind": "behaviour"}
    found = ask(20, an_engagement("aa", outcomes={"observed": [{**seen, "evidence_level": 2}]}))
    assert found.rows[0][3] == "»… har ændret sig, og forløbet bidrog til det«"


@pytest.mark.parametrize("number", QUESTIONS)
@pytest.mark.parametrize("language", ["da", "en"])
def test_every_answer_has_a_sentence_with_numbers_and_rows_as_wide_as_its_table(number, language):
    asked = Asked((an_engagement("aa"), an_engagement("bb")), Words(language), TODAY)
    found = QUESTIONS[number](asked, number)
    assert any(letter.isdigit() for letter in found.sentence)
    assert found.question
    assert {len(row) for row in found.rows} <= {len(found.columns)}
    assert found.rows or found.unknown or found.sources


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "params", tmp_path / "params")
    return tmp_path


def test_ask_lists_the_questions_and_answers_one_within_the_terminal(shipped):
    listed = tiny.run(shipped, "ask")
    assert listed.stdout.splitlines()[0].startswith(" 1  Hvilke værktøjer")
    assert len(json.loads(tiny.run(shipped, "ask", "--json").stdout)["questions"]) == 20
    result = tiny.run(shipped, "ask", "16", "eksempelkommune")
    assert (result.returncode, result.stderr) == (0, "")
    assert "18 / 3 / 7" in result.stdout
    assert "fiktivt" in result.stdout
    assert max(map(len, [*listed.stdout.splitlines(), *result.stdout.splitlines()])) <= 80


def test_the_ledger_knows_how_sure_a_change_is_and_no_statistics_are_loaded_for_it(shipped):
    tiny.run(shipped, "ask", "16", "eksempelkommune")  # enters the files
    asked = ["ask", "16", "eksempelkommune", "--json"]
    assert "scipy" not in modules_of(asked, shipped)
    told = tiny.run(shipped, *asked)
    path = shipped / "params/eksempelkommune.yaml"
    source = read_one(path)
    seen = view(source.engagement, Audience.INTERNAL)
    computed = QUESTIONS[16](Asked((seen,), Words("da")), 16)
    assert json.loads(told.stdout)["rows"] == [list(map(plain, row)) for row in computed.rows]


def plain(cell: str | None) -> str | None:
    return unmarked(cell) if cell else cell


def test_ask_names_the_fictional_engagements_that_real_ones_leave_out(shipped):
    shown = tiny.run(shipped, "ask", "6").stdout
    assert "Der er set bort fra 1 fiktivt engagement: eksempelkommune." in " ".join(shown.split())
    named = tiny.run(shipped, "ask", "6", "eksempelkommune").stdout
    assert "set bort fra" not in named


def test_what_stands_as_todo_is_unknown_in_every_answer(shipped):
    carried = ("--municipality", "Odder", "--years", "2026-2027")
    assert tiny.run(shipped, "new", "odder", "--from", "skanderborg", *carried).returncode == 0

    def rows(number: int) -> list[list[str]]:
        found = json.loads(tiny.run(shipped, "ask", str(number), "odder", "--json").stdout)
        assert "TODO" not in json.dumps(found["sources"])
        return found["rows"]

    assert rows(10)[0][1] == "Ikke oplyst"
    checked = json.loads(tiny.run(shipped, "check", "odder", "--json").stdout)["diagnostics"]
    n = sum(one["code"] == "CB148" for one in checked)
    blocked = {tuple(row[1:]) for row in rows(17)}
    left = (f"{n} spørgsmål er ikke besvaret (TODO)", "Konsulenten")
    assert {("offentligheden", *left), ("kunden", *left)} <= blocked
    unknown = [row[1] for row in rows(19)]
    assert "Udgivelse › Kilde: Hvad bygger casen på?" in unknown
    assert len(unknown) == n


def test_a_yes_expires_by_the_day_of_the_user_and_not_that_of_greenwich(tmp_path, monkeypatch):
    west, east = "Etc/GMT+12", "Pacific/Kiritimati"  # where it is never the same day
    last = dt.datetime.now(ZoneInfo(west)).date()
    approved = [{**APPROVED[0], "expires": str(last)}]
    (tmp_path / "params").mkdir()
    text = tiny.PARAMETERS.replace("NAME", "e")
    text = text.replace("naming: named", f"naming: named, approvals: {json.dumps(approved)}")
    (tmp_path / "params/e.yaml").write_text(text, encoding="utf-8")
    told = []
    for zone in (west, east):
        monkeypatch.setenv("TZ", zone)
        told.append(json.loads(tiny.run(tmp_path, "ask", "10", "e", "--json").stdout)["rows"][0][2])
    assert told == [f"godkendt januar 2025 (indhold {CONTENT})", "nej: udløbet"]


def test_ask_shows_brackets_as_they_are_written(tmp_path):
    asked = "learning:\n  questions: [{text: 'Hvem er [bold]vi[/bold]?', ask: '[link]'}]\n"
    (tmp_path / "params").mkdir()
    text = tiny.PARAMETERS.replace("NAME", "e") + asked
    (tmp_path / "params/e.yaml").write_text(text, encoding="utf-8")
    shown = tiny.run(tmp_path, "ask", "19", "e").stdout
    assert "Hvem er [bold]vi[/bold]?" in shown
    assert "[link]" in shown


def test_ask_shows_a_hundred_rows_and_says_how_many_more_there_are(tmp_path):
    questions = ", ".join(f"{{text: Hvad med {number}?}}" for number in range(103))
    (tmp_path / "params").mkdir()
    text = tiny.PARAMETERS.replace("NAME", "e") + f"learning: {{questions: [{questions}]}}\n"
    (tmp_path / "params/e.yaml").write_text(text, encoding="utf-8")
    shown = tiny.run(tmp_path, "ask", "19", "e").stdout
    assert shown.count("Hvad med") == 100
    assert "There are 3 more rows; --json has all." in shown
    found = json.loads(tiny.run(tmp_path, "ask", "19", "e", "--json").stdout)
    assert len(found["rows"]) == 103


def test_ask_leaves_fictional_engagements_out_unless_they_are_named(shipped):
    found = json.loads(tiny.run(shipped, "ask", "1", "--json").stdout)
    assert set(found) >= {"sentence", "columns", "rows", "sources", "unknown"}
    assert found["rows"] == []
    named = json.loads(tiny.run(shipped, "ask", "1", "eksempelkommune", "--json").stdout)
    assert len(named["rows"]) == 3
    wrong = tiny.run(shipped, "ask", "1", "eksempelkomune")
    assert wrong.returncode == 2
    assert "Did you mean 'eksempelkommune'?" in wrong.stderr


OF_ONE = r"\b(af|of|fra|from|in|i) 1 (?!offentlig|planlagt|public|planned)(\w+(er|s))\b"


@pytest.mark.parametrize("language", ["da", "en"])
def test_no_answer_about_one_thing_speaks_of_several(language):
    use = {"tool": "laerred", "unit": "Unge", "date": "2024", "level": "III"}
    outcomes = {"tool_use": [use], **paired(8, 1, 3)["outcomes"], "claims": [claim(1)]}
    assumed = {"assumptions": [{"text": "Lederne kommer", "verdict": "broke"}]}
    learning = {**lesson("sustain", statement="Eksterne aktører"), **assumed}
    held = sessions({}, planned=1)["activity"]
    one = an_engagement("aa", activity=held, phase=tools("1"), outcomes=outcomes, learning=learning)
    asked = Asked((one,), Words(language))
    said = [function(asked, number).sentence for number, function in QUESTIONS.items()]
    assert [text for text in said if re.search(OF_ONE, text)] == []
    assert sum("1" in text for text in said) >= 15
