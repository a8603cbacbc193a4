"""What a reader may have meant who found nothing: a word that sounds or looks like one typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from heapq import nlargest
from math import sqrt
from typing import NamedTuple

from archive.errors import QueryError
from search.analysis import HAN, fold_with_offsets
from search.arrays.snapshot import Snapshot
from search.index import SearchQuery
from search.query.tokens import VALUE_FIELDS, Token, tokens
from search.suggestions.keys import LONGEST_WORD
from search.suggestions.pinyin import is_spelled, letters_of, readings
from search.suggestions.vocabulary import one_apart, same_pinyin

ASKED = 7
"""Texts that are counted at most."""
OFFERED = 3
UNLIKELY = 0.2
"""Share of the likeliest change's score below which another is not worth offering."""
SPANS = 24
"""Stretches of a query that are compared with the index's words: some 0.5 ms each."""

_PIECE = re.compile(f"(?P<chinese>[{HAN}]{{2,}})|(?P<letters>[a-zü'’]{{2,}})")
_SOUND, _SHAPE, _SWAPPED, _OTHER, _TOO_MANY = 1.0, 0.5, 0.3, 0.05, 0.02
"""How likely a slip is: same pinyin, alike to the eye, changed places, any other, one too many."""
_ALIKE = (
    "未末 己已巳 人入八 土士 日曰 干千于 大太犬 天夫 午牛 今令 鸟乌 戊戌戍 兔免 治冶 侯候 析折 "
    "没设 拔拨 徒徙 券卷 幕募墓 贷货 晴睛 代伐 延廷 历厉 刀力 王玉 白自 目且 休体 住往 名各 问间 "
    "处外 师帅 输轮 便使 竟竞 亨享 祟崇 辨辩 蓝篮 遗遣 暑署 洒酒 抡抢 沧沦 余佘 壮状 鉴签 管菅"
).split()
"""Characters that are taken for each other on paper and in print."""
_LOOKS = {character: group for group in _ALIKE for character in group}


class _Change(NamedTuple):
    """A stretch of the query, and what may stand there instead."""

    score: float
    start: int
    end: int
    text: str


def alternatives(
    query: SearchQuery, hits: int, snapshot: Snapshot, count: Callable[[SearchQuery], int]
) -> tuple[str, ...]:
    """Other texts of the query, the likeliest first, each with more than its hits; mostly none.

    ``count`` tells how many articles have all that a query asks for; it is called up to ``ASKED``
    times. One stretch of what was typed is replaced by a word of the index, or one in every chunk;
    signs, fields and quotation marks stay. A query that does not parse has none.
    """
    try:
        parts = [list(_changes(snapshot, *part)) for part in _parts(query.text)]
    except QueryError:
        return ()
    found: list[str] = []
    for text in _texts(query.text, parts)[:ASKED]:
        if len(found) < OFFERED and count(replace(query, text=text, cursor=None, offset=0)) > hits:
            found.append(text)
    return tuple(found)


def _parts(text: str) -> list[tuple[int, str]]:
    """Where each chunk and quotation begins whose words are looked for, and what it says."""
    before: Token | None = None
    parts = []
    for token in tokens(text):
        is_wanted = before is None or (
            before.kind != "not" and not (before.kind == "field" and _is_other(before.text))
        )
        if is_wanted and token.kind in ("word", "quoted"):
            parts.append((token.position + (token.kind == "quoted"), token.text))
        before = token
    return parts


def _is_other(field: str) -> bool:
    return field in VALUE_FIELDS or field in ("date", "日期")


def _texts(text: str, parts: list[list[_Change]]) -> list[str]:
    """The query with one change, the likeliest first; where several chunks have any, first with
    the best of each.
    """
    changed = [max(part) for part in parts if part]
    best = nlargest(2 * ASKED, (change for part in parts for change in part))
    best = [change for change in best if change.score > UNLIKELY * best[0].score]
    texts = [_changed(text, changed)] if len(changed) > 1 else []
    texts += [_changed(text, [change]) for change in best]
    return [each for each in dict.fromkeys(texts) if each != text]


