"""Browsing without words: every site and every year of which reports are held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask import render_template

from search.index import Facet, FacetCount, SearchQuery
from web.holdings import holdings
from web.pages.blueprint import blueprint
from web.pages.coverage import gaps, held_by_month, months_between


@dataclass(frozen=True, slots=True)
class SiteHeld:
    """How much is held of a site, and from which month to which."""

    key: str
    name: str
    count: int
    first_month: str | None
    """``2023-01``; ``None`` where no report has a day."""
    last_month: str | None
    empty_months: int
    """Months between them of which nothing is held."""


class SitesAndYears(NamedTuple):
    """What there is to browse."""

    sites: list[SiteHeld]
    """By falling count."""
    years: Sequence[FacetCount]
    """The newest first."""
    undated: int
    """Reports without a printed day."""


@blueprint.get("/browse")
def browse() -> str:
    """Every site, and every year."""
    return render_template("browse.html", **sites_and_years()._asdict())


def sites_and_years() -> SitesAndYears:
    """How much is held of every site and of every year."""
    holdings().follow()
    page = holdings().index.search(SearchQuery(limit=0, facets=(Facet.SITE, Facet.YEAR)))
    years = page.facets[Facet.YEAR]
    return SitesAndYears(
        sites=[_site_held(one.value, one.count) for one in page.facets[Facet.SITE]],
        years=years,
        undated=page.total - sum(one.count for one in years),
    )


def _site_held(key: str, count: int) -> SiteHeld:
    months = held_by_month((key,))
    return SiteHeld(
        key=key,
        name=holdings().site_name(key),
        count=count,
        first_month=min(months, default=None),
        last_month=max(months, default=None),
        empty_months=sum(len(list(months_between(*gap))) for gap in gaps(months)),
    )
