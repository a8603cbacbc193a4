"""One report, and how to cite it."""

from __future__ import annotations

from flask import Response, render_template, request
from flask_babel import gettext

from archive.article import Article
from archive.words import N_
from web.api.citation import format_asked, item_of, section_asked
from web.citations.formats import DEFAULT_FORMAT, formats
from web.citations.sections import sections_of
from web.harvest.signposting import link_header, linkset_of, signposts
from web.holdings import holdings
from web.http.caching import of_record
from web.metadata import linked_data, meta_elements, without_times
from web.pages.blueprint import blueprint

WITNESSES = {
    "line": N_("a line of the page"),
    "meta": N_("a meta element"),
    "url": N_("the page's address"),
}
"""Where a witness of the day stands; message ids."""


@blueprint.get("/articles/<article_id>")
def article(article_id: str) -> Response:
    """One article, and how to cite it."""
    form = format_asked(request.args.get("format"))
    held = holdings()
    record = held.store.get(article_id)
    section = section_asked(record, request.args.get("section"))
    page_url = held.page_url(record)
    reprints = [each for each in held.store.reprints(article_id) if each.id != article_id]
    similar = _similar(record)
    of_record(record, (*reprints, *similar))
    page = render_template(
        "article.html",
        article=record,
        page_url=page_url,
        meta=meta_elements(record, page_url),
        linked_data=linked_data(record, page_url),
        signposts=(*signposts(record), linkset_of(record)),
        headings=_headings(record),
        reprints=reprints,
        similar=similar,
        witnesses={where: gettext(words) for where, words in WITNESSES.items()},
        form=form,
        section=section,
        sections=sections_of(record) if len(record.sections) > 1 else (),
        citation=form.render(item_of(record, section)),
        default_format=DEFAULT_FORMAT,
        formats=formats,
    )
    if record.published is None:
        page = without_times(page)
    response = Response(page, mimetype="text/html")
    response.vary.add("Accept")
    response.headers["Link"] = link_header(record)
    return response


def _similar(record: Article) -> list[Article]:
    """Reports about the same, the likest first."""
    held = holdings()
    held.follow()
    hits = held.index.similar(record)
    articles = held.store.get_many(hit.id for hit in hits)
    return [articles[hit.id] for hit in hits if hit.id in articles]


def _headings(record: Article) -> dict[int, str]:
    """Headings by number of section; one that is repeated (for a further subheading) once."""
    before = [None, *(section.heading for section in record.sections)]
    return {
        number: section.heading
        for number, section in enumerate(record.sections)
        if section.heading and section.heading != before[number]
    }
