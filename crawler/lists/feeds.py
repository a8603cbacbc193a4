"""RSS, Atom, sitemaps and the calendars of e-papers, known by what they are. Pure.

XML comes from strangers: no entity is expanded, nothing is loaded from elsewhere, and lxml's own
bounds on depth and length hold.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime

from lxml import etree

from archive.article import CHINA
from crawler.pages.dates import days_in
from crawler.pages.markup import absolute

_GZIP = b"\x1f\x8b"
_FIRST_ELEMENT = re.compile(r"<(?:[\w-]{1,40}:)?([A-Za-z][\w-]{0,40})[\s>/]")
_HEAD = 4096
"""Characters among which the first element stands."""


class TooLarge(Exception):
    """A packed file holds more than the profile allows for a page."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An address that a list names, and the day that stands beside it."""

    url: str
    day: date | None = None


def unpacked(body: bytes, most: int) -> bytes:
    """A file without its own gzip packing (``sitemap.xml.gz``). Raises ``TooLarge``."""
    if not body.startswith(_GZIP):
        return body
    unpacker = zlib.decompressobj(31)
    try:
        plain = unpacker.decompress(body, most + 1)
    except zlib.error:
        return body
    if len(plain) > most:
        raise TooLarge
    return plain


def feed_entries(text: str, url: str, latest: date) -> list[Entry] | None:
    """What a feed, sitemap or calendar names, in its order; ``None`` if the text is none."""
    first = _FIRST_ELEMENT.search(text, 0, _HEAD)
    reader = _READERS.get(first[1].lower()) if first else None
    if reader is None and "<front_page>" in text:
        reader = _periods
    if reader is None:
        return None
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.lstrip().encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return []
    if root is None:
        return []
    found = ((absolute(url, address), words) for address, words in reader(root))
    return [Entry(target, _day(words, latest)) for target, words in found if target]


def _rss(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Address and day of every item, in RSS 2.0 and in RSS 1.0."""
    for item in _named(root, "item"):
        about = next((str(v) for k, v in item.attrib.items() if str(k).endswith("about")), "")
        address = _words(item, "link") or _words(item, "guid") or about
        yield address, _words(item, "pubDate") or _words(item, "date")


def _atom(root: etree._Element) -> Iterator[tuple[str, str]]:
    for entry in _named(root, "entry"):
        for link in _named(entry, "link"):
            if link.get("rel", "alternate") == "alternate":
                yield link.get("href", ""), _words(entry, "published")
                break


def _sitemap(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Pages, or further sitemaps. ``lastmod`` is no day of publication."""
    for name in ("url", "sitemap"):
        for each in _named(root, name):
            yield _words(each, "loc"), _words(each, "publication_date")


def _periods(root: etree._Element) -> Iterator[tuple[str, str]]:
    """The issues of a month of a 方正翔宇 e-paper, each in its day's folder."""
    for period in _named(root, "period"):
        day, front = _words(period, "period_date"), _words(period, "front_page")
        day = day or _words(period, "period_name")
        if front and (printed := re.search(r"\d{4}-\d{1,2}-(\d{1,2})", day)):
            folder = f"{int(printed[1]):02}/"
            yield (front if "/" in front else folder + front), day


_READERS: dict[str, Callable[[etree._Element], Iterator[tuple[str, str]]]] = {
    "rss": _rss,
    "rdf": _rss,
    "feed": _atom,
    "urlset": _sitemap,
    "sitemapindex": _sitemap,
}


def _named(root: etree._Element, name: str) -> Iterator[etree._Element]:
    """The elements of a name, in whatever namespace."""
    yield from root.iter(f"{{*}}{name}")


def _words(element: etree._Element, name: str) -> str:
    """The text of the first element of a name within another."""
    found = next(_named(element, name), None)
    return "" if found is None else "".join(found.itertext()).strip()


def _day(words: str, latest: date) -> date | None:
    """The day in China of a moment as feeds write it."""
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        try:
            moment = parsedate_to_datetime(words)
        except (ValueError, TypeError, IndexError, OverflowError):
            printed = days_in(words[:100], latest=latest)
            return printed[0].day if printed else None
    try:
        return (moment.astimezone(CHINA) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):
        return None
