"""The pages of the shipped engagements, as a reader gets them."""

import html
import re
import subprocess
import sys
from pathlib import Path

import pytest

from casebook.source import read

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent

SEED = """\
Missionsorientering i Skanderborg Kommune
Direktionen og koncernledelsen i Skanderborg Kommune igangsatte i 2023 en større transition med fokus på at arbejde missionsorienteret og styrke organisationens evne til at løsne op for de svære problemer, der udfordrer kommunen mest.
Styrket sammenhængskraft omkring fælles svære problemer
Transitionen i Skanderborg Kommune indebærer et styrket samarbejde på tværs af kommunen og med omverden – og fordrer i høj grad ledelse i mellemrummene. Konkret har kommunen etableret fem missionsklynger, der arbejder med hver sin mission. Klyngerne er ledet af et formandskab og har en facilitator tilknyttet. I kommunen som helhed arbejdes der med et andet styringsfokus end tidligere med særligt fokus på at styrke ledelsesdialogen i ledelseskæden og på tværs af organisationen frem for at arbejde med udviklingskontrakter, som tidligere har været praksis. Transitionen er drevet af en ambition om at invitere kommunens kontraktholdere ind i det strategiske arbejde med at udvikle hele kommunen og dermed øge engagement i det fælles.
Mobilize har leveret både strategisk og konkret rådgivning af høj kvalitet i forbindelse med realiseringen af vores arbejde med de fælles svære problemer. Vi er sammen lykkedes med at udfordre os selv og plejer, og er i gang med at omsætte det til konkrete handlinger og løsninger, som kan skabe værdi.
Lars Clement, kommunaldirektør i Skanderborg Kommune
I 2023-24 har Mobilize bistået Skanderborg Kommune i opbygningen af kapabilitet til at arbejde missionsorienteret på to niveauer, både i det konkrete arbejde i de fem missionsklynger og ift. den bredere sammenhængskraft i hele kommunen, dvs. alle ledere og institutioner. Særligt har vi arbejdet med, hvordan kommunen via klyngerne og i det øvrige ledelsesarbejde kan skabe værdi på nye måder ved at mobilisere relevante aktører i og uden for kommunen – og at dette er forudsætningen for at lykkes med at løsne op for de svære problemer.
Mobilize har bistået Skanderborg Kommune i transitionen ved at...
... facilitere seminarer og workshops for koncernledelsen med fokus på deres rolle i transitionen.
... yde strategisk sparring til direktion og nøglemedarbejdere.
... planlægge og facilitere seminar med alle kommunens ”kontraktholdere”, dvs. de ledere, der har ledelsesdialog med direktionen og tidligere har udarbejdet udviklingskontrakter.
... moderere paneldebatter og facilitere workshops for alle kommunens ledere, både decentralt og centralt.
... arbejde ud fra en train-the-trainer tilgang, hvor fokus har været på at udvikle kompetencer hos facilitatorer og ledere, der spiller en særlig rolle i transitionen – bl.a. via workshops.
... udvikle konkrete metodegreb og værktøjer til det missionsorienterede arbejde, som er direkte anvendelige i praksis.
Har I brug for lignende sparring i jeres organisation?
Spørg os om noget
""".splitlines()


def text_of(page: Path) -> str:
    """What a reader reads: no markup, no style, no drawings; white space folded."""
    markup = page.read_text(encoding="utf-8")
    for hidden in (
        r"<style.*?</style>",
        r"<script.*?</script>",
        r"<svg.*?</svg>",
        r"<head>.*?</head>",
    ):
        markup = re.sub(hidden, " ", markup, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split()).replace(" ,", ",")


def page(built: Path, name: str) -> Path:
    return built / "build" / f"{name}.da.html"


def test_every_edition_of_every_engagement_is_built(built):
    found = {str(p.relative_to(built / "build")) for p in (built / "build").rglob("*.html")}
    documents = [
        "case_report.public",
        "case_report.client",
        "learning_summary.internal",
        "seminars.internal",
        "sparring.internal",
        "workshops.internal",
        "tool_design.internal",
    ]
    expected = {f"{e}/{d}.da.html" for e in ("skanderborg", "eksempelkommune") for d in documents}
    assert found == expected | {"casebook.internal.da.html"}


