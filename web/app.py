"""The application: one factory that opens the archive and shows it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from apiflask import APIFlask
from flask import Response

from archive.settings import Settings
from web import api, evidence, harvest, language, pages, problems
from web.addresses import path_of
from web.api import reference
from web.api.description import describe
from web.api.standards import STANDARDS
from web.holdings import EXTENSION, Holdings, holdings
from web.http import bounds, caching, negotiation, sharing, twins
from web.http.json_answers import JsonAnswers
from web.operation import health, metrics, rates
from web.policies import OUR_PAGES
from web.templating import Templates

REQUEST_BYTES = 64 * 1024
"""Nobody sends the archive anything but addresses."""

_Function = TypeVar("_Function", bound=Callable[..., Any])

_HEADERS = {
    "Content-Security-Policy": OUR_PAGES,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class _Application(APIFlask):
    jinja_environment = Templates

    def ensure_sync(self, func: _Function) -> _Function:
        """No function is a coroutine; Flask would look at a score of them for every request."""
        return func


def create_app(settings: Settings) -> APIFlask:
    """The web application over the archive that the settings name.

    Opens store and index; ``app.extensions["jianbao"].close()`` closes them. Raises what
    ``open_store`` and ``open_index`` raise.
    """
    app = application(settings)
    hold(app, Holdings(settings))
    return app


def hold(app: APIFlask, held: Holdings) -> None:
    """Let an application show what is held."""
    app.extensions[EXTENSION] = held
    held.observe_search = metrics.of(app).search_seconds.observe


def application(settings: Settings) -> APIFlask:
    """The application before it holds anything, which processes may share."""
    app = _Application(
        "web",
        title="Jianbao",
        version="1",
        spec_path="/api/openapi.json",
        docs_path=None,
        json_errors=False,
    )
    app.config.update(
        MAX_CONTENT_LENGTH=REQUEST_BYTES,
        AUTO_404_RESPONSE=False,
        SERVERS=[{"url": settings.public_url}],
        DESCRIPTION="A press-clippings archive for trade-union news.",
    )
    app.json = JsonAnswers(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["url_for"] = path_of
    metrics.install(app)
    language.install(app)  # what refuses a request says so in the reader's language
    bounds.install(app)
    rates.install(app, settings)
    caching.install(app)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(reference.blueprint)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(evidence.blueprint)
    app.register_blueprint(harvest.blueprint)
    app.register_blueprint(health.blueprint)
    twins.install(app)
    negotiation.install(app)
    sharing.install(app)
    app.spec_processor(partial(_describe, app))
    app.after_request(_secure)
    app.context_processor(_page_facts)
    problems.install(app)
    return app


def _describe(app: APIFlask, specification: dict[Any, Any] | str) -> dict[Any, Any] | str:
    """APIFlask hands over a dictionary, because the description is served as JSON."""
    return (
        specification if isinstance(specification, str) else describe(specification, app, STANDARDS)
    )


def _page_facts() -> dict[str, str]:
    return {"archive_name": holdings().settings.archive_name}


def _secure(response: Response) -> Response:
    for header, value in _HEADERS.items():
        response.headers.setdefault(header, value)
    return response
