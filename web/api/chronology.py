"""All hits of a search as a chronology (大事记)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import Response, request

from archive.article import CHINA
from search.index import SearchQuery, Sort
from web.api.blueprint import blueprint
from web.api.description import CHRONOLOGY_FORMAT, PAGING, asks, problem_answers
from web.api.export import as_file, read_everything
from web.chronology.entries import Heading, entry_of
from web.chronology.formats import DEFAULT_CHRONOLOGY, ChronologyFormat, chronology_formats
from web.exports.hits import articles_found
from web.faults import too_many_hits, unknown_format
from web.holdings import holdings
from web.params import SearchParameters

BY_DAY = (*PAGING, "sort")
"""Parameters of a search that mean nothing where every hit is given in the order of days."""


@blueprint.get("/chronology")
@blueprint.doc(
    summary="Chronology",
    description="All articles that match, by year and day, as a document.",
    responses={
        200: {
            "description": "The document, in the form asked for.",
            "content": {
                form.media_type: {"schema": {"type": "string"}}
                for form in chronology_formats.values()
            },
        },
        **problem_answers(400, 503),
    },
)
@asks(CHRONOLOGY_FORMAT, SearchParameters, without=BY_DAY)
def chronology() -> Response:
    """All hits of a search by day."""
    form = _asked(request.args.get("format"))
    parameters = read_everything(request.args, BY_DAY)
    query = parameters.query(sort=Sort.OLDEST)
    held = holdings()
    if form.most is not None:
        _check_size(query, form, form.most)
    heading = Heading.of(
        text=parameters.q,
        first=parameters.first,
        until=parameters.until,
        archive_name=held.settings.archive_name,
        made_on=datetime.now(CHINA).date(),
    )
    entries = (entry_of(article, held.page_url) for article in articles_found(held, query))
    return as_file(form.write(entries, heading), form.media_type, form.suffix)


def _asked(name: str | None) -> ChronologyFormat:
    """The form of a chronology with a name. Raises ``ParametersInvalid``."""
    form = chronology_formats.get(name or DEFAULT_CHRONOLOGY)
    if form is None:
        raise unknown_format(str(name), ", ".join(chronology_formats))
    return form


def _check_size(query: SearchQuery, form: ChronologyFormat, most: int) -> None:
    """Raises ``ParametersInvalid`` for more hits than a document can hold."""
    held = holdings()
    held.follow()
    page = held.index.search(replace(query, limit=1, offset=0, cursor=None, facets=()))
    total = page.total if page.groups is None else page.groups
    if total > most:
        raise too_many_hits(form.key, total, most)
