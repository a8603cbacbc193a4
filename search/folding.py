"""The one form in which texts are compared, and the way back to what was printed. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Chinese characters, as the inside of a regular expression's character class."""

_HAN_BLOCKS = (range(0x3400, 0xA000), range(0xF900, 0xFB00))
"""Of the first plane."""
_SEVERAL_FORMS = (
    range(0x1, 0x3400),
    range(0x4DC0, 0x4E00),
    range(0xA000, 0xAC00),
    range(0xF900, 0x10000),
)
"""Of the first plane, all but ideographs, Hangul syllables, surrogates and private characters:
to these NFKC and case do nothing."""
_LAST = "\uffff"
"""The last character that the table knows. Python searches for a class of them by one look at a
bit map, 40 times faster than for a class that reaches beyond; the others take the slow way."""
_FEW = 8
"""Different characters up to which it is faster to replace one after the other."""

_ZERO_WIDTH = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff]+"
)
_BETWEEN_TEXTS = "\0"
"""Stands between texts that are handled together."""
_SPACE = re.compile(r"\s+")
_RARE_SPACE = re.compile(r"[^\S ]")
_HAN_CHARACTER = re.compile(f"[{HAN}]")
_FULL_WIDTH = tuple(zip("，：；！？（）％", ",:;!?()%", strict=True))
"""Signs that stand in nearly every Chinese paragraph: with them replaced, and a character table
for the rest, nine of ten paragraphs need nothing more."""


Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text and, for each of its characters, the original stretch it came from."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The original stretch behind the folded characters ``start`` up to ``end``."""
        return self.starts[start], self.ends[end - 1]


@dataclass(frozen=True, slots=True)
class _Table:
    """How characters fold one by one, for texts in which none changes with its neighbours."""

    folded: Mapping[str, str]
    """Of the first plane, the characters that do not stay as they are; empty: dropped."""
    codes: Sequence[int | str]
    """The same by code, those that stay included: ``str.translate`` is quickest with a list."""
    joining: frozenset[str]
    """May not be folded apart from their neighbours."""
    spaces: frozenset[str]
    """Stay, or become, spaces of a rare kind."""
    changing: re.Pattern[str]
    """Finds a character of the three above, and any beyond the plane."""


def fold(text: str) -> str:
    """The one form in which texts are compared; folding twice changes nothing.

    NFKC, case, traditional to simplified, zero-width characters dropped, spaces between Chinese
    characters and at both ends dropped. Punctuation stays.
    """
    if text.isascii():
        return text.lower().strip()
    narrow = _narrow(text)
    changing = _changing(narrow)
    if _joining(changing):
        normal = _normal(_ZERO_WIDTH.sub("", text)).translate(_simplified())
        return _close(normal, _spaces(normal)).strip()
    return _fold_singly(narrow, changing).strip()


def fold_all(texts: Sequence[str]) -> list[str]:
    """``fold`` of each, a third faster where they are the paragraphs of one article."""
    # No step reaches across the sign between them: it is no space, joins nothing, and stays.
    narrow = _narrow(_BETWEEN_TEXTS.join(texts))
    changing = _changing(narrow)
    if not _joining(changing):
        folded = _fold_singly(narrow, changing).split(_BETWEEN_TEXTS)
        if len(folded) == len(texts):  # none holds that sign, and there are some
            return [text.strip() for text in folded]
    return [fold(text) for text in texts]


def _narrow(text: str) -> str:
    for wide, narrow in _FULL_WIDTH:
        text = text.replace(wide, narrow)
    return text


def _changing(narrow: str) -> set[str]:
    return set(_table().changing.findall(narrow))


def _fold_singly(text: str, changing: Set[str]) -> str:
    """All of folding but the spaces at both ends, where nothing joins."""
    if not changing:
        return _close(text, _blanks(text)) if " " in text else text
    text = _replaced(text, changing)
    common = changing.isdisjoint(_table().spaces)
    return _close(text, _blanks(text) if common else _spaces(text))


def _joining(changing: Set[str]) -> bool:
    """Whether one of the characters found may not be folded apart from its neighbours."""
    return bool(changing) and (max(changing) > _LAST or not changing.isdisjoint(_table().joining))


def _replaced(text: str, changing: Set[str]) -> str:
    """A text whose characters fold one by one; few of them are different in a simplified one."""
    folded = _table().folded
    if len(changing) > _FEW:
        return text.translate(_table().codes)
    for character in changing:
        text = text.replace(character, folded.get(character, character))
    return text


def _close(text: str, spaces: Iterable[Span]) -> str:
    """Without those of the stretches of spaces that stand between Chinese characters."""
    gaps = _gaps(text, spaces)
    if not gaps:
        return text
    ends = [0, *(end for _, end in gaps)]
    starts = [*(start for start, _ in gaps), len(text)]
    return "".join(text[end:start] for end, start in zip(ends, starts, strict=True))


def fold_with_offsets(text: str, folded: str | None = None) -> Folded:
    """``fold(text)``, given where it is known, with the way back to the original characters."""
    starts: Sequence[int] = range(len(text))
    ends: Sequence[int] = range(1, len(text) + 1)
    narrow = _narrow(text)
    changing = _changing(narrow)
    if narrow == folded and not changing:
        return Folded(folded, starts, ends)
    if _even(changing):
        joined = _replaced(narrow, changing)
    else:
        pieces = [
            (start, end, character)
            for start, end, cluster in _clusters(text)
            for character in _fold_cluster(cluster)
        ]
        joined = "".join(character for _, _, character in pieces)
        starts = [start for start, _, _ in pieces]
        ends = [end for _, end, _ in pieces]
    if not _SPACE.search(joined):
        return Folded(joined, starts, ends)
    stays = _staying(joined)
    return Folded(
        "".join([joined[first:last] for first, last in stays]),
        [start for first, last in stays for start in starts[first:last]],
        [end for first, last in stays for end in ends[first:last]],
    )


