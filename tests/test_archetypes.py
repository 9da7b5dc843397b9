"""Ten fictional engagements, each with one hard case: all build, and each shows its point."""

import json
import re
import shutil
from pathlib import Path

import pytest
from test_pages import text_of
from tiny import ROOT, run

from casebook.archive import open_archive
from casebook.audience import view
from casebook.documents import Request
from casebook.model import Audience, Engagement
from casebook.planning import Book, gather
from casebook.source import read
from casebook.workspace import discover

ARCHETYPES = ROOT / "tests" / "cases" / "archetypes"
NAMES = [
    "eksempelkommune",
    "fiktivbjerg",
    "kladdeby",
    "langtidsvig",
    "moensterloese",
    "opdigtelse",
    "partnerskab-tre-aaer",
    "proevestrup",
    "testholm",
    "tidlig-indsats",
]


def page(root: Path, name: str) -> Path:
    return root / "build" / f"{name}.da.html"


def text(root: Path, name: str) -> str:
    return text_of(page(root, name))


def markup(root: Path, name: str) -> str:
    return page(root, name).read_text("utf-8")


def executed(root: Path, name: str) -> str:
    """The executed notebook of a page: what a reader of it may find in the parameters too."""
    folder, _, stem = name.partition("/")
    return (root / "build" / folder / "notebooks" / f"{stem}.da.ipynb").read_text("utf-8")


def engagement(name: str) -> Engagement:
    home = ROOT / "params" if name == "eksempelkommune" else ARCHETYPES / "params"
    found = read(home / f"{name}.yaml").engagement
    assert found is not None
    return found


# --- All of them --------------------------------------------------------------------------------


def test_all_ten_build_without_an_error(archetypes):
    report = json.loads((archetypes / "report.json").read_text("utf-8"))
    assert {one["status"] for one in report["outcomes"]} == {"built"}
    assert sorted({one["engagement"] for one in report["outcomes"]} - {""}) == NAMES
    assert not [d for d in report["diagnostics"] if d["severity"] == "error"]
    told = [d["where"]["file"] for d in report["diagnostics"] if d["code"] == "CB143"]
    assert told == ["params/langtidsvig/responses.csv", "params/langtidsvig/sessions.csv"]


def test_no_page_has_a_heading_with_nothing_under_it(archetypes):
    for found in (archetypes / "build").rglob("*.html"):
        assert not re.search(r"</h2>\s*</section>", found.read_text("utf-8")), found.name


def test_no_page_says_nothing_where_a_value_should_be(archetypes):
    for found in (archetypes / "build").rglob("*.html"):
        said = text_of(found)
        assert not re.search(r"\b(None|nan|TODO|null)\b|\{\w+\}", said), found.name


def test_every_page_says_that_it_is_fictional(archetypes):
    for found in (archetypes / "build").rglob("*.html"):
        assert "Fiktivt eksempel" in text_of(found)


def test_the_casebook_has_all_ten_and_adds_nothing_up(archetypes):
    said = text(archetypes, "casebook.internal")
    assert "10 engagementer er med." in said
    assert "Missionslærred 2 Eksempelkommune (version 2, i brug i 4 af 5 enheder)" in said


# --- 1 The full transition ----------------------------------------------------------------------


def test_a_full_transition_has_all_its_editions(archetypes):
    found = {path.name for path in (archetypes / "build" / "eksempelkommune").glob("*.html")}
    records = {"seminars", "sparring", "workshops", "tool_design", "learning_summary"}
    reports = {"case_report.public.da.html", "case_report.client.da.html"}
    assert found == reports | {f"{name}.internal.da.html" for name in records}


# --- 2 Only what a web page says ----------------------------------------------------------------


@pytest.mark.parametrize("edition", ["case_report.public", "case_report.client"])
def test_where_nearly_all_is_unknown_nothing_becomes_zero(archetypes, edition):
    said = text(archetypes, f"proevestrup/{edition}")
    without_levels = re.sub(
        r"Konsulenthuset Eksempel 0\b|Evidens.{0,3}\(?0.5\)?|Evidens: 0", "", said
    )
    assert not re.search(r"(?<![\d.,])0(?![\d.,])", without_levels)
    assert "Effekten er ikke målt" in said


