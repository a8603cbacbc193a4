"""One crawl of the big site: ``python -m benchmarks.crawlers NAME BASE PAGES FOLDER``."""

from __future__ import annotations

import argparse
import importlib
import re
from collections.abc import Iterator
from contextlib import closing
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response
from scrapy.settings import Settings as ScrapySettings

from archive.outcome import OutcomeKind
from archive.settings import Settings
from benchmarks import watch
from benchmarks.big_site import ARTICLES, LIST_PAGES
from crawler.judge import Fetched, Verdict
from crawler.middlewares import ADDRESS_RULE
from crawler.profile import Profile
from crawler.run import CrawlRun
from crawler.spiders.news import NewsSpider
from crawler.workers import Workers

CRAWLS = {
    "scrapy": "Scrapy alone: fetch, follow the lists, discard",
    "capture": "Jianbao without reading: WARC and store",
    "jianbao": "Jianbao",
    "trafilatura": "Scrapy with trafilatura in a pipeline and a JSON feed",
}
SEEN = "seen.json"
"""What was seen of the crawl, in its folder."""
_CONCURRENCY = 16
_KEY = "big"
_PROFILE = f"""\
name = "安澜工会网"
hosts = ["127.0.0.1"]
seeds = ["BASE/"]
list_pages = '{LIST_PAGES}'
articles = '{ARTICLES}'
politeness = {{ delay = 0, concurrency = {_CONCURRENCY} }}

[[layouts]]
name = "article"
title = "h1.title"
body = "div.article-content"
byline = "div.info"
date = "meta:PubDate"
"""
_HREF = re.compile(rb'href="([^"]+)"')


class Following(scrapy.Spider):
    """Follows the lists; discards the articles, or hands them to the pipeline."""

    name = "following"

    def __init__(self, base: str, *, keep: bool) -> None:
        super().__init__()
        self.start_urls = [f"{base}/"]
        self._keep = keep

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> Following:
        spider = cls(*args, **kwargs)
        spider._set_crawler(crawler)
        return spider

    def parse(self, response: Response) -> Iterator[Any]:
        if not re.search(ARTICLES, response.url):
            for link in response.css("a::attr(href)").getall():
                yield response.follow(link)
        elif self._keep:
            yield {"url": response.url, "html": response.text}


class TrafilaturaPipeline:
    """What one would write first: the page's text in place of its markup."""

    def __init__(self) -> None:
        self._extract = importlib.import_module("trafilatura").bare_extraction

    def process_item(self, item: dict[str, str]) -> dict[str, Any]:
        found = self._extract(item["html"], url=item["url"], with_metadata=True)
        fields = found.as_dict() if found else {}
        return {"url": item["url"]} | {key: fields.get(key) for key in ("title", "date", "text")}


class NoReaders(Workers):
    """Follows the lists by a regular expression and reads no article."""

    def __init__(self) -> None:
        super().__init__(processes=1)

    async def judge(self, fetched: Fetched, profile: Profile) -> Verdict:
        url = fetched.capture.url
        if profile.is_article(url):
            return Verdict(kind=OutcomeKind.NOT_ARTICLE)
        links = [urljoin(url, each.decode()) for each in _HREF.findall(fetched.body)]
        return Verdict(kind=OutcomeKind.LIST_PAGE, links=tuple(links))


def crawl(name: str, base: str, pages: int, folder: Path) -> None:
    """Crawl the site once; what was seen is written into the folder."""
    settings = ScrapySettings()
    if name in ("capture", "jianbao"):
        settings.setmodule("crawler.settings")
    settings.setdict(
        {
            "EXTENSIONS": {"benchmarks.watch.Watch": 0},
            watch.REPORT: folder / SEEN,
            watch.PAGES: pages,
            "LOG_LEVEL": "WARNING",
        }
    )
    if name in ("capture", "jianbao"):
        _crawl_into_archive(settings, base, folder, reads=name == "jianbao")
        return
    settings.setdict(
        {
            "CONCURRENT_REQUESTS": _CONCURRENCY,
            "CONCURRENT_REQUESTS_PER_DOMAIN": _CONCURRENCY,
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    if name == "trafilatura":
        settings.set("ITEM_PIPELINES", {TrafilaturaPipeline: 100})
        settings.set("FEEDS", {folder / "feed.jsonl": {"format": "jsonlines"}})
    process = CrawlerProcess(settings)
    process.crawl(Following, base, keep=name == "trafilatura")
    process.start()


def _crawl_into_archive(settings: ScrapySettings, base: str, folder: Path, *, reads: bool) -> None:
    site = folder / "sites" / _KEY
    site.mkdir(parents=True)
    (site / "profile.toml").write_text(_PROFILE.replace("BASE", base), "utf-8")
    own = Settings(
        data=folder / "data",
        sites=folder / "sites",
        allow_addresses=(ip_network("127.0.0.0/8"),),
    )
    with (
        closing(Workers(own.readers) if reads else NoReaders()) as workers,
        closing(CrawlRun(own, _KEY, workers=workers)) as run,
    ):
        settings.set(ADDRESS_RULE, run.addresses)
        process = CrawlerProcess(settings)
        process.crawl(NewsSpider, run=run)
        process.start()


def main() -> None:
    """Crawl as the command says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crawlers")
    parser.add_argument("name", choices=CRAWLS)
    parser.add_argument("base")
    parser.add_argument("pages", type=int)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    crawl(given.name, given.base, given.pages, given.folder)


if __name__ == "__main__":
    main()
