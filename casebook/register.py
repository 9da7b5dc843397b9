"""The register of releases: what left the firm, when, and what became of it.

`releases/register.jsonl` has a line of JSON for each release and for each withdrawal; lines are
added and never changed. It belongs under version control, beside the bundles.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from casebook.approval import sha256
from casebook.documents import Key
from casebook.errors import CasebookError, reason
from casebook.messages import said
from casebook.terms import Audience
from casebook.workspace import Workspace, write

FOLDER = "releases"
NAME = "register.jsonl"


@dataclass(frozen=True)
class Released:
    """One release: the edition, what its page says, and the bundle that holds it.

    `shown` are the numbers about people that its readers have seen, `quotes` the hashes of the
    words of each quote on it. `supersedes` is the number of the release that it takes the place of.
    """

    number: int
    date: str
    engagement: str
    document: str
    audience: str
    language: str
    content: str
    bundle: str
    sha256: str
    supersedes: int | None = None
    quotes: dict[str, str] = field(default_factory=dict)
    shown: dict[str, int] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """The edition that was released."""
        return Key(self.engagement, self.document, Audience(self.audience), self.language)


@dataclass(frozen=True)
class Withdrawn:
    """A release was taken down."""

    number: int
    date: str
    withdraws: int
    reason: str = ""


Line = Released | Withdrawn


class Register:
    """The lines of a workspace's register, as they were read."""

    def __init__(self, workspace: Workspace) -> None:
        self.folder = workspace.root / FOLDER
        self.path = self.folder / NAME
        self.shown = workspace.shown(self.path)
        self.lines = tuple(self._read())
        self._each_number_once()

    @property
    def next(self) -> int:
        """The number of the next line."""
        return max((line.number for line in self.lines), default=0) + 1

    @property
    def releases(self) -> list[Released]:
        """Every release, also those that no longer stand."""
        return [line for line in self.lines if isinstance(line, Released)]

    def withdrawal(self, release: Released) -> Withdrawn | None:
        """The line that says that a release was taken down."""
        taken = (line for line in self.lines if isinstance(line, Withdrawn))
        return next((line for line in taken if line.withdraws == release.number), None)

    def successor(self, release: Released) -> Released | None:
        """The release that took the place of another."""
        return next((one for one in self.releases if one.supersedes == release.number), None)

    def latest(self, key: Key) -> Released | None:
        """The release of an edition that stands."""
        own = [one for one in self.releases if one.key == key and not self.withdrawal(one)]
        return own[-1] if own else None

    def holds(self, release: Released, packed: bytes) -> bool:
        """Whether a release is this very bundle, and the bundle is there."""
        return release.sha256 == sha256(packed) and (self.folder / release.bundle).is_file()

    def add(self, line: Line) -> None:
        """Add a line. The file is written whole or not at all. Raises `OSError`."""
        self.lines = (*self.lines, line)
        listed = (json.dumps(asdict(one), ensure_ascii=False) for one in self.lines)
        write(self.path, "".join(f"{one}\n" for one in listed).encode())

    def strays(self) -> list[Path]:
        """Bundles that no line knows: something ended a release before it was entered."""
        known = {self.folder / one.bundle for one in self.releases}
        return sorted(path for path in self.folder.glob("*/*.zip") if path not in known)

    def _each_number_once(self) -> None:
        """Two who released at the same time, each in a clone of their own, may have the same."""
        numbers = [line.number for line in self.lines]
        twice = next((n for n in numbers if numbers.count(n) > 1), None)
        if twice is not None:
            message = said("{path} has two lines with the number {n}.", path=self.shown, n=twice)
            raise CasebookError(
                message, said("Drop the later one, and release that edition again.")
            )

    def _read(self) -> Iterator[Line]:
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return
        except (OSError, UnicodeDecodeError) as error:
            why = reason(error) if isinstance(error, OSError) else str(error)
            message = said("Cannot read {path}: {why}.", path=self.shown, why=why)
            raise CasebookError(message, said("Make it readable.")) from error
        for number, line in enumerate(text.splitlines(), 1):
            try:
                values = json.loads(line)
                yield (Withdrawn if "withdraws" in values else Released)(**values)
            except (ValueError, TypeError) as error:
                message = said("{path}:{n} is no line of a register.", path=self.shown, n=number)
                hint = said("Restore it from version control; lines are only ever added.")
                raise CasebookError(message, hint) from error
