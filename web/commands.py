"""``jianbao serve``."""

from __future__ import annotations

import signal
import sys
from dataclasses import dataclass
from typing import Any

import click
import waitress
from flask import Flask

from archive.errors import JianbaoError
from archive.settings import Settings
from archive.words import N_, _
from search.analysis import words
from web.app import REQUEST_BYTES, create_app
from web.holdings import EXTENSION

_THREADS = 8
_HEADER_BYTES = 32 * 1024


@dataclass(eq=False)
class CannotListen(JianbaoError):
    """The server's address cannot be had."""

    code = "cannot-listen"
    message = N_(
        "Nothing can be served at %(host)s port %(port)s: %(reason)s. "
        "Choose another with --host or --port."
    )
    host: str
    port: int
    reason: str


@click.command("serve", help=N_("Serve the search page and the API until stopped."))
@click.option("--host", default="127.0.0.1", show_default=True, help=N_("Address to listen on."))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help=N_("Port to listen on; 0 takes a free one."),
)
@click.pass_obj
def serve(settings: Settings, host: str, port: int) -> None:
    """Serve the application with waitress."""
    app = create_app(settings)
    words("总工会")  # loads dictionary and tables, a quarter of a second, before anybody waits
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        server = _server(app, host, port)
        address = f"http://{host}:{server.effective_port}/"
        click.echo(_("Serving %(address)s; Ctrl-C stops it.") % {"address": address}, err=True)
        server.run()
    finally:
        app.extensions[EXTENSION].close()


def _server(app: Flask, host: str, port: int) -> Any:
    try:
        return waitress.create_server(
            app,
            host=host,
            port=port,
            threads=_THREADS,
            ident="jianbao",
            max_request_body_size=REQUEST_BYTES,
            max_request_header_size=_HEADER_BYTES,
        )
    except OSError as error:
        raise CannotListen(host=host, port=port, reason=str(error)) from error


COMMANDS = (serve,)
