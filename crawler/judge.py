"""What a response is: an article's page, a list page, or something else. Pure; no network.

The crawl and the replay of WARC files both judge by this module, so that a store rebuilt from
files is the store that the crawl made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup
from bs4.element import Tag

from archive.capture import Capture
from archive.outcome import OutcomeKind
from crawler.decode import decode
from crawler.lines import lines_of
from crawler.profile import Profile
from crawler.reading import PARSER, Page, PageUnread, read_page

_HTML = frozenset(("text/html", "application/xhtml+xml", None))
_WAF = {412: "瑞数", 521: "加速乐"}
_GONE = frozenset((404, 410))
_FEW_CHARACTERS = 100
"""A page with scripts and less text than this shows nothing without JavaScript."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A response as the judge sees it."""

    capture: Capture
    content_type: str | None
    body: bytes
    """With its content encoding undone."""
    location: str | None = None
    is_cut_short: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Either a page that was read, or the outcome that the address ends in."""

    page: Page | None = None
    kind: OutcomeKind = OutcomeKind.NEW
    detail: str = ""
    links: tuple[str, ...] = ()
    """Addresses to ask for next: of list pages and articles, in order; where a redirect leads."""


def judge(fetched: Fetched, profile: Profile) -> Verdict:
    """Say what a response is. Raises nothing for anything that a server can send."""
    capture = fetched.capture
    if (settled := _by_status(fetched)) is not None:
        return settled
    if urlsplit(capture.url).path == "/robots.txt":
        return Verdict(kind=OutcomeKind.NOT_ARTICLE, detail="robots.txt")
    if capture.media_type not in _HTML:
        return Verdict(kind=OutcomeKind.NOT_ARTICLE, detail=str(capture.media_type))
    is_article = profile.is_article(capture.url)
    if not is_article and not profile.is_list_page(capture.url):
        return Verdict(kind=OutcomeKind.NOT_ARTICLE, detail="address")
    text = decode(fetched.body, fetched.content_type).text
    if not is_article:
        return _list_page(text, profile, capture)
    try:
        return Verdict(page=read_page(text, profile, capture))
    except PageUnread as unread:
        if unread.kind == "layout_not_recognised" and _is_empty_without_javascript(text):
            return Verdict(kind=OutcomeKind.NEEDS_JAVASCRIPT, detail=unread.detail)
        return Verdict(kind=OutcomeKind(unread.kind), detail=unread.detail)


def _by_status(fetched: Fetched) -> Verdict | None:
    """What the HTTP status alone decides."""
    status = fetched.capture.status
    if fetched.location is not None and 300 <= status < 400:
        target = urldefrag(urljoin(fetched.capture.url, fetched.location)).url
        return Verdict(kind=OutcomeKind.REDIRECT, detail=target, links=(target,))
    if status in _WAF:
        return Verdict(kind=OutcomeKind.REFUSED_BY_WAF, detail=f"{status} {_WAF[status]}")
    if status in _GONE:
        return Verdict(kind=OutcomeKind.GONE, detail=str(status))
    if status != 200:
        return Verdict(kind=OutcomeKind.FETCH_FAILED, detail=f"HTTP {status}")
    if fetched.is_cut_short:
        return Verdict(kind=OutcomeKind.FETCH_FAILED, detail="cut short")
    return None


def _list_page(text: str, profile: Profile, capture: Capture) -> Verdict:
    soup = BeautifulSoup(text, PARSER)
    base = soup.find("base", href=True)
    start = urljoin(capture.url, str(base["href"])) if isinstance(base, Tag) else capture.url
    links: dict[str, None] = {}
    for anchor in soup.find_all(("a", "area"), href=True):
        if url := _target(start, str(anchor["href"]), profile.covers):
            links.setdefault(url)
    wanted = tuple(url for url in links if profile.is_article(url) or profile.is_list_page(url))
    return Verdict(kind=OutcomeKind.LIST_PAGE, links=wanted)


def _target(start: str, href: str, covers: Callable[[str], bool]) -> str | None:
    """The address that a link leads to, if it lies on the site."""
    try:
        url = urldefrag(urljoin(start, href.strip())).url
        return url if urlsplit(url).scheme in ("http", "https") and covers(url) else None
    except ValueError:
        return None


def _is_empty_without_javascript(text: str) -> bool:
    soup = BeautifulSoup(text, PARSER)
    if soup.find("script") is None:
        return False
    shown = sum(len(line.text) for line in lines_of(soup.body or soup))
    return shown < _FEW_CHARACTERS
