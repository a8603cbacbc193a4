"""The data of a chronology (大事记)."""

from __future__ import annotations

from typing import Any

from flask import url_for

from web.api.description import asks, problem_answers
from web.chronology.entries import by_day
from web.data.blueprint import blueprint
from web.data.named import named
from web.data.search import TwinParameters
from web.data.shapes import ChronologyAnswer
from web.evidence.addresses import public
from web.pages.chronology import NOT_READ, chronicle


@blueprint.get("/chronology.json")
@blueprint.output(ChronologyAnswer)
@blueprint.doc(
    summary="Chronology page",
    description="Articles that match by day, the oldest first, up to 200 in an answer.",
    responses=problem_answers(400, 503),
)
@asks(TwinParameters, without=(*NOT_READ, "facet"))
def chronology() -> dict[str, Any]:
    """The articles that match, by day."""
    told = chronicle()
    articles = {hit.article.id: hit.article for hit in told.found.hits}
    following = told.following and url_for("data.chronology", **told.following)
    return {
        "total": told.found.total,
        "groups": told.found.groups,
        "days": [
            {"day": day.day, "articles": [named(articles[entry.id]) for entry in day.entries]}
            for day in by_day(told.entries)
        ],
        "next": public(following) if following else None,
    }
