"""How many of the documents found have each year, month, day, site and so on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import repeat
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from search.arrays.segment import Segment
from search.arrays.snapshot import Snapshot
from search.evaluation.documents import Found, as_list, within_segment
from search.index import Facet, FacetCount, SearchQuery

Numbers = npt.NDArray[np.int64]
_Periods = tuple[Numbers, Numbers]
"""Years or months, rising, and how many documents each has."""
_NO_MONTHS: _Periods = (np.zeros(0, np.int64), np.zeros(0, np.int64))


def facet_counts(
    snapshot: Snapshot, found: Found, query: SearchQuery
) -> dict[Facet, tuple[FacetCount, ...]]:
    """Exact counts of the facets that are wanted, in the order ``SearchPage.facets`` promises."""
    wanted = query.facets
    chosen = {
        Facet.SITE: query.sites,
        Facet.CONTAINER: query.containers,
        Facet.AUTHOR: query.authors,
        Facet.CHANNEL: query.channels,
    }
    bases = snapshot.bases.tolist()
    parts = [
        (segment, as_list(within_segment(found, base, end)))
        for segment, base, end in zip(snapshot.segments, bases, bases[1:], strict=False)
    ]
    counts: dict[Facet, tuple[FacetCount, ...]] = {}
    months = _months(parts) if Facet.YEAR in wanted or Facet.MONTH in wanted else _NO_MONTHS
    fewer: list[_Fewer] = []
    for facet in dict.fromkeys(wanted):
        if facet is Facet.DAY:
            counts[facet] = _listed(_days(parts))
        elif facet is Facet.MONTH:
            counts[facet] = _listed(_falling(months, _month))
        elif facet is Facet.YEAR:
            counts[facet] = _listed(_falling(_years(months), "{:04}".format))
        else:
            fewer = fewer or [_fewer(segment, documents) for segment, documents in parts]
            most = None if chosen.get(facet) else query.facet_values
            counts[facet] = _listed(_values(snapshot, fewer, facet.value, most))
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
    columns = [segment.days.take(documents) for segment, documents in parts]
    days, sizes = np.unique(np.concatenate([np.zeros(0, np.int32), *columns]), return_counts=True)
    return [
        (f"{day // 10_000:04}-{day // 100 % 100:02}-{day % 100:02}", size)
        for day, size in zip(days[::-1].tolist(), sizes[::-1].tolist(), strict=True)
        if day
    ]


def _months(parts: Sequence[tuple[Segment, Found]]) -> _Periods:
    """Documents by year times 100 and month; documents are sorted by day."""
    months, sizes = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for segment, documents in parts:
        numbers, starts = segment.months
        places = documents.searchsorted(starts.astype(documents.dtype, copy=False))
        months.append(numbers)
        sizes.append(places[1:] - places[:-1])
    every, many = np.concatenate(months), np.concatenate(sizes)
    held = ((every > 0) & (many > 0)).nonzero()[0]
    every, many = every.take(held), many.take(held)
    if len(parts) == 1:
        return every, many
    order = every.argsort(kind="stable")
    return _summed(every.take(order), many.take(order))


def _years(months: _Periods) -> _Periods:
    numbers, sizes = months
    return _summed(numbers // 100, sizes)


def _summed(numbers: Numbers, sizes: Numbers) -> _Periods:
    """Rising numbers, each once, with all that belongs to it."""
    first = np.flatnonzero(np.diff(numbers, prepend=-1))
    return numbers.take(first), np.add.reduceat(sizes, first) if len(first) else sizes


def _falling(periods: _Periods, named: Callable[[int], str]) -> Iterator[tuple[str, int]]:
    numbers, sizes = periods
    return zip(map(named, numbers[::-1].tolist()), sizes[::-1].tolist(), strict=True)


class _Fewer(NamedTuple):
    """Documents of a segment: those found, or those not found where these are fewer."""

    segment: Segment
    documents: Found
    are_found: bool


def _fewer(segment: Segment, documents: Found) -> _Fewer:
    if 2 * len(documents) <= segment.count:
        return _Fewer(segment, documents, are_found=True)
    others = np.ones(segment.count, np.bool_)
    others[documents] = False
    return _Fewer(segment, as_list(others), are_found=False)


def _values(
    snapshot: Snapshot, fewer: Sequence[_Fewer], field: str, most: int | None
) -> Iterator[tuple[str, int]]:
    """Documents by value as printed, of which a document may have several; the commonest first."""
    names, numbers = snapshot.values(field)
    sizes = np.zeros(len(names), np.int64)
    for (segment, documents, are_found), places in zip(fewer, numbers, strict=True):
        column = segment.values[field]
        counted = column.counts(documents)
        sizes[places] += counted if are_found else column.totals - counted
    order = np.argsort(-sizes, kind="stable")[: np.count_nonzero(sizes)][:most]
    return zip(map(names.__getitem__, order.tolist()), sizes[order].tolist(), strict=True)
