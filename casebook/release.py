"""An edition leaves the firm: built, judged, bundled and entered in the register.

First the edition is built as `build` does it. Then, while nobody else can build, everything is
gathered and judged at once; only where nothing stands against it are two files written: the
bundle, and then the register.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import casebook
from casebook import light, pipeline, recall
from casebook.approval import sha256, text_hash
from casebook.bundle import README, Bundle, pack
from casebook.checks import causes, gate, rendered
from casebook.clock import today
from casebook.diagnostics import Diagnostic, Severity, blocking
from casebook.documents import FRAGMENT, Key, Outcome, Request, Status
from casebook.errors import CasebookError, reason
from casebook.events import Tell
from casebook.ledger import NOTEBOOK, hold, remembered
from casebook.messages import said
from casebook.model import Engagement
from casebook.publishing import as_diagnostic
from casebook.reading import read_one
from casebook.recall import Recalled
from casebook.register import Register, Released, Withdrawn
from casebook.shown import shown
from casebook.source import Source
from casebook.text import Words
from casebook.workspace import OUTPUT, Workspace, select, write

if TYPE_CHECKING:
    from casebook.exporters.content import Content

DOCUMENT = "case_report"
"""What is released: the one document that is meant for readers outside the firm."""

_BLOCKS_HERE = frozenset({"CB205"})
"""What is only warned of in a build, and keeps a page inside the firm."""


@dataclass(frozen=True)
class Made:
    """An edition as it was built: what its pages hold, by file name, and what they say.

    `content` is None where no page could be made, and `texts` are all words on it.
    """

    key: Key
    source: Source
    pages: Mapping[str, bytes]
    content: str | None
    inputs: Mapping[str, str]
    diagnostics: tuple[Diagnostic, ...]
    outcomes: tuple[Outcome, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def engagement(self) -> Engagement | None:
        """The engagement, if its file could be read."""
        return self.source.engagement


@dataclass(frozen=True)
class Report:
    """What a release came to: the line of the register, or what stands against it.

    `again` says that this very bundle was released before, and nothing was written.
    """

    made: Made
    diagnostics: tuple[Diagnostic, ...]
    released: Released | None = None
    again: bool = False
    strays: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 if it stands in the register, 1 if something blocks."""
        return int(self.released is None)


def release(workspace: Workspace, key: Key, formats: Sequence[str], tell: Tell) -> Report:
    """Release an edition in some formats, if nothing stands against it."""
    made = make(workspace, key, formats, tell)
    with hold(workspace.root / OUTPUT):
        made = _as_it_stands(workspace, made, formats)
        register = Register(workspace)
        edition = edition_of(made, register)
        found = (*made.diagnostics, *_judged(workspace, made, edition))
        if blocking(found) or not made.pages or edition is None:
            return Report(made, found)
        packed = pack(_bundle(made, edition))
        latest = register.latest(key)
        if latest and register.holds(latest, packed):
            return Report(made, found, latest, again=True, strays=_strays(workspace, register))
        released = _entry(key, edition, packed, register)
        _enter(register, released, packed)
        return Report(made, found, released, strays=_strays(workspace, register))


def withdraw(workspace: Workspace, name: str, number: int, why: str) -> Released:
    """Enter in the register that a release was taken down. Raises `CasebookError`."""
    with hold(workspace.root / OUTPUT):
        register = Register(workspace)
        own = [one for one in register.releases if one.engagement == name]
        found = next((one for one in own if one.number == number), None)
        if found is None or register.withdrawal(found):
            known = ", ".join(str(one.number) for one in own if not register.withdrawal(one))
            message = said("{name} has no release {n} that stands.", name=name, n=number)
            raise CasebookError(message, said("Known: {words}.", words=known or said("none")), 2)
        line = Withdrawn(register.next, today().isoformat(), number, why)
        _written(register, lambda: register.add(line))
        return found


# --- The edition -------------------------------------------------------------------------------


def make(workspace: Workspace, key: Key, formats: Sequence[str], tell: Tell) -> Made:
    """Build an edition, if it is out of date."""
    recalled = _recalled(workspace, key, formats)
    report = recall.answer(recalled) or pipeline.build(recalled, tell)
    return _made(workspace, key, formats, report.diagnostics, report.outcomes)


def _recalled(
    workspace: Workspace, key: Key, formats: Sequence[str], *, paranoid: bool = False
) -> Recalled:
    request = Request(
        key.audience,
        key.language,
        tuple(formats),
        casebook=False,
        paranoid=paranoid,
        documents=(key.document,),
    )
    return recall.recall(workspace, [key.engagement], request)


def _as_it_stands(workspace: Workspace, made: Made, formats: Sequence[str]) -> Made:
    """The edition, read while nobody else writes; what was changed since must be built first."""
    answer = recall.answer(_recalled(workspace, made.key, formats, paranoid=True))
    if answer is None and made.pages and not blocking(made.diagnostics):
        message = said("The engagement was changed while it was released.")
        raise CasebookError(message, said("Release it again."))
    return _made(workspace, made.key, formats, made.diagnostics, made.outcomes)


