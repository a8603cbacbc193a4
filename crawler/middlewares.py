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
from archive.warc_writer import Exchange
from crawler.addresses import AddressRule
from crawler.run import CrawlRun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase

ADDRESS_RULE = "JIANBAO_ADDRESS_RULE"
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
        rule = settings.get(ADDRESS_RULE) or AddressRule(load_settings().allow_addresses)
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

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AddressMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        run = run_of(self._crawler)
        parts = urlsplit(request.url)
        if parts.scheme not in ("http", "https"):
            raise ForbiddenAddress(f"{parts.scheme}:")
        if not run.addresses.permits_host(parts.hostname or ""):
            raise ForbiddenAddress(parts.hostname or "")
        if not run.profile.covers(request.url):
            raise OffSite(parts.netloc)

    def process_response(self, request: Request, response: Response) -> Response:
        address = response.ip_address
        if address is not None and not run_of(self._crawler).addresses.permits(address):
            raise ForbiddenAddress(str(address))
        return response


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's, and RFC 9309 for a robots.txt that cannot be had: that forbids everything."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._unreachable: dict[str, str] = {}

    async def process_request(self, request: Request, spider: object = None) -> None:
        await super().process_request(request)
        reason = self._unreachable.get(urlsplit(request.url).netloc)
        if reason is not None and not request.meta.get("dont_obey_robotstxt"):
            raise RobotsUnreachable(reason)

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

    The spider says what became of each address; of robots.txt, which it never sees, this does.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WarcMiddleware:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        run = run_of(self._crawler)
        capture = run.exchange(_exchange(request, response))
        request.meta["capture"] = capture
        if self._crawler.stats is not None:
            self._crawler.stats.inc_value("warc/records")
        if request.meta.get("dont_obey_robotstxt"):  # Scrapy's own request for robots.txt
            run.outcome(request.url, OutcomeKind.NOT_ARTICLE, capture, "robots.txt")
        return response


def run_of(crawler: Crawler) -> CrawlRun:
    """The run that a crawler's spider works for."""
    run = getattr(crawler.spider, "run", None)
    if not isinstance(run, CrawlRun):
        raise TypeError("these middlewares serve the spider “news” only")
    return run


def _exchange(request: Request, response: Response) -> Exchange:
    """The exchange as nearly as Scrapy still knows it."""
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
    )


def _head(first: str, headers: list[tuple[bytes, bytes]]) -> bytes:
    lines = [first.encode("ascii"), *(name + b": " + value for name, value in headers)]
    return b"\r\n".join(lines) + b"\r\n\r\n"
