"""Head counts must be possible."""

from __future__ import annotations

from collections.abc import Iterator

from casebook.checks.finding import Finding
from casebook.checks.walk import sessions
from casebook.messages import said
from casebook.model import Engagement, SessionStatus, Wave


def more_attended_than_invited(engagement: Engagement) -> Iterator[Finding]:
    """No more people can come than were invited.

    If guests came, raise the number of invited people, or note it as a deviation.
    """
    for path, session in sessions(engagement):
        attended = session.attended.value if session.attended else None
        invited = session.invited.value if session.invited else None
        if attended is not None and invited is not None and attended > invited:
            message = said(
                "{id}: {attended} attended, but {invited} were invited.",
                id=session.id,
                attended=attended,
                invited=invited,
            )
            yield Finding((*path, "attended"), message, said("Correct one of the two."))


def more_attended_than_the_group(engagement: Engagement) -> Iterator[Finding]:
    """No more people can come than the group has members.

    Either the group's size is out of date, or others came along. The page would show more
    than the whole group.
    """
    for path, session in sessions(engagement):
        group = engagement.group(session.group or "")
        size = group.size.value if group and group.size else None
        attended = session.attended.value if session.attended else None
        if attended is not None and size is not None and attended > size:
            message = said(
                "{id}: {attended} attended, but '{group}' has {size}.",
                id=session.id,
                attended=attended,
                group=session.group,
                size=size,
            )
            hint = said("Correct the count or the group's size.")
            yield Finding((*path, "attended"), message, hint)


def held_with_nobody(engagement: Engagement) -> Iterator[Finding]:
    """A session that was held had somebody in it: 0 is not the same as not known.

    Write `unknown` (in a table: `ukendt`) if the number is not known, or leave it empty if it
    was not recorded.
    """
    for path, session in sessions(engagement):
        nobody = session.attended is not None and session.attended.value == 0
        if nobody and session.status is SessionStatus.HELD:
            message = said("{id}: 0 attended, but the session was held.", id=session.id)
            hint = said("Write 'unknown' if it is not known.")
            yield Finding((*path, "attended"), message, hint)


def subset_larger_than_whole(engagement: Engagement) -> Iterator[Finding]:
    """A part cannot be larger than the whole.

    Correct one of the sizes, or the `subset_of`. The counts of a survey must add up too: to those
    who answered, or to the pairs.
    """
    for at, group in enumerate(engagement.participants):
        whole = engagement.group(group.subset_of.value or "") if group.subset_of else None
        if whole is None or group.size is None or whole.size is None:
            continue
        part, all_of_it = group.size.value, whole.size.value
        if part is not None and all_of_it is not None and part > all_of_it:
            message = said(
                "'{part}' ({size}) is a part of '{whole}' ({limit}).",
                part=group.id,
                size=part,
                whole=whole.id,
                limit=all_of_it,
            )
            hint = said("Correct one of the sizes.")
            yield Finding(("participants", at, "size"), message, hint)


def no_pairs(engagement: Engagement) -> Iterator[Finding]:
    """A change needs answers from the same people, before and after.

    They are found by the anonymous key in the table `responses`. Where no key comes back, two
    crowds are compared, and nothing can be said about a change. Give the keys that people made
    themselves, or make the later wave a survey of its own.
    """
    for at, survey in enumerate(engagement.outcomes.surveys):
        for shift in survey.shifts:
            if shift.n_pairs == 0 and shift.n_before and shift.n_after:
                message = said(
                    "{item} was answered in '{before}' and '{after}', but 0 of {n} keys match.",
                    item=shift.item,
                    before=shift.before,
                    after=shift.after,
                    n=shift.n_after,
                )
                hint = said("Give both the same keys, or make the later wave its own survey.")
                yield Finding(("outcomes", "surveys", at, "id"), message, hint)


def more_answered_than_asked(engagement: Engagement) -> Iterator[Finding]:
    """No more people can answer than were asked.

    Correct `asked`, or take out answers that were counted twice.
    """
    for at, survey in enumerate(engagement.outcomes.surveys):
        for position, wave in enumerate(survey.waves):
            counted = [d.answered or 0 for d in survey.distributions if d.wave == wave.id]
            answered, asked = max(counted, default=0), _asked(wave)
            if asked is not None and answered > asked:
                message = said(
                    "Wave '{wave}' has {answered} answers, but {asked} were asked.",
                    wave=wave.id,
                    answered=answered,
                    asked=asked,
                )
                path = ("outcomes", "surveys", at, "waves", position, "asked")
                yield Finding(path, message, said("Correct one of the two."))


def _asked(wave: Wave) -> int | None:
    return wave.asked.value if wave.asked else None
