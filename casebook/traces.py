"""What would give a client away in somebody else's text, and finding it again, quickly.

Words are compared folded: small letters, æ as ae, ø as oe, å as aa, without accents and without
a genitive -s. The index holds hashes of word sequences, so a scan costs the same however many
engagements there are.
"""

from __future__ import annotations

import functools
import re
import sys
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from casebook.model import Engagement, Travel
from casebook.municipalities import municipalities
from casebook.places import ValuePath
from casebook.source import Source
from casebook.texts import Passage, texts_of

SEQUENCE = 6
"""So many words in a row are no accident."""

COMMON = 3
"""A number, or a cluster's name, that so many engagements have points to none of them."""

MOST = 12
"""So many places of the same words are remembered: enough to name one, however many there are."""

_FOLD = {"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "é": "e", "ü": "u"}
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’]s\b)?|[%\0]")
_DIGIT = re.compile(r"\d\d|\d[.,%]|\d (?:af|%)")
BREAK = "\0"
_NO_HASH = 0
_ORDINARY = frozenset({"vejen", "odder", "lejre", "greve", "toender", "skive", "varde", "morsoe"})
"""Municipalities whose names are also ordinary words."""

_RESULTS = frozenset({"phases", "voices", "outcomes", "learning"})
_HUNDRED, _YEARS = 100, range(1900, 2101)
_DIGITS = 18
"""The end of a number tells enough; Python takes no number of thousands of digits."""


class Kind(StrEnum):
    """What kind of trace it is."""

    CLIENT = "client"
    PERSON = "person"
    CLUSTER = "cluster"
    NUMBER = "number"
    WORDS = "words"


class Trace(NamedTuple):
    """Something that belongs to one engagement, the `owner`, by its number in an index.

    `path` is where it stands there, `length` its number of words.
    """

    kind: Kind
    found: str
    owner: int
    path: ValuePath
    length: int


class _Heard(NamedTuple):
    """The words of texts, each once, with a break between, and the hashes of their sequences."""

    stream: list[str]
    sequences: set[int]


# --- Words -------------------------------------------------------------------------------------


def words(text: str) -> list[str]:
    """The folded words and numbers of a text."""
    folded = unicodedata.normalize("NFC", text).lower()
    for letter, plain in _FOLD.items():
        folded = folded.replace(letter, plain)
    found = _TOKEN.findall(folded)
    return [t[:-1].rstrip("'’") or t if t[-1] == "s" else t for t in found]


@functools.lru_cache(maxsize=10_000)
def words_of_a_text(text: str) -> tuple[str, ...]:
    """The words of one text; engagements that were reused share many."""
    return tuple(words(text))


def _sequences(stream: Sequence[str], length: int) -> Iterable[tuple[str, ...]]:
    return zip(*(stream[at:] for at in range(length)), strict=False)


def _hashes(stream: Sequence[str]) -> list[int]:
    """A hash of each sequence of words that does not run from one text into the next."""
    return [_NO_HASH if BREAK in each else hash(each) for each in _sequences(stream, SEQUENCE)]


def _heard(texts: Iterable[Passage]) -> _Heard:
    once = dict.fromkeys([each.text for each in texts])
    stream = words(BREAK.join(once))
    return _Heard([*map(sys.intern, stream)], set(_hashes(stream)))


# --- What gives it away --------------------------------------------------------------------------


def same_client(one: Engagement, other: Engagement) -> bool:
    """Whether two engagements are for the same client: by code where both have one, else by id."""
    codes = [e.client.municipality and e.client.municipality.value for e in (one, other)]
    if all(codes):
        return codes[0] == codes[1]
    return one.client.id == other.client.id


def client_names(engagement: Engagement) -> set[str]:
    """What the client is called: in full, and for a municipality also without that word."""
    client = engagement.client
    found = municipalities().get((client.municipality and client.municipality.value) or "")
    names = {client.name, re.sub(r"\s+kommune$", "", client.name, flags=re.IGNORECASE)}
    return names | ({found.name, found.official_name} if found else set())


def phrases(
    owner: int, engagement: Engagement, texts: Sequence[Passage]
) -> Iterator[tuple[str, Trace]]:
    """The names and numbers of an engagement, each with the trace that it is."""
    named: list[tuple[Kind, str, ValuePath]] = [
        (Kind.CLIENT, name, ("client", "name")) for name in client_names(engagement)
    ]
    named += [
        (Kind.PERSON, quote.name, ("voices", at, "name"))
        for at, quote in enumerate(engagement.voices)
        if len(words(quote.name)) > 1
    ]
    named += [
        (Kind.CLUSTER, cluster.name.value.da, ("engagement", "clusters", at, "name"))
        for at, cluster in enumerate(engagement.assignment.clusters)
        if cluster.name and cluster.name.value
    ]
    named += [
        (Kind.NUMBER, number, each.path)
        for each in texts
        if each.travel is Travel.NEVER and each.path[0] in _RESULTS
        for number in _results(each.text)
    ]
    for kind, found, path in named:
        if length := len(words_of_a_text(found)):
            yield found, Trace(kind, found, owner, path, length)


