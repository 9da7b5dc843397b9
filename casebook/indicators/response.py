"""How many of those who were asked answered."""

from __future__ import annotations

from dataclasses import dataclass

from casebook.indicators.value import Value
from casebook.model import Distribution, Engagement, Fact, State, Survey, Wave


@dataclass(frozen=True, kw_only=True)
class Response(Value):
    """One round of a survey: `n` answered of `total` asked. The subject is `survey/wave`."""

    survey: str
    wave: str
    asked: Fact[int] | None


def measure(engagement: Engagement) -> tuple[Response, ...]:
    """The response of every wave of every survey."""
    surveys = engagement.outcomes.surveys
    return tuple(_response(survey, wave) for survey in surveys for wave in survey.waves)


def _response(survey: Survey, wave: Wave) -> Response:
    """Those who answered anything: at least as many as answered the most answered item."""
    found = [entry for entry in survey.distributions if entry.wave == wave.id]
    answered = [d.answered for d in found if d.answered is not None]
    return Response(
        key="response",
        subject=f"{survey.id}/{wave.id}",
        n=max(answered, default=None),
        total=wave.asked.value if wave.asked else None,
        state=State.KNOWN if answered else _why_missing(found),
        date=wave.date,
        source=survey.title,
        survey=survey.id,
        wave=wave.id,
        asked=wave.asked,
    )


def _why_missing(found: list[Distribution]) -> State:
    return State.WITHHELD if any(entry.withheld for entry in found) else State.UNKNOWN
