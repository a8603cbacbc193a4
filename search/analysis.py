"""Text as index, query and snippets compare it: folding, words, and character pairs.

The only door to folding, and the only module that knows the segmenter. rjieba is jieba's
algorithm and dictionary in Rust, 20 to 30 times faster; jieba is the specification. They differ
only where Chinese meets ASCII (``F-35``, ``PM2.5``), so text is split into runs first and the
segmenter sees Chinese runs only.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Any

from archive.errors import SettingInvalid
from search import word_lists
from search.folding import HAN, Folded, fold, fold_all, fold_with_offsets
from search.word_lists import Entry

__all__ = [
    "HAN",
    "Folded",
    "Token",
    "bag",
    "dictionary",
    "fingerprint",
    "fold",
    "fold_all",
    "fold_with_offsets",
    "pairs",
    "terms",
    "use_dictionary",
    "words",
]

ANALYSIS = "3"
"""Raise it whenever ``fold``, ``words`` or ``pairs`` give another answer."""

_RUN = re.compile(
    "(?P<chinese>[\u4e00-\u9fd5]+)"  # what jieba takes for Chinese
    rf"|(?P<single>[{HAN}])"  # jieba gives any other ideograph as a token of its own
    rf"|(?P<latin>[^\W_{HAN}]+(?:[.\-'’&_+][^\W_{HAN}]+)*)"
)

_ALONE = re.compile(rf"[{HAN}](?<![\u4e00-\u9fd5])|[^\W_{HAN}]+(?:[.\-'’&_+][^\W_{HAN}]+)*")
"""What of ``_RUN`` is a token as it stands. It is slow, so it sees only what is not Chinese."""
_CHINESE = re.compile("[\u4e00-\u9fd5]+")
_PARTED = re.compile("([\u4e00-\u9fd5]+)")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, and where it stands in the folded text."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Token]:
    """Words of the folded text as jieba's search mode cuts them: longer words and their parts.

    Latin letters and digits stay together over ``. - ' & _ +`` (``pm2.5``, ``f-35``).
    """
    folded = fold(text)
    tokens: list[Token] = []
    for run in _RUN.finditer(folded):
        if run.lastgroup == "chinese":
            offset = run.start()
            tokens += (
                Token(word, offset + start, offset + end)
                for word, start, end in _segmenter().tokenize(run.group(), "search")
            )
        else:
            tokens.append(Token(run.group(), *run.span()))
    return tokens


def terms(folded: str) -> list[str]:
    """The texts of ``words`` of an already folded text, in order, without their places.

    A line break parts words, so units that are joined by one give the terms of each in turn.
    All Chinese runs go to the segmenter in one call: calls for each run would cost half as much
    again. A line break stands for what is no word, a tab for a token that is not Chinese.
    """
    pieces = _PARTED.split(folded)
    between = pieces[::2]
    alone = _ALONE.findall("\n".join(between))
    if not alone:
        return bag(folded)
    pieces[::2] = ["\n" + "\t" * len(_ALONE.findall(each)) for each in between]
    following = iter(alone).__next__
    cut = _cut("".join(pieces))
    return [following() if term == "\t" else term for term in cut if term != "\n"]


def bag(folded: str) -> list[str]:
    """``terms`` in another order: a seventh faster, for whoever only counts them."""
    found = [term for term in _cut("\n".join(_CHINESE.findall(folded))) if term != "\n"]
    found += _ALONE.findall(_CHINESE.sub("\n", folded))
    return found


def _cut(text: str) -> list[str]:
    found: list[str] = _segmenter().cut_for_search(text)
    return found


@dataclass(frozen=True, slots=True)
class _Own:
    """The archivist's own list."""

    path: Path | None = None
    entries: tuple[Entry, ...] = ()


_own = _Own()


def use_dictionary(path: Path | None) -> None:
    """From now on this process cuts with the archivist's own list too; ``None``: without.

    Words cannot be compared that were cut with different lists, so the whole process has one: it
    is set where the index is opened, and in a worker process by ``use_dictionary(dictionary())``
    of the process that starts it. Raises ``SettingInvalid`` or ``WordListInvalid``.
    """
    global _own
    try:
        own = _Own(path, word_lists.read(path) if path else ())
    except OSError as error:
        raise SettingInvalid(name="dictionary", reason=f"{path}: {error.strerror}") from error
    if own.entries != _own.entries:
        _segmenter.cache_clear()
        fingerprint.cache_clear()
    _own = own


def dictionary() -> Path | None:
    """The archivist's own list that this process cuts with."""
    return _own.path


def _entries() -> list[Entry]:
    """Every word beside jieba's own, the later winning."""
    return [entry for path in word_lists.shipped() for entry in word_lists.read(path)] + [
        *_own.entries
    ]


_loading = Lock()


@cache
def _segmenter() -> Any:
    """The segmenter, loaded at first use: importing it reads its dictionary, for 0.1 s.

    The one that the import makes is taken, unless it may hold other words already: another would
    take as long again, and 25 MB. A frequency that a list leaves out is reckoned as jieba does,
    which may differ by one from jieba's own sum.
    """
    with _loading:
        untouched = "rjieba" not in sys.modules
        import rjieba

        segmenter: Any = rjieba if untouched else rjieba.Jieba()
        for entry in _entries():
            segmenter.add_word(fold(entry.word), entry.frequency, entry.tag)
    return segmenter


def pairs(folded: str) -> list[str]:
    """Every two neighbouring characters of a folded unit, and its last character alone.

    So every character begins a pair, and one character is found by the pairs it begins.
    """
    return [folded[start : start + 2] for start in range(len(folded))]


@cache
def fingerprint() -> str:
    """Names everything that the terms of an index depend on.

    rjieba's dictionary and OpenCC's tables are shipped in them, so their versions stand for both;
    the Unicode version stands for NFKC and case; the digest for the words of our lists.
    """
    lists = "\n".join(f"{entry.word} {entry.frequency}" for entry in _entries())
    return (
        f"analysis={ANALYSIS} words={blake2b(lists.encode(), digest_size=6).hexdigest()} "
        f"rjieba={version('rjieba')} opencc={version('opencc')} "
        f"unicode={unicodedata.unidata_version}"
    )
