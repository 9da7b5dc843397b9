"""What the answers are made with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from casebook.indicators.shift import Certainty, Change
from casebook.model import Engagement, Text
from casebook.portfolio import Answer
from casebook.support import backing, clients
from casebook.text import Words

MOST_NAMES = 12
"""So many names are told in a sentence."""


Known = Callable[[str, Change], Certainty]
"""How sure a change in an engagement is."""


def computed(_engagement: str, change: Change) -> Certainty:
    """How sure a change is, where nobody knows yet: loads scipy, which takes a second."""
    return change.interval, change.p_value


@dataclass(frozen=True)
class Asked:
    """A question as it was asked: about which engagements, in which language, and when.

    `today` is None where the answer must not depend on the day, as on a page. `left_out` names
    the engagements that do not count: fictional ones, where there are real ones. `certainty`
    says how sure a change in an engagement is; the ledger knows, and loads no scipy for it.
    """

    engagements: tuple[Engagement, ...]
    words: Words
    today: date | None = None
    left_out: tuple[str, ...] = ()
    certainty: Known = computed

    @property
    def total(self) -> int:
        """How many engagements it is asked about."""
        return len(self.engagements)

    @property
    def fictional(self) -> bool:
        """Whether any of them is fictional: such a client never counts."""
        return any(engagement.assignment.fictional for engagement in self.engagements)

    def clients(self, ids: Iterable[str]) -> int:
        """How many independent clients are behind engagements; fictional ones do not count."""
        return len(clients(ids, backing(self.engagements)))


Answering = Callable[[Asked, int], Answer]
Row = Sequence[str | int | None]


def answer(  # noqa: PLR0913  # what an answer has; all but the first four by name
    asked: Asked,
    number: int,
    columns: str,
    rows: Iterable[Row],
    *,
    unknown: Iterable[str] = (),
    notes: Iterable[str] = (),
    sources: Iterable[str] | None = None,
    **values: object,
) -> Answer:
    """The answer to a question: its table, its sentence with `values`, and what is not known.

    `columns` are names of headings with spaces between. `sources` are the engagements it rests
    on; all that it was asked about where none are given. What is None in a row is not known.
    """
    words = asked.words
    ids = {engagement.id for engagement in asked.engagements} if sources is None else set(sources)
    used = [e for e in asked.engagements if e.id in ids] or asked.engagements
    told = words(f"ask.{number}.sentence", **values)
    return Answer(
        number=number,
        question=words(f"ask.{number}.question"),
        sentence=words("ask.nothing") if values.get("n") == 0 else told,
        columns=tuple(words(f"ask.column.{name}") for name in columns.split()),
        rows=tuple(tuple(_cell(words, cell) for cell in row) for row in rows),
        sources=tuple(_source(words, engagement) for engagement in used),
        unknown=tuple(unknown),
        notes=(*notes, *_left_out(asked)),
    )


def _left_out(asked: Asked) -> Iterator[str]:
    """A line on the fictional engagements that do not count beside real ones."""
    if asked.left_out:
        names = shortened(asked.words, asked.left_out)
        yield asked.words("ask.left_out", names=names, n=len(asked.left_out))


def clients_note(asked: Asked) -> list[str]:
    """A line that no fictional client is counted, where one is asked about."""
    return [asked.words("ask.no_client")] if asked.fictional else []


def _cell(words: Words, cell: str | int | None) -> str:
    if cell is None or cell == "":
        return words("unknown")
    return cell if isinstance(cell, str) else words.number(cell)


def _source(words: Words, engagement: Engagement) -> str:
    source = engagement.release.source
    told = [words.text(source)] if source else []
    told += [words("ask.fictional")] if engagement.assignment.fictional else []
    return f"params/{engagement.id}.yaml" + (f" ({', '.join(told)})" if told else "")


def missing(asked: Asked, key: str, ids: Iterable[str]) -> list[str]:
    """A line that names the engagements for which something is not known; none without them."""
    found = list(dict.fromkeys(ids))
    names = shortened(asked.words, found)
    return [asked.words(f"ask.unknown.{key}", names=names, n=len(found))] if found else []


def shortened(words: Words, names: Sequence[str]) -> str:
    """Names as running text; of many, the first and how many more."""
    more = len(names) - MOST_NAMES
    last = [words("ask.more", n=more)] if more > 0 else []
    return words.listing([*names[:MOST_NAMES], *last])


def worded(words: Words, text: Text | None) -> str | None:
    """A text in the language of the answer."""
    return words.text(text) if text else None
