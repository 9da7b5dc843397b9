"""The casebook page: what several engagements show together, and what they do not."""

import shutil
from typing import Any

import pytest
import tiny
from nbformat.v4 import new_code_cell, new_notebook, new_output

from casebook.blocks import PAGE_MIME, SECTION_MIME
from casebook.exporters.html import Medium, render
from casebook.model import Audience, Engagement
from casebook.portfolio import Portfolio, entry, summarise
from casebook.questions import Asked, answer_all
from casebook.sections import across, learned
from casebook.sections.across import Across
from casebook.source import read
from casebook.text import Words


def an_engagement(id: str, **more: Any) -> Engagement:
    activity = {"id": "a", "kinds": ["seminar"], "text": "…", **more.pop("activity", {})}
    client = {"id": id, "name": f"{id.title()} Kommune", **more.pop("client", {})}
    assignment = {"id": id, "title": "…", "years": {"start": 2023}, **more.pop("engagement", {})}
    phases = [{"id": "p", "kind": "seminars", "activities": [activity]}]
    release = {"naming": "named", **more.pop("release", {})}
    values = {"client": client, "engagement": assignment, "phases": phases, "release": release}
    return Engagement.model_validate({**values, **more})


def agreement(counts: list[int], date: str, version: int = 1, wave: str = "after") -> dict:
    item = {"id": "Q01", "version": version, "text": "Relevant", "scale": [1, 5]}
    answers = {"item": "Q01", "wave": wave, "answered": sum(counts), "counts": counts}
    waves = [{"id": wave, "date": date, "asked": 40}]
    survey = {"id": "s", "title": "S", "items": [item], "waves": waves, "distributions": [answers]}
    return {"surveys": [survey]}


def book(*engagements: Engagement, audience: Audience = Audience.INTERNAL) -> Across:
    learning = summarise([entry(one) for one in engagements])["learning"]
    return Across(Portfolio.model_validate(learning), audience, Words("da"))


def words_of(section: Any) -> str:
    return section.model_dump_json()


HIGH, LOW = [0, 0, 0, 10, 10], [10, 5, 0, 3, 2]


def test_what_was_measured_alike_stands_by_date_and_is_never_ranked_or_added():
    shares = book(
        an_engagement("aa", outcomes=agreement(HIGH, "2024-11")),
        an_engagement("bb", outcomes=agreement(LOW, "2024-02")),
        an_engagement("cc", outcomes=agreement([0, 0, 1, 2, 2], "2024-05")),
    )
    (figure,) = learned.comparable(shares).blocks
    assert [row[0] for row in figure.table.rows] == ["Bb Kommune", "Cc Kommune", "Aa Kommune"]
    assert [row[2] for row in figure.table.rows] == ["5 af 20", "4 af 5", "20 af 20"]
    assert figure.table.rows[1][3] == "for få til et interval"
    assert figure.table.rows[0][3] == "11–47 %"
    assert "45" not in figure.description
    assert "ikke efter størrelse" in figure.note


@pytest.mark.parametrize("other", [{"version": 2}, {"wave": "followup"}])
def test_another_version_or_time_is_not_the_same_measurement(other):
    section = learned.comparable(
        book(
            an_engagement("aa", outcomes=agreement(HIGH, "2024-11")),
            an_engagement("bb", outcomes=agreement(LOW, "2024-02", **other)),
        )
    )
    assert "Ingen to engagementer" in words_of(section)
    assert "2 målinger findes kun i ét engagement hver" in words_of(section)


def lesson(**more: Any) -> dict:
    return {"lessons": [{"id": "to", "statement": "To er bedst", "type": "sustain", **more}]}


