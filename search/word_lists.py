"""The words that jieba's own dictionary lacks: the shipped lists, and the reader of such lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.errors import WordListInvalid
from archive.words import N_

SHIPPED = Path(__file__).parent / "dictionary"
"""Folder of the lists that belong to the program, read in the order of their names."""
MOST_FREQUENT = 1_000_000
"""jieba's own most frequent character, 的, has 318,825."""

_LINE = re.compile(r"(?P<word>\S+)(?:\s+(?P<frequency>\d+))?(?:\s+(?P<tag>[a-z]+))?")
_CHINESE = re.compile("[\u4e00-\u9fd5]{2,}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A word of a list, as written: to read a list folds nothing, so that opening is quick."""

    word: str
    frequency: int | None
    """Among the 60 million of jieba's dictionary; ``None``: just what makes it one word."""
    tag: str | None


def shipped() -> tuple[Path, ...]:
    """The lists that belong to the program."""
    return tuple(sorted(SHIPPED.glob("*.txt")))


def read(path: Path) -> tuple[Entry, ...]:
    """The words of a list in jieba's own form: ``word``, ``word 50`` or ``word 50 n`` a line.

    Empty lines, and lines that begin with ``#``, say nothing. Raises ``WordListInvalid``, or
    ``OSError`` where the file cannot be read.
    """
    return tuple(_entries(path))


def _entries(path: Path) -> Iterator[Entry]:
    try:
        lines = path.read_bytes().decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        before = error.object.count(b"\n", 0, error.start)
        raise WordListInvalid(str(path), before + 1, N_("it is not written in UTF-8")) from error
    for number, line in enumerate(lines, 1):
        if not (stripped := line.strip()) or stripped.startswith("#"):
            continue
        match = _LINE.fullmatch(stripped)
        if match is None:
            reason = N_("a line is a word, its frequency and its tag, such as “职代会 50 n”")
            raise WordListInvalid(str(path), number, reason)
        word = match["word"]
        if not _CHINESE.fullmatch(word):
            reason = N_("a word has two Chinese characters or more, and nothing else")
            raise WordListInvalid(str(path), number, reason)
        frequency = int(match["frequency"]) if match["frequency"] else None
        if frequency is not None and not 0 < frequency <= MOST_FREQUENT:
            raise WordListInvalid(str(path), number, N_("the frequency is 1 to 1000000"))
        yield Entry(word, frequency, match["tag"])
