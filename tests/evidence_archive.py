"""An archive with real WARC files: a report over time, a redirect, a hostile page, a withdrawal."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from apiflask import APIFlask

from archive.article import Article, Attachment, Figure, Section
from archive.capture import Capture
from archive.filing import Filing
from archive.ledger import withdrawals
from archive.opening import open_store
from archive.outcome import OutcomeKind, Withdrawal
from archive.settings import Settings
from archive.warc import read
from archive.warc_writer import Exchange
from tests.builders import an_article
from web.app import create_app
from web.holdings import EXTENSION

PUBLIC = "https://archive.example"
SITE = "gonghui"
HOST = "https://www.gonghui.example"
REPORT_URL = f"{HOST}/r/1.html?b=2&a=1"
PLAIN_URL = REPORT_URL.replace("https:", "http:")
PACKED_URL = f"{HOST}/r/packed.html"
PICTURE_URL = f"{HOST}/r/p.png"
MOVED_URL = f"{HOST}/old"
LOST_URL = f"{HOST}/lost"
HOSTILE_URL = f"{HOST}/r/hostile.html"
HIDDEN_URL = f"{HOST}/r/hidden.html"
HIDDEN_FILE = f"{HOST}/r/hidden.pdf"
OTHER_URL = "http://bbs.gonghui.example:8080/%E4%B8%AD/x.html"
UNESCAPED_URL = "http://bbs.gonghui.example:8080/工/会.html"
"""As other programs may have written it; our crawls escape."""
PICTURE = b"\x89PNG\r\n\x1a\n-not-really"
FIRST = "<h1>运动会</h1><p>今天有3人来到文化宫。</p>".encode("gb18030")
SECOND = "<h1>运动会</h1><p>今天有13人来到文化宫。</p>".encode("gb18030")
SECRET = "不该再出现的句子"


def at(day: int, second: int = 0) -> datetime:
    return datetime(2024, 5, day, 1, 2, second, 345678, tzinfo=UTC)


@dataclass(frozen=True)
class Held:
    """The captures that tests name, and the reports read from them."""

    settings: Settings
    first: Capture
    second: Capture
    confirmed: Capture
    gone: Capture
    plain: Capture
    packed: Capture
    picture: Capture
    moved: Capture
    hostile: Capture
    hidden: Capture
    hidden_file: Capture
    other: Capture
    report: Article
    withdrawn: Article

    def file(self, capture: Capture) -> Path:
        return self.settings.warc_folder / capture.warc_file


def exchange(
    url: str, when: datetime, body: bytes = b"", status: str = "200 OK", **headers: str
) -> Exchange:
    theirs = {
        "Set_Cookie": "theirs=1",
        "Link": "<http://theirs.example/>; rel=preload",
        "Refresh": "0; url=http://theirs.example/",
        "Content_Security_Policy": "default-src theirs.example",
    }
    lines = {"Content_Type": "text/html; charset=gb2312", **theirs, **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return Exchange(
        url=url,
        at=when,
        request_head=b"GET / HTTP/1.1\r\n\r\n",
        response_head=f"HTTP/1.1 {status}\r\n{head}\r\n".encode(),
        body=body,
        ip_address="192.0.2.1",
    )


def fill(folder: Path, hostile: bytes = b"<p>harmless</p>", public: str = PUBLIC) -> Held:
    settings = Settings(data=folder / "data", sites=folder / "sites", public_url=public)
    with closing(open_store(settings.store_url)) as store:
        filing = Filing(settings.warc_folder, store, site=SITE, run="run1", user_agent="t")
        plain = filing.exchange(
            exchange(PLAIN_URL, at(1), b"moved", "301 Moved", Location=REPORT_URL)
        )
        first = filing.exchange(exchange(REPORT_URL, at(1), FIRST))
        filing.flush()
        report = an_article(
            "今天有3人来到文化宫。", "结束。", url=REPORT_URL, site=SITE, title="运动会"
        )
        filing.article(replace(report, captures=(first,)))
        second = filing.exchange(exchange(REPORT_URL, at(3), SECOND))
        now = replace(report, sections=(Section(paragraphs=("今天有13人来到文化宫。", "结束。")),))
        filing.article(replace(now, captures=(second,)))
        filing.flush()
        original = read(settings.warc_folder, second)
        confirmed = filing.exchange(
            exchange(REPORT_URL, at(5), status="304 Not Modified"), original
        )
        filing.article(replace(now, captures=(confirmed,)))
        picture = filing.exchange(exchange(PICTURE_URL, at(1), PICTURE, Content_Type="image/png"))
        packed = filing.exchange(
            exchange(PACKED_URL, at(2), gzip.compress(FIRST), Content_Encoding="gzip")
        )
        moved = filing.exchange(
            exchange(MOVED_URL, at(4), b"", "302 Found", Location="/r/1.html?a=1&b=2")
        )
        filing.exchange(exchange(LOST_URL, at(4), b"gone on", "302 Found", Location="/nowhere"))
        evil = filing.exchange(exchange(HOSTILE_URL, at(6), hostile, Content_Type="text/html"))
        other = filing.exchange(
            exchange(
                OTHER_URL, at(6), "<p>别处</p>".encode(), Content_Type="text/html; charset=utf-8"
            )
        )
        filing.exchange(exchange(UNESCAPED_URL, at(6), b"<p>raw</p>"))
        hidden = filing.exchange(exchange(HIDDEN_URL, at(7), SECRET.encode()))
        hidden_file = filing.exchange(exchange(HIDDEN_FILE, at(7), b"%PDF" + SECRET.encode()))
        withdrawn = an_article(
            SECRET,
            url=HIDDEN_URL,
            site=SITE,
            title="撤下的报道",
            captures=(hidden,),
            figures=(Figure(url=None, caption=None),),
            attachments=(
                Attachment(url=HIDDEN_FILE, title=None),
                Attachment(url=REPORT_URL, title="a page of another report, which stays"),
            ),
        )
        filing.article(withdrawn)
        filing.close()
        later = Filing(settings.warc_folder, store, site=SITE, run="run2", user_agent="t")
        gone = later.exchange(exchange(REPORT_URL, at(9), b"no page here", "404 Not Found"))
        later.outcome(REPORT_URL, OutcomeKind.GONE, gone, "404")
        later.close()
        decision = Withdrawal(article_id=withdrawn.id, reason="应当事人要求", at=at(8))
        withdrawals(settings.warc_folder).append([decision])
        store.withdraw(decision)
    return Held(
        settings=settings,
        first=first,
        second=second,
        confirmed=confirmed,
        gone=gone,
        plain=plain,
        packed=packed,
        picture=picture,
        moved=moved,
        hostile=evil,
        hidden=hidden,
        hidden_file=hidden_file,
        other=other,
        report=report,
        withdrawn=withdrawn,
    )


@contextmanager
def an_app(held: Held) -> Iterator[APIFlask]:
    """The application over such an archive, closed at the end."""
    app = create_app(held.settings)
    with closing(app.extensions[EXTENSION]):
        yield app
