"""``jianbao serve`` and ``jianbao cite``."""

from __future__ import annotations

import json
import signal
import sys
from dataclasses import dataclass
from typing import Any, TextIO

import click
import waitress
from flask import Flask

from archive.errors import JianbaoError
from archive.opening import open_archive
from archive.settings import Settings
from archive.words import N_, _
from search.analysis import words
from web.app import REQUEST_BYTES, create_app
from web.citations.article_item import csl_item
from web.citations.csl import CslInvalid, CslItem, csl_fault
from web.citations.formats import ALIASES, DEFAULT_FORMAT, find_format, formats
from web.holdings import EXTENSION

_THREADS = 8
_HEADER_BYTES = 32 * 1024


@dataclass(eq=False)
class CslUnreadable(JianbaoError):
    """A file is not JSON."""

    code = "csl-unreadable"
    message = N_(
        "%(file)s cannot be read as CSL-JSON: %(reason)s. "
        "It must hold an item or a list of items of CSL-JSON, in UTF-8."
    )
    file: str
    reason: str


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


@click.command("cite", help=N_("Print the citation of a report, or of items of CSL-JSON."))
@click.argument("article_id", metavar="[ID]", required=False)
@click.option(
    "--csl-json",
    "file",
    type=click.File(encoding="utf-8"),
    help=N_("File of CSL-JSON to cite instead; one reference a line, in order. “-” reads input."),
)
@click.option(
    "--format",
    "form",
    type=click.Choice([*formats, *ALIASES]),
    default=DEFAULT_FORMAT,
    show_default=True,
    help=N_("Form of the citation."),
)
@click.pass_obj
def cite(settings: Settings, article_id: str | None, file: TextIO | None, form: str) -> None:
    """Print references; nothing is printed if one item is bad."""
    if (article_id is None) == (file is None):
        raise click.UsageError(_("Give either the id of a report or --csl-json FILE."))
    items = _read_items(file) if file else [_held_item(settings, str(article_id))]
    chosen = find_format(form)
    assert chosen is not None  # noqa: S101 - click has checked it
    for line in [chosen.render(item) for item in items]:
        click.echo(line)


def _held_item(settings: Settings, article_id: str) -> CslItem:
    store = open_archive(settings)
    try:
        article = store.get(article_id)
    finally:
        store.close()
    page_url = f"{settings.public_url.rstrip('/')}/articles/{article.id}"
    return csl_item(article, archive=settings.archive_name, archived_url=page_url)


def _read_items(file: TextIO) -> list[CslItem]:
    """The items of a file. Raises ``CslUnreadable`` and ``CslInvalid``."""
    try:
        value: Any = json.load(file)
    except (ValueError, RecursionError) as error:
        raise CslUnreadable(file=file.name, reason=str(error)) from error
    items = value if isinstance(value, list) else [value]
    for position, item in enumerate(items, 1):
        if fault := csl_fault(item):
            raise CslInvalid(file=file.name, position=position, fault=fault)
    return items


COMMANDS = (serve, cite)
