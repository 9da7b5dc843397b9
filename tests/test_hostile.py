"""Hostile values in every place a value can have, looked at in a real browser.

Each is put on a page, and the page is opened twice: as it is, and with its content security
policy taken out, so that the page must be safe by itself. Nothing runs, nothing is asked for,
and nothing of the page is gone. `values.json` holds the values; what runs sets `data-ran`.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from browsing import look, needs_browser, requests_of
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from test_exporter import PIXEL, SVG, every_block, exported, figure, page, section, shows

from casebook import blocks
from casebook.blocks import INSIGHT_MIME
from casebook.errors import CasebookError

ROOT = Path(__file__).parents[1]
VALUES: dict[str, list[Any]] = json.loads((ROOT / "tests/hostile/values.json").read_text("utf-8"))

pytestmark = needs_browser


def everywhere(value: str) -> list[NotebookNode]:
    """A value in the head of a page and in every text of every block."""
    head = dict.fromkeys(("title", "kicker", "standfirst", "watermark", "fictional"), value)
    return [page(**head, description=value), section(*every_block(value), title=value)]


def markdown(value: str) -> list[NotebookNode]:
    attachments = {value: {"image/png": PIXEL}, "a.png": {value: PIXEL, "image/png": value}}
    cell = new_markdown_cell(f"{value}\n\n![a](attachment:a.png)", attachments=attachments)
    return [page(), new_markdown_cell(value), cell]


def drawing(value: str) -> list[NotebookNode]:
    return [page(), section(figure(svg=value))]


def drawing_of_ones_own(value: str) -> list[NotebookNode]:
    return [page(), shows({"image/svg+xml": value})]


def output(value: dict[str, Any]) -> list[NotebookNode]:
    return [page(), shows(value)]


def words_of_a_picture(value: str) -> list[NotebookNode]:
    words = {"alt": value, "caption": value}
    return [
        page(),
        *(shows({m: d}, words) for m, d in (("image/png", PIXEL), ("image/svg+xml", SVG))),
    ]


def printed(value: str) -> list[NotebookNode]:
    stream = new_output("stream", name="stdout", text=value)
    return [page(), new_code_cell("x", outputs=[stream])]


def address(value: str) -> list[NotebookNode]:
    links = (
        blocks.Action(question="?", label="klik", url=value),
        blocks.Reference(label="a", href=value),
    )
    return [page(), section(*links), new_markdown_cell(f"[klik](<{value}>) ![a](<{value}>)")]


def id_of_a_part(value: str) -> list[NotebookNode]:
    """An id of a section; the ids of cells are held to letters and digits by nbformat."""
    cell = shows({INSIGHT_MIME: {"key": "x"}})
    parts = section(figure(), id=value), section(figure().table, id=f"{value}-title")
    return [page(engagement=value, document=value), *parts, cell]


PLACES = {
    everywhere: "texts",
    words_of_a_picture: "texts",
    printed: "texts",
    markdown: "markdown",
    drawing: "drawings",
    drawing_of_ones_own: "drawings",
    output: "outputs",
    address: "addresses",
    id_of_a_part: "ids",
}
CASES = [
    pytest.param(place, value, id=f"{place.__name__}-{at}")
    for place, kind in PLACES.items()
    for at, value in enumerate(VALUES[kind])
]
AFTER = "Teksten efter det onde"

LOOK = """
const elements = [...document.querySelectorAll('*')];
const shown = text => [...document.querySelectorAll('main p')].some(p => p.textContent === text && p.checkVisibility() && p.offsetHeight > 10);
return {
  ran: document.documentElement.dataset.ran || null,
  after: shown(arguments[0]),
  foot: !!document.querySelector('body > footer.colophon')?.offsetHeight,
  head: document.querySelectorAll('body > header h1').length,
  active: elements.filter(e => e.type !== 'application/ld+json' && !(e.localName === 'script' && e.textContent === arguments[1]) && /^(script|iframe|object|embed|link|base|form|video|audio|template|plaintext|foreignobject|animate|set)$/i.test(e.localName)).map(e => e.localName),
  styles: document.querySelectorAll('style').length,
  handlers: elements.flatMap(e => [...e.attributes]).filter(a => /^on|^(style|srcdoc|action|formaction)$/i.test(a.name)).map(a => a.name),
  links: elements.flatMap(e => ['href', 'xlink:href'].map(n => e.getAttribute(n)).filter(Boolean)).filter(h => !/^(https:\\/\\/|mailto:|tel:|#|data:image\\/png;base64,|[.\\/]*[\\w.-]+\\.html)/.test(h)),
  sources: elements.map(e => e.getAttribute('src')).filter(s => s && !/^data:image\\/(png|jpeg|gif);base64,/.test(s)),
  twice: elements.map(e => e.id).filter((id, i, all) => id && all.indexOf(id) !== i),
};
"""
SAFE = {
    "ran": None,
    "after": True,
    "foot": True,
    "head": 1,
    "active": [],
    "styles": 1,
    "handlers": [],
    "links": [],
    "sources": [],
    "twice": [],
}


SEARCH = (ROOT / "templates/casebook/search.js").read_text("utf-8").rstrip("\n")


def assert_harmless(browser, html: bytes, folder: Path, own: str | None = None) -> None:
    """Open the page with its policy and without it: it runs, asks for and hides nothing.

    `own` is the one script that it may have.
    """
    policy = re.compile(rb'<meta http-equiv="Content-Security-Policy"[^>]*>')
    assert len(policy.findall(html)) == 1
    for name, content in (("with", html), ("without", policy.sub(b"", html, count=1))):
        path = folder / f"{name}-policy.html"
        path.write_bytes(content)
        browser.get_log("performance")
        look(browser, path, 1280)
        assert browser.execute_script(LOOK, AFTER, own) == SAFE, name
        assert requests_of(browser, path) == [], name


def test_the_corpus_is_as_wide_as_it_says():
    assert len(CASES) >= 150
    assert len({json.dumps(value) for kind in VALUES.values() for value in kind}) >= 100


@pytest.mark.parametrize(("place", "value"), CASES)
def test_a_hostile_value_does_no_harm(browser, tmp_path, place, value):
    after = section(blocks.Prose(paragraphs=(AFTER,)), id="efter", title="Efter")
    try:
        html = exported(*place(value), after).content
    except CasebookError:
        # A chart that cannot stand on a page stops it, and so does a page that cannot be read.
        assert place in (drawing, drawing_of_ones_own)
        return
    assert_harmless(browser, html, tmp_path)


TEXTS = {
    "name", "label", "text", "title", "standfirst", "headline", "challenge", "help", "purpose",
    "lead_in", "mission", "chairship", "facilitator", "question", "said_by", "actor", "change",
    "source", "contribution", "planned", "happened", "why", "owner", "note", "statement", "condition",
    "counter_evidence", "ask", "what", "method", "agreement", "definition", "readiness", "provider",
    "authors", "version", "commissioner", "next", "changes", "kind_of_tool", "region", "by",
}  # fmt: skip


def poisoned(value: Any, evil: str, key: str = "") -> Any:
    """The same parameters with `evil` after every free text."""
    if isinstance(value, dict):
        return {name: poisoned(inner, evil, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [poisoned(inner, evil, key) for inner in value]
    is_text = isinstance(value, str) and key in TEXTS and not value.startswith("unknown")
    return value + evil if is_text else value


def test_hostile_values_in_every_field_of_an_engagement_do_no_harm_on_any_page(browser, tmp_path):
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    shutil.copytree(ROOT / "params/eksempelkommune", tmp_path / "params/eksempelkommune")
    written = yaml.safe_load((ROOT / "params/eksempelkommune.yaml").read_text("utf-8"))
    for consent in written["release"]["consents"]:
        del consent["text_hash"]  # nobody said yes to what follows
    evil = " ".join(VALUES["texts"][at] for at in (0, 3, 14, 16, 17, 25))
    (tmp_path / "params/eksempelkommune.yaml").write_text(
        json.dumps(poisoned(written, evil), ensure_ascii=False, default=str), "utf-8"
    )
    run = [sys.executable, "-m", "casebook", "build"]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
    pages = sorted((tmp_path / "build").rglob("*.html"))
    assert len(pages) == 8, done.stdout + done.stderr
    for path in pages:
        html = path.read_bytes()
        assert html.count(b"&lt;script&gt;") > 5 or "casebook" in path.name
        marked = html.replace(b"</main>", f"<p>{AFTER}</p></main>".encode())
        own = SEARCH if path.name.startswith("casebook.") else None
        assert_harmless(browser, marked, tmp_path, own)