def test_where_nearly_all_is_unknown_each_gap_is_said_once_and_listed(archetypes):
    said = text(archetypes, "proevestrup/case_report.client")
    assert said.count("Det er ikke oplyst, hvor mange der blev inviteret") == 1
    assert "Det, der ikke er oplyst: Opdragsgiver Om arbejdet er afsluttet Formål" in said
    assert "siden nævner kun kommunen" not in said, "why it is not known stays in the firm"
    assert "siden nævner kun kommunen" in text(archetypes, "proevestrup/learning_summary.internal")


# --- 3 So few that other numbers must go with them ----------------------------------------------


def test_few_people_take_the_next_smallest_group_with_them(archetypes):
    said = text(archetypes, "kladdeby/case_report.public")
    hidden = "Vises ikke (små tal)"
    assert "Ledere på børne- og ungeområdet 42 42 36 1" in said
    assert "Skoleledere 24 24 22 1" in said
    assert f"Dagtilbudsledere {hidden} {hidden} {hidden} 1" in said
    assert f"Facilitatorer {hidden} {hidden} {hidden} 4" in said, "four meetings, not four people"


def numbers(part: object) -> set[int]:
    """All head counts in the plain values of an engagement."""
    if isinstance(part, dict):
        heads = [part.get(key) for key in ("size", "invited", "attended", "asked")]
        return {n for n in heads if isinstance(n, int)}.union(*map(numbers, part.values()))
    return set().union(*map(numbers, part)) if isinstance(part, list) else set()


def test_what_is_hidden_is_in_neither_the_drawing_nor_the_executed_notebook(archetypes):
    everything = numbers(engagement("kladdeby").model_dump(mode="json"))
    assert everything >= {14, 11, 4, 3}
    shown = markup(archetypes, "kladdeby/case_report.public")
    figure = re.search(r'<section id="participants".*?</section>', shown, re.DOTALL)
    assert figure is not None
    drawn = re.sub(r"<[^>]+>", " ", figure[0])
    assert {"42", "24"} <= set(re.findall(r"\d+", drawn))
    assert not {"14", "11"} & set(re.findall(r"\d+", drawn))
    code = json.loads(executed(archetypes, "kladdeby/case_report.public"))["cells"]
    given = next(c for c in code if "injected-parameters" in c["metadata"].get("tags", []))
    values: dict[str, object] = {}
    exec("".join(given["source"]), values)  # noqa: S102  # what papermill wrote
    found = numbers([values[name] for name in ("participants", "phases", "outcomes")])
    assert found == {42, 36, 24, 22}


def test_no_sum_or_difference_of_what_is_shown_is_a_hidden_group():
    seen = view(engagement("kladdeby"), Audience.PUBLIC)
    sizes = [g.size.value for g in seen.participants if g.size and g.size.value]
    came = [s.attended.value for s in seen.sessions if s.attended and s.attended.value]
    for shown in (sizes, came):
        differences = {abs(a - b) for a in shown for b in shown}
        assert not differences & {1, 2, 3, 4}


def test_the_client_sees_who_was_there_but_not_what_so_few_answered(archetypes):
    said = text(archetypes, "kladdeby/case_report.client")
    assert "Facilitatorer: 4 af 4 deltog." in said
    assert "Der er for få svar til at vise en ændring" in said
    assert "Hvor sikker er du? Før Vises ikke (små tal) 4" in said
    # Fifteen leaders answered, twelve of them from schools: the other three must stay unknown.
    assert "alle ledere Efter 15 42" in said
    assert "skoleledere Efter Vises ikke (små tal) 24" in said


def test_a_meeting_counted_group_by_group_is_one_meeting(archetypes):
    said = text(archetypes, "kladdeby/case_report.client")
    assert "I 2 aktiviteter er 4 møder afholdt; 4 var planlagt" in said
    assert "Kundens egne folk ledte 2 af 4 møder." in said


# --- 4 A client that may not be named -----------------------------------------------------------

# The code as a number of its own: an executed notebook also says when its cells ran, to the microsecond.
IDENTIFYING = re.compile(
    r"skabelonsund|(?<![\w.])9904(?!\w)|region kliché|nordre havn|sønderstrand|mona|maske|eksempel\.invalid",
    re.IGNORECASE,
)


