"""How much one request may say, so that no server has to read for ever."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.exceptions import RequestURITooLarge

ADDRESS_BYTES = 28 * 1024
"""Of path and parameters: a cursor of 16 KiB and a query of 1,000 characters fit in."""


def install(app: Flask) -> None:
    """Refuse addresses that are too long, before anybody reads them."""

    @app.before_request
    def refuse_long_addresses() -> None:
        if len(request.path) + len(request.query_string) > ADDRESS_BYTES:
            raise RequestURITooLarge
