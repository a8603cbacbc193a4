"""Articles and captures for tests, which state only what they are about."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from archive.article import Article, Section, article_id
from archive.capture import Capture

_numbers = count(1)


def an_article(*paragraphs: str, **fields: Any) -> Article:
    """An article with an address of its own; paragraphs given bare stand in one section."""
    site = fields.setdefault("site", "ftqgh")
    url = fields.setdefault("url", f"https://www.ftqgh.example/news/{next(_numbers)}.html")
    fields.setdefault("id", article_id(site, url))
    fields.setdefault("title", "职工运动会开幕")
    if paragraphs:
        fields.setdefault("sections", (Section(paragraphs=paragraphs),))
    return Article(**fields)


def a_capture(**fields: Any) -> Capture:
    """A successful exchange, in a WARC file that need not exist."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "url": f"https://www.ftqgh.example/news/{number}.html",
        "captured_at": datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC),
        "status": 200,
        "media_type": "text/html",
        "payload_digest": f"sha256:{number:064x}",
        "warc_file": "ftqgh/ftqgh-20200102030405-00000-test.warc.gz",
        "warc_offset": number,
        "run": "20200102T030405Z-test",
    }
    return Capture(**(values | fields))