def test_an_anonymised_client_is_nowhere_on_the_public_page_or_in_its_notebook(archetypes):
    name = "tidlig-indsats/case_report.public"
    assert IDENTIFYING.search(markup(archetypes, "tidlig-indsats/case_report.client"))
    assert not IDENTIFYING.search(markup(archetypes, name))
    assert not IDENTIFYING.search(executed(archetypes, name))
    assert not IDENTIFYING.search(str(page(archetypes, name).relative_to(archetypes)))


def test_an_anonymised_case_has_a_label_and_no_voice_map_link_or_count(archetypes):
    name = "tidlig-indsats/case_report.public"
    said, shown = text(archetypes, name), markup(archetypes, name)
    assert "Kunde En mellemstor kommune Årstal" in said
    assert '<p class="kicker">\n<span>En mellemstor kommune</span>' in shown
    assert "<blockquote" not in shown
    assert not re.search(r'href="(?!#)', shown)
    assert "Målingen vises ikke her" in said
    assert not {"83", "11", "54", "41"} & set(re.findall(r"\d+", said))


def test_an_anonymised_client_has_its_label_in_the_readers_language():
    found = engagement("tidlig-indsats")
    seen = view(found, Audience.PUBLIC)
    assert seen.client.anonym_label.en == "A medium-sized municipality"
    unlabelled = found.client.model_copy(update={"anonym_label": None})
    seen = view(found.model_copy(update={"client": unlabelled}), Audience.PUBLIC)
    assert seen.client.name == "En kommune"
    assert view(seen, Audience.PUBLIC) == seen


def test_the_client_and_the_firm_read_the_name(archetypes):
    for edition in ("case_report.client", "learning_summary.internal"):
        assert "Skabelonsund Kommune" in text(archetypes, f"tidlig-indsats/{edition}")


# --- 5 A consent that was withdrawn -------------------------------------------------------------


@pytest.mark.parametrize("edition", ["case_report.public", "case_report.client"])
def test_a_quote_goes_with_its_consent_and_the_others_stay(archetypes, edition):
    for said in (
        text(archetypes, f"moensterloese/{edition}"),
        executed(archetypes, f"moensterloese/{edition}"),
    ):
        assert "Vi var uenige om ordene" not in said
        assert "Viggo Vending, kommunaldirektør" not in said
        assert "når hun siger retning" in said


def test_the_firm_reads_when_the_consent_was_withdrawn(archetypes):
    said = text(archetypes, "moensterloese/learning_summary.internal")
    assert "Samtykke: Viggo Vending trukket tilbage 3. februar 2025" in said
    assert "Samtykke: Frida Fast givet 22. september 2024" in said


def test_withdrawing_a_consent_makes_the_pages_with_the_quote_out_of_date(archetypes, tmp_path):
    shutil.copytree(archetypes, tmp_path / "w")
    file = tmp_path / "w" / "params" / "moensterloese.yaml"
    before = file.read_text("utf-8")
    after = before.replace("given: 2024-09-22}", "given: 2024-09-22, withdrawn: 2025-03}")
    assert after != before
    file.write_text(after, encoding="utf-8")
    done = run(tmp_path / "w", "plan", "moensterloese", "--json")
    jobs = {
        (job["document"], job["audience"]): job["reasons"]
        for job in json.loads(done.stdout)["jobs"]
    }
    assert jobs["case_report", "public"] == ["params: voices changed"]
    assert jobs["case_report", "client"] == ["params: voices changed"]
    assert jobs["seminars", "internal"] == ["params: release changed"]


# --- 6 What went wrong --------------------------------------------------------------------------


def test_a_fall_is_in_the_title_of_its_chart_for_everybody(archetypes):
    for edition in ("case_report.public", "case_report.client"):
        said = text(archetypes, f"fiktivbjerg/{edition}")
        fell = "På 3 af 3 spørgsmål svarede flere lavere end højere efter forløbet"
        assert f"{fell}; ved opfølgningen svarede flere lavere på 1" in said


