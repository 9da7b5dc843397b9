"""Redaction: what of an engagement an audience may see, before a kernel sees anything.

Three things in this order: quotes without a consent that holds and fields that are not meant
for the audience are emptied, small numbers are withheld, and a client that may not be named is
made anonymous in public.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping
from typing import Any

from pydantic.fields import FieldInfo

from casebook.model import (
    Activity,
    Assignment,
    Audience,
    Client,
    ClientType,
    Engagement,
    Fact,
    Group,
    Insight,
    Outcomes,
    Part,
    Phase,
    Quote,
    SeenBy,
    State,
    Survey,
    Text,
)
from casebook.suppression import suppress

UNNAMED: Mapping[ClientType, Text] = {
    ClientType.MUNICIPALITY: Text(da="En kommune", en="A municipality"),
    ClientType.REGION: Text(da="En region", en="A region"),
    ClientType.STATE: Text(da="En statslig myndighed", en="A state authority"),
    ClientType.OTHER_PUBLIC: Text(da="En offentlig organisation", en="A public organisation"),
    ClientType.PARTNERSHIP: Text(da="Et partnerskab", en="A partnership"),
    ClientType.NGO: Text(da="En forening", en="An association"),
}
"""What a client that may not be named is called, where its file does not say."""


def view(engagement: Engagement, audience: Audience) -> Engagement:
    """The engagement as `audience` may see it.

    The view of a view is the view itself.
    """
    seen: Engagement = _visible(_with_consent(engagement, audience), audience)
    seen = suppress(seen, audience)
    named = audience is not Audience.PUBLIC or seen.release.naming == "named"
    return seen if named else _anonymous(seen)


# --- Consent -----------------------------------------------------------------------------------


def _with_consent(engagement: Engagement, audience: Audience) -> Engagement:
    """Without the quotes whose consent was withdrawn, or never covered the audience.

    Inside the firm they stay, with what became of the consent.
    """
    if audience is Audience.INTERNAL:
        return engagement
    quotes = tuple(q for q in engagement.voices if _may_quote(engagement, q, audience))
    return engagement.model_copy(update={"voices": quotes})


def _may_quote(engagement: Engagement, quote: Quote, audience: Audience) -> bool:
    """A quote without a record of its consent is a matter for the release, not for here."""
    record = engagement.release.consent(quote.consent)
    return record is None or record.covers(audience)


# --- Fields ------------------------------------------------------------------------------------


def _visible(value: Any, audience: Audience) -> Any:
    """What of a value an audience may see: the value itself where that is all of it."""
    if isinstance(value, tuple):
        shown = [_visible(item, audience) for item in value if _item_visible(item, audience)]
        same = len(shown) == len(value) and all(map(operator.is_, shown, value))
        return value if same else tuple(shown)
    if not isinstance(value, Part):
        return value
    changed = {}
    for name, info, mark in _fields(type(value)):
        before, seen = getattr(value, name), audience.may_see(mark)
        if seen and not isinstance(before, (tuple, Part)):
            continue  # a plain value, as most are
        default = info.get_default
        seen = seen and _item_visible(before, audience)
        after = _visible(before, audience) if seen else default(call_default_factory=True)
        if after is not before:
            changed[name] = after
    return value.model_copy(update=changed) if changed else value


@functools.cache
def _fields(part: type[Part]) -> tuple[tuple[str, FieldInfo, Audience], ...]:
    """The fields of a part, each with whom it is meant for; not the mark of the part itself."""
    fields = part.model_fields.items()
    return tuple((name, info, mark_of(info)) for name, info in fields if name != "audience")


def mark_of(info: FieldInfo) -> Audience:
    """The audience a field is meant for: internal unless it is marked."""
    marks = (mark.audience for mark in info.metadata if isinstance(mark, SeenBy))
    return next(marks, Audience.INTERNAL)


def _item_visible(item: Any, audience: Audience) -> bool:
    if isinstance(item, Insight):
        return audience in item.audiences
    mark = getattr(item, "audience", None) if isinstance(item, Part) else None
    return mark is None or audience.may_see(mark)


# --- A client without a name -------------------------------------------------------------------


def _anonymous(engagement: Engagement) -> Engagement:
    """Without name, place, voices, links and exact counts: nothing that singles a client out.

    Running texts are left as they are; a rule sees to it that they do not name the client.
    """
    client = engagement.client
    label = client.anonym_label or UNNAMED[client.type]
    unnamed = Client(id="anonym", name=label.da, type=client.type, anonym_label=label)
    return engagement.model_copy(
        update={
            "client": unnamed,
            "assignment": _unlinked(engagement.assignment),
            "participants": tuple(_uncounted_group(group) for group in engagement.participants),
            "phases": tuple(_uncounted_phase(phase) for phase in engagement.phases),
            "voices": (),
            "outcomes": _unmeasured(engagement.outcomes),
        }
    )


def _unlinked(assignment: Assignment) -> Assignment:
    action = assignment.call_to_action
    unlinked = action and action.model_copy(update={"url": None})
    return assignment.model_copy(update={"clusters": (), "call_to_action": unlinked})


def _uncounted_group(group: Group) -> Group:
    return group.model_copy(update={"size": None, "reached": None, "dose": None})


def _uncounted_phase(phase: Phase) -> Phase:
    """A phase with what was added by hand for this audience, but without any count."""
    insights = phase.insights and tuple(
        insight.model_copy(update={"n": None, "total": None, "figure": None})
        for insight in phase.insights
        if insight.added
    )
    activities = tuple(_uncounted_activity(activity) for activity in phase.activities)
    return phase.model_copy(update={"activities": activities, "insights": insights})


def _uncounted_activity(activity: Activity) -> Activity:
    return activity.model_copy(update={"sessions": (), "planned": None})


def _unmeasured(outcomes: Outcomes) -> Outcomes:
    """That something was measured may be known; what came out of it not."""
    surveys = tuple(_unanswered(survey) for survey in outcomes.surveys)
    return outcomes.model_copy(update={"surveys": surveys})


def _unanswered(survey: Survey) -> Survey:
    hidden = {"answered": None, "counts": None, "withheld": True}
    asked = Fact[int](state=State.WITHHELD)
    return survey.model_copy(
        update={
            "waves": tuple(w.model_copy(update={"asked": asked}) for w in survey.waves),
            "distributions": tuple(d.model_copy(update=hidden) for d in survey.distributions),
            "shifts": (),
        }
    )
