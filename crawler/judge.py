"""What a response is: an article's page, a list page, or something else. Pure; no network.

The crawl and the replay of WARC files both judge by this module, so that a store rebuilt from
files is the store that the crawl made.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import quote, urldefrag, urlsplit

from archive.article import CHINA
from archive.capture import Capture
from archive.outcome import OutcomeKind
from crawler.lists.feeds import TooLarge
from crawler.lists.listing import Listing, read_listing
from crawler.pages.decode import decode
from crawler.pages.markup import Markup, absolute
from crawler.pages.reading import Page, PageUnread, read_page
from crawler.pages.shells import challenge_of, shell_of, shows_nothing
from crawler.pages.tree import TooMuchMarkup
from crawler.profile import Profile

_HTML = frozenset(("text/html", "application/xhtml+xml", None))
_XML = frozenset(f"application/{kind}xml" for kind in ("", "rss+", "atom+", "rdf+"))
_JSON = frozenset(("application/json", "text/json", "text/javascript", "application/javascript"))
_PACKED = frozenset(("application/gzip", "application/x-gzip", "application/octet-stream"))
_LISTS = _HTML | _XML | _JSON | _PACKED | {"text/xml", "text/plain"}
"""What a list may come as; what it is then stands in itself."""
_WAF = {412: "瑞数", 521: "加速乐"}
_GONE = frozenset((404, 410))
_CHALLENGE_BYTES = 200_000
"""Within which a firewall's script is looked for."""


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
    continues: str | None = None
    """Id of the capture from which a report went on to this one, where the crawl noted it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Either a page that was read, or the outcome that the address ends in."""

    page: Page | None = None
    kind: OutcomeKind = OutcomeKind.NEW
    detail: str = ""
    links: tuple[str, ...] = ()
    """Where a redirect leads."""
    listing: Listing | None = None
    """Where a list page leads."""


def judge(fetched: Fetched, profile: Profile) -> Verdict:
    """Say what a response is. Raises nothing for anything that a server can send."""
    capture = fetched.capture
    if (settled := _by_status(fetched)) is not None:
        return settled
    if urlsplit(capture.url).path == "/robots.txt":
        return Verdict(kind=OutcomeKind.NOT_ARTICLE, detail="robots.txt")
    is_file = (capture.media_type or None) not in _HTML and not profile.is_list_page(capture.url)
    if is_file and profile.capture:
        return Verdict(kind=OutcomeKind.ATTACHMENT, detail=str(capture.media_type))
    if (capture.media_type or None) not in _LISTS:
        return Verdict(kind=OutcomeKind.NOT_ARTICLE, detail=str(capture.media_type))
    is_article = profile.is_article(capture.url)
    if not is_article and not profile.is_list_page(capture.url):
        return Verdict(kind=OutcomeKind.NOT_ARTICLE, detail="address")
    if not is_article:
        return _list_page(fetched, profile)
    if (capture.media_type or None) not in _HTML:
        return Verdict(kind=OutcomeKind.NOT_ARTICLE, detail=str(capture.media_type))
    text = decode(fetched.body, fetched.content_type).text
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
    if status != 200 and (firewall := challenge_of(_beginning(fetched))):
        return Verdict(kind=OutcomeKind.REFUSED_BY_WAF, detail=f"{status} {firewall}")
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


def _list_page(fetched: Fetched, profile: Profile) -> Verdict:
    latest = fetched.capture.captured_at.astimezone(CHINA).date()
    try:
        listing = read_listing(
            fetched.body, fetched.content_type, profile, fetched.capture.url, latest=latest
        )
        leads_nowhere = not (listing.rows or listing.lists or listing.turns)
        if leads_nowhere and (empty := _empty_list(fetched)) is not None:
            return replace(empty, detail="; ".join(filter(None, (empty.detail, listing.detail))))
    except TooMuchMarkup as error:
        return Verdict(kind=OutcomeKind.LAYOUT_NOT_RECOGNISED, detail=str(error))
    except TooLarge:
        return Verdict(kind=OutcomeKind.TOO_LARGE)
    return Verdict(kind=OutcomeKind.LIST_PAGE, detail=listing.detail, listing=listing)


def _empty_list(fetched: Fetched) -> Verdict | None:
    """What a list page that leads nowhere is, where only a browser would see one."""
    text = decode(fetched.body, fetched.content_type).text
    markup = Markup(text, fetched.capture.url)
    if not shows_nothing(markup):
        return None
    if firewall := challenge_of(text):
        detail = f"{fetched.capture.status} {firewall}"
        return Verdict(kind=OutcomeKind.REFUSED_BY_WAF, detail=detail)
    return Verdict(kind=OutcomeKind.NEEDS_JAVASCRIPT, detail=shell_of(markup))


def _beginning(fetched: Fetched) -> str:
    return decode(fetched.body[:_CHALLENGE_BYTES], fetched.content_type).text
