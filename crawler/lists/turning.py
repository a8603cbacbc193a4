"""What all pagers have in common: the keys of their tables, and the turn that they name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from crawler.expressions import Pattern

NUMBER = r"\d{1,9}"
"""A page's number; a longer one is an id."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A further page that a list page leads to."""

    url: str
    page: int
    """Its place among the pages of the list; the first page is 1."""
    is_announced: bool = False
    """Whether the list page says that there is such a page; if not, it is tried."""


class PagerTable(BaseModel):
    """A table of ``pagers``; each kind says more."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    on: Pattern = ""
    """Only on list pages whose address fits this expression; empty: on all."""
    max_pages: int = Field(default=500, ge=1)
    """Pages of one list, whatever the site says."""

    def turns(self, url: str, text: str) -> Iterator[Turn]:
        """The further pages that a list page leads to."""
        return iter(())

    def names(self, url: str) -> bool:
        """Whether the pager itself, without ``list_pages``, makes an address a list page."""
        return False


def is_number(words: str) -> bool:
    """Whether words can be a page's number."""
    return re.fullmatch(NUMBER, words, re.ASCII) is not None
