"""The whole index as it stood at one commit: what a query is answered from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from search.arrays.columns import ValueColumn
from search.arrays.postings import DENSE_SHARE, NO_POSTINGS, Postings
from search.arrays.ranges import starts_of
from search.arrays.segment import WORDS, Segment

_CACHED_BYTES = 1 << 25
Live = npt.NDArray[np.bool_]


class Values(NamedTuple):
    """The distinct values that all segments have in a field."""

    names: list[str]
    """As printed, in rising order."""
    numbers: list[npt.NDArray[np.int64]]
    """By segment: where among them each of the segment's own values stands."""


class Snapshot:
    """Segments that never change, numbered on: document n of segment s is ``bases[s] + n``.

    Threads share it without a lock.
    """

    def __init__(
        self, segments: Sequence[tuple[Segment, Live | None]], revision: int, pivot: float = 1.0
    ) -> None:
        """Each segment with its documents that are not deleted, ``None`` where all are live."""
        self.segments = tuple(segment for segment, _ in segments)
        self.lives = tuple(live for _, live in segments)
        """By segment: which documents are live; ``None``: all."""
        self.revision = revision
        """The store's revision that the index answers for."""
        self.pivot = self.segments[0].pivot if segments else pivot
        """Mean length of documents that the weights refer to."""
        self.bases = starts_of(np.array([segment.count for segment in self.segments], np.int64))
        """The number of each segment's first document; one more for the end."""
        self.count = int(self.bases[-1])
        """Documents, deleted ones included."""
        self.live = self._live()
        """Which documents are not deleted; ``None``: all of them."""
        self.live_count = self.count if self.live is None else int(np.count_nonzero(self.live))
        self._values: dict[str, Values] = {}
        self._cache: dict[tuple[str, str], Postings] = {}
        self._cached = 0

    def postings(self, word: str, field: str = WORDS) -> Postings:
        """The documents of all segments that have the word in a field."""
        if len(self.segments) == 1:
            return self.segments[0].fields[field].postings(word)
        if (held := self._cache.get((field, word))) is not None:
            return held
        postings = self._joined(word, field)
        size = 2 * self.count if postings.dense is not None else 6 * postings.count
        # Two threads may count amiss; then the cache is emptied a little early or late.
        if self._cached + size > _CACHED_BYTES:
            self._cache, self._cached = {}, 0
        self._cache[field, word] = postings
        self._cached += size
        return postings

    def frequency(self, word: str, field: str = WORDS) -> int:
        """How many documents have the word in a field, deleted ones included."""
        return sum(segment.fields[field].frequency(word) for segment in self.segments)

    def ids(self, documents: npt.NDArray[Any] | Sequence[int]) -> list[str]:
        """The ids of a few documents."""
        numbers = np.asarray(documents, np.int64)
        places = self.bases.searchsorted(numbers, "right") - 1
        return [
            self.segments[place].id(number)
            for place, number in zip(
                places.tolist(), (numbers - self.bases[places]).tolist(), strict=True
            )
        ]

    def number(self, article_id: str) -> int | None:
        """The live document of this id."""
        for place, segment in enumerate(self.segments):
            number = segment.number(article_id)
            live = self.lives[place]
            if number is not None and (live is None or live[number]):
                return int(self.bases[place]) + number
        return None

    def values(self, field: str) -> Values:
        """The distinct values of a field; read from the file once."""
        if field not in self._values:
            self._values[field] = _values([segment.values[field] for segment in self.segments])
        return self._values[field]

    @cached_property
    def days(self) -> npt.NDArray[np.int32]:
        """The day of each document; rising within each segment only."""
        return self._column([segment.days for segment in self.segments], np.int32)

    @cached_property
    def groups(self) -> npt.NDArray[np.uint64]:
        """The group of reprints of each document."""
        return self._column([segment.groups for segment in self.segments], np.uint64)

    def _column(self, columns: list[npt.NDArray[Any]], kind: type[Any]) -> npt.NDArray[Any]:
        if len(columns) == 1:
            return columns[0]
        return np.concatenate([np.zeros(0, kind), *columns])

    def _live(self) -> Live | None:
        if all(live is None or live.all() for live in self.lives):
            return None
        return np.concatenate(
            [
                np.ones(segment.count, np.bool_) if live is None else live
                for segment, live in zip(self.segments, self.lives, strict=True)
            ]
        )

    def _joined(self, word: str, field: str) -> Postings:
        found = [segment.fields[field].postings(word) for segment in self.segments]
        count = sum(postings.count for postings in found)
        if not count:
            return NO_POSTINGS
        if count * DENSE_SHARE > self.count:
            return Postings(count, dense=self._row(found))
        documents = np.concatenate(
            [
                postings.documents + np.uint32(base)
                for postings, base in zip(found, self.bases.tolist(), strict=False)
            ]
        )
        return Postings(count, documents, np.concatenate([each.weights for each in found]))

    def _row(self, found: list[Postings]) -> npt.NDArray[np.uint16]:
        row = np.zeros(self.count, np.uint16)
        for postings, base, end in zip(found, self.bases, self.bases[1:], strict=False):
            if postings.dense is not None:
                row[base:end] = postings.dense
            else:
                row[base:end][postings.documents] = postings.weights
        return row


def _values(columns: list[ValueColumn]) -> Values:
    own = [list(column.values) for column in columns]
    names = sorted({name for each in own for name in each})
    places = {name: number for number, name in enumerate(names)}
    return Values(names, [np.array([places[name] for name in each], np.int64) for each in own])