@functools.lru_cache(maxsize=10_000)
def _results(text: str) -> tuple[str, ...]:
    """The numbers of a text that hardly turn up by chance: 31 af 35, 87 %, 4,3 and 1284."""
    return tuple(_telling(words_of_a_text(text))) if _DIGIT.search(text) else ()


def _telling(tokens: Sequence[str]) -> Iterator[str]:
    for token, *after in zip(tokens, [*tokens[1:], ""], [*tokens[2:], "", ""], strict=False):
        if after[0] == "af" and token.isdecimal() and after[1].isdecimal():
            yield f"{token} af {after[1]}"
        elif token[0].isdecimal() and _is_telling(token, percent=after[0] == "%"):
            yield f"{token} %" if after[0] == "%" else token


def _is_telling(number: str, *, percent: bool) -> bool:
    """Whether a number is neither round, nor small, nor a year."""
    if not number.isdecimal():
        return True
    value = int(number[-_DIGITS:])
    if percent:
        return value % 10 != 0
    return value > _HUNDRED and value % _HUNDRED != 0 and value not in _YEARS


def parted(
    source: Source, texts: Iterable[Passage], travels: Collection[Travel] = (Travel.NEVER,)
) -> tuple[list[Passage], list[Passage]]:
    """What stands in an engagement's own file or tables and does not travel; and the rest."""
    alone = sum(file.suffix == ".yaml" for file in source.files) == 1
    home = source.where(()).file.removesuffix(".yaml")
    own: list[Passage] = []
    others: list[Passage] = []
    for each in texts:
        stays = each.travel in travels
        is_own = stays and (alone or source.where(each.path).file.startswith(home))
        (own if is_own else others).append(each)
    return own, others


