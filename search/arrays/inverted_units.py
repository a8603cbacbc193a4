"""The folded units of documents, turned round: from each pair of characters to its addresses."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from search.arrays import pairs
from search.arrays.array_file import ArrayFileWriter
from search.arrays.ranges import Integers, pieces, starts_of, viewed, within

_MOST_SECTIONS = (1 << 16) - 1
_CODE_POINTS = 0x110000
_PIECE = 1 << 18


class InvertedUnits:
    """Texts are kept as they are until all are there."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._counts = array("I")
        self._blocks = array("I")
        self._sizes = array("I")
        self._fields = array("B")
        self._sections = array("H")

    def add(self, units: Sequence[tuple[int, int, str]]) -> int:
        """One document's; returns how many blocks of addresses they take."""
        texts = []
        for field, section, text in units:
            self._fields.append(field)
            self._sections.append(min(section, _MOST_SECTIONS))
            self._sizes.append(len(text))
            texts.append(text)
        joined = "".join(texts)
        blocks = -(-(len(joined) + len(units)) // pairs.BLOCK)
        self._texts.append(joined)
        self._counts.append(len(units))
        self._blocks.append(blocks)
        return blocks

    def write(self, writer: ArrayFileWriter, order: Integers) -> None:
        """Writes units and pairs, the documents in this order."""
        counts = viewed(self._counts, np.uint32).astype(np.int64)
        chosen = within(starts_of(counts)[:-1][order], counts[order])
        counts = counts[order]
        blocks = viewed(self._blocks, np.uint32).astype(np.int64)[order]
        sizes = viewed(self._sizes, np.uint32).astype(np.int64)[chosen]
        starts = _unit_starts(counts, blocks, sizes)
        pairs.write_units(
            writer,
            blocks,
            starts,
            viewed(self._fields, np.uint8)[chosen],
            viewed(self._sections, np.uint16)[chosen],
        )
        characters, numbers = _numbered("".join([self._texts[n] for n in order.tolist()]))
        _write_pairs(writer, characters, numbers, starts, sizes, blocks)


def _unit_starts(counts: Integers, blocks: Integers, sizes: Integers) -> Integers:
    """The first address of each unit, of documents with so many units and blocks."""
    running = starts_of(sizes + 1)
    firsts = running[starts_of(counts)[:-1]]
    places = starts_of(blocks)[:-1] << pairs.BLOCK_BITS
    return running[:-1] + np.repeat(places - firsts, counts)


def _write_pairs(
    writer: ArrayFileWriter,
    characters: npt.NDArray[np.uint32],
    numbers: npt.NDArray[Any],
    starts: Integers,
    sizes: Integers,
    blocks: Integers,
) -> None:
    """Pairs of units whose characters' numbers stand one after another with nothing between."""
    keys, addresses = _sorted_pairs(numbers, starts, sizes)
    begins = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))[: len(keys)])
    ends = np.append(begins, len(keys))
    pairs.write_pairs(writer, characters, keys[begins], ends, _in_pieces(addresses), blocks)


def _numbered(text: str) -> tuple[npt.NDArray[np.uint32], npt.NDArray[Any]]:
    """The distinct code points of a text, rising, and the number of each of its characters.

    Numbers begin at 1 and take half the bits of a key.
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    # In pieces: NumPy makes indexes of 64 bits, which for all at once is most of the memory.
    stretches = [slice(first, first + _PIECE) for first in range(0, len(codes), _PIECE)]
    occurs = np.zeros(_CODE_POINTS, np.bool_)
    for stretch in stretches:
        occurs[codes[stretch]] = True
    characters = np.flatnonzero(occurs).astype(np.uint32)
    kind = pairs.number_type(len(characters))
    table = np.zeros(_CODE_POINTS, kind)
    table[characters] = np.arange(1, len(characters) + 1, dtype=kind)
    numbers = np.zeros(len(codes), kind)
    for stretch in stretches:
        np.take(table, codes[stretch], out=numbers[stretch], mode="clip")
    return characters, numbers


def _sorted_pairs(
    numbers: npt.NDArray[Any], starts: Integers, sizes: Integers
) -> tuple[npt.NDArray[Any], pairs.Addresses]:
    """Keys and addresses by pair, then address.

    Keys of 32 bits are sorted in one number with their addresses: 21 ns each, against 100 for an
    argsort of wider ones. The arrays returned are views of that number's halves.
    """
    last = np.cumsum(sizes) - 1
    both = np.zeros(len(numbers), np.uint64)
    parts = both.view(numbers.dtype)
    step = both.itemsize // numbers.itemsize
    parts[step - 1 :: step] = numbers
    parts[step - 2 :: step][:-1] = numbers[1:]
    parts[step - 2 :: step][last] = 0
    if step == 2:
        addresses = np.zeros(len(numbers), np.uint32)
        _fill_addresses(addresses, starts, sizes)
        order = both.argsort(kind="stable")
        return both[order], addresses[order]
    halves = both.view(np.uint32)
    _fill_addresses(halves[::2], starts, sizes)
    both.sort()
    return halves[1::2], halves[::2]


def _fill_addresses(addresses: pairs.Addresses, starts: Integers, sizes: Integers) -> None:
    """The address of each character of units that begin at these addresses."""
    first = 0
    for start, end in pieces(sizes, _PIECE):
        places = within(starts[start:end], sizes[start:end])
        addresses[first : first + len(places)] = places
        first += len(places)


def _in_pieces(addresses: pairs.Addresses) -> Iterator[pairs.Addresses]:
    for first in range(0, len(addresses), _PIECE):
        yield addresses[first : first + _PIECE]
