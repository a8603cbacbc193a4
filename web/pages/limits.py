"""The limits of a search and the pages of its hits, as links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext

from search.index import FacetCount
from web.holdings import holdings
from web.params import FILTERS, LABELS, SearchParameters

_PAGES_AROUND = 2
"""Page numbers shown on either side of the one that is read."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet, as a link that adds or removes it."""

    label: str
    count: int
    address: str
    is_chosen: bool


def kept(parameters: SearchParameters) -> list[tuple[str, str]]:
    """What the form does not show and must not lose."""
    kept = [(name, value) for name in FILTERS for value in getattr(parameters, name)]
    if parameters.collapse:
        kept.append(("collapse", "true"))
    if not parameters.synonyms:
        kept.append(("synonyms", "false"))
    return kept


def search_address(parameters: SearchParameters, **changes: Any) -> str:
    """The address of the search page with a search, some of it changed."""
    return url_for("pages.search", **parameters.address(**changes))


def site_choices(parameters: SearchParameters, counts: Iterable[FacetCount]) -> list[Choice]:
    """Every site among the hits and every site that is chosen."""
    numbers = {count.value: count.count for count in counts}
    numbers.update({site: 0 for site in parameters.site if site not in numbers})
    choices = []
    for site, number in numbers.items():
        chosen = site in parameters.site
        others = [other for other in parameters.site if other != site]
        address = search_address(parameters, site=others if chosen else [*parameters.site, site])
        choices.append(Choice(holdings().site_name(site), number, address, chosen))
    return choices


def year_choices(parameters: SearchParameters, counts: Iterable[FacetCount]) -> list[Choice]:
    """Every year among the hits."""
    choices = []
    for count in counts:
        year = int(count.value)
        chosen = (parameters.first, parameters.until) == (date(year, 1, 1), date(year, 12, 31))
        days = {"from": None, "until": None} if chosen else {"from": str(year), "until": str(year)}
        choices.append(Choice(count.value, count.count, search_address(parameters, **days), chosen))
    return choices


def chosen_limits(parameters: SearchParameters) -> list[tuple[str, str, str]]:
    """Limits that no facet of the page shows: what they are called, their value, the way out."""
    return [
        (gettext(LABELS[name]), value, search_address(parameters, **{name: others}))
        for name in FILTERS
        if name != "site"
        for value in getattr(parameters, name)
        for others in [[one for one in getattr(parameters, name) if one != value]]
    ]


def page_numbers(
    parameters: SearchParameters, last: int, cursor: str | None
) -> list[tuple[int, str]]:
    """Pages worth a link: the first, the last and those around this one.

    The next one goes on where this page ended, whatever has come since.
    """
    around = range(parameters.page - _PAGES_AROUND, parameters.page + _PAGES_AROUND + 1)
    numbers = sorted({1, last, *(number for number in around if 1 <= number <= last)})
    if last == 1:
        return []
    cursors = {parameters.page + 1: cursor}
    return [
        (number, search_address(parameters, page=number, cursor=cursors.get(number)))
        for number in numbers
    ]
