"""The one form in which texts are compared, and the way back to what was printed. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Chinese characters, as the inside of a regular expression's character class."""

_HAN_BLOCKS = (range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x323B0))
_PLANE = range(0x10000)
"""Characters that the tables know. Python searches for a class of them by one look at a bit map,
40 times faster than for a class that reaches beyond; the others take the slow way."""

_ZERO_WIDTH = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff]+"
)
_BETWEEN_TEXTS = "\0"
"""Stands between texts that are handled together."""
_SPACE = re.compile(r"\s+")
_BLANK = re.compile(" +")
"""Found four times faster, where there is no space of another kind."""
_HAN_CHARACTER = re.compile(f"[{HAN}]")
_FULL_WIDTH = tuple(zip("，：；！？（）％", ",:;!?()%", strict=True))
"""Signs that stand in nearly every Chinese paragraph: with them replaced, and a character table
for the rest, nine of ten paragraphs need nothing more."""


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

    folded: Sequence[str | None]
    """By character of the first plane, as ``str.translate`` takes it; ``None``: dropped."""
    changing: re.Pattern[str]
    """Finds a character that does not stay as it is, or that is a space of a rare kind."""
    joining: re.Pattern[str]
    """Finds a character that may not be folded apart from its neighbours."""
    uneven: re.Pattern[str]
    """Finds a character that joins, or becomes none or several characters."""


def fold(text: str) -> str:
    """The one form in which texts are compared; folding twice changes nothing.

    NFKC, case, traditional to simplified, zero-width characters dropped, spaces between Chinese
    characters and at both ends dropped. Punctuation stays.
    """
    return text.lower().strip() if text.isascii() else _fold_narrow(_narrow(text))


def fold_all(texts: Sequence[str]) -> list[str]:
    """``fold`` of each, a third faster where they are the paragraphs of one article."""
    narrow = _narrow(_BETWEEN_TEXTS.join(texts)).split(_BETWEEN_TEXTS)
    if len(narrow) != len(texts):  # one of them holds that sign, or there are none
        return [fold(text) for text in texts]
    changing = _table().changing.search
    return [
        _fold_narrow(text) if " " in text or changing(text) else text  # one of four, of news
        for text in narrow
    ]


def _narrow(text: str) -> str:
    for wide, narrow in _FULL_WIDTH:
        text = text.replace(wide, narrow)
    return text


def _fold_narrow(text: str) -> str:
    table = _table()
    if not table.changing.search(text):
        return _close(text.strip(), _BLANK) if " " in text else text
    if table.joining.search(text):
        text = _normal(_ZERO_WIDTH.sub("", text)).translate(_simplified())
    else:
        text = text.translate(table.folded)
    return _close(text.strip(), _SPACE)


def _close(text: str, space: re.Pattern[str]) -> str:
    """Without the spaces between Chinese characters."""
    gaps = _gaps(text, space)
    if not gaps:
        return text
    ends = [0, *(end for _, end in gaps)]
    starts = [*(start for start, _ in gaps), len(text)]
    return "".join(text[end:start] for end, start in zip(ends, starts, strict=True))


def fold_with_offsets(text: str) -> Folded:
    """``fold(text)`` with the way back to the original characters."""
    table = _table()
    if not table.uneven.search(text):
        joined = text.translate(table.folded)
        starts: Sequence[int] = range(len(text))
        ends: Sequence[int] = range(1, len(text) + 1)
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
    kept = _kept(joined)
    return Folded(
        "".join(joined[i] for i in kept), [starts[i] for i in kept], [ends[i] for i in kept]
    )


def _gaps(text: str, space: re.Pattern[str]) -> list[tuple[int, int]]:
    """Stretches of spaces with a Chinese character on both sides.

    A look-behind in the expression would be tried at every character: that took 0.3 ms of an
    article's 0.5 ms.
    """
    return [
        (start, end)
        for start, end in (found.span() for found in space.finditer(text))
        if start
        and end < len(text)
        and _HAN_CHARACTER.match(text, start - 1)
        and _HAN_CHARACTER.match(text, end)
    ]


def _kept(text: str) -> list[int]:
    """Indexes of the characters that stay when spaces are closed."""
    closed = {i for start, end in _gaps(text, _SPACE) for i in range(start, end)}
    first = len(text) - len(text.lstrip())
    last = len(text.rstrip())
    return [i for i in range(first, last) if i not in closed]


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


@lru_cache(maxsize=1 << 14)
def _joins(character: str) -> bool:
    """Whether NFKC may compose it with the character before: marks, and Hangul vowels and ends."""
    if "\u3400" <= character <= "\ud7a3" and character.isalpha():
        return False  # ideographs and syllables; to ask for each would double the tables' time
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.category(first)[0] == "M" or "\u1161" <= first <= "\u11c2"


@lru_cache(maxsize=1 << 14)
def _fold_cluster(cluster: str) -> str:
    return _normal(cluster).translate(_simplified())


@cache
def _table() -> _Table:
    """Made at first use, in 0.1 s, so that importing costs nothing."""
    simplified = _simplified()
    folded = [_fold_single(chr(code), simplified) for code in _PLANE]
    changing, joining, uneven = [], [], []
    for code, single in enumerate(folded):
        character = chr(code)
        if single == character and character.isalpha() and not _joins(character):
            continue
        joins = single is not None and any(map(_joins, character + single))
        if single != character or (character.isspace() and character != " ") or joins:
            changing.append(code)
        if joins:
            joining.append(code)
        if joins or single is None or len(single) != 1:
            uneven.append(code)
    return _Table(folded, _finds(changing), _finds(joining), _finds(uneven))


def _fold_single(character: str, simplified: dict[int, str]) -> str | None:
    """What a character folds to where nothing stands beside it; ``None``: dropped."""
    if _ZERO_WIDTH.match(character):
        return None
    if character.casefold() == character and unicodedata.is_normalized("NFKC", character):
        return simplified.get(ord(character), character)
    return _normal(character).translate(simplified)


def _finds(codes: Iterable[int]) -> re.Pattern[str]:
    """Finds any of these rising characters of the first plane, and every character beyond it.

    The class is that of all others, turned round: it names no character beyond the plane.
    """
    others, following = "", _PLANE.start
    for code in (*codes, _PLANE.stop):
        if code > following:
            others += f"\\u{following:04x}-\\u{code - 1:04x}"
        following = code + 1
    return re.compile(f"[^{others}]")


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
