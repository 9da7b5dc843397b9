"""The Word edition: the page's own HTML through pandoc, with charts as pictures.

`templates/casebook/word/` holds the reference document that gives the styles, in parts, and the
filter that chooses among them. The same page gives the same bytes.
"""

from __future__ import annotations

import base64
import os
import re
import subprocess
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from nbformat import NotebookNode

from casebook.brand import Brand, Logo, plain
from casebook.exporters.exported import Exported
from casebook.exporters.extras import needs
from casebook.exporters.html import Medium, render
from casebook.exporters.page import Document
from casebook.exporters.svg import inline_svg
from casebook.resources import folder
from casebook.text import Words

FONT = "DejaVu Sans"
"""The font of the pictures: charts are measured with it, and matplotlib brings it along."""

SCALE = 2
"""Pixels of a picture for each px of a drawing: sharp on paper."""

EPOCH = "315532800"
"""The date of everything in the file, 1 January 1980: a zip archive knows no earlier one."""

_FULL_WIDTH = "16.5cm"
_PARAGRAPH = re.compile(r"<p (class=[^>]*)>(.*?)</p>", re.DOTALL)


def export(notebook: NotebookNode, brand: Brand | None = None) -> Exported:
    """The Word document of an executed notebook."""
    with needs("docx"):
        import pypandoc  # noqa: PLC0415  # an extra
        import resvg_py  # noqa: F401, PLC0415
    with tempfile.TemporaryDirectory(prefix="casebook-") as name:
        work = Path(name)
        pictures, brand = _Pictures(work), brand or plain()
        if brand.logo:
            brand = replace(brand, logo=pictures.logo(brand.logo))
        html, document = render(notebook, brand, Medium(pictures.draw, paper=True))
        (work / "page.html").write_text(_readable(html), encoding="utf-8")
        _write_reference(work / "reference.docx", document, brand)
        _run(pypandoc.get_pandoc_path(), work, Words(document.page.language).tag)
        content = (work / "page.docx").read_bytes()
    return Exported(content, ".docx", document.problems)


class _Pictures:
    """Draws charts as PNG files into a folder."""

    def __init__(self, folder: Path) -> None:
        import matplotlib as mpl  # noqa: PLC0415  # slow to import

        self._folder = folder
        fonts = Path(mpl.get_data_path()) / "fonts" / "ttf"
        self._fonts = [str(fonts / f"DejaVuSans{face}.ttf") for face in ("", "-Bold")]

    def draw(self, source: str, prefix: str, title: str, description: str) -> Markup:
        """An image element for the drawing, with its whole text alternative."""
        root = f'<svg xmlns="http://www.w3.org/2000/svg" font-family="{FONT}" '
        drawing = str(inline_svg(source, prefix, title, "")).replace("<svg ", root, 1)
        name = f"{prefix}drawing.png"
        self._paint(drawing, name, background="#ffffff")
        alternative = " ".join(filter(None, (title, description)))
        element = Markup('<img src="{}" alt="{}" width="{}">')
        return element.format(name, alternative, _FULL_WIDTH)

    def logo(self, logo: Logo) -> Logo:
        """The logo as a picture that every version of Word shows."""
        kind, _, data = logo.light.partition(";base64,")
        if "svg" not in kind:
            return logo
        self._paint(base64.b64decode(data).decode(), "logo.png")
        return Logo("logo.png", logo.alt)

    def _paint(self, svg: str, name: str, background: str | None = None) -> None:
        from resvg_py import svg_to_bytes  # noqa: PLC0415  # an extra

        picture = svg_to_bytes(
            svg_string=svg,
            zoom=SCALE,
            background=background,
            font_family=FONT,
            sans_serif_family=FONT,
            skip_system_fonts=True,
            font_files=self._fonts,
        )
        (self._folder / name).write_bytes(picture)


def _readable(html: str) -> str:
    """The page in plain divisions: pandoc passes over what is not in `main`, and over classes."""
    html = re.sub(r"<(/?)(header|main|footer)\b", r"<\1div", html)
    return _PARAGRAPH.sub(r"<div \1><p>\2</p></div>", html)


def _write_reference(path: Path, document: Document, brand: Brand) -> None:
    """The reference document: styles, A4, and the running head and foot of this page."""
    parts = folder("templates") / "casebook" / "word"
    environment = Environment(
        loader=FileSystemLoader(parts),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = document.page
    values: dict[str, Any] = {
        "page": page,
        "words": Words(page.language),
        "display_font": brand.typefaces.get("display", "Georgia"),
        "body_font": brand.typefaces.get("body", "Calibri"),
        "colours": {role: colour.lstrip("#") for role, colour in brand.palette.light.items()},
    }
    with zipfile.ZipFile(path, "w") as reference:
        for part in sorted(parts.rglob("*.j2")):
            name = part.relative_to(parts).as_posix()
            content = environment.get_template(name).render(values)
            # Without a date of its own an entry has the present one, and hands it on.
            reference.writestr(zipfile.ZipInfo(name.removesuffix(".j2")), content)


def _run(pandoc: str, work: Path, language: str) -> None:
    rules = folder("templates") / "casebook" / "word" / "styles.lua"
    command = [
        *(pandoc, "page.html", "--from=html", "--to=docx", "--output=page.docx"),
        *("--reference-doc=reference.docx", f"--lua-filter={rules}", f"--metadata=lang:{language}"),
    ]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH}
    done = subprocess.run(  # noqa: S603  # pandoc of pypandoc_binary, on files of our own
        command, cwd=work, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"pandoc: {done.stderr.strip()}")
