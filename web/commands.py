"""``jianbao serve``."""

from __future__ import annotations

import click

from archive.settings import WORKERS_MAX, Settings
from archive.words import N_, _
from web.serving import cores, listen, run


@click.command("serve", help=N_("Serve the search page and the API until stopped."))
@click.option("--host", default="127.0.0.1", show_default=True, help=N_("Address to listen on."))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help=N_("Port to listen on; 0 takes a free one."),
)
@click.option(
    "--workers",
    type=click.IntRange(1, WORKERS_MAX),
    help=N_("Processes that answer; the default is the setting “workers”, or one a core."),
)
@click.pass_obj
def serve(settings: Settings, host: str, port: int, workers: int | None) -> None:
    """Serve the application with gunicorn."""
    listeners = listen(host, port, workers or settings.workers or cores())
    named = f"[{host}]" if ":" in host else host
    address = f"http://{named}:{listeners[0].getsockname()[1]}/"
    click.echo(_("Serving %(address)s; Ctrl-C stops it.") % {"address": address}, err=True)
    run(settings, listeners)


COMMANDS = (serve,)
