"""One commit: documents deleted and added, small segments merged, a new table of contents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path

import numpy as np
from whoosh.index import clean_files
from whoosh.writing import SegmentWriter

from search.arrays.document import IndexDocument
from search.arrays.inversion import Inversion
from search.arrays.merging import merge
from search.arrays.pairs import BLOCK_BITS
from search.arrays.segment import Segment
from search.indexing.codec import ArrayCodec, ArraySegment
from search.indexing.toc import INDEX_NAME, ArrayIndex, Toc

MERGED = 10
"""Segments of about one size that are merged into one."""
_SMALL = 1_000
"""Articles up to which segments are of one size: merging 1,000 takes less than adding 100."""
MOST_ADDRESSES = 1 << 32
"""Of one segment."""
_FULL = 1 << 25
"""Addresses at which documents of one commit go on in another segment: some 20,000 articles,
500 MB.
"""
_SAMPLE = 2_000
"""Documents of the first commit whose mean length weights refer to from then on."""


class ArrayWriter(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer, with its lock, its numbers of documents and its cleaning.

    Raises Whoosh's ``LockError`` where another one is open.
    """

    segments: list[ArraySegment]

    def __init__(self, folder: Path, opened: Mapping[str, Segment]) -> None:
        """``opened``: segments of the newest commit that are open already, by Whoosh's id."""
        super().__init__(ArrayIndex(folder), codec=ArrayCodec(opened), compound=False)
        self._folder = folder
        self._opened = dict(opened)
        self.revision = Toc.load(folder, self.generation - 1).revision

    def delete(self, article_ids: list[str]) -> None:
        """Delete the documents of these ids, where there are any."""
        for entry in self.segments:
            numbers = self._open(entry).numbers(article_ids)
            for number in numbers[numbers >= 0].tolist():
                entry.delete_document(number)

    def add(self, documents: Iterable[IndexDocument]) -> None:
        """Add documents whose ids no live document has."""
        waiting = iter(documents)
        pivot = next((self._open(entry).pivot for entry in self.segments), None)
        if pivot is None:
            first = list(islice(waiting, _SAMPLE))
            pivot, waiting = mean_length(first), chain(first, waiting)
        for inversion in inversions(waiting, pivot):
            entry = self._entry(len(inversion))
            inversion.write(self._folder / entry.file_name())
            self.segments.append(entry)

    def commit(self, revision: int) -> None:
        """Make it so, at this revision of the store."""
        self._check_state()
        self._merge()
        self.revision = revision
        self._commit_toc(self.segments)
        self._finish()

    def _merge(self) -> None:
        sizes = [
            (entry.doc_count(), entry.count, self._addresses(entry)) for entry in self.segments
        ]
        gone = set()
        for group in merges(sizes):
            gone.update(group)
            sources = [self.segments[number] for number in group]
            if not (count := sum(entry.doc_count() for entry in sources)):
                continue
            entry = self._entry(count)
            path = self._folder / entry.file_name()
            merge([(self._open(source), source.live) for source in sources], path)
            self.segments.append(entry)
        self.segments = [one for number, one in enumerate(self.segments) if number not in gone]

    def _commit_toc(self, segments: list[ArraySegment]) -> None:
        Toc(segments, self.generation, self.revision).save(self._folder)
        clean_files(self.storage, self.indexname, self.generation, segments)

    def _entry(self, count: int) -> ArraySegment:
        return ArraySegment(INDEX_NAME, count=count)

    def _addresses(self, entry: ArraySegment) -> int:
        return len(self._open(entry).pairs.block_documents) << BLOCK_BITS

    def _open(self, entry: ArraySegment) -> Segment:
        key = entry.segment_id()
        if key not in self._opened:
            self._opened[key] = Segment(self._folder / entry.file_name())
        return self._opened[key]


def inversions(documents: Iterable[IndexDocument], pivot: float) -> Iterator[Inversion]:
    """Documents in portions that are written as one segment each."""
    inversion = Inversion(pivot)
    for document in documents:
        inversion.add(document)
        if inversion.addresses >= _FULL:
            yield inversion
            inversion = Inversion(pivot)
    if len(inversion):
        yield inversion


def mean_length(documents: list[IndexDocument]) -> float:
    """The mean of their weighted words, at least 1."""
    lengths = [document.length for document in documents]
    return max(1.0, float(np.mean(lengths))) if lengths else 1.0


def merges(sizes: list[tuple[int, int, int]]) -> list[list[int]]:
    """Which segments become one: ten of one order of magnitude, or one that is half deleted.

    ``sizes``: live documents, all documents, and addresses of each. Empty ones are in a group of
    their own, which is to be dropped.
    """
    tiers: dict[int, list[int]] = {}
    for number, (live, _, _) in enumerate(sizes):
        tiers.setdefault(len(str(max(live, _SMALL - 1))) if live else 0, []).append(number)
    due = [tiers.pop(0)] if 0 in tiers else []
    for group in tiers.values():
        if len(group) >= MERGED and sum(sizes[one][2] for one in group) < MOST_ADDRESSES:
            due.append(group)
        else:
            due += [[one] for one in group if sizes[one][0] * 2 < sizes[one][1]]
    return due
