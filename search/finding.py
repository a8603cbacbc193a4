"""Hits with their text, in the one shape that the command and the API print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archive.article import Article
from archive.store import ArticleStore
from search.index import FacetCount, SearchIndex, SearchQuery
from search.snippets import Snippet, snippet

SCORE_DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundArticle:
    """An article that was found, and the passage that shows why."""

    article: Article
    score: float
    snippet: Snippet


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of what was found, and what is true of all of it."""

    total: int
    most_words: bool
    """Whether no article had all the words, so that those with most of them are shown."""
    hits: tuple[FoundArticle, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    strings: tuple[str, ...]
    """Folded strings to mark wherever the articles are shown."""


def find(store: ArticleStore, index: SearchIndex, query: SearchQuery) -> Found:
    """Search, and read the hits from the store; what was withdrawn meanwhile is left out.

    Raises ``QueryError`` or ``IndexMismatch``.
    """
    page = index.search(query)
    articles = store.get_many(hit.id for hit in page.hits)
    return Found(
        total=page.total,
        most_words=page.most_words,
        hits=tuple(
            FoundArticle(
                article=articles[hit.id],
                score=hit.score,
                snippet=snippet(articles[hit.id], page.strings),
            )
            for hit in page.hits
            if hit.id in articles
        ),
        facets=page.facets,
        strings=page.strings,
    )


def to_json(found: Found) -> dict[str, Any]:
    """Plain values, ready for ``json.dumps``."""
    return {
        "total": found.total,
        "most_words": found.most_words,
        "hits": [_hit(hit) for hit in found.hits],
        "facets": {
            name: [{"value": one.value, "count": one.count} for one in counts]
            for name, counts in found.facets.items()
        },
    }


def _hit(hit: FoundArticle) -> dict[str, Any]:
    article, passage = hit.article, hit.snippet
    section = {"heading": passage.heading, "anchor": passage.anchor}
    return {
        "id": article.id,
        "title": article.title,
        "published": article.published.isoformat() if article.published else None,
        "site": article.site,
        "url": article.url,
        "score": round(hit.score, SCORE_DIGITS),
        "snippet": passage.text,
        "snippet_marks": [list(span) for span in passage.marks],
        "section": section if passage.anchor else None,
        "container_title": article.container_title,
    }
