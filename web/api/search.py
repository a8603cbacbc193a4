"""Searching, counting, and suggestions for what is being typed."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from search.finding import Found, to_json
from web.api.blueprint import blueprint
from web.api.description import asks, problem_answers
from web.api.shapes import FacetsAnswer, SearchAnswer, Suggestions
from web.faults import page_out_of_range
from web.holdings import holdings
from web.params import (
    FacetParameters,
    SearchParameters,
    SuggestParameters,
    read_facets,
    read_search,
    read_suggest,
)


@blueprint.get("/search")
@blueprint.output(SearchAnswer)
@blueprint.doc(
    summary="Search",
    description="Articles that match, with snippets and facets.",
    responses=problem_answers(400, 503),
)
@asks(SearchParameters)
def search() -> dict[str, Any]:
    """Articles that match."""
    return answer_to(read_search(request.args), "api.search")


def answer_to(parameters: SearchParameters, endpoint: str) -> dict[str, Any]:
    """One page of hits; the next one is at the same endpoint."""
    found = holdings().find(parameters.query())
    check_page(parameters, found)
    return {
        **shown(found),
        "page": parameters.page,
        "limit": parameters.limit,
        "next": _next_address(parameters, endpoint, found.next) if found.next else None,
    }


def shown(found: Found) -> dict[str, Any]:
    """What was found, each hit with the address of its page."""
    answer = to_json(found)
    for hit in answer["hits"]:
        hit["page_url"] = f"{_public()}/articles/{hit['id']}"
    return answer


def check_page(parameters: SearchParameters, found: Found) -> int:
    """The last page of what was found. Raises ``ParametersInvalid`` for a page behind it."""
    last_page = max(1, -(-found.shown_total // parameters.limit))
    if parameters.page > last_page and not parameters.cursor:
        raise page_out_of_range(last_page)
    return last_page


@blueprint.get("/facets")
@blueprint.output(FacetsAnswer)
@blueprint.doc(
    summary="Facets",
    description="How many of the articles that match have each value.",
    responses=problem_answers(400, 503),
)
@asks(FacetParameters)
def facets() -> dict[str, Any]:
    """Counts of a search, without its hits."""
    found = holdings().find(read_facets(request.args).query())
    answer = to_json(found)
    return {"total": found.total, "facets": answer["facets"]}


@blueprint.get("/suggest")
@blueprint.output(Suggestions)
@blueprint.doc(
    summary="Suggestions",
    description="Words and titles that what is being typed may become; pinyin will do.",
    responses=problem_answers(400, 503),
)
@asks(SuggestParameters)
def suggest() -> dict[str, Any]:
    """What is being typed may become these."""
    parameters = read_suggest(request.args)
    return {"suggestions": list(holdings().index.complete(parameters.q, parameters.limit))}


def _public() -> str:
    return holdings().settings.public_url.rstrip("/")


def _next_address(parameters: SearchParameters, endpoint: str, cursor: str) -> str:
    following = parameters.address(page=parameters.page + 1, cursor=cursor)
    return _public() + url_for(endpoint, **following)
