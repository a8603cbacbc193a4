"""How folded strings stand in folded text. These definitions are the promise of every index."""

from __future__ import annotations

import re
from collections.abc import Iterator

from search.analysis import HAN

_LETTER = re.compile(rf"[^\W_{HAN}]")
"""A letter or digit of a script that writes words apart."""


def is_letter(character: str) -> bool:
    """Whether words of its script are written apart: letters and digits, but no Chinese."""
    return _LETTER.match(character) is not None


def occurrences(string: str, text: str) -> Iterator[int]:
    """Where a string stands in a text, overlapping occurrences included."""
    at = text.find(string)
    while at >= 0:
        yield at
        at = text.find(string, at + 1)


def begins_word(string: str, text: str) -> bool:
    """Whether a string stands where a word may begin: not between two letters of one word."""
    if not _LETTER.match(string):
        return string in text
    return any(not at or not _LETTER.match(text[at - 1]) for at in occurrences(string, text))


def stand_near(parts: tuple[str, ...], distance: int, text: str) -> bool:
    """Whether a stretch of the text holds all parts and at most ``distance`` characters more."""
    if not all(part in text for part in parts):
        return False
    span = sum(map(len, parts)) + distance
    return any(
        all(part in text[at : at + span] for part in parts)
        for first in parts
        for at in occurrences(first, text)
    )
