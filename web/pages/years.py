"""Addresses of years and days, of one site or of all."""

from __future__ import annotations

from datetime import date, datetime

from flask import abort, redirect, url_for
from werkzeug.wrappers import Response

from archive.article import CHINA
from search.index import SearchQuery
from search.query.days import parse_day
from web.faults import not_a_day
from web.holdings import holdings
from web.pages.blueprint import blueprint
from web.pages.coverage import held_by_month
from web.pages.day import DayHeld, day_held, day_page
from web.pages.year import YearHeld, year_held, year_page


@blueprint.get("/browse/sites/<site>")
def newest_year(site: str) -> Response:
    """The newest year of which a site has reports."""
    return redirect(url_for("pages.browse_site", site=site, period=newest_year_of(site)))


@blueprint.get("/browse/sites/<site>/<period>")
def browse_site(site: str, period: str) -> Response | str:
    """A site's year or day."""
    return _page(period, site)


@blueprint.get("/browse/days/<period>")
def browse_days(period: str) -> Response | str:
    """A year or day of all sites."""
    return _page(period, None)


def newest_year_of(site: str) -> int:
    """The newest year of which a site has reports; without any, this year."""
    months = held_by_month((_known(site),))
    return int(max(months, default=f"{datetime.now(CHINA):%Y}")[:4])


def held_in(period: str, site: str | None) -> YearHeld | DayHeld | date:
    """What is held of a year or a day; of a month its first day, for it stands in its year.

    Raises ``ParametersInvalid``, or ``NotFound`` for a site of which nothing is known.
    """
    if site is not None:
        _known(site)
    days = parse_day(period)
    if days is None:
        raise not_a_day("day")
    first, last = days
    if first == last:
        return day_held(first, site)
    return first if (last - first).days < 31 else year_held(first.year, site)


def _page(period: str, site: str | None) -> Response | str:
    held = held_in(period, site)
    if isinstance(held, YearHeld):
        return year_page(held)
    if isinstance(held, DayHeld):
        return day_page(held)
    return redirect(_address(site, held.year) + f"#m{held.month}")


def _address(site: str | None, year: int) -> str:
    if site is None:
        return url_for("pages.browse_days", period=year)
    return url_for("pages.browse_site", site=site, period=year)


def _known(site: str) -> str:
    """A site of which anything is held or that has a profile."""
    held = holdings()
    is_held = held.index.search(SearchQuery(sites=(site,), limit=0)).total
    if not is_held and held.site_name(site) == site:
        abort(404)
    return site
