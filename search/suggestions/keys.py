"""What is kept of a segment for suggestions: where titles and frequent words stand by pinyin.

Made when a segment is written, so it must be cheap: the frequent words only, and of every pinyin
the first ``LETTERS`` letters packed into one number. Texts are not kept again: an item is the
number of a term or of a title.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from search.analysis import HAN, fold
from search.suggestions.pinyin import first_readings, has_several, readings

LETTERS = 12
"""Letters of pinyin in a key: five bits each, the first the highest."""
CHARACTERS = 4
"""Characters of a title in its key."""
TITLE = 1 << 31
"""Set in an item that is a group of titles; others are numbers of terms."""
MOST_WORDS = 50_000
"""Words of a segment that are kept at most: one for each document, and 5,000."""
FEW_DOCUMENTS = 50
"""In larger segments a word must be in two documents."""
LONGEST_WORD = 5
"""Longer words are not compared character by character; a word has two at least."""
TITLE_CHARACTERS = 16

_TAG = re.compile("^\\s*【[^】]*】")
_SIGNS = re.compile("(?:[^\\w\0]|_)+")
_CHINESE = re.compile(f"[{HAN}]")
_POWERS = np.uint64(1) << np.arange(5 * (LETTERS - 1), -1, -5, dtype=np.uint64)

Items = npt.NDArray[np.uint32]
Keys = npt.NDArray[np.uint64]


def completion_arrays(
    titles: Sequence[str], words: Sequence[str], frequencies: npt.ArrayLike
) -> dict[str, npt.NDArray[Any]]:
    """Arrays by name, for the file of a segment.

    ``titles`` as printed, by document; ``words`` are the terms of the segment, ``frequencies``
    (aligned) the documents that have them. One dimension each:

    - ``complete.titles``, uint32: documents by ``title_key``, then by number, those without a
      key left out; ``complete.title_starts``: where each distinct key begins there, and the end;
      ``complete.title_keys``, uint64: the ``first_characters`` of these keys, rising.
    - ``complete.words``, uint32: frequent words, rising; ``complete.characters``, uint16: the
      first character of all of these, then the second of all, up to ``LONGEST_WORD``; 0 where a
      word is shorter, and everywhere for longer words.
    - ``complete.pinyin.keys``, uint64 rising, and ``.items``, uint32; ``complete.initials.…``.
    """
    keys = title_keys(titles)
    order = sorted((number for number, key in enumerate(keys) if key), key=keys.__getitem__)
    rising = [keys[number] for number in order]
    firsts = [at for at, key in enumerate(rising) if not at or rising[at - 1] != key]
    distinct = [rising[at] for at in firsts]
    count = min(len(titles) + 5000, MOST_WORDS)
    least = 2 if len(titles) > FEW_DOCUMENTS else 1
    frequent = _frequent(words, np.asarray(frequencies), count, least)
    texts = [words[number] for number in frequent]
    items = np.array([*frequent, *range(TITLE, TITLE + len(distinct))], np.uint32)
    return {
        "complete.titles": np.array(order, np.uint32),
        "complete.title_starts": np.array([*firsts, len(order)], np.uint32),
        "complete.title_keys": first_characters(distinct),
        "complete.words": np.array(frequent, np.uint32),
        "complete.characters": _characters(texts),
        **_by_pinyin([text[:LETTERS] for text in (*texts, *distinct)], items),
    }


def _by_pinyin(texts: Sequence[str], items: Items) -> dict[str, npt.NDArray[Any]]:
    """Sorted keys of every pinyin of the texts, and the items they lead to."""
    firsts = first_readings(texts)
    several = [number for number, text in enumerate(texts) if has_several(text)]
    others = [(number, reading) for number in several for reading in readings(texts[number])[1:]]
    sources = np.array([*range(len(texts)), *(number for number, _ in others)], np.int64)
    arrays: dict[str, npt.NDArray[Any]] = {}
    for name, index in (("pinyin", 0), ("initials", 1)):
        keys = packed([reading[index] for reading in (*firsts, *(each for _, each in others))])
        order = np.lexsort((sources, keys))
        order = order[keys[order] > 0]
        arrays[f"complete.{name}.keys"] = keys[order]
        arrays[f"complete.{name}.items"] = items[sources[order]]
    return arrays


def title_keys(titles: Sequence[str]) -> list[str]:
    """By what titles are found: their first characters, folded, without column tag and signs.

    All in one go, 2 µs each instead of 5. Nothing of folding reaches across the zeros between.
    """
    if not titles:
        return []
    begins = (_TAG.sub("", title)[:TITLE_CHARACTERS].replace("\0", " ") for title in titles)
    return _SIGNS.sub("", fold("\0".join(begins))).split("\0")


def plain(text: str) -> str:
    """Folded, without spaces and signs."""
    return _SIGNS.sub("", fold(text.replace("\0", " ")))


def first_characters(texts: Sequence[str]) -> Keys:
    """The first four characters of each, 16 bits each, so that numbers sort like texts.

    All that begin alike up to a character beyond the basic plane have one key, the highest.
    """
    codes = np.array(texts, f"U{CHARACTERS}").view(np.uint32).reshape(-1, CHARACTERS)
    shifts = np.arange(48, -1, -16, dtype=np.uint64)
    beyond = np.logical_or.accumulate(codes >= 0xFFFF, axis=1)
    places = np.where(beyond, 0xFFFF, codes).astype(np.uint64)
    return np.asarray((places << shifts).sum(axis=1, dtype=np.uint64))


def packed(letters: Sequence[str]) -> Keys:
    """The first ``LETTERS`` of each of these texts of a to z, so that numbers sort like texts."""
    codes = np.array(letters, f"S{LETTERS}").view(np.uint8).reshape(-1, LETTERS) & 31
    return np.asarray((codes * _POWERS).sum(axis=1, dtype=np.uint64))


def key_range(letters: str) -> tuple[np.uint64, np.uint64]:
    """Lowest and highest key of texts that begin with these letters."""
    return _beginning(packed([letters])[0], 5 * (LETTERS - len(letters)))


def character_range(text: str) -> tuple[np.uint64, np.uint64]:
    """Lowest and highest of the ``first_characters`` of texts that begin so."""
    return _beginning(first_characters([text])[0], 16 * (CHARACTERS - len(text)))


def _beginning(low: np.uint64, free: int) -> tuple[np.uint64, np.uint64]:
    return low, low | np.uint64((1 << max(free, 0)) - 1)


def _frequent(
    words: Sequence[str], frequencies: npt.NDArray[Any], count: int, least: int
) -> list[int]:
    """Numbers, rising, of the most frequent words of two or more characters, some Chinese."""
    # Single characters, numbers and Latin words are a fifth of the most frequent.
    wide = min(2 * count, len(words))
    if not wide:
        return []
    likely = np.argpartition(frequencies, len(words) - wide)[len(words) - wide :]
    likely = likely[frequencies[likely] >= least]
    likely = likely[np.argsort(frequencies[likely], kind="stable")[::-1]]
    found: list[int] = []
    for number in likely.tolist():
        word = words[number]
        if len(word) > 1 and _CHINESE.search(word):
            found.append(number)
            if len(found) == count:
                break
    return sorted(found)


def _characters(texts: Sequence[str]) -> npt.NDArray[np.uint16]:
    """The characters of short words, all first ones before all second ones."""
    short = [text if len(text) <= LONGEST_WORD else "" for text in texts]
    codes = np.array(short, f"U{LONGEST_WORD}").view(np.uint32).reshape(-1, LONGEST_WORD)
    codes = np.where(codes.max(axis=1, keepdims=True, initial=0) > 0xFFFF, 0, codes)
    return np.asarray(codes.T.reshape(-1), np.uint16)
