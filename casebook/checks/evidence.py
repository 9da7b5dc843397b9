"""Nothing is claimed beyond what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from casebook.checks.finding import Finding
from casebook.model import ClaimType, Engagement

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
            message = (
                f"Outcome {outcome.id} has evidence level {outcome.evidence_level} "
                "without a comparison design. Highest allowed: 2."
            )
            place = ("outcomes", "observed", at, "evidence_level")
            yield Finding(place, message, "Lower it, or describe the comparison.")
    for at, claim in enumerate(engagement.outcomes.claims):
        if claim.evidence_level >= COMPARISON:
            message = f"Claim {claim.id} has evidence level {claim.evidence_level}."
            place = ("outcomes", "claims", at, "evidence_level")
            yield Finding(place, message, "Make it an observed outcome with a comparison.")


def outcome_without_source(engagement: Engagement) -> Iterator[Finding]:
    """An observed change has a source.

    Without one it is a hope or an opinion: make it a claim of the type `ambition` or
    `assessment`.
    """
    for at, outcome in enumerate(engagement.outcomes.observed):
        if outcome.source is None:
            message = f"Outcome {outcome.id} has no source."
            hint = "Add one, or make it a claim of type ambition."
            yield Finding(("outcomes", "observed", at), message, hint)


def outcome_without_alternatives(engagement: Engagement) -> Iterator[Finding]:
    """A change may have other explanations than our work: name at least one.

    Contribution is only believable beside what else could have led to the same.
    """
    for at, outcome in enumerate(engagement.outcomes.observed):
        if not outcome.alternatives:
            message = f"Outcome {outcome.id} names no other explanation."
            yield Finding(("outcomes", "observed", at), message, "Add `alternatives`.")


def ambition_as_outcome(engagement: Engagement) -> Iterator[Finding]:
    """What somebody wants to happen is an ambition, not an outcome.

    Words such as "skal" and "ønsker" tell of the future. Change the type to `ambition`.
    """
    for at, claim in enumerate(engagement.outcomes.claims):
        if claim.type is ClaimType.OUTCOME and (word := _HOPE.search(claim.text.da)):
            message = f"Claim {claim.id} says '{word[0]}', but its type is outcome."
            place = ("outcomes", "claims", at, "type")
            yield Finding(place, message, "Make it an ambition.")
