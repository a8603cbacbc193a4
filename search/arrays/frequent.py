"""Which documents have a character, or two in a row, kept as bits where they are many.

Frequent ones have hundreds of thousands of addresses in 100,000 documents; a row of bits is read
in a hundredth of the time, and all of them take two hundredths of the text's bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from search.arrays.array_file import ArrayFile, ArrayFileWriter
from search.arrays.ranges import Integers, starts_of

DENSE_SHARE = 3
"""What stands in more than one of so many documents has a row of bits."""

Addresses = npt.NDArray[np.uint32]


class FrequentRows:
    """The rows of a segment's frequent characters, or of its frequent pairs."""

    def __init__(self, file: ArrayFile, name: str, count: int) -> None:
        numbers: npt.NDArray[np.uint32] = file[f"{name}.numbers"]
        self._places = {number: place for place, number in enumerate(numbers.tolist())}
        self._rows: npt.NDArray[np.uint8] = file[f"{name}.rows"]
        self._count = count

    def row(self, number: int) -> npt.NDArray[np.bool_] | None:
        """Whether each document has the one of this number; ``None`` if that is not kept."""
        if (place := self._places.get(number)) is None:
            return None
        return np.unpackbits(self._rows[place], count=self._count).view(np.bool_)


class FrequentRowsWriter:
    """Watches the addresses of a segment go by, one character or pair after the other."""

    def __init__(
        self,
        name: str,
        sizes: Integers,
        block_documents: npt.NDArray[np.uint32],
        block_bits: int,
        count: int,
    ) -> None:
        """``sizes`` says how many addresses each has, in the order of their numbers from 0."""
        self._name = name
        self._ends = starts_of(sizes)[1:]
        # As many addresses as documents are the least that a row needs.
        self._frequent = np.flatnonzero(sizes * DENSE_SHARE > count).tolist()
        self._starts = self._ends - sizes
        self._block_documents = block_documents
        self._block_bits = block_bits
        self._row = np.zeros(count, np.bool_)
        self._numbers: list[int] = []
        self._rows: list[npt.NDArray[np.uint8]] = []
        self._seen = 0

    def watched(self, pieces: Iterable[Addresses]) -> Iterator[Addresses]:
        """The same pieces, looked at in passing."""
        waiting = iter(self._frequent)
        number = next(waiting, None)
        for piece in pieces:
            end = self._seen + len(piece)
            while number is not None and self._starts[number] < end:
                self._look(piece, int(self._starts[number]), int(self._ends[number]))
                if self._ends[number] > end:
                    break
                self._keep(number)
                number = next(waiting, None)
            self._seen = end
            yield piece

    def write(self, writer: ArrayFileWriter) -> None:
        """Writes the rows when all pieces have gone by."""
        width = -(-len(self._row) // 8)
        rows = np.concatenate([np.zeros(0, np.uint8), *self._rows]).reshape(-1, width or 1)
        writer.put(f"{self._name}.numbers", np.array(self._numbers, np.uint32))
        writer.put(f"{self._name}.rows", rows)

    def _look(self, piece: Addresses, start: int, end: int) -> None:
        mine = piece[max(start - self._seen, 0) : end - self._seen]
        self._row[self._block_documents.take(mine >> np.uint32(self._block_bits))] = True

    def _keep(self, number: int) -> None:
        if int(np.count_nonzero(self._row)) * DENSE_SHARE > len(self._row):
            self._numbers.append(number)
            self._rows.append(np.packbits(self._row))
        self._row[:] = False


def sizes_of(keys: npt.NDArray[Any], starts: Integers, characters: int) -> Integers:
    """How many addresses the pairs have that begin with each character."""
    kind = keys.dtype.type
    shift = keys.dtype.itemsize * 4
    firsts = np.arange(1, characters + 1, dtype=keys.dtype) << kind(shift)
    begins = starts[np.append(keys.searchsorted(firsts), len(keys))]
    return np.asarray(begins[1:] - begins[:-1], np.int64)
