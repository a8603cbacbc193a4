"""The reports of one day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from flask import render_template

from search.index import SearchQuery, Sort
from web.holdings import holdings
from web.pages.limits import search_address
from web.pages.listed import listed
from web.pages.parameters import PageParameters

SHOWN = 100
"""Reports of one day that are listed; the search page has the others."""


def day_page(day: date, site: str | None) -> str:
    """The page of a day, of one site or of all."""
    query = SearchQuery(published_from=day, published_until=day, sites=(site,) if site else ())
    reports, total = listed(replace(query, limit=SHOWN, sort=Sort.OLDEST))
    asked = PageParameters.model_validate({"site": query.sites, "from": day, "until": day})
    return render_template(
        "day.html",
        site=site,
        site_name=holdings().site_name(site) if site else None,
        day=day,
        reports=reports,
        total=total,
        before=_neighbour(replace(query, published_from=None, published_until=_before(day))),
        after=_neighbour(replace(query, published_from=_after(day), published_until=None)),
        everything=search_address(asked, collapse="false"),
    )


def _neighbour(query: SearchQuery) -> date | None:
    """The nearest day before or after that has a report."""
    if query.published_until == date.max or query.published_from == date.max:
        return None
    sort = Sort.OLDEST if query.published_from else Sort.NEWEST
    reports, _ = listed(replace(query, sort=sort, limit=1))
    return next((report.published for report in reports), None)


def _before(day: date) -> date:
    return date.max if day == date.min else day - timedelta(days=1)


def _after(day: date) -> date:
    return date.max if day >= date.max - timedelta(days=1) else day + timedelta(days=1)
