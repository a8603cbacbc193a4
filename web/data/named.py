"""Articles as the data of pages name them."""

from __future__ import annotations

from typing import Any

from archive.article import Article, reference
from web.holdings import holdings


def named(article: Article) -> dict[str, Any]:
    """As much of an article as leads to it, in the shape of ``ArticleNamed``."""
    return {
        **reference(article),
        "site": article.site,
        "page_url": holdings().page_url(article),
    }