def test_a_fall_and_a_tool_that_was_given_up_come_first_in_the_summary(archetypes):
    said = text(archetypes, "fiktivbjerg/case_report.client")
    found = said.partition("Det fandt vi:")[2]
    assert found.startswith(
        " »Hvor sikker er du på selv at kunne facilitere et klyngemøde?«: 11 af 18"
    )
    assert "11 af 18 svarede lavere efter end før, 1 højere." in found
    given_up = "Missionstræ: i brug i 0 af 3 enheder; 3 er holdt op med at bruge det."
    assert found.index(given_up) < found.index("Kundens egne folk ledte")


def test_a_tool_that_was_given_up_is_in_the_title_of_its_chart(archetypes):
    said = text(archetypes, "fiktivbjerg/case_report.client")
    title = "Mindst ét værktøj er i brug i 3 af 3 enheder; Missionstræ bruges færre steder end før"
    assert title in said


def test_an_assumption_that_broke_and_a_bad_rating_are_in_the_learning_summary(archetypes):
    said = text(archetypes, "fiktivbjerg/learning_summary.internal")
    assert "Når mødelederne kender teorien, tør de lede møderne. Nej" in said
    assert "Træning af mødeledere 2 af 5" in said


# --- 7 Three municipalities as one client -------------------------------------------------------


def test_a_partnership_has_its_members_and_is_not_called_a_municipality(archetypes):
    said = text(archetypes, "partnerskab-tre-aaer/case_report.public")
    members = "Åkildrup Kommune, Vesterålund Kommune og Å'krog Kommune"
    assert f"Kunde Partnerskab Tre Å'er Deltagere i samarbejdet {members}" in said
    assert "Det satte partnerskabet i gang" in said
    assert "Det satte kommunen i gang" not in said


def test_an_apostrophe_and_a_danish_letter_are_themselves_everywhere(archetypes):
    shown = markup(archetypes, "partnerskab-tre-aaer/case_report.client")
    for drawn in re.findall(r"<svg.*?</svg>", shown, re.DOTALL):
        assert "&amp;#39;" not in drawn
    said = text(archetypes, "partnerskab-tre-aaer/case_report.client")
    assert "Å'ens profil" in said
    assert "Å'krog Kommune" in said
    assert "netværk" in text(archetypes, "partnerskab-tre-aaer/learning_summary.internal")


# --- 8 Cancelled, and nothing for the public ----------------------------------------------------


def test_a_client_that_allows_no_public_edition_gets_none_and_the_plan_says_why(archetypes):
    assert not list((archetypes / "build" / "opdigtelse").rglob("*.public.*"))
    said = run(archetypes, "plan", "opdigtelse").stdout
    assert re.search(r"case_report\.public\.da\.html +left out: release\.naming is none", said)


