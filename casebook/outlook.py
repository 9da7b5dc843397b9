"""What a build knows before it plans: which engagements are sound, and which are due."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from casebook.brand import Brand, read_brand
from casebook.building import Refusals, refused
from casebook.diagnostics import Diagnostic, blocking
from casebook.documents import Key, Request, editions
from casebook.looking import ALL
from casebook.reading import misnamed
from casebook.recall import Part, Recalled, private
from casebook.rechecking import Checks, recheck
from casebook.workspace import Workspace, select


@dataclass(frozen=True)
class Outlook:
    """The engagements that were asked for, `wanted`, with what a check says of all."""

    recalled: Recalled
    brand: Brand
    checked: Checks
    wanted: tuple[str, ...]

    @property
    def workspace(self) -> Workspace:
        """Where it is built."""
        return self.recalled.workspace

    @property
    def request(self) -> Request:
        """What is asked for."""
        return self.recalled.request

    @cached_property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What was found in what was asked for, and in what all share."""
        names = (*self.wanted, ALL)
        return tuple(one for name in names for one in self.checked[name].diagnostics)

    @cached_property
    def stopped(self) -> tuple[str, ...]:
        """The engagements with errors that stop even what stays inside the firm."""
        return tuple(name for name in self.wanted if self.checked[name].facts["stops"])

    @property
    def blocked(self) -> bool:
        """Whether there is nothing that could be made, or nothing to make it with."""
        shared = blocking(self.checked[ALL].diagnostics)
        return shared or (bool(self.wanted) and len(self.stopped) == len(self.wanted))

    @cached_property
    def sound(self) -> tuple[str, ...]:
        """The engagements that can be made."""
        return tuple(name for name in self.wanted if name not in self.stopped)

    @cached_property
    def standing(self) -> dict[str, Part]:
        """What need not be made again, by engagement."""
        asked = {*self.sound, *([ALL] if self.request.casebook else [])}
        found = self.recalled.standing(self.checked)
        return {name: part for name, part in found.items() if name in asked}

    @cached_property
    def due(self) -> tuple[str, ...]:
        """The engagements in which something may be out of date."""
        return tuple(name for name in self.sound if name not in self.standing)

    @property
    def casebook_due(self) -> bool:
        """Whether the casebook may be out of date."""
        return self.request.casebook and (bool(self.due) or ALL not in self.standing)

    @property
    def pages(self) -> int:
        """How many pages are to be accounted for."""
        names = (*self.due, *([ALL] if self.casebook_due else []))
        return sum(
            len(self.request.formats_for(key.audience))
            for name in names
            for key, wanted in self.editions(name)
            if wanted
        )

    def editions(self, name: str) -> list[tuple[Key, bool]]:
        """The notebooks of an engagement, or the casebook's, and whether pages are wanted."""
        return list(editions(name, *self.checked[name].having, self.request))

    @cached_property
    def refusals(self) -> Refusals:
        """Why nothing of an engagement may leave the firm; the casebook holds all engagements."""
        found = {name: reasons for name in self.sound if (reasons := self.checked[name].errors)}
        listed = (f"{name}: {why}" for name, reasons in found.items() for why in reasons)
        return {**found, ALL: tuple(listed)}

    @property
    def refused(self) -> dict[Key, tuple[str, ...]]:
        """The editions that are not made because of errors, with the errors."""
        wanted = (
            key for name in (*self.wanted, ALL) for key, asked in self.editions(name) if asked
        )
        return {key: why for key in wanted if (why := self._refused(key))}

    @property
    def private(self) -> dict[Key, tuple[str, ...]]:
        """The public editions that clients have not allowed, with why."""
        return private(self.checked, self.sound, self.request)

    @property
    def left_out(self) -> dict[Key, tuple[str, ...]]:
        """What is asked for and not made, with why."""
        return {**self.refused, **self.private}

    def _refused(self, key: Key) -> tuple[str, ...]:
        if key.engagement in self.stopped:
            return self.checked[key.engagement].errors
        lacking = () if key.engagement else self.lacking
        return lacking or refused(key, self.refusals)

    @property
    def lacking(self) -> tuple[str, ...]:
        """Why there is no casebook at all: engagements that would be missing in it."""
        return tuple(f"{name}: {why}" for name in self.stopped for why in self.checked[name].errors)


def look_ahead(recalled: Recalled) -> Outlook:
    """What there is to do, with all that can be said against it."""
    workspace = recalled.workspace
    brand, branded = read_brand(workspace.templates)
    checked = recheck(recalled, [*branded, *misnamed(workspace)])
    # What has come while others were checked waits for the next build.
    wanted = tuple(name for name in select(workspace, recalled.names) if name in checked)
    return Outlook(recalled, brand, checked, wanted)
