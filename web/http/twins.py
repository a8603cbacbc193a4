"""Pages are data where ``Accept`` asks for it, and name the address of their data (``.json``)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from apiflask import APIFlask
from flask import Response, current_app, make_response, request
from werkzeug.urls import iri_to_uri

from web import data
from web.addresses import path_of
from web.http.negotiation import HTML, JSON, PROBLEM, preferred
from web.pages.citation_list import CHANGES


@dataclass(frozen=True, slots=True)
class Twin:
    """What gives the data of a page."""

    endpoint: str
    is_asked: bool = False
    """Whether it reads what the page's address asks."""
    leads_on: Collection[str] = ()
    """Parameters with which the page leads to another of its addresses."""


_TWINS: Mapping[str, Twin] = {
    "pages.home": Twin("data.overview"),
    "pages.search": Twin("data.search", is_asked=True, leads_on=("within",)),
    "pages.article": Twin("data.article"),
    "pages.browse": Twin("data.browse"),
    "pages.newest_year": Twin("data.newest_year"),
    "pages.browse_site": Twin("data.browse_site"),
    "pages.browse_days": Twin("data.browse_days"),
    "pages.on_this_day": Twin("data.on_this_day", is_asked=True),
    "pages.chronology": Twin("data.chronology", is_asked=True),
    "pages.citation_list": Twin("data.citation_list", is_asked=True, leads_on=CHANGES),
    "evidence.article_captures": Twin("data.captures"),
    "evidence.framed": Twin("data.capture"),
    "evidence.revisions": Twin("data.revisions"),
    "evidence.diff": Twin("data.diff", is_asked=True),
    "evidence.verify": Twin("data.verify", is_asked=True),
    "reference.reference": Twin("openapi.spec"),
}
"""By the page's endpoint."""


def install(app: APIFlask) -> None:
    """Give pages their twins, after limits and keys were looked at."""
    app.register_blueprint(data.blueprint)
    app.before_request(_negotiate)
    app.context_processor(lambda: {"data_address": _data_address()})


def _negotiate() -> Response | None:
    """Answer with data instead of a page where the client prefers that."""
    twin = _TWINS.get(request.endpoint or "")
    if twin is None or request.method not in ("GET", "HEAD"):
        return None
    if preferred((HTML, JSON, PROBLEM)) == HTML:
        return None
    if any(request.args.get(name) for name in twin.leads_on):
        return None
    view = current_app.view_functions[twin.endpoint]
    response = make_response(view(**(request.view_args or {})))
    if response.status_code == HTTPStatus.OK:
        response.headers["Content-Location"] = _data_address()
    return response


def _data_address() -> str | None:
    """Where the data of this page stand by themselves."""
    twin = _TWINS.get(request.endpoint or "")
    if twin is None:
        return None
    address = path_of(twin.endpoint, **(request.view_args or {}))
    if twin.is_asked:
        address += "?" + request.full_path.partition("?")[2]
    return iri_to_uri(address.rstrip("?"))
