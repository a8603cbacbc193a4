"""The new numbers of documents when segments become one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search.arrays.segment import Segment

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Source:
    """A segment that goes into another."""

    segment: Segment
    live: npt.NDArray[np.bool_] | None
    """``None`` where every document is live."""
    kept: Integers
    """Numbers of the live documents, rising."""
    numbers: npt.NDArray[np.uint32]
    """The new number of each document; of deleted ones, anything."""


@dataclass(frozen=True, slots=True)
class Renumbered:
    """Sources, and the order of their documents in the new segment."""

    sources: tuple[Source, ...]
    order: Integers
    """By new number: place among the live documents of all sources, one source after another."""

    @property
    def count(self) -> int:
        return len(self.order)


def renumber(sources: Sequence[tuple[Segment, npt.NDArray[np.bool_] | None]]) -> Renumbered:
    """Numbers the live documents by day and id."""
    kept = [
        np.arange(segment.count) if live is None else np.flatnonzero(live)
        for segment, live in sources
    ]
    days = np.concatenate(
        [segment.days[each] for (segment, _), each in zip(sources, kept, strict=True)]
    )
    ids = np.concatenate(
        [segment.ids[each] for (segment, _), each in zip(sources, kept, strict=True)]
    )
    order = np.lexsort((ids, days))
    ranks = np.zeros(len(order), np.uint32)
    ranks[order] = np.arange(len(order), dtype=np.uint32)
    made, first = [], 0
    for (segment, live), each in zip(sources, kept, strict=True):
        numbers = np.zeros(segment.count, np.uint32)
        numbers[each] = ranks[first : first + len(each)]
        first += len(each)
        made.append(Source(segment, None if len(each) == segment.count else live, each, numbers))
    return Renumbered(tuple(made), order)
