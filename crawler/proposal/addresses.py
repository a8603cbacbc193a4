"""Where a site's pages lie, proposed from the addresses of some and the links on them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

from archive.words import _
from crawler.pages.markup import attribute
from crawler.proposal.expressions import article_patterns, list_patterns
from crawler.proposal.names import name_of, publisher_of
from crawler.proposal.paging import pagers_of
from crawler.proposal.specimen import Specimen

UNKNOWN = "unknown.invalid"
"""The host of a site whose saved pages do not say it; no name ends so (RFC 2606)."""
_ELSEWHERE = re.compile(
    r"(?:^|\.)(?:weibo|sina|qq|baidu|bdimg|weixin|wechat|12377|12321|beian|miit|mps|bszs|conac|"
    r"gov\.cn$|w3|google|facebook|twitter|douyin|cnzz|51\.la|people\.com\.cn$|xinhuanet)\b"
)
"""Hosts that pages of any site link to."""


def propose_addresses(
    articles: Sequence[Specimen], lists: Sequence[Specimen]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The profile's keys about the site and its addresses, and the evidence for each key."""
    pages = [*articles, *lists]
    hosts, why_hosts = _hosts(pages)
    name, why_name = name_of(articles, lists, hosts[0])
    data: dict[str, Any] = {"name": name}
    comments = {"name": why_name, "hosts": why_hosts}
    if published_by := publisher_of(pages):
        data["publisher"], comments["publisher"] = published_by
    data["hosts"] = hosts
    reports = [address for page in articles if (address := address_of(page))]
    seeds, comments["seeds"] = _seeds(articles, lists, hosts)
    links = [link for page in pages for link in _links(page, hosts)]
    data["seeds"] = seeds
    data["articles"], comments["articles"] = article_patterns(reports, seeds, links)
    data["list_pages"], comments["list_pages"] = list_patterns(
        seeds, reports, [url for url, _ in links], data["articles"]
    )
    if pagers := pagers_of(lists):
        data["pagers"] = [table for table, _ in pagers]
        comments["pagers.0"] = "\n".join(why for _, why in pagers)
    return data, comments


def address_of(page: Specimen) -> str:
    """A page's address: the given one, or what the page says of itself; empty if nothing does."""
    if _host(page.url):
        return page.url
    markup = page.markup
    said = [
        attribute(tag, "href")
        for tag in markup.named("link")
        if "canonical" in attribute(tag, "rel").lower().split()
    ]
    said += [markup.meta(name) for name in ("og:url", "Url", "al:web:url")]
    return next((each.strip() for each in said if _host(each) and not _is_home(each)), "")


def _is_home(address: str) -> bool:
    """Whether an address is that of a host's home page, which templates name on every page."""
    parts = urlsplit(address.strip())
    return parts.path in ("", "/") and not parts.query


def _host(address: str) -> str:
    """The host of an absolute address, with an odd port; empty if it has none."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    return parts.hostname if port in (None, 80, 443) else f"{parts.hostname}:{port}"


def _hosts(pages: Sequence[Specimen]) -> tuple[list[str], str]:
    said = Counter(host for page in pages if (host := _host(address_of(page))))
    if said:
        return [host for host, _ in said.most_common()], _("of the pages given")
    linked: Counter[str] = Counter()
    for page in pages:
        hrefs = [attribute(tag, "href") for tag in page.markup.root.find_all(href=True)]
        linked.update(
            host for href in hrefs if (host := _host(href)) and not _ELSEWHERE.search(host)
        )
    if linked and linked.most_common(1)[0][1] >= 3:
        host, times = linked.most_common(1)[0]
        return [host], _(
            "no page says its address; %(count)d links lead to this host: check it"
        ) % {"count": times}
    return [UNKNOWN], _("no page says where it lies: write the site's host here and in the seeds")


def _links(page: Specimen, hosts: Iterable[str]) -> list[tuple[str, str]]:
    """The addresses on the site that a page links to, with the links' words."""
    base = address_of(page) or f"http://{next(iter(hosts))}/"
    found = []
    for tag in page.markup.named("a"):
        href = attribute(tag, "href").strip()
        if href and not href.startswith(("#", "javascript:", "mailto:", "tel:")):
            try:
                address = urljoin(base, href).partition("#")[0]
            except ValueError:
                continue
            if _host(address) in hosts:
                found.append((address, tag.get_text(strip=True)))
    return found


def _seeds(
    articles: Sequence[Specimen], lists: Sequence[Specimen], hosts: Sequence[str]
) -> tuple[list[str], str]:
    """The list pages given; else the channels that the articles' breadcrumbs link to."""
    if given := list(dict.fromkeys(address for page in lists if (address := address_of(page)))):
        return given, _("the list pages given")
    channels = [channel for page in articles for channel in _channels(page, hosts)]
    if channels:
        counted = [address for address, _ in Counter(channels).most_common(10)]
        return counted, _("the channels that the given pages link to: add the others")
    return [f"http://{hosts[0]}/"], _("the home page: add the list pages of the channels")


_FILE = re.compile(r"[^/]+$")


def _channels(page: Specimen, hosts: Sequence[str]) -> list[str]:
    """Pages in the folders above an article that the article itself links to."""
    own = address_of(page)
    if not own:
        return []
    folders = set()
    folder = _FILE.sub("", own.partition("?")[0])
    while folder.count("/") > 3:
        folder = _FILE.sub("", folder.rstrip("/"))
        folders.add(folder)
    above = [
        address
        for address, _ in _links(page, hosts)
        if re.sub(r"index\.\w+$|default\.\w+$", "", address) in folders and address != own
    ]
    return list(dict.fromkeys(above))
