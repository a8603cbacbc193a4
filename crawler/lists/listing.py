"""What a list page leads to: reports, other lists, and its own further pages. Pure.

A list may be a page, a feed, a sitemap, JSON, or records in XML; which it is, it says itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urldefrag, urlsplit, urlunsplit

from bs4.element import Tag

from crawler.lists.cms_pagers import records
from crawler.lists.feeds import Entry, feed_entries, unpacked
from crawler.lists.json_lists import json_entries
from crawler.lists.pagers import turns
from crawler.lists.turning import Turn
from crawler.pages.dates import day_in_url, days_in
from crawler.pages.decode import decode
from crawler.pages.markup import Markup, attribute
from crawler.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The addresses of the site that a list page names, each once, in its order."""

    rows: tuple[Entry, ...] = ()
    """Articles."""
    lists: tuple[str, ...] = ()
    """Other list pages."""
    turns: tuple[Turn, ...] = ()
    """Further pages of the same list, nearest first."""
    detail: str = ""
    """What the list says that was not followed, and why."""


def read_listing(
    body: bytes, content_type: str | None, profile: Profile, url: str, *, latest: date
) -> Listing:
    """Where a list page leads. ``latest``: no day after it is believed.

    Raises ``TooLarge`` and ``TooMuchMarkup``, and nothing else for any bytes.
    """
    text = decode(unpacked(body, profile.limits.page_bytes), content_type).text
    remarks: list[str] = []
    if (found := feed_entries(text, url, latest)) is not None:
        strangers = [each for each in found if not _leads_on(each.url, profile)]
        words = f"{len(strangers)} addresses fit neither articles nor list_pages"
        remarks += [words] if strangers else []
    elif text.lstrip()[:1] in ("{", "["):
        found = _json_entries(text, profile, url, latest)
        remarks += [] if found else ["no pager of the kind json reads this"]
    else:
        found = _page_entries(text, profile, url, latest)
    further, kept = turns(profile.pagers, url, text)
    unlisted = [turn for turn in further if not _leads_on(turn.url, profile)]
    remarks += [*kept, *(f"fits no list_pages: {turn.url}" for turn in unlisted)]
    ahead = [turn for turn in further if turn not in unlisted]
    return _sorted(found, ahead, profile, url, "; ".join(remarks))


def _sorted(
    found: Iterable[Entry], further: list[Turn], profile: Profile, url: str, detail: str
) -> Listing:
    rows: dict[str, Entry] = {}
    lists: dict[str, None] = {}
    ahead = {turn.url: turn for turn in further}
    for entry in found:
        target = urldefrag(entry.url).url
        if not _leads_on(target, profile):
            continue
        if profile.is_article(target):
            if target not in rows or rows[target].day is None:
                rows[target] = Entry(target, entry.day)
        elif number := _further(target, url):
            ahead.setdefault(target, Turn(target, number, is_announced=True))
        else:
            lists[target] = None
    return Listing(
        rows=tuple(rows.values()),
        lists=tuple(each for each in lists if each not in ahead),
        turns=tuple(sorted(ahead.values(), key=lambda turn: turn.page)),
        detail=detail,
    )


def _leads_on(url: str, profile: Profile) -> bool:
    """Whether an address is a list page or an article on the site."""
    try:
        if urlsplit(url).scheme not in ("http", "https") or not profile.covers(url):
            return False
    except ValueError:
        return False
    return profile.is_article(url) or profile.is_list_page(url)


_REFRESH = re.compile(r"url\s*=\s*[\"']?([^\"'>]+)", re.IGNORECASE)
_ROW_DEEP = 3
"""Elements from a link up to its row: ``a`` in ``h3`` in ``li``."""
_ROW_LINKS = 6
"""An element with as many links is no row."""
_ROW_STRINGS = 40


