"""The search page: the reports that match, or why there are none."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from archive.article import CHINA
from search.finding import Found
from web.addresses import address, path_of
from web.api.search import check_page
from web.citation_list import carried_ids
from web.holdings import holdings
from web.pages.blueprint import SEARCH, blueprint
from web.pages.coverage import held_of
from web.pages.exporting import fields_of_all, labels
from web.pages.extent import missing_months, what_there_is
from web.pages.histogram import histogram
from web.pages.limits import (
    MOST_VALUES,
    chosen_limits,
    day_shortcuts,
    facet_choices,
    is_long,
    neighbours,
    page_numbers,
    search_address,
)
from web.pages.parameters import FACETS, PageParameters, narrowed, read_page


@blueprint.get(SEARCH)
def search() -> Response | str:
    """The articles that match, or why there are none."""
    parameters = read_page(request.args)
    if parameters.within.strip():
        return redirect(search_address(parameters, q=narrowed(parameters.q, parameters.within)))
    query = parameters.query(facets=FACETS, facet_values=MOST_VALUES)
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
            parameters, collapse="false" if parameters.collapse else None
        ),
        limits=chosen_limits(parameters),
        pages=page_numbers(parameters, last_page, found.next),
        **(_facets(parameters, found) if found.total else {}),
        extents=() if found.total else tuple(what_there_is(query)),
        missing=() if found.total else missing_months(parameters.site),
        marked=carried_ids(parameters.marked),
        is_short=not is_long(parameters),
        feed=address(path_of("harvest.feed"), parameters.arguments),
        export_fields=fields_of_all(parameters) if found.total else None,
        export_labels=labels(),
    )


def _facets(parameters: PageParameters, found: Found) -> dict[str, Any]:
    """What there is to say of all hits together."""
    other = "share" if parameters.histogram == "count" else None
    return {
        "facets": facet_choices(parameters, found.facets),
        "may_narrow": found.total > 1 and not is_long(parameters),
        "neighbours": neighbours(parameters),
        "histogram": histogram(
            parameters,
            found.facets,
            held_of(parameters.site),
            search_address(parameters, histogram=other),
        ),
    }


def shown_in_form(parameters: PageParameters) -> dict[str, Any]:
    """What the search form shows."""
    first, until = parameters.days_asked()
    return {
        "q": parameters.q,
        "from": first,
        "until": until,
        "sort": str(parameters.order) if parameters.sort else "",
        "kept": parameters.kept(),
        "shortcuts": day_shortcuts(parameters, datetime.now(CHINA).date()),
    }
