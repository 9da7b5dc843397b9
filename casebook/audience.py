"""Redaction: what of an engagement an audience may see, before a kernel sees anything.

Two kinds of number, two rules. Head counts of 1 to 4 are hidden from the public. Answers need
a base: ten for the public, five for the client and inside the firm; between five and nine
answers no distribution is shown, and a change only as "x of n rose".
"""

from __future__ import annotations

from typing import Any

from pydantic.fields import FieldInfo

from casebook.model import (
    Audience,
    Distribution,
    Engagement,
    Fact,
    Group,
    Insight,
    Part,
    SeenBy,
    Session,
    Shift,
    State,
    Survey,
)

SMALL_GROUP = 5
"""Head counts below this are hidden from the public; so are remainders below it."""

DISTRIBUTION_BASE = 10
"""The least number of answers that a distribution, a median or a percentage needs."""

ANSWER_BASE = {Audience.PUBLIC: 10, Audience.CLIENT: 5, Audience.INTERNAL: 5}
"""The least number of answers that may be shown at all."""


def view(engagement: Engagement, audience: Audience) -> Engagement:
    """The engagement as `audience` may see it: hidden fields emptied, small numbers withheld.

    The view of a view is the view itself.
    """
    seen: Engagement = _visible(engagement, audience)
    return seen.model_copy(update={"participants": _sizes(seen.participants, audience)})


def _visible(value: Any, audience: Audience) -> Any:
    if isinstance(value, tuple):
        return tuple(_visible(item, audience) for item in value if _item_visible(item, audience))
    if not isinstance(value, Part):
        return value
    fields = type(value).model_fields
    shown = {name: _field(value, name, info, audience) for name, info in fields.items()}
    changed = {name: new for name, new in shown.items() if new is not getattr(value, name)}
    part = value.model_copy(update=changed) if changed else value
    return _suppressed(part, audience)


def _field(part: Part, name: str, info: FieldInfo, audience: Audience) -> Any:
    value = getattr(part, name)
    if name == "audience":
        return value
    if not audience.may_see(mark_of(info)) or not _item_visible(value, audience):
        return info.get_default(call_default_factory=True)
    return _visible(value, audience)


def mark_of(info: FieldInfo) -> Audience:
    """The audience a field is meant for: internal unless it is marked."""
    marks = (mark.audience for mark in info.metadata if isinstance(mark, SeenBy))
    return next(marks, Audience.INTERNAL)


def _item_visible(item: Any, audience: Audience) -> bool:
    if isinstance(item, Insight):
        return audience in item.audiences
    mark = getattr(item, "audience", None) if isinstance(item, Part) else None
    return mark is None or audience.may_see(mark)


def _suppressed(part: Part, audience: Audience) -> Part:
    if isinstance(part, Session):
        heads = {name: _head_count(getattr(part, name), audience) for name in _HEAD_COUNTS}
        return part.model_copy(update=heads)
    if isinstance(part, Survey):
        distributions = tuple(_distribution(d, audience) for d in part.distributions)
        shifts = tuple(_shift(shift, audience) for shift in part.shifts)
        return part.model_copy(update={"distributions": distributions, "shifts": shifts})
    return part


_HEAD_COUNTS = ("invited", "attended")


def _head_count(fact: Fact[int] | None, audience: Audience) -> Fact[int] | None:
    if audience is not Audience.PUBLIC or fact is None or not fact.value:
        return fact
    return Fact[int](state=State.WITHHELD) if fact.value < SMALL_GROUP else fact


def _sizes(groups: tuple[Group, ...], audience: Audience) -> tuple[Group, ...]:
    """Hide small groups, and subsets that would give a small remainder away."""
    if audience is not Audience.PUBLIC:
        return groups
    size = {group.id: group.size.value for group in groups if group.size}
    shown = []
    for group in groups:
        fact = _head_count(group.size, audience)
        whole = size.get(group.subset_of.value or "") if group.subset_of else None
        if fact and fact.value and whole and 0 < whole - fact.value < SMALL_GROUP:
            fact = Fact[int](state=State.WITHHELD)
        reached = _head_count(group.reached, audience)
        shown.append(group.model_copy(update={"size": fact, "reached": reached}))
    return tuple(shown)


def _distribution(found: Distribution, audience: Audience) -> Distribution:
    answered = found.answered
    if answered is None or answered >= DISTRIBUTION_BASE:
        return found
    base = answered if answered >= ANSWER_BASE[audience] else None
    return found.model_copy(update={"answered": base, "counts": None, "withheld": True})


def _shift(shift: Shift, audience: Audience) -> Shift:
    """Below ten pairs only "x of n rose" is left, and nothing where that would name everybody."""
    least = ANSWER_BASE[audience]
    bases = ("n_before", "n_after", "n_pairs")
    update: dict[str, Any] = {
        name: None for name in bases if (n := getattr(shift, name)) is not None and n < least
    }
    pairs = shift.n_pairs
    if pairs is None or pairs >= DISTRIBUTION_BASE:
        return shift.model_copy(update=update)
    telling = pairs >= least and shift.up not in (None, 0, pairs)
    update |= {"same": None, "down": None, "withheld": True}
    return shift.model_copy(update=update if telling else {**update, "up": None})
