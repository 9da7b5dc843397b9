"""Nothing is claimed beyond what it rests on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from casebook.checks.finding import Finding, Setting
from casebook.messages import said
from casebook.model import ClaimType, Engagement
from casebook.support import NEEDED, RECOMMENDATION, clients, item_key, maturity

COMPARISON = 3
"""From this evidence level on, there must be a comparison group (Nesta)."""

_HOPE = re.compile(r"\b(skal|vil|ønsker|håber|ambition\w*|kan komme til)\b", re.IGNORECASE)


def level_without_comparison(engagement: Engagement) -> Iterator[Finding]:
    """Evidence level 3 and above needs a comparison design.

    Level 2 says that participants changed; level 3 that others, who did not take part, did
    not. Describe the `comparison`, or lower the level.
    """
    for at, outcome in enumerate(engagement.outcomes.observed):
        if outcome.evidence_level >= COMPARISON and outcome.comparison is None:
            message = said(
                "Outcome {id} has evidence level {level} without a comparison design. "
                "Highest allowed: 2.",
                id=outcome.id,
                level=outcome.evidence_level,
            )
            place = ("outcomes", "observed", at, "evidence_level")
            yield Finding(place, message, said("Lower it, or describe the comparison."))
    for at, claim in enumerate(engagement.outcomes.claims):
        if claim.evidence_level >= COMPARISON:
            message = said(
                "Claim {id} has evidence level {level}, and a claim has no comparison design.",
                id=claim.id,
                level=claim.evidence_level,
            )
            place = ("outcomes", "claims", at, "evidence_level")
            yield Finding(place, message, said("Make it an observed outcome with a comparison."))


def outcome_without_source(engagement: Engagement) -> Iterator[Finding]:
    """An observed change has a source.

    Say it in words (`source`), or refer to a record (`evidence`). Without either it is a hope
    or an opinion: make it a claim of the type `ambition` or `assessment`.
    """
    for at, outcome in enumerate(engagement.outcomes.observed):
        if outcome.source is None and not outcome.evidence:
            message = said("Outcome {id} has no source.", id=outcome.id)
            hint = said("Add one, or make it a claim of type ambition.")
            yield Finding(("outcomes", "observed", at), message, hint)


def outcome_without_alternatives(engagement: Engagement) -> Iterator[Finding]:
    """A change may have other explanations than our work: name at least one.

    Contribution is only believable beside what else could have led to the same.
    """
    for at, outcome in enumerate(engagement.outcomes.observed):
        if not outcome.alternatives:
            message = said("Outcome {id} names no other explanation.", id=outcome.id)
            yield Finding(("outcomes", "observed", at), message, said("Add `alternatives`."))


def ambition_as_outcome(engagement: Engagement) -> Iterator[Finding]:
    """What somebody wants to happen is an ambition, not an outcome.

    Words such as "skal" and "ønsker" tell of the future. Change the type to `ambition`.
    """
    for at, claim in enumerate(engagement.outcomes.claims):
        if claim.type is ClaimType.OUTCOME and (word := _HOPE.search(claim.text.da)):
            message = said(
                "Claim {id} says '{word}', but its type is outcome.", id=claim.id, word=word[0]
            )
            place = ("outcomes", "claims", at, "type")
            yield Finding(place, message, said("Make it an ambition."))


def lesson_without_support(engagement: Engagement, setting: Setting) -> Iterator[Finding]:
    """A lesson is no more mature than what it rests on.

    An observation rests on one engagement, a pattern on engagements with two independent
    clients or more, a recommendation on three or more and an approval in the firm. Two
    engagements with the same client count once, fictional ones never. List the engagements
    under `support`, say who approved under `approved`, or lower the maturity.
    """
    for at, lesson in enumerate(engagement.learning.lessons):
        needed = NEEDED.get(lesson.maturity, 0)
        count = len(clients(lesson.support, setting.known))
        place = ("learning", "lessons", at, "maturity")
        if count < needed:
            message = said(
                "Lesson {id} is a {maturity} with support from {found}; "
                "it needs {needed} independent clients.",
                id=lesson.id,
                maturity=lesson.maturity.value,
                found=count,
                needed=needed,
            )
            yield Finding(place, message, said("Lower the maturity, or add to `support`."))
        elif needed == RECOMMENDATION and maturity(lesson, setting.known) is not lesson.maturity:
            message = said("Lesson {id} is a recommendation that nobody approved.", id=lesson.id)
            hint = said("Say in `approved` who did and when, or lower the maturity.")
            yield Finding(place, message, hint)


def fictional_support(engagement: Engagement, setting: Setting) -> Iterator[Finding]:
    """A real lesson does not rest on a fictional engagement.

    Examples are there to show how things are done; nothing was learned in them. Take the
    engagement out of `support`.
    """
    if engagement.assignment.fictional:
        return
    for at, lesson in enumerate(engagement.learning.lessons):
        for position, name in enumerate(lesson.support):
            if name in setting.known and setting.known[name].fictional:
                message = said(
                    "Lesson {id} counts the fictional engagement '{name}'.",
                    id=lesson.id,
                    name=name,
                )
                place = ("learning", "lessons", at, "support", position)
                yield Finding(place, message, said("Take it out of `support`."))


def item_in_other_words(engagement: Engagement, setting: Setting) -> Iterator[Finding]:
    """An item with the same id and version asks the same question in every engagement.

    Answers are only held up against each other where the question was word for word the same.
    Where engagements differ, the wording that most of them use counts; fictional engagements are
    compared among themselves. Use that wording, or give yours a version or an id of its own.
    """
    kind = engagement.assignment.fictional
    others = {id: one for id, one in setting.known.items() if one.fictional == kind}
    for at, survey in enumerate(engagement.outcomes.surveys):
        for position, item in enumerate(survey.items):
            asked = {
                id: o.items[key] for id, o in others.items() if (key := item_key(item)) in o.items
            }
            usual = Counter(asked[id] for id in sorted(asked)).most_common(1)
            if not usual or item.text.wording == usual[0][0]:
                continue
            other = min(id for id, wording in asked.items() if wording == usual[0][0])
            message = said(
                "Item {id} version {version} has other words than in '{other}'.",
                id=item.id,
                version=item.version,
                other=other,
            )
            hint = said("Use the same words, or give yours a version or an id of its own.")
            place = ("outcomes", "surveys", at, "items", position, "text")
            yield Finding(place, message, hint)
