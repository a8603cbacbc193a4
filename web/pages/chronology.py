"""A chronology (大事记) of a search, to read on the screen."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from search.finding import Found
from search.index import Sort
from web.addresses import address
from web.chronology.entries import Entry, by_year, entry_of
from web.chronology.formats import chronology_formats
from web.holdings import holdings
from web.pages.blueprint import blueprint
from web.pages.exporting import fields_of_all
from web.pages.limits import search_address
from web.pages.parameters import PageParameters, read_page

SHOWN = 200
"""Reports on a page; a file has all."""
NOT_READ = ("sort", "limit", "page")
"""Parameters of a search that mean nothing here."""


class Chronicle(NamedTuple):
    """A stretch of a chronology."""

    parameters: PageParameters
    found: Found
    entries: list[Entry]
    """In the order of days."""
    following: dict[str, Any] | None
    """What asks for the next stretch, if there is one."""


@blueprint.get("/chronology")
def chronology() -> str:
    """The reports that match, by year and day."""
    told = chronicle()
    parameters, following = told.parameters, told.following
    return render_template(
        "chronology.html",
        parameters=parameters,
        found=told.found,
        years=[(year, list(days)) for year, days in by_year(told.entries)],
        fields=[each for each in fields_of_all(parameters) if each[0] != "sort"],
        labels={form.key: form.label for form in chronology_formats.values()},
        search_address=search_address(parameters),
        following=address(url_for("pages.chronology"), following) if following else None,
    )


def chronicle() -> Chronicle:
    """The reports that the address asks for. Raises ``ParametersInvalid``."""
    read = [each for each in request.args.items(multi=True) if each[0] not in NOT_READ]
    parameters = read_page(MultiDict(read))
    held = holdings()
    query = parameters.query(sort=Sort.OLDEST, limit=SHOWN, facets=())
    found = held.find(query)
    return Chronicle(
        parameters=parameters,
        found=found,
        entries=[entry_of(hit.article, held.page_url) for hit in found.hits],
        following=parameters.address(cursor=found.next) if found.next else None,
    )
