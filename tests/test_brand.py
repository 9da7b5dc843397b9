"""A brand as data: what a page takes of `templates/_brand.yml`, and what is said against it."""

from __future__ import annotations

import base64
import colorsys
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat
import pytest
import tiny
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_notebook
from test_exporter import page, section

from casebook import blocks
from casebook.brand import plain, read_brand
from casebook.exporters import EXPORTERS
from casebook.palette import DARK, LIGHT, OWN, contrast, least, make_palette, nearest

WHOLE = """\
meta: {name: Konsulenthuset Eksempel, link: {home: https://example.org}}
logo: {images: {bred: {path: logo.svg, alt: Eksempel}}, medium: bred}
color:
  palette: {hav: "#0a4d8c"}
  primary: hav
  secondary: "#707073"
typography:
  fonts:
    - {family: Eksempel Sans, source: file, files: [{path: sans.woff2, weight: 600}]}
  headings: {family: Eksempel Sans, weight: 700}
defaults:
  quarto: {format: html}
  casebook: {contact: {email: hej@example.org, phone: +45 00 00 00 00}}
"""
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0L9 9"/></svg>'


def templates(root: Path, text: str = WHOLE) -> Path:
    """A folder with a brand and its files."""
    folder = root / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "_brand.yml").write_text(text, encoding="utf-8")
    (folder / "logo.svg").write_text(LOGO, encoding="utf-8")
    (folder / "sans.woff2").write_bytes(b"wOF2 a small font")
    return folder


def html_of(folder: Path) -> str:
    brand, problems = read_brand(folder)
    assert not problems
    cells = [page(), section(blocks.Prose(paragraphs=("Tekst",)))]
    return EXPORTERS["html"](new_notebook(cells=cells), brand).content.decode()


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21),
        ("#777777", "#ffffff", 4.48),  # WCAG's own example of just too little
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.00),
        ("#0000ff", "#ffffff", 8.59),
    ],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


HEX = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@settings(deadline=None, max_examples=40)
@given(HEX)
def test_whatever_a_brand_asks_for_every_text_can_be_read(colour):
    asked = {"primary": colour, "foreground": colour, "background": colour}
    made, _ = make_palette(asked)
    for colours in (made.light, made.dark):
        grounds = [colours[name] for name in ("paper", "tint", "accent-tint")]
        assert least(colours["accent"], grounds) >= 4.5
        assert least(colours["ink"], grounds[:2]) >= 4.5
        assert least(colours["muted"], grounds[:2]) >= 4.5
        assert contrast(colours["on-accent"], colours["accent"]) >= 4.5


@pytest.mark.parametrize("colour", ["#0a4d8c", "#7a0019", "#205030", "#000000"])
def test_a_colour_that_passes_is_left_as_it_is_and_is_not_spoken_of(colour):
    made, failing = make_palette({"primary": colour})
    assert made.light["accent"] == colour
    assert not failing


def test_the_nearest_passing_colour_has_the_same_hue_and_no_more_contrast_than_it_needs():
    found = nearest("#ff8800", ["#ffffff"])
    assert 4.5 <= contrast(found, "#ffffff") < 4.7
    hues = [colorsys.rgb_to_hls(*bytes.fromhex(colour[1:]))[0] for colour in ("#ff8800", found)]
    assert hues[0] == pytest.approx(hues[1], abs=0.06)


def test_the_plain_brand_passes_and_keeps_the_colours_of_the_design(tmp_path):
    brand, problems = read_brand(tmp_path)
    assert brand == plain()
    assert not problems
    assert brand.palette.light["accent"] == LIGHT["accent"]
    assert brand.palette.dark["accent"] == DARK["accent"]
    assert brand.logo is None


def test_the_colours_of_the_design_are_those_that_would_be_computed_for_them(monkeypatch):
    own, _ = make_palette(OWN)
    monkeypatch.setattr("casebook.palette.OWN", {})
    computed, failing = make_palette({"primary": LIGHT["accent"], "primary-dark": DARK["accent"]})
    assert (computed, failing) == (own, [])


def test_a_page_carries_name_logo_typeface_colour_and_contact_and_fetches_nothing(tmp_path):
    html = html_of(templates(tmp_path))
    logo = base64.b64encode(LOGO.encode()).decode()
    font = base64.b64encode(b"wOF2 a small font").decode()
    assert f'<img src="data:image/svg+xml;base64,{logo}" alt="Eksempel" height="44">' in html
    face = f'"Eksempel Sans"; src: url(data:font/woff2;base64,{font}); font-weight: 600;'
    assert face in html
    assert '--display: "Eksempel Sans", "Iowan Old Style"' in html
    assert "--accent: #0a4d8c;" in html
    assert "font-src data:;" in html
    assert '<a href="https://example.org">Konsulenthuset Eksempel</a>' in html
    assert '<a href="mailto:hej@example.org">' in html
    assert '<a href="tel:+4500000000">+45 00 00 00 00</a>' in html
    assert not re.search(r"url\((?!data:)|src=\"(?!data:)", html)


