"""Text as index, query and snippets compare it: folding, words, and character pairs.

The only module that knows the segmenter. rjieba is jieba's algorithm and dictionary in Rust,
20 to 30 times faster; jieba is the specification. They differ only where Chinese meets ASCII
(``F-35``, ``PM2.5``), so text is split into runs first and the segmenter sees Chinese runs only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from typing import Any

ANALYSIS = "2"
"""Raise it whenever ``fold``, ``words`` or ``pairs`` give another answer."""

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Chinese characters, as the inside of a regular expression's character class."""

_HAN_BLOCKS = (range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x323B0))

_ZERO_WIDTH = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff]+"
)
_SPACE_IN_CHINESE = re.compile(rf"(?<=[{HAN}])\s+(?=[{HAN}])")
_RUN = re.compile(
    "(?P<chinese>[\u4e00-\u9fd5]+)"  # what jieba takes for Chinese
    rf"|(?P<single>[{HAN}])"  # jieba gives any other ideograph as a token of its own
    rf"|(?P<latin>[^\W_{HAN}]+(?:[.\-'’&_+][^\W_{HAN}]+)*)"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, and where it stands in the folded text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text and, for each of its characters, the original stretch it came from."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The original stretch behind the folded characters ``start`` up to ``end``."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> str:
    """The one form in which texts are compared; folding twice changes nothing.

    NFKC, case, traditional to simplified, zero-width characters dropped, spaces between Chinese
    characters and at both ends dropped. Punctuation stays.
    """
    text = _normal(_ZERO_WIDTH.sub("", text)).translate(_simplified())
    return _SPACE_IN_CHINESE.sub("", text).strip()


def _normal(text: str) -> str:
    """NFKC and case folding, repeated until nothing changes: one pass can undo the other."""
    if text.isascii():
        return text.lower()
    while True:
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
        if folded == text:
            return folded
        text = folded


def fold_with_offsets(text: str) -> Folded:
    """``fold(text)`` with the way back to the original characters."""
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, cluster in _clusters(text):
        for character in _fold_cluster(cluster):
            characters.append(character)
            starts.append(start)
            ends.append(end)
    joined = "".join(characters)
    kept = _kept(joined)
    return Folded(
        "".join(characters[i] for i in kept),
        tuple(starts[i] for i in kept),
        tuple(ends[i] for i in kept),
    )


def _kept(text: str) -> list[int]:
    """Indexes of the characters that stay when spaces are closed."""
    closed = {i for gap in _SPACE_IN_CHINESE.finditer(text) for i in range(*gap.span())}
    first = len(text) - len(text.lstrip())
    last = len(text.rstrip())
    return [i for i in range(first, last) if i not in closed]


def _clusters(text: str) -> Iterator[tuple[int, int, str]]:
    """Stretches that NFKC treats apart from each other: a character and what joins it."""
    start, cluster, end = 0, "", 0
    for index, character in enumerate(text):
        if _ZERO_WIDTH.match(character):
            continue
        if cluster and not _joins(character):
            yield start, end, cluster
            cluster = ""
        if not cluster:
            start = index
        cluster += character
        end = index + 1
    if cluster:
        yield start, end, cluster


@lru_cache(maxsize=1 << 14)
def _joins(character: str) -> bool:
    """Whether NFKC may compose it with the character before: marks, and Hangul vowels and ends."""
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.category(first)[0] == "M" or "\u1161" <= first <= "\u11c2"


@lru_cache(maxsize=1 << 14)
def _fold_cluster(cluster: str) -> str:
    return _normal(cluster).translate(_simplified())


@cache
def _simplified() -> dict[int, str]:
    """Traditional characters to simplified ones, one for one, so that offsets are known.

    OpenCC converts whole phrases; given every character on a line of its own it yields a table.
    """
    import opencc

    old = [chr(code) for block in _HAN_BLOCKS for code in block]
    new = opencc.OpenCC("t2s").convert("\n".join(old)).split("\n")
    table = {a: b for a, b in zip(old, new, strict=True) if a != b and len(b) == 1}
    return {ord(character): _last(simple, table) for character, simple in table.items()}


def _last(character: str, table: dict[str, str]) -> str:
    """Where following the table from a character ends."""
    seen = {character}
    while (following := table.get(character, character)) not in seen:
        seen.add(following)
        character = following
    return character


def words(text: str) -> list[Token]:
    """Words of the folded text as jieba's search mode cuts them: longer words and their parts.

    Latin letters and digits stay together over ``. - ' & _ +`` (``pm2.5``, ``f-35``).
    """
    folded = fold(text)
    tokens: list[Token] = []
    for run in _RUN.finditer(folded):
        if run.lastgroup == "chinese":
            offset = run.start()
            tokens += (
                Token(word, offset + start, offset + end)
                for word, start, end in _segmenter().tokenize(run.group(), "search")
            )
        else:
            tokens.append(Token(run.group(), *run.span()))
    return tokens


@cache
def _segmenter() -> Any:
    """The segmenter, loaded at first use: its dictionary takes 0.2 s."""
    import rjieba

    return rjieba


def pairs(folded: str) -> list[str]:
    """Every two neighbouring characters of a folded unit, and its last character alone.

    So every character begins a pair, and one character is found by the pairs it begins.
    """
    return [folded[start : start + 2] for start in range(len(folded))]


@cache
def fingerprint() -> str:
    """Names everything that the terms of an index depend on.

    rjieba's dictionary and OpenCC's tables are shipped in them, so their versions stand for both;
    the Unicode version stands for NFKC and case.
    """
    return (
        f"analysis={ANALYSIS} rjieba={version('rjieba')} opencc={version('opencc')} "
        f"unicode={unicodedata.unidata_version}"
    )
