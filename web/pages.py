"""The pages that people read: search, articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext

from archive.article import CHINA, Article
from archive.capture import Capture
from archive.words import N_
from search.index import Facet, SearchQuery, Sort
from search.snippets import Span, marks
from search.units import section_anchor
from web.api.citation import format_asked, item_of
from web.api.search import check_page
from web.citation_formats import DEFAULT_FORMAT, formats
from web.holdings import Holdings, holdings
from web.limits import (
    chosen_limits,
    kept,
    page_numbers,
    search_address,
    site_choices,
    year_choices,
)
from web.metadata import coins, linked_data, meta_elements
from web.params import SearchParameters, read_search

blueprint = Blueprint("pages", __name__)

Stretches = list[tuple[str, bool]]

SORTS = {
    Sort.RELEVANCE: N_("Best match first"),
    Sort.NEWEST: N_("Newest first"),
    Sort.OLDEST: N_("Oldest first"),
}


@dataclass(frozen=True, slots=True)
class Extent:
    """How much the archive holds of something, and from when to when."""

    total: int
    first: date | None
    last: date | None


@blueprint.get("/")
def home() -> str:
    """The search form and the newest articles."""
    newest = holdings().find(SearchQuery(sort=Sort.NEWEST, limit=8, facets=(Facet.SITE,)))
    return render_template(
        "home.html",
        asked=_asked(SearchParameters()),
        found=newest,
        extent=_extent(holdings(), SearchQuery()),
        sites=site_choices(SearchParameters(), newest.facets[Facet.SITE]),
    )


@blueprint.get("/search")
def search() -> str:
    """The articles that match, or why there are none."""
    parameters = read_search(request.args)
    query = replace(parameters.query(), facets=(Facet.SITE, Facet.YEAR))
    found = holdings().find(query)
    last_page = check_page(parameters, found)
    return render_template(
        "search.html",
        asked=_asked(parameters),
        parameters=parameters,
        found=found,
        first_number=(parameters.page - 1) * parameters.limit + 1,
        alternatives=[(text, search_address(parameters, q=text)) for text in found.did_you_mean],
        synonyms_address=search_address(
            parameters, synonyms="false" if parameters.synonyms else None
        ),
        collapse_address=search_address(
            parameters, collapse=None if parameters.collapse else "true"
        ),
        sites=site_choices(parameters, found.facets[Facet.SITE]),
        years=year_choices(parameters, found.facets[Facet.YEAR]),
        limits=chosen_limits(parameters),
        extents=() if found.total else tuple(_what_there_is(query)),
        pages=page_numbers(parameters, last_page, found.next),
    )


@blueprint.get("/articles/<article_id>")
def article(article_id: str) -> Response:
    """One article, and how to cite it."""
    form = format_asked(request.args.get("format"))
    held = holdings()
    record = held.store.get(article_id)
    page_url = held.page_url(record)
    page = render_template(
        "article.html",
        article=record,
        page_url=page_url,
        meta=meta_elements(record, page_url),
        linked_data=linked_data(record, page_url),
        headings=_headings(record),
        reprints=[each for each in held.store.reprints(article_id) if each.id != article_id],
        form=form,
        citation=form.render(item_of(record)),
        default_format=DEFAULT_FORMAT,
        formats=formats,
    )
    response = Response(page, mimetype="text/html")
    response.headers["Link"] = _signposts(record, page_url)
    return response


@blueprint.get("/healthz")
def healthz() -> dict[str, str]:
    """Whether the process answers."""
    return {"status": "ok"}


def _headings(record: Article) -> dict[int, str]:
    """Headings by number of section; one that is repeated (for a further subheading) once."""
    before = [None, *(section.heading for section in record.sections)]
    return {
        number: section.heading
        for number, section in enumerate(record.sections)
        if section.heading and section.heading != before[number]
    }


def _signposts(record: Article, page_url: str) -> str:
    """Signposting (FAIR Signposting Profile): what the page is and where it is described."""
    csl = formats["csl-json"]
    address = url_for("api.citation", article_id=record.id, format=csl.key)
    return ", ".join(
        (
            f'<{page_url}>; rel="cite-as"',
            f'<{address}>; rel="describedby"; type="{csl.media_type}"',
            '<https://schema.org/NewsArticle>; rel="type"',
        )
    )


def _asked(parameters: SearchParameters) -> dict[str, Any]:
    """What the search form shows."""
    return {
        "q": parameters.q,
        "from": parameters.first.isoformat() if parameters.first else "",
        "until": parameters.until.isoformat() if parameters.until else "",
        "sort": str(parameters.order) if parameters.sort else "",
        "kept": kept(parameters),
    }


# -- what the archive holds ------------------------------------------------------------------


def _extent(held: Holdings, query: SearchQuery) -> Extent:
    """The number of articles and their first and last day."""
    first = held.index.search(replace(query, sort=Sort.OLDEST, limit=1, offset=0))
    last = held.index.search(replace(query, sort=Sort.NEWEST, limit=1, offset=0))
    ends = held.store.get_many([hit.id for page in (first, last) for hit in page.hits])
    days = [record.published for record in ends.values() if record.published]
    return Extent(first.total, min(days, default=None), max(days, default=None))


def _what_there_is(query: SearchQuery) -> Iterator[tuple[str, Extent]]:
    """For a search without hits: what there is without its words, then without its days."""
    held = holdings()
    wordless = replace(query, text="", sort=Sort.NEWEST, cursor=None, facets=())
    yield gettext("With the chosen sites and days"), _extent(held, wordless)
    if query.published_from or query.published_until:
        dayless = replace(wordless, published_from=None, published_until=None)
        yield gettext("With the chosen sites, of any day"), _extent(held, dayless)
    if query.sites:
        yield gettext("In the whole archive"), _extent(held, SearchQuery())


# -- in templates ----------------------------------------------------------------------------


@blueprint.app_template_filter()
def in_china(instant: datetime) -> str:
    """``2026-11-22 09:30`` in China."""
    return instant.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


@blueprint.app_template_filter()
def in_utc(instant: datetime) -> str:
    """The same for machines: ``2026-11-22T01:30:00Z``."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@blueprint.app_template_filter()