def test_the_public_case_holds_every_element_of_the_seed_verbatim_and_in_order(built):
    text = text_of(page(built, "skanderborg/case_report.public"))
    at = 0
    for element in SEED:
        place = text.find(element, at)
        assert place >= 0, f"missing or out of order: {element[:60]}"
        at = place + len(element)


def test_the_fact_box_names_client_and_years_and_nothing_unknown(built):
    text = text_of(page(built, "skanderborg/case_report.public"))
    assert "Kunde Skanderborg Kommune Årstal 2023-2024" in text


def test_the_public_case_says_that_the_effect_has_not_been_measured(built):
    text = text_of(page(built, "skanderborg/case_report.public"))
    assert "Effekten er ikke målt" in text
    ambition = "Styrket sammenhængskraft omkring fælles svære problemer. Ambition Mobilize"
    assert ambition in text, "an effect statement stands with its type and who says it"


def test_no_number_on_the_public_case_that_the_source_does_not_give(built):
    text = text_of(page(built, "skanderborg/case_report.public"))
    text = re.sub(r"\b(Figur|Tabel) \d+", "", text)
    numbers = set(re.findall(r"\d+", text))
    # Years as the source gives them; five clusters, six activities, two levels, and the
    # numbering of what is listed.
    counted = {"1", "2", "3", "4", "5", "6", "7"}
    code = {"0746"}  # public reference data, beside the map
    assert numbers <= {"2023", "2024", "24"} | counted | code, numbers


def test_words_for_results_are_not_used_of_ambitions(built):
    for name in ("public", "client"):
        text = text_of(page(built, f"skanderborg/case_report.{name}"))
        assert not re.search(r"\b(har skabt|styrkede|førte til|medførte|resulterede i)\b", text)


def test_what_is_unknown_is_said_and_is_never_zero(built):
    text = text_of(page(built, "skanderborg/case_report.client"))
    assert "Ikke oplyst" in text
    assert "Det er ikke oplyst, hvor mange der blev inviteret" in text
    assert "Opdragsgiver Ikke oplyst" in text


@pytest.mark.parametrize(
    "edition",
    ["case_report.public", "case_report.client", "learning_summary.internal", "workshops.internal"],
)
def test_a_fictional_engagement_says_so_on_each_page(built, edition):
    assert "Fiktivt eksempel" in text_of(page(built, f"eksempelkommune/{edition}"))
    assert "Fiktivt eksempel" not in text_of(page(built, f"skanderborg/{edition}"))


@pytest.mark.parametrize(
    ("edition", "mark"),
    [
        ("case_report.public", ""),
        ("case_report.client", "TIL KUNDEN"),
        ("learning_summary.internal", "INTERN"),
    ],
)
def test_an_edition_that_is_not_public_is_marked_in_head_and_foot(built, edition, mark):
    text = text_of(page(built, f"skanderborg/{edition}"))
    if mark:
        assert text.count(mark) >= 2
    else:
        assert not re.search(r"\b(INTERN|TIL KUNDEN)\b", text)


def test_the_client_report_has_the_sections_of_a_report(built):
    text = text_of(page(built, "eksempelkommune/case_report.client"))
    for title in (
        "Kort fortalt",
        "Formål",
        "Forandringsteori",
        "Det gjorde vi",
        "Hvem deltog",
        "Umiddelbart udbytte",
        "Værktøjer og brugen af dem",
        "Observerede ændringer",
        "Styring og klynger",
        "Hvad virkede, og hvad virkede ikke",
        "Overdragelse",
        "Anbefalinger",
        "Metode, begrænsninger og det, vi ikke ved",
        "Bilag: møder og ordforklaring",
    ):
        assert title in text, title


def test_the_learning_summary_has_the_sections_of_an_after_action_review(built):
    text = text_of(page(built, "eksempelkommune/learning_summary.internal"))
    for title in (
        "Engagementet i korte træk",
        "Hvad var planlagt, hvad skete der, og hvorfor",
        "Bevar, forbedr, begynd, stop",
        "Antagelser",
        "Aktiviteterne én for én",
        "Ændringer i værktøjerne",
        "Kundens organisation",
        "Læringspunkter",
        "Til den næste kommune",
        "Aftaler, samtykker og godkendelser",
    ):
        assert title in text, title


