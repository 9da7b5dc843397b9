"""What a page that leaves the firm may hold: rules about the file itself, whatever made it."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from casebook.diagnostics import Diagnostic, Severity, Where
from casebook.messages import Said, said
from casebook.model import Audience
from casebook.personal import address_in, cpr_in

MOST = 50_000_000
"""So many bytes of a file's packed parts are looked at; a page has far fewer."""

_RUNS = frozenset(
    {"script", "iframe", "frame", "object", "embed", "applet", "form", "base", "link"}
    | {"video", "audio", "source", "track"}
)
_FETCHING = ("src", "srcset", "poster", "background", "data", "action", "formaction", "ping")
_LINKS = ("href", "xlink:href", "cite")
_OWN = re.compile(r"(data:|#|$)")
_LINK = re.compile(r"(https://|mailto:|tel:|#|data:image/)", re.IGNORECASE)
_STYLE = re.compile(r"@import|url\(\s*[\"']?(?!data:|#)[^)]", re.IGNORECASE)
_ACTIVE_PDF = re.compile(r"/(JavaScript|Launch|EmbeddedFile|RichMedia|SubmitForm)\b")
_ACTIVE_WORD = re.compile(r"vbaProject|oleObject|attachedTemplate|activeX")
_PATH = re.compile(
    r"file:///?[\w%~.-]|(?<![\w.:/+=~-])/(?:home|Users|root|tmp|mnt|var/folders)/[\w.-]+|"
    r"(?<!\w)[A-Za-z]:\\\w"
)
_TRACES = re.compile(r"sourceMappingURL|papermill|injected-parameters|\bIn \[\d+\]:")
_NOTEBOOK = re.compile(r"(^|\s)(jp-|input_area|nbinput|prompt\b)")


@dataclass
class Rendered:
    """A page's file, read for what it does and says.

    `texts` are all words, `loose` those outside links; `tags` its elements with their attributes.
    """

    name: str
    texts: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    comments: int = 0
    raw: str = ""

    @property
    def audience(self) -> str:
        """For whom the page says that it is; empty where it does not say, as on paper."""
        classes = (given.get("class", "").partition(" ")[0] for _, given in self.tags)
        return next((name for name in classes if name in set(Audience)), "")


Found = Iterator[tuple[Said, Said]]
_AGAIN = said("Build it again; if it stays so, a cell or the template has put it there.")


def fetches_or_runs(page: Rendered) -> Found:
    """A page that leaves the firm is one file: nothing is fetched, and nothing runs.

    A foreign host would see every reader, and a script could show anything. A page may link to
    https, mailto and tel addresses. The message names what there is; pages that Casebook makes
    have none of it, so a template or another tool has put it there.
    """
    for tag, given in page.tags:
        runs = tag in _RUNS and given.get("type") != "application/ld+json"
        refresh = tag == "meta" and given.get("http-equiv", "").lower() == "refresh"
        if runs or refresh:
            yield said("It holds <{tag}>.", tag=tag), _AGAIN
        for name, value in given.items():
            calls = name in _FETCHING and not _OWN.match(value.strip())
            leads = name in _LINKS and not _LINK.match(value.strip())
            if name.startswith("on") or calls or leads or _STYLE.search(value):
                yield said("It holds {what}.", what=f'{name}="{value[:60]}"'), _AGAIN
    for style in page.styles:
        if found := _STYLE.search(style):
            yield said("It holds {what}.", what=style[found.start() :][:60]), _AGAIN
    if page.raw.lstrip()[:9].lower() == "<!doctype" and not _is_closed(page):
        yield said("No policy keeps it from fetching and running."), _AGAIN
    for pattern in (_ACTIVE_PDF, _ACTIVE_WORD):
        if not page.tags and (found := pattern.search(page.raw)):
            yield said("It holds {what}.", what=found[0]), _AGAIN


def _is_closed(page: Rendered) -> bool:
    policies = (
        given.get("content", "")
        for tag, given in page.tags
        if tag == "meta" and given.get("http-equiv", "").lower() == "content-security-policy"
    )
    return any("default-src 'none'" in policy for policy in policies)


