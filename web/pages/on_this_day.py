"""On this day (历史上的今天): what was published on one day of the year, in all years."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import render_template, request

from archive.article import CHINA
from search.index import SearchQuery
from search.query.days import parse_day
from web.faults import not_a_day_of_the_year
from web.pages.blueprint import blueprint
from web.pages.coverage import held_by_month
from web.pages.listed import listed

SHOWN = 100
"""Reports that are listed, shared among the years."""


@blueprint.get("/on-this-day")
def on_this_day() -> str:
    """What was published on one day of the year (历史上的今天), by default today, in all years."""
    asked = request.args.get("day", "").strip()
    # A leap year, so that 29 February is a day.
    days = parse_day(f"2000-{asked}" if asked else f"{datetime.now(CHINA).date():2000-%m-%d}")
    if days is None or days[0] != days[1]:
        raise not_a_day_of_the_year("day")
    month_day = f"{days[0]:%m-%d}"
    months = [month for month in held_by_month() if month[5:] == month_day[:2]]
    some = max(2, SHOWN // max(len(months), 1))
    found = [
        (day, *listed(SearchQuery(published_from=day, published_until=day, limit=some)))
        for month in reversed(months)
        if (day := _real_day(f"{month}-{month_day[3:]}"))
    ]
    return render_template(
        "on_this_day.html",
        day=days[0],
        today=datetime.now(CHINA).date(),
        years=[one for one in found if one[2]],
        before=f"{days[0] - timedelta(days=1):%m-%d}",
        after=f"{days[0] + timedelta(days=1):%m-%d}",
    )


def _real_day(text: str) -> date | None:
    """29 February is no day of most years."""
    found = parse_day(text)
    return found[0] if found else None
