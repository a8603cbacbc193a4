"""What is worked out once for a segment and kept as long as it is open."""

from __future__ import annotations

from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from search.arrays.pairs import BLOCK_BITS
from search.arrays.segment import Segment
from search.evaluation.documents import Row
from search.evaluation.strings import is_letter

SEVERAL = 1 << 16
"""For a block that is not within one section; no section has this number."""


class Remembered:
    """Small tables that queries share; two threads may make the same one, to no harm."""

    def __init__(self, segment: Segment) -> None:
        self._pairs = segment.pairs
        self._blocks: dict[int, Row] = {}

    @cached_property
    def letters(self) -> npt.NDArray[np.uint32] | npt.NDArray[np.uint64]:
        """Numbers of all characters that are letters or digits but not Chinese."""
        numbers = [number for one, number in self._pairs.numbers.items() if is_letter(one)]
        return np.array(numbers, self._pairs.keys.dtype)

    @cached_property
    def sections_of_blocks(self) -> npt.NDArray[np.uint32]:
        """The section that all units in a block of addresses are of, or ``SEVERAL``.

        Some 100 ms for 100,000 documents, at the first question for a section.
        """
        pairs = self._pairs
        sections = pairs.unit_sections.astype(np.uint32)
        changes = np.cumsum(np.concatenate([sections[:1], sections[1:] != sections[:-1]]))
        begins = np.arange(len(pairs.block_documents), dtype=np.uint32) << np.uint32(BLOCK_BITS)
        first = pairs.units(begins)
        last = pairs.units(begins | np.uint32((1 << BLOCK_BITS) - 1))
        same = changes.take(first) == changes.take(last)
        return np.where(same, sections.take(first), np.uint32(SEVERAL))

    def blocks_of_field(self, code: int) -> Row:
        """Which blocks of addresses units of a field reach into."""
        row = self._blocks.get(code)
        if row is None:
            row = self._blocks[code] = self._reached(code)
        return row

    def _reached(self, code: int) -> Row:
        pairs = self._pairs
        units = np.flatnonzero(pairs.unit_fields == code)
        first = pairs.unit_starts.take(units) >> BLOCK_BITS
        # Up to the next unit: too far where that is another document's, which does not matter.
        last = pairs.unit_starts.take(units + 1, mode="clip") >> BLOCK_BITS
        blocks = len(pairs.block_documents)
        last = np.where(units + 1 < len(pairs.unit_starts), last, blocks - 1)
        change = np.bincount(first, minlength=blocks + 1)
        change -= np.bincount(last + 1, minlength=blocks + 1)
        row: Row = np.cumsum(change[:-1]) > 0
        return row


_REMEMBERED: WeakKeyDictionary[Segment, Remembered] = WeakKeyDictionary()


def remembered(segment: Segment) -> Remembered:
    """The tables of a segment."""
    held = _REMEMBERED.get(segment)
    if held is None:
        held = _REMEMBERED[segment] = Remembered(segment)
    return held
