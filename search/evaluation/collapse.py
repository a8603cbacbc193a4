"""Groups of reprints, of which only the best hit is shown."""

from __future__ import annotations

from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from search.arrays.snapshot import Snapshot
from search.evaluation.documents import Found


class Groups:
    """The groups of a snapshot's documents, numbered from 0."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._groups = snapshot.groups

    @cached_property
    def numbers(self) -> npt.NDArray[np.int64]:
        """The group of each document; 15 ms for 100,000, once after each commit."""
        return np.unique(self._groups, return_inverse=True)[1].reshape(-1)

    def sizes(self, documents: Found) -> npt.NDArray[np.int64]:
        """How many of the documents of a list each group has."""
        return np.bincount(self.numbers.take(documents), minlength=1)


_GROUPS: WeakKeyDictionary[Snapshot, Groups] = WeakKeyDictionary()


def groups_of(snapshot: Snapshot) -> Groups:
    """The groups of a snapshot, numbered once."""
    held = _GROUPS.get(snapshot)
    if held is None:
        held = _GROUPS[snapshot] = Groups(snapshot)
    return held


def outside(
    groups: Groups, documents: Found, shown: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """The places, rising, of documents of a list whose group none of those shown belongs to."""
    numbers = groups.numbers
    seen = np.zeros(int(numbers.max(initial=0)) + 1, np.bool_)
    seen[numbers.take(shown)] = True
    return np.flatnonzero(~seen.take(numbers.take(documents)))
