"""How often a client may ask, told in the header fields of the IETF's draft on rate limits."""

from __future__ import annotations

import time
from ipaddress import ip_address, ip_network
from math import ceil

from flask import Flask, Response, g, request
from flask_limiter import Limiter
from werkzeug.middleware.proxy_fix import ProxyFix

from archive.settings import Settings
from web.operation.keys import UnknownKey, holder_of, key_of, read_keys

FREE = frozenset(("static", "operation.healthz", "operation.readyz", "operation.metrics"))
"""Asked for by browsers and by machines of the operator, as often as they need."""
_MINUTE = 60
_HOUSE = 64
"""Bits of an IPv6 address that belong to the network of one client."""


def install(app: Flask, settings: Settings) -> None:
    """Count the requests of each client in this process. Raises ``KeyFileInvalid``."""
    holders = read_keys(settings.keys)
    if settings.proxies:
        # Flask's documented way; only who is asking is taken from the proxies, nothing else.
        proxied = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0, x_host=0)
        app.wsgi_app = proxied  # type: ignore[method-assign]

    def holder() -> str | None:
        if "holder" not in g:
            key = key_of(request) if holders else None
            g.bad_key = key is not None and holder_of(key, holders) is None
            g.holder = holder_of(key, holders) if key is not None else None
        known: str | None = g.holder
        return known

    def client() -> str:
        name = holder()
        return f"key {name}" if name else _house(request.remote_addr or "")

    def allowed() -> int:
        return settings.requests_per_minute_with_key if holder() else settings.requests_per_minute

    limiter = Limiter(
        client,
        application_limits=[lambda: f"{allowed()} per minute"],
        application_limits_exempt_when=lambda: (
            request.endpoint in FREE or request.method == "OPTIONS" or not allowed()
        ),
        storage_uri="memory://",
    )
    limiter.init_app(app)

    @app.before_request
    def refuse_unknown_keys() -> None:
        holder()
        if g.bad_key and request.endpoint not in FREE:
            raise UnknownKey

    @app.after_request
    def tell(response: Response) -> Response:
        limit = limiter.current_limit
        if limit is None:
            return response
        policy = '"key"' if g.get("holder") else '"address"'
        seconds = max(1, ceil(limit.window.reset_time - time.time()))
        response.headers["RateLimit-Policy"] = f"{policy};q={limit.limit.amount};w={_MINUTE}"
        response.headers["RateLimit"] = f"{policy};r={limit.remaining};t={seconds}"
        if limit.breached:
            response.headers["Retry-After"] = str(seconds)
        return response


def _house(address: str) -> str:
    """The client behind an address: one of IPv4, a network of IPv6."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_network((int(parsed), _HOUSE), strict=False))
