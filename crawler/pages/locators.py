"""What a profile's locator finds on a page."""

from __future__ import annotations

from bs4.element import Tag

from crawler.pages.lines import clean, lines_of
from crawler.pages.markup import Markup

META = "meta:"
COMMENT = "comment:"
"""``comment:date`` says what ``<date>…</date>`` in a comment of the page says, as in e-papers."""
URL = "url"
"""As a locator of the date: believe the day in the page's address."""
UNSEEN = (META, COMMENT)
"""How locators begin that name no visible place."""


def words_at(markup: Markup, locator: str) -> str:
    """What a locator says: a meta element, a comment, or the first element that has a text."""
    if locator.startswith(META):
        return clean(markup.meta(locator.removeprefix(META)))
    if locator.startswith(COMMENT):
        return clean(markup.comment(locator.removeprefix(COMMENT)))
    return next(filter(None, map(words_of, markup.select(locator))), "")


def words_of(node: Tag) -> str:
    """An element's text in one line; the title's and a script's too, which no page shows."""
    if node.name in ("title", "script"):
        return clean(node.get_text())
    return " ".join(line.text for line in lines_of(node)).strip()
