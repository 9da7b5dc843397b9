"""One edition, made again whenever something that it is made from is saved: watch, rebuild, say.

Notebooks run one at a time, by this process and with kernels of a warm process that stays open:
so a rebuild imports and starts nothing.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from casebook import fingerprint, light, looking, pipeline, publishing
from casebook.diagnostics import WORDS, Diagnostic, blocking, count
from casebook.documents import DOCUMENTS, Key, Request, Status
from casebook.errors import CasebookError
from casebook.events import silent
from casebook.excerpts import excerpt
from casebook.making import Means, open_means
from casebook.messages import said, translated
from casebook.recall import recall
from casebook.terms import Audience
from casebook.workspace import Workspace

_PAUSE = 0.05
"""Seconds between two looks at the files, at least."""

_SHARE = 20
"""Looking may take one part in so many of a core."""

_SETTLED = 0.02
"""Seconds without a change after which a file counts as saved."""

_RETRY = 1.0
"""Seconds after which something that stopped a build is tried again."""


@dataclass(frozen=True)
class Sight:
    """What a build has come to: `page` names the page from the output folder, if it stands.

    `message` and `hint` say what stopped the build, where no diagnostic does.
    """

    report: pipeline.Report
    seconds: float
    page: str = ""
    message: str = ""
    hint: str = ""


def previews(workspace: Workspace, key: Key) -> Generator[Sight]:
    """Build an edition, and again after every change; each time, what it came to. Never ends."""
    with open_means(1, workspace.root, silent) as means:
        yield from _previews(workspace, key, means)


def _previews(workspace: Workspace, key: Key, means: Means) -> Iterator[Sight]:
    seen = _look(workspace)
    last = _build(workspace, key, means)
    yield last
    _make_ready(means)
    while True:
        stopped = not (last.page or last.report.diagnostics)
        _await_change(workspace, seen, _RETRY if stopped else None)
        seen = _look(workspace)
        for sight in _soon(workspace, key, means, last):
            if _is_news(sight, last):
                yield sight
            last = sight


def _make_ready(means: Means) -> None:
    """Import and start what a build of fresh pages does without, before an edit waits for it."""
    if means.warm.address:
        light.load("papermill")
    publishing.formats()


def _soon(workspace: Workspace, key: Key, means: Means, last: Sight) -> Iterator[Sight]:
    """The edition as soon as it can be, and then as a build makes it.

    An edit seldom changes what phase records publish. So, if all was well, the page is made of
    what they have published before; then they run, and it is made again if that has changed.
    """
    if last.page and not blocking(last.report.diagnostics):
        soon = _build(workspace, key, means, records=False)
        yield soon
        if not soon.page:
            return
    yield _build(workspace, key, means)


def _is_news(sight: Sight, last: Sight) -> bool:
    made = any(outcome.status is Status.BUILT for outcome in sight.report.outcomes)
    now = (sight.page, sight.message, sight.report.diagnostics)
    return made or now != (last.page, last.message, last.report.diagnostics)


def _build(workspace: Workspace, key: Key, means: Means, *, records: bool = True) -> Sight:
    request = Request(
        key.audience, key.language, casebook=False, documents=(key.document,), records=records
    )
    started = time.monotonic()
    try:
        asked = recall(workspace, [key.engagement], request)
        report = pipeline.build_with(means, asked)
    except CasebookError as error:
        seconds = time.monotonic() - started
        return Sight(pipeline.Report(()), seconds, message=error.message, hint=error.hint)
    except OSError as error:
        # A file can go while it is looked at: editors save into a new one.
        return Sight(pipeline.Report(()), time.monotonic() - started, message=str(error))
    seconds = time.monotonic() - started
    statuses = {outcome.status for outcome in report.outcomes}
    if statuses and statuses <= {Status.BUILT, Status.FRESH}:
        page = workspace.page(key, "html").relative_to(workspace.output).as_posix()
        return Sight(report, seconds, page)
    return Sight(report, seconds, "", *_explained(key, report, statuses))


def _explained(key: Key, report: pipeline.Report, statuses: set[Status]) -> tuple[str, str]:
    """Why there is no page, where its diagnostics do not say it."""
    if Status.REFUSED in statuses and key.audience is not Audience.INTERNAL:
        message = said("This edition would leave the firm, and is not made until this is mended.")
        return message, said("With --audience internal the internal one is shown meanwhile.")
    if not report.diagnostics:
        known = (name for name in DOCUMENTS if name != key.document)
        message = said("{name} has no {document}.", name=key.engagement, document=key.document)
        return message, said("Known: {words}.", words=", ".join(known))
    return "", ""


# --- Watching -----------------------------------------------------------------------------------


def _await_change(workspace: Workspace, seen: Mapping[str, Any], longest: float | None) -> None:
    """Wait until files are not as they were `seen` and stand still again; `longest` in seconds."""
    end = None if longest is None else time.monotonic() + longest
    while end is None or time.monotonic() < end:
        began = time.perf_counter()
        now = _look(workspace)
        if now != seen:
            break
        time.sleep(max(_PAUSE, _SHARE * (time.perf_counter() - began)))
    else:
        return
    while now != (now := _settled(workspace)):
        pass


def _settled(workspace: Workspace) -> Mapping[str, Any]:
    time.sleep(_SETTLED)
    return _look(workspace)


def _look(workspace: Workspace) -> Mapping[str, Any]:
    """Size and time of every file that an edition is made from, without reading any.

    Nothing, where a file goes while it is looked at: the next look will tell.
    """
    try:
        return {file.path: (file.size, file.modified) for file in looking.sources(workspace)}
    except OSError:
        return {}


# --- For the browser ----------------------------------------------------------------------------


def as_state(sight: Sight, workspace: Workspace, language: str) -> dict[str, Any]:
    """What a browser is to show, as plain values in the reader's language.

    `version` changes with the content of the page.
    """
    found = sorted(sight.report.diagnostics, key=lambda one: one.where)
    heading = count(found, language) if found else ""
    content = (workspace.output / sight.page).read_bytes() if sight.page else b""
    return {
        "page": sight.page,
        "version": fingerprint.digest(content),
        "heading": heading,
        "message": translated(sight.message, language),
        "hint": translated(sight.hint, language),
        "findings": [_finding(one.told(language), workspace, language) for one in found],
    }


def _finding(one: Diagnostic, workspace: Workspace, language: str) -> dict[str, Any]:
    line = excerpt(workspace.root, one.where)
    label = translated(WORDS[one.severity], language)
    return {
        "location": str(one.where),
        "severity": one.severity,
        "label": f"{one.code} {label}",
        "message": one.message,
        "hint": one.hint,
        "number": one.where.line,
        "line": line.text if line else "",
        "character": line.character if line else 0,
    }
