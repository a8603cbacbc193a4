"""What every search index promises, and the values it speaks in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol

from archive.article import Article
from archive.store import Change


class Sort(StrEnum):
    """Orders of the hits."""

    RELEVANCE = "relevance"
    """Without words to be relevant to: the newest first. Equal scores follow by article id."""
    NEWEST = "newest"
    """By day, then by article id, both falling; reports without a day come last."""
    OLDEST = "oldest"
    """By day, then by article id, both rising; reports without a day come last."""


class Facet(StrEnum):
    """What hits can be counted by."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    SITE = "site"
    CONTAINER = "container"
    AUTHOR = "author"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """What a reader asks. Filters join with AND, the values of one filter with OR."""

    text: str = ""
    """As typed, in the grammar of ``search.query.grammar``; empty matches every article."""
    published_from: date | None = None
    """First day, inclusive. Articles without a day are left out by either bound."""
    published_until: date | None = None
    """Last day, inclusive."""
    sites: tuple[str, ...] = ()
    """Keys of sites."""
    containers: tuple[str, ...] = ()
    """Container titles as printed; compared folded, as a whole. So are the next two."""
    authors: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    sort: Sort = Sort.RELEVANCE
    limit: int = 20
    offset: int = 0
    cursor: str | None = None
    """``SearchPage.next`` of the page before; ``offset`` must then be 0."""
    facets: tuple[Facet, ...] = ()
    """What to count the hits by."""
    facet_values: int | None = None
    """Values at most, the commonest, of a facet that no filter is set for; ``None``: all. Of years,
    months and days there are always all.
    """
    collapse: bool = False
    """Whether of a group of reprints there is one hit only, where its best one stands."""
    synonyms: bool = True
    """Whether known synonyms widen the search."""


class Hit(NamedTuple):
    """One article found. Its text comes from the store."""

    id: str
    score: float
    """BM25 and more; comparable within one search only. 0.0 where there were no words."""
    reprints: int = 0
    """Further matches of its group of reprints that ``collapse`` has folded under it."""
    earliest: str | None = None
    """The one of them that was published first, where that is not this article itself."""


class FacetCount(NamedTuple):
    """How many of all hits have a value. A tuple, since a page may have hundreds of them."""

    value: str
    count: int  # type: ignore[assignment]  # tuples have a method of this name


@dataclass(frozen=True, slots=True, kw_only=True)
class Widening:
    """A part of the query and the synonyms that were searched beside it, as in the list."""

    text: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """One page of the hits, and what is true of all of them."""

    total: int
    """Exact number of articles that match, folded reprints included."""
    groups: int | None = None
    """With ``collapse``: exact number of hits on all pages."""
    hits: tuple[Hit, ...]
    next: str | None = None
    """Cursor of the page after this one; ``None`` on the last."""
    facets: Mapping[Facet, tuple[FacetCount, ...]] = field(default_factory=dict)
    """``year`` (``"2023"``), ``month`` and ``day`` by falling date, the others by falling
    count, equal ones by value. Values as printed; articles without the value are not counted.
    """
    with_all_words: int = 0
    """How many of ``total`` have all the words. These come first, unless the query is one chunk
    and sorted by relevance: then nearness decides among all.
    """
    most_words: bool = False
    """Whether articles with only most of the words were added, because too few have them all."""
    widenings: tuple[Widening, ...] = ()
    strings: tuple[str, ...] = ()
    """Folded strings to mark in snippets: the query's words, chunks and exact strings."""
    revision: int = 0
    """The store's revision that the index answers for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStatus:
    """What ``jianbao index status`` tells."""

    documents: int
    """Articles that can be found."""
    segments: int
    size: int
    """Bytes on the disk."""
    revision: int
    fingerprint: str
    """Of the analysis that cut the words."""


class SearchIndex(Protocol):
    """A seam: ``open_index(url)`` gives one of these, and nobody asks which."""

    def search(self, query: SearchQuery) -> SearchPage:
        """Raises ``QueryError`` (with a position) and nothing else for what a reader types."""
        ...

    def complete(self, text: str, limit: int = 10) -> tuple[str, ...]:
        """Words and titles that what is being typed may become, the likeliest first."""
        ...

    def did_you_mean(self, query: SearchQuery, hits: int) -> tuple[str, ...]:
        """Other texts of the query that more articles than ``hits`` have all of, the best first."""
        ...

    def similar(self, article: Article, limit: int = 5) -> tuple[Hit, ...]:
        """Articles about the same, without the article and its reprints."""
        ...

    def apply(self, changes: Iterable[Change], groups: Mapping[str, str] | None = None) -> int:
        """Follow the journal; returns the revision reached. All or nothing.

        ``groups`` names the group of reprints of articles that have any.
        """
        ...

    def revision(self) -> int: ...

    def article_ids(self) -> frozenset[str]: ...

    def status(self) -> IndexStatus: ...

    def groups(self, article_ids: Iterable[str]) -> Mapping[str, int]:
        """The key of the group of each of these articles, and of all in one group with them.

        Articles that the index does not hold are left out.
        """
        ...

    def rebuild(
        self,
        batches: Iterable[list[tuple[str, str]]],
        revision: int,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Make a new index at ``revision`` beside this one, which answers until the end.

        ``batches``: groups of reprints and articles as JSON, as ``ArticleStore.contents`` gives
        them; ``progress`` is told how many articles are done.
        """
        ...

    def close(self) -> None: ...
