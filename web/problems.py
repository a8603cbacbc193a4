"""Every error in one shape: problem details (RFC 9457) for programs, a page for people."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, render_template, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException
from werkzeug.urls import iri_to_uri

from archive.errors import (
    ArticleWithdrawn,
    CaptureUnreadable,
    CursorInvalid,
    JianbaoError,
    NotHeld,
    QueryError,
    UnknownArticle,
    UnknownDigest,
)
from archive.words import N_
from web.faults import ParametersInvalid
from web.http.negotiation import PROBLEM, wants_json
from web.operation.keys import UnknownKey
from web.params import FILTERS

logger = logging.getLogger(__name__)

TYPE_PREFIX = "urn:jianbao:problem:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An error in words, in the language of the request."""

    type: str
    """``urn:jianbao:problem:`` and the error's code, which never changes."""
    title: str
    status: int
    detail: str
    """What is wrong and what to change."""
    instance: str
    """The address that was asked."""
    errors: tuple[dict[str, Any], ...] = ()
    """Parameters at fault: ``parameter``, ``detail``, ``position`` (from 0) or ``null``."""


_STATUS: dict[type[JianbaoError], tuple[HTTPStatus, str]] = {
    QueryError: (HTTPStatus.BAD_REQUEST, N_("The query cannot be read")),
    CursorInvalid: (HTTPStatus.BAD_REQUEST, N_("The request cannot be answered")),
    ParametersInvalid: (HTTPStatus.BAD_REQUEST, N_("The request cannot be answered")),
    UnknownArticle: (HTTPStatus.NOT_FOUND, N_("No such report")),
    ArticleWithdrawn: (HTTPStatus.GONE, N_("This report was withdrawn")),
    NotHeld: (HTTPStatus.NOT_FOUND, N_("Nothing is held of this address")),
    UnknownDigest: (HTTPStatus.NOT_FOUND, N_("No such digest")),
    CaptureUnreadable: (HTTPStatus.SERVICE_UNAVAILABLE, N_("This capture cannot be read")),
    UnknownKey: (HTTPStatus.UNAUTHORIZED, N_("The key is not known")),
}
_UNAVAILABLE = N_("The archive cannot answer now")
_FAILED = N_("Something went wrong here")
_HTTP: dict[int, tuple[str, str, str]] = {
    404: (
        "not-found",
        N_("There is no such page"),
        N_("Nothing stands at this address. Check it, or search the archive."),
    ),
    405: (
        "method-not-allowed",
        N_("Not allowed here"),
        N_("This address can be read, not written to. Use GET."),
    ),
    413: (
        "too-large",
        N_("The request is too large"),
        N_("The archive answers short requests only. Send less."),
    ),
    414: (
        "address-too-long",
        N_("The address is too long"),
        N_("Ask for less at once: fewer words, fewer values of a parameter."),
    ),
    429: (
        "too-many-requests",
        N_("Too many requests"),
        N_("You ask faster than the archive answers everybody. Wait, as Retry-After says."),
    ),
}


def install(app: Flask) -> None:
    """Answer every error of an application in that one shape."""
    app.register_error_handler(JianbaoError, _answer_jianbao)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_failure)


def _answer_jianbao(error: JianbaoError) -> Response:
    status, title = HTTPStatus.SERVICE_UNAVAILABLE, _UNAVAILABLE
    for kind, answer in _STATUS.items():
        if isinstance(error, kind):
            status, title = answer
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("request=failed path=%s code=%s reason=%s", request.path, error.code, error)
    return _answer(error.code, gettext(title), status, error.words(gettext), _errors(error))


def _errors(error: JianbaoError) -> tuple[dict[str, Any], ...]:
    if isinstance(error, CursorInvalid):
        return ({"parameter": "cursor", "detail": gettext(error.reason), "position": None},)
    if isinstance(error, QueryError):
        reason = gettext(error.reason)
        return ({"parameter": "q", "detail": reason, "position": error.position},)
    if isinstance(error, ParametersInvalid):
        return tuple(
            {
                "parameter": fault.parameter,
                "detail": fault.words(gettext, to_people=not wants_json()),
                "position": fault.position,
            }
            for fault in error.faults
        )
    return ()


def _answer_http(error: HTTPException) -> Response:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status < HTTPStatus.BAD_REQUEST:
        return Response(status=status, headers=error.get_headers())
    name = HTTPStatus(status).phrase
    code, title, detail = _HTTP.get(
        status, (name.lower().replace(" ", "-"), name, error.description or name)
    )
    response = _answer(code, gettext(title), status, gettext(detail))
    for header, value in error.get_headers():
        if header in ("Allow", "Retry-After"):
            response.headers[header] = value
    return response


def _answer_failure(error: Exception) -> Response:
    logger.error("request=failed path=%s", request.path, exc_info=error)
    detail = gettext(
        "The failure was written to the server's log. Nothing is lost; try again, "
        "and tell the archive if it happens again."
    )
    return _answer("failure", gettext(_FAILED), HTTPStatus.INTERNAL_SERVER_ERROR, detail)


def _answer(
    code: str, title: str, status: int, detail: str, errors: tuple[dict[str, Any], ...] = ()
) -> Response:
    problem = Problem(
        type=TYPE_PREFIX + code,
        title=title,
        status=int(status),
        detail=detail,
        instance=iri_to_uri(request.full_path.rstrip("?")),
        errors=errors,
    )
    if wants_json():
        response = _json(problem)
    else:
        page = render_template("problem.html", problem=problem, asked=_asked())
        response = Response(page, mimetype="text/html")
    response.status_code = problem.status
    if problem.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="jianbao", error="invalid_token"'
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "60"
    return response


def _json(problem: Problem) -> Response:
    text = current_app.json.dumps(asdict(problem))
    return Response(text, mimetype=PROBLEM)


def _asked() -> dict[str, Any]:
    """What the search form held, so that it can be corrected."""
    asked: dict[str, Any] = {name: request.args.get(name, "") for name in ("q", "from", "until")}
    kept = [(name, value) for name in FILTERS for value in request.args.getlist(name)]
    return {**asked, "kept": kept, "sort": request.args.get("sort", "")}
