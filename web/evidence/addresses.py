"""Addresses of captures in this archive, and the original address that such an address names."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from flask import request

from archive.capture import Capture
from archive.errors import NotHeld
from web.holdings import holdings

_STAMP = "%Y%m%d%H%M%S"
_SAFE = "%/:=&?~+!$,;'@()*[]"
_LONGEST = 8192
_ESCAPED_WHOLE = re.compile(r"https?%3a", re.IGNORECASE)
_SLASHES = re.compile(r"^(https?):/+(?=[^/])", re.IGNORECASE)
_SHOWN = 200


def stamp(instant: datetime) -> str:
    """``20191129020000``: an instant in UTC, as web archives write it."""
    return instant.astimezone(UTC).strftime(_STAMP)


def capture_path(capture: Capture) -> str:
    """Where a capture is shown, below this archive's address."""
    return f"/captures/{stamp(capture.captured_at)}/{quoted(capture.url)}"


def public(path: str) -> str:
    """The whole address of a path, as readers reach it."""
    return holdings().settings.public_url.rstrip("/") + path


def quoted(url: str) -> str:
    """An address with every sign escaped that ends an address elsewhere."""
    return quote(url, safe=_SAFE, errors="surrogateescape")


def original_address(before: str, routed: str) -> str:
    """The original address that stands behind ``before`` in the address of the request.

    ``routed`` is what the router made of it; it is only looked at where the server does not say
    what was sent, because it has lost which signs were escaped. Slashes that a proxy merged are
    restored. Raises ``NotHeld`` for what is longer than any address.
    """
    sent = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or "")
    _, found, url = sent.partition(before)
    if not found:
        query = request.query_string.decode("latin-1")
        url = quoted(routed) + (f"?{query}" if query else "")
    if _ESCAPED_WHOLE.match(url):
        url = unquote(url)
    url = _SLASHES.sub(r"\1://", url.partition("#")[0])
    if len(url) > _LONGEST:
        raise NotHeld(url=url[:_SHOWN] + "…")
    return url if "://" in url else f"http://{url}"
