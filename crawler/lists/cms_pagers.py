"""The pagers of three content management systems, which their scripts write: TRS, JCMS, VSB."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit, urlunsplit

from crawler.lists.turning import NUMBER, PagerTable, Turn, is_number

_CALL = re.compile(
    r"createPageHTML\d?\s*\(\s*(?P<box>[\"'][^\"']{0,80}[\"']\s*,\s*)?"
    rf"(?P<total>{NUMBER})\s*,\s*(?P<current>{NUMBER})\s*,\s*"
    r"[\"'](?P<name>[\w.-]{1,80})[\"']\s*,\s*[\"'](?P<ending>\w{1,8})[\"']"
)


class ScriptPager(PagerTable):
    """TRS: a script writes the pager, ``createPageHTML(20, 0, "index", "html")``.

    The call counts from 0 and page 2 is ``index_1.html``; where it begins with the name of a
    box, it counts from 1 and page 2 is ``index_2.html``.
    """

    kind: Literal["createPageHTML"]

    def turns(self, url: str, text: str) -> Iterator[Turn]:
        for call in _CALL.finditer(text):
            first = 1 if call["box"] else 0
            total, following = int(call["total"]), int(call["current"]) + 1
            if following - first < total:
                name = f"{call['name']}_{following}.{call['ending']}"
                yield Turn(urljoin(url, name), following - first + 1, is_announced=True)


_PROXY = "/dataproxy.jsp"
_PATH_BEFORE = re.compile(r"[\w./:-]{0,100}\Z")
_GROUP = 3
"""Pages that the site's own script asks for at once."""


class ProxyPager(PagerTable):
    """JCMS: the pages after the first come from ``dataproxy.jsp``, as records in XML.

    Which records are the column's stands in its page: ``unitid``, ``webid``, ``columnid``.
    """

    kind: Literal["dataproxy"]

    def names(self, url: str) -> bool:
        return urlsplit(url).path.endswith(_PROXY)

    def turns(self, url: str, text: str) -> Iterator[Turn]:
        total = _first_number(text, "totalrecord", "totalRecord")
        if self.names(url):
            asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
            end, size = asked.get("endrecord", ""), asked.get("perpage", "")
            if is_number(end) and is_number(size) and records(text):
                yield from self._turn(url, asked, int(end) + 1, int(size) or 1, total)
            return
        units = dict.fromkeys(_said(text, "unitid"))
        if not units:
            return
        a_page = _first_number(text, "perpage", "perPage") or 15
        address = urljoin(url, _proxy_in(text) or "/module/web/jpage/dataproxy.jsp")
        names = ("webid", "columnid", "sourceContentType", "webname")
        about = {name: said for name in names if (said := next(_said(text, name), None))}
        for unit in units:
            asked = {"col": "1", "appid": "1", "path": "/", **about, "unitid": unit}
            asked["permissiontype"] = "0"
            yield from self._turn(address, asked, len(records(text)) + 1, a_page, total)

    def _turn(
        self, url: str, asked: dict[str, str], start: int, a_page: int, total: int | None
    ) -> Iterator[Turn]:
        if total is not None and start > total:
            return
        bounds = (("startrecord", start), ("endrecord", start + _GROUP * a_page - 1))
        wanted = {name: str(value) for name, value in (*bounds, ("perpage", a_page))}
        others = {name: value for name, value in asked.items() if name not in wanted}
        address = urlsplit(url)._replace(query=urlencode({**wanted, **others}), fragment="")
        page = (start - 1) // a_page + 1
        yield Turn(urlunsplit(address), page, is_announced=total is not None)


def _proxy_in(text: str) -> str:
    """The address of the proxy that a page names; empty if none."""
    at = text.find(_PROXY)
    before = _PATH_BEFORE.search(text[max(0, at - 100) : at]) if at >= 0 else None
    return before[0] + _PROXY if before else ""


def records(text: str) -> list[str]:
    """The HTML of every record of a ``<datastore>``, in a reply or within a page."""
    if "<datastore" not in text:
        return []
    found = [each.lstrip() for each in text.split("<record>")[1:]]
    return [each[len(_CDATA) :].partition("]]>")[0] for each in found if each.startswith(_CDATA)]


_CDATA = "<![CDATA["


_POSITION = re.compile(rf"(?<!\d){NUMBER}\s?/\s?({NUMBER})(?!\d)")
_ENTRIES = re.compile(r"共\D{0,40}\d{1,9}\D{0,40}条")
_ENTRIES_WITHIN = 200
"""Characters before the position, in which the number of entries stands."""
_COUNTED_DOWN = re.compile(rf"(?P<folder>.+)/(?P<number>{NUMBER})(?P<ending>\.\w+)")


class CountdownPager(PagerTable):
    """VSB: the pages after ``xxx.htm`` are ``xxx/{N}.htm`` and count down; 1 is the oldest.

    How many there are says 共…条 1/M, or the largest of the page's own links.
    """

    kind: Literal["countdown"]

    def turns(self, url: str, text: str) -> Iterator[Turn]:
        path = urlsplit(url).path
        total = _pages_of(text)
        if numbered := _COUNTED_DOWN.fullmatch(path):
            following, ending = int(numbered["number"]) - 1, numbered["ending"]
            folder = numbered["folder"]
        else:
            folder, dot, ending = path.rpartition(".")
            if not dot or "/" in ending:
                return
            ending = f".{ending}"
            following = total - 1 if total else _largest(text, folder, ending)
        if following >= 1:
            page = total - following + 1 if total else 2
            yield Turn(urljoin(url, f"{folder}/{following}{ending}"), page, is_announced=True)


def _pages_of(text: str) -> int | None:
    """How many pages a list says that it has: 共268条 1/18."""
    for position in _POSITION.finditer(text):
        before = text[max(0, position.start() - _ENTRIES_WITHIN) : position.start()]
        if _ENTRIES.search(before):
            return int(position[1])
    return None


def _largest(text: str, folder: str, ending: str) -> int:
    """The largest number of a page of this list that a page links to; 0 if none."""
    name = re.escape(folder.rpartition("/")[2])
    found = re.findall(rf"(?<![\w-]){name}/({NUMBER}){re.escape(ending)}", text)
    return max(map(int, found), default=0)


def _said(text: str, name: str) -> Iterator[str]:
    """Every value that a script or address gives a name: ``unitid:'18462'``, ``unitid=18462``."""
    for found in re.finditer(rf"\b{name}[\"']?\s*[:=]\s*[\"']?([\w\u4e00-\u9fff%]{{1,200}})", text):
        yield found[1]


def _first_number(text: str, tag: str, name: str) -> int | None:
    """The number in an element, or that a script gives a name."""
    found = re.search(rf"(?:<{tag}>\s*|\b{name}[\"']?\s*[:=]\s*[\"']?)({NUMBER})\b", text)
    return int(found[1]) if found else None
