"""The shapes of the data of browsing, chronologies and lists, as they are described to programs."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, RootModel

from archive.outcome import OutcomeKind
from web.api.shapes import ArticleNamed, FacetFound


class SiteFound(BaseModel):
    """How much is held of a site, and from which month to which."""

    model_config = ConfigDict(from_attributes=True)

    key: str
    name: str
    count: int
    first_month: str | None = Field(description="Of publication; null where no day is printed.")
    last_month: str | None
    empty_months: int = Field(description="Months between them without an article.")


class BrowseAnswer(BaseModel):
    """Every site and every year of which articles are held."""

    sites: list[SiteFound] = Field(description="By falling count.")
    years: list[FacetFound] = Field(description="Articles by year of publication.")
    undated: int = Field(description="Articles without a printed day.")


class DaysBetween(BaseModel):
    """A stretch of days, both ends inclusive."""

    first: date
    last: date


class CrawlFound(BaseModel):
    """What became of the addresses that a site was asked for on one day."""

    model_config = ConfigDict(from_attributes=True)

    day: date = Field(description="In China.")
    asked: int
    filed: int = Field(description="Articles that were new or had changed.")
    failures: dict[OutcomeKind, int] = Field(description="By kind of outcome.")


class YearAnswer(BaseModel):
    """A year by day of publication."""

    site: str | None = Field(description="Key; null for all sites.")
    site_name: str | None
    year: int
    total: int = Field(description="Articles of the year.")
    days: list[FacetFound] = Field(description="Articles by day of publication, rising.")
    gaps: list[DaysBetween] = Field(description="The longest stretches of days without any.")
    years: list[int] = Field(description="Years that may be asked for.")
    crawls: list[CrawlFound] | None = Field(
        description="Days on which the site was asked, the newest first; null for all sites."
    )


class DayAnswer(BaseModel):
    """The articles of a day of publication."""

    site: str | None = Field(description="Key; null for all sites.")
    site_name: str | None
    day: date
    total: int = Field(description="Articles of the day.")
    articles: list[ArticleNamed] = Field(description="The first hundred; a search has all.")
    before: date | None = Field(description="The nearest day before that has articles.")
    after: date | None = Field(description="The nearest day after.")


class PeriodAnswer(RootModel[YearAnswer | DayAnswer]):
    """A year or a day."""


class DayOfAYearFound(BaseModel):
    """One day of publication."""

    day: date
    total: int = Field(description="Articles of the day.")
    articles: list[ArticleNamed] = Field(description="The first of them.")


class OnThisDayAnswer(BaseModel):
    """What was published on one day of the year, in all years."""

    day: str = Field(description="Month and day.")
    years: list[DayOfAYearFound] = Field(description="The newest first.")
    before: str = Field(description="The day before.")
    after: str = Field(description="The day after.")


class ChronologyDay(BaseModel):
    """The articles of one day."""

    day: date | None = Field(description="Null for articles without a printed day.")
    articles: list[ArticleNamed]


class ChronologyAnswer(BaseModel):
    """A stretch of a chronology, the oldest first."""

    total: int = Field(description="Exact number of articles that match.")
    groups: int | None = Field(
        description="With `collapse`: exact number of entries, reprints counted once."
    )
    days: list[ChronologyDay]
    next: str | None = Field(description="Address of the next stretch.")


class ArticleCited(ArticleNamed):
    """An article of a list."""

    citation: str = Field(description="In the form asked for.")


class ListAnswer(BaseModel):
    """A citation list in its order."""

    format: str = Field(description="Form of the citations.")
    articles: list[ArticleCited]
    missing: list[str] = Field(description="Ids of what is not held, or withdrawn.")
