"""What is asked: queries of nine kinds, drawn from the texts by a seed, and two kinds besides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from benchmarks.search.corpus import Prepared, day_number
from search.analysis import HAN, terms

EACH = 32
"""Queries of each kind."""
KINDS = (
    "one common word",
    "one rare word",
    "two words",
    "three words",
    "any of three words",
    "one word without another",
    "word within days",
    "word, newest first",
    "exact string",
)
EXACT = "exact string"
FACETS = "facets"
CHUNK = "chunk as typed"
_COMMON = 300
"""The common words are drawn from so many of the most frequent ones."""
_RARE = 1000
"""A rare word stands in at most one document of so many."""
_FREQUENT = 100
"""What is listed by day stands in at least one document of so many."""
_SEED = 7
_CHINESE = re.compile(f"[{HAN}]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question in no engine's language."""

    kind: str
    words: tuple[str, ...] = ()
    any_word: bool = False
    """Whether one of the words is enough."""
    without: str = ""
    """A word that must not be there."""
    string: str = ""
    """Characters in a row; with words besides (a chunk), either is enough."""
    days: tuple[int, int] | None = None
    """First and last day, as 20191129."""
    newest: bool = False
    facets: bool = False
    """Whether the hits are counted by year and by month."""

    @property
    def text(self) -> str:
        """As a reader types it; days, order and facets are chosen beside the line."""
        if self.string:
            return self.string if self.words else f'"{self.string}"'
        typed = (" OR " if self.any_word else " ").join(self.words)
        return f"{typed} -{self.without}" if self.without else typed


@dataclass(frozen=True, slots=True)
class Source:
    """Texts to draw from."""

    random: Random
    documents: Sequence[Prepared]
    frequencies: Counter[str]
    """In how many documents a word stands."""

    def words(self, number: int) -> tuple[str, ...]:
        """Different words of one document."""
        while True:
            document = self.random.choice(self.documents)
            words = sorted(set(_words(document)))
            if len(words) >= number:
                return tuple(self.random.sample(words, number))

    def frequent(self, number: int) -> list[str]:
        return [word for word, _ in self.frequencies.most_common(number)]

    def between(self, fewest: float, most: float) -> str:
        """A word that stands in so many documents."""
        words = [each for each, found in self.frequencies.items() if fewest <= found <= most]
        return self.random.choice(sorted(words))

    def string(self, shortest: int, longest: int) -> str:
        """Characters in a row, cut anywhere; nothing that would have to be typed otherwise."""
        while True:
            unit = self.random.choice(self.random.choice(self.documents).units)
            length = self.random.randint(shortest, longest)
            start = self.random.randint(0, max(0, len(unit) - length))
            string = unit[start : start + length]
            if len(string) == length and all(_typeable(each) for each in string):
                return string

    def days(self) -> tuple[int, int]:
        """From a month to three years."""
        days = sorted(each.day for each in self.documents)
        first = _day(self.random.choice(days))
        last = first + timedelta(days=self.random.randint(30, 1100))
        return day_number(first), day_number(last)


def _words(document: Prepared) -> Iterator[str]:
    """Words that a reader would look for: of two characters or more."""
    for words in document.words:
        yield from (word for word in words.split() if len(word) > 1)


def _typeable(character: str) -> bool:
    return character.isalnum() or character in "，。、：；！？（）,.:;!?()-%《》"


def _day(number: int) -> date:
    return date(number // 10_000, number // 100 % 100, number % 100)


def source(documents: Sequence[Prepared], seed: int = _SEED) -> Source:
    """Draws from documents, the same for the same seed."""
    frequencies: Counter[str] = Counter()
    for document in documents:
        frequencies.update(set(_words(document)))
    return Source(Random(seed), documents, frequencies)


def queries(drawn: Source, each: int = EACH) -> list[Query]:
    """The nine kinds, facets, and chunks as typed: so many of each."""
    many = len(drawn.documents)
    common = drawn.random.sample(drawn.frequent(max(_COMMON, each)), each)
    newest = max(2.0, many / _FREQUENT)
    makers: dict[str, Callable[[int], Query]] = {
        "one common word": lambda n: Query(kind="", words=(common[n],)),
        "one rare word": lambda _: Query(kind="", words=(drawn.between(2, max(2, many / _RARE)),)),
        "two words": lambda _: Query(kind="", words=drawn.words(2)),
        "three words": lambda _: Query(kind="", words=drawn.words(3)),
        "any of three words": lambda _: Query(kind="", words=drawn.words(3), any_word=True),
        "one word without another": lambda _: _without(drawn),
        "word within days": lambda _: Query(kind="", words=drawn.words(1), days=drawn.days()),
        "word, newest first": lambda _: Query(
            kind="", words=(drawn.between(newest, many),), newest=True
        ),
        EXACT: lambda _: Query(kind="", string=drawn.string(2, 8)),
        FACETS: lambda n: Query(kind="", words=drawn.words(1 + n % 2), facets=True),
        CHUNK: lambda _: _chunk(drawn),
    }
    return [
        replace(maker(number), kind=kind)
        for kind, maker in makers.items()
        for number in range(each)
    ]


def _without(drawn: Source) -> Query:
    """The more frequent of two words, without the other."""
    words = sorted(drawn.words(2), key=lambda word: -drawn.frequencies[word])
    return Query(kind="", words=(words[0],), without=words[1])


def _chunk(drawn: Source) -> Query:
    """Chinese characters that stand somewhere and are more than one word."""
    while True:
        string = drawn.string(4, 8)
        words = tuple(dict.fromkeys(terms(string)))
        if _CHINESE.fullmatch(string) and len(words) > 1:
            return Query(kind="", words=words, string=string)
