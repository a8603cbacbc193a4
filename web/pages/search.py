"""The search page: the reports that match, or why there are none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import render_template, request

from search.index import Facet
from web.api.search import check_page
from web.holdings import holdings
from web.pages.blueprint import blueprint
from web.pages.extent import what_there_is
from web.pages.limits import (
    chosen_limits,
    kept,
    page_numbers,
    search_address,
    site_choices,
    year_choices,
)
from web.params import SearchParameters, read_search


@blueprint.get("/search")
def search() -> str:
    """The articles that match, or why there are none."""
    parameters = read_search(request.args)
    query = replace(parameters.query(), facets=(Facet.SITE, Facet.YEAR))
    found = holdings().find(query)
    last_page = check_page(parameters, found)
    return render_template(
        "search.html",
        asked=shown_in_form(parameters),
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
        extents=() if found.total else tuple(what_there_is(query)),
        pages=page_numbers(parameters, last_page, found.next),
    )


def shown_in_form(parameters: SearchParameters) -> dict[str, Any]:
    """What the search form shows."""
    return {
        "q": parameters.q,
        "from": parameters.first.isoformat() if parameters.first else "",
        "until": parameters.until.isoformat() if parameters.until else "",
        "sort": str(parameters.order) if parameters.sort else "",
        "kept": kept(parameters),
    }
