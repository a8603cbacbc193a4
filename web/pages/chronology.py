"""A chronology (大事记) of a search, to read on the screen."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from search.index import Sort
from web.chronology.entries import by_year, entry_of
from web.chronology.formats import chronology_formats
from web.holdings import holdings
from web.pages.blueprint import blueprint
from web.pages.exporting import fields_of_all
from web.pages.limits import search_address
from web.pages.parameters import PageParameters, read_page

SHOWN = 200
"""Reports on a page; a file has all."""
_NOT_READ = ("sort", "limit", "page")


@blueprint.get("/chronology")
def chronology() -> str:
    """The reports that match, by year and day."""
    read = [each for each in request.args.items(multi=True) if each[0] not in _NOT_READ]
    parameters = read_page(MultiDict(read))
    held = holdings()
    query = replace(parameters.query(), sort=Sort.OLDEST, limit=SHOWN, facets=())
    found = held.find(query)
    entries = [entry_of(hit.article, held.page_url) for hit in found.hits]
    return render_template(
        "chronology.html",
        parameters=parameters,
        found=found,
        years=[(year, list(days)) for year, days in by_year(entries)],
        fields=[each for each in fields_of_all(parameters) if each[0] != "sort"],
        labels={form.key: form.label for form in chronology_formats.values()},
        search_address=search_address(parameters),
        following=_following(parameters, found.next) if found.next else None,
    )


def _following(parameters: PageParameters, cursor: str) -> str:
    asked = urlencode(parameters.address(cursor=cursor), doseq=True)
    return f"{url_for('pages.chronology')}?{asked}"