def test_asking_for_that_edition_by_name_is_refused(archetypes):
    done = run(archetypes, "build", "opdigtelse", "--audience", "public", "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert {one["status"] for one in report["outcomes"] if one["engagement"]} == {"refused"}
    assert [d["code"] for d in report["diagnostics"]] == ["CB301"]


def test_the_after_action_review_of_what_was_cancelled_is_rich(archetypes):
    said = text(archetypes, "opdigtelse/learning_summary.internal")
    assert "Status Stoppet før tid" in said
    assert "I 3 aktiviteter er 5 møder afholdt; 12 var planlagt" in said
    assert "Workshops i ledergrupperne 6 2 3 1" in said, "planned, held, cancelled, moved"
    assert "Direktionen bærer forløbet hele vejen Nej" in said
    assert "Et aftalt stoppunkt gør det lettere at sige fra i tide." in said
    assert "Værktøjer og brugen af dem" not in said


# --- 9 The same programme with other words ------------------------------------------------------


def test_a_derived_engagement_has_its_own_words_and_none_of_the_first_clients(archetypes):
    everything = " ".join(
        text_of(found) for found in (archetypes / "build" / "testholm").glob("*.html")
    )
    assert "Aftaleholdere: 18 af 22 deltog." in everything
    for other in ("Eksempelkommune", "Kontraktholdere", "Koncernledelsen", "Nærsundhed", "Kim"):
        assert other not in everything, other


def test_groups_of_the_same_kind_are_one_kind_across_engagements(archetypes):
    said = text(archetypes, "casebook.internal")
    assert "Testholm Kommune (koncernledelse og kontraktholdere)" in said


# --- 10 Many asked, few answers, long after -----------------------------------------------------


def test_tables_from_an_old_danish_excel_are_read(archetypes):
    found = engagement("langtidsvig")
    assert found.sessions[0].hours == 6.5
    assert found.sessions[0].date == "2025-09-18"
    said = text(archetypes, "langtidsvig/case_report.client")
    assert "Nye ledere på rådhuset før sommeren" in said


@pytest.mark.parametrize("edition", ["case_report.public", "case_report.client"])
def test_few_answers_are_said_beside_the_result(archetypes, edition):
    said = text(archetypes, f"langtidsvig/{edition}")
    rate = "Efter: 61 af 436 spurgte svarede (14 %)."
    assert rate in said.replace("\xa0", " ")
    assert said.index("De, der ikke svarede, kan mene noget andet.") < said.index("Højere Uændret")


def test_what_was_gained_and_lost_again_is_in_the_title(archetypes):
    said = text(archetypes, "langtidsvig/case_report.public")
    gained = "På 2 af 2 spørgsmål svarede flere højere end lavere efter forløbet"
    assert f"{gained}; ved opfølgningen svarede flere lavere på 2" in said


def test_eight_months_later_is_not_three_to_six_months_later(archetypes):
    said = text(archetypes, "casebook.internal")
    gap = said.partition("Opfølgning efter 3–6 måneder")[2].partition("Om værktøjer er i brug")[0]
    assert "Eksempelkommune" not in gap
    still = said.partition("Opfølgningen kan stadig nås")[2].partition(".")[0]
    assert "Langtidsvig Kommune" in still, "it has meetings ahead"


# --- None at all --------------------------------------------------------------------------------


def test_an_empty_casebook_says_that_it_is_empty(tmp_path):
    (tmp_path / "params").mkdir()
    done = run(tmp_path, "build", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    (outcome,) = json.loads(done.stdout)["outcomes"]
    assert outcome["status"] == "built"
    assert "Casebogen er tom" in text_of(tmp_path / "build" / "casebook.internal.da.html")


CHART = re.compile(r'<figure class="chart".*?</figure>', re.DOTALL)


def test_every_chart_says_what_it_shows_how_many_it_rests_on_and_from_where(archetypes, built):
    pages = [*(archetypes / "build").rglob("*.html"), *(built / "build").rglob("*.html")]
    charts = [
        (page.name, found) for page in pages for found in CHART.findall(page.read_text("utf-8"))
    ]
    assert len(charts) > 100
    for name, markup in charts:
        title = re.findall(r'<span class="chart-title">([^<]+)</span>', markup)
        note = " ".join(re.findall(r'<p class="note">([^<]+)</p>', markup))
        assert len(title) == 1, name
        assert "Kilde: " in note, (name, title)
        is_a_place = "ligger i" in title[0]
        assert is_a_place or re.search(r"\d", title[0] + note), (name, title)
        assert "<details" in markup, (name, title)
        assert re.search(r"<desc[^>]*>[^<]{40,}", markup), (name, title)


def test_what_the_casebook_takes_of_engagements_goes_whole_from_process_to_process() -> None:
    taken = gather(map(engagement, NAMES), Request())
    assert taken.entries[Audience.INTERNAL]
    assert Book.read(taken.written()) == taken


@pytest.mark.parametrize("audience", Audience)
def test_what_the_ledger_keeps_for_the_casebook_is_what_the_files_give(
    tmp_path: Path, audience: Audience
) -> None:
    shutil.copytree(ARCHETYPES / "params", tmp_path / "params")
    shutil.copytree(ROOT / "params", tmp_path / "params", dirs_exist_ok=True)
    workspace = discover(tmp_path)
    archive = open_archive(workspace)
    found = [read(path).engagement for path in workspace.parameter_files().values()]
    taken = gather(filter(None, found), Request(audience=audience))
    assert len(taken.kinds) > len(NAMES)
    assert archive.kinds() == taken.kinds
    assert archive.entries(audience) == taken.entries[audience]
