"""What an engagement says and what is its own, as numbers: enough to know who may echo whom.

The numbers are the same in every process, so they are remembered from build to build, and a
leak is looked for in those engagements alone in which there may be one.
"""

from __future__ import annotations

import functools
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from casebook.source import Source
from casebook.texts import Passage, texts_of
from casebook.traces import BREAK, MOST, SEQUENCE, parted, phrases, words, words_of_a_text

_NUMBERS = "Q"
_FACTOR, _ROOM = 1_000_003, 2**63
_ABOVE_WORDS = 2**32
"""Marks of sequences are above those of single words."""


@dataclass(frozen=True)
class Echo:
    """An engagement as marks of words.

    `said` are all words and sequences of words that stand in it, `own` the sequences that belong
    to it alone, and `names` the words of each name or number that gives it away.
    """

    said: Sequence[int]
    own: Sequence[int]
    names: frozenset[tuple[int, ...]]

    @property
    def gives_away(self) -> frozenset[int]:
        """All marks in which others may be found to echo it."""
        return frozenset(self.own).union(*self.names)

    def packed(self) -> bytes:
        """As bytes, to be kept."""
        names = [mark for name in sorted(self.names) for mark in (*name, 0)]
        lengths = [len(self.said), len(self.own)]
        return array(_NUMBERS, [*lengths, *self.said, *self.own, *names]).tobytes()


NOTHING = Echo((), (), frozenset())


def unpacked(kept: bytes) -> Echo:
    """The echo that was kept as bytes; nothing of none."""
    marks = array(_NUMBERS)
    marks.frombytes(kept)
    if not marks:
        return NOTHING
    middle, end = 2 + marks[0], 2 + marks[0] + marks[1]
    rest = marks[end:]
    breaks = [-1, *(at for at, mark in enumerate(rest) if not mark)]
    names = frozenset(tuple(rest[start + 1 : stop]) for start, stop in pairwise(breaks))
    return Echo(marks[2:middle], marks[middle:end], names)


def echo_of(source: Source) -> Echo:
    """The marks of an engagement; nothing of one that could not be read."""
    if source.seen is None:
        return NOTHING
    texts = texts_of(source.seen)
    own, others = (_stream(each) for each in parted(source, texts))
    mine = set(_runs(own))
    said = {*map(_mark, own), *map(_mark, others), *mine, *_runs(others)}
    named = (words_of_a_text(phrase) for phrase, _ in phrases(0, source.seen, texts))
    names = frozenset(tuple(map(_mark, name)) for name in named)
    return Echo(array(_NUMBERS, said), array(_NUMBERS, mine), names)


def difference(one: Echo, other: Echo) -> Echo:
    """What gives one of the two away and not the other."""
    return Echo((), tuple({*one.own} ^ {*other.own}), one.names ^ other.names)


def echoing(owner: Echo, among: Iterable[tuple[str, Echo]]) -> Iterator[str]:
    """Those in which something may stand that gives `owner` away."""
    wanted, own = owner.gives_away, frozenset(owner.own)
    for name, echo in among:
        found = wanted.intersection(echo.said)
        if found & own or any(found.issuperset(each) for each in owner.names):
            yield name


def echoed(by: Iterable[Echo], among: Iterable[tuple[str, Echo]]) -> Iterator[str]:
    """Those of whom something may stand in what others say; of many with the same, the first."""
    said = frozenset().union(*(echo.said for echo in by))
    times: Counter[int | tuple[int, ...]] = Counter()
    for name, echo in among:
        found: list[int | tuple[int, ...]] = [*said.intersection(echo.own)]
        found += [each for each in echo.names if said.issuperset(each)]
        if any(times[each] < MOST for each in found):
            yield name
        times.update(found)


def _stream(texts: Sequence[Passage]) -> list[str]:
    return words(BREAK.join([each.text for each in texts]))


@functools.lru_cache(maxsize=50_000)
def _mark(word: str) -> int:
    return zlib.crc32(word.encode()) or 1


def _runs(stream: Sequence[str]) -> Iterator[int]:
    """The marks of all sequences of words that do not run from one text into the next."""
    oldest = pow(_FACTOR, SEQUENCE, _ROOM)
    run, length = 0, 0
    marks: list[int] = []
    for word in stream:
        if word == BREAK:
            run, length = 0, 0
            marks.clear()
            continue
        mark = _mark(word)
        marks.append(mark)
        run = (run * _FACTOR + mark) % _ROOM
        length += 1
        if length > SEQUENCE:
            run = (run - marks[-SEQUENCE - 1] * oldest) % _ROOM
        if length >= SEQUENCE:
            yield run | _ABOVE_WORDS
