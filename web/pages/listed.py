"""The reports that a search finds, without their passages."""

from __future__ import annotations

from archive.article import Article
from search.index import SearchQuery
from web.holdings import holdings


def listed(query: SearchQuery) -> tuple[list[Article], int]:
    """The reports that a search finds, and how many there are."""
    held = holdings()
    held.follow()
    page = held.index.search(query)
    articles = held.store.get_many(hit.id for hit in page.hits)
    return [articles[hit.id] for hit in page.hits if hit.id in articles], page.total
