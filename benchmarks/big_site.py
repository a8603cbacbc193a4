"""A site of some thousand pages as large as real ones: ``python -m benchmarks.big_site PAGES``.

The sentences are the sample site's, shuffled; around them stand the menus, lists and scripts of a
portal. The articles of Chinese news sites that were saved have 77 kB, 750 elements and 200 links
in the mean, and shrink to a quarter; so do these.
"""

from __future__ import annotations

import asyncio
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from html import escape

from sample.report import Report, load_reports

ARTICLES = r"/news/\d{8}/\d+\.html$"
LIST_PAGES = r"/list_\d+\.html$"
LINKS_A_LIST = 100
_FIRST_DAY = date(2012, 1, 1)
_PARAGRAPHS = 24
_EXCHANGED = 200
"""The commonest characters, exchanged for one another: hardly a page is like another. Marks and
numbers stay, so that sentences end and things are counted as often as in real reports."""
_EXCHANGES = 200
_MENU_LINKS = 60
_HEADLINES = 130
_STATEMENTS = 520
_NAMES = "node view item frame count state order index width value event timer query".split()
_SENTENCE = re.compile(r"[^。]+。")
_READY = "ready "


class BigSite:
    """Makes the answer to a path when it is asked for, always the same."""

    def __init__(self, articles: int) -> None:
        self._reports = load_reports()
        texts = "".join(text for each in self._reports for text in each.paragraphs)
        self._sentences = _SENTENCE.findall(texts)
        self._days = [_FIRST_DAY + timedelta(days=number // 3) for number in range(articles)]
        self._paths = [f"/news/{day:%Y%m%d}/{at:06}.html" for at, day in enumerate(self._days)]
        self._numbers = {path: number for number, path in enumerate(self._paths)}
        chance = random.Random(0)
        letters = Counter(each for each in texts if each.isalpha() and not each.isnumeric())
        common = [each for each, _ in letters.most_common(_EXCHANGED)]
        self._exchanges = [
            str.maketrans(dict(zip(common, chance.sample(common, _EXCHANGED), strict=True)))
            for _ in range(_EXCHANGES)
        ]
        self._before = (f"<script>\n{_script(chance)}</script>\n", _menu(self._reports))
        self._after = _headlines(chance, self._reports)

    def answer(self, path: str) -> bytes | None:
        """The page at a path; ``None`` where there is none."""
        if path == "/":
            return self._list_page(0)
        if path.startswith("/list_"):
            return self._list_page(int(path.removeprefix("/list_").removesuffix(".html")))
        number = self._numbers.get(path)
        return None if number is None else self.article(number)

    def _list_page(self, number: int) -> bytes:
        end = (number + 1) * LINKS_A_LIST
        rows = [f'<li><a href="{p}">{p}</a></li>' for p in self._paths[end - LINKS_A_LIST : end]]
        if end < len(self._paths):
            rows.append(f'<li><a href="/list_{number + 1}.html">下一页</a></li>')
        return "\n".join(["<!DOCTYPE html><title>新闻</title><ul>", *rows, "</ul>"]).encode()

    def article(self, number: int) -> bytes:
        """The page of an article by its number."""
        chance = random.Random(number)
        report = chance.choice(self._reports)
        title = escape(f"{report.title}（{number}）")
        day = self._days[number]
        script, menu = self._before
        exchanged = self._exchanges[number % len(self._exchanges)]
        texts = ("".join(chance.choices(self._sentences, k=3)) for _ in range(_PARAGRAPHS))
        paragraphs = "\n".join(
            f"<p><span>　　{escape(text.translate(exchanged))}</span></p>" for text in texts
        )
        return (
            '<!DOCTYPE html>\n<html><head><meta charset="utf-8">\n'
            f"<title>{title}-安澜工会网</title>\n"
            f'<meta name="PubDate" content="{day} 09:30">\n{script}</head><body>\n{menu}'
            f'<div class="main"><h1 class="title">{title}</h1>\n'
            f'<div class="info">{day} 09:30　来源：{report.reprinted_from or "安澜工会网"}</div>\n'
            f'<div class="article-content">\n{paragraphs}\n</div></div>\n{self._after}'
            "</body></html>\n"
        ).encode()


def _script(chance: random.Random) -> str:
    """Some 30 kB of statements that browsers could run."""

    def name() -> str:
        return f"{chance.choice(_NAMES)}{chance.randrange(400)}"

    return "".join(
        f"var {name()} = {name()}.{name()}({chance.randrange(10**6)}, '{name()}');\n"
        for _ in range(_STATEMENTS)
    )


def _menu(reports: tuple[Report, ...]) -> str:
    words = [report.title[:4] for report in reports] * 2
    links = (
        f'<li class="nav-{at}"><a href="/channel/{at}/" target="_blank">{escape(each)}</a></li>\n'
        for at, each in enumerate(words[:_MENU_LINKS])
    )
    return f'<div id="menu" class="wrap"><ul>\n{"".join(links)}</ul></div>\n'


def _headlines(chance: random.Random, reports: tuple[Report, ...]) -> str:
    """The lists beside and below an article, in boxes of ten."""
    boxes = []
    for box in range(_HEADLINES // 10):
        rows = (
            f'<li><i></i><span class="day">{each.published:%m-%d}</span>'
            f'<a href="/other/{each.slug}.html" title="{escape(each.title)}" target="_blank">'
            f"{escape(each.title)}</a></li>\n"
            for each in chance.choices(reports, k=10)
        )
        boxes.append(
            f'<div class="box box-{box}"><h3><a href="/more/{box}/">更多</a></h3><ul>\n'
            f"{''.join(rows)}</ul></div>\n"
        )
    return "".join(boxes)


@contextmanager
def serving(articles: int) -> Iterator[str]:
    """Serve the site from a process of its own; yields its address, without a slash."""
    words = [sys.executable, "-m", "benchmarks.big_site", str(articles)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().removeprefix(_READY).strip()
        finally:
            server.terminate()


class _Connection(asyncio.Protocol):
    """Answers GET over a connection that stays open, with as little work as can be."""

    def __init__(self, site: BigSite) -> None:
        self._site = site
        self._asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *requests, self._asked = (self._asked + data).split(b"\r\n\r\n")
        for request in requests:
            body = self._site.answer(request.split(b" ", 2)[1].decode("ascii"))
            status = b"404 Not Found" if body is None else b"200 OK"
            head = b"HTTP/1.1 %b\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n"
            self._transport.write(head % (status, len(body or b"")) + (body or b""))


async def _serve(articles: int) -> None:
    site = BigSite(articles)
    server = await asyncio.get_running_loop().create_server(
        lambda: _Connection(site), "127.0.0.1", 0
    )
    host, port = server.sockets[0].getsockname()
    print(f"{_READY}http://{host}:{port}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