class Index:
    """What gives engagements away, to be looked for in the texts of others.

    `common` are texts that belong to nobody, such as those of a method.
    """

    def __init__(
        self, travels: Collection[Travel] = (Travel.NEVER,), common: Iterable[str] = ()
    ) -> None:
        self._travels = travels
        self._common = {_NO_HASH, *_hashes(words(BREAK.join(common)))}
        self._sources: list[Source] = []
        self._heard: dict[str, _Heard] = {}
        self._phrases: dict[tuple[str, ...], list[Trace]] = {}
        self._lengths: dict[str, set[int]] = {}
        self._sequences: dict[int, tuple[int, ...]] = {}

    def add(self, source: Source) -> None:
        """Take up what belongs to one engagement alone; what it inherits belongs to nobody."""
        if source.seen is None:
            return
        number = len(self._sources)
        self._sources.append(source)
        texts = texts_of(source.seen)
        for phrase, trace in phrases(number, source.seen, texts):
            self._know(words_of_a_text(phrase), trace)
        own, others = map(_heard, parted(source, texts, self._travels))
        both = _Heard([*own.stream, BREAK, *others.stream], own.sequences | others.sequences)
        self._heard[source.name] = both
        new: dict[int, tuple[int, ...]] = dict.fromkeys(own.sequences - self._common, (number,))
        for shared in new.keys() & self._sequences.keys():
            new[shared] = (*self._sequences[shared], number)[:MOST]
        self._sequences.update(new)

    def _know(self, key: tuple[str, ...], trace: Trace) -> None:
        """Remember a phrase, and how long those are that begin with its first word."""
        homes = self._phrases.setdefault(key, [])
        if len(homes) < MOST:
            homes.append(trace)
        self._lengths.setdefault(key[0], set()).add(len(key))

    def _phrases_in(self, stream: Sequence[str]) -> dict[tuple[str, ...], list[Trace]]:
        """The phrases that stand in some words, the longest first."""
        keys = [
            key
            for at, word in enumerate(stream)
            if word in self._lengths
            for length in self._lengths[word]
            if (key := tuple(stream[at : at + length])) in self._phrases
        ]
        return {key: self._phrases[key] for key in sorted(keys, key=len, reverse=True)}

    def found_in(self, source: Source) -> Iterator[tuple[Passage, Trace]]:
        """What stands in an engagement's texts and belongs to other clients."""
        engagement = source.seen
        if engagement is None:
            return
        heard = self._heard.get(source.name) or _heard(texts_of(engagement))
        others = self._others(engagement, heard)
        texts = texts_of(engagement) if others else ()
        own = {word for name in client_names(engagement) for word in words(name)}
        for each in texts:
            for trace in self.found(each.text, others):
                is_own = trace.kind is Kind.CLIENT and set(words(trace.found)) <= own
                if not (is_own or _is_ordinary(trace, texts)):
                    yield each, trace

    def _others(self, engagement: Engagement, heard: _Heard) -> set[int]:
        """The engagements of other clients that something in the words may belong to."""
        shared = self._sequences.keys() & heard.sequences
        owners = set().union(*{self._sequences[key] for key in shared})
        for homes in self._phrases_in(heard.stream).values():
            if not _is_common(homes):
                owners.update(trace.owner for trace in homes)
        found = ((number, self._sources[number].seen) for number in owners)
        return {number for number, each in found if each and not same_client(each, engagement)}

    def found(self, text: str, others: Collection[int] | None = None) -> list[Trace]:
        """What stands in one text: of each kind and engagement the longest.

        `others` are the engagements to look for; all of them, unless told. Where several have
        the same, the first is named.
        """
        stream = words(text)
        wanted = range(len(self._sources)) if others is None else others
        longest: dict[tuple[Kind, int], Trace] = {}
        for key, homes in self._phrases_in(stream).items():
            trace = next((trace for trace in homes if trace.owner in wanted), None)
            if trace and not _is_common(homes) and _stands(trace, key, text):
                longest.setdefault((trace.kind, trace.owner), trace)
        shared = self._shared(text, stream, wanted)
        return [*longest.values(), *([shared] if shared else [])]

    def _shared(self, text: str, stream: Sequence[str], wanted: Collection[int]) -> Trace | None:
        """The longest run of words that a text shares with an engagement."""
        best = (0, 0, 0)
        current: dict[int, int] = {}
        for at, key in enumerate(_hashes(stream)):
            homes = [owner for owner in self._sequences.get(key, ()) if owner in wanted]
            current = {owner: current.get(owner, at) for owner in homes}
            runs = [(at - start + SEQUENCE, -start, -owner) for owner, start in current.items()]
            best = max([best, *runs])
        length, start, owner = best
        if not length:
            return None
        found = _quoted(text, -start, length)
        return Trace(Kind.WORDS, found, -owner, self._home(-owner, found), length)

    def _home(self, owner: int, found: str) -> ValuePath:
        """Where in its engagement a sequence of words stands."""
        source = self._sources[owner]
        texts = texts_of(source.seen) if source.seen else ()
        wanted = tuple(words(found)[:SEQUENCE])
        own, _ = parted(source, texts, self._travels)
        homes = (t.path for t in own if wanted in _sequences(words(t.text), SEQUENCE))
        return next(homes, ())

    def source(self, trace: Trace) -> Source:
        """The engagement that a trace belongs to."""
        return self._sources[trace.owner]


def _quoted(text: str, start: int, length: int) -> str:
    """So many words of a text, as they are written."""
    tokens = list(_TOKEN.finditer(unicodedata.normalize("NFC", text)))[start : start + length]
    return tokens[0].string[tokens[0].start() : tokens[-1].end()] if tokens else ""


def _is_common(homes: Sequence[Trace]) -> bool:
    """Whether a number, or the name of a cluster, is that of so many that it points to nobody."""
    chance = all(trace.kind in (Kind.NUMBER, Kind.CLUSTER) for trace in homes)
    return chance and len({trace.owner for trace in homes}) >= COMMON


def _is_ordinary(trace: Trace, texts: Iterable[Passage]) -> bool:
    """Whether a cluster is called by a word that these texts also have in small letters."""
    if trace.kind is not Kind.CLUSTER or trace.length > 1:
        return False
    small = re.compile(rf"\b{re.escape(trace.found.lower())}s?\b")
    return any(" " in each.text and small.search(each.text) for each in texts)


def _stands(trace: Trace, key: tuple[str, ...], text: str) -> bool:
    """Whether a word is meant as a name: some names are ordinary words in small letters."""
    if trace.kind is Kind.NUMBER:
        return " " in text.strip()
    ordinary = trace.kind is Kind.CLUSTER or key[0] in _ORDINARY
    if len(key) > 1 or not ordinary:
        return True
    tokens = list(_TOKEN.finditer(unicodedata.normalize("NFC", text)))
    return any(
        tokens[at][0][0].isupper()
        and at > 0
        and not re.search(r"[.!?:\0]\W*$", text[: tokens[at].start()])
        for at, word in enumerate(words(text))
        if word == key[0]
    )
