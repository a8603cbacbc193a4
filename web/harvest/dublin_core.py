"""An article in the fifteen elements of Dublin Core, unqualified. Pure."""

from __future__ import annotations

from archive.article import Article
from web.metadata import LANGUAGE, keywords, responsible, rights


def dublin_core(article: Article, page_url: str) -> tuple[tuple[str, str], ...]:
    """Names and values, without what is not known.

    The first identifier is the page in the archive, which catalogues link to; the second is where
    the report was published. The description is the first paragraph of the report.
    """
    elements: list[tuple[str, str | None]] = [
        ("title", article.title),
        *(("creator", name) for name in responsible(article)),
        *(("subject", word) for word in keywords(article)),
        ("description", _opening(article)),
        ("publisher", article.publisher),
        ("contributor", article.editor),
        ("date", article.published.isoformat() if article.published else None),
        ("type", "Text"),
        ("format", "text/html"),
        ("identifier", page_url),
        ("identifier", article.url),
        ("source", article.container_title),
        ("language", LANGUAGE),
        ("rights", rights(article)),
    ]
    return tuple((name, value) for name, value in elements if value)


def _opening(article: Article) -> str | None:
    return next((text for section in article.sections for text in section.paragraphs), None)
