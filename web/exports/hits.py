"""Every hit of a search, one after another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from archive.article import Article
from archive.store import ArticleStore
from search.index import SearchIndex, SearchPage, SearchQuery
from web.holdings import Holdings

_BATCH = 200
"""Hits that are held at once, however many there are."""


def articles_found(held: Holdings, query: SearchQuery) -> Iterator[Article]:
    """Every article that matches, in order; what is withdrawn meanwhile is left out.

    The query is asked at once, so that it raises ``QueryError`` here and not in the midst of an
    answer. Every further page goes on at the cursor of the one before: what is committed
    meanwhile neither repeats nor drops an article.
    """
    held.follow()
    index, asked = held.index, replace(query, limit=_BATCH, offset=0, cursor=None, facets=())
    return _walk(held.store, index, asked, index.search(asked))


def _walk(
    store: ArticleStore, index: SearchIndex, query: SearchQuery, page: SearchPage
) -> Iterator[Article]:
    while True:
        named = [key for hit in page.hits for key in (hit.id, hit.earliest) if key]
        articles = store.get_many(named)
        for hit in page.hits:
            if hit.id in articles:
                yield articles.get(hit.earliest or hit.id, articles[hit.id])
        if page.next is None:
            return
        page = index.search(replace(query, cursor=page.next))
