"""What the sections are made with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from casebook.blocks import (
    FEW,
    AnyBlock,
    Callout,
    Column,
    Figure,
    Names,
    Prose,
    Section,
    Table,
    Term,
    Wording,
)
from casebook.charts import CHARTS
from casebook.model import Audience, Engagement, Fact, Text
from casebook.text import Words

Row = Sequence[Wording]


@dataclass(frozen=True)
class Reading:
    """One engagement as one audience reads it, in one language."""

    engagement: Engagement
    audience: Audience
    words: Words

    @property
    def is_public(self) -> bool:
        """Whether this is the web case."""
        return self.audience is Audience.PUBLIC

    @property
    def is_anonymous(self) -> bool:
        """Whether the client may not be named to this reader."""
        return self.is_public and self.engagement.release.naming != "named"

    @property
    def client(self) -> str:
        """What the client is called to this reader."""
        client = self.engagement.client
        if self.is_anonymous and client.anonym_label:
            return self.words.text(client.anonym_label)
        return client.name


SectionOf = Callable[[Reading], Section]


def section(
    reading: Reading, id: str, *blocks: AnyBlock | None, title: str | None = None
) -> Section:
    """A section with its title from the key `<id>.title`; what is None is left out."""
    present = tuple(block for block in blocks if block is not None)
    heading = reading.words(f"{id}.title") if title is None else title
    return Section(id=id.replace("_", "-"), title=heading, blocks=present)


def nothing(id: str) -> Section:
    """A section that is not for this reader."""
    return Section(id=id.replace("_", "-"))


def prose(words: Words, text: Text | None) -> Prose | None:
    """A text as paragraphs: those of the parameter file are divided by blank lines."""
    if text is None:
        return None
    return Prose(paragraphs=paragraphs(words.text(text)))


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a running text: YAML's `>-` leaves one line break between two of them."""
    return tuple(part.strip() for part in text.splitlines() if part.strip())


def note(text: str) -> Prose:
    """A line in small print."""
    return Prose(paragraphs=(text,), role="note")


def unknown(*lines: str, title: str = "") -> Callout:
    """A statement that something is not known."""
    return Callout(tone="unknown", title=title, paragraphs=lines)


def term(words: Words, label: str, fact: Fact[object] | None) -> Term:
    """A labelled fact, marked where it is not known, with the reason if the reader may see it."""
    known = fact is not None and fact.known
    reason = "" if known or fact is None else words.danish(fact.reason or "")
    value = words.fact(fact)
    return Term(
        label=label, value=value, unknown=not known, note=reason, source=_origin(words, fact)
    )


def _origin(words: Words, fact: Fact[object] | None) -> str:
    """Where a fact comes from, and of when it is."""
    source = words.danish(fact.source or "") if fact else ""
    if fact is None or fact.as_of is None:
        return source
    on = words.date(fact.as_of)
    return words("sources.on", source=source, on=on) if source else words("sources.as_of", on=on)


def told(words: Words, label: str, value: str | None) -> Term:
    """A labelled value, marked where there is none."""
    return Term(label=label, value=value or words("unknown"), unknown=not value)


def plain(label: str, value: Wording) -> Term:
    """A labelled value that is always there."""
    return Term(label=label, value=value)


def table(caption: str, columns: Sequence[str], rows: Iterable[Row], remark: str = "") -> Table:
    """A table; a label that starts with `#` heads a column of numbers."""
    heads = tuple(Column(label=c.removeprefix("#"), numeric=c.startswith("#")) for c in columns)
    cells = tuple(tuple(row) for row in rows)
    return Table(caption=caption, columns=heads, rows=cells, note=remark)


def named(names: Sequence[str], join: Callable[[Sequence[str]], str] = "; ".join) -> Wording:
    """Names as they are joined in running text; so many that they must fold, as names."""
    return join(names) if len(names) <= FEW + 1 else Names(names=tuple(names))


def chart(reading: Reading, name: str) -> Figure | None:
    """A chart by its name in `CHARTS`; None where there is nothing to draw."""
    return CHARTS[name](reading.engagement, reading.words)


def in_words(words: Words, slug: str) -> str:
    """A theme's id as words."""
    return words.danish(slug.replace("-", " "))


def group_names(reading: Reading, ids: Fact[tuple[str, ...]] | None) -> str:
    """The labels of groups, one after another, or that they are not known."""
    words = reading.words
    if ids is None or ids.value is None:
        return words.fact(ids)
    groups = [reading.engagement.group(id) for id in ids.value]
    return ", ".join(words.text(group.label) for group in groups if group)
