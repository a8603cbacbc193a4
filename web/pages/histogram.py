"""The hits by year or month, as bars that lead to the days they stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask_babel import gettext

from search.index import Facet, FacetCount
from web.pages.coverage import Held, months_between
from web.pages.limits import period_address, room
from web.pages.parameters import PageParameters

MONTHS_SHOWN = 24
"""Up to so many months are shown by month, longer times by year."""
BAR_BYTES = 12_000
"""What all bars may weigh, each with its address and as much besides."""
_OWN_BYTES = 230
_HEIGHT = 100


class Bar(NamedTuple):
    """The hits of one year or month."""

    period: str
    """``2023`` or ``2023-01``."""
    label: str
    """What stands under the bar: the year, or the number of the month."""
    value: str
    """What stands above it."""
    words: str
    """All that the bar says, in words."""
    height: int
    """Of 100; where anything is there, at least 2."""
    address: str
    is_held: bool
    """Whether the archive holds anything of that time."""


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bars in the order of time, and the other way to look at them."""

    bars: tuple[Bar, ...]
    is_share: bool
    is_by_month: bool
    other: str
    """Address of the same page with the other kind of bars."""


def histogram(
    parameters: PageParameters,
    facets: Mapping[Facet, Sequence[FacetCount]],
    held: Held,
    other: str,
) -> Histogram | None:
    """Bars for the hits by month or year, beside what is held of each.

    ``None`` where one bar says nothing, or many would make the page heavy.
    """
    months = dict(facets[Facet.MONTH])
    first, last = _ends(parameters, months)
    if first >= last:
        return None
    years = list(map(str, range(int(first[:4]), int(last[:4]) + 1)))
    many = 12 * (len(years) - 1) + int(last[5:]) - int(first[5:]) + 1
    is_by_month = many <= MONTHS_SHOWN
    span = list(months_between(first, last)) if is_by_month else years
    if len(span) > room(parameters, BAR_BYTES, _OWN_BYTES):
        return None
    is_share = parameters.histogram == "share"
    found, whole = (
        (months, held.by_month) if is_by_month else (dict(facets[Facet.YEAR]), held.by_year)
    )
    bars = _bars(parameters, span, found, whole, is_share=is_share)
    return Histogram(bars, is_share, is_by_month, other)


def _ends(parameters: PageParameters, found: Mapping[str, int]) -> tuple[str, str]:
    """First and last month searched; where the days have no end, those that have hits."""
    if not found:
        return "", ""
    first = f"{parameters.first:%Y-%m}" if parameters.first else min(found)
    last = f"{parameters.until:%Y-%m}" if parameters.until else max(found)
    return max(first, "1900-01"), min(last, "2199-12")


def _bars(
    parameters: PageParameters,
    span: list[str],
    found: Mapping[str, int],
    held: Mapping[str, int],
    *,
    is_share: bool,
) -> tuple[Bar, ...]:
    counts = [found.get(period, 0) for period in span]
    wholes = [max(held.get(period, 0), count) for period, count in zip(span, counts, strict=True)]
    shares = [count / whole if whole else 0.0 for count, whole in zip(counts, wholes, strict=True)]
    sizes: list[float] = shares if is_share else [float(count) for count in counts]
    top = max(sizes) or 1.0
    words = gettext("%(period)s: %(count)s of %(held)s reports held (%(share)s)")
    nothing = gettext("%(period)s: no report held")
    bars = []
    for period, count, whole, share, size in zip(span, counts, wholes, shares, sizes, strict=True):
        facts = {
            "period": period,
            "count": f"{count:,}",
            "held": f"{whole:,}",
            "share": percentage(share),
        }
        bars.append(
            Bar(
                period=period,
                label=str(int(period[5:] or period)),
                value=percentage(share) if is_share else f"{count:,}",
                words=(words if whole else nothing) % facts,
                height=max(round(size / top * _HEIGHT), 2) if count else 0,
                address=period_address(parameters, period),
                is_held=whole > 0,
            )
        )
    return tuple(bars)


def percentage(share: float) -> str:
    """``12 %``, with one digit more where it is small."""
    percent = share * 100
    return f"{percent:.0f}%" if percent >= 10 or not percent else f"{percent:.1f}%"