def _made(
    workspace: Workspace,
    key: Key,
    formats: Sequence[str],
    diagnostics: Sequence[Diagnostic],
    outcomes: Sequence[Outcome],
) -> Made:
    source = read_one(select(workspace, [key.engagement])[key.engagement])
    stands = {Status.BUILT, Status.FRESH}
    ours = tuple(one for one in outcomes if one.key == key)
    if {one.format for one in ours if one.status in stands} != set(formats):
        return Made(key, source, {}, None, {}, tuple(diagnostics), ours)
    pages = {workspace.page(key, one): workspace.page(key, one).read_bytes() for one in formats}
    named = {path.name: content for path, content in pages.items()}
    content, lacking = _content(workspace, key)
    told = [one for one in diagnostics if (one.code, one.where.file) not in _named(lacking)]
    found, inputs = (*told, *lacking), _inputs(workspace, key)
    return Made(key, source, named, content.hash, inputs, found, ours, content.texts)


def _content(workspace: Workspace, key: Key) -> tuple[Content, list[Diagnostic]]:
    """What the page says, and what it lacks that may not be lacking outside."""
    nbformat = light.load("nbformat")
    from casebook.exporters.content import read_content  # noqa: PLC0415  # imports nbconvert

    path = workspace.executed(key)
    content = read_content(nbformat.read(path, as_version=4))
    found = (as_diagnostic(key, workspace.shown(path), one) for one in content.problems)
    errors = [replace(one, severity=Severity.ERROR) for one in found if one.code in _BLOCKS_HERE]
    return content, errors


def _named(found: Sequence[Diagnostic]) -> set[tuple[str, str]]:
    return {(one.code, one.where.file) for one in found}


def _inputs(workspace: Workspace, key: Key) -> dict[str, str]:
    """What the pages were made of, by name, as digests."""
    files = remembered(workspace.output).files
    prints = [record.fingerprint for (one, _), record in files.items() if one == key]
    made = files.get((key, NOTEBOOK))
    merged = {name: digest for found in prints for name, digest in found.items()}
    return dict(sorted((merged | dict(made.fingerprint if made else {})).items()))


# --- The gate ----------------------------------------------------------------------------------


def edition_of(made: Made, register: Register) -> gate.Edition | None:
    """What the rules of the gate judge; None where the file cannot be read."""
    if made.engagement is None:
        return None
    earlier = [
        gate.Earlier(one.number, one.shown)
        for one in register.releases
        if one.engagement == made.key.engagement
        and made.key.audience.may_see(one.key.audience)
        and not register.withdrawal(one)
    ]
    return gate.Edition(
        made.engagement, made.key.audience, made.content, today(), earlier, made.texts
    )


def _judged(workspace: Workspace, made: Made, edition: gate.Edition | None) -> list[Diagnostic]:
    """All that keeps the edition inside the firm besides what the build has said."""
    found = gate.judge(edition, made.source) if edition else []
    folder = workspace.shown(workspace.page(made.key, "html").parent)
    for name, content in made.pages.items():
        place = f"{folder}/{name}"
        found += rendered.inspect(name, content, place, made.key.engagement)
        if edition:
            found += causes.weigh(name, content, place, (edition.engagement, edition.audience))
    return found


# --- The bundle and the register ---------------------------------------------------------------


def _bundle(made: Made, edition: gate.Edition) -> Bundle:
    """The pages of an edition with what its receiver needs to know: no more than they show."""
    manifest: dict[str, Any] = {
        "casebook": casebook.__version__,
        "edition": {name: str(value) for name, value in made.key._asdict().items()},
        "content": made.content,
        "approved": edition.approved_on,
        "inputs": dict(made.inputs),
    }
    return Bundle(manifest, {**made.pages, README: _readme(made)})


def _readme(made: Made) -> bytes:
    words = Words(made.key.language)
    lines = [
        words("bundle.what", audience=words(f"audience.{made.key.audience}")),
        *(f"- {name}" for name in sorted(made.pages)),
        *([words("bundle.fragment")] if any(_is_fragment(name) for name in made.pages) else []),
        words("bundle.as_it_is"),
        words("bundle.verify"),
    ]
    return ("\n".join(lines) + "\n").encode()


def _is_fragment(name: str) -> bool:
    return name.endswith(f".{FRAGMENT}.html")


def _entry(key: Key, edition: gate.Edition, packed: bytes, register: Register) -> Released:
    latest, number = register.latest(key), register.next
    return Released(
        number=number,
        date=edition.today.isoformat(),
        engagement=key.engagement,
        document=key.document,
        audience=str(key.audience),
        language=key.language,
        content=edition.content or "",
        bundle=f"{key.engagement}/{key.stem}-{number}.zip",
        sha256=sha256(packed),
        supersedes=latest.number if latest else None,
        quotes={quote.id: text_hash(quote.text.da) for quote in edition.seen.voices},
        shown=shown(edition.seen),
    )


def _enter(register: Register, released: Released, packed: bytes) -> None:
    """Write the bundle, and then the register: a line without its bundle never stands there."""

    def both() -> None:
        write(register.folder / released.bundle, packed)
        register.add(released)

    _written(register, both)


def _written(register: Register, action: Any) -> None:
    try:
        action()
    except OSError as error:
        message = said("Cannot write to {path}: {why}.", path=register.folder, why=reason(error))
        raise CasebookError(message, said("Make room or make the folder writable.")) from error


def _strays(workspace: Workspace, register: Register) -> tuple[str, ...]:
    return tuple(workspace.shown(path) for path in register.strays())
