"""What a line's own characters make of it, whatever its markup."""

from __future__ import annotations

import re

_MARKED = re.compile(r"^[■●◆▲★▌]+\s*(?P<words>[^■●◆▲★▌]+?)\s*[■●◆▲★▌]*$")
_BRACKETED = re.compile(r"^【\s*(?P<words>[^【】：:]+?)\s*】$")
_PART = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}[、.．章节]|[一二三四五六七八九十]+是?、)\s*\S"
)
_PARENTHESISED = re.compile(r"^[（(][一二三四五六七八九十]{1,3}[）)]\s*\S")
_NUMBERED = re.compile(r"^\d{1,2}(?:[.．](?!\d)|、)\s*\S")
MARKED, PART, PARENTHESISED, NUMBERED = range(5, 9)
"""Ranks of signs, after the levels of ``h2`` to ``h4``; the smaller, the higher."""
COUNTED = frozenset((PART, PARENTHESISED, NUMBERED))
"""Signs that count: these also stand before the items of a list."""
_SIGNS = (
    (MARKED, _MARKED),
    (MARKED, _BRACKETED),
    (PART, _PART),
    (PARENTHESISED, _PARENTHESISED),
    (NUMBERED, _NUMBERED),
)
_SENTENCE_END = re.compile(r"[。！？!?；;：:，,…][”’」』）)]*$")


def heading_sign(text: str) -> int:
    """The rank of heading that a line's first characters make it, 0 for none."""
    return next((rank for rank, sign in _SIGNS if sign.match(text)), 0)


def heading_words(text: str) -> str:
    """A heading without the signs that only mark it as one."""
    marked = _MARKED.match(text) or _BRACKETED.match(text)
    return marked["words"] if marked else text


def ends_as_sentence(text: str) -> bool:
    """Whether a line ends as sentences do, and headings do not."""
    return bool(_SENTENCE_END.search(text))
