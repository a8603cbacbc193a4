"""Captured pages as they came: the server's bytes, under a policy that lets them do nothing."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urljoin

from flask import Response, request
from werkzeug.http import http_date
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from archive.capture import Capture
from archive.errors import ArticleWithdrawn, NotHeld
from archive.warc import Recorded, read
from web.evidence.addresses import capture_path, original_address, quoted, stamp
from web.evidence.blueprint import blueprint
from web.evidence.held import captures_of, closest, of_address
from web.evidence.instants import instant
from web.evidence.links import memento_links, original_link, timegate_link, timemap_link
from web.faults import Fault, ParametersInvalid
from web.holdings import holdings
from web.policies import CAPTURED_PAGES

_HEADERS = {
    "Content-Security-Policy": CAPTURED_PAGES,
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Opener-Policy": "unsafe-none",  # browsers refuse any other in a sandbox
    "X-DNS-Prefetch-Control": "off",
}
_YEAR = 365 * 24 * 60 * 60
_MOST = 64 << 20
"""Bytes to which a body is unpacked for a client that cannot do so itself."""


@dataclass(frozen=True, slots=True)
class _Body:
    content: bytes
    encoding: str | None
    """What it is packed with."""
    tag: str
    """Names these bytes among all that the address may answer."""


@blueprint.get("/captures/<digits>/<path:url>")
def captured(digits: str, url: str) -> AnyResponse:
    """One capture; of another second, the way to the nearest."""
    address = original_address(f"/captures/{digits}/", url)
    wanted = instant("timestamp", digits)
    if isinstance(wanted, Fault):
        raise ParametersInvalid((wanted,))
    captures = captures_of(address)
    found = closest(captures, address, wanted)
    if (digits, quoted(address)) != (stamp(found.captured_at), quoted(found.url)):
        return redirect(capture_path(found))
    response = _replayed(found)
    response.headers["Link"] = ", ".join(
        (
            original_link(found.url),
            timegate_link(found.url),
            timemap_link(found.url),
            *memento_links(captures, found),
        )
    )
    return response.make_conditional(request)


def _replayed(capture: Capture) -> Response:
    """The answer that was captured. Raises ``CaptureUnreadable``."""
    recorded = read(holdings().settings.warc_folder, capture)
    body = _body(recorded)
    response = Response(body.content, status=_status(capture))
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = _content_type(recorded)
    if body.encoding:
        response.headers["Content-Encoding"] = body.encoding
    if recorded.headers.get_header("Content-Encoding"):
        response.vary.add("Accept-Encoding")
    if target := _target(recorded):
        response.headers["Location"] = target
    response.headers["Memento-Datetime"] = http_date(capture.captured_at)
    response.set_etag(body.tag)
    response.cache_control.private = True
    response.cache_control.max_age = _YEAR
    response.cache_control.immutable = True
    response.headers.update(_HEADERS)
    return response


def _body(recorded: Recorded) -> _Body:
    """The payload as it came, unpacked only for a client that cannot do so."""
    tag = recorded.capture.payload_digest.partition(":")[2]
    encoding = (recorded.headers.get_header("Content-Encoding") or "").strip().lower()
    if not encoding.isascii() or encoding in ("", "identity"):
        return _Body(recorded.payload, None, tag)
    if encoding not in request.accept_encodings:
        try:
            unpacked = recorded.unpacked(_MOST + 1)
        except (OSError, ValueError, EOFError, zlib.error):
            unpacked = recorded.payload
        if unpacked != recorded.payload and len(unpacked) <= _MOST:
            return _Body(unpacked, None, f"{tag}-unpacked")
    return _Body(recorded.payload, encoding, tag)


def _status(capture: Capture) -> int:
    """The status that was captured; 200 where it would forbid the body, or is none."""
    bodiless = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
    is_sent = HTTPStatus.OK <= capture.status < 600 and capture.status not in bodiless
    return capture.status if is_sent else HTTPStatus.OK


def _content_type(recorded: Recorded) -> str:
    given = (recorded.headers.get_header("Content-Type") or "").strip()
    is_sendable = given.isascii() and given.isprintable()
    return given if given and is_sendable else "application/octet-stream"


def _target(recorded: Recorded) -> str | None:
    """Where a captured redirect leads in this archive; ``None`` where that is not held."""
    target = redirect_target(recorded)
    if target is None:
        return None
    try:
        captures = of_address(captures_of(target), target)
    except (NotHeld, ArticleWithdrawn):
        return None
    found = closest(captures, target, recorded.capture.captured_at)
    return None if found.id == recorded.capture.id else capture_path(found)


def redirect_target(recorded: Recorded) -> str | None:
    """The address to which a server sent its visitors."""
    location: str | None = recorded.headers.get_header("Location")
    if location is None or recorded.capture.status // 100 != 3:
        return None
    try:
        return urljoin(recorded.capture.url, location.strip())
    except ValueError:
        return None