def test_a_logo_may_be_another_in_the_dark(tmp_path):
    text = "meta: {name: A}\nlogo: {medium: {light: logo.svg, dark: {path: logo.svg}}}\n"
    html = html_of(templates(tmp_path, text))
    assert '<source media="(prefers-color-scheme: dark)" srcset="data:image/svg+xml' in html


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "color: {primry: teal}",
            "1:9: CB411 error: 'color.primry' is not in the brand.yml format",
        ),
        ("colour: {}", "1:1: CB411 error: 'colour' is not in the brand.yml format"),
        ("color:\n  primary: #0b5a69", "2:3: CB411 error: 'color.primary' is empty."),
        ("color: {primary: havblå}", "1:9: CB411 error: 'havblå' is not a colour."),
        ('color: {primary: "#0b5a6980"}', "1:9: CB411 error: '#0b5a6980' is not a colour."),
        ("color: [", "CB100 error: This is not YAML"),
        ("- a", "1:1: CB411 error: the file: "),
        (
            'color:\n  primary: "#ffcc00"',
            "2:3: CB412 warning: The primary colour #ffcc00 has a contrast of 1.4:1 with #f4f6f5; text needs 4.5:1. The nearest that passes is #8d6b00.",
        ),
        ('color: {foreground: "#999999"}', "The nearest that passes is #747474."),
        ('color: {background: "#000080"}', "CB412 warning: On the background #000080"),
        ("logo: mangler.svg", "CB413 error: Cannot read mangler.svg"),
        ("logo: logo.svg", "CB411 error: The logo has no text that stands for it."),
        ("logo: logo.gif", "CB413 error: 'logo.gif' is not one of .svg, .png, .jpg"),
        (
            "logo: {medium: {path: https://example.org/a.png, alt: A}}",
            "CB413 error: Cannot read https://example.org/a.png",
        ),
        (
            "typography:\n  fonts:\n    - {family: Open Sans}",
            "3:7: CB413 warning: The font Open Sans would be fetched from google.",
        ),
        (
            "typography: {fonts: [{family: A, source: file, files: [{path: a.woff2, weight: '4;}'}]}]}",
            "CB411 error: typography.fonts[1].files[1].weight",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_its_remedy(tmp_path, text, said):
    _, problems = read_brand(templates(tmp_path, text))
    assert said in "\n".join(str(problem) for problem in problems)
    assert all(problem.hint for problem in problems)
    assert all(problem.where.file == "templates/_brand.yml" for problem in problems)


def test_a_heavy_font_is_spoken_of(tmp_path):
    folder = templates(tmp_path)
    (folder / "sans.woff2").write_bytes(bytes(300_000))
    _, problems = read_brand(folder)
    assert ["adds 400 kB to every page" in problem.message for problem in problems] == [True]


def test_a_brand_that_cannot_be_used_stops_the_build_before_anything_is_written(tmp_path):
    root = tiny.workspace(tmp_path / "w")
    templates(root, "logo: mangler.svg")
    done = tiny.run(root, "build")
    assert done.returncode == 1
    assert "templates/_brand.yml:1:1: CB413 error" in done.stderr
    assert not (root / "build").exists()


def test_a_new_brand_makes_pages_again_without_running_notebooks(tmp_path):
    root = tiny.workspace(tmp_path / "w")
    assert tiny.run(root, "build", "--audience", "public").returncode == 0
    executed = root / "build" / "lille" / "notebooks" / "case_report.public.da.ipynb"
    before = executed.stat().st_mtime_ns
    templates(root)
    done = tiny.run(root, "build", "--audience", "public")
    assert "built: brand changed" in done.stdout + done.stderr
    assert executed.stat().st_mtime_ns == before
    built = (root / "build" / "lille" / "case_report.public.da.html").read_text(encoding="utf-8")
    assert "--accent: #0a4d8c;" in built


def test_plain_nbconvert_finds_the_brand_of_the_workspace(tmp_path):
    (tmp_path / "params").mkdir()
    folder = templates(tmp_path)
    notebook = new_notebook(cells=[page()])
    place = tmp_path / "build" / "notebooks"
    place.mkdir(parents=True)
    nbformat.write(notebook, place / "out.ipynb")
    name = "casebook.exporters.html.CasebookExporter"
    command: Sequence[str | Path] = (sys.executable, "-m", "nbconvert", "--to", name, "out.ipynb")
    subprocess.run(command, cwd=place, env=tiny.environment(), check=True, capture_output=True)
    expected = EXPORTERS["html"](notebook, read_brand(folder)[0]).content
    assert (place / "out.html").read_bytes() == expected
    shutil.rmtree(folder)
    subprocess.run(command, cwd=place, env=tiny.environment(), check=True, capture_output=True)
    assert (place / "out.html").read_bytes() == EXPORTERS["html"](notebook).content
