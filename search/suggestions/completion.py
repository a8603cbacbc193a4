"""What is being typed, completed: words and titles by characters, pinyin or initials."""

from __future__ import annotations

import re
from typing import NamedTuple

from archive.errors import QueryError
from search.analysis import HAN, fold, fold_with_offsets, words
from search.arrays.snapshot import Snapshot
from search.query.tokens import VALUE_FIELDS, Token, tokens
from search.suggestions.keys import plain
from search.suggestions.pinyin import is_spelled, letters_of, readings
from search.suggestions.vocabulary import Found, by_characters, by_pinyin

LONGEST = 40
"""Characters of a chunk that is completed: titles are seldom longer."""
_TITLES = 3
"""One in so many suggestions is a title, where there are titles."""
_STRAIGHT = '"'
_CLOSING = {_STRAIGHT: _STRAIGHT, "＂": _STRAIGHT, "“": "”", "”": "”"}
_LATER_LETTERS = re.compile(f"^([{HAN}]+)([a-zü'’]+)$")
_PINYIN, _INITIALS = 0.5, 0.05
"""What a word counts that begins so by pinyin or by initials; by characters 1."""


class _Typed(NamedTuple):
    """The end of a query that is still being typed."""

    before: str
    """What stands before it and is kept."""
    text: str
    quote: str | None
    """The sign that opened the quotation it stands in; the last of ``before``."""


def complete(snapshot: Snapshot, text: str, limit: int = 10) -> tuple[str, ...]:
    """Whole queries, the likeliest first, that what is being typed may become.

    Its last chunk is completed, what stands before it kept; a quotation is closed. Nothing is
    offered after a space or sign, for values of fields and days, and that no document has.
    """
    if limit < 1:
        return ()
    for number, typed in enumerate(_endings(text)):
        if number and len(typed.text) > 1 and snapshot.frequency(fold(typed.text)):
            return ()  # the last word is whole: 会议 behind others does not become 会议室
        found = _completions(snapshot, typed, limit)
        if found:
            return found
    return ()


def _endings(text: str) -> list[_Typed]:
    """Ways to understand what is being typed, the first with an answer counts.

    Syllables with spaces between, the whole chunk, and what is left of it behind each of its words.
    """
    try:
        found = tokens(text)
    except QueryError as error:
        return _split(
            _Typed(text[: error.position + 1], text[error.position + 1 :], text[error.position])
        )
    if not found or (last := found[-1]).kind != "word" or last.text.endswith("*"):
        return []
    if last.position + len(last.text) != len(text) or _is_value(found):
        return []
    chunk = _Typed(text[: last.position], text[last.position :], None)
    spelled = _spelled(found)
    if not spelled:
        return _split(chunk)
    letters = "".join(text[spelled.position :].split())
    return [_Typed(text[: spelled.position], letters, None), *_split(chunk)]


def _is_value(found: list[Token]) -> bool:
    field = found[-2].text if len(found) > 1 and found[-2].kind == "field" else ""
    return field in VALUE_FIELDS or field in ("date", "日期")


def _spelled(found: list[Token]) -> Token | None:
    """The first of two or more syllables at the end: ``zhi gong``."""
    first = None
    for token in reversed(found):
        letters = letters_of(fold(token.text))
        if token.kind != "word" or not letters or not is_spelled(letters):
            break
        first = token
    return first if first is not found[-1] else None


def _split(typed: _Typed) -> list[_Typed]:
    if not typed.text.strip() or len(typed.text) > LONGEST:
        return []
    folded = fold_with_offsets(typed.text)
    cuts = sorted({folded.starts[word.start] for word in words(typed.text)} | {0})
    return [_Typed(typed.before + typed.text[:cut], typed.text[cut:], typed.quote) for cut in cuts]


def _completions(snapshot: Snapshot, typed: _Typed, limit: int) -> tuple[str, ...]:
    folded = fold(typed.text)
    scores: dict[str, float] = {}
    titles: list[tuple[float, int, str]] = []
    for factor, found in _found(snapshot, folded, limit):
        _add_words(scores, found, factor, folded)
        titles += [(factor, title.day, title.text) for title in found.titles]
    ranked = sorted(scores, key=lambda word: (-scores[word], len(word), word))
    live = [word for word in ranked[: 3 * limit] if _is_live(snapshot, word)]
    newest = _distinct([text for _, _, text in sorted(titles, reverse=True)], folded, limit)
    room = max(limit - len(newest), limit - limit // _TITLES) if len(folded) > 1 else limit
    offered = [*live[:room], *newest]
    return tuple(dict.fromkeys(_written(typed, text) for text in offered))[:limit]


def _distinct(titles: list[str], folded: str, limit: int) -> list[str]:
    """The first titles that differ in more than signs from each other and from what was typed."""
    shown = {plain(folded): ""}
    for title in titles:
        shown.setdefault(plain(title), title)
        if len(shown) > limit:
            break
    return list(shown.values())[1:]


def _found(snapshot: Snapshot, folded: str, limit: int) -> list[tuple[float, Found]]:
    """Everything that begins so, and what each kind of beginning counts."""
    some = 2 * limit
    found = [(1.0, by_characters(snapshot, folded, some))] if folded else []
    letters, begins = letters_of(folded), ""
    if mixed := _LATER_LETTERS.match(folded):
        begins = mixed.group(1)
        rest = letters_of(mixed.group(2)) or ""
        for reading in readings(begins + rest):
            found += _by_letters(snapshot, reading.letters, some, begins)
            found += _by_letters(snapshot, reading.initials, some, begins, initials=True)
    elif letters:
        if len(letters) > 1:
            found += _by_letters(snapshot, letters, some)
        found += _by_letters(snapshot, letters, some, initials=True)
    return found


def _by_letters(
    snapshot: Snapshot, letters: str, limit: int, begins: str = "", *, initials: bool = False
) -> list[tuple[float, Found]]:
    factor = _INITIALS if initials else _PINYIN
    return [(factor, by_pinyin(snapshot, letters, limit, begins, initials=initials))]


def _add_words(scores: dict[str, float], found: Found, factor: float, folded: str) -> None:
    """Counts of the segments add up; of several ways in which a word begins so the best counts."""
    mine: dict[str, float] = {}
    for word in found.words:
        if len(word.text) > 1 and word.text != folded:
            weight = factor * (4 if word.is_whole else 1)
            mine[word.text] = mine.get(word.text, 0.0) + weight * word.documents
    for text, score in mine.items():
        scores[text] = max(scores.get(text, 0.0), score)


def _is_live(snapshot: Snapshot, word: str) -> bool:
    """Whether a document that is not deleted has it; mostly known without looking."""
    if snapshot.live is None or snapshot.frequency(word) > snapshot.count - snapshot.live_count:
        return True
    return bool(snapshot.live[snapshot.postings(word).documents].any())


def _written(typed: _Typed, text: str) -> str:
    """The query with the chunk completed, quoted where it would be read as more than words."""
    if typed.quote:
        closing = _CLOSING[typed.quote]
        return typed.before + _between_quotes(text, closing) + closing
    try:
        is_chunk = [token.kind for token in tokens(text)] == ["word"] and not text.endswith("*")
    except QueryError:
        is_chunk = False
    return typed.before + (text if is_chunk else f'"{_between_quotes(text, _STRAIGHT)}"')


def _between_quotes(title: str, closing: str) -> str:
    """The longest piece of a title that does not close the quotation."""
    pieces = re.split('["＂]' if closing == _STRAIGHT else "[“”]", title)
    return max(pieces, key=len).strip()
