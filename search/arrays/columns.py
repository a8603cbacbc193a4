"""What is known of each document beside its text: day, id, group, and named values."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from search.arrays.array_file import Array, ArrayFile, ArrayFileWriter
from search.arrays.ranges import lengths_of, starts_of, within
from search.arrays.terms import StringTable, TermTable, write_strings

VALUE_FIELDS = ("site", "container", "reprinted", "author", "channel", "tag")
SEVERAL_VALUES = frozenset({"author"})
"""Fields of which a document may have more than one value."""

Codes = npt.NDArray[np.int32]


class ValueColumn:
    """The values of one field: a table of the distinct ones and their numbers by document."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self.values = TermTable(file, f"value.{name}")
        """Distinct values as printed, sorted."""
        self.folded = StringTable(file, f"value.{name}.folded")
        """The same in the same order, folded; two may be equal here."""
        self.codes: Codes = file[f"value.{name}.codes"]
        """Numbers of the values: one for each document, -1 for none; with ``starts`` all those of
        the first document, then all those of the second, and so on."""
        self.starts: npt.NDArray[np.uint32] | None = (
            file[f"value.{name}.firsts"] if name in SEVERAL_VALUES else None
        )
        """Where the codes of each document begin, one more for the end; ``None``: one code each."""

    def of(self, document: int) -> tuple[str, ...]:
        """The values of one document, as printed and in printed order."""
        if self.starts is None:
            codes = self.codes[document : document + 1]
        else:
            codes = self.codes[self.starts[document] : self.starts[document + 1]]
        return tuple(self.values[code] for code in codes.tolist() if code >= 0)

    def flat(self) -> tuple[Codes, npt.NDArray[np.int64]]:
        """All codes, document after document, and how many each document has."""
        if self.starts is not None:
            return self.codes, lengths_of(self.starts)
        return self.codes[self.codes >= 0], (self.codes >= 0).astype(np.int64)

    def counts(self, documents: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """How many of some documents, given by their numbers, have each value."""
        if self.starts is None:
            codes = self.codes.take(documents)
        else:
            starts = self.starts.take(documents)
            codes = self.codes.take(within(starts, self.starts.take(documents + 1) - starts))
        return self._counted(codes)

    @cached_property
    def totals(self) -> npt.NDArray[np.int64]:
        """How many documents have each value, deleted ones included."""
        return self._counted(self.codes)

    def _counted(self, codes: Codes) -> npt.NDArray[np.int64]:
        return np.bincount(codes + 1, minlength=len(self.values) + 1)[1:]  # -1: no value

    def documents(self, codes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The documents, rising, that have one of the values of these numbers."""
        wanted = np.zeros(len(self.values) + 1, np.bool_)  # the last is for -1: no value
        wanted[codes] = True
        places = np.flatnonzero(wanted[self.codes])
        if self.starts is None:
            return places
        return np.unique(self.starts.searchsorted(places, "right") - 1)


def group_number(name: str) -> int:
    """The number by which a group of reprints is known in the index: 64 bits."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


def write_column(
    writer: ArrayFileWriter,
    name: str,
    values: Sequence[str],
    folded: Sequence[str],
    codes: Codes,
    sizes: npt.NDArray[np.int64],
) -> None:
    """A column of values; ``sizes`` says how many of the codes each document has.

    ``codes`` count in ``values``, which come in any order and may hold more than are used.
    """
    used = np.flatnonzero(np.bincount(codes, minlength=len(values)))
    used = np.array(sorted(used.tolist(), key=values.__getitem__), np.int64)
    ranks = np.zeros(len(values), np.int32)
    ranks[used] = np.arange(len(used), dtype=np.int32)
    write_strings(writer, f"value.{name}", [values[number] for number in used.tolist()])
    write_strings(writer, f"value.{name}.folded", [folded[number] for number in used.tolist()])
    codes = ranks[codes]
    if name in SEVERAL_VALUES:
        writer.put(f"value.{name}.codes", codes)
        writer.put(f"value.{name}.firsts", starts_of(sizes).astype(np.uint32))
        return
    single = np.full(len(sizes), -1, np.int32)
    single[sizes > 0] = codes[starts_of(sizes)[:-1][sizes > 0]]
    writer.put(f"value.{name}.codes", single)


def reordered(
    codes: Codes, sizes: npt.NDArray[np.int64], order: npt.NDArray[np.int64]
) -> tuple[Codes, npt.NDArray[np.int64]]:
    """Codes and sizes of the documents in another order."""
    starts = starts_of(sizes)[:-1]
    return codes[within(starts[order], sizes[order])], sizes[order]


def encoded_ids(ids: Sequence[str]) -> npt.NDArray[np.bytes_]:
    """Ids as bytes of one width, whose order is that of the ids."""
    encoded = [name.encode("utf-8", "surrogatepass") for name in ids]
    return np.array(encoded, f"S{max(map(len, encoded), default=1) or 1}")


def write_documents(
    writer: ArrayFileWriter,
    days: npt.NDArray[np.int32],
    ids: npt.NDArray[np.bytes_],
    groups: npt.NDArray[np.uint64],
    lengths: npt.NDArray[np.uint32],
) -> None:
    """The columns that every document has one value of, and the order of the ids."""
    columns: dict[str, Array] = {"days": days, "ids": ids, "groups": groups, "lengths": lengths}
    for name, column in columns.items():
        writer.put(name, column)
    writer.put("ids.order", np.argsort(ids, kind="stable").astype(np.uint32))
