"""Search and filters on the casebook page: in the one file, for the keyboard and the ear too."""

import base64
import hashlib
import re

import pytest
from browsing import look, needs_browser, requests_of
from nbformat.v4 import new_code_cell, new_notebook, new_output
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from casebook import blocks
from casebook.exporters import EXPORTERS
from casebook.exporters.html import Medium, render
from casebook.sections import parts

SHOWN = """
return [...document.querySelectorAll(arguments[0])]
  .filter(e => e.checkVisibility()).map(e => e.textContent.trim());
"""
SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
UNITS = "main tbody tr, main .board > li"


@pytest.fixture
def page(archetypes):
    return archetypes / "build" / "casebook.internal.da.html"


@pytest.fixture
def opened(browser, page):
    browser.get_log("performance")
    look(browser, page, 1280)
    return browser


def shown(browser, selector: str) -> list[str]:
    return browser.execute_script(SHOWN, selector)


def search(browser, text: str) -> str:
    """Type a text as a reader does; what is then said about the hits."""
    field = browser.find_element(By.CSS_SELECTOR, "#search input")
    field.clear()
    field.send_keys(text)
    return browser.find_element(By.CSS_SELECTOR, "#search [role=status]").text


@needs_browser
def test_a_search_leaves_what_has_every_word_and_says_how_many(opened):
    everything = shown(opened, UNITS)
    said = search(opened, "facilitator klynge")
    lessons = shown(opened, ".board > li")
    assert lessons
    assert all("facilitator" in text.lower() and "klynge" in text.lower() for text in lessons)
    assert re.fullmatch(r"\d+ fund|1 fund", said)
    assert shown(opened, UNITS) != everything
    assert search(opened, "findesikke") == "Intet fundet. Prøv et kortere ord."
    assert shown(opened, "main h2, main tbody tr, main li, main figure") == []
    assert shown(opened, ".contents li") == []
    opened.find_element(By.CSS_SELECTOR, "#search button").click()
    assert shown(opened, UNITS) == everything
    assert opened.switch_to.active_element.tag_name == "input"


@pytest.mark.parametrize(
    ("typed", "meant"), [("moensterloese", "Mønsterløse"), ("ÅER", "Åer"), ("aa'er", "Å'er")]
)
@needs_browser
def test_danish_letters_are_found_as_they_are_written_without_them(opened, typed, meant):
    said = search(opened, typed)
    assert said == search(opened, meant)
    assert re.fullmatch(r"\d+ fund", said)


@needs_browser
def test_of_what_an_engagement_found_only_the_points_that_match_are_left(opened):
    search(opened, "facilitator")
    points = shown(opened, "#across-insights li")
    assert points
    assert all("facilitator" in point.lower() for point in points)


@needs_browser
def test_a_question_that_is_found_keeps_its_whole_answer(opened):
    search(opened, "hvilke værktøjer har vi brugt")
    (lead_in,) = shown(opened, ".lead-in")
    assert lead_in.startswith("1. ")
    assert len(shown(opened, "main .table tbody tr")) > 1


@needs_browser
def test_filters_leave_the_lessons_of_a_theme_and_a_maturity(opened):
    theme = Select(opened.find_element(By.CSS_SELECTOR, "#search [name=theme]"))
    wanted = theme.options[1].text
    theme.select_by_index(1)
    lessons = shown(opened, ".board > li")
    assert lessons
    assert all(wanted in lesson for lesson in lessons)
    assert shown(opened, "main tbody tr") == []
    said = opened.find_element(By.CSS_SELECTOR, "#search [role=status]").text
    assert said == ("1 fund" if len(lessons) == 1 else f"{len(lessons)} fund")


@needs_browser
def test_the_search_is_reached_by_the_keyboard_named_and_asks_for_nothing(opened, page):
    body = opened.find_element(By.TAG_NAME, "body")
    names = []
    for _ in range(40):
        body.send_keys(Keys.TAB)
        focused = opened.switch_to.active_element
        if focused.find_elements(By.XPATH, "ancestor::*[@role='search']"):
            names.append(focused.accessible_name)
        if len(names) == 2:
            break
    assert names == ["Søg i casebogen", "Tema"]
    search(opened, "ledelse")
    assert requests_of(opened, page) == []
    assert [e for e in opened.get_log("browser") if e["level"] == "SEVERE"] == []


@needs_browser
def test_without_its_script_the_page_is_complete_and_shows_no_search(browser, page, tmp_path):
    look(browser, page, 1280)
    everything = shown(browser, UNITS)
    bare = tmp_path / "bare.html"
    bare.write_text(SCRIPT.sub("", page.read_text("utf-8")), "utf-8")
    look(browser, bare, 1280)
    assert shown(browser, "#search") == []
    assert shown(browser, UNITS) == everything


