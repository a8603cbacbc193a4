"""Which documents a query's tree asks for, computed on whole arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from search.analysis import words
from search.arrays.postings import Postings
from search.arrays.segment import WORDS
from search.arrays.snapshot import Snapshot
from search.evaluation import places, together
from search.evaluation.documents import (
    NONE,
    SPARSE,
    Found,
    Row,
    as_list,
    at,
    both,
    is_row,
    joined,
    kept,
    size,
    union,
    within_segment,
    without,
)
from search.evaluation.values import with_value
from search.evaluation.work import Work
from search.query.tokens import VALUE_FIELDS
from search.query.tree import (
    And,
    Chunk,
    Days,
    Exact,
    Near,
    Node,
    Not,
    Or,
    Prefix,
    Text,
    Together,
    Widened,
    Word,
)

Bounds = list[tuple[int, int]]
"""Stretches of documents, rising: from the first up to the second number."""
Weights = npt.NDArray[np.uint16]

OF_VALUES = frozenset(VALUE_FIELDS.values())
_KEPT_ROWS = 16
"""Lists of postings spread out to rows that one query keeps."""


def day_number(day: date) -> int:
    """A day as documents keep it, in the order of the calendar."""
    return day.year * 10_000 + day.month * 100 + day.day


def chunk_words(text: str) -> tuple[str, ...]:
    """The distinct words of a chunk, in order."""
    return tuple(dict.fromkeys(token.text for token in words(text)))


class Matching:
    """One query's way through a snapshot; keeps what several of its parts may ask for."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.work = Work(snapshot.count)
        self._strings: dict[tuple[str, str | None], Found] = {}
        self._postings: dict[tuple[str, str | None], Postings] = {}
        self._rows: dict[str, Weights] = {}
        self._met: tuple[Found, dict[str, Weights]] = (NONE, {})

    def found(self, node: Node, among: Found | None = None) -> Found:
        """The documents that match, deleted ones included.

        With ``among``, a list, the answer need be right for its members only, which may save work.
        """
        match node:
            case Word(text, field) if field not in OF_VALUES:
                return self._with_words([text], field)
            case And(nodes):
                return self._all(nodes, among)
            case Or(nodes):
                return self._any(nodes, among)
            case Not(child):
                return without(self._everything(), self.found(child, among), self.snapshot.count)
            case Days():
                return self._row_of(self._bounds([node]))
            case Widened(chunk, others):
                return self._any((chunk, *others), among)
            case Together(nodes):
                return together.in_one_section(self.snapshot, nodes, self.work)
            case _:
                if node.field in OF_VALUES:
                    return with_value(self.snapshot, node, node.field)
                return self._text(node, among)

    def _text(self, node: Text, among: Found | None) -> Found:
        match node:
            case Chunk(text, field):
                return self._chunk(text, field, among)
            case Exact(text, field):
                return self.with_string(text, field, among)
            case Prefix(text, field):
                return joined(
                    [
                        places.with_beginning(segment, text, field, self.work)
                        for segment in self.snapshot.segments
                    ],
                    self.snapshot.bases,
                )
            case Near(parts, distance, field):
                return joined(
                    [
                        places.documents_at(
                            segment,
                            places.near(segment, parts, distance, self.work),
                            field,
                            self.work,
                        )
                        for segment in self.snapshot.segments
                    ],
                    self.snapshot.bases,
                )
            case Word(text, field):
                return self._with_words([text], field)

    def _chunk(self, text: str, field: str | None, among: Found | None) -> Found:
        """All its words or its characters in a row; only what the words leave is looked for."""
        needed = chunk_words(text)
        by_words = self._with_words(needed, field) if needed else NONE
        count = self.snapshot.count
        if among is not None and len(needed):
            among = without(among, by_words, count)
            if not len(among):
                return by_words
        in_row = self.with_string(text, field, among)
        return union([by_words, in_row], count) if size(in_row) else by_words

    def with_string(self, text: str, field: str | None, among: Found | None = None) -> Found:
        """Documents with these characters in a row within one unit."""
        held = self._strings.get((text, field))
        if held is not None:
            return held
        if among is not None and field is None and self._is_few(among, text):
            return self._string_among(text, among)
        found = joined(
            [places.with_string(one, text, field, self.work) for one in self.snapshot.segments],
            self.snapshot.bases,
        )
        self._strings[text, field] = found
        return found

    def held(self, found: Found, documents: Found) -> Row:
        """Whether each document of a list is in a set."""
        return at(documents, found, self.snapshot.count)

    def _is_few(self, among: Found, text: str) -> bool:
        """Whether looking at these documents costs less than looking at the rarest pair."""
        return len(text) > 1 and len(among) * 40 < self.occurrences(text)

    def occurrences(self, text: str) -> int:
        """At most how often a string stands in the index."""
        return sum(segment.pairs.rarity(text) for segment in self.snapshot.segments)

    def _string_among(self, text: str, among: Found) -> Found:
        bases = self.snapshot.bases.tolist()
        parts = []
        for segment, base, end in zip(self.snapshot.segments, bases, bases[1:], strict=False):
            documents = within_segment(among, base, end)
            addresses = places.standing(segment, text, self.work, documents)
            parts.append(places.documents_at(segment, addresses, None, self.work))
        return joined(parts, self.snapshot.bases)

    def _any(self, nodes: Iterable[Node], among: Found | None) -> Found:
        return union([self.found(child, among) for child in nodes], self.snapshot.count)

    def _all(self, nodes: Sequence[Node], among: Found | None) -> Found:
        """Words first, the rarest of them first; then strings, the rarest first; then the rest."""
        days = [node for node in nodes if isinstance(node, Days)]
        bounds = self._bounds(days) if days else None
        named = [node for node in nodes if isinstance(node, Word) and node.field is None]
        found = among
        if named:
            found = self._with_words([node.text for node in named], None, bounds)
            bounds = None
        rest: list[Node] = [
            node for node in nodes if not isinstance(node, Not | Days) and node not in named
        ]
        for node in sorted(rest, key=self._cost) if len(rest) > 1 else rest:
            if found is not None and not len(found):
                return NONE
            found = self._further(found, node)
        if bounds is not None:
            found = self._cut(found, bounds)
        for excluded in nodes:
            if isinstance(excluded, Not):
                found = self._less(found, excluded)
        return self._everything() if found is None else found

    def _further(self, found: Found | None, node: Node) -> Found:
        among = None if found is None or is_row(found) else found
        part = self.found(node, among)
        return part if found is None else both(found, part, self.snapshot.count)

    def _less(self, found: Found | None, node: Not) -> Found:
        if found is None:
            return self.found(node)
        if not is_row(found) and isinstance(node.node, Word) and not node.node.field:
            return kept(found, self.weights(node.node.text, found) == 0)
        part = self.found(node.node, None if is_row(found) else found)
        return without(found, part, self.snapshot.count)

    def _cost(self, node: Node) -> float:
        """About how many documents a part may bring, to begin with the fewest."""
        match node:
            case Chunk(text) | Exact(text) | Prefix(text) if node.field not in OF_VALUES:
                return self.occurrences(text)
            case Near(parts):
                return 4 * min(map(self.occurrences, parts), default=0)
            case And(nodes) if nodes:
                return min(map(self._cost, nodes))
            case Or(nodes) | Together(nodes):
                return sum(map(self._cost, nodes))
            case Widened(chunk, others):
                return sum(map(self._cost, (chunk, *others)))
            case _:
                return self.snapshot.count

    # Words

    def postings(self, word: str, field: str | None = None) -> Postings:
        """The documents with a word in any unit, or in a text field."""
        found = self._postings.get((word, field))
        if found is None:
            found = self._postings[word, field] = self.snapshot.postings(word, field or WORDS)
        return found

    def _with_words(
        self, needed: Sequence[str], field: str | None, bounds: Bounds | None = None
    ) -> Found:
        """Documents that hold every one of these words."""
        postings = [(self.postings(word, field), word) for word in dict.fromkeys(needed)]
        postings.sort(key=_count)
        if not postings[0][0].count:
            return NONE
        if postings[0][0].dense is not None:
            return self._all_frequent([one for one, _ in postings], bounds)
        found = postings[0][0].documents
        met = {postings[0][1]: postings[0][0].weights}
        if bounds is not None:
            stretches = _stretches(found, bounds)
            found = _taken(found, stretches)
            met = {word: _taken(weights, stretches) for word, weights in met.items()}
        for one, word in postings[1:]:
            weights = self._weights_at(one, word if field is None else None, found)
            stays = (weights != 0).nonzero()[0]
            met[word] = weights
            if len(stays) < len(found):
                found = found.take(stays)
                met = {word: weights.take(stays) for word, weights in met.items()}
        if field is None:
            self._met = (found, met)
        return found

    def _all_frequent(self, postings: list[Postings], bounds: Bounds | None) -> Found:
        """Documents with all of the words, each of which is kept as a row."""
        rows = [one.dense for one in postings if one.dense is not None]
        count = self.snapshot.count
        found = np.zeros(count, np.bool_)
        for first, last in [(0, count)] if bounds is None else bounds:
            stretch = found[first:last]
            for number, row in enumerate(rows):
                if number:
                    stretch &= row[first:last] != 0
                else:
                    np.not_equal(row[first:last], 0, out=stretch)
        return found

    def weights(self, word: str, documents: Found) -> Weights:
        """What a word is worth in each of the documents of a list, 0 where it does not occur."""
        if documents is self._met[0] and word in self._met[1]:
            return self._met[1][word]
        return self._weights_at(self.postings(word), word, documents)

    def _weights_at(self, one: Postings, word: str | None, documents: Found) -> Weights:
        if one.dense is not None:
            return one.dense.take(documents, mode="clip")
        if not one.count:
            return np.zeros(len(documents), np.uint16)
        if one.documents is documents:
            return one.weights
        row = None if word is None else self._rows.get(word)
        if row is None:
            if len(documents) * 35 < self.snapshot.count * 0.1 + one.count * 2:
                return _found_weights(one, documents)
            row = np.zeros(self.snapshot.count, np.uint16)
            row[one.documents] = one.weights
            if word is not None and len(self._rows) < _KEPT_ROWS:
                self._rows[word] = row
        return row.take(documents, mode="clip")

    # Days

    def _bounds(self, days: Sequence[Days]) -> Bounds:
        """The documents of each segment, which are sorted by day, from the first to the last."""
        first = max((day_number(one.first) for one in days if one.first), default=1)
        last = min((day_number(one.last) for one in days if one.last), default=99_999_999)
        ends = np.array([first, max(last + 1, first)], np.int32)
        bounds = []
        for segment, base in zip(
            self.snapshot.segments, self.snapshot.bases.tolist(), strict=False
        ):
            start, end = segment.days.searchsorted(ends).tolist()
            if start < end:
                bounds.append((base + start, base + end))
        return bounds

    def _cut(self, found: Found | None, bounds: Bounds) -> Found:
        if found is None:
            return self._row_of(bounds)
        if not is_row(found):
            return _taken(found, _stretches(found, bounds))
        row = np.zeros(self.snapshot.count, np.bool_)
        for first, last in bounds:
            row[first:last] = found[first:last]
        return row

    def _row_of(self, bounds: Bounds) -> Found:
        count = self.snapshot.count
        if sum(last - first for first, last in bounds) * SPARSE < count:
            return (
                _taken(np.zeros(0, np.int64), [])
                if not bounds
                else np.concatenate([np.arange(first, last) for first, last in bounds])
            )
        row = np.zeros(count, np.bool_)
        for first, last in bounds:
            row[first:last] = True
        return row

    def _everything(self) -> Found:
        return np.ones(self.snapshot.count, np.bool_)

    def living(self, found: Found) -> Found:
        """Those that are not deleted; as a list where they are few."""
        live = self.snapshot.live
        if live is not None:
            found = found & live if is_row(found) else kept(found, live.take(found, mode="clip"))
        if is_row(found) and size(found) * SPARSE < self.snapshot.count:
            return as_list(found)
        return found


def _count(posting: tuple[Postings, str]) -> int:
    return posting[0].count


def _found_weights(one: Postings, documents: Found) -> Weights:
    """By search: for few documents in a long list."""
    numbers = one.documents
    at = numbers.searchsorted(documents.astype(numbers.dtype, copy=False))
    weights = one.weights.take(at, mode="clip")
    weights *= numbers.take(at, mode="clip") == documents
    return weights


def _stretches(found: Found, bounds: Bounds) -> list[tuple[int, int]]:
    """Where the documents of the bounds stand in a list."""
    if not bounds:
        return []
    flat = [number for pair in bounds for number in pair]
    ends = found.searchsorted(np.array(flat, found.dtype)).tolist()
    return list(zip(ends[::2], ends[1::2], strict=True))


def _taken(array: npt.NDArray[Any], stretches: list[tuple[int, int]]) -> npt.NDArray[Any]:
    if len(stretches) == 1:
        return array[stretches[0][0] : stretches[0][1]]
    return np.concatenate([array[:0], *(array[first:last] for first, last in stretches)])