def _even(changing: Set[str]) -> bool:
    """Whether each of the characters found becomes one."""
    folded = _table().folded
    return not _joining(changing) and all(len(folded.get(each, each)) == 1 for each in changing)


def _spaces(text: str) -> Iterator[Span]:
    """Stretches of spaces of any kind."""
    return (found.span() for found in _SPACE.finditer(text))


def _blanks(text: str) -> Iterator[Span]:
    """Stretches of blanks. To the next one a regular expression would take 50 times as long."""
    end = 0
    while (start := text.find(" ", end)) >= 0:
        end = start + 1
        while text.startswith(" ", end):
            end += 1
        yield start, end


def _gaps(text: str, spaces: Iterable[Span]) -> list[Span]:
    """Those of the stretches that have a Chinese character on both sides.

    A look-behind in the expression would be tried at every character: that took 0.3 ms of an
    article's 0.5 ms.
    """
    return [
        (start, end)
        for start, end in spaces
        if start
        and end < len(text)
        and _HAN_CHARACTER.match(text, start - 1)
        and _HAN_CHARACTER.match(text, end)
    ]


def _staying(text: str) -> list[Span]:
    """The stretches that stay when spaces are closed, at both ends, too."""
    edges = [len(text) - len(text.lstrip())]
    for gap in _gaps(text, _spaces(text)):
        edges += gap
    edges.append(len(text.rstrip()))
    return list(zip(edges[::2], edges[1::2], strict=True))


def _normal(text: str) -> str:
    """NFKC and case folding, repeated until nothing changes: one pass can undo the other."""
    while True:
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
        if folded == text:
            return folded
        text = folded


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


def _is_joining(character: str) -> bool:
    """Whether NFKC may compose it with the character before: marks, and Hangul vowels and ends."""
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.category(first)[0] == "M" or "\u1161" <= first <= "\u11c2"


_joins = lru_cache(maxsize=1 << 14)(_is_joining)


@lru_cache(maxsize=1 << 14)
def _fold_cluster(cluster: str) -> str:
    return _normal(cluster).translate(_simplified())


@cache
def _table() -> _Table:
    """Made at first use, in 0.06 s, so that importing costs nothing."""
    simplified = _simplified()
    asked = [chr(code) for block in _SEVERAL_FORMS for code in block]
    apart = _BETWEEN_TEXTS.join(asked)
    once = unicodedata.normalize("NFKC", apart).casefold().split(_BETWEEN_TEXTS)
    changed = [old for old, new in zip(asked, once, strict=True) if old != new]
    normal = _normal(_BETWEEN_TEXTS.join(changed)).split(_BETWEEN_TEXTS)
    dropped = _ZERO_WIDTH.findall(apart)
    folded = {chr(code): simple for code, simple in simplified.items()}
    folded |= {old: new.translate(simplified) for old, new in zip(changed, normal, strict=True)}
    folded |= dict.fromkeys(dropped, "")
    folded = {old: new for old, new in folded.items() if old <= _LAST and old != new}
    joins = {each for each in asked if _is_joining(each)}
    joining = joins.union(old for old, new in folded.items() if not joins.isdisjoint(new))
    joining.difference_update(dropped)
    spaces = set(_RARE_SPACE.findall(apart))
    finds = _finds({*folded, *joining, *spaces})
    codes: list[int | str] = [*range(ord(_LAST) + 1)]
    for character, simple in folded.items():
        codes[ord(character)] = simple
    return _Table(folded, codes, frozenset(joining), frozenset(spaces), finds)


def _finds(characters: Iterable[str]) -> re.Pattern[str]:
    """Finds any of these characters of the first plane, and every character beyond it.

    The class is that of all others, turned round: it names no character beyond the plane.
    """
    others, following = "", 0
    for code in (*sorted(map(ord, characters)), ord(_LAST) + 1):
        if code > following:
            others += f"{re.escape(chr(following))}-{re.escape(chr(code - 1))}"
        following = code + 1
    return re.compile(f"[^{others}]")


class _Simplified(dict[int, str]):
    """Traditional characters to simplified ones, one for one, so that offsets are known.

    For ``str.translate``. OpenCC converts whole phrases; given every character on a line of its
    own it yields a table: of the first plane at once, of the 75,000 beyond as they are met.
    """

    def __init__(self) -> None:
        import opencc

        self._convert: Any = opencc.OpenCC("t2s").convert
        old = [chr(code) for block in _HAN_BLOCKS for code in block]
        new: list[str] = self._convert("\n".join(old)).split("\n")
        self._steps = {a: b for a, b in zip(old, new, strict=True) if a != b and len(b) == 1}
        super().__init__((ord(character), self._end(character)) for character in self._steps)

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character > _LAST and not _HAN_CHARACTER.match(character):
            return character
        self[code] = simple = self._end(character)
        return simple

    def _end(self, character: str) -> str:
        """Where following the table from a character ends."""
        seen = {character}
        while (following := self._step(character)) not in seen:
            seen.add(following)
            character = following
        return character

    def _step(self, character: str) -> str:
        if character <= _LAST:
            return self._steps.get(character, character)
        simple: str = self._convert(character)
        return simple if len(simple) == 1 else character


@cache
def _simplified() -> _Simplified:
    return _Simplified()
