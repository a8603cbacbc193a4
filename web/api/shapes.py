"""The shapes of the API's answers, as they are described to programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, Field, RootModel

from archive.article import Article
from search.index import Facet


class SectionFound(BaseModel):
    """The section in which the words of the snippet stand."""

    heading: str | None
    anchor: str = Field(description="Fragment of the article's page.")


class ArticleNamed(BaseModel):
    """As much of an article as leads to it."""

    id: str
    title: str
    published: str | None = Field(description="Day in China, as printed.")
    container_title: str | None
    site: str
    url: str = Field(description="Where it was published.")
    page_url: str = Field(description="Its page in the archive.")


class HitFound(ArticleNamed):
    """One article found."""

    score: float
    snippet: str = Field(description="Plain text.")
    snippet_marks: list[Annotated[list[int], Field(min_length=2, max_length=2)]] = Field(
        description="Stretches of the snippet that answer the query: first character, end."
    )
    section: SectionFound | None
    reprints: int = Field(description="Matching reprints of it that `collapse` folded.")


class WideningFound(BaseModel):
    """A part of the query that was searched with its synonyms."""

    text: str
    others: list[str]


class FacetFound(BaseModel):
    """How many of all hits have a value."""

    value: str
    count: int


class SearchAnswer(BaseModel):
    """One page of hits, and what is true of all of them."""

    total: int = Field(description="Exact number of articles that match.")
    groups: int | None = Field(
        description="With `collapse`: exact number of hits, reprints counted once."
    )
    page: int
    limit: int
    with_all_words: int = Field(
        description="How many of `total` have all the words; they come first."
    )
    most_words: bool = Field(
        description="Whether too few articles had all the words; those with most of them follow."
    )
    widenings: list[WideningFound] = Field(description="Synonyms that were searched, too.")
    did_you_mean: list[str] = Field(
        description="Other texts of the query that have more hits, where this one has few."
    )
    hits: list[HitFound]
    facets: dict[Facet, list[FacetFound]] = Field(description="By `facet`.")
    next: str | None = Field(description="Address of the next page.")


class FacetsAnswer(BaseModel):
    """Counts over all articles that match."""

    total: int = Field(description="Exact number of articles that match.")
    facets: dict[Facet, list[FacetFound]] = Field(description="By `facet`; exact, every value.")


class OverviewAnswer(BaseModel):
    """How much the archive holds, and what is new in it."""

    name: str
    total: int = Field(description="Exact number of articles.")
    first_published: str | None = Field(description="Earliest day of publication in China.")
    last_published: str | None = Field(description="Latest day of publication in China.")
    sites: list[FacetFound] = Field(description="Articles by key of their site.")
    years: list[FacetFound] = Field(description="Articles by year of publication.")
    newest: list[HitFound] = Field(description="Articles published last.")


class Suggestions(BaseModel):
    """What the words being typed may become."""

    suggestions: list[str] = Field(description="Words and titles, the likeliest first.")


class ReprintFound(BaseModel):
    """The same report elsewhere (转载)."""

    id: str
    title: str
    published: str | None = Field(description="Day in China, as printed.")
    container_title: str | None
    reprinted_from: str | None
    url: str = Field(description="Where it was published.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleShown(Article):
    """A report as read from its captures, with where else it stands."""

    reprints: tuple[ReprintFound, ...]
    """Earliest first."""


class ArticleAnswer(RootModel[ArticleShown]):
    """A report as read from its captures."""


class SectionShown(BaseModel):
    """A stretch of a report under one heading; the lead has none."""

    number: int = Field(description="From 0, in the order of the page.")
    anchor: str = Field(description="Fragment of the article's page.")
    url: str = Field(description="Its place on the article's page in the archive.")
    heading: str | None
    subheading: str | None
    paragraphs: list[str]


class SectionsAnswer(BaseModel):
    """The text of a report, by sections."""

    id: str
    title: str
    published: str | None = Field(description="Day in China, as printed.")
    sections: list[SectionShown]
