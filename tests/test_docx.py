"""The Word document, as Word, a screen reader and a spelling checker meet it."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from xml.etree import ElementTree as ET

import nbformat
import pytest
from nbformat.v4 import new_notebook
from test_exporter import EVIL, PIXEL, every_block, figure, page, section, shows

from casebook import blocks
from casebook.brand import Brand, Logo
from casebook.exporters import EXPORTERS
from casebook.text.marks import marked

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"


class Word:
    """A Word document taken apart."""

    def __init__(self, content: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(content))
        self.body = self.part("word/document.xml")

    def part(self, name: str) -> ET.Element:
        """A part of the package."""
        return ET.fromstring(self.archive.read(name))  # noqa: S314  # of our own making

    def paragraphs(self) -> list[tuple[str, str]]:
        """Style and text of every paragraph."""
        found = []
        for paragraph in self.body.iter(f"{W}p"):
            style = paragraph.find(f"{W}pPr/{W}pStyle")
            text = "".join(part.text or "" for part in paragraph.iter(f"{W}t"))
            found.append(("" if style is None else style.attrib[f"{W}val"], text))
        return found

    def styled(self, style: str) -> list[str]:
        """The texts of the paragraphs in a style."""
        return [text for name, text in self.paragraphs() if name == style]

    def alternatives(self) -> list[str]:
        """What stands for each picture."""
        return [drawing.attrib["descr"] for drawing in self.body.iter(DRAWING)]


def word_of(*cells: nbformat.NotebookNode, brand: Brand | None = None) -> Word:
    return Word(EXPORTERS["docx"](new_notebook(cells=list(cells)), brand).content)


def test_the_title_and_the_sections_are_real_headings_of_which_one_is_the_first():
    word = word_of(page(), *(section(*every_block("Tekst"), title=f"Del {n}") for n in (1, 2)))
    assert word.styled("Title") == ["Missioner i Prøvestrup"]
    assert word.styled("Heading1") == ["Del 1", "Del 2"]
    assert word.styled("Heading2") == ["Tekst", "Tekst"]
    styles = {
        style.attrib[f"{W}styleId"]: style.find(f"{W}pPr/{W}outlineLvl")
        for style in word.part("word/styles.xml").iter(f"{W}style")
    }
    levels = [styles[name].attrib[f"{W}val"] for name in ("Title", "Heading1", "Heading2")]
    assert levels == ["0", "1", "2"]


def test_a_chart_is_one_sharp_picture_with_its_caption_its_alternative_and_its_data():
    word = word_of(page(), section(figure("Flere deltog", "Søjler for tre grupper")))
    assert word.styled("Caption") == ["Figur 1 Flere deltog"]
    assert word.alternatives() == ["Flere deltog Søjler for tre grupper"]
    assert word.styled("TableCaption") == ["Søjler for tre grupper"]
    pictures = [name for name in word.archive.namelist() if name.endswith(".png")]
    assert len(pictures) == 1
    width, _ = struct.unpack(">II", word.archive.read(pictures[0])[16:24])
    assert width == 2 * 680


def test_no_table_is_there_for_its_looks_and_header_rows_repeat():
    word = word_of(page(), section(figure(), figure().table, *every_block("Tekst")))
    tables = list(word.body.iter(f"{W}tbl"))
    assert len(tables) == 4
    for table in tables:
        rows = list(table.iter(f"{W}tr"))
        repeated = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows]
        assert repeated == [True] + [False] * (len(rows) - 1)
        assert [cell for cell in table.iter(f"{W}tbl") if cell is not table] == []


def test_numbers_are_flush_right():
    word = word_of(page(), section(figure().table))
    sides = {
        "".join(part.text or "" for part in paragraph.iter(f"{W}t")): paragraph.find(
            f"{W}pPr/{W}jc"
        )
        for paragraph in word.body.iter(f"{W}p")
    }
    assert sides["12"].attrib[f"{W}val"] == "right"
    assert sides["Tal"] is None


@pytest.mark.parametrize(("language", "tag"), [("da", "da-DK"), ("en", "en-US")])
def test_spelling_is_checked_in_the_language_of_the_page(language, tag):
    word = word_of(page(language=language))
    default = next(word.part("word/styles.xml").iter(f"{W}lang"))
    assert default.attrib[f"{W}val"] == tag


def test_text_in_another_language_is_marked():
    word = word_of(page(language="en"), section(blocks.Prose(paragraphs=(marked("Dansk", "da"),))))
    runs = {
        "".join(part.text or "" for part in run.iter(f"{W}t")): run.find(f"{W}rPr/{W}lang")
        for run in word.body.iter(f"{W}r")
    }
    assert runs["Dansk"].attrib[f"{W}val"] == "da"


def test_the_audience_and_the_page_number_stand_on_every_page():
    word = word_of(page(audience="internal", watermark="INTERN", fictional="Fiktivt eksempel"))
    head, foot = (
        ET.tostring(word.part(f"word/{n}1.xml"), encoding="unicode") for n in ("header", "footer")
    )
    assert "INTERN" in head
    assert "Missioner i Prøvestrup" in head
    assert "Fiktivt eksempel" in foot
    assert "PAGE" in foot
    sections = list(word.body.iter(f"{W}sectPr"))
    assert len(sections) == 1
    assert {child.tag for child in sections[0]} >= {f"{W}headerReference", f"{W}footerReference"}


def test_the_kicker_the_standfirst_and_the_note_keep_their_styles():
    word = word_of(page(kicker="Prøvestrup", standfirst="Om det hele"), section(*every_block("T")))
    assert word.styled("Kicker") == ["Prøvestrup"]
    assert word.styled("Standfirst") == ["Om det hele"]
    assert "T" in word.styled("Note")
    assert "T, T" in word.styled("QuoteSource")


def test_markup_in_any_text_is_shown_as_text():
    word = word_of(page(title=EVIL, watermark=EVIL), section(*every_block(EVIL), title=EVIL))
    assert word.styled("Heading1") == [EVIL]
    assert EVIL in "".join(word.part("word/header1.xml").itertext())


def test_a_picture_that_a_consultant_shows_travels_along():
    assert word_of(page(), shows({"image/png": PIXEL}, {"alt": "Et kort"})).alternatives() == [
        "Et kort"
    ]


def test_a_logo_is_a_picture_and_how_to_get_in_touch_stands_at_the_end():
    svg = "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCA5IDkiLz4="
    logo = Logo(f"data:image/svg+xml;base64,{svg}", "Konsulenthuset")
    brand = Brand(name="Konsulenthuset", logo=logo, contact={"email": "hej@example.org"})
    word = word_of(page(), section(blocks.Prose(paragraphs=("Slut",))), brand=brand)
    assert word.alternatives() == ["Konsulenthuset"]
    assert [text for _, text in word.paragraphs()][-2:] == ["Konsulenthuset", "hej@example.org"]


def test_no_part_of_the_file_has_the_date_it_was_made():
    parts = word_of(page(), section(*every_block("Tekst"))).archive.infolist()
    assert {part.date_time for part in parts} == {(1980, 1, 1, 0, 0, 0)}


def test_a_shipped_report_has_every_section_chart_and_table_of_the_page(built):
    name = "case_report.client.da"
    folder = built / "build" / "eksempelkommune"
    html = (folder / f"{name}.html").read_text(encoding="utf-8")
    notebook = nbformat.read(folder / "notebooks" / f"{name}.ipynb", as_version=4)
    word = Word(EXPORTERS["docx"](notebook).content)
    assert len(word.styled("Heading1")) == len(re.findall(r"<h2", html))
    assert len(word.alternatives()) == html.count('class="drawing wide"')
    assert all(len(alternative) > 80 for alternative in word.alternatives())
    told = html.count('class="told"')
    assert told
    assert len(list(word.body.iter(f"{W}tbl"))) == html.count("<table") - told
