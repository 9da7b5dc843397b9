"""What a consultant's own cell shows: sound for every reader, or refused, and said either way."""

from __future__ import annotations

import io
import re
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.figure import Figure
from test_exporter import PIXEL, SVG, exported, html_of, page, shows

from casebook.errors import CasebookError
from casebook.exporters import Problem


def shown(data: dict[str, Any], **metadata: Any) -> tuple[str, list[Problem]]:
    """The main part of the page of a cell that displays `data`, and its problems."""
    cells = page(), shows(data, metadata)
    body = html_of(*cells).split('<main id="main" tabindex="-1">')[1].split("</main>")[0]
    return " ".join(body.split()), list(exported(*cells).problems)


def frame(table: Any, **metadata: Any) -> tuple[str, list[Problem]]:
    """What the page shows of a table as pandas displays it."""
    return shown({"text/html": table._repr_html_(), "text/plain": repr(table)}, **metadata)


def said(problems: list[Problem]) -> list[str]:
    return [f"{problem.code} {problem.message}" for problem in problems]


ANSWERS = pd.DataFrame({"Gruppe": ["Ledere", "<b>"], "Andel": [0.5, float("nan")]})


def test_a_plain_table_of_pandas_becomes_a_table_with_headers_and_danish_numbers():
    html, problems = frame(ANSWERS, caption="Svar efter gruppe")
    assert "Tabel 1</span> Svar efter gruppe</span></caption>" in html
    assert '<th scope="col">Gruppe</th> <th scope="col" class="number">Andel</th>' in html
    assert '<th scope="row">Ledere</th> <td class="number">0,5</td>' in html
    assert '<th scope="row">&lt;b&gt;</th> <td class="number">Ikke oplyst</td>' in html
    assert problems == []


def test_a_table_without_a_caption_says_so_on_the_page_and_in_a_diagnostic():
    html, problems = frame(ANSWERS)
    assert "Tabel uden overskrift" in html
    assert said(problems) == ["CB205 A table has no caption."]
    assert 'metadata={"caption": "…"}' in problems[0].hint


def test_a_row_number_that_nobody_named_is_left_out_but_a_named_index_is_kept():
    html, _ = frame(ANSWERS)
    assert '<th scope="row">0</th>' not in html
    html, _ = frame(ANSWERS.set_index("Gruppe"))
    assert '<th scope="col">Gruppe</th>' in html
    html, _ = frame(pd.DataFrame({"n": [3]}, index=["Ledere"]))
    assert '<th scope="col">Række</th>' in html


def test_headings_in_levels_are_said_together_and_rows_in_levels_are_said_in_every_row():
    table = pd.DataFrame(
        [[1, 2], [3, 4]],
        columns=pd.MultiIndex.from_product([["Før"], ["Ja", "Nej"]]),
        index=pd.MultiIndex.from_product([["Ledere"], ["Øst", "Vest"]], names=["Gruppe", "Sted"]),
    )
    html, _ = frame(table)
    heads = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', html)
    assert heads == ["Gruppe", "Sted", "Før · Ja", "Før · Nej"]
    assert re.findall(r'<th scope="row">([^<]*)</th>', html) == ["Ledere", "Ledere"]


def test_a_long_table_says_that_it_is_cut():
    html, _ = frame(pd.DataFrame({"a": range(1000), "b": range(1000)}), caption="Lang")
    assert "Et udsnit af 1.000 rækker og 2 kolonner." in html
    assert "…" in html


def test_a_styled_table_keeps_its_caption_and_says_that_its_colours_are_gone():
    styled = ANSWERS[["Andel"]].style.set_caption("Andele").highlight_max()
    html, problems = frame(styled)
    assert "Andele</span></caption>" in html
    assert said(problems) == ["CB201 A table is shown without the colours of its style."]


@pytest.mark.parametrize(
    "html",
    [
        ANSWERS.to_html(escape=False),
        ANSWERS.style._repr_html_(),  # a style escapes nothing
        "<b>fed</b>",
        "<p>kun tekst</p>",
        "løs tekst",
        '<table><tr onclick="x()"><th>a</th></tr></table>',
        "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>",
        '<table><thead><tr><th colspan="999999">a</th></tr></thead></table>',
        "<table><td>a</td></table>",
        "<!-- skjult --><table></table>",
        "<table><tr><th>a</th></tr></table><table><tr><th>a</th></tr></table>",
        "<div><table></div></table>",
        "<!doctype html><table></table>",
    ],
)
def test_html_that_is_not_a_plain_table_is_refused_and_shown_as_its_plain_text(html):
    body, problems = shown({"text/html": html, "text/plain": "a < b"})
    assert "a &lt; b</pre>" in body
    assert "<table" not in body
    assert [p.code for p in problems] == ["CB206"]
    assert problems[0].message.startswith("An output of type text/html is shown as plain text: ")