def test_a_lesson_told_twice_stands_once_with_all_that_supports_and_all_that_contradicts_it():
    section = learned.lessons(
        book(
            an_engagement("aa", learning=lesson(support=["aa"], counter_evidence="Gik galt her")),
            an_engagement("bb", learning=lesson(support=["bb"], condition="Små klynger")),
        )
    )
    (entry,) = section.blocks[0].entries
    details = {term.label: term.value for term in entry.details}
    assert details["Modenhed"] == "Mønster (mindst to uafhængige kunder)"
    assert details["Lært hos"] == "Aa Kommune og Bb Kommune"
    assert details["Hviler på"] == "Aa Kommune og Bb Kommune"
    assert details["Taler imod"] == "Gik galt her"


def test_fictional_engagements_support_no_lesson_and_a_claim_beyond_the_support_is_said():
    fictional = {"fictional": True}
    told = lesson(support=["aa", "bb"], maturity="pattern")
    section = learned.lessons(
        book(an_engagement("aa", learning=told), an_engagement("bb", engagement=fictional))
    )
    (entry,) = section.blocks[0].entries
    details = {term.label: term.value for term in entry.details}
    assert details["Hviler på"] == "Aa Kommune"
    assert details["Angivet modenhed"].endswith("det er der ikke grundlag for")


def test_conditions_stand_by_kind_and_a_kind_that_nobody_noted_is_said_to_be_unknown():
    conditions = [{"text": "Direktionen er med", "kind": "leadership"}, {"text": "Tid"}]
    section = learned.conditions(book(an_engagement("aa", learning={"conditions": conditions})))
    rows = {row[0]: row[1:] for row in section.blocks[0].rows}
    assert rows["Ledelse og retning"] == ("1", "Aa Kommune: Direktionen er med")
    assert rows["Politik og regler"] == ("0", "Ikke oplyst")
    assert rows["Endnu uden type"] == ("1", "Aa Kommune: Tid")


def test_observed_changes_are_told_by_kind_with_their_evidence_and_a_kind_without_any_is_told():
    def seen(**kinds: int) -> dict:
        one = {"actor": "Ledere", "change": "Mødes"}
        return {
            "observed": [
                {**one, "id": kind, "kind": kind, "evidence_level": level}
                for kind, level in kinds.items()
            ]
        }

    told = across.evidence(
        book(
            an_engagement("aa", outcomes=seen(practice=1, policy=2)),
            an_engagement("bb", outcomes=seen(practice=2)),
            an_engagement("cc"),
        )
    )
    rows = {row[0]: row[1:] for row in told.blocks[1].rows}
    assert rows["Praksis"] == ("2", "2", "1 på niveau 1 og 1 på niveau 2")
    assert rows["Politik"] == ("1", "1", "1 på niveau 2")
    assert rows["Adfærd"] == ("0", "0", "–")
    none = across.evidence(book(an_engagement("cc")))
    assert none.blocks[1].paragraphs == ("Ingen observerede ændringer er noteret.",)


def test_versions_of_a_tool_stand_in_the_order_of_their_years():
    def used(version: str, start: int, **more: str) -> dict:
        tool = {"id": "laerred", "name": "Lærred", "version": version, **more}
        activity = {"id": "a", "kinds": ["tool_design"], "text": "…"}
        phase = {"id": "t", "kind": "tool_design", "activities": [activity], "tools": [tool]}
        return {"phases": [phase], "engagement": {"years": {"start": start, "end": start + 1}}}

    told = across.tools(
        book(
            an_engagement("aa", **used("10", 2024, released="2024-02")),
            an_engagement("bb", **used("9", 2021)),
            an_engagement("cc", **used("9", 2023)),
        )
    )
    assert [row[1:] for row in told.blocks[1].rows] == [
        ("9", "Ikke oplyst", "2021-2024", "2"),
        ("10", "februar 2024", "2024-2025", "1"),
    ]


