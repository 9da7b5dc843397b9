"""The kernel's door: the only module of casebook that a notebook imports.

from casebook.notebook import open_case, show

case = open_case(globals(), "workshops")
show(case.record(), case.participants())
case.publish("Deltagerne bad om mere tid.", audience="client", n=12, total=15)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from casebook.audience import view
from casebook.blocks import Items, Page, Section
from casebook.charts import own
from casebook.errors import CasebookError
from casebook.messages import all_known, said
from casebook.model import Audience, Engagement, Insight, InsightKind, PhaseKind, Text
from casebook.outputs import put_insight, put_page, put_section
from casebook.parameters import given, home
from casebook.phases import PHASES
from casebook.phases.common import of_phase
from casebook.portfolio import Portfolio
from casebook.sections import (
    across,
    benefit,
    evidence,
    heads,
    learned,
    method,
    programme,
    review,
    story,
)
from casebook.sections.across import Across
from casebook.sections.parts import Reading
from casebook.source import from_parameters
from casebook.text import Words, slug

__all__ = ["Case", "Casebook", "open_case", "open_casebook", "show"]


def open_case(parameters: Mapping[str, Any], document: str = "case_report") -> Case:
    """The case of a notebook's parameters, and the head of its page.

    `parameters` is `globals()`: the names of the parameters cell are taken from it. Raises
    `CasebookError` with every diagnostic if they are not an engagement, or if something is left as
    TODO in an edition that leaves the firm.
    """
    audience, words = _reader(parameters)
    leaves = audience is not Audience.INTERNAL
    engagement = from_parameters(given(parameters), home(parameters), answered=leaves)
    if audience is Audience.PUBLIC and not engagement.release.has_public_edition:
        hint = said("Build another audience, or change release.naming once the client agrees.")
        raise CasebookError(said("The client has not allowed a public edition."), hint)
    case = Case(Reading(view(engagement, audience), audience, words), document)
    put_page(case.page())
    return case


def open_casebook(parameters: Mapping[str, Any]) -> Casebook:
    """The casebook across engagements, and the head of its page."""
    audience, words = _reader(parameters)
    portfolio = Portfolio.model_validate(parameters.get("learning") or {})
    book = Casebook(Across(portfolio, audience, words))
    put_page(book.page())
    return book


def _reader(parameters: Mapping[str, Any]) -> tuple[Audience, Words]:
    wanted = parameters.get("audience", Audience.INTERNAL)
    if wanted not in list(Audience):
        what = said("Audience '{wanted}' is not known.", wanted=wanted)
        raise CasebookError(what, all_known(Audience))
    return Audience(wanted), Words(parameters.get("language", "da"))


def show(*sections: Section) -> None:
    """Put sections on the page, in this order; one that has nothing to say is left out."""
    for section in sections:
        if section.blocks:
            put_section(section)


class Case:
    """One engagement as one audience reads it: each method is a section of a page."""

    def __init__(self, reading: Reading, document: str) -> None:
        self._reading = reading
        self._document = document

    @property
    def engagement(self) -> Engagement:
        """The engagement's values, as this audience may see them."""
        return self._reading.engagement

    def page(self) -> Page:
        """The head of the page: what it is, for whom, about whom."""
        return heads.of_case(self._reading, self._document)

    # --- The story ----------------------------------------------------------------------------

    def facts(self) -> Section:
        """The fact box."""
        return story.facts(self._reading)

    def challenge(self) -> Section:
        """The headline, and what the client set out to do."""
        return story.challenge(self._reading)

    def set_up(self) -> Section:
        """The client's clusters, and what it steers by now."""
        return story.set_up(self._reading)

    def voices(self) -> Section:
        """Quotes, word for word."""
        return story.voices(self._reading)

    def help(self) -> Section:
        """What the consultancy helped with."""
        return story.our_help(self._reading)

    def activities(self) -> Section:
        """The list of activities, and the map of who they were for."""
        return story.activities(self._reading)

    def call_to_action(self) -> Section:
        """The question and link that close a public case."""
        return story.call_to_action(self._reading)

    # --- What was done ------------------------------------------------------------------------

    def programme(self) -> Section:
        """Planned against held, and what was changed."""
        return programme.programme(self._reading)

    def timeline(self) -> Section:
        """When the work took place."""
        return programme.timeline(self._work())

    def participants(self) -> Section:
        """Who was invited and came."""
        return programme.participants(self._work())

    def sessions(self) -> Section:
        """The annex: every session, and what the groups are called."""
        return programme.session_list(self._reading)

    def record(self) -> Section:
        """In a phase notebook: this phase's activities and sessions."""
        return programme.phase_activities(self._reading, self._phase())

    # --- What is known ------------------------------------------------------------------------

    def findings(self) -> Section:
        """What the phases found, with what was added by hand."""
        return evidence.findings(self._reading)

    def effect(self) -> Section:
        """What is known about the effect so far."""
        return evidence.effect(self._reading)

    def benefit(self) -> Section:
        """Immediate benefit, from survey answers."""
        return benefit.benefit(self._reading)

    def tool_use(self) -> Section:
        """The tools, and how far each is in use."""
        return evidence.tool_use(self._reading)

    def outcomes(self) -> Section:
        """Observed changes with their evidence."""
        return evidence.outcomes(self._reading)

    # --- What was learned ---------------------------------------------------------------------

    def card(self) -> Section:
        """The engagement at a glance, with hours and fee."""
        return review.card(self._reading)

    def after_action(self) -> Section:
        """Planned, happened, why."""
        return review.after_action(self._reading)

    def steps(self) -> Section:
        """What to sustain, improve, start and stop."""
        return review.steps(self._reading)

    def worked(self) -> Section:
        """What worked, what did not, and under which conditions."""
        return review.worked(self._reading)

    def recommendations(self) -> Section:
        """What we recommend."""
        return review.recommendations(self._reading)

    def ownership(self) -> Section:
        """How far the client's own people took over; in a phase record in that phase."""
        return review.ownership(self._work())

    def assumptions(self) -> Section:
        """What the work rested on, and whether it held."""
        return review.assumptions(self._reading)

    def ratings(self) -> Section:
        """Each activity's own rating and remark; in a phase record those of the phase."""
        return review.activity_reviews(self._work())

    def tool_log(self) -> Section:
        """The tools' change log."""
        return review.tool_log(self._reading)

    def client_system(self) -> Section:
        """The client's readiness and the risks."""
        return review.client_system(self._reading)

    def lessons(self) -> Section:
        """The lessons proposed; in a phase record those that were noted in it."""
        if self._document not in list(PhaseKind):
            return review.lessons(self._reading)
        return review.lessons(self._work(), "lessons.none_in_phase")

    def reuse(self) -> Section:
        """What the next municipality can use."""
        return review.reuse_kit(self._reading)

    def questions(self) -> Section:
        """What is not known yet, and whom to ask."""
        return review.open_questions(self._reading)

    # --- How the page came about --------------------------------------------------------------

    def summary(self) -> Section:
        """One page for the client."""
        return method.summary(self._reading)

    def purpose(self) -> Section:
        """Why the work was asked for."""
        return method.purpose(self._reading)

    def theory(self) -> Section:
        """The theory of change as far as it is told."""
        return method.theory(self._reading)

    def governance(self) -> Section:
        """The clusters, one by one."""
        return method.governance(self._reading)

    def completeness(self) -> Section:
        """What the records hold, and what is missing."""
        return method.completeness(self._reading)

    def gaps(self) -> Section:
        """Limitations, and what is known not to be known."""
        return method.gaps(self._reading)

    def about(self) -> Section:
        """Source, approval, and where the client is."""
        return method.about(self._reading)

    def release(self) -> Section:
        """Roles, consents, approvals, retention."""
        return method.release_status(self._reading)

    # --- Publishing ---------------------------------------------------------------------------

    def publish_insights(self) -> None:
        """Publish this phase's standard insights for the reports, and show them here.

        Each audience gets the insights of its own view, so that no small number travels.
        """
        standard = PHASES[self._phase()]
        kept: dict[Insight, list[Audience]] = {}
        for audience in Audience:
            if self._reading.audience.may_see(audience):
                for insight in standard(view(self.engagement, audience)):
                    kept.setdefault(insight, []).append(audience)
        # In the order in which a report without this record would have them.
        places = {own.key: place for place, own in enumerate(standard(self.engagement))}
        for insight in sorted(kept, key=lambda found: places.get(found.key, len(places))):
            put_insight(insight.model_copy(update={"audiences": tuple(kept[insight])}))
        show(evidence.phase_insights(self._reading, standard(self.engagement)))

    def publish(
        self,
        statement: str,
        *,
        audience: str = Audience.INTERNAL,
        n: int | None = None,
        total: int | None = None,
        figure: Any = None,
        description: str = "",
        data: Any = None,
    ) -> None:
        """Publish a finding of your own: it stands in the next report of its audiences.

        `n` of `total` is the count it rests on. `figure` is a matplotlib figure; it needs a
        `description` for those who cannot see it, and its numbers as `data` (a DataFrame or
        `{label: number}`). Raises `CasebookError` if they are missing.
        """
        key = f"{self._document}-{slug(statement)}"
        block = None
        if figure is not None:
            block = own.from_matplotlib(figure, statement, description, data, self._reading.words)
        insight = Insight(
            key=key,
            phase=self._phase(),
            kind=InsightKind.FINDING,
            statement=Text(da=statement),
            audiences=tuple(a for a in Audience if a.may_see(Audience(audience))),
            added=True,
            n=n,
            total=total,
            figure=block.model_dump(mode="json", exclude_none=True) if block else None,
        )
        put_insight(insight)
        shown = block or Items(items=(statement,))
        show(Section(id=key, title="", blocks=(shown,)))

    def _work(self) -> Reading:
        """The engagement, and in a phase record only this phase's part of it."""
        if self._document not in list(PhaseKind):
            return self._reading
        engagement = of_phase(self.engagement, self._phase())
        return replace(self._reading, engagement=engagement)

    def _phase(self) -> PhaseKind:
        if self._document not in list(PhaseKind):
            hint = said(
                'Open the case with its phase: open_case(globals(), "…"), one of {known}.',
                known=", ".join(PhaseKind),
            )
            raise CasebookError(said("This notebook is not a phase record."), hint)
        return PhaseKind(self._document)


