"""On this day (历史上的今天): what was published on one day of the year, in all years."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from flask import render_template, request

from archive.article import CHINA, Article
from search.index import SearchQuery
from search.query.days import parse_day
from web.faults import not_a_day_of_the_year
from web.pages.blueprint import blueprint
from web.pages.coverage import held_by_month
from web.pages.listed import listed

SHOWN = 100
"""Reports that are listed, shared among the years."""


class DayOfAYear(NamedTuple):
    """What is held of one day."""

    day: date
    reports: list[Article]
    """The first of them."""
    total: int


class DayOfAllYears(NamedTuple):
    """What is held of a day of the year."""

    day: date
    """In a leap year."""
    years: list[DayOfAYear]
    """Those with reports, the newest first."""
    before: str
    """``04-27``."""
    after: str


@blueprint.get("/on-this-day")
def on_this_day() -> str:
    """What was published on one day of the year (历史上的今天), by default today, in all years."""
    today = datetime.now(CHINA).date()
    return render_template("on_this_day.html", **day_of_all_years()._asdict(), today=today)


def day_of_all_years() -> DayOfAllYears:
    """What is held of the day that the address names. Raises ``ParametersInvalid``."""
    asked = request.args.get("day", "").strip()
    # A leap year, so that 29 February is a day.
    days = parse_day(f"2000-{asked}" if asked else f"{datetime.now(CHINA).date():2000-%m-%d}")
    if days is None or days[0] != days[1]:
        raise not_a_day_of_the_year("day")
    month_day = f"{days[0]:%m-%d}"
    months = [month for month in held_by_month() if month[5:] == month_day[:2]]
    some = max(2, SHOWN // max(len(months), 1))
    found = [
        DayOfAYear(day, *listed(SearchQuery(published_from=day, published_until=day, limit=some)))
        for month in reversed(months)
        if (day := _real_day(f"{month}-{month_day[3:]}"))
    ]
    return DayOfAllYears(
        day=days[0],
        years=[one for one in found if one.total],
        before=f"{days[0] - timedelta(days=1):%m-%d}",
        after=f"{days[0] + timedelta(days=1):%m-%d}",
    )


def _real_day(text: str) -> date | None:
    """29 February is no day of most years."""
    found = parse_day(text)
    return found[0] if found else None
