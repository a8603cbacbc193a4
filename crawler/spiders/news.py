"""The one spider: goes where a site's profile says, and has every page judged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.capture import Capture
from archive.outcome import OutcomeKind
from archive.settings import load_settings
from archive.warc import CONTINUES
from crawler.files import files_lacking, files_of
from crawler.judge import Fetched
from crawler.lists.listing import Listing
from crawler.middlewares import ADDRESS_RULE, ForbiddenAddress, OffSite, RobotsUnreachable
from crawler.pages.page import Page, fingerprint_in, join
from crawler.pipelines import ReadArticle
from crawler.profile import Politeness
from crawler.run import CrawlRun
from crawler.walk import Trail

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

START = Trail()
TICK_SECONDS = 0.5
_AT_ONCE = 100
"""Held reports that are asked for again, waiting in memory."""
_LIST_PRIORITY = 10
"""List pages first, so that the number of articles to come is soon known."""


class NewsSpider(Spider):
    """Crawls one site. ``scrapy crawl news -a site=KEY`` and ``jianbao crawl KEY`` start it."""

    name = "news"

    def __init__(self, run: CrawlRun, on_tick: Callable[[CrawlRun], None] | None = None) -> None:
        super().__init__()
        self.run = run
        self._on_tick = on_tick
        self._ticking: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(
        cls,
        crawler: Crawler,
        site: str = "",
        limit: str | None = None,
        run: CrawlRun | None = None,
        **kwargs: Any,
    ) -> NewsSpider:
        if run is None:
            run = CrawlRun(load_settings(), site, limit=None if limit is None else int(limit))
        spider = cls(run, **kwargs)
        spider._set_crawler(crawler)
        for name, value in scrapy_settings(run).items():
            crawler.settings.set(name, value, priority="spider")
        crawler.signals.connect(spider.closed_by, signal=signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        self._ticking = asyncio.create_task(self._tick())
        for url in self.run.seeds():
            if self.run.admit(url):
                yield self._request(url)
        for number, url in enumerate(self.run.rechecks()):
            if number % _AT_ONCE == 0:
                await self.crawler.signals.wait_for(signals.scheduler_empty)
            yield self._request(url)
        for url in files_lacking(self.run.store, self.run.profile):
            if self.run.admit_file(url):
                yield self._request(url)

    async def parse(
        self, response: Response, pages: tuple[Page, ...] = (), trail: Trail = START
    ) -> AsyncIterator[Any]:
        """Have a page judged in a worker; follow its links, or yield the article it completes.

        Redirects are followed here and not by Scrapy, so that every hop has its own outcome.
        """
        capture = response.meta["capture"]
        fetched = Fetched(
            capture=capture,
            content_type=_text(response.headers.get("Content-Type")),
            body=response.body,
            location=_text(response.headers.get("Location")),
            is_cut_short="dataloss" in response.flags,
        )
        verdict = await self.run.workers.judge(fetched, self.run.profile)
        depth = response.meta.get("depth", 0) + 1
        if verdict.listing is not None and not pages:
            for request in self._follow(verdict.listing, capture, trail, depth):
                yield request
            return
        if verdict.page is None:
            self.run.outcome(capture.url, verdict.kind, capture, verdict.detail)
            if pages and verdict.kind is not OutcomeKind.REDIRECT:
                self._break_off(pages, capture.url)
            for url in verdict.links:
                if pages and not self.run.admit_page(url, pages):
                    self._break_off(pages, url)
                elif pages or self.run.admit(url, depth):
                    yield self._request(url, pages, trail, capture)
            return
        pages = (*pages, verdict.page)
        following = verdict.page.next_page
        if following is None:
            article = join(pages)
            yield ReadArticle(article, fingerprint_in(pages))
            for url in files_of(article, self.run.profile):
                if self.run.admit_file(url):
                    yield self._request(url)
        elif self.run.admit_page(following, pages):
            yield self._request(following, pages, comes_from=capture)
        else:
            self._break_off(pages, following)

    def _follow(
        self, listing: Listing, capture: Capture, trail: Trail, depth: int
    ) -> Iterator[Request]:
        """Ask for what a list page leads to."""
        onward = self.run.walk.onward(listing, trail)
        self.run.outcome(capture.url, OutcomeKind.LIST_PAGE, capture, onward.detail)
        for row in listing.rows:
            if self.run.admit(row.url, depth, row.day):
                yield self._request(row.url)
        for url, further in onward.steps:
            if self.run.admit(url, depth):
                yield self._request(url, trail=further)

    def _break_off(self, pages: tuple[Page, ...], missing: str) -> None:
        """A report whose next page cannot be had is reported, not filed in part."""
        for page in pages:
            detail = f"next_page: {missing}"
            self.run.outcome(page.capture.url, OutcomeKind.FIELD_MISSING, page.capture, detail)

    def _request(
        self,
        url: str,
        pages: tuple[Page, ...] = (),
        trail: Trail = START,
        comes_from: Capture | None = None,
    ) -> Request:
        priority = 0 if self.run.profile.is_article(url) else _LIST_PRIORITY
        meta = {"dont_redirect": True, CONTINUES: comes_from.id if comes_from and pages else None}
        return Request(
            url,
            callback=self.parse,
            errback=self.failed,
            cb_kwargs={"pages": pages, "trail": trail},
            priority=priority + (2 * _LIST_PRIORITY if pages else 0),
            meta=meta,
            dont_filter=True,
        )

    def failed(self, failure: Failure) -> None:
        """An address that gave no response."""
        request: Request = failure.request  # type: ignore[attr-defined]
        kind, detail = outcome_of(failure)
        if urlsplit(request.url).hostname in self.run.addresses.refused:
            kind = OutcomeKind.FORBIDDEN_ADDRESS
        self.run.outcome(request.url, kind, detail=detail)
        self._break_off(request.cb_kwargs.get("pages", ()), request.url)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self.run.flush_if_due()
            if self._on_tick is not None:
                self._on_tick(self.run)
            if self.run.fault is not None and self.crawler.engine is not None:
                closing = self.crawler.engine.close_spider_async(reason="cannot_write")
                self._closing = asyncio.create_task(closing)
                return

    def closed_by(self, reason: str) -> None:
        """Finish the run; also after Ctrl-C, when what was in flight has come in."""
        if self._ticking is not None:
            self._ticking.cancel()
        self.run.was_stopped = reason == "shutdown"
        self.run.came_to_the_end = reason == "finished"
        self.run.close()
        if self.crawler.stats is not None:
            for kind, count in self.run.filing.counts.items():
                self.crawler.stats.set_value(f"outcome/{kind}", count)
        if self._on_tick is not None:
            self._on_tick(self.run)


def scrapy_settings(run: CrawlRun) -> dict[str, Any]:
    """What a site's profile means to Scrapy."""
    profile = run.profile
    return {
        "USER_AGENT": run.user_agent,
        ADDRESS_RULE: run.addresses,
        **pace(profile.politeness),
        "DOWNLOAD_MAXSIZE": profile.limits.page_bytes,
        "DOWNLOAD_VERIFY_CERTIFICATES": not profile.unverified_tls,
    }


