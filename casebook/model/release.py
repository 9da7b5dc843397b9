"""What must be in place before anything leaves the firm."""

from typing import Annotated, Literal

from pydantic import Field

from casebook.model.marks import CARRY, CLIENT, NEVER, PUBLIC, Part, ask
from casebook.model.values import Fact, Name, Slug, Text, When
from casebook.terms import Audience


class Approval(Part):
    """The client's yes to one audience, to the content with this hash."""

    audience: Annotated[Audience, PUBLIC, NEVER]
    by: Annotated[str | None, CLIENT, NEVER] = None
    date: Annotated[When, PUBLIC, NEVER]
    content_hash: Annotated[str | None, NEVER] = None
    expires: Annotated[When | None, NEVER] = None


class Consent(Part):
    """A person's yes to being named, quoted or shown, to certain readers.

    `text_hash` is that of the very text they said yes to (see `casebook.approval`).
    """

    id: Annotated[Slug, PUBLIC, NEVER]
    person: Annotated[Name, PUBLIC, NEVER]
    subject: Annotated[Literal["name", "quote", "photo", "story"], NEVER] = "quote"
    audiences: Annotated[tuple[Audience, ...], PUBLIC, NEVER] = Field(min_length=1)
    channels: Annotated[tuple[str, ...], NEVER] = ()
    given: Annotated[When, PUBLIC, NEVER]
    expires: Annotated[When | None, NEVER] = None
    withdrawn: Annotated[When | None, NEVER] = None
    text_hash: Annotated[str | None, NEVER] = None
    method: Annotated[str | None, NEVER] = None
    proof: Annotated[str | None, NEVER] = None

    def covers(self, audience: Audience) -> bool:
        """Whether it holds for this audience and was not taken back. Dates are for the rules.

        A yes to the public is also a yes to the client, who can read what the public reads.
        """
        return self.withdrawn is None and any(map(audience.may_see, self.audiences))


class Todo(Part):
    """A value that is still to be answered: its place, by fields and ids, and what is asked."""

    place: Annotated[tuple[str, ...], PUBLIC, NEVER]
    question: Annotated[str, NEVER] = ""


class Release(Part):
    """What must be in place before anything leaves the firm.

    `naming` says whether a public edition may name the client, must call it something else
    (`anonymised`), or is not made at all (`none`); None stands for a TODO, and there is none yet.
    `todo` are the values that stand as TODO; they are found on reading.
    """

    naming: Annotated[
        Literal["named", "anonymised", "none"] | None,
        PUBLIC,
        ask("Må kunden nævnes: named, anonymised eller none?"),
    ] = "named"
    todo: Annotated[tuple[Todo, ...], NEVER] = ()
    source: Annotated[Text | None, PUBLIC, ask("Hvad bygger casen på?")] = None
    method: Annotated[Text | None, PUBLIC, CARRY] = None
    data_role: Annotated[
        Fact[Literal["processor", "controller", "joint"]] | None,
        CLIENT,
        ask("Er huset processor, controller eller joint?"),
    ] = None
    agreement: Annotated[Fact[str] | None, NEVER] = None
    approvals: Annotated[Fact[tuple[Approval, ...]] | None, PUBLIC, NEVER] = None
    consents: Annotated[tuple[Consent, ...], NEVER] = ()
    retention: Annotated[Fact[When] | None, ask("Hvornår skal rådata slettes?")] = None

    @property
    def has_public_edition(self) -> bool:
        """Whether the client has said yes to a public edition, with its name or without."""
        return self.naming in {"named", "anonymised"}

    def consent(self, of: Fact[str] | None) -> Consent | None:
        """The record of a consent that a quote refers to."""
        id = of.value if of else None
        return next((consent for consent in self.consents if consent.id == id), None)
