"""The best of the documents found, in an order that has no ties: by score and id, or day and id."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from operator import neg
from typing import Any

import numpy as np
import numpy.typing as npt

from search.arrays.snapshot import Snapshot
from search.evaluation.documents import Found, is_row, within_segment

_ROWS = 64
_FEW = 64
"""Ids that are compared one by one; of more, the order kept in the segment is used."""


Ranked = tuple[float, str, int]
"""A hit: its score negated, so that rising hits are in order, its id and its document."""


def leading(scores: npt.NDArray[Any], wanted: int) -> npt.NDArray[np.int64]:
    """The places, rising, of the best scores: at least as many as wanted, with all equal ones.

    The best of every 64 are compared first: so many of them as wanted are at least as good as
    any threshold that leaves enough, and only what reaches it is looked at again.
    """
    if len(scores) <= wanted:
        return np.arange(len(scores))
    columns = len(scores) // _ROWS
    candidates: npt.NDArray[np.int64] | None = None
    some = scores
    if columns > wanted:
        best = scores[: columns * _ROWS].reshape(_ROWS, columns).max(axis=0)
        best.partition(columns - wanted)
        candidates = (scores >= best[columns - wanted]).nonzero()[0]
        some = scores.take(candidates)
    ordered = some.copy()
    ordered.partition(len(some) - wanted)
    limit = ordered[len(some) - wanted]
    places: npt.NDArray[np.int64] = (some >= limit).nonzero()[0]
    if candidates is not None:
        places = candidates.take(places)
    return places


def by_score(
    snapshot: Snapshot, documents: Found, scores: npt.NDArray[np.float32], wanted: int
) -> list[Ranked]:
    """The best by falling score, equal ones by id; scores are aligned to the list."""
    places = leading(scores, wanted)
    if len(places) > wanted + _FEW:
        some = scores.take(places)
        limit = some.min()
        equal = places.take((some == limit).nonzero()[0])
        above = places.take((some > limit).nonzero()[0])
        first = _first_by_id(snapshot, documents.take(equal), wanted - len(above))
        members = np.concatenate([documents.take(above).astype(np.int64), first])
        values = [*scores.take(above).tolist(), *[float(limit)] * len(first)]
    else:
        members = documents.take(places)
        values = scores.take(places).tolist()
    numbers = members.tolist()
    return sorted(zip(map(neg, values), _ids(snapshot, numbers), numbers, strict=True))[:wanted]


def _ids(snapshot: Snapshot, numbers: list[int]) -> list[str]:
    """By bisection in Python: for ten documents a third of the time that NumPy's calls take."""
    segments = snapshot.segments
    if len(segments) == 1:
        return segments[0].some_ids(numbers)
    bases = snapshot.bases.tolist()
    places = [bisect_right(bases, number) - 1 for number in numbers]
    return [
        segments[place].id(number - bases[place])
        for place, number in zip(places, numbers, strict=True)
    ]


def _first_by_id(snapshot: Snapshot, documents: Found, wanted: int) -> npt.NDArray[np.int64]:
    """At least as many of a list as wanted, those with the smallest ids of each segment."""
    parts = []
    for segment, base, local in _by_segment(snapshot, documents):
        row = np.zeros(segment.count, np.bool_)
        row[local] = True
        order = segment.id_order
        parts.append(order.take(np.flatnonzero(row.take(order))[:wanted]).astype(np.int64) + base)
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _by_segment(snapshot: Snapshot, found: Found) -> Iterator[tuple[Any, int, Found]]:
    bases = snapshot.bases.tolist()
    for segment, base, end in zip(snapshot.segments, bases, bases[1:], strict=False):
        yield segment, base, within_segment(found, base, end)


def after_score(
    snapshot: Snapshot,
    documents: Found,
    scores: npt.NDArray[np.float32],
    score: float,
    article_id: str,
) -> npt.NDArray[np.int64]:
    """The places, rising, of the documents that come after this score and id."""
    limit = np.float32(score)
    follows = scores < limit
    equal = (scores == limit).nonzero()[0]
    if len(equal):
        follows[equal] = after_id(snapshot, documents.take(equal), article_id)
    return follows.nonzero()[0]


def after_id(snapshot: Snapshot, documents: Found, article_id: str) -> npt.NDArray[np.bool_]:
    """Whether the id of each document of a list is greater."""
    key = article_id.encode("utf-8", "surrogatepass")
    parts = [
        segment.ids.take(local) > key for segment, _, local in _by_segment(snapshot, documents)
    ]
    return np.concatenate([np.zeros(0, np.bool_), *parts])


def by_day(
    snapshot: Snapshot,
    found: Found,
    wanted: int,
    *,
    newest: bool,
    after: tuple[int, str] | None = None,
) -> list[tuple[int, int, str]]:
    """The first documents in the order of their days, each with its day and id.

    Documents of a segment are numbered by day and id, so only the ends are looked at. Those
    without a day come last. With ``after``, only what follows this day and id.
    """
    merged = []
    for segment, base, local in _by_segment(snapshot, found):
        undated = segment.undated
        for dated, (low, high) in ((True, (undated, segment.count)), (False, (0, undated))):
            if after is not None:
                if dated and not after[0]:
                    continue
                if dated == bool(after[0]):
                    low, high = _rest(segment, low, high, after, newest=newest)
            for number in _ends(local, low, high, wanted, last=newest):
                key = segment.id(number)
                merged.append((int(segment.days[number]), key, base + number))
    merged.sort(reverse=newest)
    dated_ones = [one for one in merged if one[0]]
    undated_ones = [one for one in merged if not one[0]]
    return [(number, day, key) for day, key, number in (dated_ones + undated_ones)[:wanted]]


def _rest(
    segment: Any, low: int, high: int, after: tuple[int, str], *, newest: bool
) -> tuple[int, int]:
    """What of a stretch of documents comes after a day and id."""
    day, article_id = after
    first, last = segment.days.searchsorted(np.array([day, day + 1], np.int32)).tolist()
    key = np.bytes_(article_id.encode("utf-8", "surrogatepass"))
    ids = segment.ids[first:last]
    if newest:
        return low, min(high, max(low, first + int(np.count_nonzero(ids < key))))
    return max(low, min(high, last - int(np.count_nonzero(ids > key)))), high


def _ends(found: Found, low: int, high: int, wanted: int, *, last: bool) -> list[int]:
    """The last or first documents of a set between two numbers, rising."""
    if not is_row(found):
        first, end = found.searchsorted(np.array([low, high], found.dtype)).tolist()
        chosen = found[max(first, end - wanted) : end] if last else found[first:end][:wanted]
        return [int(number) for number in chosen.tolist()]
    step = max(1024, 2 * wanted)
    while True:  # most rows hold enough near their end
        start, end = (max(low, high - step), high) if last else (low, min(high, low + step))
        chosen = (found[start:end]).nonzero()[0]
        if len(chosen) >= wanted or end - start >= high - low:
            chosen = chosen[-wanted:] if last else chosen[:wanted]
            return [int(number) + start for number in chosen.tolist()]
        step *= 8
