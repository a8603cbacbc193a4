"""What every search index promises, and the values it speaks in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from archive.store import Change


class Sort(StrEnum):
    """Orders of the hits; equal ones follow by article id."""

    RELEVANCE = "relevance"
    """Without words to be relevant to: the newest first."""
    NEWEST = "newest"
    OLDEST = "oldest"


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
    sort: Sort = Sort.RELEVANCE
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article found. Its text comes from the store."""

    id: str
    score: float
    """BM25 and more; comparable within one search only. 0.0 where there were no words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCount:
    """How many of all hits have a value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """One page of the hits, and what is true of all of them."""

    total: int
    """Exact number of articles that match."""
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    """``site`` by falling count, ``year`` (``"2023"``) by falling year."""
    most_words: bool = False
    """Whether no article had all the words, so that those with most of them are shown."""
    strings: tuple[str, ...] = ()
    """Folded strings to mark in snippets: the query's words, chunks and exact strings."""
    revision: int = 0
    """The store's revision that the index answers for."""


class SearchIndex(Protocol):
    """A seam: ``open_index(url)`` gives one of these, and nobody asks which."""

    def search(self, query: SearchQuery) -> SearchPage:
        """Raises ``QueryError`` (with a position) and nothing else for what a reader types."""
        ...

    def apply(self, changes: Iterable[Change]) -> int:
        """Follow the journal; returns the revision reached. All or nothing."""
        ...

    def revision(self) -> int: ...

    def article_ids(self) -> frozenset[str]: ...

    def rebuilding(self) -> AbstractContextManager[Callable[[Iterable[Change]], int]]:
        """A way to fill a new index beside this one, swapped in when the block ends well."""
        ...

    def close(self) -> None: ...