def _page_entries(text: str, profile: Profile, url: str, latest: date) -> list[Entry]:
    """The links of a page and of the records that stand in it, or are it."""
    inner = "".join(records(text))
    sources = [] if text.lstrip().startswith("<datastore") else [text]
    found: list[Entry] = []
    for html in [*sources, inner]:
        if html:
            markup = Markup(html, url)
            found += _links(markup, profile, latest)
    return found


def _links(markup: Markup, profile: Profile, latest: date) -> Iterator[Entry]:
    """Where ``a``, ``area`` and ``meta`` elements lead."""
    reports: dict[int, str] = {}
    for tag in markup.named("a"):
        target = markup.absolute(attribute(tag, "href"))
        if target and profile.is_article(target):
            reports[id(tag)] = target
    for name in ("a", "area"):
        for tag in markup.named(name):
            if target := markup.absolute(attribute(tag, "href")):
                day = _day_beside(tag, reports, latest) if id(tag) in reports else None
                yield Entry(target, day)
    for tag in markup.named("meta"):
        refresh = _REFRESH.search(attribute(tag, "content"))
        is_refresh = attribute(tag, "http-equiv").strip().lower() == "refresh"
        if is_refresh and refresh and (target := markup.absolute(refresh[1])):
            yield Entry(target)


def _day_beside(link: Tag, reports: dict[int, str], latest: date) -> date | None:
    """The day printed in the same row as a link, or else in the link."""
    row = link
    for _ in range(_ROW_DEEP):
        if row.parent is None:
            break
        links = row.parent.find_all("a", limit=_ROW_LINKS)
        others = {reports.get(id(each)) for each in links} - {None, reports[id(link)]}
        if others or len(links) == _ROW_LINKS:
            break
        row = row.parent
    title = _text(link)
    words = _text(row)
    printed = days_in(words.replace(title, " ", 1), latest=latest) or days_in(title, latest=latest)
    return printed[-1].day if printed else None


def _text(tag: Tag) -> str:
    strings = (str(each) for each, _ in zip(tag.strings, range(_ROW_STRINGS), strict=False))
    return " ".join(strings)[:1000]


def _json_entries(text: str, profile: Profile, url: str, latest: date) -> list[Entry]:
    found: list[Entry] = []
    for each in json_entries(text, profile, url, latest):
        if isinstance(each, Entry):
            found.append(each)
        else:
            found += _links(Markup(each, url), profile, latest)
    return found


_PAGE_PARAMETERS = frozenset(("page", "pageindex", "pageno", "pagenum", "currpage", "pn", "p"))
_NUMBERED = re.compile(r"(?:(?P<index>index|default)[_-]?|(?P<stem>.+)[_-])(?P<number>\d{1,4})")


def _further(url: str, this: str) -> int:
    """The page number of an address that is a later page of this list; 0 if it is none."""
    name, number = _list_of(url)
    of_this, at = _list_of(this)
    return number if name == of_this and number > at else 0


def _list_of(url: str) -> tuple[str, int]:
    """The list that an address is a page of, and which page; the first has no number.

    An address that names a day is a list of its own: ``/2018-05/03/node_2.htm`` is the second
    edition of an issue and not the second page of the first.
    """
    if day_in_url(url, latest=date.max):
        return url, 0
    parts = urlsplit(url)
    number = 0
    others: list[str] = []
    for each in parts.query.split("&"):
        name, _, value = each.partition("=")
        if name.lower() in _PAGE_PARAMETERS and re.fullmatch(r"[0-9]{1,4}", value):
            number = int(value)
        else:
            others.append(each)
    folder, _, file = parts.path.rpartition("/")
    stem = file.partition(".")[0] or "index"
    if numbered := _NUMBERED.fullmatch(stem):
        stem, number = numbered["index"] or numbered["stem"], int(numbered["number"])
    path = f"{folder}/{stem}"
    return urlunsplit(("", parts.netloc.lower(), path, "&".join(others), "")), number
