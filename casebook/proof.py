"""Proof of a bundle: that it is whole, may be read by strangers, and still stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from casebook import release
from casebook.approval import sha256
from casebook.bundle import LARGEST, NO_SUCH_FILE, README, Bundle, Opened, once, unpack
from casebook.checks import gate, rendered
from casebook.documents import FRAGMENT, Key
from casebook.errors import CasebookError, reason
from casebook.events import Tell
from casebook.messages import NOTHING, Said, said
from casebook.register import Register, Released
from casebook.workspace import Workspace

_ENDINGS = ("html", f"{FRAGMENT}.html", "pdf", "docx")


@dataclass(frozen=True)
class Proof:
    """One thing that was looked at, and whether it holds; where it does not, what to do."""

    name: str
    holds: bool
    message: Said
    hint: str = NOTHING


def prove(path: Path, workspace: Workspace | None, tell: Tell) -> Iterator[Proof]:
    """Everything that can be proved of a bundle, within a workspace if there is one."""
    archive = _read(path)
    opened = unpack(archive)
    yield from _whole(opened)
    if opened.bundle is None:
        return
    yield from _pages(opened.bundle)
    if workspace is not None:
        register = Register(workspace)
        entered = _entered(register, archive)
        yield _standing(register, entered)
        if entered is not None:
            yield from _still(workspace, register, entered, opened.bundle, tell)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            message = said("{path} is larger than any bundle.", path=path)
            raise CasebookError(message, said("Nothing in it was looked at."))
        return path.read_bytes()
    except OSError as error:
        message = said("Cannot read {path}: {why}.", path=path, why=reason(error))
        raise CasebookError(message, said("Name the bundle's own file."), 2) from error


def _whole(opened: Opened) -> Iterator[Proof]:
    """That the archive is the one that was packed."""
    hint = said("Get the bundle again from whoever released it.")
    for flaw in once(opened.flaws):
        message = flaw.message
        if flaw.file:
            message = said("{file}: {what}", file=repr(flaw.file), what=flaw.message)
        yield Proof("bundle", False, message, hint)
    if not opened.flaws and opened.bundle:
        number = len(opened.bundle.files)
        yield Proof("bundle", True, said("It is whole: {n} files, as they were packed.", n=number))


def _pages(bundle: Bundle) -> Iterator[Proof]:
    """That the pages may be read by strangers, whoever made them."""
    edition = bundle.manifest["edition"]
    stem = "{document}.{audience}.{language}".format_map(edition)
    listed = {one["name"] for one in bundle.manifest["files"]}  # of others that is said already
    for name, content in bundle.files.items():
        if name in listed and name not in {README, *(f"{stem}.{ending}" for ending in _ENDINGS)}:
            yield Proof("bundle", False, said("{file}: {what}", file=repr(name), what=NO_SUCH_FILE))
        page = rendered.read_rendered(name, content)
        if name != README and page.audience not in ("", edition["audience"]):
            message = said("{file} is a page for {audience}.", file=name, audience=page.audience)
            yield Proof("pages", False, message)
    found = [
        one
        for name, content in bundle.files.items()
        if name != README
        for one in rendered.inspect(name, content, name)
    ]
    for one in found:
        told = {"file": one.where.file, "code": one.code, "what": one.message}
        yield Proof("pages", False, said("{file}: {code} {what}", **told), one.hint)
    if not found:
        yield Proof("pages", True, said("They fetch and run nothing, and give nobody away."))


# --- Within a workspace ------------------------------------------------------------------------


def _entered(register: Register, archive: bytes) -> Released | None:
    found = [one for one in register.releases if one.sha256 == sha256(archive)]
    return found[-1] if found else None


def _standing(register: Register, entered: Released | None) -> Proof:
    """That it was released here, and that nothing has taken its place."""
    if entered is None:
        message = said("It is not in {path}.", path=register.shown)
        return Proof("register", False, message, said("It was not released from this workspace."))
    number = entered.number
    if taken := register.withdrawal(entered):
        message = said("Release {n} was withdrawn {date}.", n=number, date=taken.date)
        return Proof("register", False, message, said("Take it down wherever it stands."))
    if successor := register.successor(entered):
        message = said("Release {n} was superseded by release {m}.", n=number, m=successor.number)
        hint = said("Use {path}.", path=f"{register.folder.name}/{successor.bundle}")
        return Proof("register", False, message, hint)
    message = said("It is release {n} of {date}, and stands.", n=number, date=entered.date)
    return Proof("register", True, message)


def _still(
    workspace: Workspace, register: Register, entered: Released, bundle: Bundle, tell: Tell
) -> Iterator[Proof]:
    """That what was agreed still holds, and that the engagement still says the same."""
    formats = [_format(name, entered.key) for name in bundle.files if name != README]
    try:
        made = release.make(workspace, entered.key, formats, tell)
    except CasebookError as error:
        yield Proof("sources", False, error.message, error.hint)
        return
    edition = release.edition_of(made, register)
    if edition is None:
        message = said("{file} cannot be read.", file=f"params/{entered.engagement}.yaml")
        yield Proof("sources", False, message, said("Run `casebook check` to see why."))
        return
    released = replace(edition, content=entered.content)
    yield _approval(released)
    yield from _consents(released, entered)
    yield _sources(made, entered, bundle)


def _format(name: str, key: Key) -> str:
    rest = name.removeprefix(f"{key.stem}.")
    return rest.removesuffix(".html") if rest != "html" else rest


def _approval(edition: gate.Edition) -> Proof:
    if on := edition.approved_on:
        return Proof("approval", True, said("The client approved it {date}.", date=on))
    expired = [one for _, one in edition.approvals if edition.fits(one)]
    message = said("No approval of this content is recorded any longer.")
    if expired:
        message = said("The client's approval expired {date}.", date=expired[0].expires)
    return Proof("approval", False, message, said("Ask the client again, or take it down."))


def _consents(edition: gate.Edition, entered: Released) -> Iterator[Proof]:
    quotes = {quote.id: quote for quote in edition.engagement.voices}
    sound = True
    for id, made in entered.quotes.items():
        quote = quotes.get(id)
        lack = quote and gate.lacks_consent(edition, quote, made)
        gone = said("The quote {id} is no longer in the engagement.", id=id)
        if quote is None or lack:
            sound = False
            down = said("Take it down, and release the page without the quote.")
            yield Proof("consent", False, lack[0] if lack else gone, down)
    for finding in gate.named_without_consent(edition):
        sound = False
        down = said("Take it down, and release the page without the name.")
        yield Proof("consent", False, finding.message, down)
    if sound and entered.quotes:
        yield Proof("consent", True, said("Everybody who is quoted has still consented."))


def _sources(made: release.Made, entered: Released, bundle: Bundle) -> Proof:
    """Whether the same page would be made today."""
    if made.content is None:
        message = said("The engagement gives no page today.")
        return Proof("sources", False, message, said("Run `casebook release` to see why."))
    if made.content != entered.content:
        message = said("The engagement has changed since: the page would say something else today.")
        return Proof("sources", False, message, said("Release it again once it is approved."))
    same = all(bundle.files.get(name) == content for name, content in made.pages.items())
    message = said("It is still what the engagement says, to the byte.")
    if not same:
        message = said("It is still what the engagement says; only the look would differ today.")
    return Proof("sources", True, message)
