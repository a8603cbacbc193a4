"""Which documents have a word, and what it is worth in each.

A word in many of a segment's documents is kept as a row of weights, others as a list of documents
with that of their weights right behind it, one stretch of the file that is read at once. Lists
hold the lower 16 bits of the documents' numbers; where a segment has more than 65,536 documents,
``splits`` says where in each list the next 65,536 begin. That saves 0.13 of the text's bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search.arrays.array_file import ArrayFile, ArrayFileWriter
from search.arrays.ranges import narrowest, pieces, starts_of, within
from search.arrays.terms import TermTable

Documents = npt.NDArray[np.uint32]
Weights = npt.NDArray[np.uint16]

DENSE_SHARE = 3
"""A word in more than one of so many documents is kept as a row.

At 3 an index of news takes nearly the least room: at 8, a sixth of the text's bytes more.
"""
SHELF = 1 << 16
"""How many documents 16 bits can tell apart."""
PIECE = 1 << 18
"""Postings handled at once while writing: arrays that stay in the processor's cache."""


class Postings:
    """The documents that have a word, kept as a list or, where they are many, as a row."""

    __slots__ = ("_documents", "_weights", "count", "dense")

    def __init__(
        self,
        count: int,
        documents: Documents | None = None,
        weights: Weights | None = None,
        dense: Weights | None = None,
    ) -> None:
        self.count = count
        """How many documents, deleted ones included."""
        self.dense = dense
        """The weight in each document, 0 where the word does not occur; ``None`` if kept as a list.
        """
        self._documents = documents
        self._weights = weights

    # Not cached properties: Python 3.11 takes a lock for each, 2 µs.

    @property
    def documents(self) -> Documents:
        """Numbers of the documents, rising."""
        if self._documents is None:
            row = np.zeros(0, np.uint16) if self.dense is None else self.dense
            self._documents = row.nonzero()[0].astype(np.uint32)
        return self._documents

    @property
    def weights(self) -> Weights:
        """The weight in each of ``documents``; 1 in fields that do not weigh."""
        if self._weights is None:
            if self.dense is None:
                self._weights = np.ones(self.count, np.uint16)
            else:
                self._weights = self.dense.take(self.documents)
        return self._weights


NO_POSTINGS = Postings(0)


def is_dense(counts: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.bool_]:
    """Whether words in so many of ``count`` documents are kept as rows: more than one in
    ``DENSE_SHARE``.
    """
    return counts * DENSE_SHARE > count


class PostingsTable:
    """The words of one field of a segment."""

    def __init__(self, file: ArrayFile, name: str, count: int) -> None:
        self.terms = TermTable(file, name)
        self.counts: npt.NDArray[np.uint32] = file[f"{name}.counts"]
        """Aligned to the terms: how many documents have each, deleted ones included."""
        self._count = count
        self._counts = self.counts.data
        self._places = file[f"{name}.places"].data
        self.is_weighted = f"{name}.weighted" in file
        self._file = file
        self._name = _lists_of(name, is_weighted=self.is_weighted)
        self._lists: npt.NDArray[np.uint16] = file[self._name]
        self._splits: npt.NDArray[np.uint32] = file[f"{name}.splits"]
        self._rows: Weights = file[f"{name}.rows"]

    def frequency(self, word: str) -> int:
        """How many documents have the word, deleted ones included."""
        number = self.terms.find(word)
        return 0 if number < 0 else int(self._counts[number])

    def postings(self, word: str) -> Postings:
        """The documents that have the word."""
        number = self.terms.find(word)
        return NO_POSTINGS if number < 0 else self.numbered(number)

    def numbered(self, number: int) -> Postings:
        """The documents that have the term of this number."""
        count, place = self._counts[number], self._places[number]
        if count * DENSE_SHARE > self._count:
            return Postings(count, dense=self._rows[place])
        width = 2 if self.is_weighted else 1
        both = self._file.stretch(self._name, place * width, count * width)
        documents = both[:count].astype(np.uint32)
        if self._splits.size:
            for split in self._splits[number].tolist():
                documents[split:] += np.uint32(SHELF)
        return Postings(count, documents, both[count:] if self.is_weighted else None)

    def between(self, first: int, last: int) -> tuple[Documents, Weights, npt.NDArray[np.int64]]:
        """All postings of the terms ``first`` up to ``last``: document, weight, term from 0.

        First those of terms kept as lists, then those of terms kept as rows.
        """
        counts = self.counts[first:last].astype(np.int64)
        dense = is_dense(counts, self._count)
        lists, rows = np.flatnonzero(~dense), np.flatnonzero(dense)
        documents, weights, terms = [], [], [np.repeat(lists, counts[lists])]
        if len(lists):
            # Lists stand one after another, whatever rows lie between their terms.
            sizes, splits = counts[lists], self._splits[first:last][lists]
            found, values = self._unwoven(self._places[first + int(lists[0])], sizes)
            documents.append(found.astype(np.uint32))
            for number in range(splits.shape[1]):
                skipped = splits[:, number].astype(np.int64)
                upper = within(starts_of(sizes)[:-1] + skipped, sizes - skipped)
                documents[0][upper] += np.uint32(SHELF)
            weights.append(values)
        for number in rows.tolist():
            row = self._rows[self._places[first + number]]
            documents.append(np.flatnonzero(row != 0).astype(np.uint32))
            weights.append(row.take(documents[-1]))
            terms.append(np.full(len(documents[-1]), number))
        nothing = np.zeros(0, np.uint32), np.zeros(0, np.uint16)
        return (
            np.concatenate([nothing[0], *documents]),
            np.concatenate([nothing[1], *weights]),
            np.concatenate(terms),
        )

    def _unwoven(
        self, place: int, sizes: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.uint16], Weights]:
        """The documents and weights of lists of these sizes that stand one after another."""
        total = int(sizes.sum())
        if not self.is_weighted:
            return self._lists[place : place + total], np.ones(total, np.uint16)
        both = self._lists[2 * place : 2 * (place + total)]
        at = _woven(sizes)
        return both.take(at), both.take(at + np.repeat(sizes, sizes))


