"""Other origins may read all data, with every header that matters (CORS, the Fetch standard)."""

from __future__ import annotations

from flask import Flask, Response, request

from web.http.negotiation import HTML

_ASKED = "Accept, Accept-Datetime, Accept-Language, Authorization, If-Modified-Since, If-None-Match"
_ALLOWED = f"{_ASKED}, X-API-Key"
_SHOWN = (
    "Content-Disposition, Content-Location, ETag, Link, Memento-Datetime, RateLimit, "
    "RateLimit-Policy, Retry-After"
)
_DAY = 24 * 60 * 60


def install(app: Flask) -> None:
    """Let scripts of any page read what is not a page itself. There are no cookies to guard."""
    app.after_request(_share)


def _share(response: Response) -> Response:
    asks = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    if response.mimetype == HTML and not asks:
        return response
    response.headers.setdefault("Access-Control-Allow-Origin", "*")
    if asks:
        response.headers["Access-Control-Allow-Methods"] = ", ".join(sorted(response.allow))
        response.headers["Access-Control-Allow-Headers"] = _ALLOWED
        response.headers["Access-Control-Max-Age"] = str(_DAY)
    else:
        response.headers["Access-Control-Expose-Headers"] = _SHOWN
    return response