class Casebook:
    """All engagements together: each method is a section of the page."""

    def __init__(self, book: Across) -> None:
        self._across = book

    def page(self) -> Page:
        """The head of the page."""
        return heads.of_casebook(self._across)

    def scope(self) -> Section:
        """Which engagements are in, and which are not."""
        return across.scope(self._across)

    def themes(self) -> Section:
        """Which themes come back."""
        return across.themes(self._across)

    def formats(self) -> Section:
        """Which formats were used, and for whom."""
        return across.formats(self._across)

    def tools(self) -> Section:
        """Which tools were used where."""
        return across.tools(self._across)

    def evidence(self) -> Section:
        """How well effect claims are supported."""
        return across.evidence(self._across)

    def insights(self) -> Section:
        """What the phase records published."""
        return across.insights(self._across)

    def lessons(self) -> Section:
        """The lessons, with what each rests on."""
        return learned.lessons(self._across)

    def comparable(self) -> Section:
        """What was measured alike in several engagements; never a ranking."""
        return learned.comparable(self._across)

    def conditions(self) -> Section:
        """What success depended on, by OPSI's five kinds."""
        return learned.conditions(self._across)

    def recommendations(self) -> Section:
        """What we recommend, and what to try next."""
        return learned.recommendations(self._across)

    def questions(self) -> Section:
        """The questions that a casebook must answer, answered."""
        return learned.questions(self._across)

    def gaps(self) -> Section:
        """What we never measure."""
        return across.gaps(self._across)

    def method(self) -> Section:
        """How the page was made."""
        return across.method(self._across)
