"""The data of browsing: sites, years, days, and one day of all years."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response

from web.api.description import asks, problem_answers
from web.api.shapes import FacetFound
from web.data.blueprint import ELSEWHERE, blueprint, leads_to
from web.data.named import named
from web.data.shapes import BrowseAnswer, DayAnswer, OnThisDayAnswer, PeriodAnswer, YearAnswer
from web.pages.browse import sites_and_years
from web.pages.day import DayHeld
from web.pages.on_this_day import day_of_all_years
from web.pages.year import YearHeld
from web.pages.years import held_in, newest_year_of

_DAY = {
    "name": "day",
    "in": "query",
    "description": "Month and day; by default today in China.",
    "schema": {"type": "string", "pattern": r"^\d{1,2}-\d{1,2}$", "examples": ["04-28"]},
}


@blueprint.get("/browse.json")
@blueprint.output(BrowseAnswer)
@blueprint.doc(
    summary="Sites and years",
    description="Every site and every year of which articles are held.",
    responses=problem_answers(503),
)
def browse() -> BrowseAnswer:
    """Every site, and every year."""
    return BrowseAnswer.model_validate(sites_and_years(), from_attributes=True)


@blueprint.get("/browse/sites/<site>.json")
@blueprint.doc(
    summary="Site",
    description="The way to the newest year of which a site has articles.",
    responses={**ELSEWHERE, **problem_answers(404, 503)},
)
def newest_year(site: str) -> Response:
    """The newest year of which a site has articles."""
    return leads_to("data.browse_site", site=site, period=newest_year_of(site))


@blueprint.get("/browse/sites/<site>/<period>.json")
@blueprint.output(PeriodAnswer)
@blueprint.doc(
    summary="Year or day of a site",
    description="A year: articles by day, gaps and crawls. A day: its articles.",
    responses={**ELSEWHERE, **problem_answers(400, 404, 503)},
)
def browse_site(site: str, period: str) -> PeriodAnswer | Response:
    """A site's year or day."""
    held = held_in(period, site)
    if isinstance(held, date):
        return leads_to("data.browse_site", site=site, period=held.year)
    return _answer(held)


@blueprint.get("/browse/days/<period>.json")
@blueprint.output(PeriodAnswer)
@blueprint.doc(
    summary="Year or day",
    description="The same of all sites together.",
    responses={**ELSEWHERE, **problem_answers(400, 503)},
)
def browse_days(period: str) -> PeriodAnswer | Response:
    """A year or day of all sites."""
    held = held_in(period, None)
    if isinstance(held, date):
        return leads_to("data.browse_days", period=held.year)
    return _answer(held)


@blueprint.get("/on-this-day.json")
@blueprint.output(OnThisDayAnswer)
@blueprint.doc(
    summary="On this day",
    description="What was published on one day of the year, in all years.",
    responses=problem_answers(400, 503),
)
@asks(_DAY)
def on_this_day() -> dict[str, Any]:
    """One day of all years."""
    held = day_of_all_years()
    return {
        "day": f"{held.day:%m-%d}",
        "years": [
            {"day": one.day, "total": one.total, "articles": [*map(named, one.reports)]}
            for one in held.years
        ],
        "before": held.before,
        "after": held.after,
    }


def _answer(held: YearHeld | DayHeld) -> PeriodAnswer:
    shown = _year(held) if isinstance(held, YearHeld) else _day(held)
    return PeriodAnswer(shown)


def _year(held: YearHeld) -> YearAnswer:
    return YearAnswer.model_validate(
        {
            **held._asdict(),
            "days": [
                FacetFound(value=day.isoformat(), count=count) for day, count in held.days.items()
            ],
            "gaps": [{"first": first, "last": last} for first, last in held.gaps],
        }
    )


def _day(held: DayHeld) -> DayAnswer:
    return DayAnswer.model_validate({**held._asdict(), "articles": [*map(named, held.reports)]})
