"""Real pages that were saved with what people read in them, and a server that sends them again."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT.parent / "shared" / "pages"
"""Beside the project, not in it: the texts remain their publishers'."""
MANIFEST = PAGES / "manifest.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPage:
    """One saved page and its truth, as far as a person set it down."""

    file: str
    """Below ``PAGES``."""
    title: str | None
    body: str | None
    saved_on: date | None
    """The day a crawler fetched it."""

    @property
    def content(self) -> bytes:
        """The bytes as they were saved."""
        return (PAGES / self.file).read_bytes()


def saved_pages(pattern: str) -> list[SavedPage]:
    """The saved articles whose file matches a shell pattern, in the order of the manifest."""
    with MANIFEST.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        _saved_page(row)
        for row in rows
        if row["kind"] == "article" and fnmatchcase(row["file"], pattern)
    ]


def _saved_page(row: Mapping[str, Any]) -> SavedPage:
    has_truth = row["truth_kind"].startswith("gold")  # other truths are what a program guessed
    saved_on = row.get("crawl_date")
    return SavedPage(
        file=row["file"],
        title=row["title"] if has_truth else None,
        body=row["body_or_prefix"] if has_truth else None,
        saved_on=date.fromisoformat(saved_on) if saved_on else None,
    )


@contextmanager
def serving(pages: Mapping[str, bytes]) -> Iterator[str]:
    """Serve pages by path on a free port of 127.0.0.1; yields the address without a slash.

    The ``Content-Type`` names no charset: nobody saved what the servers said, so a page speaks for
    itself. ``/`` is a list page that links to all of them.
    """
    server = _PageServer({"/": _list_page(list(pages)), **pages})
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _list_page(paths: list[str]) -> bytes:
    links = "\n".join(f'<li><a href="{path}">{path}</a></li>' for path in paths)
    return f"<!DOCTYPE html>\n<title>list</title>\n<ul>\n{links}\n</ul>\n".encode("ascii")


class _PageServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, pages: Mapping[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _PageHandler)
        self.pages = pages


class _PageHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one write: two would wait 40 ms for a delayed ACK
    server: _PageServer

    def do_GET(self) -> None:
        body = self.server.pages.get(self.path)
        self.send_response(HTTPStatus.NOT_FOUND if body is None else HTTPStatus.OK)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""
