"""The twenty questions that a casebook must answer: one function each, in families.

Adding a question is one function `(asked, number) → Answer`, one line in `QUESTIONS`, and its
words `ask.<number>.…`.
"""

from __future__ import annotations

from collections.abc import Mapping

from casebook.portfolio import Answer
from casebook.questions import delivery, effects, lessons, sharing, tools
from casebook.questions.common import Answering, Asked

__all__ = ["QUESTIONS", "Asked", "answer_all"]

ON_A_PAGE = 20
"""So many rows of an answer stand on the casebook page."""

QUESTIONS: Mapping[int, Answering] = {
    1: tools.widely_used,
    2: lessons.well_supported,
    3: effects.weak_public_claims,
    4: sharing.permissions,
    5: effects.without_followup,
    6: effects.never_measured,
    7: delivery.ownership_moved,
    8: delivery.decentral_reach,
    9: lessons.broken_assumptions,
    10: sharing.may_show,
    11: sharing.to_delete,
    12: tools.versions,
    13: effects.comparable,
    14: tools.new_municipality,
    15: delivery.planned_and_held,
    16: effects.confidence,
    17: sharing.what_blocks,
    18: lessons.external_actors,
    19: delivery.still_unknown,
    20: effects.safe_wording,
}
"""1 to 13 are a knowledge lead's questions, 14 to 20 a consultant's."""


def answer_all(asked: Asked) -> tuple[Answer, ...]:
    """Every question answered, as there is room for on a page; none without engagements."""
    if not asked.engagements:
        return ()
    found = (function(asked, number) for number, function in QUESTIONS.items())
    return tuple(one.with_first(ON_A_PAGE) for one in found)
