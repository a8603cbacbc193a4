"""How often a client may ask, told in the header fields of the IETF's draft on rate limits."""

from __future__ import annotations

from http import HTTPStatus
from ipaddress import ip_address, ip_network
from math import ceil
from typing import NamedTuple

from flask import Flask, Response, g, request
from werkzeug.exceptions import TooManyRequests
from werkzeug.middleware.proxy_fix import ProxyFix

from archive.settings import Settings
from web.operation.keys import UnknownKey, holder_of, key_of, read_keys
from web.operation.windows import Windows

FREE = frozenset(("static", "operation.healthz", "operation.readyz", "operation.metrics"))
"""Asked for by browsers and by machines of the operator, as often as they need."""
_MINUTE = 60
_HOUSE = 64
"""Bits of an IPv6 address that belong to the network of one client."""


class _Rate(NamedTuple):
    """How often the client of this request may ask."""

    policy: str
    allowed: int
    left: int
    seconds: int
    """Until the count begins anew."""


def install(app: Flask, settings: Settings) -> None:
    """Count the requests of each client, in all processes. Raises ``KeyFileInvalid``."""
    holders = read_keys(settings.keys)
    if settings.proxies:
        # Flask's documented way; only who is asking is taken from the proxies, nothing else.
        proxied = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0, x_host=0)
        app.wsgi_app = proxied  # type: ignore[method-assign]

    windows = Windows(_MINUTE)

    @app.before_request
    def count() -> None:
        if request.endpoint in FREE:
            return
        key = key_of(request) if holders else None
        holder = holder_of(key, holders) if key is not None else None
        if request.method != "OPTIONS":
            _allow(windows, holder, settings)
        if key is not None and holder is None:
            raise UnknownKey

    @app.after_request
    def tell(response: Response) -> Response:
        rate: _Rate | None = g.get("rate")
        if rate is not None:
            response.headers["RateLimit-Policy"] = f"{rate.policy};q={rate.allowed};w={_MINUTE}"
            response.headers["RateLimit"] = f"{rate.policy};r={rate.left};t={rate.seconds}"
            if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
                response.headers["Retry-After"] = str(rate.seconds)
        return response


def _allow(windows: Windows, holder: str | None, settings: Settings) -> None:
    """Count a request of the holder of a key, or of an address. Raises ``TooManyRequests``."""
    allowed = settings.requests_per_minute_with_key if holder else settings.requests_per_minute
    if not allowed:
        return
    client = f"key {holder}" if holder else _house(request.remote_addr or "")
    many, seconds = windows.count(client)
    policy = '"key"' if holder else '"address"'
    g.rate = _Rate(policy, allowed, max(0, allowed - many), max(1, ceil(seconds)))
    if many > allowed:
        raise TooManyRequests


def _house(address: str) -> str:
    """The client behind an address: one of IPv4, a network of IPv6."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_network((int(parsed), _HOUSE), strict=False))