@pytest.mark.parametrize(
    "data",
    [
        {"application/javascript": "alert(1)", "text/plain": "<IPython.core.display.Javascript object>"},
        {"application/vnd.jupyter.widget-view+json": {"model_id": "a"}, "text/plain": "IntSlider(value=0)"},
        {"text/html": "<script>alert(1)</script>", "text/plain": "<IPython.core.display.HTML object>"},
        {"application/vnd.plotly.v1+json": {}},
        {"image/png": '"><script>alert(1)</script>'},
    ],
)  # fmt: skip
def test_programs_widgets_and_html_without_plain_text_are_left_out_with_a_code(data):
    body, problems = shown(data)
    assert "alert" not in body
    assert "object" not in body
    assert "IntSlider" not in body
    assert [p.code for p in problems] == ["CB206"]
    assert "is left out" in problems[0].message


@pytest.mark.parametrize("mime", ["image/png", "image/jpeg"])
def test_a_picture_has_its_words_or_its_lack_is_told(mime):
    html, problems = shown({mime: PIXEL + "\n"}, alt="Et kort", caption="Klyngerne ligger spredt")
    assert f'<img src="data:{mime};base64,{PIXEL}" alt="Et kort">' in html
    assert 'Figur 1</span> <span class="chart-title">Klyngerne ligger spredt</span>' in html
    assert problems == []
    html, problems = shown({mime: PIXEL}, **{mime: {"width": 3}})
    assert 'alt="Figur uden beskrivelse"' in html
    assert said(problems) == ["CB205 A picture has no text alternative and no caption."]


def plain_figure(**title: str) -> str:
    """A figure as a notebook displays it, with the page's text as text."""
    with mpl.rc_context({"svg.fonttype": "none"}):
        drawn = Figure(figsize=(3, 2))
        drawn.subplots().bar(["før", "efter"], [2, 3])
        written = io.StringIO()
        drawn.savefig(written, format="svg", metadata={"Date": None, **title})
        return written.getvalue()


def test_a_plain_drawing_of_matplotlibs_is_numbered_and_its_lack_of_words_is_told():
    html, problems = shown({"image/svg+xml": plain_figure(), "text/plain": "<Figure size 3x2>"})
    assert re.search(
        r"Figur 1</span></figcaption>.*<title id=\"d1-title\">Figur uden beskriv", html
    )
    assert ">efter</text>" in html
    assert said(problems) == ["CB205 A drawing has no text alternative and no caption."]


def test_a_drawing_can_carry_its_own_text_alternative():
    html, problems = shown({"image/svg+xml": plain_figure(Title="Tallet steg")}, caption="Steg")
    assert '<title id="d1-title">Tallet steg</title>' in html
    assert problems == []


def test_a_heat_map_keeps_the_picture_inside_its_drawing():
    drawn = Figure(figsize=(2, 2))
    drawn.subplots().imshow([[1, 2], [3, 4]])
    written = io.StringIO()
    drawn.savefig(written, format="svg", metadata={"Date": None})
    html, _ = shown({"image/svg+xml": written.getvalue()}, alt="Varmekort", caption="Varmekort")
    assert re.search(r'<image [^>]*href="data:image/png;base64,[A-Za-z0-9+/=]+"', html)


def test_a_refused_drawing_is_replaced_by_its_bitmap_or_stops_the_page():
    evil = {"image/svg+xml": SVG.replace("<path", "<script>alert(1)</script><path")}
    html, problems = shown(evil | {"image/png": PIXEL}, alt="Et kort", caption="Kortet")
    assert f"base64,{PIXEL}" in html
    assert [p.code for p in problems] == ["CB201"]
    assert "<script>. Its bitmap is shown." in problems[0].message
    with pytest.raises(CasebookError, match=r"'Kortet' cannot stand on a page"):
        shown(evil, caption="Kortet")


def test_text_that_only_names_an_object_in_memory_is_left_out_and_said():
    html, problems = shown({"text/plain": "[<matplotlib.lines.Line2D at 0x7f0123abcd>]"})
    assert "Line2D" not in html
    assert [p.code for p in problems] == ["CB201"]
    html, problems = shown({"text/plain": "[1, 2]"})
    assert "[1, 2]</pre>" in html
    assert problems == []
