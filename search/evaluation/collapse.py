"""Groups of reprints, of each of which there is one hit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from search.arrays.snapshot import Snapshot
from search.evaluation.documents import Found

_AFTER_ALL_DAYS = 99_999_999


class Groups:
    """The groups of a snapshot's documents, numbered from 0."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._groups = snapshot.groups

    @cached_property
    def numbers(self) -> npt.NDArray[np.int32]:
        """The group of each document; 15 ms for 100,000, once after each commit."""
        return np.unique(self._groups, return_inverse=True)[1].reshape(-1).astype(np.int32)

    @cached_property
    def count(self) -> int:
        """How many groups there are."""
        return int(self.numbers.max(initial=-1)) + 1

    @cached_property
    def _members(self) -> npt.NDArray[np.int64]:
        """How many documents each group has."""
        return np.bincount(self.numbers)

    def distinct(self, numbers: npt.NDArray[np.int32]) -> int:
        """How many groups are among the groups of some documents."""
        seen = np.zeros(self.count, np.bool_)
        seen[numbers] = True
        return int(np.count_nonzero(seen))

    def sizes(self, wanted: Sequence[int], numbers: npt.NDArray[np.int32]) -> dict[int, int]:
        """How often each group that is wanted is among the groups of some documents."""
        return {
            group: 1 if self._members[group] == 1 else int(np.count_nonzero(numbers == group))
            for group in wanted
        }


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
    seen = np.zeros(groups.count, np.bool_)
    seen[numbers.take(shown)] = True
    return np.flatnonzero(~seen.take(numbers.take(documents)))


def earliest(
    snapshot: Snapshot, groups: Groups, documents: Found, wanted: Sequence[int]
) -> dict[int, str]:
    """Of each group that is wanted, the id of the first published document of a list.

    Those without a day come last; of one day the smallest id is the first.
    """
    if not wanted:
        return {}
    is_wanted = np.zeros(groups.count, np.bool_)
    is_wanted[wanted] = True
    members = documents[is_wanted.take(groups.numbers.take(documents))]
    days = snapshot.days.take(members)
    placed = zip(
        groups.numbers.take(members).tolist(),
        np.where(days > 0, days, _AFTER_ALL_DAYS).tolist(),
        snapshot.ids(members),
        strict=True,
    )
    return {group: article_id for group, _, article_id in sorted(placed, reverse=True)}
