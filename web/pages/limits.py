"""The limits of a search and the pages of its hits, as links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any, NamedTuple

from flask_babel import gettext

from search.index import Facet, FacetCount
from search.query.days import parse_day
from web.addresses import address, joined
from web.faults import LABELS
from web.holdings import holdings
from web.pages.blueprint import SEARCH
from web.pages.parameters import FACETS, PageParameters
from web.params import FILTERS

FACET_BYTES = 10_000
"""What the links of all facets may weigh: their addresses repeat the words searched for."""
_OPTION_BYTES = 130
_SHARES = len(FACETS) + 1
"""Every facet gets one part of the room, sites two."""
MOST_VALUES = 2 * (FACET_BYTES // _OPTION_BYTES) // _SHARES
"""More values of a facet than there is ever room for, but for those that are chosen."""
LONG = 2_000
"""Bytes of an address from which on a page only has the links that it cannot do without."""
_CHOSEN_BYTES = 8_000
_PAGES_AROUND = 2
"""Page numbers shown on either side of the one that is read."""


class Choice(NamedTuple):
    """A value of a facet, as a link that adds or removes it. A tuple: a page has dozens."""

    label: str
    count: int  # type: ignore[assignment]  # tuples have a method of this name
    address: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit that is chosen: what it is called, its value, and the address without it."""

    label: str
    value: str
    address: str


def search_address(parameters: PageParameters, **changes: Any) -> str:
    """The address of the search page with a search, some of it changed."""
    return address(SEARCH, parameters.address(**changes))


def room(parameters: PageParameters, room: int, own: int) -> int:
    """Links to this search, each with some bytes of its own, for which there is room."""
    return room // (len(parameters.whole) + own)


def facet_choices(
    parameters: PageParameters, facets: Mapping[Facet, Sequence[FacetCount]]
) -> dict[Facet, list[Choice]]:
    """For each facet its commonest values, of years and months the newest; and all chosen."""
    share = room(parameters, FACET_BYTES, _OPTION_BYTES) // _SHARES
    return {
        facet: value_choices(parameters, facet, counts, 2 * share if facet is Facet.SITE else share)
        if facet.value in FILTERS
        else period_choices(parameters, counts[:share])
        for facet, counts in facets.items()
    }


def value_choices(
    parameters: PageParameters, facet: Facet, counts: Sequence[FacetCount], shown: int
) -> list[Choice]:
    """The commonest values of a facet among the hits, and every one that is chosen."""
    name = facet.value
    chosen: tuple[str, ...] = getattr(parameters, name)
    label: Callable[[str], str] = holdings().site_name if facet is Facet.SITE else str
    numbers = {one.value: one.count for one in counts if one.value in chosen}
    adding = search_address(parameters, **{name: list(chosen)})
    adding += "&" if "?" in adding else "?"
    choices = [
        Choice(label(value), numbers.get(value, 0), _without(parameters, name, value), True)
        for value in chosen
    ]
    others = (one for one in counts if one.value not in chosen)
    return choices + [
        Choice(label(value), count, adding + joined([(name, value)]), False)
        for value, count in islice(others, max(shown - len(chosen), 0))
    ]


def _without(parameters: PageParameters, name: str, value: str) -> str:
    others = [other for other in getattr(parameters, name) if other != value]
    return search_address(parameters, **{name: others})


def period_choices(parameters: PageParameters, counts: Iterable[FacetCount]) -> list[Choice]:
    """Years or months among the hits, each as the days it stands for."""
    days = parameters.days_asked()
    return [
        Choice(
            one.value,
            one.count,
            period_address(parameters, None if days == (one.value,) * 2 else one.value),
            days == (one.value,) * 2,
        )
        for one in counts
    ]


def is_long(parameters: PageParameters) -> bool:
    """Whether every link to this search weighs much, because many words are searched for."""
    return len(parameters.whole) > LONG


def period_address(parameters: PageParameters, period: str | None) -> str:
    """The same search in a year or month only, or on any day."""
    dayless = parameters.dayless
    if not period:
        return dayless
    return f"{dayless}{'&' if '?' in dayless else '?'}from={period}&until={period}"


def chosen_limits(parameters: PageParameters) -> list[Limit]:
    """Every limit of a search, with the way out."""
    limits = [
        Limit(
            gettext(LABELS[name]),
            holdings().site_name(value) if name == "site" else value,
            _without(parameters, name, value),
        )
        for name in FILTERS
        for value in getattr(parameters, name)
    ]
    limits = limits[: room(parameters, _CHOSEN_BYTES, 0)]
    first, until = parameters.days_asked()
    if first or until:
        value = first if first == until else f"{first or '…'} – {until or '…'}"
        limits.append(Limit(gettext("Days"), value, period_address(parameters, None)))
    return limits


def day_shortcuts(parameters: PageParameters, today: date) -> list[tuple[str, bool]]:
    """This month, the last one, this year and the last one: the search in it, and whether it is
    this search.
    """
    if is_long(parameters):
        return []
    month = today.isoformat()[:7]
    last_month = (today.replace(day=1) - timedelta(days=1)).isoformat()[:7]
    asked = parameters.days_asked()
    return [
        (period_address(parameters, period), asked == (period, period))
        for period in (month, last_month, month[:4], f"{today.year - 1:04}")
    ]


def neighbours(parameters: PageParameters) -> list[tuple[str, str, str]]:
    """The year or month before and after the one that is searched: ``rel``, its name, address."""
    first, until = parameters.days_asked()
    if first != until or len(first) > 7 or not first or is_long(parameters):
        return []
    begin, end = parse_day(first) or (date.min, date.max)
    days = {"prev": begin - timedelta(days=1), "next": end + timedelta(days=1)}
    named = {rel: day.isoformat()[: len(first)] for rel, day in days.items()}
    return [(rel, name, period_address(parameters, name)) for rel, name in named.items()]


def page_numbers(
    parameters: PageParameters, last: int, cursor: str | None
) -> list[tuple[int, str]]:
    """Pages worth a link: the first, the last and those around this one.

    The next one goes on where this page ended, whatever has come since.
    """
    around = range(parameters.page - _PAGES_AROUND, parameters.page + _PAGES_AROUND + 1)
    numbers = sorted({1, last, *(number for number in around if 1 <= number <= last)})
    if last == 1:
        return []
    if is_long(parameters):
        numbers = [number for number in numbers if number in (parameters.page, parameters.page + 1)]
    cursors = {parameters.page + 1: cursor}
    return [
        (number, search_address(parameters, page=number, cursor=cursors.get(number)))
        for number in numbers
    ]
