"""Hits with their text, in the one shape that the command and the API print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from archive.article import Article
from archive.store import ArticleStore
from search.index import Facet, FacetCount, Hit, SearchIndex, SearchQuery, Widening
from search.snippets import Snippet, snippet

SCORE_DIGITS = 4


FEW_HITS = 3
"""With fewer hits other texts of the query are looked for: it may be mistyped."""


class FoundArticle(NamedTuple):
    """An article that was found, and the passage that shows why."""

    article: Article
    """Without its captures."""
    score: float
    snippet: Snippet
    reprints: int = 0
    """Further matches of its group of reprints that are folded under it."""
    placed_by: Article | None = None
    """Of those, the one that stands here in the order of the hits; ``None``: the article itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of what was found, and what is true of all of it."""

    total: int
    hits: tuple[FoundArticle, ...]
    groups: int | None = None
    """With reprints folded: hits on all pages."""
    next: str | None = None
    """Cursor of the page after this one."""
    facets: Mapping[Facet, tuple[FacetCount, ...]] = field(default_factory=dict)
    with_all_words: int = 0
    most_words: bool = False
    """Whether too few articles had all the words, so that those with most of them follow."""
    widenings: tuple[Widening, ...] = ()
    did_you_mean: tuple[str, ...] = ()
    """Other texts of the query that have more hits, where this one has few."""

    @property
    def shown_total(self) -> int:
        """Hits on all pages."""
        return self.total if self.groups is None else self.groups


def find(store: ArticleStore, index: SearchIndex, query: SearchQuery) -> Found:
    """Search, and read the hits from the store; what was withdrawn meanwhile is left out.

    Folded reprints are shown by the earliest of those that match, where the best one stands.

    Raises ``QueryError`` or ``IndexMismatch``.
    """
    page = index.search(query)
    named = [article_id for hit in page.hits for article_id in (hit.id, hit.earliest) if article_id]
    articles = store.texts(named)
    hits = page.with_all_words
    may_be_mistyped = hits < FEW_HITS and query.text.strip()
    return Found(
        total=page.total,
        groups=page.groups,
        next=page.next,
        with_all_words=page.with_all_words,
        most_words=page.most_words,
        widenings=page.widenings,
        did_you_mean=index.did_you_mean(query, hits) if may_be_mistyped else (),
        hits=tuple(_shown(hit, articles, page.strings) for hit in page.hits if hit.id in articles),
        facets=page.facets,
    )


def _shown(hit: Hit, articles: Mapping[str, Article], strings: tuple[str, ...]) -> FoundArticle:
    """A hit, or the earliest of the reprints that it stands for."""
    best = articles[hit.id]
    article = articles.get(hit.earliest or hit.id, best)
    return FoundArticle(
        article=article,
        score=hit.score,
        snippet=snippet(article, strings),
        reprints=hit.reprints,
        placed_by=None if article is best else best,
    )


def to_json(found: Found) -> dict[str, Any]:
    """Plain values, ready for ``json.dumps``."""
    return {
        "total": found.total,
        "groups": found.groups,
        "with_all_words": found.with_all_words,
        "most_words": found.most_words,
        "widenings": [{"text": one.text, "others": list(one.others)} for one in found.widenings],
        "did_you_mean": list(found.did_you_mean),
        "hits": [_hit(hit) for hit in found.hits],
        "facets": {
            str(facet): [{"value": one.value, "count": one.count} for one in counts]
            for facet, counts in found.facets.items()
        },
        "next": found.next,
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
        "reprints": hit.reprints,
    }
