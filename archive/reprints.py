"""Whether two texts are one report, printed twice (转载). Pure; no store.

A reprint has another headline, an editor's note, other quotation marks, a paragraph less; its
sentences and its numbers stay. Last year's notice keeps the sentences and changes the numbers.
"""

from __future__ import annotations

import re
import sys
import unicodedata
import zlib
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from archive.article import Section

SHINGLE = 6
"""Characters in a row that are compared as one."""
SAMPLE = 256
"""Shingles kept of a text: all of a short one, an even choice of a long one's."""
KEYS = 16
"""Of these, the ones by which candidates are found."""
SHARED_KEYS = 2
"""Keys that a candidate has in common with the text, at least."""
_CONTAINED = 0.8
_CONTAINED_IF_SHORT = 0.85
_SHORT = 300
"""Shingles; bulletins shorter than this are often written by one formula."""
_CONTAINED_LATER = 0.97
_LIKELY_DAYS = 31
"""Reprints come within days; what is alike after a longer time must be alike to the letter."""
_IN_COMMON = 0.45
"""Of all shingles of both; a report half as long as another is an extract, not a reprint."""
_BETWEEN = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"[0-9〇零一二两三四五六七八九十百千万亿]+")
_AROUND = 2
"""Characters on either side that say what a number counts."""
_WORD = 2**32
_SPREAD = 0x9E3779B1
"""An odd number near 2^32 divided by the golden ratio; spreads what CRC leaves in rows."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of a text to know it again."""

    size: int
    """How many different shingles the text has."""
    sample: tuple[int, ...]
    """The smallest of their digests, in order."""
    numbers: frozenset[int]
    """Each number with the characters around it: digests of both, as ``context << 32 | number``."""

    @property
    def keys(self) -> tuple[int, ...]:
        """By which texts that are like this one are looked up."""
        return self.sample[:KEYS]

    def to_bytes(self) -> bytes:
        """Little-endian words: size, length of the sample, the sample, the numbers."""
        halves = (half for each in sorted(self.numbers) for half in divmod(each, _WORD))
        return _packed(array("I", (self.size, len(self.sample), *self.sample, *halves)))

    @classmethod
    def from_bytes(cls, packed: bytes) -> Fingerprint:
        """The inverse of ``to_bytes``."""
        words = array("I")
        words.frombytes(packed)
        if sys.byteorder == "big":
            words.byteswap()
        size, length, *rest = words
        halves = iter(rest[length:])
        numbers = (context * _WORD + number for context, number in zip(halves, halves, strict=True))
        return cls(size, tuple(rest[:length]), frozenset(numbers))


def fingerprint(sections: Iterable[Section]) -> Fingerprint | None:
    """What a report's paragraphs are known by; ``None`` where they are too short to tell.

    Title and headings are left out: they are what is changed most.
    """
    text = "".join(paragraph for section in sections for paragraph in section.paragraphs)
    return fingerprint_of(text)


def fingerprint_of(text: str) -> Fingerprint | None:
    """The same for a bare text. Widths, quotation marks, spaces and line ends do not count."""
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", text).lower())
    if len(plain) < 2 * SHINGLE:
        return None
    wide = plain.encode("utf-16-le", "surrogatepass")
    length = 2 * SHINGLE
    sums = {zlib.crc32(wide[at : at + length]) for at in range(0, len(wide) - length + 1, 2)}
    digests = sorted([each * _SPREAD % _WORD for each in sums])
    numbers = frozenset(_fact(plain, *found.span()) for found in _NUMBER.finditer(plain))
    return Fingerprint(len(digests), tuple(digests[:SAMPLE]), numbers)


def is_reprint(
    one: Fingerprint, other: Fingerprint, days: tuple[date | None, date | None] = (None, None)
) -> bool:
    """Whether two texts, published on these days, are one report.

    The shorter stands nearly whole in the longer, and no number stands in another's place.
    """
    smaller, larger = sorted((one.size, other.size))
    contained = containment(one, other)
    common = contained * smaller
    return (
        contained >= _least(smaller, *days)
        and common >= _IN_COMMON * (smaller + larger - common)
        and not _contradict(one, other)
    )


def _least(size: int, day: date | None, other_day: date | None) -> float:
    """How much of a text with so many shingles must stand in the other."""
    if day and other_day and abs((day - other_day).days) > _LIKELY_DAYS:
        return _CONTAINED_LATER
    return _CONTAINED_IF_SHORT if size < _SHORT else _CONTAINED


def containment(one: Fingerprint, other: Fingerprint) -> float:
    """The share of the smaller text's shingles that the other has too.

    Exact for texts with up to ``SAMPLE`` shingles; of longer ones within a few hundredths.
    """
    reach = min(_reach(one), _reach(other))
    ours, theirs = ({h for h in each.sample if h <= reach} for each in (one, other))
    return len(ours & theirs) / (min(len(ours), len(theirs)) or 1)


def _reach(fingerprint: Fingerprint) -> int:
    """The digest up to which the sample is complete."""
    return fingerprint.sample[-1] if fingerprint.size > len(fingerprint.sample) else _WORD


def _contradict(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether some words stand around one number here, and around none but others there."""
    shared = {fact // _WORD for fact in one.numbers & other.numbers}
    ours, theirs = ({fact // _WORD for fact in each.numbers} for each in (one, other))
    return not (ours & theirs) <= shared


def _fact(text: str, start: int, end: int) -> int:
    around = f"{text[max(0, start - _AROUND) : start]} {text[end : end + _AROUND]}"
    return _digest(_utf8(around)) * _WORD + _digest(_utf8(text[start:end]))


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _digest(data: bytes) -> int:
    return zlib.crc32(data) * _SPREAD % _WORD


def _packed(words: array[int]) -> bytes:
    if sys.byteorder == "big":
        words.byteswap()
    return words.tobytes()
