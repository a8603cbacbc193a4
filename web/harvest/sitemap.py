"""What search engines may read of the archive: ``robots.txt`` and the sitemap of its reports."""

from __future__ import annotations

from flask import Response, abort
from markupsafe import escape

from web.harvest.blueprint import blueprint, public
from web.harvest.xml_answers import instant, xml_answer
from web.holdings import holdings

PART = 50_000
"""Addresses in one file, at most, by the protocol."""
_NOT_CRAWLED = (
    "/api/",
    "/articles/*/",
    "/captures",
    "/cdx",
    "/chronology",
    "/feed.atom",
    "/oai",
    "/search",
    "/suggest",
    "/timegate",
    "/timemap",
    "/verify",
)
"""Every query is a page of its own there, without end; the reports stand in the sitemap."""


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Robots may read the reports; they need not ask for what only repeats them (RFC 9309)."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in _NOT_CRAWLED),
        f"Sitemap: {public('harvest.sitemap')}",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The parts of the sitemap, each with the time of its newest change."""
    times = holdings().store.change_time_of_each(PART)
    parts = [
        (public("harvest.sitemap_part", number=number), instant(at))
        for number, at in enumerate(times, start=1)
    ]
    return xml_answer("sitemap_index.xml", "application/xml", parts=parts)


@blueprint.get("/sitemap-<int:number>.xml")
def sitemap_part(number: int) -> Response:
    """The pages of one part's articles, each with the time of its last change."""
    offset = (number - 1) * PART
    held = holdings()
    times = held.store.change_times(offset=offset, limit=PART) if 0 <= offset < 2**63 else ()
    if not times:
        abort(404)
    # Ids and times need no escaping; to look at each of 100,000 values would take seconds.
    articles = escape(held.page_url_of(""))
    pages = "\n".join(
        f"<url><loc>{articles}{article_id}</loc><lastmod>{instant(at)}</lastmod></url>"
        for article_id, at in times
    )
    return xml_answer("sitemap_part.xml", "application/xml", pages=pages)
