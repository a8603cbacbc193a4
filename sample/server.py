"""The sample site on loopback: ``python -m sample.server [PORT]``."""

from __future__ import annotations

import gzip
import hashlib
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from sample.paper import paper_pages
from sample.site import SamplePage, not_found, pages

DEFAULT_PORT = 8917


class _SampleServer(ThreadingHTTPServer):
    """Holds the pages for its handlers."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, delay: float) -> None:
        super().__init__(("127.0.0.1", port), _SampleHandler)
        self.pages = pages() | paper_pages()
        self.not_found = not_found()
        self.delay = delay


class _SampleHandler(BaseHTTPRequestHandler):
    """Answers GET and HEAD from the pages in memory, over connections that stay open."""

    protocol_version = "HTTP/1.1"
    server_version = "SampleSite"
    sys_version = ""
    wbufsize = -1  # headers and body in one write: two would wait 40 ms for a delayed ACK
    server: _SampleServer

    def do_GET(self) -> None:
        """Send the page."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Send the headers that GET would send."""
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        time.sleep(self.server.delay)
        path = unquote(urlsplit(self.path).path)
        page = self.server.pages.get(path, self.server.not_found)
        etag = f'W/"{hashlib.sha256(page.body).hexdigest()[:16]}"'  # weak: the same when gzipped
        if page.status == HTTPStatus.OK and self._is_known(etag):
            self.send_response(HTTPStatus.NOT_MODIFIED)
            self.send_header("ETag", etag)
            self.send_header("Vary", "Accept-Encoding")
            self.end_headers()
            return
        body, encoding = self._encoded(page)
        self.send_response(page.status)
        for name, value in page.headers:
            self.send_header(name, value)
        if encoding:
            self.send_header("Content-Encoding", encoding)
        if page.status == HTTPStatus.OK:
            self.send_header("ETag", etag)
        self.send_header("Vary", "Accept-Encoding")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _is_known(self, etag: str) -> bool:
        known = [each.strip() for each in self.headers.get("If-None-Match", "").split(",")]
        return "*" in known or etag in known

    def _encoded(self, page: SamplePage) -> tuple[bytes, str | None]:
        """The body, gzipped where the client takes that and it is text."""
        accepted = self.headers.get("Accept-Encoding", "").lower().replace(" ", "").split(",")
        takes_gzip = any(re.fullmatch(r"gzip(;q=(1|0\.\d*[1-9]).*)?", each) for each in accepted)
        if not takes_gzip or dict(page.headers)["Content-Type"].startswith("image/"):
            return page.body, None
        return gzip.compress(page.body, mtime=0), "gzip"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""


@contextmanager
def serving(port: int = 0, delay: float = 0.0) -> Iterator[str]:
    """Serve the site on 127.0.0.1 and yield its base address, without a slash at the end.

    Port 0 takes any free port; ``delay`` is waited before each answer, in seconds.
    """
    server = _SampleServer(port, delay)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main(arguments: list[str]) -> None:
    """Serve until Ctrl-C."""
    with serving(int(arguments[0]) if arguments else DEFAULT_PORT) as address:
        sys.stdout.write(f"{address}/\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main(sys.argv[1:])
