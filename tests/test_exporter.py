"""The web page, through its public door: a small notebook in, a page out."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest
import tiny
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from casebook import blocks
from casebook.blocks import INSIGHT_MIME, PAGE_MIME, SECTION_MIME, AnyBlock, Section
from casebook.errors import CasebookError
from casebook.exporters import EXPORTERS, Exported

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)
EVIL = "<script>alert('ond')</script>"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 90"><path d="M0 0L9 9"/></svg>'


def shows(data: dict[str, Any], metadata: dict[str, Any] | None = None) -> NotebookNode:
    """A code cell that displays `data`."""
    output = new_output("display_data", data=data, metadata=metadata or {})
    return new_code_cell("secret_input()", outputs=[output])


def page(**changes: str) -> NotebookNode:
    """A cell that emits a page head."""
    head = blocks.Page(
        document="case_report",
        engagement="prøve",
        audience="public",
        language="da",
        title="Missioner i Prøvestrup",
    )
    return shows({PAGE_MIME: head.model_copy(update=changes).model_dump(mode="json")})


def section(*content: AnyBlock, **changes: Any) -> NotebookNode:
    """A cell that emits a section."""
    whole = Section(id="afsnit", title="Afsnit", blocks=content).model_copy(update=changes)
    return shows({SECTION_MIME: whole.model_dump(mode="json"), "text/plain": "kun i JupyterLab"})


def figure(title: str = "Flere deltog", text: str = "Tal", **drawings: str) -> blocks.Figure:
    """A figure with a small table."""
    columns = (blocks.Column(label=text), blocks.Column(label="Antal", numeric=True))
    table = blocks.Table(caption=text, columns=columns, rows=((text, "12"),), note=text)
    drawn = {"svg": SVG, "svg_narrow": SVG} | drawings
    return blocks.Figure(id="f", title=title, description=text, table=table, note=text, **drawn)


def every_block(text: str) -> tuple[AnyBlock, ...]:
    """One block of every kind, with `text` wherever a text can stand."""
    drawn = figure(text, text)
    term = blocks.Term(label=text, value=text, note=text)
    return (
        blocks.Prose(paragraphs=(text,)),
        blocks.Prose(paragraphs=(text,), role="note"),
        blocks.Facts(items=(term, blocks.Term(label=text, value=text, unknown=True))),
        blocks.Items(lead_in=text, items=(text,)),
        blocks.Items(items=(text,), ordered=True),
        blocks.Quotation(text=text, name=text, title=text),
        drawn.table,
        drawn,
        blocks.Callout(tone="unknown", title=text, paragraphs=(text,)),
        blocks.Board(entries=(blocks.Entry(title=text, badge=text, details=(term,)),)),
        blocks.Action(question=text, label=text, url="https://example.org/?a=1&b=2"),
        blocks.Action(question=text, label=text),
        blocks.Reference(label=text, href="workshops.internal.da.html#cell-a"),
    )


def exported(*cells: NotebookNode) -> Exported:
    """What the exporter makes of the cells."""
    return EXPORTERS["html"](new_notebook(cells=list(cells)))


def html_of(*cells: NotebookNode) -> str:
    """The page of the cells, without its style sheet."""
    return re.sub(r"<style>.*?</style>", "", exported(*cells).content.decode(), flags=re.DOTALL)


LINKED_DATA = re.compile(r'<script type="application/ld\+json">([^<]*)</script>\n')
"""Data for machines: no browser runs this type, and the text in it can hold no markup."""


def test_every_block_kind_has_a_template_and_is_tested_here() -> None:
    kinds = {path.name.split(".")[0] for path in Path("templates/casebook/blocks").glob("*.j2")}
    assert {block.kind for block in every_block("x")} <= kinds
    union = blocks.Section.model_json_schema()["properties"]["blocks"]["items"]
    assert {block.kind for block in every_block("x")} == set(union["discriminator"]["mapping"])


def test_markup_in_any_text_of_any_block_is_shown_as_text() -> None:
    page_head = page(title=EVIL, kicker=EVIL, standfirst=EVIL, watermark=EVIL, fictional=EVIL)
    html = exported(page_head, section(*every_block(EVIL), title=EVIL)).content.decode()
    assert "<script" not in LINKED_DATA.sub("", html, count=1)
    assert "alert('ond')" not in html.split("</style>")[0].split("<style>")[1]
    assert html.count("</style>") == 1


def test_nothing_on_the_page_runs_or_is_fetched() -> None:
    html = exported(page(), section(*every_block("Tekst"))).content.decode()
    html = LINKED_DATA.sub("", html, count=1)
    assert not re.search(r"<script|<link|<iframe|@import|\sstyle=|\son\w+=|url\(http", html)
    assert set(re.findall(r'(?:src|href)="(https?:[^"]*)"', html)) == {
        "https://example.org/?a=1&amp;b=2"
    }


def test_the_policy_of_the_page_allows_exactly_its_own_style_sheet() -> None:
    html = exported(page()).content.decode()
    css = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert css is not None
    digest = base64.b64encode(hashlib.sha256(css[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:;" in html


def test_a_public_case_describes_itself_to_machines_from_what_its_head_shows() -> None:
    html = exported(page(description="Om det hele", fictional="Opdigtet")).content.decode()
    data = LINKED_DATA.search(html)
    assert data is not None
    assert json.loads(data[1]) == {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": "Missioner i Prøvestrup",
        "description": "Om det hele",
        "inLanguage": "da",
        "disambiguatingDescription": "Opdigtet",
    }
    shared = dict(re.findall(r'<meta property="(og:[^"]+)" content="([^"]+)">', html))
    assert shared == {
        "og:type": "article",
        "og:title": "Missioner i Prøvestrup",
        "og:description": "Om det hele",
        "og:locale": "da_DK",
    }


def test_what_a_page_says_to_machines_is_data_whatever_the_fields_hold() -> None:
    head = page(title=EVIL, description="]]></script><!-- \u2028 & '")
    data = LINKED_DATA.search(exported(head).content.decode())
    assert data is not None
    assert json.loads(data[1])["headline"] == EVIL


@pytest.mark.parametrize("audience", ["client", "internal"])
def test_a_page_that_is_not_public_says_nothing_to_machines(audience: str) -> None:
    html = html_of(page(audience=audience))
    assert "<script" not in html
    assert "og:" not in html


@pytest.mark.parametrize("audience", ["public", "client", "internal"])
def test_there_is_one_first_heading_whatever_a_consultant_adds(audience: str) -> None:
    html = html_of(page(audience=audience), new_markdown_cell("# Min egen overskrift"))
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", html) == ["Missioner i Prøvestrup"]
    assert "<h2>Min egen overskrift</h2>" in html


def test_a_section_without_blocks_is_left_out() -> None:
    html = html_of(page(), section(title="Tomt"), section(blocks.Prose(paragraphs=("Fuldt",))))
    assert "Tomt" not in html
    assert "Fuldt" in html


def test_guidance_to_the_consultant_inputs_and_errors_streams_are_left_out() -> None:
    guide = new_markdown_cell("Kør alle celler", metadata={"tags": ["guide"]})
    noise = new_code_cell("x", outputs=[new_output("stream", name="stderr", text="advarsel")])
    html = html_of(page(), guide, noise, section(blocks.Prose(paragraphs=("Tekst",))))
    for hidden in ("Kør alle celler", "advarsel", "secret_input", "kun i JupyterLab"):
        assert hidden not in html


def test_a_failed_notebook_never_becomes_a_page() -> None:
    error = new_output("error", ename="KeyError", evalue="'hours'", traceback=[])
    with pytest.raises(CasebookError, match=r"Cell 2 failed: KeyError: 'hours'"):
        exported(page(), new_code_cell("x", outputs=[error]))


def test_a_section_of_another_version_is_refused_and_not_half_shown() -> None:
    with pytest.raises(CasebookError, match="Cell 1 holds a section that cannot be read"):
        exported(shows({SECTION_MIME: {"id": "a", "blocks": [{"kind": "hologram"}]}}))


def test_a_notebook_without_a_head_is_treated_as_internal() -> None:
    html = html_of(new_markdown_cell("Tekst"))
    assert '<meta name="robots" content="noindex, nofollow">' in html
    assert "<h1>Uden titel</h1>" in html
    assert html.count("INTERN") == 2


@pytest.mark.parametrize("format", EXPORTERS)
def test_the_same_notebook_has_the_same_bytes_in_another_process(
    format: str, tmp_path: Path
) -> None:
    cells = [page(), *(section(*every_block("Tekst"), id=f"a{n}", title=f"Del {n}") for n in "12")]
    shown = shows({"image/png": PIXEL}, {"alt": "Et kort"})
    nbformat.write(new_notebook(cells=[*cells, shown]), tmp_path / "a.ipynb")
    code = (
        "import sys, nbformat; from casebook.exporters import EXPORTERS\n"
        "notebook = nbformat.read(sys.argv[2], as_version=4)\n"
        "sys.stdout.buffer.write(EXPORTERS[sys.argv[1]](notebook).content)"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code, format, tmp_path / "a.ipynb"],
            env={**tiny.environment(), "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in "12"
    }
    assert len(made) == 1
    assert len(made.pop()) > 2000, "a whole page"


def test_both_drawings_of_a_figure_are_there_with_ids_of_their_own() -> None:
    html = html_of(page(), section(figure(), figure("Færre deltog")))
    assert html.count('class="drawing wide"') == html.count('class="drawing narrow"') == 2
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    named = " ".join(re.findall(r'aria-labelledby="([^"]+)"', html)).split()
    assert set(named) <= set(ids)


def test_figures_and_tables_are_numbered_but_not_the_data_of_a_figure() -> None:
    html = html_of(page(), section(figure(), figure().table, figure()))
    labels = re.findall(r'class="label">([^<]+)<', html)
    assert labels == ["Figur 1", "Tabel 1", "Figur 2"]


def test_a_chart_with_a_script_stops_the_page_and_is_named() -> None:
    evil = SVG.replace("<path", "<script>alert(1)</script><path")
    with pytest.raises(CasebookError, match=r"'Flere deltog' .* <script>"):
        exported(page(), section(figure(svg=evil)))


def test_numbers_stand_in_cells_that_say_so_and_headers_have_a_scope() -> None:
    html = html_of(page(), section(figure().table))
    assert '<th scope="col" class="number">Antal</th>' in html
    assert '<td class="number">12</td>' in html
    assert '<th scope="row">Tal</th>' in html


def test_only_long_reports_have_a_table_of_contents() -> None:
    def contents(audience: str, sections: int) -> bool:
        text = blocks.Prose(paragraphs=("Tekst",))
        cells = [section(text, id=f"a{n}", title=f"Del {n}") for n in range(sections)]
        return "<nav" in html_of(page(audience=audience), *cells)

    assert contents("client", 7)
    assert not contents("client", 6)
    assert not contents("public", 7)


def test_two_sections_of_one_name_have_different_anchors() -> None:
    text = blocks.Prose(paragraphs=("Tekst",))
    html = html_of(page(), section(text), section(text))
    assert re.findall(r'<section id="([^"]+)"', html) == ["afsnit", "afsnit-2"]


def test_a_box_stands_beside_the_text_that_follows_it() -> None:
    fact = blocks.Facts(items=(blocks.Term(label="Kunde", value="Prøvestrup"),))
    html = html_of(page(), section(fact, id="fakta", aside=True), section(figure().table))
    assert re.search(
        r'class="aside">\s*<section id="fakta".*class="text">\s*<section', html, re.DOTALL
    )


def test_a_cell_that_publishes_an_insight_can_be_linked_to() -> None:
    cell = shows({INSIGHT_MIME: {"key": "x"}, "text/plain": "kun i JupyterLab"})
    cell["id"] = "celle-4"
    html = html_of(page(), cell)
    assert '<span id="cell-celle-4"></span>' in html
    assert "kun i JupyterLab" not in html


@pytest.mark.parametrize(
    ("mark", "shown"),
    [
        ({"audience": "public"}, False),
        ({"audience": "client", "watermark": "TIL KUNDEN"}, True),
    ],
)
def test_only_public_pages_may_be_indexed(mark: dict[str, str], shown: bool) -> None:
    assert ("noindex" in html_of(page(**mark))) is shown


@pytest.mark.parametrize(
    ("source", "expected", "reported"),
    [
        ("[a](https://example.org)", '<a href="https://example.org">a</a>', False),
        ("[a](#afsnit)", '<a href="#afsnit">a</a>', False),
        ("[a](javascript:alert(1))", "<p>a</p>", True),
        ("[a](//example.org)", "<p>a</p>", True),
        ("[a](C:\\hemmeligt.txt)", "<p>a</p>", True),
        ("![kort](https://example.org/kort.png)", "<p>kort</p>", True),
        (f"![kort](data:image/png;base64,{PIXEL})", 'alt="kort"', False),
        ("![kort](data:image/svg+xml;base64,AAAA)", "<p>kort</p>", True),
        ("a <img src=x onerror=alert(1)>", "a &lt;img src=x onerror=alert(1)&gt;", False),
        ("| a |\n|--:|\n| 1 |", '<th scope="col" class="number">a</th>', False),
    ],
)
def test_markdown_keeps_what_is_safe_and_says_what_it_refused(
    source: str, expected: str, reported: bool
) -> None:
    result = exported(page(), new_markdown_cell(source))
    assert expected in result.content.decode()
    assert bool(result.problems) is reported


def test_a_picture_pasted_into_a_cell_travels_with_the_page() -> None:
    attachments = {"kort.png": {"image/png": PIXEL}}
    html = html_of(
        page(), new_markdown_cell("![kort](attachment:kort.png)", attachments=attachments)
    )
    assert f'<img src="data:image/png;base64,{PIXEL}" alt="kort">' in html


def test_an_unsafe_address_in_a_block_is_shown_as_text_and_reported() -> None:
    action = blocks.Action(question="Vil I høre mere?", label="Ring", url="javascript:alert(1)")
    result = exported(page(), section(action))
    assert "javascript:" not in result.content.decode()
    assert "The link to 'javascript:alert(1)' is shown as text." in str(result.problems[0])


def test_nbconvert_makes_the_same_page_as_the_library(tmp_path: Path) -> None:
    notebook = new_notebook(cells=[page(), section(*every_block("Tekst"))])
    nbformat.write(notebook, tmp_path / "out.ipynb")
    name = "casebook.exporters.html.CasebookExporter"
    command: Sequence[str] = (sys.executable, "-m", "nbconvert", "--to", name, "out.ipynb")
    subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(Path.cwd())}, check=True, capture_output=True
    )
    assert (tmp_path / "out.html").read_bytes() == EXPORTERS["html"](notebook).content


def test_sources_are_numbered_once_and_lead_back_to_where_they_are_used() -> None:
    terms = [
        blocks.Term(label="Timer", value="420", source="Timeregnskab"),
        blocks.Term(label="Møder", value="12", source="<Logbog>"),
        blocks.Term(label="Rejser", value="3", source="Timeregnskab"),
        blocks.Term(label="Pris", value="Ikke oplyst", unknown=True),
    ]
    html = html_of(page(), section(blocks.Facts(items=tuple(terms))))
    marks = re.findall(r'id="(source-\d-\d)" href="#(source-\d)"', html)
    assert marks == [
        ("source-1-1", "source-1"),
        ("source-2-1", "source-2"),
        ("source-1-2", "source-1"),
    ]
    listed = re.findall(r'<li id="(source-\d)">(.*?)</li>', html)
    assert [id for id, _ in listed] == ["source-1", "source-2"]
    assert listed[0][1].startswith("Timeregnskab ")
    assert re.findall(r'href="#([^"]+)"', listed[0][1]) == ["source-1-1", "source-1-2"]
    assert listed[1][1].startswith("&lt;Logbog&gt; ")
    assert "doc-endnotes" not in html_of(page(), section(blocks.Facts(items=(terms[3],))))
