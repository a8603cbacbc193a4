"""Arithmetic on many stretches of an array at once."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]


def starts_of(lengths: npt.NDArray[Any]) -> Integers:
    """Where stretches that follow each other begin, and where the last one ends: one more."""
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def lengths_of(starts: npt.NDArray[Any]) -> Integers:
    """The inverse of ``starts_of``."""
    starts = starts.astype(np.int64)
    return np.asarray(starts[1:] - starts[:-1], np.int64)


def within(starts: npt.NDArray[Any], lengths: npt.NDArray[Any]) -> Integers:
    """The indexes of all elements of stretches, one stretch after another."""
    lengths = np.asarray(lengths, np.int64)
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    indexes = np.arange(total, dtype=np.int64)
    indexes += np.repeat(np.asarray(starts, np.int64) - (ends - lengths), lengths)
    return indexes


def pieces(lengths: npt.NDArray[Any], most: int) -> Iterator[tuple[int, int]]:
    """Neighbouring stretches in groups of at most so many elements, but at least one stretch."""
    ends = np.cumsum(lengths)
    first, before = 0, 0
    while first < len(ends):
        last = max(first + 1, int(np.searchsorted(ends, before + most, "right")))
        yield first, last
        first, before = last, int(ends[last - 1])


def distinct(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The numbers sorted, each once; ``np.unique`` takes ten times as long for a million."""
    ordered = np.sort(numbers)
    is_first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return ordered[np.flatnonzero(is_first)]


def viewed(values: array[int], kind: type[Any]) -> npt.NDArray[Any]:
    """The numbers of an array as NumPy sees them, not copied."""
    return np.frombuffer(values, kind) if values else np.zeros(0, kind)


def narrowest(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same non-negative numbers in 32 bits, where they fit, else in 64."""
    fits = not len(array) or int(array.max()) < 1 << 32
    return array.astype(np.uint32 if fits else np.uint64)