def long_day(day: date) -> str:
    """``2023年1月5日``, or ``2023-01-05`` for readers of English."""
    pattern: str = gettext("%(year)s-%(month)02d-%(day)02d")
    return pattern % {"year": day.year, "month": day.month, "day": day.day}


blueprint.add_app_template_filter(section_anchor, "anchor")


@blueprint.app_template_filter("coins")
def coins_of(record: Article) -> str:
    """The ``title`` of the COinS span of an article."""
    return coins(record, holdings().page_url(record))


@blueprint.app_template_filter()
def marked(text: str, spans: Iterable[Span] | None, strings: tuple[str, ...] = ()) -> Stretches:
    """A text cut into stretches, each with whether it is marked: by spans, or by strings."""
    stretches, position = [], 0
    for start, end in marks(text, strings) if spans is None else spans:
        stretches += [(text[position:start], False), (text[start:end], True)]
        position = end
    return [stretch for stretch in [*stretches, (text[position:], False)] if stretch[0]]


@blueprint.app_template_filter()
def link(address: str | None) -> str | None:
    """An address that may be linked to: ``http`` and ``https`` only."""
    try:
        scheme = urlsplit(address or "").scheme.lower()
    except ValueError:
        return None
    return address if scheme in ("http", "https") else None


@blueprint.app_template_filter()
def newest(captures: tuple[Capture, ...]) -> Capture | None:
    """The capture that was made last."""
    return max(captures, key=lambda capture: capture.captured_at, default=None)


@blueprint.app_template_global()
def sorts() -> dict[Sort, str]:
    """The orders of hits, in words."""
    return {sort: gettext(words) for sort, words in SORTS.items()}
