"""Which form of an answer is asked for: by the address, or by the header ``Accept``."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, Response, g, request

HTML = "text/html"
JSON = "application/json"
PROBLEM = "application/problem+json"
API_PREFIX = "/api/"
TWIN_SUFFIX = ".json"
_FOR_PROGRAMS = ("/healthz", "/readyz", "/metrics", "/cdx")
_FOR_ARCHIVES = ("/timegate/", "/timemap/")
"""How addresses begin that programs ask which replay captures."""
_HARVESTING = "harvest"
"""Blueprint of addresses that no person reads."""


def install(app: Flask) -> None:
    """Tell caches where an answer depends on what the client prefers."""

    @app.after_request
    def vary(response: Response) -> Response:
        if "is_negotiated" in g:
            response.vary.add("Accept")
        return response


def preferred(offered: Sequence[str]) -> str:
    """The media type that the client likes best; the first one offered where it does not say."""
    g.is_negotiated = True
    return request.accept_mimetypes.best_match(offered) or offered[0]


def wants_json() -> bool:
    """Whether a program asks, and not a person with a browser."""
    path = request.path
    if path.startswith((API_PREFIX, *_FOR_ARCHIVES)) and path != API_PREFIX:
        return True
    if path.endswith(TWIN_SUFFIX) or path in _FOR_PROGRAMS or request.blueprint == _HARVESTING:
        return True
    return preferred((HTML, JSON, PROBLEM)) != HTML
