"""Browsing without words: every site and every year of which reports are held."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template

from search.index import Facet, SearchQuery
from web.holdings import holdings
from web.pages.blueprint import blueprint
from web.pages.coverage import gaps, held_by_month, months_between


@dataclass(frozen=True, slots=True)
class SiteHeld:
    """How much is held of a site, and from which month to which."""

    key: str
    name: str
    count: int
    months: tuple[str, str] | None
    gaps: int
    """Months between them of which nothing is held."""


@blueprint.get("/browse")
def browse() -> str:
    """Every site, and every year."""
    holdings().follow()
    page = holdings().index.search(SearchQuery(limit=0, facets=(Facet.SITE, Facet.YEAR)))
    return render_template(
        "browse.html",
        sites=[_site_held(one.value, one.count) for one in page.facets[Facet.SITE]],
        years=page.facets[Facet.YEAR],
        undated=page.total - sum(one.count for one in page.facets[Facet.YEAR]),
    )


def _site_held(key: str, count: int) -> SiteHeld:
    months = held_by_month((key,))
    ends = (min(months), max(months)) if months else None
    empty = sum(len(list(months_between(*gap))) for gap in gaps(months))
    return SiteHeld(key, holdings().site_name(key), count, ends, empty)
