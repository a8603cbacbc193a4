"""How much the archive holds of something, for searches that find nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext

from search.index import SearchQuery, Sort
from web.holdings import holdings
from web.pages.coverage import gaps, held_by_month

_GAPS_SHOWN = 24


@dataclass(frozen=True, slots=True)
class Extent:
    """How much the archive holds of something, and from when to when."""

    total: int
    first: date | None
    last: date | None


def extent_of(query: SearchQuery) -> Extent:
    """The number of articles and their first and last day."""
    held = holdings()
    first = held.index.search(replace(query, sort=Sort.OLDEST, limit=1, offset=0))
    last = held.index.search(replace(query, sort=Sort.NEWEST, limit=1, offset=0))
    ends = held.store.get_many([hit.id for page in (first, last) for hit in page.hits])
    days = [record.published for record in ends.values() if record.published]
    return Extent(first.total, min(days, default=None), max(days, default=None))


def what_there_is(query: SearchQuery) -> Iterator[tuple[str, Extent]]:
    """For a search without hits: what there is without its words, then without its days."""
    wordless = replace(query, text="", sort=Sort.NEWEST, cursor=None, facets=())
    yield gettext("With the chosen sites and days"), extent_of(wordless)
    if query.published_from or query.published_until:
        dayless = replace(wordless, published_from=None, published_until=None)
        yield gettext("With the chosen sites, of any day"), extent_of(dayless)
    if query.sites:
        yield gettext("In the whole archive"), extent_of(SearchQuery())


def missing_months(sites: tuple[str, ...]) -> list[str]:
    """Stretches of months of which nothing is held, between the first and the last that are."""
    return [
        first if first == last else f"{first} – {last}"
        for first, last in gaps(held_by_month(sites))[-_GAPS_SHOWN:]
    ]
