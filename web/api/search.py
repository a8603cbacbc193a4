"""Searching, and suggestions for what is being typed."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from search.finding import Found, to_json
from web.api.blueprint import blueprint
from web.api.description import problem_answers
from web.api.shapes import SearchAnswer, Suggestions
from web.holdings import holdings
from web.params import SearchParameters, page_out_of_range, read_search, read_suggest


@blueprint.get("/search")
@blueprint.output(SearchAnswer)
@blueprint.doc(
    summary="Search",
    description="Articles that match, with snippets and facets.",
    responses=problem_answers(400, 503),
)
def search() -> dict[str, Any]:
    """Articles that match."""
    parameters = read_search(request.args)
    found = holdings().find(parameters.query())
    check_page(parameters, found)
    answer = to_json(found)
    for hit in answer["hits"]:
        hit["page_url"] = f"{_public()}/articles/{hit['id']}"
    return {
        **answer,
        "page": parameters.page,
        "limit": parameters.limit,
        "next": _next_address(parameters, found.next) if found.next else None,
    }


def check_page(parameters: SearchParameters, found: Found) -> int:
    """The last page of what was found. Raises ``ParametersInvalid`` for a page behind it."""
    last_page = max(1, -(-found.shown_total // parameters.limit))
    if parameters.page > last_page and not parameters.cursor:
        raise page_out_of_range(last_page)
    return last_page


@blueprint.get("/suggest")
@blueprint.output(Suggestions)
@blueprint.doc(
    summary="Suggestions",
    description="Words and titles that what is being typed may become; pinyin will do.",
    responses=problem_answers(400, 503),
)
def suggest() -> dict[str, Any]:
    """What is being typed may become these."""
    parameters = read_suggest(request.args)
    return {"suggestions": list(holdings().index.complete(parameters.q, parameters.limit))}


def _public() -> str:
    return holdings().settings.public_url.rstrip("/")


def _next_address(parameters: SearchParameters, cursor: str) -> str:
    following = parameters.address(page=parameters.page + 1, cursor=cursor)
    return _public() + url_for("api.search", **following)
