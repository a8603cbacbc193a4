"""The web server: gunicorn with worker processes, each with a store and an index of its own."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from apiflask import APIFlask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.sock import TCP6Socket, TCPSocket

from archive.errors import JianbaoError
from archive.settings import Settings
from archive.words import N_
from search.analysis import words
from web.app import application, hold
from web.holdings import EXTENSION, Holdings
from web.operation.metrics import counting_together
from web.templating import Templates
from web.worker import Worker

THREADS = 4
"""Of every worker process: while one waits for the index or for a slow reader, others answer."""
KEEP_ALIVE = 5
"""Seconds that an idle connection is kept."""
STOP_SECONDS = 20
"""That running requests are given when the server is stopped."""
_BACKLOG = 512
_COLLECTING = (10_000, 20, 50)
"""A page makes thousands of small objects; to collect every 700 took a tenth of its time."""
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - for files without a name


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


def listen(host: str, port: int, number: int) -> list[socket.socket]:
    """Sockets that listen at one address, for a worker each. Raises ``CannotListen``.

    The kernel spreads connections over them. Of workers with one socket in common, whoever is
    awake takes what there is, and readers who keep their connection wait where most came first.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        # Without sharing first, so that another server's port is not shared unawares.
        with socket.create_server((host, port), family=family) as first:
            address = first.getsockname()
        return [
            socket.create_server(address, family=family, backlog=_BACKLOG, reuse_port=True)
            for _ in range(number)
        ]
    except OSError as error:
        raise CannotListen(host=host, port=port, reason=error.strerror or str(error)) from error


def cores() -> int:
    """Those this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run(settings: Settings, listeners: Sequence[socket.socket]) -> None:
    """Serve with a worker for each listener until a signal comes, which ends the process.

    SIGTERM and the first Ctrl-C let running requests end, a second Ctrl-C does not. Raises what
    ``open_store`` and ``open_index`` raise, before anything is served.
    """
    with counting_together():
        app = application(settings)
        Holdings(settings).close()  # says now what is wrong with them, takes in the dictionary
        words("总工会")
        cast(Templates, app.jinja_env).load_all()
        gc.collect()
        gc.freeze()  # what the workers share is not touched by their collectors, and so not copied
        gc.set_threshold(*_COLLECTING)
        _Arbiter(_Served(app, settings, len(listeners)), listeners).run()


class _Served(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """What gunicorn wants to know. It reads neither files nor variables of its own."""

    def __init__(self, app: APIFlask, settings: Settings, workers: int) -> None:
        self._app, self._settings, self._workers = app, settings, workers
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "workers": self._workers,
            "worker_class": Worker,
            "threads": THREADS,
            "keepalive": KEEP_ALIVE,
            "graceful_timeout": STOP_SECONDS,
            "limit_request_line": 0,  # the worker bounds the head as a whole
            "loglevel": "error",  # nothing of what readers get wrong
            "proc_name": "jianbao",
            "control_socket_disable": True,
            "forwarded_allow_ips": "",
            "forwarder_headers": "",
            "pre_fork": _give_listener,
            "post_fork": _close_other_listeners,
            "pre_request": _end_after_body,
            "worker_exit": _close_holdings(self._app),
        }
        if _SHARED_MEMORY.is_dir():
            options["worker_tmp_dir"] = str(_SHARED_MEMORY)  # a busy disk must not look like death
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> APIFlask:
        """In every worker, after the fork: neither SQLite nor threads outlast one."""
        hold(self._app, Holdings(self._settings))
        return self._app


class _Arbiter(Arbiter):  # type: ignore[misc]  # gunicorn has no types
    """The master. While it waits for the workers a further Ctrl-C ends them at once.

    The listeners are its own, so that what comes while a worker is replaced waits for the new one.
    """

    handle_int = Arbiter.handle_term

    def __init__(self, app: _Served, listeners: Sequence[socket.socket]) -> None:
        super().__init__(app)
        kind = TCP6Socket if listeners[0].family == socket.AF_INET6 else TCPSocket
        address = listeners[0].getsockname()
        self.LISTENERS = [kind(address, self.cfg, self.log, fd=one.detach()) for one in listeners]

    def handle_ttin(self) -> None:
        """There are as many workers as listeners, and no signal changes that."""

    handle_ttou = handle_ttin


def _give_listener(arbiter: _Arbiter, worker: Worker) -> None:
    taken = [one for each in arbiter.WORKERS.values() for one in each.sockets]
    worker.sockets = [min(arbiter.LISTENERS, key=taken.count)]


def _close_other_listeners(arbiter: _Arbiter, worker: Worker) -> None:
    for listener in arbiter.LISTENERS:
        if listener not in worker.sockets:
            listener.close()


def _end_after_body(_worker: Worker, request: Any) -> None:
    """A body may not be read to its end, so what follows on the connection may be the rest."""
    if any(name in ("CONTENT-LENGTH", "TRANSFER-ENCODING") for name, _ in request.headers):
        request.force_close()


def _close_holdings(app: APIFlask) -> Callable[[object, object], None]:
    def close(_server: object, _worker: object) -> None:
        if EXTENSION in app.extensions:
            app.extensions[EXTENSION].close()

    return close
