"""The days of a year, by publication, and on which days its sites were asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import abort, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from archive.article import CHINA
from archive.outcome import FAILURES, MEANINGS, OutcomeKind
from search.index import Facet, SearchQuery
from search.query.days import parse_day
from web.faults import not_a_day
from web.holdings import holdings
from web.pages.blueprint import blueprint
from web.pages.calendar import longest_gaps, months_of
from web.pages.coverage import held_by_month
from web.pages.day import day_page

CRAWLS_SHOWN = 40
"""Days on which a site was asked that are listed of a year."""


@dataclass(frozen=True, slots=True)
class CrawlDay:
    """What became of the addresses that a site was asked for on one day."""

    day: date
    asked: int
    filed: int
    """Reports that were new or had changed."""
    failures: tuple[tuple[str, int], ...]
    """What they are called, and how many of each."""


@blueprint.get("/browse/sites/<site>")
def newest_year(site: str) -> Response:
    """The newest year of which a site has reports."""
    months = held_by_month((_known(site),))
    year = max(months, default=f"{datetime.now(CHINA):%Y}")[:4]
    return redirect(url_for("pages.browse_site", site=site, period=year))


@blueprint.get("/browse/sites/<site>/<period>")
def browse_site(site: str, period: str) -> Response | str:
    """A site's year or day."""
    return _period(period, _known(site))


@blueprint.get("/browse/days/<period>")
def browse_days(period: str) -> Response | str:
    """A year or day of all sites."""
    return _period(period, None)


def _period(period: str, site: str | None) -> Response | str:
    days = parse_day(period)
    if days is None:
        raise not_a_day("day")
    first, last = days
    if first == last:
        return day_page(first, site)
    if (last - first).days < 31:
        return redirect(_address(site, first.year) + f"#m{first.month}")
    return _year(first.year, site)


def _address(site: str | None, period: object) -> str:
    if site is None:
        return url_for("pages.browse_days", period=period)
    return url_for("pages.browse_site", site=site, period=period)


def _year(year: int, site: str | None) -> str:
    first, last = date(year, 1, 1), date(year, 12, 31)
    held = _held(SearchQuery(published_from=first, published_until=last, sites=_sites(site)))
    months = list(held_by_month(_sites(site)))
    return render_template(
        "calendar.html",
        site=site,
        site_name=holdings().site_name(site) if site else None,
        year=year,
        count=sum(held.values()),
        years=_years(months, year),
        months=months_of(year, held),
        gaps=longest_gaps(held, *_searched(months, first, last)) if held else [],
        crawls=_crawls(site, first, last) if site else (),
    )


def _years(months: Iterable[str], year: int) -> list[int]:
    """Those with reports, the one that is read, and the last ten, in which sites were asked."""
    this = datetime.now(CHINA).year
    held = {int(month[:4]) for month in months}
    since = max(min(held, default=this), this - 10)
    return sorted({*held, year, *range(since, this + 1)})


def _searched(months: list[str], first: date, last: date) -> tuple[date, date]:
    """The days of a year that lie between the first and the last month with a report."""
    begins, ends = parse_day(months[0]), parse_day(months[-1])
    return max(first, begins[0] if begins else first), min(last, ends[1] if ends else last)


def _held(query: SearchQuery) -> dict[date, int]:
    """Reports by day."""
    holdings().follow()
    page = holdings().index.search(replace(query, limit=0, facets=(Facet.DAY,)))
    return {date.fromisoformat(one.value): one.count for one in page.facets[Facet.DAY]}


def _crawls(site: str, first: date, last: date) -> list[CrawlDay]:
    """The days on which a site was asked and something failed, then the others; newest first."""
    days = holdings().store.outcomes_by_day(site, first, last)
    crawls = [_crawl(day, counts) for day, counts in reversed(days.items())]
    shown = sorted(crawls, key=lambda crawl: not crawl.failures)[:CRAWLS_SHOWN]
    return sorted(shown, key=lambda crawl: crawl.day, reverse=True)


def _crawl(day: date, counts: Counter[OutcomeKind]) -> CrawlDay:
    failures = [(gettext(MEANINGS[kind]), counts[kind]) for kind in FAILURES if counts[kind]]
    filed = counts[OutcomeKind.NEW] + counts[OutcomeKind.CHANGED]
    return CrawlDay(day, counts.total(), filed, tuple(failures))


def _known(site: str) -> str:
    """A site of which anything is held or that has a profile."""
    held = holdings()
    is_held = held.index.search(SearchQuery(sites=(site,), limit=0)).total
    if not is_held and held.site_name(site) == site:
        abort(404)
    return site


def _sites(site: str | None) -> tuple[str, ...]:
    return () if site is None else (site,)
