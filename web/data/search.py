"""The data of the first page, of the search page and of a report's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from pydantic import Field

from web.api import articles, overview
from web.api.description import asks, problem_answers
from web.api.search import answer_to
from web.api.shapes import SearchAnswer
from web.data.blueprint import blueprint
from web.params import SearchParameters, read


class TwinParameters(SearchParameters):
    """A search as the page asks it."""

    collapse: bool = Field(True, description="Whether reprints are folded under the earliest.")


@blueprint.get("/search.json")
@blueprint.output(SearchAnswer)
@blueprint.doc(
    summary="Search page",
    description="What the search page shows: reprints are folded unless `collapse` is false.",
    responses=problem_answers(400, 503),
)
@asks(TwinParameters)
def search() -> dict[str, Any]:
    """The hits of the search page."""
    return answer_to(read(TwinParameters, request.args), "data.search")


_overview: Callable[..., Any] = overview.overview
_article: Callable[..., Any] = articles.article
blueprint.add_url_rule("/.json", "overview", _overview, methods=["GET"])
blueprint.add_url_rule("/articles/<article_id>.json", "article", _article, methods=["GET"])
