"""Exchanges written to WARC files, and what verifying them finds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from archive.capture import Capture
from archive.filing import Filing
from archive.fixity import Damage, verify
from archive.outcome import OutcomeKind
from archive.settings import Settings
from archive.store import ArticleStore
from archive.warc_writer import Exchange, WarcWriter

AT = datetime(2024, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)
LATER = datetime(2024, 5, 7, tzinfo=UTC)


def an_exchange(number: int = 0, body: bytes = b"<p>\xd6\xd0</p>", **fields: object) -> Exchange:
    values: dict[str, object] = {
        "url": f"http://a.example/{number}",
        "at": AT,
        "request_head": f"GET /{number} HTTP/1.1\r\nHost: a.example\r\n\r\n".encode(),
        "response_head": b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gb2312\r\n"
        b"X-Name: \xe5\xb7\xa5\xe4\xbc\x9a\r\nContent-Length: %d\r\n\r\n" % len(body),
        "body": body,
        "ip_address": "192.0.2.1",
    }
    return Exchange(**(values | fields))  # type: ignore[arg-type]


def a_writer(folder: Path, run: str = "run1") -> WarcWriter:
    return WarcWriter(folder, site="s", run=run, user_agent="Jianbao/test")


def written(folder: Path, *exchanges: Exchange) -> list[Capture]:
    writer = a_writer(folder)
    captures = [writer.write(exchange) for exchange in exchanges]
    writer.close()
    return captures


def filed(settings: Settings, store: ArticleStore, count: int) -> list[Capture]:
    """Exchanges filed with an outcome each, in one finished file."""
    filing = Filing(settings.warc_folder, store, site="s", run="run1", user_agent="t")
    captures = []
    for number in range(count):
        captures.append(filing.exchange(an_exchange(number, b"%d" % number * 500)))
        filing.outcome(captures[-1].url, OutcomeKind.LIST_PAGE, captures[-1])
    filing.close()
    return captures


def damages(settings: Settings, store: ArticleStore) -> list[tuple[str, int | None]]:
    found = verify(settings.warc_folder, store)
    return [(each.fault, each.offset) for each in found if isinstance(each, Damage)]
