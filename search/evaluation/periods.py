"""Documents of some days: each segment's are numbered by day, so these are stretches of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from search.arrays.snapshot import Snapshot
from search.evaluation.documents import NONE, SPARSE, Found, is_row
from search.query.tree import Days

Bounds = list[tuple[int, int]]
"""Stretches of documents, rising: from the first up to the second number."""


def day_number(day: date) -> int:
    """A day as documents keep it, in the order of the calendar."""
    return day.year * 10_000 + day.month * 100 + day.day


def bounds_of(snapshot: Snapshot, days: Sequence[Days]) -> Bounds:
    """The documents that are within all of these days; those without a day are in none."""
    first = max((day_number(one.first) for one in days if one.first), default=1)
    last = min((day_number(one.last) for one in days if one.last), default=99_999_999)
    ends = np.array([first, max(last + 1, first)], np.int32)
    bounds = []
    for segment, base in zip(snapshot.segments, snapshot.bases.tolist(), strict=False):
        start, end = segment.days.searchsorted(ends).tolist()
        if start < end:
            bounds.append((base + start, base + end))
    return bounds


def within_bounds(bounds: Bounds, count: int) -> Found:
    """All documents of the bounds; ``count``: those of the index."""
    if sum(last - first for first, last in bounds) * SPARSE < count:
        return (
            np.concatenate([np.arange(first, last) for first, last in bounds]) if bounds else NONE
        )
    row = np.zeros(count, np.bool_)
    for first, last in bounds:
        row[first:last] = True
    return row


def cut(found: Found, bounds: Bounds) -> Found:
    """Those of a set that are within the bounds."""
    if not is_row(found):
        return taken(found, stretches(found, bounds))
    row = np.zeros(len(found), np.bool_)
    for first, last in bounds:
        row[first:last] = found[first:last]
    return row


def stretches(found: Found, bounds: Bounds) -> list[tuple[int, int]]:
    """Where the documents of the bounds stand in a list."""
    if not bounds:
        return []
    flat = [number for pair in bounds for number in pair]
    ends = found.searchsorted(np.array(flat, found.dtype)).tolist()
    return list(zip(ends[::2], ends[1::2], strict=True))


def taken(array: npt.NDArray[Any], stretches: list[tuple[int, int]]) -> npt.NDArray[Any]:
    """These stretches of an array, one behind the other."""
    if len(stretches) == 1:
        return array[stretches[0][0] : stretches[0][1]]
    return np.concatenate([array[:0], *(array[first:last] for first, last in stretches)])