def test_how_complete_the_records_are_is_told_topic_by_topic_with_who_has_nothing():
    groups = [{"id": "g", "label": "Ledere", "kind": "chefer"}]
    sized = [{**groups[0], "size": 20}]
    told = across.gaps(
        book(
            an_engagement("aa", participants=sized),
            an_engagement("bb", participants=groups),
            an_engagement("cc", participants=[*sized, {**groups[0], "id": "h"}]),
            an_engagement("dd"),
        )
    )
    rows = {row[0]: row[1:] for row in told.blocks[-1].rows}
    assert rows["Gruppernes størrelse"] == ("3", "1", "1", "1", "Bb Kommune")
    assert rows["Opfølgning efter 3–6 måneder"][:4] == ("4", "0", "0", "4")
    assert "Samtykke til hvert citat" not in rows, "nobody is quoted"


def test_a_followup_that_is_not_due_yet_is_no_gap_on_a_page_that_knows_no_day():
    held = {"id": "s1", "activity": "a", "status": "held", "date": "2025-10-15"}
    ahead = {"id": "s2", "activity": "a", "status": "planned", "date": "2026-05"}
    told = across.gaps(
        book(
            an_engagement("aa", activity={"sessions": [held]}),
            an_engagement("bb", activity={"sessions": [held, ahead]}),
            an_engagement("cc"),
        )
    )
    missing, when, complete = told.blocks
    rows = {row[0]: row[1:] for row in missing.rows}
    due = "Aa Kommune (frist 16. april 2026) og Cc Kommune"
    assert rows["Opfølgning efter 3–6 måneder"] == ("2", due)
    assert when.paragraphs == (
        "En opfølgning mangler først, når fristen er passeret.",
        "Opfølgningen kan stadig nås i 1 engagement, hvor der er møder forude: Bb Kommune.",
    )
    topics = {row[0]: row[1:] for row in complete.rows}
    assert topics["Opfølgning efter 3–6 måneder"][:4] == ("2", "0", "0", "2")


def test_lessons_are_counted_by_theme_and_maturity():
    one = {"statement": "…", "type": "sustain"}
    told = [
        {**one, "id": "a", "themes": ["tid", "ledelse"], "support": ["aa", "bb"]},
        {**one, "id": "b", "themes": ["tid"], "support": ["aa"]},
    ]
    section = learned.lessons(
        book(an_engagement("aa", learning={"lessons": told}), an_engagement("bb"))
    )
    assert section.blocks[0].rows == (
        ("ledelse", "0", "1", "0", "0"),
        ("tid", "1", "1", "0", "0"),
    )


def test_an_answer_that_rests_on_every_engagement_says_so_in_few_words():
    engagements = (an_engagement("aa"), an_engagement("bb", learning=lesson()))
    answers = answer_all(Asked(engagements, Words("da")))
    values = summarise([entry(one) for one in engagements], answers)["learning"]
    told = Portfolio.model_validate(values)
    section = learned.questions(Across(told, Audience.INTERNAL, Words("da")))
    assert "Kilder: parameterfilerne for alle 2 engagementer." in words_of(section)
    assert "Kilder: params/bb.yaml." in words_of(section)


def test_only_a_mature_lesson_is_recommended():
    told = lesson(support=["aa", "bb", "cc"], approved="Videnslederen, 2026-01")
    others = [an_engagement(id) for id in ("bb", "cc")]
    ready = book(an_engagement("aa", learning=told), *others)
    assert learned.recommendations(ready).blocks[0].items == ("To er bedst",)
    early = book(an_engagement("aa", learning=lesson(support=["aa"])), *others)
    assert "mindst tre uafhængige kunder" in words_of(learned.recommendations(early))


