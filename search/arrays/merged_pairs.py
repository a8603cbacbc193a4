"""Units and pairs of several segments, with every address moved to its document's new place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from search.arrays import pairs
from search.arrays.array_file import ArrayFileWriter
from search.arrays.pairs import BLOCK_BITS, PairTable
from search.arrays.ranges import distinct, lengths_of, pieces, starts_of, within
from search.arrays.renumbering import Integers, Renumbered, Source

_PIECE = 1 << 18
"""Addresses handled at once: arrays that stay in the processor's cache."""
_HALF = np.uint64(32)


@dataclass(frozen=True, slots=True)
class _Part:
    """What one source gives to the pairs."""

    table: PairTable
    moves: npt.NDArray[np.uint32]
    """By block: what is added to its addresses, modulo 2**32."""
    live: npt.NDArray[np.bool_] | None
    """By block: whether its document is live; ``None`` where all are."""
    numbers: Integers
    """Numbers, rising, of the pairs that stand in live documents."""
    targets: Integers
    """Their numbers in the merged segment."""


def merge_pairs(writer: ArrayFileWriter, renumbered: Renumbered) -> None:
    """Writes units and pairs."""
    blocks, moves = _merge_units(writer, renumbered)
    tables = [source.segment.pairs for source in renumbered.sources]
    lives = [_by_block(source) for source in renumbered.sources]
    counts = [_live_counts(table, live) for table, live in zip(tables, lives, strict=True)]
    numbers = [np.flatnonzero(each) for each in counts]
    wide = [keys[kept] for keys, kept in zip(_wide_keys(tables), numbers, strict=True)]
    union = distinct(np.concatenate(wide))
    merged = np.zeros(len(union), np.int64)
    parts = []
    for table, move, live, kept, keys, count in zip(
        tables, moves, lives, numbers, wide, counts, strict=True
    ):
        targets = union.searchsorted(keys)
        merged[targets] += count[kept]
        parts.append(_Part(table, move, live, kept, targets))
    codes, keys = _narrow_keys(union)
    pairs.write_pairs(writer, codes, keys, starts_of(merged), _interleaved(parts, merged), blocks)


def _merge_units(
    writer: ArrayFileWriter, renumbered: Renumbered
) -> tuple[Integers, list[npt.NDArray[np.uint32]]]:
    """Writes the units.

    Returns the blocks of each document, and for each source what its blocks' addresses are moved
    by.
    """
    order, sources = renumbered.order, renumbered.sources
    tables = [source.segment.pairs for source in sources]
    taken = [lengths_of(table.document_blocks) for table in tables]
    blocks = np.concatenate(
        [each[source.kept] for each, source in zip(taken, sources, strict=True)]
    )[order]
    begins = starts_of(blocks)[:-1]
    moves, starts, firsts, counts, before = [], [], [], [], 0
    for source, table, mine in zip(sources, tables, taken, strict=True):
        first, last = table.document_span(source.kept)
        moved = np.zeros(source.segment.count, np.int64)
        moved[source.kept] = (begins[source.numbers[source.kept]] << BLOCK_BITS) - first
        by_block = np.repeat(moved, mine)
        moves.append(by_block.astype(np.uint32))
        old = table.unit_starts.astype(np.int64)
        starts.append(old + by_block[old >> BLOCK_BITS])
        here = old.searchsorted(first)
        firsts.append(here + before)
        counts.append(old.searchsorted(last) - here)
        before += len(old)
    chosen = within(np.concatenate(firsts)[order], np.concatenate(counts)[order])
    pairs.write_units(
        writer,
        blocks,
        np.concatenate(starts)[chosen],
        np.concatenate([table.unit_fields for table in tables])[chosen],
        np.concatenate([table.unit_sections for table in tables])[chosen],
    )
    return blocks, moves


def _by_block(source: Source) -> npt.NDArray[np.bool_] | None:
    if source.live is None:
        return None
    return source.live.take(source.segment.pairs.block_documents)


def _live_counts(table: PairTable, live: npt.NDArray[np.bool_] | None) -> Integers:
    """How often each pair stands in live documents."""
    counts = lengths_of(table.starts)
    if live is None:
        return counts
    found = np.zeros(len(counts), np.int64)
    for first, last in pieces(counts, _PIECE):
        start, end = table.starts[first], table.starts[last]
        stays = live.take(table.addresses[start:end] >> BLOCK_BITS)
        labels = np.repeat(np.arange(last - first), counts[first:last])
        found[first:last] = np.bincount(labels[stays], minlength=last - first)
    return found


def _wide_keys(tables: list[PairTable]) -> list[npt.NDArray[np.uint64]]:
    """The keys of each table with code points and 1 in place of characters' numbers, rising."""
    wide = []
    for table in tables:
        codes = np.concatenate(([0], table.characters.astype(np.uint64) + np.uint64(1)))
        codes = codes.astype(np.uint64)
        shift = table.keys.dtype.type(table.keys.dtype.itemsize * 4)
        firsts = table.keys >> shift
        wide.append(codes[firsts] << _HALF | codes[table.keys - (firsts << shift)])
    return wide


def _narrow_keys(
    wide: npt.NDArray[np.uint64],
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[Any]]:
    """The code points that occur, rising, and the keys with their numbers."""
    firsts, seconds = wide >> _HALF, wide.astype(np.uint32)
    occurring = distinct(firsts).astype(np.uint32)  # every character begins a pair
    kind = np.dtype(f"u{2 * pairs.number_type(len(occurring)).itemsize}")
    numbers = np.zeros(0x110001, kind)
    numbers[occurring] = np.arange(1, len(occurring) + 1, dtype=kind)
    keys = numbers[firsts] << kind.type(kind.itemsize * 4)
    return occurring - np.uint32(1), keys | numbers[seconds]


def _interleaved(parts: list[_Part], counts: Integers) -> Iterator[pairs.Addresses]:
    for first, last in pieces(counts, _PIECE):
        keys = np.concatenate([_keys(part, first, last) for part in parts])
        # Each source's keys rise, and a stable sort merges runs: 6 ns a key against 20.
        keys.sort(kind="stable")
        yield keys.astype(np.uint32)


def _keys(part: _Part, first: int, last: int) -> npt.NDArray[np.uint64]:
    """Pair and new address, in one number, of merged pairs ``first`` up to ``last``."""
    start, end = part.targets.searchsorted([first, last])
    if start == end:
        return np.zeros(0, np.uint64)
    lowest, highest = int(part.numbers[start]), int(part.numbers[end - 1]) + 1
    # Pairs between them that stand in no live document stay 0: their addresses are dropped below.
    labels = np.zeros(highest - lowest, np.uint64)
    labels[part.numbers[start:end] - lowest] = part.targets[start:end] - first
    labels <<= _HALF
    starts = part.table.starts[lowest : highest + 1]
    addresses = part.table.addresses[starts[0] : starts[-1]]
    keys = np.repeat(labels, lengths_of(starts))
    blocks = addresses >> BLOCK_BITS
    keys |= addresses + part.moves.take(blocks)
    return keys if part.live is None else keys[part.live.take(blocks)]
