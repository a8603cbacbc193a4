"""What the archive holds, and what is new in it."""

from __future__ import annotations

from typing import Any

from search.index import Facet, SearchQuery, Sort
from web.api.blueprint import blueprint
from web.api.description import problem_answers
from web.api.search import shown
from web.api.shapes import OverviewAnswer
from web.holdings import holdings

_NEWEST = 8


@blueprint.get("/overview")
@blueprint.output(OverviewAnswer)
@blueprint.doc(
    summary="Overview",
    description="How much the archive holds, from which days and sites, and its newest articles.",
    responses=problem_answers(503),
)
def overview() -> dict[str, Any]:
    """The archive at a glance."""
    held = holdings()
    counted = (Facet.SITE, Facet.YEAR)
    newest = held.find(SearchQuery(sort=Sort.NEWEST, limit=_NEWEST, facets=counted))
    oldest = held.find(SearchQuery(sort=Sort.OLDEST, limit=1))
    new, old = shown(newest), shown(oldest)
    return {
        "name": held.settings.archive_name,
        "total": newest.total,
        "first_published": old["hits"][0]["published"] if oldest.hits else None,
        "last_published": new["hits"][0]["published"] if newest.hits else None,
        "sites": new["facets"]["site"],
        "years": new["facets"]["year"],
        "newest": new["hits"],
    }
