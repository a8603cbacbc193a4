"""Words and titles of an index by how they begin: their characters, pinyin or initials."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from search.arrays.segment import WORDS, Segment
from search.arrays.snapshot import Snapshot
from search.suggestions.keys import (
    LETTERS,
    LONGEST_WORD,
    TITLE,
    Items,
    character_range,
    key_range,
    plain,
    title_keys,
)
from search.suggestions.pinyin import readings

CHECKED = 64
"""Candidates of a segment that are looked at one by one where keys alone do not decide."""

_COMPARED = 8
"""Characters of a title's key that are compared first; signs in it make some keys short."""


class Word(NamedTuple):
    """A word of a segment."""

    text: str
    documents: int
    """How many have it, deleted ones included."""
    is_whole: bool
    """Whether what was asked for is all of it."""


class Title(NamedTuple):
    """A title of a segment: the newest of those that begin alike and are not deleted."""

    text: str
    """As printed."""
    day: int


class Found(NamedTuple):
    """What begins as asked, in no order."""

    words: list[Word]
    titles: list[Title]


def by_characters(snapshot: Snapshot, text: str, limit: int) -> Found:
    """The ``limit`` most frequent words and newest titles of each segment that begin so.

    ``text`` is folded and not empty. Spaces and signs of titles do not count.
    """
    key = plain(text)
    is_long = len(key) > _COMPARED
    words: list[Word] = []
    titles: list[Title] = []
    for number, segment in enumerate(snapshot.segments):
        table = segment.fields[WORDS]
        terms = table.terms.prefix(text)
        counts = table.counts[terms.start : terms.stop]
        for place in _highest(counts, limit):
            word = table.terms[terms.start + place]
            words.append(Word(word, int(counts[place]), word == text))
        if key:
            groups = np.arange(*_groups(segment, key[:_COMPARED]), dtype=np.int64)
            begun = _titles(snapshot, number, groups, CHECKED if is_long else limit)
            titles += [title for title in begun if not is_long or key in plain(title.text)]
    return Found(words, titles)


def by_pinyin(
    snapshot: Snapshot, letters: str, limit: int, begins: str = "", *, initials: bool = False
) -> Found:
    """The same by the letters of their pinyin, or with ``initials`` by the first of each.

    ``begins``: folded characters that they must begin with besides.
    """
    name = "initials" if initials else "pinyin"
    low, high = key_range(letters)
    is_checked = len(letters) > LETTERS or bool(begins)
    words: list[Word] = []
    titles: list[Title] = []
    for number, segment in enumerate(snapshot.segments):
        keys, items = (segment.array(f"complete.{name}.{part}") for part in ("keys", "items"))
        if keys is None or items is None:
            continue
        first, last = keys.searchsorted(low), keys.searchsorted(high, "right")
        whole = keys[first:last] == low
        here: Items = items[first:last]
        is_title = here >= TITLE
        some = CHECKED if is_checked else limit

        def fits(text: str) -> bool:
            return text.startswith(begins) and any(
                reading[initials].startswith(letters) for reading in readings(text)
            )

        begun = _words(segment, here[~is_title], whole[~is_title], some)
        words += [word for word in begun if not is_checked or fits(word.text)]
        titles += [
            title
            for title in _titles(snapshot, number, _numbers(here[is_title]), some)
            if not is_checked or fits(title_keys([title.text])[0])
        ]
    return Found(words, titles)


def same_pinyin(snapshot: Snapshot, letters: str) -> dict[str, int]:
    """Frequent words that have exactly this pinyin, and in how many documents they are."""
    found: Counter[str] = Counter()
    low = key_range(letters)[0]
    for segment in snapshot.segments:
        keys, items = (segment.array(f"complete.pinyin.{part}") for part in ("keys", "items"))
        if keys is None or items is None:
            continue
        here = items[keys.searchsorted(low) : keys.searchsorted(low, "right")]
        table = segment.fields[WORDS]
        for item in dict.fromkeys(here[here < TITLE][:CHECKED].tolist()):
            word = table.terms[item]
            if len(letters) < LETTERS or any(each.letters == letters for each in readings(word)):
                found[word] += int(table.counts[item])
    return found


