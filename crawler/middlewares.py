"""Between Scrapy and the network: forbidden addresses, robots.txt, and the WARC record."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.resolver import CachingThreadedResolver
from twisted.internet import defer
from twisted.internet.error import DNSLookupError

from archive.outcome import OutcomeKind
from archive.settings import load_settings
from archive.warc import CONTINUES, Recorded
from archive.warc_writer import Exchange
from crawler.addresses import AddressRule
from crawler.held import Held
from crawler.run import CrawlRun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser
    from twisted.internet.base import ReactorBase

ADDRESS_RULE = "JIANBAO_ADDRESS_RULE"
LONGEST_PAUSE = 600.0
"""Seconds between two requests; a robots.txt that asks for more forbids the site."""
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


class ForbiddenAddress(IgnoreRequest):
    """The address is private, local or reserved."""


class OffSite(IgnoreRequest):
    """The address lies on none of the site's hosts."""


class RobotsUnreachable(IgnoreRequest):
    """There is no answer to the question for robots.txt, so nothing may be asked for."""


class GuardedResolver(CachingThreadedResolver):
    """Resolves names only to addresses that may be reached.

    What it returns is what will be connected to, so a name cannot change its address between
    the check and the connection.
    """

    def __init__(
        self, reactor: ReactorBase, cache_size: int, timeout: float, rule: AddressRule
    ) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._rule = rule

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> GuardedResolver:
        settings = crawler.settings
        cache_size = settings.getint("DNSCACHE_SIZE")
        rule = _address_rule(crawler)
        return cls(reactor, cache_size, settings.getfloat("DNS_TIMEOUT"), rule)

    def getHostByName(  # noqa: N802
        self, name: str, timeout: Sequence[int] = ()
    ) -> defer.Deferred[str]:
        return super().getHostByName(name, timeout).addCallback(self._permitted, name)

    def _permitted(self, address: str, name: str) -> str:
        if not self._rule.permits(address):
            self._rule.refused.add(name)
            raise DNSLookupError(f"{name} is {address}, a forbidden address")
        return address


class AddressMiddleware:
    """Lets nothing through to a forbidden host, and nothing back from a forbidden address."""

    def __init__(self, rule: AddressRule) -> None:
        self._rule = rule

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AddressMiddleware:
        return cls(_address_rule(crawler))

    def process_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("http", "https"):
            raise ForbiddenAddress(f"{parts.scheme}:")
        if not self._rule.permits_host(parts.hostname or ""):
            raise ForbiddenAddress(parts.hostname or "")

    def process_response(self, request: Request, response: Response) -> Response:
        address = response.ip_address
        if address is not None and not self._rule.permits(address):
            raise ForbiddenAddress(str(address))
        return response


