"""The first page: the search form, how much the archive holds, and what is new."""

from __future__ import annotations

from flask import render_template

from search.index import Facet, SearchQuery, Sort
from web.holdings import holdings
from web.pages.blueprint import blueprint
from web.pages.extent import extent_of
from web.pages.limits import value_choices
from web.pages.parameters import PageParameters
from web.pages.search import shown_in_form

SITES_SHOWN = 60


@blueprint.get("/")
def home() -> str:
    """The search form and the newest articles."""
    newest = holdings().find(SearchQuery(sort=Sort.NEWEST, limit=8, facets=(Facet.SITE,)))
    everything = PageParameters()
    return render_template(
        "home.html",
        asked=shown_in_form(everything),
        found=newest,
        extent=extent_of(SearchQuery()),
        sites=value_choices(everything, Facet.SITE, newest.facets[Facet.SITE], SITES_SHOWN),
    )
