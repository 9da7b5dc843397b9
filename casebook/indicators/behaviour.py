"""Who has used something in their own practice, three to six months after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from casebook.dates import days_between, last_contact, span
from casebook.indicators.answered import Answered, Answers, answers_to
from casebook.model import Engagement, Item, SessionStatus, State, Survey, When

ITEM = "Q06"
"""The item's id in every survey: 1 for a concrete use within three months, 0 for none."""

SCALE = (0, 1)
WINDOW = (90, 183)
"""Days from the last session to the follow-up."""


@dataclass(frozen=True, kw_only=True)
class Behaviour(Answered):
    """`n` of `total` who answered at the follow-up have used something.

    `in_window` says whether it was asked 90 to 183 days after the last session, and is None
    where the dates do not tell. Outside the window there is no value.
    """

    in_window: bool | None


def measure(engagement: Engagement) -> tuple[Behaviour, ...]:
    """The follow-up of every survey that asks about use."""
    last = last_contact(engagement)
    found = (answers for answers in answers_to(engagement, _is_use))
    return tuple(_behaviour(answers, last) for answers in found if answers.wave.id == "followup")


def _behaviour(answers: Answers, last: When | None) -> Behaviour:
    timely = in_window(last, answers.wave.date)
    counts = None if timely is False else answers.counts
    common = answers.common()
    if timely is False:
        common["state"] = State.UNKNOWN
    return Behaviour(key="behaviour", n=counts[-1] if counts else None, in_window=timely, **common)


def in_window(last: When | None, followup: When | None) -> bool | None:
    """Whether a follow-up is 90 to 183 days after the last session; None: not to be told."""
    if last is None or followup is None:
        return None
    least, most = days_between(last, followup)
    if most < WINDOW[0] or least > WINDOW[1]:
        return False
    return True if least >= WINDOW[0] and most <= WINDOW[1] else None


def deadline(engagement: Engagement) -> date | None:
    """The last day on which a follow-up may be in time; None without a dated session."""
    last = last_contact(engagement)
    return span(last).last + timedelta(days=WINDOW[1]) if last else None


def goes_on(engagement: Engagement) -> bool:
    """Whether sessions are still to come: then no follow-up is due yet."""
    planned = SessionStatus.PLANNED
    return any(s.status is planned for a in engagement.activities for s in a.sessions)


def is_due(engagement: Engagement, today: date | None) -> bool:
    """Whether a follow-up should have been made by now; without a day, if it ever should."""
    latest = deadline(engagement)
    return not goes_on(engagement) and not (today and latest and today <= latest)


def followup_date(engagement: Engagement) -> When | None:
    """When people were asked again later; None where they were not, or nobody noted when."""
    for survey in engagement.outcomes.surveys:
        if _was_followed_up(survey):
            return next((wave.date for wave in survey.waves if wave.id == "followup"), None)
    return None


def followed_up(engagement: Engagement) -> bool | None:
    """Whether it was followed up in time; None where it was, but the dates do not tell when."""
    if not any(map(_was_followed_up, engagement.outcomes.surveys)):
        return False
    return in_window(last_contact(engagement), followup_date(engagement))


def _was_followed_up(survey: Survey) -> bool:
    return any(found.wave == "followup" for found in survey.distributions)


def _is_use(item: Item) -> bool:
    return item.id == ITEM and item.scale == SCALE
