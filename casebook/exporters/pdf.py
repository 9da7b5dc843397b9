"""The paper edition: the page's own HTML as a PDF that is tagged for reading aloud.

It is PDF/A-2a, for archives, and PDF/UA-1, for screen readers, and has the same bytes for the
same page: neither a date nor a random id stands in it.
"""

from __future__ import annotations

import base64
from typing import Any

from markupsafe import Markup
from nbformat import NotebookNode

from casebook.brand import Brand
from casebook.collecting import no_collecting
from casebook.exporters.exported import Exported
from casebook.exporters.extras import needs
from casebook.exporters.html import Medium, render
from casebook.exporters.svg import inline_svg

ROWS = 300
"""The most rows of a table: laying out thousands takes minutes, and nobody reads them on paper."""

VARIANT = "pdf/a-2a"

FONT = "Noto Sans, Segoe UI, Helvetica, Arial, sans-serif"
"""What the words of a drawing are set in; each has the letters of Danish."""

# PDF/A allows only properties that it knows or that the file itself describes.
_UNIVERSAL_ACCESS = b"""\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1" />
<rdf:Description rdf:about=""
  xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
  xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
_END = b"</rdf:RDF>"


def export(notebook: NotebookNode, brand: Brand | None = None) -> Exported:
    """The PDF of an executed notebook."""
    with needs("pdf"):
        from weasyprint import HTML  # noqa: PLC0415  # an extra, and slow to import
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    html, document = render(notebook, brand, Medium(_picture, paper=True, rows=ROWS))
    page = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=["data"]))
    with no_collecting():
        content = page.write_pdf(pdf_variant=VARIANT, finisher=_finish)
    return Exported(content, ".pdf", document.problems)


def _picture(source: str, prefix: str, title: str, description: str) -> Markup:
    """The drawing as a picture with its whole text alternative.

    Inside the page each of its thousands of lines would be parsed and styled as if it were text.
    """
    root = f'<svg xmlns="http://www.w3.org/2000/svg" font-family="{FONT}" '
    drawing = str(inline_svg(source, prefix, title, "")).replace("<svg ", root, 1)
    data = base64.b64encode(drawing.encode()).decode()
    alternative = " ".join(filter(None, (title, description)))
    element = Markup('<img src="data:image/svg+xml;base64,{}" alt="{}">')
    return element.format(data, alternative)


def _finish(_document: Any, pdf: Any) -> None:
    """What one call of WeasyPrint leaves undone for two standards at once.

    It declares one of them only, and asks viewers to smooth pictures, which PDF/A forbids.
    """
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    metadata.stream[0] = metadata.stream[0].replace(_END, _UNIVERSAL_ACCESS + _END, 1)
    for found in pdf.objects:
        about = getattr(found, "extra", {})
        if about.get("Subtype") == "/Image":
            about["Interpolate"] = "false"
