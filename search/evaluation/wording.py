"""What one query's words say: which documents hold them, and what they are worth in each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from search.analysis import fingerprint, fold, terms
from search.arrays.postings import Postings
from search.arrays.segment import WORDS
from search.arrays.snapshot import Snapshot
from search.evaluation.documents import NONE, Found
from search.evaluation.periods import Bounds, stretches, taken

Weights = npt.NDArray[np.uint16]

_KEPT_ROWS = 16
"""Lists of postings spread out to rows that one query keeps."""


def chunk_words(text: str) -> tuple[str, ...]:
    """The distinct words of a chunk, in order."""
    return _words_of(text, fingerprint())


@lru_cache(maxsize=32)
def _words_of(text: str, _analysis: str) -> tuple[str, ...]:
    """Cut once for a query, which asks four times."""
    return tuple(dict.fromkeys(terms(fold(text))))


class Wording:
    """Keeps what several parts of the query may ask for."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._postings: dict[tuple[str, str | None], Postings] = {}
        self._rows: dict[str, Weights] = {}
        self._met: tuple[Found, dict[str, Weights]] = (NONE, {})

    def postings(self, word: str, field: str | None = None) -> Postings:
        """The documents with a word in any unit, or in a text field."""
        found = self._postings.get((word, field))
        if found is None:
            found = self._postings[word, field] = self._snapshot.postings(word, field or WORDS)
        return found

    def documents(
        self, needed: Sequence[str], field: str | None, bounds: Bounds | None = None
    ) -> Found:
        """Those that hold every one of these words, within the bounds."""
        postings = [(self.postings(word, field), word) for word in dict.fromkeys(needed)]
        if len(postings) > 1:
            postings.sort(key=_count)
        rarest, first = postings[0]
        if not rarest.count:
            return NONE
        if rarest.dense is not None:
            return self._all_frequent([one for one, _ in postings], bounds)
        found = rarest.documents
        met = {first: rarest.weights}
        if bounds is not None:
            places = stretches(found, bounds)
            found = taken(found, places)
            met = {word: taken(weights, places) for word, weights in met.items()}
        for one, word in postings[1:]:
            weights = self._weights_at(one, word if field is None else None, found)
            stays = weights.nonzero()[0]
            met[word] = weights
            if len(stays) < len(found):
                found = found.take(stays)
                met = {word: weights.take(stays) for word, weights in met.items()}
        if field is None:
            self._met = (found, met)
        return found

    def weights(self, word: str, documents: Found) -> Weights:
        """What a word is worth in each of the documents of a list, 0 where it does not occur."""
        if documents is self._met[0] and word in self._met[1]:
            return self._met[1][word]
        return self._weights_at(self.postings(word), word, documents)

    def _all_frequent(self, postings: list[Postings], bounds: Bounds | None) -> Found:
        """Documents with all of the words, each of which is kept as a row."""
        rows = [one.dense for one in postings if one.dense is not None]
        count = self._snapshot.count
        if bounds is None:
            bounds = [(0, count)]
        found = np.zeros(count, np.bool_)
        for first, last in bounds:
            stretch = found[first:last]
            np.not_equal(rows[0][first:last], 0, out=stretch)
            for row in rows[1:]:
                stretch &= row[first:last] != 0
        return found

    def _weights_at(self, one: Postings, word: str | None, documents: Found) -> Weights:
        if one.dense is not None:
            return one.dense.take(documents, mode="clip")
        if not one.count:
            return np.zeros(len(documents), np.uint16)
        if one.documents is documents:
            return one.weights
        row = None if word is None else self._rows.get(word)
        if row is None:
            if len(documents) * 35 < self._snapshot.count * 0.1 + one.count * 2:
                return _found_weights(one, documents)
            row = np.zeros(self._snapshot.count, np.uint16)
            row[one.documents] = one.weights
            if word is not None and len(self._rows) < _KEPT_ROWS:
                self._rows[word] = row
        return row.take(documents, mode="clip")


def _count(posting: tuple[Postings, str]) -> int:
    return posting[0].count


def _found_weights(one: Postings, documents: Found) -> Weights:
    """By search: for few documents in a long list."""
    numbers = one.documents
    at = numbers.searchsorted(documents.astype(numbers.dtype, copy=False))
    weights = one.weights.take(at, mode="clip")
    weights *= numbers.take(at, mode="clip") == documents
    return weights
