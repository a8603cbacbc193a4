"""Every search as an Atom feed (RFC 4287), in pages (RFC 5005), for feed readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Response, request
from pydantic import Field
from werkzeug.urls import iri_to_uri

from archive.article import Article
from search.finding import FoundArticle
from search.index import SearchQuery, Sort
from web.harvest.blueprint import blueprint, public
from web.harvest.xml_answers import instant, xml_answer
from web.holdings import holdings
from web.metadata import keywords, responsible, rights
from web.params import PAGE_MAX, SearchParameters, read

ATOM = "application/atom+xml"
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed changed last that never had an entry."""


class FeedParameters(SearchParameters):
    """What a feed may be asked for: a search, the newest first."""

    start: int = Field(
        1, ge=1, le=PAGE_MAX, description="Number of the first entry, from 1; instead of `page`."
    )

    @property
    def order(self) -> Sort:
        """The order asked for, otherwise that of feeds."""
        return Sort(self.sort or "newest")

    def query(self, **more: Any) -> SearchQuery:
        begins = {} if self.cursor or self.start == 1 else {"offset": self.start - 1}
        return super().query(**{"facets": (), **begins, **more})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article as an entry."""

    article: Article
    id: str
    """The address of its page, which never changes."""
    updated: str
    summary: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    rights: str | None

    @property
    def published(self) -> str | None:
        """The beginning of its day in China.

        Atom has no days, only instants; the report may have come at any time of that day. The
        plain day stands beside it, in ``dc:date``.
        """
        day = self.article.published
        return None if day is None else f"{day.isoformat()}T00:00:00+08:00"


@blueprint.get("/feed.atom")
def feed() -> Response:
    """The articles that a search finds, the newest first unless another order is asked for."""
    parameters = read(FeedParameters, request.args)
    found = holdings().find(parameters.query())
    changed_at = holdings().store.changed_at(hit.article.id for hit in found.hits)
    address = parameters.address()
    return xml_answer(
        "feed.xml",
        ATOM,
        parameters=parameters,
        found=found,
        entries=[_entry(hit, changed_at[hit.article.id]) for hit in found.hits],
        updated=instant(max(changed_at.values(), default=_BEGINNING)),
        own=holdings().settings.public_url.rstrip("/") + iri_to_uri(request.full_path.rstrip("?")),
        first=public("harvest.feed", **address),
        following=public("harvest.feed", **address, cursor=found.next) if found.next else None,
        search=public("pages.search", **address),
        description=public("harvest.description"),
        icon=public("static", filename="seal.svg"),
    )


def _entry(hit: FoundArticle, changed_at: datetime) -> Entry:
    article = hit.article
    return Entry(
        article=article,
        id=holdings().page_url(article),
        updated=instant(changed_at),
        summary=hit.snippet.text,
        authors=responsible(article),
        categories=keywords(article),
        rights=rights(article),
    )