@needs_browser
def test_no_other_script_runs_on_the_page_even_if_it_gets_in(browser, page, tmp_path):
    changed = tmp_path / "changed.html"
    evil = "<script>document.documentElement.dataset.ran = 1</script></main>"
    changed.write_text(page.read_text("utf-8").replace("</main>", evil), "utf-8")
    look(browser, changed, 1280)
    assert browser.execute_script("return document.documentElement.dataset.ran || null") is None
    assert shown(browser, "#search input") == [""]


def test_the_policy_of_the_casebook_page_names_its_one_script_and_no_other_page_has_any(archetypes):
    pages = sorted((archetypes / "build").rglob("*.html"))
    assert len(pages) > 20
    for path in pages:
        html = path.read_text("utf-8")
        scripts = SCRIPT.findall(html)
        if path.name.startswith("casebook."):
            digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
            assert len(scripts) == 1
            assert re.findall("script-src ([^;]*);", html) == [f"'sha256-{digest}'"]
        else:
            assert scripts == []
            assert "script-src" not in html


def long_casebook() -> str:
    """A casebook page with more rows, lessons and lists than stand open."""
    many = range(250)
    lessons = tuple(blocks.Entry(title=f"Læring nummer {n}") for n in many)
    table = parts.table("Alle engagementer", ["Kunde"], [[f"Kunde nummer {n}"] for n in many])
    lists = tuple(blocks.Items(lead_in=f"Sted {n}", items=(f"Fund nummer {n}",)) for n in many)
    sections = [
        blocks.Section(id=id, title=id.title(), blocks=found)
        for id, found in (
            ("rows", (table,)),
            ("board", (blocks.Board(entries=lessons),)),
            ("lists", lists),
        )
    ]
    head = {**PAGE, "document": "casebook", "audience": "internal"}
    outputs = [(blocks.PAGE_MIME, head)]
    outputs += [(blocks.SECTION_MIME, s.model_dump(mode="json")) for s in sections]
    cell = new_code_cell("")
    cell.outputs = [
        new_output("display_data", {mime: values, "text/plain": ""}) for mime, values in outputs
    ]
    return EXPORTERS["html"](new_notebook(cells=[cell])).content.decode()


PAGE = {"engagement": "", "language": "da", "title": "Det har vi lært på tværs"}


@needs_browser
def test_a_long_casebook_shows_the_first_hundred_and_unfolds_the_rest_without_a_script(
    browser, tmp_path
):
    page = tmp_path / "long.html"
    page.write_text(SCRIPT.sub("", long_casebook()), "utf-8")
    look(browser, page, 1280)
    for each in ("tbody tr", ".board > li", ".items li"):
        assert len(shown(browser, each)) == 100, each
    folds = browser.find_elements(By.CSS_SELECTOR, "details.rest > summary")
    assert [fold.text for fold in folds] == [
        "Vis de øvrige 150 rækker",
        "Vis de øvrige 150",
        "Vis de øvrige 150",
    ]
    for fold in folds:
        fold.send_keys(Keys.ENTER)
    for each in ("tbody tr", ".board > li", ".items li"):
        assert len(shown(browser, each)) == 250, each
    assert "Alle engagementer (fortsat)" in shown(browser, "caption")[1]


@needs_browser
def test_a_search_finds_what_is_folded_away_and_folds_it_away_again(browser, tmp_path):
    page = tmp_path / "long.html"
    page.write_text(long_casebook(), "utf-8")
    look(browser, page, 1280)
    assert search(browser, "nummer 24") == "39 fund"
    rows = [f"Kunde nummer {n}" for n in (24, 124, 224, *range(240, 250))]
    assert shown(browser, "tbody tr") == rows
    assert search(browser, "kunde nummer 24") == "13 fund"
    assert shown(browser, "h2") == ["Rows"]
    assert search(browser, "kunde nummer 249") == "1 fund"
    assert shown(browser, "caption") == ["Alle engagementer (fortsat)"]
    browser.find_element(By.CSS_SELECTOR, "#search button").click()
    assert len(shown(browser, "tbody tr")) == 100


def test_on_paper_nothing_is_folded_away():
    cell = new_code_cell("")
    head = {**PAGE, "document": "casebook", "audience": "internal"}
    table = parts.table("Alle", ["Kunde"], [[f"Kunde {n}"] for n in range(250)])
    section = blocks.Section(id="rows", title="Rækker", blocks=(table,)).model_dump(mode="json")
    cell.outputs = [
        new_output("display_data", {blocks.PAGE_MIME: head, "text/plain": ""}),
        new_output("display_data", {blocks.SECTION_MIME: section, "text/plain": ""}),
    ]
    html, _ = render(new_notebook(cells=[cell]), None, Medium(paper=True))
    assert "<details" not in html
    assert "<script" not in html
    assert html.count('<th scope="row">') == 250
