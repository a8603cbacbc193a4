"""Where every two neighbouring characters stand: what finds any string there is.

The folded units of a segment's documents stand one after another in an address space. Each
document begins at a multiple of ``BLOCK``, each unit takes one address more than it has
characters, so that nothing runs across its end. Of every character the address is kept, under the
pair it makes with the next one, or with nothing at the end of the unit. Pairs are sorted by their
first and then their second character, so all that begin with one character lie together.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from search.arrays.array_file import ArrayFile, ArrayFileWriter
from search.arrays.frequent import FrequentRows, FrequentRowsWriter, sizes_of
from search.arrays.ranges import Integers, lengths_of, starts_of, within

Addresses = npt.NDArray[np.uint32]

BLOCK = 128
BLOCK_BITS = 7
MOST_ADDRESSES = 1 << 32
"""How many addresses a segment may have."""
MOST_NARROW = (1 << 16) - 1
"""How many distinct characters can be numbered in 16 bits, with 0 for the end of a unit.

Chinese news has some 6,000; beyond, keys of pairs take 64 bits instead of 32.
"""

_MERGED_BELOW = 20
"""Two lists are merged unless one is so many times as long; then the shorter is looked up.

Merging takes 3 ns an address of both, looking up 55 ns an address of the shorter.
"""
_THINS_OUT = 4
"""A list so many times shorter than one that must be looked at is worth being looked at before."""

_NOWHERE: Addresses = np.zeros(0, np.uint32)

Part = tuple[int, int, int, int]
"""A pair of a string: how often it occurs, start and end in ``addresses``, place in the string."""


class PairTable:
    """The pairs of a segment, and the documents and units at their addresses."""

    def __init__(self, file: ArrayFile) -> None:
        self.characters: npt.NDArray[np.uint32] = file["pairs.characters"]
        """Code points of all distinct characters, rising; a character's number is its index + 1."""
        self.keys: npt.NDArray[Any] = file["pairs.keys"]
        """Number of the first character, and of the second in the lower half of the bits."""
        self.starts: npt.NDArray[np.uint32] = file["pairs.starts"]
        """Where the addresses of each pair begin in ``addresses``; one more for the end."""
        self.addresses: Addresses = file["pairs.addresses"]
        self.document_blocks: npt.NDArray[np.uint32] = file["pairs.document_blocks"]
        """The first block of each document; one more for the end."""
        self.block_documents: npt.NDArray[np.uint32] = file["pairs.block_documents"]
        self.unit_starts: Addresses = file["pairs.unit_starts"]
        self.unit_fields: npt.NDArray[np.uint8] = file["pairs.unit_fields"]
        """Position of the unit's field in ``UnitField``."""
        self.unit_sections: npt.NDArray[np.uint16] = file["pairs.unit_sections"]
        """Number of the section and 1, or 0 outside of sections."""
        self._shift = self.keys.dtype.itemsize * 4
        self._keys = self.keys.data
        self._starts = self.starts.data
        count = len(self.document_blocks) - 1
        self._characters = FrequentRows(file, "pairs.frequent_characters", count)
        self._pairs = FrequentRows(file, "pairs.frequent", count)

    def occurrences(self, text: str, documents: npt.NDArray[Any] | None = None) -> Addresses:
        """Where the string begins, rising, each time within one unit.

        It must be folded and not empty. With ``documents``, a few numbers that rise, only what
        stands in these.
        """
        if len(text) == 1:
            found = np.sort(self.beginning_with(text))
            return found if documents is None else self._inside(found, documents)
        return self.standing(self.parts(text), len(text), documents)

    def parts(self, text: str) -> list[Part]:
        """Pairs that make up a string of two or more characters, the rarest first.

        Every second pair and the last suffice; one more is taken where it is much rarer than the
        second of those. None at all if a pair does not occur. A loop with ``bisect`` takes 1 µs a
        pair, and what NumPy's calls would cost for all of them ten times that: it would pay from
        50 characters on.
        """
        known = self.numbers.get
        numbers = [known(character, 0) for character in text]
        if 0 in numbers:
            return []
        keys, starts, shift = self._keys, self._starts, self._shift
        needed: list[Part] = []
        others: list[Part] = []
        last = len(text) - 2
        for offset in range(last + 1):
            key = numbers[offset] << shift | numbers[offset + 1]
            place = bisect_left(keys, key)
            if place == len(keys) or keys[place] != key:
                return []
            start, end = starts[place], starts[place + 1]
            chosen = others if offset & 1 and offset < last else needed
            chosen.append((end - start, start, end, offset))
        needed.sort()
        if others:
            rarest = min(others)
            if rarest[0] * _THINS_OUT < needed[1][0]:
                needed.append(rarest)
                needed.sort()
        return needed

    def standing(
        self, parts: Sequence[Part], length: int, documents: npt.NDArray[Any] | None = None
    ) -> Addresses:
        """``occurrences`` of a string of so many characters by its parts.

        The rarest is taken, and what the others do not confirm is dropped.
        """
        if not parts:
            return _NOWHERE
        _, start, end, offset = parts[0]
        found = self.addresses[start:end]
        if documents is not None:
            found = self._inside(found, documents)
        found = _moved_back(found, offset)
        if len(found) and int(found[-1]) + length > self._end:
            found = found[: found.searchsorted(np.uint32(max(self._end - length, 0)), "right")]
        for _, start, end, offset in parts[1:]:
            if not len(found):
                break
            found = _confirmed(found, self.addresses[start:end], offset)
        return found

    def pair(self, text: str) -> Addresses:
        """The addresses of two neighbouring characters."""
        parts = self.parts(text)
        return self.addresses[parts[0][1] : parts[0][2]] if parts else _NOWHERE

    def beginning_with(self, character: str) -> Addresses:
        """The addresses of a character; they rise only among those with the same one after it."""
        number = self.numbers.get(character)
        if number is None:
            return _NOWHERE
        first = bisect_left(self._keys, number << self._shift)
        last = bisect_left(self._keys, (number + 1) << self._shift)
        return self.addresses[self._starts[first] : self._starts[last]]

    def documents_with(self, text: str) -> npt.NDArray[np.uint32]:
        """The documents, rising, each once, in which the string stands within a unit.

        For one character this spares the sorting of its addresses: half the time.
        """
        if len(text) > 1:
            documents = self.documents(self.occurrences(text))
            is_first = np.ones(len(documents), np.bool_)
            np.not_equal(documents[1:], documents[:-1], out=is_first[1:])
            return documents.take(np.flatnonzero(is_first))
        return np.flatnonzero(self.with_character(text)).astype(np.uint32)

    def with_character(self, character: str) -> npt.NDArray[np.bool_]:
        """Whether each document has the character; of frequent ones that is kept."""
        if (row := self._characters.row(self.numbers.get(character, 0) - 1)) is not None:
            return row
        row = np.zeros(len(self.document_blocks) - 1, np.bool_)
        row[self.documents(self.beginning_with(character))] = True
        return row

    def with_frequent(self, pair: str) -> npt.NDArray[np.bool_] | None:
        """Whether each document has a pair of characters; ``None`` where that is not kept."""
        numbers = self.numbers
        first, second = numbers.get(pair[0], 0), numbers.get(pair[1], 0)
        if not first or not second:
            return None
        key = first << self._shift | second
        place = bisect_left(self._keys, key)
        is_there = place < len(self._keys) and self._keys[place] == key
        return self._pairs.row(place) if is_there else None

    def rarity(self, text: str) -> int:
        """At most how often a string occurs, without looking at addresses: its rarest pair does."""
        if len(text) == 1:
            return len(self.beginning_with(text))
        parts = self.parts(text)
        return parts[0][0] if parts else 0

    def counts(self, pair: str, documents: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """How often two neighbouring characters stand in each document.

        For few documents: two binary searches for each.
        """
        return self._bounds(self.pair(pair), documents)[1]

    def documents(self, addresses: Addresses) -> npt.NDArray[np.uint32]:
        """The document at each address; rising where the addresses rise, with repetitions."""
        return self.block_documents.take(addresses >> BLOCK_BITS)

    def units(self, addresses: Addresses) -> npt.NDArray[np.int64]:
        """The number of the unit at each address: its place in ``unit_starts``."""
        return self.unit_starts.searchsorted(addresses, "right") - 1

    def document_span(
        self, documents: npt.NDArray[Any]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The first address of each document and the one after its last; equal without units."""
        firsts, ends = self._blocks(documents)
        return firsts << BLOCK_BITS, ends << BLOCK_BITS

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Number of each character; some 0.3 ms for 6,000, at the first query."""
        characters = self.characters.tobytes().decode("utf-32-le", "surrogatepass")
        return dict(zip(characters, range(1, len(characters) + 1), strict=True))

    @property
    def _end(self) -> int:
        return len(self.block_documents) << BLOCK_BITS

    def _bounds(
        self, addresses: Addresses, documents: npt.NDArray[Any]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Where each document's part of rising addresses begins, and how many there are."""
        firsts, ends = self._blocks(documents)
        # The last address of a document fits in 32 bits where its end may not.
        before = addresses.searchsorted((firsts << BLOCK_BITS).astype(np.uint32))
        until = addresses.searchsorted(((ends << BLOCK_BITS) - 1).astype(np.uint32), "right")
        return before, np.where(ends > firsts, until - before, 0)

    def _inside(self, addresses: Addresses, documents: npt.NDArray[Any]) -> Addresses:
        return addresses.take(within(*self._bounds(addresses, documents)))

    def _blocks(
        self, documents: npt.NDArray[Any]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        numbers = np.asarray(documents, np.int64)
        return (
            self.document_blocks.take(numbers).astype(np.int64),
            self.document_blocks.take(numbers + 1).astype(np.int64),
        )


def _moved_back(addresses: Addresses, offset: int) -> Addresses:
    """Where strings begin that have these addresses at an offset; none before address 0."""
    if not offset:
        return addresses
    if len(addresses) and addresses[0] < offset:
        addresses = addresses[addresses.searchsorted(np.uint32(offset)) :]
    return addresses - np.uint32(offset)


def _confirmed(found: Addresses, addresses: Addresses, offset: int) -> Addresses:
    """Those found that have one of the addresses at an offset; both rise."""
    wanted = found + np.uint32(offset)
    if len(addresses) < _MERGED_BELOW * len(wanted):
        both = np.concatenate((addresses, wanted))
        both.sort(kind="stable")  # merges the two
        confirmed: Addresses = both.take((both[1:] == both[:-1]).nonzero()[0])
        confirmed -= np.uint32(offset)
        return confirmed
    places = addresses.searchsorted(wanted)
    stays: npt.NDArray[np.bool_] = addresses.take(places, mode="clip") == wanted
    return found.take(stays.nonzero()[0])


def number_type(characters: int) -> np.dtype[Any]:
    """What holds a character's number where so many distinct ones occur; a key is two of them."""
    return np.dtype(np.uint16 if characters <= MOST_NARROW else np.uint32)


def write_pairs(
    writer: ArrayFileWriter,
    characters: npt.NDArray[np.uint32],
    keys: npt.NDArray[Any],
    starts: Integers,
    addresses: Iterable[Addresses],
    blocks: Integers,
) -> None:
    """The pairs of a segment; the addresses in pieces, pair after pair.

    ``blocks`` says how many blocks of addresses each document takes.
    """
    block_documents = np.repeat(np.arange(len(blocks), dtype=np.uint32), blocks)
    rows = [
        FrequentRowsWriter(name, sizes, block_documents, BLOCK_BITS, len(blocks))
        for name, sizes in (
            ("pairs.frequent_characters", sizes_of(keys, starts, len(characters))),
            ("pairs.frequent", lengths_of(starts)),
        )
    ]
    for each in rows:
        addresses = each.watched(addresses)
    writer.put("pairs.characters", characters)
    writer.put("pairs.keys", keys)
    writer.put("pairs.starts", starts.astype(np.uint32))
    filling = writer.reserve("pairs.addresses", np.uint32, int(starts[-1]))
    for piece in addresses:
        filling.write(piece)
    for each in rows:
        each.write(writer)


def write_units(
    writer: ArrayFileWriter,
    blocks: Integers,
    starts: Integers,
    fields: npt.NDArray[np.uint8],
    sections: npt.NDArray[np.uint16],
) -> None:
    """How many blocks each document takes, and where its units begin.

    Raises ``ValueError`` where that is more than addresses can say.
    """
    document_blocks = starts_of(blocks)
    if int(document_blocks[-1]) << BLOCK_BITS > MOST_ADDRESSES:
        raise ValueError("too much text for one segment")
    writer.put("pairs.document_blocks", document_blocks.astype(np.uint32))
    documents = np.arange(len(blocks), dtype=np.uint32)
    writer.put("pairs.block_documents", np.repeat(documents, blocks))
    writer.put("pairs.unit_starts", starts.astype(np.uint32))
    writer.put("pairs.unit_fields", fields)
    writer.put("pairs.unit_sections", sections)