def _woven(sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Where the documents of lists stand if the weights of each follow them."""
    return np.arange(int(sizes.sum())) + np.repeat(starts_of(sizes)[:-1], sizes)


def _lists_of(name: str, *, is_weighted: bool) -> str:
    return f"{name}.weighted" if is_weighted else f"{name}.lists"


@dataclass(frozen=True, slots=True)
class PostingsPiece:
    """Postings of the terms ``first`` up to ``last``, term by term, documents rising."""

    first: int
    last: int
    documents: Documents
    weights: Weights


def write_postings(
    writer: ArrayFileWriter,
    name: str,
    counts: npt.NDArray[np.int64],
    count: int,
    postings: Iterator[PostingsPiece],
    *,
    is_weighted: bool,
) -> None:
    """A field's postings from pieces that follow each other.

    ``counts`` says in how many of the segment's ``count`` documents each term occurs. The terms
    are written by ``terms.write_strings`` under the same name.
    """
    dense = is_dense(counts, count)
    sparse_counts = np.where(dense, 0, counts)
    places = starts_of(sparse_counts)[:-1]
    places[dense] = np.arange(int(dense.sum()))
    total = int(sparse_counts.sum())
    writer.put(f"{name}.counts", counts.astype(np.uint32))
    writer.put(f"{name}.places", narrowest(places))
    shelves = max(-(-count // SHELF) - 1, 0)
    splits = writer.reserve(f"{name}.splits", np.uint32, len(counts), shelves)
    length = 2 * total if is_weighted else total
    lists = writer.reserve(_lists_of(name, is_weighted=is_weighted), np.uint16, length)
    rows = writer.reserve(f"{name}.rows", np.uint16, int(dense.sum()), count)
    for piece in postings:
        here, sizes = dense[piece.first : piece.last], counts[piece.first : piece.last]
        kept, values = piece.documents, piece.weights
        splits.write(_splits(kept, sizes, shelves))
        if here.any():
            is_row = np.repeat(here, sizes)
            rows.write(_rows(kept[is_row], values[is_row], sizes[here], count))
            kept, values = kept[~is_row], values[~is_row]
        lower = (kept & np.uint32(SHELF - 1)).astype(np.uint16)
        lists.write(_with_weights(lower, values, sizes[~here]) if is_weighted else lower)


def _with_weights(
    documents: npt.NDArray[np.uint16], weights: Weights, sizes: npt.NDArray[np.int64]
) -> npt.NDArray[np.uint16]:
    both = np.empty(2 * len(documents), np.uint16)
    at = _woven(sizes)
    both[at] = documents
    both[at + np.repeat(sizes, sizes)] = weights
    return both


def _splits(documents: Documents, sizes: npt.NDArray[np.int64], shelves: int) -> Documents:
    """How many of each term's documents stand before each further 65,536."""
    splits = np.zeros((len(sizes), shelves), np.uint32)
    ends = starts_of(sizes)
    for shelf in range(shelves):
        below = starts_of(documents < (shelf + 1) * SHELF)
        splits[:, shelf] = below[ends[1:]] - below[ends[:-1]]
    return splits


def _rows(
    documents: Documents, weights: Weights, sizes: npt.NDArray[np.int64], count: int
) -> Weights:
    rows = np.zeros((len(sizes), count), np.uint16)
    rows[np.repeat(np.arange(len(sizes)), sizes), documents] = weights
    return rows


def packed(
    terms: npt.NDArray[np.uint64], documents: npt.NDArray[np.uint64], weights: Weights
) -> npt.NDArray[np.uint64]:
    """Term (16 bits), document (32) and weight (16) in one number that sorts in this order."""
    keys = terms << np.uint64(48)
    keys |= documents << np.uint64(16)
    keys |= weights
    return keys


def unpacked(keys: npt.NDArray[np.uint64]) -> tuple[Documents, Weights]:
    """The documents and weights of packed postings."""
    return (keys >> np.uint64(16)).astype(np.uint32), keys.astype(np.uint16)


def term_pieces(counts: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Terms in groups that can be packed: at most 65,536 of them, and ``PIECE`` postings."""
    for first in range(0, len(counts), 1 << 16):
        for start, end in pieces(counts[first : first + (1 << 16)], PIECE):
            yield first + start, first + end
