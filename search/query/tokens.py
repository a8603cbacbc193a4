"""A query cut into its signs and words, with their positions as typed. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from archive.errors import QueryError
from archive.words import N_
from search.analysis import fold

TEXT_FIELDS = {
    "title": "title",
    "标题": "title",
    "heading": "heading",
    "小标题": "heading",
    "caption": "caption",
    "图注": "caption",
}
"""Names of the fields that are searched like text."""
VALUE_FIELDS = {
    "author": "author",
    "作者": "author",
    "site": "site",
    "站点": "site",
    "container": "container",
    "媒体": "container",
    "reprinted": "reprinted",
    "来源": "reprinted",
    "channel": "channel",
    "栏目": "channel",
    "tag": "tag",
    "专栏": "tag",
}
"""Names of the fields that hold short values; what is asked for may be a part of one."""
FIELDS = {**TEXT_FIELDS, **VALUE_FIELDS, "date": "date", "日期": "date"}
"""Every name that may stand before a colon, and the field it means."""


Kind = Literal["open", "close", "or", "and", "not", "word", "quoted", "near", "field", "together"]


@dataclass(frozen=True, slots=True)
class Token:
    """One sign or word of a query."""

    kind: Kind
    text: str
    """Without its signs: what stood between quotation marks, before a colon, after ``~``."""
    position: int


_TWINS = str.maketrans("（）：＂－＊～｜", '():"-*~|')
_SURROGATE = re.compile("[\ud800-\udfff]")
"""Halves of characters, as a broken command line gives them: no text can hold one."""
_FIELD = re.compile(r"([^\s:\"“”()|*~-]+):")
_END = re.compile(r"[\s\"“”()|]")
_DISTANCE = re.compile(r"~([0-9０-９]{0,9})")
_SIGNS: dict[str, Kind] = {"(": "open", ")": "close", "|": "or"}
_OPERATORS: dict[str, Kind] = {"OR": "or", "或": "or", "NOT": "not", "非": "not", "AND": "and"}
_CLOSING = {'"': '"', "“": "”", "”": "”"}
_TOGETHER = {"within:section", "同节"}
_TOGETHER_LENGTHS = frozenset(map(len, _TOGETHER))


def tokens(text: str) -> list[Token]:
    """Positions are those of ``text``: signs are replaced one for one."""
    text = _SURROGATE.sub("\ufffd", text)
    plain = text.translate(_TWINS)
    found: list[Token] = []
    at = 0
    while at < len(plain):
        sign = plain[at]
        if sign.isspace():
            at += 1
        elif sign in "()|":
            found.append(Token(_SIGNS[sign], sign, at))
            at += 1
        elif sign in _CLOSING:
            at = _quoted(text, plain, at, found)
        elif sign == "-":
            after = plain[at + 1 : at + 2]
            if after and not after.isspace() and after not in "-)|":
                found.append(Token("not", "-", at))
            at += 1
        else:
            at = _word(plain, at, found)
    return found


def _quoted(text: str, plain: str, at: int, found: list[Token]) -> int:
    """Any sign closes where the twin is missing: an input method may give either at either end."""
    end = plain.find(_CLOSING[plain[at]], at + 1)
    if end < 0:
        ends = [place for sign in _CLOSING if (place := plain.find(sign, at + 1)) > 0]
        if not ends:
            raise QueryError(
                position=at,
                reason=N_("this quotation mark is never closed; close it, or leave it out"),
            )
        end = min(ends)
    found.append(Token("quoted", text[at + 1 : end], at))
    distance = _DISTANCE.match(plain, end + 1)
    if not distance:
        return end + 1
    if distance.group(1):
        found.append(Token("near", distance.group(1), end + 1))
    return distance.end()


def _word(plain: str, at: int, found: list[Token]) -> int:
    """A field's name with its colon, an operator standing alone, or a chunk of words."""
    name = _FIELD.match(plain, at)
    if name and fold(name.group(1)) in FIELDS:
        found.append(Token("field", fold(name.group(1)), at))
        return name.end()
    after = _END.search(plain, at)
    end = after.start() if after else len(plain)
    word = plain[at:end]
    kind: Kind = "word"
    if _stands_alone(plain, at, end):
        kind = _OPERATORS.get(word.translate(_LATIN_TWINS), "word")
        if len(word) in _TOGETHER_LENGTHS and fold(word) in _TOGETHER:
            kind = "together"
    found.append(Token(kind, word, at))
    return end


_LATIN_TWINS = {ord(wide): ord(wide) - 0xFEE0 for wide in "ＡＤＮＯＲＴ"}


def _stands_alone(plain: str, start: int, end: int) -> bool:
    before, after = plain[start - 1 : start], plain[end : end + 1]
    return (not before or before.isspace() or before in "()") and (
        not after or after.isspace() or after in "()"
    )
