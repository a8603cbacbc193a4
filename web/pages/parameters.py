"""What the address of the search page says, beyond what every search may be asked."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal

from pydantic import Field
from werkzeug.datastructures import MultiDict

from archive.article import ID_LENGTH
from search.index import Facet
from search.query.grammar import parse
from search.query.tree import joined
from web.addresses import address
from web.citation_list import MOST
from web.pages.blueprint import SEARCH
from web.params import FILTERS, LIMIT, SearchParameters, read

MARKED_MAX = MOST * (ID_LENGTH + 1)
FACETS = (
    Facet.SITE,
    Facet.YEAR,
    Facet.MONTH,
    Facet.CONTAINER,
    Facet.AUTHOR,
    Facet.CHANNEL,
)
"""What the page counts the hits by, in one search."""


class PageParameters(SearchParameters):
    """A search as people ask it: reprints are folded, and a page stays light."""

    limit: int = Field(LIMIT, ge=1, le=LIMIT, description="Hits on a page.")
    collapse: bool = Field(True, description="Whether reprints are folded under the earliest.")
    histogram: Literal["count", "share"] = Field(
        "count", description="What the bars show: reports, or their share of all that are held."
    )
    within: str = Field("", max_length=1_000, description="Words to add to those of `q`.")

    marked: str = Field(
        "", max_length=MARKED_MAX, description="A citation list that the search takes along."
    )

    @cached_property
    def whole(self) -> str:
        """The address of the search page with this search."""
        return address(SEARCH, self.arguments)

    @cached_property
    def dayless(self) -> str:
        """The same for any day; bars and shortcuts add their own."""
        return address(SEARCH, self.address(**{"from": None, "until": None}))

    def _asked(self) -> dict[str, Any]:
        """As for every search; the bars and the list stay as they are."""
        bars = None if self.histogram == "count" else self.histogram
        return {**super()._asked(), "histogram": bars, "marked": self.marked}

    def kept(self) -> list[tuple[str, str]]:
        """What the form does not show and must not lose."""
        shown = {"q", "from", "until", "sort"}
        return [
            (name, str(value))
            for name, given in self.arguments.items()
            if name not in shown
            for value in (given if name in FILTERS else [given])
        ]


def read_page(arguments: MultiDict[str, str]) -> PageParameters:
    """The search that an address of the page asks for. Raises ``ParametersInvalid``."""
    return read(PageParameters, arguments)


def narrowed(text: str, more: str) -> str:
    """One query that asks for both. Raises ``QueryError``."""
    if not text.strip():
        return more
    plain = f"{text} {more}"
    # Beside OR or 同节 a space would not join the two as a whole; parentheses do.
    if parse(plain) == joined([parse(text), parse(more)]):
        return plain
    return f"({text}) ({more})"