def one_apart(snapshot: Snapshot, text: str) -> dict[str, int]:
    """Frequent words with one character replaced or more than text, and in how many documents.

    ``text`` has two characters or more, at most ``LONGEST_WORD``. Some 0.2 ms.
    """
    first, second = map(ord, text[:2])
    found: Counter[str] = Counter()
    for segment in snapshot.segments:
        words, characters = segment.array("complete.words"), segment.array("complete.characters")
        if words is None or characters is None:
            continue
        table = segment.fields[WORDS]
        columns = characters.reshape(LONGEST_WORD, -1)
        # Whatever is one apart keeps one of these; all the rest is asked of these few only.
        likely = np.flatnonzero(
            (columns[0] == first) | (columns[1] == second) | (columns[1] == first)
        )
        near = _are_near(columns.take(likely, axis=1), text)
        for place in likely[near].tolist():
            item = int(words[place])
            found[table.terms[item]] += int(table.counts[item])
    return found


def _are_near(columns: npt.NDArray[np.uint16], text: str) -> npt.NDArray[np.bool_]:
    """Of words given as columns of characters: whether they are ``one_apart``."""
    size = len(text)
    codes = np.array([*map(ord, text)], np.uint32)[:, None]
    lengths = np.count_nonzero(columns, axis=0)
    same = columns[:size] == codes
    near = np.asarray((lengths == size) & (same.sum(axis=0) == size - 1), np.bool_)
    if size == LONGEST_WORD:
        return near
    # One more: as many agree from the front and, moved on by one, from the back as text has.
    front = np.logical_and.accumulate(same).sum(axis=0)
    back = np.logical_and.accumulate((columns[1 : size + 1] == codes)[::-1]).sum(axis=0)
    return np.asarray(near | ((lengths == size + 1) & (front + back >= size)), np.bool_)


def _words(segment: Segment, items: Items, whole: npt.NDArray[np.bool_], limit: int) -> list[Word]:
    """Those of whole pinyin count four times: laomo is 劳模 rather than 老母亲."""
    table = segment.fields[WORDS]
    counts = table.counts.take(items)
    return [
        Word(table.terms[int(items[place])], int(counts[place]), bool(whole[place]))
        for place in _highest(np.where(whole, 4 * counts, counts), limit)
    ]


def _numbers(items: Items) -> npt.NDArray[np.int64]:
    """Groups of titles, each once."""
    return np.unique((items & np.uint32(TITLE - 1)).astype(np.int64))


def _titles(
    snapshot: Snapshot, number: int, groups: npt.NDArray[np.int64], limit: int
) -> list[Title]:
    """The newest live title of the groups that have the newest ones."""
    segment, live = snapshot.segments[number], snapshot.lives[number]
    starts, documents = segment.array("complete.title_starts"), segment.array("complete.titles")
    if starts is None or documents is None:
        return []
    found = []
    for place in _highest(documents[starts[groups + 1].astype(np.int64) - 1], limit):
        group = int(groups[place])
        alike = documents[starts[group] : starts[group + 1]]
        if live is not None:
            alike = alike[live[alike]]
        if len(alike):
            newest = int(alike[-1])
            found.append(Title(segment.titles[newest], int(segment.days[newest])))
    return found


def _groups(segment: Segment, key: str) -> tuple[int, int]:
    """The groups of titles whose keys begin so: first and end."""
    keys = segment.array("complete.title_keys")
    starts, documents = segment.array("complete.title_starts"), segment.array("complete.titles")
    if keys is None or starts is None or documents is None:
        return 0, 0
    low, high = character_range(key)
    first, last = int(keys.searchsorted(low)), int(keys.searchsorted(high, "right"))

    def whole_key(group: int) -> str:
        return title_keys([segment.titles[int(documents[starts[group]])]])[0]

    between = range(first, last)
    end = bisect_left(between, key + "\U0010ffff", key=whole_key)
    return first + bisect_left(between, key, key=whole_key), first + end


def _highest(values: npt.NDArray[np.generic], count: int) -> list[int]:
    """Places of the highest values, in no order."""
    if len(values) <= count:
        return list(range(len(values)))
    places: list[int] = np.argpartition(values, len(values) - count)[-count:].tolist()
    return places
