"""How many of the documents found have each year, month, day, site and so on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise, repeat

import numpy as np

from search.arrays.segment import Segment
from search.arrays.snapshot import Snapshot
from search.evaluation.documents import Found, as_list, is_row, within_segment
from search.index import Facet, FacetCount


def facet_counts(
    snapshot: Snapshot, found: Found, wanted: Sequence[Facet]
) -> dict[Facet, tuple[FacetCount, ...]]:
    """Exact counts of the facets that are wanted, in the order ``SearchPage.facets`` promises."""
    if not wanted:
        return {}
    bases = snapshot.bases.tolist()
    parts = [
        (segment, within_segment(found, base, end))
        for segment, base, end in zip(snapshot.segments, bases, bases[1:], strict=False)
    ]
    counts: dict[Facet, tuple[FacetCount, ...]] = {}
    months = _months(parts) if Facet.YEAR in wanted or Facet.MONTH in wanted else {}
    lists: list[tuple[Segment, Found]] = []
    for facet in dict.fromkeys(wanted):
        if facet is Facet.DAY:
            counts[facet] = _listed(_days(parts))
        elif facet is Facet.MONTH:
            counts[facet] = _listed(zip(map(_month, months), months.values(), strict=True))
        elif facet is Facet.YEAR:
            years: dict[int, int] = {}
            for one, count in months.items():
                years[one // 100] = years.get(one // 100, 0) + count
            counts[facet] = _listed((f"{one:04}", count) for one, count in years.items())
        else:
            lists = lists or [(segment, as_list(found)) for segment, found in parts]
            counts[facet] = _listed(_values(snapshot, lists, facet.value))
    return counts


def _listed(counts: Iterable[tuple[str, int]]) -> tuple[FacetCount, ...]:
    # As FacetCount._make does it, in a third of the time: a page may have hundreds.
    return tuple(map(tuple.__new__, repeat(FacetCount), counts))


@cache
def _month(number: int) -> str:
    """``2019-11`` of 201911."""
    return f"{number // 100:04}-{number % 100:02}"


def _days(parts: Sequence[tuple[Segment, Found]]) -> list[tuple[str, int]]:
    """Documents by day, the latest first; without those that have none."""
    columns = [
        segment.days[found] if is_row(found) else segment.days.take(found)
        for segment, found in parts
    ]
    days, sizes = np.unique(np.concatenate([np.zeros(0, np.int32), *columns]), return_counts=True)
    return [
        (f"{day // 10_000:04}-{day // 100 % 100:02}-{day % 100:02}", size)
        for day, size in zip(days[::-1].tolist(), sizes[::-1].tolist(), strict=True)
        if day
    ]


def _months(parts: Sequence[tuple[Segment, Found]]) -> dict[int, int]:
    """Documents by year times 100 and month, falling; documents are sorted by day."""
    months, sizes = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for segment, found in parts:
        numbers, starts = segment.months
        if is_row(found):
            edges = starts.tolist()
            held = [np.count_nonzero(found[first:last]) for first, last in pairwise(edges)]
            sizes.append(np.array(held, np.int64))
        else:
            places = found.searchsorted(starts.astype(found.dtype, copy=False))
            sizes.append(places[1:] - places[:-1])
        months.append(numbers)
    counts: dict[int, int] = {}
    every, many = np.concatenate(months), np.concatenate(sizes)
    kept = ((every > 0) & (many > 0)).nonzero()[0]
    for month, size in zip(every.take(kept).tolist(), many.take(kept).tolist(), strict=True):
        counts[month] = counts.get(month, 0) + size
    return dict(sorted(counts.items(), reverse=True))


def _values(
    snapshot: Snapshot, parts: Sequence[tuple[Segment, Found]], field: str
) -> Iterator[tuple[str, int]]:
    """Documents by value as printed, of which a document may have several; the commonest first."""
    names, numbers = snapshot.values(field)
    sizes = np.zeros(len(names), np.int64)
    for (segment, found), places in zip(parts, numbers, strict=True):
        codes = segment.values[field].of_all(found)
        sizes[places] += np.bincount(codes + 1, minlength=len(places) + 1)[1:]  # -1: no value
    order = np.argsort(-sizes, kind="stable")[: np.count_nonzero(sizes)]
    return zip(map(names.__getitem__, order.tolist()), sizes[order].tolist(), strict=True)
