"""A page that a profile is proposed from, and what a proposal says of a field."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from crawler.pages.markup import Markup


@dataclass(frozen=True)
class Specimen:
    """A page of a site, fetched or saved."""

    name: str
    """The file or address by which the archivist named it."""
    url: str
    """Its address; empty where a saved file does not say it."""
    text: str

    @cached_property
    def markup(self) -> Markup:
        """The page, parsed once. Raises ``TooMuchMarkup``."""
        return Markup(self.text, self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What a profile may say of one key, and why."""

    locators: tuple[str, ...]
    """In the order in which they are tried."""
    evidence: str
    """What they gave on which page, for the archivist to judge."""
