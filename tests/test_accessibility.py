"""The pages by the tools that auditors use, and by a keyboard alone.

axe-core and the Nu validator come from npm: `.ci/run` puts them into `.tools`, and so can you (see
CONTRIBUTING.md). axe is a weak gate, so what it lets pass is asserted here and in
`test_browser.py`.
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from browsing import ARCHETYPES, EDITIONS, OVERFLOW, look, needs_browser, requests_of

TOOLS = Path(__file__).parents[1] / ".tools" / "node_modules"
AXE = TOOLS / "axe-core" / "axe.min.js"
NU = TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"

pytestmark = needs_browser
needs_axe = pytest.mark.skipif(
    not AXE.exists() and not os.environ.get("CI"), reason="needs axe-core (CONTRIBUTING.md)"
)
needs_nu = pytest.mark.skipif(
    not (NU.exists() and shutil.which("java")) and not os.environ.get("CI"),
    reason="needs vnu-jar and a Java runtime (CONTRIBUTING.md)",
)

RULES = """
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
document.querySelectorAll('details').forEach(d => d.open = true);
const done = arguments[arguments.length - 1];
axe.run(document, {runOnly: {type: 'tag', values: tags}}).then(
  found => done(found.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html.slice(0, 90)))));
"""


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("edition", EDITIONS)
def test_axe_finds_nothing_against_wcag_22_aa_or_best_practice(browser, shipped, edition, scheme):
    look(browser, shipped(edition), 1280, scheme)
    browser.execute_script(AXE.read_text("utf-8"))
    assert browser.execute_async_script(RULES) == []


@needs_axe
@pytest.mark.parametrize("name", ARCHETYPES)
def test_no_archetype_has_a_page_with_a_finding_a_request_or_an_overflow(browser, archetypes, name):
    pages = sorted((archetypes / "build" / name).glob("*.html"))
    assert pages
    for page in pages:
        browser.get_log("performance")
        browser.get_log("browser")
        look(browser, page, 320, "dark")
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 320
        assert browser.execute_script(OVERFLOW) == [], page.name
        assert requests_of(browser, page) == [], page.name
        assert browser.get_log("browser") == [], page.name
        browser.execute_script(AXE.read_text("utf-8"))
        assert browser.execute_async_script(RULES) == [], page.name
        look(browser, page, 1280)
        browser.execute_script(AXE.read_text("utf-8"))
        assert browser.execute_async_script(RULES) == [], page.name


# The validator's CSS checker does not know container queries, which every browser has had since 2023.
UNKNOWN_TO_NU = re.compile(
    r"CSS: “container(-type)?”: Property .* doesn't exist|CSS: Unrecognized at-rule “@container”"
    r"|CSS: “max-width”: Parse Error"
)


@needs_nu
def test_the_nu_validator_finds_no_error_on_any_page(built, english, archetypes):
    folders = (built / "build", english, archetypes / "build")
    pages = [page for folder in folders for page in folder.rglob("*.html")]
    command = ["java", "-jar", NU, "--stdout", "--exit-zero-always", "--format", "json", *pages]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = [m for m in json.loads(done.stdout)["messages"] if m["type"] == "error"]
    assert [m["message"] for m in told if not UNKNOWN_TO_NU.search(m["message"])] == []
    assert len(pages) >= 75


# Words inside a drawing have places of their own; the table under the figure says the same.
SPACING = """
const sheet = new CSSStyleSheet();
sheet.replaceSync(`*:not(svg *) { line-height: 1.5 !important; letter-spacing: 0.12em !important;
  word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
document.adoptedStyleSheets = [sheet];
"""
CLIPPED = """
return [...document.querySelectorAll('main *, header *, footer *, nav *')].filter(e => {
  const style = getComputedStyle(e);
  const hides = /hidden|clip/.test(style.overflowX + style.overflowY) && !e.closest('svg');
  return hides && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
}).map(e => e.outerHTML.slice(0, 80));
"""


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("edition", EDITIONS)
def test_text_that_a_reader_spaces_out_is_neither_cut_nor_pushed_off_the_page(
    browser,
    shipped,
    edition,
    width,
):
    look(browser, shipped(edition), width)
    browser.execute_script(SPACING)
    spacing = "return getComputedStyle(document.querySelector('h1')).letterSpacing"
    assert browser.execute_script(spacing) != "normal"
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert browser.execute_script(OVERFLOW) == []
    assert browser.execute_script(CLIPPED) == []


REACHABLE = """
window.seen = [];
const all = [...document.querySelectorAll('a[href], summary, input, select, button, [tabindex="0"]')];
return all.filter(e => e.checkVisibility({contentVisibilityAuto: true}) && !e.closest('details:not([open]) > :not(summary)')).length;
"""
FOCUSED = """
const e = document.activeElement;
if (e === document.body || window.seen.includes(e)) return null;
window.seen.push(e);
const style = getComputedStyle(e), box = e.getBoundingClientRect();
return {
  what: e.outerHTML.slice(0, 80),
  outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
  inSight: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
};
"""
UNREACHED_SCROLL = """
return [...document.querySelectorAll('main *, nav')].filter(e => {
  const style = getComputedStyle(e);
  return /auto|scroll/.test(style.overflowX) && e.scrollWidth > e.clientWidth + 1
    && e.tabIndex < 0 && !e.querySelector('a');
}).map(e => e.outerHTML.slice(0, 80));
"""


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("edition", EDITIONS)
def test_a_keyboard_reaches_every_link_summary_and_scrolling_region_and_shows_where_it_is(
    browser,
    shipped,
    edition,
    width,
):
    look(browser, shipped(edition), width)
    wanted = browser.execute_script(REACHABLE)
    assert wanted >= 1
    reached = []
    for _ in range(wanted + 5):
        for kind in ("rawKeyDown", "keyUp"):
            key = {"type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
            browser.execute_cdp_cmd("Input.dispatchKeyEvent", key)
        found = browser.execute_script(FOCUSED)
        if found is None:
            break
        reached.append(found)
    assert len(reached) == wanted
    assert [f["what"] for f in reached if not (f["outlined"] and f["inSight"])] == []
    assert browser.execute_script(UNREACHED_SCROLL) == []


WORDS = """
return {
  captions: [...document.querySelectorAll('caption')].filter(c => c.textContent.trim().length < 8 || /uden overskrift|without a caption/.test(c.textContent)).length,
  titles: [...document.querySelectorAll('figure.chart')].filter(f => (f.querySelector('.chart-title')?.textContent.trim() || '').length < 15).length,
  descriptions: [...document.querySelectorAll('svg[role=img]')].filter(s => (s.querySelector(':scope > desc')?.textContent || '').length < 30).length,
  data: [...document.querySelectorAll('figure.chart')].filter(f => !f.querySelector('details table tbody tr')).length,
  sources: [...document.querySelectorAll('figure.chart')].filter(f => !/(Kilde|Source): ./.test(f.querySelector('.note')?.textContent || '')).length,
  idle: /No description|uden beskrivelse|without description|undefined|(^|[\\n\\t])None([\\n\\t]|$)|NaN/.test(document.body.innerText),
};
"""


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_chart_and_table_has_real_words_a_source_and_its_data(browser, shipped, edition):
    look(browser, shipped(edition), 1280)
    found = browser.execute_script(WORDS)
    assert {name: lacks for name, lacks in found.items() if lacks} == {}


STACKED = """
const scrolls = [...document.querySelectorAll('.scroll:has(table.stacks)')].filter(e => e.checkVisibility());
return [scrolls.length, scrolls.filter(e => e.scrollWidth > e.clientWidth + 1).length];
"""


@pytest.mark.parametrize(
    "edition", ["eksempelkommune/case_report.client.da", "casebook.internal.da"]
)
def test_on_a_telephone_a_wide_table_is_stacked_and_still_a_table_to_the_ear(
    browser, shipped, edition
):
    look(browser, shipped(edition), 320)
    tables, wide = browser.execute_script(STACKED)
    assert tables >= 5
    assert wide == 0
    label = "return getComputedStyle(document.querySelector('.stacks td'), '::before').content"
    assert len(browser.execute_script(label)) > 6
    heard = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    roles = [node["role"]["value"] for node in heard if not node["ignored"]]
    assert roles.count("table") >= tables
    for role in ("row", "rowheader", "columnheader", "cell"):
        assert roles.count(role) >= tables, role
