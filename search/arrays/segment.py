"""One segment, read: a file of arrays as tables of postings, pairs and columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from search.arrays.array_file import Array, ArrayFile
from search.arrays.columns import VALUE_FIELDS, ValueColumn
from search.arrays.document import WORD_FIELDS
from search.arrays.pairs import PairTable
from search.arrays.postings import PostingsTable
from search.arrays.terms import StringTable

WORDS = "words"
"""The field of all words, the only one with weights."""


class Segment:
    """Documents numbered from 0 by day and id, those without a day first.

    Opening reads the header only; everything else comes into memory as queries touch it. Threads
    may share it. Raises ``array_file.DamagedArrays`` where the file is not whole.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        file = self._file = ArrayFile(path)
        self.size = file.size
        """Bytes of the file."""
        self.pivot: float = file.facts["pivot"]
        self.days: npt.NDArray[np.int32] = file["days"]
        """Rising: ``20191129``, 0 where there is none."""
        self.ids: npt.NDArray[np.bytes_] = file["ids"]
        self.groups: npt.NDArray[np.uint64] = file["groups"]
        """``columns.group_number`` of each document's group of reprints."""
        self.lengths: npt.NDArray[np.uint32] = file["lengths"]
        """Weighted words of each document."""
        self.count = len(self.days)
        """Documents, deleted ones included."""
        # Another type would make NumPy copy all days.
        self.undated = int(self.days.searchsorted(np.int32(1)))
        """How many have no day; they come first."""
        self.titles = StringTable(file, "titles")
        """As printed."""
        self.fields: Mapping[str, PostingsTable] = {
            name: PostingsTable(file, name, self.count)
            for name in (WORDS, *(field.value for field in WORD_FIELDS))
        }
        self.pairs = PairTable(file)
        self.values: Mapping[str, ValueColumn] = {
            name: ValueColumn(file, name) for name in VALUE_FIELDS
        }
        self.id_order: npt.NDArray[np.uint32] = file["ids.order"]
        """Numbers of the documents by rising id."""

    @cached_property
    def months(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
        """The months that occur, ``201911``, rising, and where the documents of each begin.

        Month 0 has the documents without a day. One more beginning for the end.
        """
        months = (self.days // 100).astype(np.int64)
        begins = np.flatnonzero(np.concatenate(([True], months[1:] != months[:-1]))[: self.count])
        return months[begins], np.append(begins, self.count).astype(np.uint32)

    def id(self, number: int) -> str:
        """The id of a document."""
        return bytes(self.ids[number]).decode("utf-8", "surrogatepass")

    def some_ids(self, numbers: Sequence[int]) -> list[str]:
        """The ids of a few documents; half the time of asking for one after another."""
        ids: list[bytes] = self.ids.take(numbers).tolist()
        return [each.decode("utf-8", "surrogatepass") for each in ids]

    def number(self, article_id: str) -> int | None:
        """The document of this id, deleted or not."""
        number = int(self.numbers([article_id])[0])
        return None if number < 0 else number

    def numbers(self, ids: Sequence[str]) -> npt.NDArray[np.int64]:
        """The documents of these ids, -1 where there is none."""
        encoded = [name.encode("utf-8", "surrogatepass") for name in ids]
        if not encoded or not self.count:
            return np.full(len(ids), -1, np.int64)
        # Cut to the width of the column: another width would make NumPy copy the whole column.
        wanted = np.array(encoded, self.ids.dtype)
        places = self.ids.searchsorted(wanted, sorter=self.id_order)
        found = self.id_order.take(places, mode="clip").astype(np.int64)
        fits = np.fromiter(map(len, encoded), np.int64, len(encoded)) <= self.ids.dtype.itemsize
        return np.where((self.ids[found] == wanted) & fits, found, -1)

    def array(self, name: str) -> Array | None:
        """Another array of the file, ``None`` where it has none of this name."""
        return self._file.get(name)

    def close(self) -> None:
        """Lets go of the file; arrays taken from it stay valid."""
        self._file.close()
