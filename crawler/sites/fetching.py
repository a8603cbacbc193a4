"""Fetching a few named pages as politely as a crawl does: robots.txt, address rule, pace."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.outcome import OutcomeKind
from archive.settings import Settings
from crawler import settings as scrapy_settings
from crawler.addresses import AddressRule
from crawler.crawling import quiet_process
from crawler.middlewares import exchange_of
from crawler.profile import Limits, Politeness
from crawler.run import user_agent
from crawler.sites.given import Given, GivenPage, Missing, page_of
from crawler.spiders.news import outcome_of, pace


def _nothing(_given: Given) -> None:
    """Where no page is asked for after another, or no one watches."""


def fetch(
    addresses: Sequence[str],
    settings: Settings,
    *,
    politeness: Politeness | None = None,
    verify_tls: bool = True,
    follow: Callable[[GivenPage], str | None] = _nothing,
    on_page: Callable[[Given], None] = _nothing,
) -> dict[str, list[Given]]:
    """Each address with its page, and the pages that ``follow`` names after it.

    Runs Scrapy's reactor, so it can be called once in a process. Raises ``KeyboardInterrupt``
    where Ctrl-C was pressed.
    """
    rule = AddressRule(settings.allow_addresses)
    process = quiet_process(rule)
    process.settings.setdict(
        {
            "USER_AGENT": user_agent(settings),
            **pace(politeness or Politeness()),
            "DOWNLOAD_MAXSIZE": Limits().page_bytes,
            "DOWNLOAD_VERIFY_CERTIFICATES": verify_tls,
            "ITEM_PIPELINES": {},
            "DOWNLOADER_MIDDLEWARES": {
                **scrapy_settings.DOWNLOADER_MIDDLEWARES,
                "crawler.middlewares.SiteMiddleware": None,
                "crawler.middlewares.WarcMiddleware": None,
                "crawler.sites.fetching.ExchangeMiddleware": 980,
            },
        },
        priority="cmdline",
    )
    pages: dict[str, list[Given]] = {address: [] for address in addresses}

    def keep(given: Given) -> None:
        pages[given.name].append(given)
        on_page(given)

    crawler = process.create_crawler(PageSpider)
    process.crawl(crawler, addresses=tuple(pages), keep=keep, follow=follow, rule=rule)
    process.start()
    if crawler.stats is None or crawler.stats.get_value("finish_reason") != "finished":
        raise KeyboardInterrupt
    return pages


class PageSpider(Spider):
    """Asks for each address, follows redirects, and hands over what came."""

    name = "pages"

    def __init__(
        self,
        addresses: tuple[str, ...],
        keep: Callable[[Given], None],
        follow: Callable[[GivenPage], str | None],
        rule: AddressRule,
    ) -> None:
        super().__init__()
        self._addresses = addresses
        self._keep = keep
        self._follow = follow
        self._rule = rule

    async def start(self) -> AsyncIterator[Any]:
        for address in self._addresses:
            yield self._request(address, address)

    def parse(self, response: Response, named: str) -> Any:
        page = page_of(
            named,
            response.meta["exchange"],
            response.body,
            status=response.status,
            content_type=_text(response.headers.get("Content-Type")),
            location=_text(response.headers.get("Location")),
        )
        self._keep(page)
        if following := self._follow(page):
            yield self._request(following, named)

    def failed(self, failure: Failure) -> None:
        """An address that gave no response."""
        request: Request = failure.request  # type: ignore[attr-defined]
        kind, detail = outcome_of(failure)
        if urlsplit(request.url).hostname in self._rule.refused:
            kind = OutcomeKind.FORBIDDEN_ADDRESS
        self._keep(Missing(name=request.cb_kwargs["named"], kind=kind, detail=detail))

    def _request(self, url: str, named: str) -> Request:
        return Request(
            url,
            callback=self.parse,
            errback=self.failed,
            cb_kwargs={"named": named},
            dont_filter=True,
        )


class ExchangeMiddleware:
    """Keeps each exchange with its response, nearest to the downloader."""

    def process_response(self, request: Request, response: Response) -> Response:
        request.meta["exchange"] = exchange_of(request, response)
        return response


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")
