"""What the peers' template is given. It stands alone: Datasette reads it, too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

MONTHS = 12
"""Of the months with hits, so many of the newest are listed, as on our page."""


def shown(
    hits: Sequence[Mapping[str, Any]],
    months: Sequence[Sequence[int]],
    sites: Sequence[Sequence[Any]],
    asked: Mapping[str, str],
) -> dict[str, Any]:
    """One page: hits, and all of them counted by year, month and site."""
    years: Counter[int] = Counter()
    for month, many in months:
        years[month // 100] += many
    return {
        "asked": asked,
        "total": years.total(),
        "hits": hits,
        "most": max(years.values(), default=1),
        "months": sorted(map(tuple, months), reverse=True)[:MONTHS],
        "years": sorted(years.items(), reverse=True),
        "sites": sites,
    }
