"""What a page says of an article to Zotero, search engines and other programs. Pure.

Zotero reads the meta elements (Embedded Metadata) and COinS; the JSON-LD is schema.org's
``NewsArticle``. The order of the elements is that of the project's conventions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from archive.article import Article
from web.addresses import joined

LANGUAGE = "zh-CN"
_HEADLINE_LENGTH = 110
"""Characters that search engines take of a headline."""
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_FULL_WIDTH = str.maketrans(",;", "，；")


@dataclass(frozen=True, slots=True)
class Meta:
    """One meta element: ``name`` or ``property``, and its content."""

    attribute: str
    name: str
    content: str


def responsible(article: Article) -> tuple[str, ...]:
    """Who is cited: the authors, otherwise the publisher, otherwise nobody."""
    return article.authors or ((article.publisher,) if article.publisher else ())


@lru_cache(maxsize=4096)
def in_one(name: str) -> str:
    """A Chinese name as programs keep it whole.

    They cut a name at commas, semicolons and spaces into a person's first and last name.
    """
    if not _HAN.search(name):
        return name
    return "".join(name.translate(_FULL_WIDTH).split())


def keywords(article: Article) -> tuple[str, ...]:
    """Column tag and channel."""
    return tuple(dict.fromkeys(filter(None, (article.column_tag, article.channel))))


def rights(article: Article) -> str | None:
    """Whose report it is, as far as the page says who publishes it."""
    owner = article.publisher or article.container_title
    return owner and f"版权归{owner}所有"


def meta_elements(article: Article, page_url: str) -> tuple[Meta, ...]:
    """The meta elements of an article's page, without those that would be empty."""
    day = article.published.isoformat() if article.published else None
    section = article.channel or article.column_tag
    named: list[tuple[str, str | None]] = [
        ("DC.type", "newspaperArticle"),
        ("citation_title", article.title),
        *(("citation_author", in_one(author)) for author in responsible(article)),
        ("citation_publication_date", day),
        ("citation_language", LANGUAGE),
        ("citation_public_url", article.url),
        ("citation_keywords", ";".join(keywords(article))),
        ("DC.source", article.container_title),
        ("DC.publisher", article.publisher),
        ("DC.identifier", page_url),
        ("DC.rights", rights(article)),
    ]
    properties: list[tuple[str, str | None]] = [
        ("og:type", "article"),
        ("og:site_name", article.container_title),
        ("article:published_time", day),
        ("article:section", section),
    ]
    return (
        *(Meta("name", name, content) for name, content in named if content),
        *(Meta("property", name, content) for name, content in properties if content),
    )


def without_times(page: str) -> str:
    """The page of a report that no day is printed on, its times as plain data.

    Zotero would take the first of them, such as that of the capture, for the day of publication.
    """
    return page.replace("<time datetime=", "<data value=").replace("</time>", "</data>")


def linked_data(article: Article, page_url: str) -> dict[str, Any]:
    """JSON-LD of schema.org, without what is not known: not even whether an author is a person."""
    container, section = article.container_title, article.channel or article.column_tag
    publisher = article.publisher and {"@type": "Organization", "name": article.publisher}
    authors: list[Any] = [{"name": name} for name in article.authors]
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": page_url,
        "headline": article.title[:_HEADLINE_LENGTH],
        "datePublished": article.published.isoformat() if article.published else None,
        "author": authors or publisher,
        "publisher": publisher,
        "inLanguage": LANGUAGE,
        "isPartOf": container and {"@type": "CreativeWork", "name": container},
        "articleSection": section and [section],
        "url": article.url,
        "archivedAt": page_url,
    }
    return {name: value for name, value in facts.items() if value}


_COINS = joined(
    (
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rft.type", "newspaperArticle"),
        ("rft.language", LANGUAGE),
    )
)
"""Holds for every report."""


def coins(article: Article, page_url: str) -> str:
    """The ``title`` of a ``Z3988`` span (ContextObjects in Spans, OpenURL 1.0).

    Zotero takes the last address for the report's own, so the page in the archive comes first.
    """
    who = "rft.creator" if article.authors else "rft.aucorp"
    facts = [
        ("rft_id", page_url),
        ("rft.title", article.title),
        ("rft.source", article.container_title),
        ("rft.date", article.published.isoformat() if article.published else None),
        *((who, in_one(name)) for name in responsible(article)),
        *(("rft.subject", word) for word in keywords(article)),
        ("rft.publisher", article.publisher),
        ("rft.identifier", article.url),
        ("rft.rights", rights(article)),
    ]
    return f"{_COINS}&{joined((name, value) for name, value in facts if value)}"
