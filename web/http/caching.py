"""What lets clients keep an answer and ask whether it still holds (RFC 9110, RFC 9111).

Everything may be kept and must be asked about again, because a withdrawn report vanishes at once.
Only files that stand under the digest of their bytes hold for ever, and captured pages, which
nobody but their reader may keep.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from hashlib import blake2b, sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, request

from archive.article import CHINA, Article
from web.holdings import holdings
from web.http.negotiation import HTML, JSON, PROBLEM, wants_json
from web.language import language

_SEARCHES = frozenset(
    "pages.home pages.search api.overview api.search api.suggest api.facets "
    "data.overview data.search harvest.feed harvest.suggest".split()
)
"""What they answer follows from the address, the index and the store."""
_OPERATION = "operation"
"""What it says holds at this moment only."""
_ASK_AGAIN = "no-cache"
_NEVER = "no-store"
_FOR_EVER = "public, max-age=31536000, immutable"
_VERSION = "v"
_CONDITIONS = frozenset(
    "HTTP_IF_MATCH HTTP_IF_NONE_MATCH HTTP_IF_MODIFIED_SINCE HTTP_IF_UNMODIFIED_SINCE "
    "HTTP_IF_RANGE HTTP_RANGE".split()
)
"""Headers, as WSGI names them, with which a client has an answer spared or wants a part of it."""


def install(app: Flask) -> None:
    """Call it before anything else asks to see answers: it must be the last to see them."""
    app.after_request(_finish)
    app.before_request(_unchanged_search)
    app.url_defaults(_name_version)


def of_record(article: Article, others: Iterable[Article] = ()) -> None:
    """Say that this request shows an article, and others with it."""
    store, shown = holdings().store, (article, *others)
    g.revision = store.revision_of(article.id)
    times = [*store.changed_at(each.id for each in shown).values()]
    times += [capture.captured_at for each in shown for capture in each.captures]
    g.changed_at = max([*times, *filter(None, (each.gone_since for each in shown))], default=None)


def _unchanged_search() -> Response | None:
    """Spare the search whose answer the client has."""
    if request.endpoint not in _SEARCHES or request.method not in ("GET", "HEAD"):
        return None
    held = holdings()
    followed = held.follow_once()
    settings = held.settings
    today = datetime.now(CHINA).date()  # the page offers “this year”
    asked = (request.full_path, language(), wants_json(), today, settings.archive_name, _program())
    digest = blake2b(repr(asked).encode("utf-8", "surrogatepass"), digest_size=9).hexdigest()
    g.search_tag = f"{followed.store_id}-{followed.revision}-{followed.indexed}-{digest}"
    if not request.if_none_match.contains_weak(g.search_tag):
        return None
    return Response(status=304, mimetype=JSON if wants_json() else HTML)


def _finish(response: Response) -> Response:
    told = response.headers.get("Cache-Control", "")
    if response.mimetype in (HTML, PROBLEM) and "immutable" not in told:
        response.vary.add("Accept-Language")
    if request.method not in ("GET", "HEAD") or response.status_code >= HTTPStatus.BAD_REQUEST:
        response.headers.setdefault("Cache-Control", _NEVER)
        return response
    if request.endpoint == "static":
        response.headers["Cache-Control"] = _FOR_EVER if _is_version_asked() else _ASK_AGAIN
        return response
    kept = _NEVER if request.blueprint == _OPERATION else _ASK_AGAIN
    if _NEVER in response.headers.setdefault("Cache-Control", kept):
        return response
    is_whole = response.status_code == HTTPStatus.OK
    if "search_tag" in g and response.status_code in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
        response.set_etag(g.search_tag, weak=True)
    elif is_whole and not response.is_streamed and "ETag" not in response.headers:
        _name_bytes(response)
    is_conditional = not _CONDITIONS.isdisjoint(request.environ)
    if is_conditional and is_whole and "ETag" in response.headers:
        response.make_conditional(request)
    return response


def _name_bytes(response: Response) -> None:
    """A strong validator: of a record its revision, and of all answers the digest of the bytes.

    The bytes say more than the revision: captures and reprints are shown that came without one.
    """
    digest = blake2b(response.get_data(), digest_size=12).hexdigest()
    response.set_etag(f"{g.revision}-{digest}" if "revision" in g else digest)
    changed_at: datetime | None = g.get("changed_at")
    if changed_at is not None:
        response.last_modified = changed_at


# -- files that stand under their digest -------------------------------------------------------


def _name_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static":
        values.setdefault(_VERSION, _version(_static_file(values["filename"])))


def _is_version_asked() -> bool:
    name = (request.view_args or {})["filename"]
    return request.args.get(_VERSION) == _version(_static_file(name))


def _static_file(name: str) -> Path:
    return Path(str(current_app.static_folder)) / name


@cache
def _version(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()[:12]


@cache
def _program() -> str:
    """Another one whenever pages may look otherwise."""
    files = sorted(path for path in Path(__file__).parent.parent.rglob("*.*") if path.is_file())
    whole = sha256()
    for file in files:
        if file.suffix in (".py", ".html", ".css", ".js"):
            whole.update(file.read_bytes())
    return whole.hexdigest()
