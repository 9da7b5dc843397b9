"""An engagement in the fields of the OECD OPSI case form, as the public may see it.

Names and limits are those of the form. The texts of `engagement.opsi` stand as they were written;
the other fields are made from what else is known. What the parameter file does not tell is said to
be missing: the form asks how it will be obtained, and only a consultant can answer that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from casebook.indicators import shift
from casebook.model import OPSI_LIMITS, ConditionKind, Engagement, Fact, Status, Step, Text
from casebook.text import Words
from casebook.text.marks import unmarked

Tell = Callable[[Engagement, Words], Iterable[str]]


@dataclass(frozen=True)
class Field:
    """A field as it is filled in. `limit` is in characters; None where the form has none."""

    name: str
    text: str
    limit: int | None

    @property
    def excess(self) -> int:
        """How many characters are too many."""
        return max(0, len(self.text) - self.limit) if self.limit is not None else 0


def fields(engagement: Engagement, words: Words) -> tuple[Field, ...]:
    """Every field of the form; the text is empty where nothing is known that may be told."""
    return tuple(_field(name, engagement, words) for name in _FIELDS)


def _field(name: str, engagement: Engagement, words: Words) -> Field:
    own, tell = _FIELDS[name]
    written: Text | None = getattr(engagement.assignment.opsi, own, None) if own else None
    lines = [words.text(written)] if written else tell(engagement, words)
    text = unmarked("\n".join(line for line in lines if line))
    return Field(name, text, OPSI_LIMITS.get(own))


def _texts(words: Words, *texts: Text | None) -> list[str]:
    return [words.text(text) for text in texts if text is not None]


def _steps(words: Words, steps: Iterable[Step]) -> list[str]:
    return [words.text(step.text) for step in steps]


def _summary(engagement: Engagement, words: Words) -> Iterable[str]:
    return _texts(words, engagement.assignment.standfirst)


def _overview(engagement: Engagement, words: Words) -> Iterable[str]:
    assignment = engagement.assignment
    told = _texts(words, assignment.challenge, assignment.help)
    activities = _texts(words, *(activity.label for activity in engagement.activities))
    return [*told, *(f"– {label}" for label in activities)]


def _innovative(engagement: Engagement, words: Words) -> Iterable[str]:
    shift = engagement.assignment.governance_shift
    if shift is None:
        return []
    return [f"{words.text(shift.before)} → {words.text(shift.after)}"]


_STAGES = {
    Status.PLANNED: "Developing proposals",
    Status.ACTIVE: "Implementing projects",
    Status.PAUSED: "Implementing projects",
    Status.CANCELLED: "Implementing projects",
    Status.COMPLETED: "Evaluating projects",
}


def _status(engagement: Engagement, _: Words) -> Iterable[str]:
    status: Fact[Status] | None = engagement.assignment.status
    return [_STAGES[status.value]] if status and status.value else []


def _partners(engagement: Engagement, _: Words) -> Iterable[str]:
    return [engagement.client.name, engagement.assignment.provider or ""]


def _users(engagement: Engagement, words: Words) -> Iterable[str]:
    return [
        f"{words.text(group.label)}: {words.fact(group.size)}" for group in engagement.participants
    ]


def _results(engagement: Engagement, words: Words) -> Iterable[str]:
    observed = [
        f"{words.text(o.actor)}: {words.text(o.change)} "
        f"({words('outcome.level', level=o.evidence_level)})"
        for o in engagement.outcomes.observed
    ]
    return [*observed, *_changes(engagement, words)] or [words("effect.gap_title")]


def _changes(engagement: Engagement, words: Words) -> Iterable[str]:
    questions = {
        (survey.id, item.id): words.text(item.text)
        for survey in engagement.outcomes.surveys
        for item in survey.items
    }
    for value in shift.measure(engagement):
        if (value.before, value.after) == ("before", "after") and value.n is not None:
            item = questions[value.survey, value.item]
            yield words("insight.change", item=item, up=value.n, n=value.total or 0)


def _challenges(engagement: Engagement, words: Words) -> Iterable[str]:
    broke = [a for a in engagement.learning.assumptions if a.verdict == "broke"]
    told = _texts(words, *(text for a in broke for text in (a.text, a.note)))
    return [*told, *_steps(words, engagement.learning.improve)]


def _conditions(engagement: Engagement, words: Words) -> Iterable[str]:
    kinds: list[ConditionKind | None] = [*ConditionKind, None]
    for kind in kinds:
        for condition in engagement.learning.conditions:
            if condition.kind is kind:
                name = f"{words(f'condition.{kind}')}: " if kind else ""
                yield f"{name}{words.text(condition.text)}"


def _replication(engagement: Engagement, words: Words) -> Iterable[str]:
    return [
        f"{words(f'reuse.{kit.mode}')}: {words.text(kit.what)}" for kit in engagement.learning.reuse
    ]


def _lessons(engagement: Engagement, words: Words) -> Iterable[str]:
    return _texts(words, *(lesson.statement for lesson in engagement.learning.lessons))


_FIELDS: dict[str, tuple[str, Tell]] = {
    "Short and Simple Explanation": ("explanation", _summary),
    "Innovation Overview": ("overview", _overview),
    "What Makes Your Project Innovative?": ("innovative", _innovative),
    "Innovation Status": ("", _status),
    "Collaborations & Partnerships": ("collaborations", _partners),
    "Users, Stakeholders & Beneficiaries": ("users", _users),
    "Results, Outcomes & Impacts": ("results", _results),
    "Challenges and Failures": ("challenges", _challenges),
    "Conditions for Success": ("conditions", _conditions),
    "Replication": ("replication", _replication),
    "Lessons Learned": ("lessons", _lessons),
}
"""The form's fields: the text of `engagement.opsi` that is meant for it, or else what tells it."""
