"""The pages in a real browser: what readers on telephones, in the dark and on paper get."""

import base64
import shutil
import subprocess

import pytest
from browsing import EDITIONS, OVERFLOW, look, needs_browser, requests_of

WIDTHS = (320, 768, 1280)

pytestmark = needs_browser

DRAWN_TEXT = """
const found = [];
for (const drawing of document.querySelectorAll('svg[role=img]')) {
  const frame = drawing.getBoundingClientRect();
  if (!frame.width) continue;
  for (const text of drawing.querySelectorAll('text')) {
    const box = text.getBoundingClientRect();
    if (box.left < frame.left - 2 || box.right > frame.right + 2 || box.height < 9)
      found.push(text.textContent + ' ' + Math.round(box.height));
  }
}
return found;
"""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("edition", EDITIONS)
def test_nothing_overflows_and_no_drawn_text_is_cut_or_too_small(browser, shipped, edition, width):
    look(browser, shipped(edition), width)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert browser.execute_script(OVERFLOW) == []
    assert browser.execute_script(DRAWN_TEXT) == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_page_asks_for_nothing_and_says_nothing_on_the_console(browser, shipped, edition):
    browser.get_log("performance")
    browser.get_log("browser")
    page = shipped(edition)
    look(browser, page, 1280)
    assert requests_of(browser, page) == []
    assert browser.get_log("browser") == []


CONTRAST = """
function channel(c) { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; }
function light(rgb) { return 0.2126 * channel(rgb[0]) + 0.7152 * channel(rgb[1]) + 0.0722 * channel(rgb[2]); }
function colour(text) { return (text.match(/[\\d.]+/g) || []).map(Number); }
function ground(element) {
  for (let e = element; e; e = e.parentElement) {
    const c = colour(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] > 0.99) return c;
  }
  return [255, 255, 255];
}
const found = [];
for (const element of document.querySelectorAll('body *')) {
  const own = [...element.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
  const box = element.getBoundingClientRect();
  if (!own || !box.width || element.closest('details:not([open]) > :not(summary)')) continue;
  const style = getComputedStyle(element);
  const inDrawing = !!element.closest('svg');
  const a = light(colour(inDrawing ? style.fill : style.color));
  const b = light(ground(inDrawing ? element.closest('svg').parentElement : element));
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) found.push(element.textContent.trim().slice(0, 30) + ' ' + ratio.toFixed(2));
}
return found;
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("edition", EDITIONS)
def test_every_text_has_enough_contrast_in_light_and_dark(browser, shipped, edition, scheme):
    look(browser, shipped(edition), 1280, scheme)
    assert browser.execute_script(CONTRAST) == []


STRUCTURE = """
const levels = [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => Number(h.tagName[1]));
return {
  lang: document.documentElement.lang,
  title: document.title,
  h1: levels.filter(l => l === 1).length,
  jumps: levels.filter((l, i) => i && l > levels[i - 1] + 1).length,
  unnamed: [...document.querySelectorAll('svg[role=img]')].filter(s => !s.getAttribute('aria-labelledby')).length,
  scopeless: document.querySelectorAll('th:not([scope])').length,
  captionless: [...document.querySelectorAll('table')].filter(t => !t.caption).length,
  repeated: [...document.querySelectorAll('[id]')].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i),
  dangling: [...document.querySelectorAll('a[href^="#"]')].filter(a => !document.getElementById(decodeURIComponent(a.hash.slice(1)))).map(a => a.hash),
};
"""


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_page_has_the_structure_that_assistive_technology_needs(browser, shipped, edition):
    look(browser, shipped(edition), 1280)
    found = browser.execute_script(STRUCTURE)
    assert found.pop("title")
    assert found == {
        "lang": edition[-2:],
        "h1": 1,
        "jumps": 0,
        "unnamed": 0,
        "scopeless": 0,
        "captionless": 0,
        "repeated": [],
        "dangling": [],
    }


def test_a_printed_page_has_its_audience_and_the_data_that_its_charts_do_not_tell(
    browser, shipped, tmp_path
):
    look(browser, shipped("eksempelkommune/case_report.client.da"), 1280)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    pdf = tmp_path / "page.pdf"
    pdf.write_bytes(base64.b64decode(printed["data"]))
    assert pdf.stat().st_size > 20_000
    if shutil.which("pdftotext"):
        command = ["pdftotext", "-layout", pdf, "-"]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert "TIL KUNDEN" in text
        assert "Svar før og efter" in text, "the caption of a chart's own table"
        assert "Klynger, missioner og roller" not in text, "all of it stands in the drawing"
