"""The reports of one day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from flask import render_template

from archive.article import Article
from search.index import SearchQuery, Sort
from web.holdings import holdings
from web.pages.limits import search_address
from web.pages.listed import listed
from web.pages.parameters import PageParameters

SHOWN = 100
"""Reports of one day that are listed; the search page has the others."""


class DayHeld(NamedTuple):
    """What is held of a day, of one site or of all."""

    site: str | None
    site_name: str | None
    day: date
    reports: list[Article]
    """The first of them."""
    total: int
    before: date | None
    """The nearest day before it of which a report is held."""
    after: date | None


def day_held(day: date, site: str | None) -> DayHeld:
    """The reports of a day, and the days next to it."""
    query = SearchQuery(published_from=day, published_until=day, sites=(site,) if site else ())
    reports, total = listed(replace(query, limit=SHOWN, sort=Sort.OLDEST))
    return DayHeld(
        site=site,
        site_name=holdings().site_name(site) if site else None,
        day=day,
        reports=reports,
        total=total,
        before=_neighbour(replace(query, published_from=None, published_until=_before(day))),
        after=_neighbour(replace(query, published_from=_after(day), published_until=None)),
    )


def day_page(held: DayHeld) -> str:
    """The page of a day."""
    sites = (held.site,) if held.site else ()
    asked = {"site": sites, "from": held.day, "until": held.day}
    everything = search_address(PageParameters.model_validate(asked), collapse="false")
    return render_template("day.html", **held._asdict(), everything=everything)


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