class SiteMiddleware:
    """Lets nothing out to a host that is not the site's."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SiteMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        if not run_of(self._crawler).profile.covers(request.url):
            raise OffSite(urlsplit(request.url).netloc)


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's, and RFC 9309 for a robots.txt that cannot be had: that forbids everything."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._unreachable: dict[str, str] = {}

    async def process_request(self, request: Request, spider: object = None) -> None:
        await super().process_request(request)
        reason = self._unreachable.get(urlsplit(request.url).netloc)
        if request.meta.get("dont_obey_robotstxt"):
            return
        if reason is not None:
            raise RobotsUnreachable(reason)
        await self._keep_pause(request)

    async def _keep_pause(self, request: Request) -> None:
        """Wait between two requests as long as robots.txt asks for, if the profile asks for less.

        Raises ``IgnoreRequest`` for a pause that no crawl could keep.
        """
        parser = await self.robot_parser(request)
        pause = parser.crawl_delay(self._default_useragent) if parser else None
        least = self.crawler.settings.getfloat("DOWNLOAD_DELAY")
        if pause is None or pause <= least or self.crawler.engine is None:
            return
        if pause > LONGEST_PAUSE:
            raise IgnoreRequest(f"robots.txt: Crawl-delay: {pause:g}")
        downloader = self.crawler.engine.downloader
        key = downloader.get_slot_key(request)
        downloader.per_slot_settings[key] = {"concurrency": 1, "delay": pause, "jitter": 0}
        if slot := downloader.slots.get(key):
            slot.concurrency, slot.delay, slot.jitter = 1, pause, 0
        request.meta["autothrottle_dont_adjust_delay"] = True

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """What robots.txt says, for every one of the requests that waited for it.

        Scrapy (2.13 to 2.19, since its pull request 6802) tells only the first that waited; the
        others it lets through. Delete this when it tells all.
        """
        await super().robot_parser(request)
        parser = self._parsers[urlsplit(request.url).netloc]
        return None if isinstance(parser, defer.Deferred) else parser

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._unreachable[netloc] = f"robots.txt: HTTP {response.status}"
        body = response.body if response.status == HTTPStatus.OK else b""
        await super()._parse_robots(response.replace(body=body), netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if not isinstance(exc, IgnoreRequest):
            self._unreachable[netloc] = f"robots.txt: {type(exc).__name__}: {exc}"
        super()._robots_error(exc, netloc)


class WarcMiddleware:
    """Records every exchange, nearest to the downloader: redirects and errors as they came.

    Servers are asked only for what is not held. After an answer 304 all others see the page that
    it confirms. The spider says what became of each address; of robots.txt, which it never sees,
    this does.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WarcMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        held = run_of(self._crawler).held(request.url) if request.method == "GET" else None
        request.meta["held"] = held
        if held is not None:
            request.headers.update(held.conditions())

    def process_response(self, request: Request, response: Response) -> Response:
        run = run_of(self._crawler)
        exchange = exchange_of(request, response)
        held: Held | None = request.meta.pop("held")
        is_confirmed = held is not None and held.is_confirmed_by(response.status, exchange)
        original = held.original if held is not None and is_confirmed else None
        capture = run.exchange(exchange, original)
        request.meta["capture"] = capture
        if self._crawler.stats is not None:
            self._crawler.stats.inc_value("warc/records")
        if request.meta.get("dont_obey_robotstxt"):  # Scrapy's own request for robots.txt
            run.outcome(request.url, OutcomeKind.NOT_ARTICLE, capture, "robots.txt")
        if original is not None and response.status == HTTPStatus.NOT_MODIFIED:
            return _page(response, original)
        return response


def _page(response: Response, original: Recorded) -> Response:
    """The page that an answer 304 stands for."""
    names = ("Content-Type", "Content-Encoding")
    headers = {name: original.headers.get_header(name) for name in names}
    return response.replace(
        status=original.capture.status,
        headers={name: value for name, value in headers.items() if value},
        body=original.payload,
    )


def run_of(crawler: Crawler) -> CrawlRun:
    """The run that a crawler's spider works for."""
    run = getattr(crawler.spider, "run", None)
    if not isinstance(run, CrawlRun):
        raise TypeError("these middlewares serve the spider “news” only")
    return run


def _address_rule(crawler: Crawler) -> AddressRule:
    """The rule that the run shares with its requests, or else the settings' own."""
    rule: AddressRule | None = crawler.settings.get(ADDRESS_RULE)
    return rule or AddressRule(load_settings().allow_addresses)


def exchange_of(request: Request, response: Response) -> Exchange:
    """The exchange as nearly as Scrapy still knows it."""
    continues: str | None = request.meta.get(CONTINUES)
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sent = [(b"Host", parts.netloc.encode("idna" if not parts.netloc.isascii() else "ascii"))]
    sent += [(name, value) for name, values in request.headers.items() for value in values]
    received = [
        (name, value)
        for name, values in response.headers.items()
        for value in values
        if name.lower() not in (b"transfer-encoding", b"content-length")
    ]
    received.append((b"Content-Length", str(len(response.body)).encode()))
    status = f"HTTP/1.1 {response.status} {_PHRASES.get(response.status, '')}"
    return Exchange(
        url=request.url,
        at=datetime.now(UTC),
        request_head=_head(f"{request.method} {target} HTTP/1.1", sent),
        response_head=_head(status, received),
        body=response.body,
        ip_address=str(response.ip_address) if response.ip_address else None,
        truncated="disconnect" if "dataloss" in response.flags else None,
        more=((CONTINUES, continues),) if continues else (),
    )


def _head(first: str, headers: list[tuple[bytes, bytes]]) -> bytes:
    lines = [first.encode("ascii"), *(name + b": " + value for name, value in headers)]
    return b"\r\n".join(lines) + b"\r\n\r\n"