def pace(politeness: Politeness) -> dict[str, Any]:
    """What politeness means to Scrapy."""
    return {
        "DOWNLOAD_DELAY": politeness.delay,
        "AUTOTHROTTLE_ENABLED": politeness.delay > 0,
        "AUTOTHROTTLE_START_DELAY": politeness.delay,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": politeness.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": politeness.concurrency,
        "DOWNLOAD_TIMEOUT": politeness.timeout,
    }


def outcome_of(failure: Failure) -> tuple[OutcomeKind, str]:
    """The outcome that an error from the downloader stands for."""
    error = failure.value
    detail = str(error)
    if isinstance(error, ForbiddenAddress):
        return OutcomeKind.FORBIDDEN_ADDRESS, detail
    if isinstance(error, RobotsUnreachable):
        return OutcomeKind.FETCH_FAILED, detail
    if isinstance(error, OffSite):
        return OutcomeKind.BEYOND_LIMITS, detail
    if isinstance(error, DownloadCancelledError):
        return OutcomeKind.TOO_LARGE, ""
    if isinstance(error, IgnoreRequest):
        if "DOWNLOAD_MAXSIZE" in detail:
            return OutcomeKind.TOO_LARGE, ""
        if "robots" in detail:
            return OutcomeKind.FORBIDDEN_BY_ROBOTS, ""
        return OutcomeKind.BEYOND_LIMITS, detail
    return OutcomeKind.FETCH_FAILED, f"{type(error).__name__}: {detail}".removesuffix(": ")


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")
