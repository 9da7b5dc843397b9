"""Head counts must be possible."""

from __future__ import annotations

from collections.abc import Iterator

from casebook.checks.finding import Finding
from casebook.checks.walk import sessions
from casebook.model import Engagement, SessionStatus


def more_attended_than_invited(engagement: Engagement) -> Iterator[Finding]:
    """No more people can come than were invited.

    If guests came, raise the number of invited people, or note it as a deviation.
    """
    for path, session in sessions(engagement):
        attended = session.attended.value if session.attended else None
        invited = session.invited.value if session.invited else None
        if attended is not None and invited is not None and attended > invited:
            message = f"{session.id}: {attended} attended, but {invited} were invited."
            yield Finding((*path, "attended"), message, "Correct one of the two.")


def more_attended_than_the_group(engagement: Engagement) -> Iterator[Finding]:
    """More people came than the group has members.

    Either the group's size is out of date, or others came along. The page would show more
    than the whole group.
    """
    for path, session in sessions(engagement):
        group = engagement.group(session.group or "")
        size = group.size.value if group and group.size else None
        attended = session.attended.value if session.attended else None
        if attended is not None and size is not None and attended > size:
            message = f"{session.id}: {attended} attended, but '{session.group}' has {size}."
            yield Finding((*path, "attended"), message, "Correct the count or the group's size.")


def held_with_nobody(engagement: Engagement) -> Iterator[Finding]:
    """A session that was held had somebody in it: 0 is not the same as not known.

    Write `unknown` (in a table: `ukendt`) if the number is not known, or leave it empty if it
    was not recorded.
    """
    for path, session in sessions(engagement):
        nobody = session.attended is not None and session.attended.value == 0
        if nobody and session.status is SessionStatus.HELD:
            message = f"{session.id}: 0 attended, but the session was held."
            yield Finding((*path, "attended"), message, "Write 'unknown' if it is not known.")


def subset_larger_than_whole(engagement: Engagement) -> Iterator[Finding]:
    """A part of a group cannot be larger than the group.

    Correct one of the sizes, or the `subset_of`.
    """
    for at, group in enumerate(engagement.participants):
        whole = engagement.group(group.subset_of.value or "") if group.subset_of else None
        if whole is None or group.size is None or whole.size is None:
            continue
        part, all_of_it = group.size.value, whole.size.value
        if part is not None and all_of_it is not None and part > all_of_it:
            message = f"'{group.id}' ({part}) is a part of '{whole.id}' ({all_of_it})."
            yield Finding(("participants", at, "size"), message, "Correct one of the sizes.")
