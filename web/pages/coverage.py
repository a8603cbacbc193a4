"""How many reports are held of each month: what the hits of a time are a share of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple
from weakref import WeakKeyDictionary

from search.index import Facet, SearchIndex, SearchPage, SearchQuery
from web.holdings import holdings

_KEPT = 64
"""Choices of sites whose numbers are kept while the index stays as it is."""


class Held(NamedTuple):
    """Reports held, by time, rising."""

    by_month: Mapping[str, int]
    """By ``2023-01``."""
    by_year: Mapping[str, int]


class _Counted:
    """The numbers of one revision of an index."""

    def __init__(self, revision: int) -> None:
        self.revision = revision
        self.by_sites: dict[tuple[str, ...], Held] = {}


_COUNTED: WeakKeyDictionary[SearchIndex, _Counted] = WeakKeyDictionary()


def held_by_month(sites: tuple[str, ...] = ()) -> Mapping[str, int]:
    """Reports held by month, ``2023-01``, rising; of some sites or of all."""
    return held_of(sites).by_month


def held_of(sites: tuple[str, ...] = ()) -> Held:
    """Reports held, of some sites or of all. Counted once."""
    held = holdings()
    revision, index = held.follow_once().indexed, held.index
    counted = _COUNTED.get(index)
    if counted is None or counted.revision != revision or len(counted.by_sites) > _KEPT:
        counted = _COUNTED[index] = _Counted(revision)
    if sites not in counted.by_sites:
        page = index.search(SearchQuery(sites=sites, limit=0, facets=(Facet.MONTH, Facet.YEAR)))
        counted.by_sites[sites] = Held(_rising(page, Facet.MONTH), _rising(page, Facet.YEAR))
    return counted.by_sites[sites]


def _rising(page: SearchPage, facet: Facet) -> Mapping[str, int]:
    return MappingProxyType({one.value: one.count for one in reversed(page.facets[facet])})


def months_between(first: str, last: str) -> Iterator[str]:
    """Every month from the first to the last, both as ``2023-01``."""
    for number in range(_number(first), _number(last) + 1):
        yield _month(number)


def gaps(months: Mapping[str, int]) -> list[tuple[str, str]]:
    """Stretches without a report between the first and the last month that has any."""
    numbers = [(_number(before), _number(after)) for before, after in pairwise(months)]
    return [
        (_month(before + 1), _month(after - 1)) for before, after in numbers if after > before + 1
    ]


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _month(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"
