"""The data of pages, at the page's address with ``.json``, or where ``Accept`` asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from apiflask import APIBlueprint, APIFlask
from flask import Response, make_response, request, url_for
from pydantic import Field
from werkzeug.urls import iri_to_uri

from web.api import articles, overview
from web.api.description import asks, problem_answers
from web.api.search import answer_to
from web.api.shapes import SearchAnswer
from web.http.negotiation import HTML, JSON, PROBLEM, preferred
from web.params import SearchParameters, read

blueprint = APIBlueprint("data", __name__, tag="pages as data")


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

_TWINS: Mapping[str, tuple[str, Callable[..., Any]]] = {
    "pages.home": ("data.overview", _overview),
    "pages.search": ("data.search", search),
    "pages.article": ("data.article", _article),
}
"""Pages by endpoint, and what gives their data."""


def install(app: APIFlask) -> None:
    """Give pages their twins, after limits and keys were looked at."""
    app.register_blueprint(blueprint)
    app.before_request(_negotiate)
    app.context_processor(lambda: {"data_address": _data_address()})


def _negotiate() -> Response | None:
    """Answer with data instead of a page where the client prefers that."""
    twin = _TWINS.get(request.endpoint or "")
    if twin is None or preferred((HTML, JSON, PROBLEM)) == HTML or "within" in request.args:
        return None  # to search within results leads to another search
    _, view = twin
    response = make_response(view(**(request.view_args or {})))
    response.headers["Content-Location"] = _data_address()
    return response


def _data_address() -> str | None:
    """Where the data of this page stand by themselves."""
    twin = _TWINS.get(request.endpoint or "")
    if twin is None:
        return None
    endpoint, _ = twin
    address = url_for(endpoint, **(request.view_args or {}))
    if endpoint == "data.search":
        address += "?" + request.full_path.partition("?")[2]
    return iri_to_uri(address.rstrip("?"))
