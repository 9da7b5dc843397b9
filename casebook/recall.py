"""What a build came to last time, and how much of it still holds.

It is remembered for each engagement by itself, so that a build looks at nothing but what has
changed; and one with nothing to do is answered without a look into any parameter file. Imports
little, for the same reason. Where anything is in doubt nothing is recalled, and the build finds
out by itself.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from casebook import fingerprint
from casebook.diagnostics import Diagnostic, Severity, as_text, from_text
from casebook.documents import Key, Outcome, Request, Status, editions, left_out
from casebook.looking import ALL, Inputs, known, look, note, stand
from casebook.messages import again, plain
from casebook.terms import Audience
from casebook.workspace import LEDGER, Workspace

_SCHEMA = """
CREATE TABLE IF NOT EXISTS checked (
  engagement TEXT PRIMARY KEY, stamp TEXT NOT NULL, diagnostics TEXT NOT NULL, facts TEXT NOT NULL,
  echo BLOB
);
CREATE TABLE IF NOT EXISTS parts (
  request TEXT, engagement TEXT, stamp TEXT NOT NULL, said TEXT NOT NULL,
  written TEXT NOT NULL, diagnostics TEXT NOT NULL, outcomes TEXT NOT NULL,
  PRIMARY KEY (request, engagement)
);
"""


@dataclass(frozen=True)
class Checked:
    """What a check said of an engagement, or of what all share, and what else it learned.

    `facts` are plain values that spare a reader of this another look into the files; so does
    `echo` when others are checked, and is not loaded with the rest.
    """

    stamp: str
    diagnostics: tuple[Diagnostic, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    echo: bytes = b""

    @cached_property
    def said(self) -> str:
        """Changes with what was said."""
        return fingerprint.digest(as_text(self.diagnostics))

    @property
    def errors(self) -> tuple[str, ...]:
        """The codes of the errors among them, each with how many there are."""
        counted = Counter(one.code for one in self.diagnostics if one.severity is Severity.ERROR)
        return tuple(f"{code} ×{number}" for code, number in counted.items())

    @property
    def having(self) -> tuple[Collection[str], str | None]:
        """What decides which editions there are: the phases, and what is said of naming."""
        return self.facts.get("kinds", ()), self.facts.get("naming", "named")


@dataclass(frozen=True)
class Part:
    """What a build made of one engagement, or across all, and what there was to say of that.

    `said` is that of the check before: what it finds may keep editions from being made.
    """

    outcomes: tuple[Outcome, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    said: str = ""


@dataclass(frozen=True)
class Recalled:
    """What a build is asked for (no `names` are all), and what still holds of earlier ones.

    `inputs` are the files as they are now. `parts` are those of which neither a file nor a page
    has moved, by engagement.
    """

    workspace: Workspace
    names: tuple[str, ...]
    request: Request
    inputs: Inputs
    checked: Mapping[str, Checked] = field(default_factory=dict)
    parts: Mapping[str, Part] = field(default_factory=dict)

    @property
    def all_checked(self) -> bool:
        """Whether nothing has changed, come or gone, so that all that was said still holds."""
        now = {name: self.inputs.day_stamp(name) for name in self.inputs.own}
        return {name: one.stamp for name, one in self.checked.items()} == now

    def standing(self, checked: Mapping[str, Checked]) -> dict[str, Part]:
        """The parts of which nothing else is said now than when they were made."""
        return {n: p for n, p in self.parts.items() if n in checked and p.said == checked[n].said}


@dataclass(frozen=True)
class Answer:
    """What a build would come to, in the words of `pipeline.Report`."""

    diagnostics: tuple[Diagnostic, ...]
    outcomes: tuple[Outcome, ...]
    left_out: Mapping[Key, tuple[str, ...]]
    unchanged: Collection[str]
    exit_code: int


def recall(workspace: Workspace, names: Sequence[str], request: Request) -> Recalled:
    """What holds of earlier builds. A `paranoid` look trusts no size and no time."""
    asked = (workspace, tuple(names), request)
    if (workspace.output / LEDGER).is_file():
        with contextlib.suppress(sqlite3.Error, OSError), _opened(workspace) as connection:
            inputs = look(workspace, {} if request.paranoid else known(connection))
            checked = dict(_checked(connection))
            parts = {} if request.force else dict(_parts(connection, workspace, request, inputs))
            return Recalled(*asked, inputs, checked, parts)
    return Recalled(*asked, look(workspace, {}))


def echoes(recalled: Recalled) -> dict[str, bytes]:
    """The echoes of the engagements that were checked before."""
    with contextlib.suppress(sqlite3.Error, OSError), _opened(recalled.workspace) as connection:
        found = connection.execute("SELECT engagement, echo FROM checked WHERE echo IS NOT NULL")
        return dict(found)
    return {}


def answer(recalled: Recalled) -> Answer | None:
    """What a build would come to that has nothing to do; None where there may be something."""
    names, everything = recalled.names, sorted(recalled.inputs.engagements)
    engagements = [name for name in everything if not names or name in names]
    if not recalled.all_checked or not {*names} <= {*everything}:
        return None
    checked, request = recalled.checked, recalled.request
    stopped = [name for name in (*engagements, ALL) if checked[name].facts["stops"]]
    sound = [name for name in engagements if name not in stopped]
    wanted = [*sound, *([ALL] if request.casebook else [])]
    standing = recalled.standing(checked)
    if ALL in stopped or not sound or not standing.keys() >= {*wanted}:
        return None
    if recalled.inputs.news:
        with contextlib.suppress(sqlite3.Error), _opened(recalled.workspace, "rw") as connection:
            note(connection, recalled.inputs)
    said = [one for name in (*engagements, ALL) for one in checked[name].diagnostics]
    made = [one for name in wanted for one in standing[name].diagnostics]
    outcomes = tuple(one for name in wanted for one in standing[name].outcomes)
    refused = any(one.status is Status.REFUSED for one in outcomes)
    without = {**_stopped(checked, stopped, request), **private(checked, sound, request)}
    ended = (outcomes, lacking(without, outcomes))
    return Answer((*said, *made), *ended, sound, int(refused or bool(stopped)))


def _stopped(
    checked: Mapping[str, Checked], names: Iterable[str], request: Request
) -> dict[Key, tuple[str, ...]]:
    """The editions of engagements whose errors stop even what stays inside the firm."""
    return {
        key: checked[name].errors
        for name in names
        for key, asked in editions(name, *checked[name].having, request)
        if asked
    }


def private(
    checked: Mapping[str, Checked], names: Iterable[str], request: Request
) -> dict[Key, tuple[str, ...]]:
    """The public editions of engagements that clients have not allowed, with why."""
    found = (left_out(name, *checked[name].having, request) for name in names)
    return {key: why for keys in found for key, why in keys}


def lacking(
    left_out: Mapping[Key, tuple[str, ...]], outcomes: Iterable[Outcome]
) -> dict[Key, tuple[str, ...]]:
    """What was `left_out`, and no outcome says so."""
    made = {one.key for one in outcomes}
    return {key: why for key, why in left_out.items() if key not in made}


def remember(recalled: Recalled, checked: Mapping[str, Checked], parts: Mapping[str, Part]) -> None:
    """Remember what a build has said and made that began with what it `recalled`.

    Nothing is remembered of what has changed in the meantime, nor of what failed: the next
    build tries again.
    """
    now = look(recalled.workspace, recalled.inputs.files)
    before = recalled.inputs.day_stamp
    both = now.own.keys() & recalled.inputs.own.keys()
    same = {name for name in both if now.day_stamp(name) == before(name)}
    with contextlib.suppress(sqlite3.Error, OSError), _opened(recalled.workspace, "rw") as opened:
        opened.executescript(_SCHEMA)
        note(opened, now)
        with opened:
            gone = [(name,) for name in recalled.checked if name not in now.own]
            opened.executemany("DELETE FROM checked WHERE engagement = ?", gone)
            opened.executemany("DELETE FROM parts WHERE engagement = ?", gone)
            opened.executemany(
                "INSERT OR REPLACE INTO checked VALUES (?, ?, ?, ?, ?)",
                (
                    (name, one.stamp, as_text(one.diagnostics), json.dumps(one.facts), one.echo)
                    for name, one in checked.items()
                    if name in same and recalled.checked.get(name) is not one
                ),
            )
            for name, part in parts.items():
                if name in same:
                    _keep(opened, recalled, name, part)


def _keep(connection: sqlite3.Connection, recalled: Recalled, name: str, part: Part) -> None:
    """Remember a part, if all that it has made stands."""
    workspace = recalled.workspace
    select = "SELECT path, size, modified, digest FROM files WHERE engagement = ?"
    found = connection.execute(select, (name,)).fetchall()
    written = [row for row in found if stand(workspace.output, [row])]
    made = (one for one in part.outcomes if one.status is not Status.REFUSED)
    pages = {workspace.page(one.key, one.format) for one in made}
    if not pages <= {workspace.output / row[0] for row in written}:
        return
    row = {
        "request": _asked(workspace, recalled.request),
        "engagement": name,
        "stamp": recalled.inputs.stamp(name),
        "said": part.said,
        "written": json.dumps(written),
        "diagnostics": as_text(part.diagnostics),
        "outcomes": json.dumps([_outcome(one) for one in part.outcomes]),
    }
    values = ", ".join(f":{column}" for column in row)
    connection.execute(f"INSERT OR REPLACE INTO parts VALUES ({values})", row)  # noqa: S608


# --- The database ------------------------------------------------------------------------------


@contextlib.contextmanager
def _opened(workspace: Workspace, mode: str = "ro") -> Iterator[sqlite3.Connection]:
    address = f"{(workspace.output / LEDGER).as_uri()}?mode={mode}"
    with contextlib.closing(sqlite3.connect(address, uri=True, timeout=1)) as connection:
        yield connection


def _asked(workspace: Workspace, request: Request) -> str:
    """What is asked for, and where, as the key of what was made of it."""
    edition = (request.audience, request.language, request.formats)
    part = (request.documents, request.records)
    return json.dumps([workspace.shown(workspace.output), *edition, *part])


def _checked(connection: sqlite3.Connection) -> Iterator[tuple[str, Checked]]:
    rows = connection.execute("SELECT engagement, stamp, diagnostics, facts FROM checked")
    for name, stamp, diagnostics, facts in rows:
        yield name, Checked(stamp, from_text(diagnostics), json.loads(facts))


def _parts(
    connection: sqlite3.Connection, workspace: Workspace, request: Request, inputs: Inputs
) -> Iterator[tuple[str, Part]]:
    rows = connection.execute(
        "SELECT * FROM parts WHERE request = ?", (_asked(workspace, request),)
    )
    for _, name, stamp, said, written, diagnostics, outcomes in rows:
        holds = name in inputs.own and stamp == inputs.stamp(name)
        if holds and stand(workspace.output, json.loads(written), paranoid=request.paranoid):
            found = tuple(_as_outcome(*values) for values in json.loads(outcomes))
            yield name, Part(found, from_text(diagnostics), said)


# --- As plain values ---------------------------------------------------------------------------


def _outcome(one: Outcome) -> list[Any]:
    """An outcome as the next build would have it: what was built is fresh then."""
    refused = one.status is Status.REFUSED
    ended = (one.status, [*map(plain, one.reasons)]) if refused else (Status.FRESH, ())
    return [*one.key, one.format, one.path, *ended]


def _as_outcome(
    engagement: str, document: str, audience: str, language: str, *rest: Any
) -> Outcome:
    page, path, status, reasons = rest
    key = Key(engagement, document, Audience(audience), language)
    return Outcome(key, page, path, Status(status), 0.0, tuple(map(again, reasons)))