def test_the_map_shows_only_municipalities_that_may_be_named():
    def client(code: str) -> dict:
        return {"municipality": code}

    shown = across.scope(
        book(
            an_engagement("aa", client=client("0746")),
            an_engagement("bb", client=client("0751"), release={"naming": "anonymised"}),
        )
    )
    (figure,) = [block for block in shown.blocks if block.kind == "figure"]
    assert figure.table.rows == (("Skanderborg Kommune", "1"),)
    assert "Aarhus" not in words_of(shown)


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.CLIENT])
def test_what_names_clients_stays_inside(audience):
    engagements = [
        an_engagement(id, learning=lesson(support=[id]), outcomes=agreement(HIGH, "2024"))
        for id in ("aa", "bb", "cc")
    ]
    outside = book(*engagements, audience=audience)
    sections = (learned.lessons, learned.comparable, learned.conditions, learned.recommendations)
    assert [section(outside).blocks for section in sections] == [()] * 4
    shown = [across.evidence, across.gaps, across.tools]
    assert not [section for section in shown if "Kommune" in words_of(section(outside))]
    assert "Kommune" not in words_of(across.scope(outside))


def test_the_page_answers_all_twenty_questions_and_says_where_rows_were_left_out():
    questions = [{"text": f"Spørgsmål {n}"} for n in range(25)]
    engagements = (an_engagement("aa", learning={"questions": questions}),)
    answers = answer_all(Asked(engagements, Words("da")))
    values = summarise([entry(one) for one in engagements], answers)["learning"]
    told = Portfolio.model_validate(values)
    section = learned.questions(Across(told, Audience.INTERNAL, Words("da")))
    headings = [
        block.lead_in for block in section.blocks if block.kind == "prose" and block.lead_in
    ]
    assert [heading.partition(".")[0] for heading in headings] == [str(n) for n in range(1, 21)]
    assert "5 rækker mere med »casebook ask 19«." in words_of(section)
    assert learned.questions(Across(told, Audience.PUBLIC, Words("da"))).blocks == ()


def test_what_leaves_the_firm_names_no_client_in_the_page_or_in_the_notebook(archetypes, tmp_path):
    shutil.copytree(archetypes / "params", tmp_path / "params")
    done = tiny.run(tmp_path, "build", "--audience", "client")
    assert done.returncode == 0, done.stderr
    # The notebook itself begins with an example, which is of nobody either.
    example = (tiny.ROOT / "notebooks/casebook.ipynb").read_text("utf-8")
    clients = [read(path).engagement.client.name for path in (tmp_path / "params").glob("*.yaml")]
    names = [name for name in clients if name not in example]
    assert len(names) >= 9
    for made in (tmp_path / "build").rglob("casebook.client.da.*"):
        assert not [name for name in names if name in made.read_text("utf-8")], made.name
    page = (tmp_path / "build" / "casebook.client.da.html").read_text("utf-8")
    assert "Workshop" in page


def test_of_hundreds_of_names_a_cell_shows_the_first_and_folds_the_rest():
    themes = {"engagement": {"themes": ["ledelsesdialog"]}}
    section = across.themes(book(*(an_engagement(f"k{n:03}", **themes) for n in range(300))))
    screen, paper = (on_a_page(section, medium) for medium in (Medium(), Medium(paper=True)))
    first, _, rest = screen.partition("<details")
    assert "K004 Kommune" in first
    assert "K005 Kommune" not in first
    assert "og 295 andre</summary>K005 Kommune; " in rest
    assert "K299 Kommune</details>" in rest
    assert "K011 Kommune og 288 andre</td>" in paper
    assert "K012" not in paper


def on_a_page(section: Any, medium: Medium) -> str:
    """The body of a casebook page with one section."""
    head = {"document": "casebook", "engagement": "", "audience": "internal"}
    head |= {"language": "da", "title": "Det har vi lært på tværs"}
    values = {PAGE_MIME: head, SECTION_MIME: section.model_dump(mode="json")}
    cell = new_code_cell("")
    cell.outputs = [
        new_output("display_data", {mime: value, "text/plain": ""})
        for mime, value in values.items()
    ]
    html, _ = render(new_notebook(cells=[cell]), None, medium)
    return html.partition("<tbody>")[2]
