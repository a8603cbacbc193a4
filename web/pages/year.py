"""What is held of a year by day of publication, and on which days a site was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from flask import render_template

from archive.article import CHINA
from archive.outcome import FAILURES, MEANINGS, OutcomeKind
from search.index import Facet, SearchQuery
from search.query.days import parse_day
from web.holdings import holdings
from web.pages.calendar import longest_gaps, months_of
from web.pages.coverage import held_by_month

CRAWLS_SHOWN = 40
"""Days on which a site was asked that are listed of a year."""


@dataclass(frozen=True, slots=True)
class CrawlDay:
    """What became of the addresses that a site was asked for on one day."""

    day: date
    asked: int
    filed: int
    """Reports that were new or had changed."""
    failures: Mapping[OutcomeKind, int]
    """How many of each kind."""


class YearHeld(NamedTuple):
    """What is held of a year, of one site or of all."""

    site: str | None
    site_name: str | None
    year: int
    total: int
    days: Mapping[date, int]
    """Reports by day of publication, rising."""
    gaps: list[tuple[date, date]]
    """The longest stretches without a report, in order."""
    years: list[int]
    """Those that may be read."""
    crawls: list[CrawlDay] | None
    """The newest first; ``None`` for all sites together."""


def year_held(year: int, site: str | None) -> YearHeld:
    """The days of a year, and what there is not."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    sites = (site,) if site else ()
    days = _days(SearchQuery(published_from=first, published_until=last, sites=sites))
    months = list(held_by_month(sites))
    return YearHeld(
        site=site,
        site_name=holdings().site_name(site) if site else None,
        year=year,
        total=sum(days.values()),
        days=days,
        gaps=longest_gaps(days, *_searched(months, first, last)) if days else [],
        years=_years(months, year),
        crawls=_crawls(site, first, last) if site else None,
    )


def year_page(held: YearHeld) -> str:
    """The page of a year: its calendar."""
    months = months_of(held.year, held.days)
    return render_template("calendar.html", **held._asdict(), months=months, meanings=MEANINGS)


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


def _days(query: SearchQuery) -> dict[date, int]:
    """Reports by day, rising."""
    holdings().follow()
    page = holdings().index.search(replace(query, limit=0, facets=(Facet.DAY,)))
    return {date.fromisoformat(one.value): one.count for one in reversed(page.facets[Facet.DAY])}


def _crawls(site: str, first: date, last: date) -> list[CrawlDay]:
    """The days on which a site was asked and something failed, then the others; newest first."""
    if not date.min.year < first.year < date.max.year:
        return []  # their instants would lie outside of what can be counted
    days = holdings().store.outcomes_by_day(site, first, last)
    crawls = [_crawl(day, counts) for day, counts in reversed(days.items())]
    shown = sorted(crawls, key=lambda crawl: not crawl.failures)[:CRAWLS_SHOWN]
    return sorted(shown, key=lambda crawl: crawl.day, reverse=True)


def _crawl(day: date, counts: Counter[OutcomeKind]) -> CrawlDay:
    failures = {kind: counts[kind] for kind in FAILURES if counts[kind]}
    filed = counts[OutcomeKind.NEW] + counts[OutcomeKind.CHANGED]
    return CrawlDay(day, counts.total(), filed, failures)
