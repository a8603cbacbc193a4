"""What the peers' template is given. It stands alone: Datasette reads it, too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

SHOWN, SITES_SHOWN = 7, 14
"""Values of each facet, as many as our page lists for a short query."""


def shown(
    hits: Sequence[Mapping[str, Any]],
    counts: Sequence[Sequence[Any]],
    asked: Mapping[str, str],
) -> dict[str, Any]:
    """One page: hits, and all of them counted by year, month, site and so on."""
    found: dict[str, list[Sequence[Any]]] = {}
    for counted, *value in counts:
        found.setdefault(counted, []).append(value)
    years: Counter[int] = Counter()
    for month, _, many in found.get("month", ()):
        years[month // 100] += many
    by_time: dict[str, list[Sequence[Any]]] = {
        "Years": [(year, year, many) for year, many in years.items()],
        "Months": found.get("month", []),
    }
    by_value = {
        "Published in": found.get("container", []),
        "Author": found.get("author", []),
        "Channel": found.get("channel", []),
    }
    return {
        "asked": asked,
        "total": years.total(),
        "hits": hits,
        "most": max(years.values(), default=1),
        "years": sorted(years.items()),
        "facets": {
            "Sites": sorted(found.get("site", ()), key=itemgetter(2), reverse=True)[:SITES_SHOWN],
            **{
                name: sorted(values, key=itemgetter(0), reverse=True)[:SHOWN]
                for name, values in by_time.items()
            },
            **{
                name: sorted(values, key=itemgetter(2), reverse=True)[:SHOWN]
                for name, values in by_value.items()
            },
        },
    }