def test_the_learning_summary_links_back_to_the_phase_record_that_published(built):
    markup = page(built, "eksempelkommune/learning_summary.internal").read_text("utf-8")
    (href, anchor), *_ = re.findall(r'href="(workshops\.internal\.da\.html)#([^"]+)"', markup)
    record = (page(built, "eksempelkommune/x").parent / href).read_text("utf-8")
    assert f'id="{anchor}"' in record


def test_a_lesson_stands_in_the_record_of_the_phase_in_which_it_was_noted(built):
    lesson = "Facilitatorer lærer mest, når de leder fra den anden gang."
    assert lesson in text_of(page(built, "eksempelkommune/workshops.internal"))
    seminars = text_of(page(built, "eksempelkommune/seminars.internal"))
    assert lesson not in seminars
    assert "Der er ikke noteret læringspunkter i denne fase." in seminars


def test_pages_for_others_do_not_link_to_internal_records(built):
    for name in ("case_report.public", "case_report.client"):
        assert ".internal." not in page(built, f"eksempelkommune/{name}").read_text("utf-8")


def test_the_casebook_counts_real_engagements_and_names_the_fictional_it_leaves_out(built):
    text = text_of(page(built, "casebook.internal"))
    assert "1 engagement er med." in text
    assert "Eksempelkommune er ikke med" in text
    assert "Missionslærred" not in text


def test_an_executed_public_notebook_holds_nothing_that_the_public_may_not_see(built):
    folder = built / "build" / "eksempelkommune" / "notebooks"
    executed = (folder / "case_report.public.da.ipynb").read_text("utf-8")
    for hidden in ("AFT-0000", "samtykke-1", "Faldt sammen med budgettet", "hours", str(built)):
        assert hidden not in executed, hidden


@pytest.mark.parametrize("audience", ["public", "client"])
@pytest.mark.parametrize("name", ["skanderborg", "eksempelkommune"])
def test_the_plain_tools_give_the_same_page(built, tmp_path, name, audience):
    for command in (
        [
            "papermill",
            "notebooks/case_report.ipynb",
            tmp_path / "out.ipynb",
            "-f",
            f"params/{name}.yaml",
            *("-p", "audience", audience),
        ],
        ["jupyter", "nbconvert", "--to", "casebook", tmp_path / "out.ipynb"],
    ):
        run = [BIN / command[0], *command[1:]]
        subprocess.run(run, cwd=built, check=True, capture_output=True)
    plain = (tmp_path / "out.html").read_bytes()
    assert plain == page(built, f"{name}/case_report.{audience}").read_bytes()


def test_two_builds_give_the_same_bytes(built, tmp_path):
    subprocess.run(
        [BIN / "casebook", "build", "skanderborg", "--output", tmp_path / "again"],
        cwd=built,
        check=True,
        capture_output=True,
    )
    for again in (tmp_path / "again").rglob("*.html"):
        first = built / "build" / again.relative_to(tmp_path / "again")
        assert again.read_bytes() == first.read_bytes(), again.name


def test_no_page_asks_for_anything_or_runs_anything(built):
    for found in (built / "build").rglob("*.html"):
        markup = found.read_text("utf-8")
        markup = markup.replace('<script type="application/ld+json">', "", 1)
        if found.name.startswith("casebook."):
            markup = re.sub(r"<script>.*?</script>", "", markup, count=1, flags=re.DOTALL)
        assert "<script" not in markup
        assert not re.search(r"\sstyle=", markup)
        assert not re.search(r"""(src|srcset|action|data)=["']https?:""", markup)
        assert "<link" not in markup.replace('<link rel="canonical"', "")
        assert str(built) not in markup


def test_the_example_shows_every_chart(built):
    text = text_of(page(built, "eksempelkommune/case_report.client"))
    assert len(re.findall(r"\bFigur \d", text)) >= 6


def test_reading_the_engagements_of_this_project_needs_no_excuse():
    assert read(ROOT / "params" / "skanderborg.yaml").diagnostics == ()
