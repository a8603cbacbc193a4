"""Who speaks of the day of publication: the places of the profile, the byline, the address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal
from urllib.parse import urlsplit

from archive.article import Witness
from crawler.pages.byline import words_of_day
from crawler.pages.dates import day_in_url, days_in
from crawler.pages.locators import UNSEEN, URL, words_at
from crawler.pages.markup import Markup
from crawler.profile import Layout


def witnesses(
    markup: Markup, layout: Layout, bylines: Sequence[str], url: str, latest: date
) -> tuple[Witness, ...]:
    """Every witness of the day, once: the places of the layout in its order, then the address.

    Nothing else on the page is asked, so that today's date, a related report's, a footer's years
    and the days in the text never win. No day after ``latest`` is one of publication.
    """
    return tuple(dict.fromkeys(_witnesses(markup, layout, bylines, url, latest)))


def believed(found: Sequence[Witness], layout: Layout) -> Witness | None:
    """The first witness; the address only where the layout says so."""
    return next((each for each in found if each.where != "url" or URL in layout.date), None)


def _witnesses(
    markup: Markup, layout: Layout, bylines: Sequence[str], url: str, latest: date
) -> Iterator[Witness]:
    for locator in layout.date:
        if locator == URL:
            yield from _in_address(url, latest)
        elif locator.startswith(UNSEEN):
            yield from _first("meta", locator, words_at(markup, locator), latest)
        else:
            yield from _first("line", locator, words_of_day(words_at(markup, locator)), latest)
    for line in bylines:
        yield from _first("line", ", ".join(layout.byline), words_of_day(line), latest)
    if URL not in layout.date:
        yield from _in_address(url, latest)


def _first(
    where: Literal["line", "meta"], locator: str, text: str, latest: date
) -> Iterator[Witness]:
    """The first day that a text names."""
    for printed in days_in(text, latest=latest)[:1]:
        yield Witness(where=where, locator=locator, text=printed.text, day=printed.day)


def _in_address(url: str, latest: date) -> Iterator[Witness]:
    if printed := day_in_url(urlsplit(url).path, latest=latest):
        yield Witness(where="url", locator="path", text=printed.text, day=printed.day)
