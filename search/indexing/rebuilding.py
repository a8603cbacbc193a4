"""A whole index made at once, on all cores, in a generation that does not answer yet.

The parent hands on batches of articles as the store keeps them and never parses one. Each worker
gathers documents and writes them as parts; in the end parts are merged into few segments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from archive.article import article_from_json
from search import analysis
from search.arrays.document import IndexDocument, index_document
from search.arrays.inversion import Inversion
from search.arrays.merging import merge
from search.arrays.segment import Segment
from search.indexing.codec import ArraySegment
from search.indexing.toc import INDEX_NAME, Toc
from search.indexing.workers import Workers, cores
from search.indexing.writer import MOST_ADDRESSES, mean_length
from search.suggestions.pinyin import readings

Source = TypeVar("Source")
Read = Callable[[list[Source]], Iterable[IndexDocument]]
"""A function of a module: the documents of one batch of whatever articles come as."""

_FEW = 2_000
"""Articles up to which no process is started: that alone takes as long as 1,000 articles."""
_SAMPLE = 500
"""Articles whose mean length stands for that of all."""
_PART = 1 << 24
"""Addresses at which a worker writes what it holds: some 10,000 articles of 1,400 characters."""
_WHOLE = 1 << 29
"""Addresses up to which all becomes one segment, which answers quickest and is smallest; what is
larger, some 350,000 articles, is merged by all processes at once.
"""
_SEGMENTS = 8
"""Segments at most, where each can hold its part of the text."""


def read_articles(stored: list[tuple[str, str]]) -> Iterator[IndexDocument]:
    """Documents of a batch of ``ArticleStore.contents``."""
    for group, content in stored:
        yield index_document(article_from_json(content), group)


def build(
    folder: Path,
    batches: Iterable[list[Source]],
    read: Read[Source],
    *,
    revision: int,
    processes: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Fill an empty generation; ``progress`` is told how many articles were read.

    Raises ``RebuildBroken`` when a worker ended early.
    """
    count = processes or cores()
    waiting = iter(batches)
    first = _at_least(_FEW, waiting)
    if count == 1 or sum(map(len, first)) < _FEW:
        makers: Workers | _Here = _Here(_Maker(folder, read))
    else:
        makers = Workers(count, _maker, folder, read, analysis.dictionary())
    with makers:
        sample, rest = _split(first, _SAMPLE)
        measured = [source for batch in sample for source in batch]
        (pivot,) = makers.run([("measure", measured)])
        orders = (("read", batch, pivot) for batch in chain(rest, waiting))
        done = 0
        for made in chain(map(len, sample), makers.run(orders)):
            done += made
            if progress:
                progress(done)
        parts = [part for made in makers.all(("flush", pivot)) for part in made]
        groups = _divided(parts, min(count, _SEGMENTS))
        segments = list(makers.run(("merge", group) for group in groups))
    Toc(segments, 1, revision).save(folder)


class _Here:
    """In place of ``Workers``: one, in this process."""

    def __init__(self, maker: _Maker) -> None:
        self._maker = maker

    def __enter__(self) -> _Here:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def run(self, orders: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        return (getattr(self._maker, name)(*details) for name, *details in orders)

    def all(self, order: tuple[Any, ...]) -> list[Any]:
        return list(self.run([order]))


class _Maker:
    """What a worker holds: documents that are not written yet, and the parts that are."""

    def __init__(self, folder: Path, read: Read[Any]) -> None:
        self._folder = folder
        self._read = read
        self._measured: list[IndexDocument] = []
        self._inversion: Inversion | None = None
        self._parts: list[tuple[ArraySegment, int]] = []

    def measure(self, batch: list[Any]) -> float:
        """Takes a batch whose mean length the weights are to refer to; returns that."""
        self._measured = list(self._read(batch))
        return mean_length(self._measured)

    def read(self, batch: list[Any], pivot: float) -> int:
        """Takes a batch; returns how many documents it was."""
        self._add(self._measured, pivot)
        self._measured = []
        return self._add(self._read(batch), pivot)

    def flush(self, pivot: float) -> list[tuple[ArraySegment, int]]:
        """All parts, with the addresses that each has."""
        self.read([], pivot)
        if self._inversion is not None:
            self._write(self._inversion)
        return self._parts

    def merge(self, parts: list[ArraySegment]) -> ArraySegment:
        """One segment in place of some."""
        if len(parts) == 1:
            return parts[0]
        merged = ArraySegment(INDEX_NAME, count=sum(part.count for part in parts))
        paths = [self._folder / part.file_name() for part in parts]
        merge([(Segment(path), None) for path in paths], self._folder / merged.file_name())
        for path in paths:
            path.unlink()
        return merged

    def _add(self, documents: Iterable[IndexDocument], pivot: float) -> int:
        count = 0
        for document in documents:
            self._inversion = self._inversion or Inversion(pivot)
            self._inversion.add(document)
            count += 1
            if self._inversion.addresses >= _PART:
                self._write(self._inversion)
        return count

    def _write(self, inversion: Inversion) -> None:
        part = ArraySegment(INDEX_NAME, count=len(inversion))
        inversion.write(self._folder / part.file_name())
        self._parts.append((part, inversion.addresses))
        self._inversion = None


def _maker(folder: Path, read: Read[Any], dictionary: Path | None) -> _Maker:
    """In a process that cuts words as its parent does."""
    analysis.use_dictionary(dictionary)
    for word in analysis.bag(analysis.fold("工會")):  # loads every table once, for all workers
        readings(word)
    return _Maker(folder, read)


def _split(
    batches: list[list[Source]], count: int
) -> tuple[list[list[Source]], list[list[Source]]]:
    """The first batches, with so many articles together or all there are, and the others."""
    taken = _at_least(count, iter(batches))
    return taken, batches[len(taken) :]


def _at_least(count: int, batches: Iterator[list[Source]]) -> list[list[Source]]:
    """The first batches, with so many articles together or all there are."""
    taken: list[list[Source]] = []
    held = 0
    while held < count and (batch := next(batches, None)) is not None:
        taken.append(batch)
        held += len(batch)
    return taken


def _divided(parts: list[tuple[ArraySegment, int]], count: int) -> list[list[ArraySegment]]:
    """Parts in groups of about one size, as few as can be, each small enough for a segment."""
    total = sum(size for _, size in parts)
    if total <= _WHOLE:
        count = 1
    count = min(len(parts), max(count, 2 * total // MOST_ADDRESSES + 1))
    groups: list[list[ArraySegment]] = [[] for _ in range(count)]
    sizes = [0] * count
    for part, size in sorted(parts, key=lambda each: each[1], reverse=True):
        smallest = sizes.index(min(sizes))
        groups[smallest].append(part)
        sizes[smallest] += size
    return groups
