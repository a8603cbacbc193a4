"""What a response is: an article's page, a list page, or something else. Pure; no network.

The crawl and the replay of WARC files both judge by this module, so that a store rebuilt from
files is the store that the crawl made.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urldefrag, urlsplit

from archive.capture import Capture
from archive.outcome import OutcomeKind
from crawler.decode import decode
from crawler.markup import DEEPEST, Markup, TooDeep, absolute
from crawler.profile import Profile
from crawler.reading import Page, PageUnread, read_page

_HTML = frozenset(("text/html", "application/xhtml+xml", None))
_WAF = {412: "瑞数", 521: "加速乐"}
_GONE = frozenset((404, 410))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A response as the judge sees it."""

    capture: Capture
    content_type: str | None
    body: bytes
    """With its content encoding undone."""
    location: str | None = None
    is_cut_short: bool = False
    is_too_large: bool = False


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
    if (capture.media_type or None) not in _HTML:
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
        return Verdict(kind=OutcomeKind(unread.kind), detail=unread.detail)


def _by_status(fetched: Fetched) -> Verdict | None:
    """What the HTTP status alone decides."""
    status = fetched.capture.status
    if 300 <= status < 400 and (target := _target_of(fetched)):
        return Verdict(kind=OutcomeKind.REDIRECT, detail=target, links=(target,))
    if status in _WAF:
        return Verdict(kind=OutcomeKind.REFUSED_BY_WAF, detail=f"{status} {_WAF[status]}")
    if status in _GONE:
        return Verdict(kind=OutcomeKind.GONE, detail=str(status))
    if status != 200:
        return Verdict(kind=OutcomeKind.FETCH_FAILED, detail=f"HTTP {status}")
    if fetched.is_too_large:
        return Verdict(kind=OutcomeKind.TOO_LARGE)
    if fetched.is_cut_short:
        return Verdict(kind=OutcomeKind.FETCH_FAILED, detail="cut short")
    return None


def _target_of(fetched: Fetched) -> str | None:
    """Where a redirect leads. Headers come as Latin-1; servers write UTF-8 or GBK into them."""
    location = (fetched.location or "").encode("latin-1", "replace")
    if not location.isascii():
        location = quote(decode(location).text, safe=_IN_ADDRESSES).encode()
    target = absolute(fetched.capture.url, location.decode("ascii"))
    return urldefrag(target).url if target else None


_IN_ADDRESSES = "%/:?#[]@!$&'()*+,;=~-._"


def _list_page(text: str, profile: Profile, capture: Capture) -> Verdict:
    try:
        markup = Markup(text, capture.url)
    except TooDeep:
        detail = f"elements lie {DEEPEST} deep"
        return Verdict(kind=OutcomeKind.LAYOUT_NOT_RECOGNISED, detail=detail)
    links = dict.fromkeys(urldefrag(href).url for href in markup.hrefs(("a", "area")))
    wanted = tuple(url for url in links if _leads_on(url, profile))
    return Verdict(kind=OutcomeKind.LIST_PAGE, links=wanted)


def _leads_on(url: str, profile: Profile) -> bool:
    """Whether an address is a list page or an article on the site."""
    try:
        if urlsplit(url).scheme not in ("http", "https") or not profile.covers(url):
            return False
    except ValueError:
        return False
    return profile.is_article(url) or profile.is_list_page(url)
