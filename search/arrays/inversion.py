"""Documents turned into a segment: gathered one by one, sorted and written at the end.

Documents are numbered by day, then id; those without a day come first. So a range of days is a
range of numbers, and the segment depends on nothing but the documents it holds.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from search import analysis
from search.arrays.array_file import ArrayFileWriter
from search.arrays.columns import (
    SEVERAL_VALUES,
    VALUE_FIELDS,
    Codes,
    encoded_ids,
    group_number,
    reordered,
    write_column,
    write_documents,
)
from search.arrays.document import IndexDocument
from search.arrays.inverted_units import InvertedUnits
from search.arrays.inverted_words import InvertedWords
from search.arrays.pairs import BLOCK_BITS
from search.arrays.ranges import Integers, viewed
from search.arrays.terms import write_strings
from search.suggestions.keys import completion_arrays


class Inversion:
    """Documents that will be one segment."""

    def __init__(self, pivot: float) -> None:
        """``pivot`` is the mean length of documents that the weights refer to; over 0."""
        if not pivot > 0:
            raise ValueError(f"pivot {pivot}")
        self.addresses = 0
        """How many addresses the segment will have; ``write`` refuses over 2**32."""
        self._pivot = pivot
        self._ids: list[str] = []
        self._titles: list[str] = []
        self._days = array("i")
        self._groups = array("Q")
        self._words = InvertedWords()
        self._units = InvertedUnits()
        self._values = {name: _Values() for name in VALUE_FIELDS}

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, document: IndexDocument) -> None:
        """Takes one more document; ids must differ."""
        self._ids.append(document.id)
        self._titles.append(document.title)
        self._days.append(document.day)
        self._groups.append(group_number(document.group))
        self._words.add(document.terms)
        self.addresses += self._units.add(document.units) << BLOCK_BITS
        for name, values in self._values.items():
            given = document.values.get(name, ())
            values.add(given if name in SEVERAL_VALUES else given[:1])

    def write(self, path: Path) -> None:
        """Writes the segment; nobody sees the file before it is whole and on the disk."""
        ids = encoded_ids(self._ids)
        days = viewed(self._days, np.int32)
        order = np.lexsort((ids, days))
        ranks = np.zeros(len(order), np.uint32)
        ranks[order] = np.arange(len(order), dtype=np.uint32)
        groups = viewed(self._groups, np.uint64)[order]
        lengths = self._words.lengths()[order].astype(np.uint32)
        facts = {"count": len(self), "pivot": self._pivot}
        with ArrayFileWriter(path, facts) as writer:
            write_documents(writer, days[order], ids[order], groups, lengths)
            titles = [self._titles[number] for number in order.tolist()]
            write_strings(writer, "titles", titles)
            for name, values in self._values.items():
                values.write(writer, name, order)
            words, frequencies = self._words.write(writer, ranks, self._pivot)
            self._units.write(writer, order)
            for name, column in completion_arrays(titles, words, frequencies).items():
                writer.put(name, column)


class _Values:
    """The values that documents have in one field."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._codes = array("i")
        self._sizes = array("I")

    def add(self, values: Sequence[str]) -> None:
        for value in values:
            self._codes.append(self._numbers.setdefault(value, len(self._numbers)))
        self._sizes.append(len(values))

    def write(self, writer: ArrayFileWriter, name: str, order: Integers) -> None:
        """Writes the column, the documents in this order."""
        printed = list(self._numbers)
        all_codes: Codes = viewed(self._codes, np.int32)
        sizes = viewed(self._sizes, np.uint32).astype(np.int64)
        codes, sizes = reordered(all_codes, sizes, order)
        write_column(writer, name, printed, analysis.fold_all(printed), codes, sizes)
