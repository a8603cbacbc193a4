"""Sets of documents as arrays: a rising list of numbers, or a row of booleans over all of them.

A row costs a byte for each document of the index whatever it holds, a list 4 to 8 bytes for each
document in it; rows join at 0.1 ns a document, lists at 2 to 40 ns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Found = npt.NDArray[Any]
"""Rising numbers without repetitions, or one boolean for each document."""
Row = npt.NDArray[np.bool_]

NONE: Found = np.zeros(0, np.uint32)
SPARSE = 8
"""Sets of more than one document in so many are kept as rows."""


def is_row(found: Found) -> bool:
    """Whether the set is kept as a row."""
    return found.dtype.kind == "b"


def size(found: Found) -> int:
    """How many documents there are."""
    return int(np.count_nonzero(found)) if found.dtype.kind == "b" else len(found)


def as_list(found: Found) -> Found:
    """Rising numbers."""
    return found.nonzero()[0] if found.dtype.kind == "b" else found


def as_row(found: Found, count: int) -> Row:
    """One boolean for each of ``count`` documents; not to be written to."""
    if found.dtype.kind == "b":
        return found
    row = np.zeros(count, np.bool_)
    row[found] = True
    return row


def kept(found: Found, stays: Row) -> Found:
    """Those of a list at which ``stays``, aligned to it, is true; 4 times as fast as a mask."""
    some: Found = found.take(stays.nonzero()[0])
    return some


def both(first: Found, second: Found, count: int) -> Found:
    """What two sets of ``count`` documents share."""
    if first.dtype.kind == "b":
        if second.dtype.kind == "b":
            return first & second
        first, second = second, first
    if second.dtype.kind != "b" and len(first) > len(second):
        first, second = second, first
    return kept(first, at(first, second, count))


def without(first: Found, second: Found, count: int) -> Found:
    """The first set less the second."""
    if first.dtype.kind == "b":
        if second.dtype.kind == "b":
            return first > second
        row = first.copy()
        row[second] = False
        return row
    return kept(first, ~at(first, second, count))


def at(numbers: Found, found: Found, count: int) -> Row:
    """Whether each of the numbers is in a set: by search, or by a row where that is cheaper."""
    if found.dtype.kind != "b":
        if len(numbers) * 30 < count * 0.05 + len(found) * 2:
            return holds(found, numbers)
        found = as_row(found, count)
    held: Row = found.take(numbers, mode="clip")
    return held


def holds(numbers: Found, wanted: Found) -> Row:
    """Whether each of the wanted numbers stands in a rising list."""
    if not len(numbers):
        return np.zeros(len(wanted), np.bool_)
    # Another type would make NumPy copy the list that is searched.
    wanted = wanted.astype(numbers.dtype, copy=False)
    held: Row = numbers.take(numbers.searchsorted(wanted), mode="clip") == wanted
    return held


def union(sets: Sequence[Found], count: int) -> Found:
    """What stands in any of the sets."""
    if len(sets) == 1:
        return sets[0]
    if not any(found.dtype.kind == "b" for found in sets):
        total = sum(map(len, sets))
        # Sorting costs some 50 ns a number, a row 2 ns a document.
        if total * 25 < count:
            return rising(np.concatenate(sets)) if total else NONE
    row = np.zeros(count, np.bool_)
    for found in sets:
        if found.dtype.kind == "b":
            row |= found
        else:
            row[found] = True
    return row


def rising(numbers: Found) -> Found:
    """Any numbers in order and once each."""
    return once(np.sort(numbers))


def once(numbers: Found) -> Found:
    """Numbers in order once each."""
    if len(numbers) < 2:
        return numbers
    differs = np.empty(len(numbers), np.bool_)
    differs[0] = True
    np.not_equal(numbers[1:], numbers[:-1], out=differs[1:])
    return kept(numbers, differs)


def joined(parts: Sequence[Found], bases: npt.NDArray[np.int64]) -> Found:
    """Sets of several segments as one; lists and rows may be mixed."""
    if len(parts) == 1:
        return parts[0]
    if any(part.dtype.kind == "b" for part in parts):
        row = np.zeros(int(bases[-1]), np.bool_)
        for part, base, end in zip(parts, bases[:-1].tolist(), bases[1:].tolist(), strict=True):
            row[base:end][slice(None) if part.dtype.kind == "b" else part] = (
                part if part.dtype.kind == "b" else True
            )
        return row
    shifted = [
        part.astype(np.int64) + base
        for part, base in zip(parts, bases[:-1].tolist(), strict=True)
        if len(part)
    ]
    return np.concatenate(shifted) if shifted else NONE


def within_segment(found: Found, base: int, end: int) -> Found:
    """The documents of one segment, numbered from 0."""
    if found.dtype.kind == "b":
        return found[base:end]
    if not base and (not len(found) or int(found[-1]) < end):
        return found
    first, last = found.searchsorted(np.array([base, end], found.dtype)).tolist()
    local: Found = found[first:last] - found.dtype.type(base)
    return local
