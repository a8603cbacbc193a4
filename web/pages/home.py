"""The first page: the search form, how much the archive holds, and what is new."""

from __future__ import annotations

from flask import render_template

from search.index import Facet, SearchQuery, Sort
from web.holdings import holdings
from web.pages.blueprint import blueprint
from web.pages.extent import extent_of
from web.pages.limits import site_choices
from web.pages.search import shown_in_form
from web.params import SearchParameters


@blueprint.get("/")
def home() -> str:
    """The search form and the newest articles."""
    newest = holdings().find(SearchQuery(sort=Sort.NEWEST, limit=8, facets=(Facet.SITE,)))
    return render_template(
        "home.html",
        asked=shown_in_form(SearchParameters()),
        found=newest,
        extent=extent_of(SearchQuery()),
        sites=site_choices(SearchParameters(), newest.facets[Facet.SITE]),
    )


@blueprint.get("/healthz")
def healthz() -> dict[str, str]:
    """Whether the process answers."""
    return {"status": "ok"}
