"""Drawings on their way into a page: kept whole, or refused."""

from __future__ import annotations

import io

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from casebook.errors import CasebookError
from casebook.exporters.svg import inline_svg


def drawing(content: str, attributes: str = 'viewBox="0 0 680 90"') -> str:
    """An SVG file with `content`."""
    links = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {links} {attributes}>{content}</svg>'


def inlined(source: str) -> str:
    """The drawing as it stands in a page."""
    return str(inline_svg(source, "d1-", "Titel", "Beskrivelse"))


@pytest.fixture(scope="module")
def hatched_bars() -> str:
    """A bar chart as matplotlib writes it, with hatching, a marker and Danish text."""
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "prøve"}):
        figure = Figure(figsize=(6, 2))
        axes = figure.subplots()
        axes.barh(["Ledere på øen"], [3], color="#3388ff", hatch="//", edgecolor="#1f2a33")
        axes.plot([1, 2], [0, 0], marker="o", color="#bb1188")
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None})
        return written.getvalue()


def test_what_matplotlib_draws_is_all_there(hatched_bars: str) -> None:
    svg = inlined(hatched_bars)
    for tag in ("<pattern", "<clipPath", "<use", "<text", "<path"):
        assert svg.count(tag) == hatched_bars.count(tag)
    assert 'fill="url(#d1-' in svg
    assert ">Ledere på øen</text>" in svg


def test_what_a_strict_page_blocks_is_written_another_way(hatched_bars: str) -> None:
    svg = inlined(hatched_bars)
    assert "style" not in svg
    assert "font-family" not in svg
    assert "matplotlib" not in svg.lower()
    assert svg.startswith('<svg viewBox="0 0 432 144" stroke-linejoin="round"')


def test_every_reference_still_meets_its_target(hatched_bars: str) -> None:
    svg = inlined(hatched_bars)
    targets = {part.split('"')[0] for part in svg.split(' id="')[1:]}
    used = {part.split('"')[0] for part in svg.split('href="#')[1:]}
    used |= {part.split(")")[0] for part in svg.split("url(#")[1:]}
    assert used
    assert used <= targets
    assert all(name.startswith("d1-") for name in targets)


def test_a_drawing_is_named_for_those_who_do_not_see_it() -> None:
    svg = inlined(drawing("<title>Andet navn</title><rect width='5' height='5'/>"))
    assert 'role="img" aria-labelledby="d1-title d1-desc"' in svg
    assert '<title id="d1-title">Titel</title><desc id="d1-desc">Beskrivelse</desc>' in svg
    assert "Andet navn" not in svg


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("<foreignObject><p>x</p></foreignObject>", "<foreignObject>"),
        ('<image href="https://example.org/x.png"/>', "https://example.org/x.png"),
        ('<a href="https://example.org"><path d="M0 0"/></a>', "<a>"),
        ('<use href="https://example.org/x.svg#a"/>', "https://example.org/x.svg#a"),
        ('<use xlink:href="javascript:alert(1)"/>', "javascript:alert"),
        ('<rect onclick="alert(1)" width="1"/>', "'onclick'"),
        ('<rect style="fill: url(https://example.org/#a)"/>', "url\\(https"),
        ('<rect fill="u\\72l(https://example.org)"/>', "has the value"),
        ('<rect style="filter: url(#a)"/>', "'filter'"),
        ("<style>path { fill: red }</style>", "<style>"),
        ('<html:b xmlns:html="http://www.w3.org/1999/xhtml">x</html:b>', "xhtml"),
        ("<g>løs tekst<path d='M0 0'/></g>", "text in <g>"),
        ("<g>", "not well-formed"),
    ],
)
def test_what_is_unknown_is_refused_and_never_left_out(content: str, reason: str) -> None:
    with pytest.raises(CasebookError, match=f"'Titel'.*{reason}"):
        inlined(drawing(content))


@pytest.mark.parametrize(
    "prologue",
    ['<!DOCTYPE svg [<!ENTITY a "b">]>', '<!DOCTYPE svg SYSTEM "file:///etc/passwd">'],
)
def test_a_document_type_other_than_matplotlibs_is_refused(prologue: str) -> None:
    with pytest.raises(CasebookError, match="document type"):
        inlined(prologue + drawing("<path d='M0 0'/>"))


def test_a_drawing_without_a_viewbox_gets_one_from_its_size() -> None:
    assert 'viewBox="0 0 40 20"' in inlined(drawing("", 'width="40pt" height="20pt"'))
    with pytest.raises(CasebookError, match="neither a viewBox nor"):
        inlined(drawing("", ""))


def test_coordinates_are_rounded_only_where_nobody_can_see_it() -> None:
    path = '<path d="M 1.23456 2.5 L 3 4"/>'
    assert 'd="M1.2 2.5L3 4"' in inlined(drawing(path))
    assert "1.23456" in inlined(drawing(path, 'viewBox="0 0 2 2"'))
    assert "1.23456" in inlined(drawing(f'<g transform="scale(100)">{path}</g>'))
    assert "1.23456" in inlined(drawing('<path d="m 1.23456 2.5 l 3 4"/>'))


def test_text_in_a_drawing_stays_text() -> None:
    svg = inlined(drawing('<text x="1" y="2">a &lt; b <tspan dy="3">c</tspan> d</text>'))
    assert '<text x="1" y="2">a &lt; b <tspan dy="3">c</tspan> d</text>' in svg
