"""Signposting (FAIR Signposting Profile, RFC 9264): what an article's page is, for machines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, json

from archive.article import Article
from web.citations.formats import FILES, CitationFormat, formats
from web.evidence.addresses import capture_path
from web.evidence.addresses import public as public_path
from web.harvest.blueprint import blueprint, public
from web.holdings import holdings

LINKSET = "application/linkset+json"
NEWS_ARTICLE = "https://schema.org/NewsArticle"


@dataclass(frozen=True, slots=True)
class Signpost:
    """A link from an article's page."""

    rel: str
    href: str
    type: str | None = None
    """Media type of what is there."""

    def header(self) -> str:
        """As one value of the HTTP header ``Link`` (RFC 8288)."""
        return f'<{self.href}>; rel="{self.rel}"' + (f'; type="{self.type}"' if self.type else "")


def signposts(article: Article) -> tuple[Signpost, ...]:
    """Everything that is known: no page of an author has an address, and no license is printed.

    An item is the newest capture of each page that the article was read from.
    """
    return (
        Signpost("cite-as", holdings().page_url(article)),
        Signpost("type", NEWS_ARTICLE),
        *(
            Signpost("describedby", _citation(article, form), form.media_type)
            for form in formats.values()
        ),
        Signpost("describedby", public("api.article", article_id=article.id), "application/json"),
        *(
            Signpost("item", public_path(capture_path(capture)), capture.media_type)
            for capture in {each.url: each for each in article.captures}.values()
        ),
        Signpost("collection", public("pages.search", site=article.site), "text/html"),
    )


def _citation(article: Article, form: CitationFormat) -> str:
    """Where a citation stands: as a file at the article's address, if it is one of those."""
    if FILES.get(form.suffix) == form:
        return holdings().page_url(article) + form.suffix
    return public("api.citation", article_id=article.id, format=form.key)


def linkset_of(article: Article) -> Signpost:
    """Where the same stands as a document of its own."""
    return Signpost("linkset", public("harvest.linkset", article_id=article.id), LINKSET)


def link_header(article: Article) -> str:
    """All of them as the HTTP header ``Link``."""
    posts = (*signposts(article), linkset_of(article))
    return ", ".join(post.header() for post in posts)


@blueprint.get("/articles/<article_id>/linkset")
def linkset(article_id: str) -> Response:
    """The links of an article's page as JSON. Raises ``UnknownArticle`` or ``ArticleWithdrawn``."""
    article = holdings().store.get(article_id)
    relations: dict[str, list[dict[str, str]]] = {}
    for post in signposts(article):
        target = {"href": post.href} | ({"type": post.type} if post.type else {})
        relations.setdefault(post.rel, []).append(target)
    context: dict[str, Any] = {"anchor": holdings().page_url(article), **relations}
    return Response(json.dumps({"linkset": [context]}), mimetype=LINKSET)
