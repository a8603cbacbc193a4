"""A web server on loopback whose every answer a test writes."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

ARTICLE = (
    "<html><head><meta charset=utf-8><title>{title}</title></head><body><h1>{title}</h1>"
    "<p class=info>时间：2024-05-06</p><div class=body><p>{text}</p></div></body></html>"
)


@dataclass(frozen=True)
class Answer:
    """One answer; ``promised`` is a Content-Length that may be a lie."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int | None = None
    delay: float = 0.0


def html(text: str, **headers: str) -> Answer:
    return Answer(text.encode(), headers={"Content-Type": "text/html; charset=utf-8", **headers})


def article(title: str, text: str = "职工之家今天开门。") -> Answer:
    return html(ARTICLE.format(title=title, text=text))


def links(*paths: str) -> Answer:
    return html("".join(f"<a href='{path}'>{path}</a>" for path in paths))


def redirect(location: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": location})


@dataclass
class ScriptedSite:
    """Where it is served, and what was asked of it."""

    base: str
    asked: list[str]
    conditions: dict[str, str]
    """The last ``If-None-Match`` or ``If-Modified-Since`` by path."""


@contextmanager
def scripted(
    answers: Mapping[str, Answer], certificate: Path | None = None
) -> Iterator[ScriptedSite]:
    """Serve the answers by path; anything else is 404. With a certificate, over TLS.

    A page with an ``ETag`` or ``Last-Modified`` is not sent to who says that he has it.
    """
    asked: list[str] = []
    conditions: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append(self.path)
            answer = answers.get(self.path, Answer(status=404))
            known = self.headers["If-None-Match"] or self.headers["If-Modified-Since"]
            if known:
                conditions[self.path] = known
                if known in (answer.headers.get("ETag"), answer.headers.get("Last-Modified")):
                    answer = Answer(status=304, delay=answer.delay)
            time.sleep(answer.delay)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            length = len(answer.body) if answer.promised is None else answer.promised
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(answer.body)
            if answer.promised is not None:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A client that has gone away is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield ScriptedSite(f"{scheme}://127.0.0.1:{server.server_port}", asked, conditions)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def write_profile(
    sites: Path, base: str, key: str = "scripted", more: str = "", hosts: str = '"127.0.0.1"'
) -> Path:
    """A profile for the pages above; articles lie below ``/a/``."""
    folder = sites / key
    folder.mkdir(parents=True)
    (folder / "profile.toml").write_text(
        f"""
name = "测试工会网"
publisher = "测试工会"
hosts = [{hosts}]
seeds = ["{base}/"]
list_pages = "/list"
articles = "/a/"
{more}
[politeness]
delay = 0
concurrency = 8
timeout = 2
[limits]
page_bytes = 100000
[[layouts]]
name = "only"
title = "h1"
byline = "p.info"
body = "div.body"
next_page = "a.next"
""",
        "utf-8",
    )
    return sites
