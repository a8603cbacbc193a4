"""A worker of gunicorn whose threads see whole requests only.

gunicorn's own reads the head of a request in the thread that will answer it, so that a few clients
who send it slowly, or not at all, hold all threads. Here heads are gathered where connections wait.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import time
from concurrent.futures import Future
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn import util
from gunicorn.http import get_parser
from gunicorn.workers.gthread import TConn, ThreadWorker

HEAD_BYTES = 32 * 1024
"""Of the request line and all headers; a search goes on by a cursor of up to 16 KiB."""
HEAD_SECONDS = 10.0
"""In which the head of a request must come, once it was begun or the connection opened."""
STALL_SECONDS = 20.0
"""That an answer may take to be sent, or a body to come, while it holds a thread."""
_END_OF_HEAD = b"\r\n\r\n"


class _Impatient(socket.socket):
    """A connection that counts as broken when the other side stalls."""

    def setblocking(self, flag: bool) -> None:
        if self.fileno() >= 0:
            self.settimeout(STALL_SECONDS if flag else 0.0)

    def sendall(self, *given: Any) -> None:
        try:
            super().sendall(*given)
        except TimeoutError as error:
            raise ConnectionResetError(errno.ECONNRESET, "nobody reads the answer") from error

    def recv(self, *given: Any) -> bytes:
        try:
            return super().recv(*given)
        except TimeoutError as error:
            raise ConnectionResetError(errno.ECONNRESET, "the body does not come") from error

    def hang_up(self) -> None:
        """Close without waiting; what came and was not read must not break the answer off."""
        with contextlib.suppress(OSError):
            self.shutdown(socket.SHUT_WR)
            self.setblocking(False)
            super().recv(HEAD_BYTES)
        self.close()


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Answers with threads; Ctrl-C is left to the master, who stops everybody gracefully."""

    def init_signals(self) -> None:
        super().init_signals()
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def enqueue_req(self, connection: TConn) -> None:
        """Give a connection to a thread if the head of its next request is there."""
        if not isinstance(connection.sock, _Impatient):
            self._begin(connection)
        heard = self._heard(connection)
        if heard:
            super().enqueue_req(connection)
        elif heard is None:
            connection.timeout = time.monotonic() + HEAD_SECONDS
            self.pending_conns.append(connection)
            waiting = partial(self.on_pending_socket_readable, connection)
            self.poller.register(connection.sock, EVENT_READ, waiting)
        else:
            self.nr_conns -= 1
            connection.sock.hang_up()

    def on_pending_socket_readable(self, connection: TConn, client: socket.socket) -> None:
        """More of a head has come."""
        if self._heard(connection) is not None:
            super().on_pending_socket_readable(connection, client)

    def murder_pending(self) -> None:
        """Close those whose head is late; when the server stops, all that have not asked yet."""
        if not self.alive:
            for connection in self.pending_conns:
                connection.timeout = 0.0
        super().murder_pending()

    def _begin(self, connection: TConn) -> None:
        connection.sock = _Impatient(fileno=connection.sock.detach())
        connection.sock.setblocking(False)
        connection.parser = get_parser(self.cfg, connection.sock, connection.client)
        connection.initialized = True

    def _heard(self, connection: TConn) -> bool | None:
        """Whether the next head is whole; ``None`` while it may still become so.

        It may be called again, and says the same.
        """
        buffer = connection.parser.unreader.buf
        buffer.seek(0, os.SEEK_END)
        connection.sock.setblocking(False)
        try:
            came = connection.sock.recv(HEAD_BYTES)
        except BlockingIOError:
            came = None
        except OSError:
            came = b""
        buffer.write(came or b"")
        head = buffer.getvalue()
        end = head.find(_END_OF_HEAD)
        if max(end, 0) > HEAD_BYTES or (end < 0 and len(head) > HEAD_BYTES):
            with contextlib.suppress(OSError):
                util.write_error(connection.sock, 431, "Request Header Fields Too Large", "")
            return False
        if end >= 0:
            return True
        return False if came == b"" else None

    def handle(self, connection: TConn) -> object:
        """Answer one request. Runs in a thread, which also hangs up: the loop must not wait."""
        goes_on = super().handle(connection)
        if not goes_on:
            connection.sock.hang_up()
        return goes_on

    def finish_request(self, connection: TConn, done: Future[object]) -> None:
        """Count a connection that a thread has hung up, or keep it."""
        if not done.cancelled() and done.exception() is None and done.result():
            super().finish_request(connection, done)
        else:
            self.nr_conns -= 1
            connection.sock.hang_up()
