"""The words of documents, turned round: from each word to the documents that have it."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from search.arrays.array_file import ArrayFileWriter
from search.arrays.document import FIELD_WEIGHTS, WORD_FIELDS
from search.arrays.postings import PostingsPiece, term_pieces, write_postings
from search.arrays.ranges import Integers, distinct, lengths_of, starts_of, viewed
from search.arrays.segment import WORDS
from search.arrays.terms import write_strings
from search.arrays.weights import impacts
from search.units import UnitField

_HALF = np.uint64(32)
_FIELDS = tuple(UnitField)
_PIECE = 1 << 18


class InvertedWords:
    """Words are numbered as they come; counting waits until all are there.

    Counting by sorting numbers costs 20 ns a word, by a ``Counter`` for each document 80.
    """

    def __init__(self) -> None:
        self._numbers: defaultdict[str, int] = defaultdict()
        self._numbers.default_factory = self._numbers.__len__
        self._words = tuple(array("I") for _ in _FIELDS)
        self._sizes = tuple(array("I") for _ in _FIELDS)

    def add(self, terms: Sequence[Sequence[str]]) -> None:
        """One document's words in the order of ``UnitField``."""
        number = self._numbers.__getitem__
        for words, sizes, given in zip(self._words, self._sizes, terms, strict=True):
            if given:  # by way of a list: `extend` takes half as long again from an iterator
                words.fromlist(list(map(number, given)))
            sizes.append(len(given))

    def lengths(self) -> Integers:
        """Weighted words of each document, in the order they came."""
        sizes = [viewed(each, np.uint32).astype(np.int64) for each in self._sizes]
        weighted = [size * weight for size, weight in zip(sizes, FIELD_WEIGHTS, strict=True)]
        return np.asarray(np.sum(weighted, axis=0, dtype=np.int64))

    def write(
        self, writer: ArrayFileWriter, ranks: npt.NDArray[np.uint32], pivot: float
    ) -> tuple[list[str], Integers]:
        """Writes the fields; ``ranks`` are the numbers of the documents in the segment.

        Returns all words, sorted, and in how many documents each occurs.
        """
        terms = sorted(self._numbers)
        new = np.zeros(len(terms), np.uint32)
        old = np.fromiter(map(self._numbers.__getitem__, terms), np.int64, len(terms))
        new[old] = np.arange(len(terms), dtype=np.uint32)
        lengths = np.zeros(len(ranks), np.float64)
        lengths[ranks] = self.lengths()
        keys, ends = self._keys(new, ranks)
        # Sorted copies of the small fields, before all words are sorted in place.
        fields = {
            field.value: distinct(keys[start:end])
            for field, (start, end) in zip(_FIELDS, pairwise((0, *ends)), strict=True)
            if field in WORD_FIELDS
        }
        keys.sort()
        counts = _write_words(writer, terms, keys, lengths, pivot)
        del keys
        for name, each in fields.items():
            _write_field(writer, name, terms, each, len(ranks))
        return terms, counts

    def _keys(
        self, new: npt.NDArray[np.uint32], ranks: npt.NDArray[np.uint32]
    ) -> tuple[npt.NDArray[np.uint64], list[int]]:
        """Of each word its number among the sorted terms and its document, as often as it counts.

        Field after field; where each ends comes with them.
        """
        counts = [
            len(words) * weight for words, weight in zip(self._words, FIELD_WEIGHTS, strict=True)
        ]
        keys = np.zeros(sum(counts), np.uint64)
        halves, end, ends = keys.view(np.uint32), 0, []
        for words, sizes, weight in zip(self._words, self._sizes, FIELD_WEIGHTS, strict=True):
            terms = viewed(words, np.uint32)
            documents = np.repeat(ranks, viewed(sizes, np.uint32))
            for _ in range(weight):
                part = halves[2 * end : 2 * (end + len(terms))]
                part[::2] = documents
                for first in range(0, len(terms), _PIECE):
                    piece = terms[first : first + _PIECE]
                    part[1::2][first : first + len(piece)] = new.take(piece)
                end += len(terms)
            ends.append(end)
        return keys, ends


def _write_words(
    writer: ArrayFileWriter,
    terms: list[str],
    keys: npt.NDArray[np.uint64],
    lengths: npt.NDArray[np.float64],
    pivot: float,
) -> Integers:
    """All words with their weights; ``keys`` are sorted, one for each weighted occurrence."""
    firsts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))[: len(keys)])
    frequencies = lengths_of(np.append(firsts, len(keys)))
    halves = keys.take(firsts).view(np.uint32)
    documents = halves[::2]
    counts = np.bincount(halves[1::2], minlength=len(terms)).astype(np.int64)
    weights = impacts(frequencies, documents, lengths, pivot)
    write_strings(writer, WORDS, terms)
    postings = _in_pieces(documents, weights, counts)
    write_postings(writer, WORDS, counts, len(lengths), postings, is_weighted=True)
    return counts


def _write_field(
    writer: ArrayFileWriter,
    name: str,
    terms: list[str],
    keys: npt.NDArray[np.uint64],
    count: int,
) -> None:
    """The words of one field, without weights."""
    counts = np.bincount((keys >> _HALF).astype(np.int64), minlength=len(terms))
    occurring = np.flatnonzero(counts)
    write_strings(writer, name, [terms[number] for number in occurring.tolist()])
    counts = counts[occurring]
    postings = _in_pieces(keys.astype(np.uint32), np.ones(len(keys), np.uint16), counts)
    write_postings(writer, name, counts, count, postings, is_weighted=False)


def _in_pieces(
    documents: npt.NDArray[np.uint32], weights: npt.NDArray[np.uint16], counts: Integers
) -> Iterator[PostingsPiece]:
    starts = starts_of(counts)
    for first, last in term_pieces(counts):
        piece = slice(starts[first], starts[last])
        yield PostingsPiece(first, last, documents[piece], weights[piece])