def traces_of_work(page: Rendered) -> Found:
    """A page that leaves the firm holds nothing of how it was made.

    No paths of a machine, no comments, no parameters, no code of the notebook. Look at what the
    cell shows that the message leads to; a path is often part of a warning that was printed.
    """
    if page.comments:
        yield said("It holds comments ({n}).", n=page.comments), _AGAIN
    for text in page.texts or [page.raw]:
        for pattern in (_PATH, _TRACES):
            if found := pattern.search(text):
                yield said("It holds {what}.", what=text[found.start() :][:60].strip()), _AGAIN
    for _, given in page.tags:
        if _NOTEBOOK.search(given.get("class", "")):
            yield said("It holds {what}.", what=f'class="{given["class"][:60]}"'), _AGAIN


def personal_data(page: Rendered) -> Found:
    """A page that leaves the firm holds no numbers or addresses of persons.

    No CPR number at all. An e-mail address or a telephone number only as a link that the page
    offers, as that of the call to action or of the brand.
    """
    hint = said("Take it out of the text that it stands in, and build again.")
    for text in page.texts:
        if found := cpr_in(text):
            yield said("It holds what looks like a CPR number: {what}.", what=found), hint
    offered = " ".join(given.get("href", "") for tag, given in page.tags if tag == "a")
    for text in page.loose:
        found = address_in(text)
        if found and found.replace(" ", "") not in offered:
            yield said("It holds an address or a number of a person: {what}.", what=found), hint


RULES: Mapping[str, Callable[[Rendered], Found]] = {
    "CB307": fetches_or_runs,
    "CB308": traces_of_work,
    "CB309": personal_data,
}
"""The rules about a rendered file, by code. All of them block."""


def inspect(name: str, content: bytes, place: str, engagement: str = "") -> list[Diagnostic]:
    """What must not stand in the page `name`; `place` is what it is called in messages."""
    page = read_rendered(name, content)
    found = ((code, *one) for code, rule in RULES.items() for one in dict.fromkeys(rule(page)))
    return [
        Diagnostic(code, Severity.ERROR, message, hint, Where(place), engagement)
        for code, message, hint in found
    ]


# --- Reading -----------------------------------------------------------------------------------


def read_rendered(name: str, content: bytes) -> Rendered:
    """Read a page's file for the rules: HTML by its elements, PDF and Word by their parts."""
    if name.endswith(".html"):
        reader = _Reader(Rendered(name, raw=content.decode("utf-8", "replace")))
        reader.feed(reader.page.raw)
        reader.close()
        return reader.page
    parts = _members(content) if name.endswith(".docx") else _streams(content)
    return Rendered(name, raw="\n".join(part.decode("utf-8", "replace") for part in parts))


def _is_read(name: str, value: str) -> bool:
    """Whether an attribute holds words or an address, not numbers of a drawing."""
    told = name in ("alt", "title", "content", "aria-label", "href") or name.startswith("data-")
    return told and not value.startswith("data:")


class _Reader(HTMLParser):
    def __init__(self, page: Rendered) -> None:
        super().__init__()
        self.page = page
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.page.tags.append((tag, given))
        if tag in ("a", "style", "script"):
            self._within.append(tag)
        self.page.texts += [value for name, value in given.items() if _is_read(name, value)]

    def handle_endtag(self, tag: str) -> None:
        if self._within and self._within[-1] == tag:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if "style" in self._within:
            self.page.styles.append(data)
        elif data.strip():
            self.page.texts.append(data)
            if "a" not in self._within:
                self.page.loose.append(data)

    def handle_comment(self, data: str) -> None:  # noqa: ARG002  # that there is one is enough
        self.page.comments += 1

    handle_pi = unknown_decl = handle_comment


def _members(content: bytes) -> Iterator[bytes]:
    """The parts of a Word document that hold text."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield "\n".join(packed.namelist()).encode()
            left = MOST
            for member in packed.infolist():
                if member.filename.endswith((".xml", ".rels")):
                    with packed.open(member) as file:
                        part = file.read(left)
                    left -= len(part)
                    yield part
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, zlib.error):
        return


def _streams(content: bytes) -> Iterator[bytes]:
    """A PDF as it is, and its packed streams unpacked."""
    yield content
    left = MOST
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            part = zlib.decompressobj().decompress(found[1], left)
        except zlib.error:
            continue
        left = max(1, left - len(part))
        yield part