def _changed(text: str, changes: list[_Change]) -> str:
    for change in sorted(changes, key=lambda change: -change.start):
        text = text[: change.start] + change.text + text[change.end :]
    return text


def _changes(snapshot: Snapshot, position: int, typed: str) -> Iterator[_Change]:
    """What may stand instead of a stretch of a chunk that begins at this position."""
    folded = fold_with_offsets(typed)
    stretches = [
        stretch
        for piece in _PIECE.finditer(folded.text)
        for stretch in (_spans(piece) if piece.lastgroup == "chinese" else [piece.span()])
    ]
    for start, end in sorted(stretches, key=lambda span: span[0] - span[1])[:SPANS]:
        text = folded.text[start:end]
        likely = _by_letters(snapshot, text) if text[0] < "\u3000" else _slips(snapshot, text)
        first, last = folded.original(start, end)
        for word, score in likely.items():
            yield _Change(score * (end - start), position + first, position + last, word)


def _spans(piece: re.Match[str]) -> list[tuple[int, int]]:
    """Stretches of two or more characters, as long as words are."""
    first, end = piece.span()
    return [
        (start, start + size)
        for size in range(2, LONGEST_WORD + 1)
        for start in range(first, end - size + 1)
    ]


def _slips(snapshot: Snapshot, text: str) -> dict[str, float]:
    """Words that a stretch of Chinese may be a slip of, and how likely each is."""
    scores: dict[str, float] = {}
    known = snapshot.frequency(text)
    sounds = {reading.letters for reading in readings(text)}
    found = [
        *(
            (word, n, _SOUND)
            for letters in sounds
            for word, n in same_pinyin(snapshot, letters).items()
        ),
        *((word, n, _likeness(text, word)) for word, n in one_apart(snapshot, text).items()),
        *((word, snapshot.frequency(word), weight) for word, weight in _rearranged(text)),
    ]
    for word, documents, weight in found:
        # A word that is itself known is doubted only where the other is much more frequent.
        if word != text and documents > 5 * known:
            scores[word] = max(scores.get(word, 0.0), weight * sqrt(documents))
    return scores


def _likeness(text: str, word: str) -> float:
    if len(text) != len(word):
        return _OTHER
    typed, meant = next(pair for pair in zip(text, word, strict=True) if pair[0] != pair[1])
    return _SHAPE if meant in _LOOKS.get(typed, ()) else _OTHER


def _rearranged(text: str) -> Iterator[tuple[str, float]]:
    """Text with two neighbours changed or one character left out, two at least left."""
    for at in range(len(text) - 1):
        yield text[:at] + text[at + 1] + text[at] + text[at + 2 :], _SWAPPED
    if len(text) > 2:
        for at in range(len(text)):
            yield text[:at] + text[at + 1 :], _TOO_MANY


def _by_letters(snapshot: Snapshot, text: str) -> dict[str, float]:
    """Words, or two of them, that letters are the pinyin of."""
    letters = letters_of(text)
    if not letters or len(letters) > 40 or not is_spelled(letters):
        return {}
    if whole := same_pinyin(snapshot, letters):
        return {word: _SOUND * sqrt(documents) for word, documents in whole.items()}
    found: dict[str, float] = {}
    for cut in range(2, len(letters) - 1):
        if not (is_spelled(letters[:cut]) and is_spelled(letters[cut:])):
            continue
        first, second = (same_pinyin(snapshot, part) for part in (letters[:cut], letters[cut:]))
        if first and second:
            pair = [max(words.items(), key=lambda entry: entry[1]) for words in (first, second)]
            found["".join(word for word, _ in pair)] = sqrt(min(n for _, n in pair))
    return found
