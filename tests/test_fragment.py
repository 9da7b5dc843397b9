"""The fragment for a CMS: what it brings along, and what it leaves alone."""

from __future__ import annotations

import re

import pytest
import tiny
from browsing import CHROMIUM
from nbformat.v4 import new_markdown_cell, new_notebook
from test_exporter import every_block, page, section

from casebook.errors import CasebookError
from casebook.exporters import EXPORTERS

CMS = """<!doctype html><html lang="da"><head><meta charset="utf-8"><title>CMS</title>
<style>h1, h2 {{ color: rgb(170, 0, 0); }} body {{ font: 17px/1.6 monospace; }}</style></head>
<body><main><h1 id="main">Titel</h1>{}<h2>Andre nyheder</h2><p class="label note">Tekst</p>
<table><caption>T</caption><tr><th>a</th><td class="number">1</td></tr></table></main></body></html>
"""
OUTSIDE = """
const own = document.querySelector('.casebook');
return [...document.querySelectorAll('body, body *')].filter(e => !own || !(own === e || own.contains(e)))
  .map(e => [e.tagName, ...['color', 'font', 'margin', 'padding', 'border', 'textAlign', 'maxWidth']
    .map(name => getComputedStyle(e)[name])].join(' '));
"""


def fragment() -> str:
    cells = [
        page(standfirst="Om det hele", fictional="Opdigtet"),
        section(*every_block("Tekst")),
        new_markdown_cell("# Mere\n\n[op](#afsnit)"),
    ]
    return EXPORTERS["fragment"](new_notebook(cells=cells)).content.decode()


def test_it_has_neither_the_frame_of_a_page_nor_its_first_heading():
    html = fragment()
    assert not re.search(
        r"<(!doctype|html|head|body|main|header|footer|nav|h1|script|link|meta)", html
    )
    assert html.startswith('<div class="casebook" lang="da">')
    assert html.rstrip().endswith("</div>")
    assert html.count("<div") == html.count("</div>")
    assert re.findall(r"<(h\d)", html) == ["h2", "h3", "h2"]
    assert "Om det hele" in html
    assert "Opdigtet" in html


def test_every_id_is_its_own_and_everything_that_refers_to_one_still_does():
    html = re.sub(r"<style>.*?</style>", "", fragment(), flags=re.DOTALL)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert all(id.startswith("casebook-") for id in ids)
    named = " ".join(re.findall(r'aria-labelledby="([^"]+)"', html)).split()
    linked = re.findall(r'href="#([^"]+)"', html) + re.findall(r"url\(#([^)]+)\)", html)
    assert set(named) | set(linked) <= set(ids)
    assert "casebook-afsnit" in linked


def test_nothing_runs_and_nothing_is_fetched():
    assert not re.search(r"@import|@font-face|url\(http|\sstyle=|\son\w+=", fragment())


def test_a_page_that_is_not_public_is_refused():
    with pytest.raises(CasebookError, match="a fragment is for a public website"):
        EXPORTERS["fragment"](new_notebook(cells=[page(audience="client")]))


def test_a_build_makes_fragments_of_public_pages_only(tmp_path):
    root = tiny.workspace(tmp_path / "w")
    tiny.write_notebook(root, "case_report", _HEAD)
    done = tiny.run(root, "build", "--to", "html,fragment")
    assert done.returncode == 0, done.stderr
    found = [path.relative_to(root / "build") for path in root.rglob("*.fragment.html")]
    assert [path.as_posix() for path in found] == ["lille/case_report.public.da.fragment.html"]
    assert "0 pages to build, 6 fresh." in tiny.run(root, "plan", "--to", "html,fragment").stdout


_HEAD = """\
from IPython.display import display
page = {"document": "case_report", "engagement": "lille", "audience": audience,
        "language": language, "title": "Ledelse"}
display({"application/vnd.casebook.page.v1+json": page, "text/plain": "x"}, raw=True)"""


@pytest.mark.skipif(not CHROMIUM, reason="needs chromium")
def test_the_page_around_it_looks_as_before(browser, tmp_path):
    looks = []
    for name, content in (("without", ""), ("with", fragment())):
        path = tmp_path / f"{name}.html"
        path.write_text(CMS.format(content), encoding="utf-8")
        browser.get(path.as_uri())
        looks.append(browser.execute_script(OUTSIDE))
    assert looks[0] == looks[1]
    assert len(looks[0]) > 8
    own = "return getComputedStyle(document.querySelector('.casebook h2')).fontFamily"
    assert browser.execute_script(own) == "monospace"
