"""The postings of several segments, interleaved by term and new document number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search.arrays.array_file import ArrayFileWriter
from search.arrays.postings import (
    PIECE,
    PostingsPiece,
    PostingsTable,
    packed,
    term_pieces,
    unpacked,
    write_postings,
)
from search.arrays.ranges import pieces
from search.arrays.renumbering import Integers, Renumbered, Source
from search.arrays.terms import write_strings


@dataclass(frozen=True, slots=True)
class _Part:
    """What one source gives to a field."""

    source: Source
    table: PostingsTable
    terms: Integers
    """Numbers, rising, of the terms that a live document has."""
    targets: Integers
    """Their numbers in the merged segment."""


def merge_postings(
    writer: ArrayFileWriter, name: str, renumbered: Renumbered
) -> tuple[list[str], Integers]:
    """Writes the terms and postings of a field.

    Returns the terms, sorted, and in how many documents each occurs.
    """
    tables = [source.segment.fields[name] for source in renumbered.sources]
    lists = [list(table.terms) for table in tables]
    live_counts = [
        _live_counts(table, source.live)
        for table, source in zip(tables, renumbered.sources, strict=True)
    ]
    numbers = {term: 0 for terms in lists for term in terms}
    union = sorted(numbers)
    numbers = dict(zip(union, range(len(union)), strict=True))
    maps = [np.fromiter(map(numbers.__getitem__, terms), np.int64, len(terms)) for terms in lists]
    counts = np.zeros(len(union), np.int64)
    for places, live in zip(maps, live_counts, strict=True):
        counts[places] += live
    kept = np.flatnonzero(counts)
    merged = [union[number] for number in kept.tolist()]
    write_strings(writer, name, merged)
    targets = np.cumsum(counts > 0) - 1
    parts = []
    for source, table, places, live in zip(
        renumbered.sources, tables, maps, live_counts, strict=True
    ):
        terms = np.flatnonzero(live)
        parts.append(_Part(source, table, terms, targets[places[terms]]))
    write_postings(
        writer,
        name,
        counts[kept],
        renumbered.count,
        _interleaved(parts, counts[kept]),
        is_weighted=tables[0].is_weighted,
    )
    return merged, counts[kept]


def _live_counts(table: PostingsTable, live: npt.NDArray[np.bool_] | None) -> Integers:
    """In how many live documents each term occurs."""
    counts = table.counts.astype(np.int64)
    if live is None:
        return counts
    found = np.zeros(len(counts), np.int64)
    for first, last in pieces(counts, PIECE):
        documents, _, terms = table.between(first, last)
        found[first:last] = np.bincount(terms[live.take(documents)], minlength=last - first)
    return found


def _interleaved(parts: list[_Part], counts: Integers) -> Iterator[PostingsPiece]:
    for first, last in term_pieces(counts):
        keys = np.concatenate([_keys(part, first, last) for part in parts])
        keys.sort(kind="stable")  # merges the sources' runs
        yield PostingsPiece(first, last, *unpacked(keys))


def _keys(part: _Part, first: int, last: int) -> npt.NDArray[np.uint64]:
    """The packed postings of merged terms ``first`` up to ``last`` that come from a source."""
    start, end = part.targets.searchsorted([first, last])
    if start == end:
        return np.zeros(0, np.uint64)
    lowest, highest = int(part.terms[start]), int(part.terms[end - 1]) + 1
    # Terms between them that no live document has stay 0: their postings are dropped below.
    targets = np.zeros(highest - lowest, np.uint64)
    targets[part.terms[start:end] - lowest] = part.targets[start:end] - first
    documents, weights, terms = part.table.between(lowest, highest)
    if (live := part.source.live) is not None:
        alive = np.flatnonzero(live.take(documents))
        documents, weights, terms = documents[alive], weights[alive], terms[alive]
    new = part.source.numbers.take(documents).astype(np.uint64)
    return packed(targets.take(terms), new, weights)
