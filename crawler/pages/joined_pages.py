"""The pages of one report: which comes next, and the pager that is no part of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urldefrag, urljoin, urlsplit

from bs4.element import Tag

from crawler.lists.cms_pagers import ScriptPager
from crawler.pages.lines import Line
from crawler.pages.markup import Markup, attribute
from crawler.profile import Layout

_PAGER = re.compile(
    r"(?:[\s\d\[\]【】()（）|<>«»‹›.…·/-]|[上下前后][一1]?页|首页|[尾末]页|共|第|页|[余剩]下全文|全文)+"
)
_TURNS = re.compile(r"[上下前后][一1]?页|下全文")
_NUMBERED = re.compile(r"(?P<report>.*[^/])[_-]\d{1,2}(?P<ending>\.s?html?)")
_DAY = re.compile(r".*/\D?\d{8}")
"""A number after a day counts the day's reports: ``t20230105_12.html``."""
_OF_REPORT = re.compile(r"(?P<report>.*/(?=[^/]*\d)[^/]{5,})(?P<ending>\.s?html?)")
"""The name of a report's page has five signs or more, a digit among them."""
_FURTHER = re.compile(r"^(?P<stem>.*)_(?P<page>[2-9]|[1-9]\d{1,2})$")


@dataclass(frozen=True, slots=True)
class NextPage:
    """The address of a report's next page, and the selector that led to it."""

    url: str
    selector: str


def next_page(markup: Markup, layout: Layout, url: str) -> NextPage | None:
    """Where a report goes on: a link, or the page's number after the one that the address has.

    中工网 says in ``<input name="__totalpage" value="3">`` how many pages there are; the second is
    ``…_2.shtml``. TRS calls ``createPageHTML``.
    """
    for selector in layout.next_page:
        for node in markup.select(selector):
            target = markup.absolute(attribute(node, "href"))
            if target and urldefrag(target).url != url:
                return NextPage(urldefrag(target).url, selector)
    for selector in layout.pages:
        for node in markup.select(selector):
            for target in _counted(node, url):
                return NextPage(target, selector)
    return None


def is_page_of(target: str, url: str | None = None) -> bool:
    """Whether an address is that of a further page, of the report at ``url`` where one is given.

    ``…/t20230105_12_2.html`` is one of ``…/t20230105_12.html``.
    """
    path = urlsplit(target).path
    if (numbered := _NUMBERED.fullmatch(path)) is None:
        return False
    if url is None:
        return True
    own = urlsplit(url).path
    names = {own}
    if (first := _NUMBERED.fullmatch(own)) and not _DAY.fullmatch(first["report"]):
        names.add(f"{first['report']}{first['ending']}")
    return path != own and f"{numbered['report']}{numbered['ending']}" in names


def named_second_page(text: str, url: str) -> str | None:
    """The name of a second page of the report at ``url``, where the page links to one."""
    if (own := _OF_REPORT.fullmatch(urlsplit(url).path)) is None:
        return None
    name = re.escape(own["report"].rpartition("/")[2])
    link = rf"(?<![\w-]){name}[_-][12]{re.escape(own['ending'])}(?=[\"'\s>?#])"
    found = re.search(link, text)
    return found[0] if found else None


def _counted(node: Tag, url: str) -> Iterator[str]:
    """The address after this one, where an element says that there are so many."""
    if node.name == "script":
        for turn in ScriptPager(kind="createPageHTML").turns(url, node.get_text()):
            yield turn.url
        return
    total = re.search(r"\d{1,3}", attribute(node, "value") or node.get_text())
    folder, _, name = urlsplit(url).path.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    if total is None or not stem:
        return
    page = 1
    if (further := _FURTHER.match(stem)) and int(further["page"]) <= int(total[0]):
        stem, page = further["stem"], int(further["page"])
    if page < int(total[0]):
        yield urljoin(url, f"{folder}/{stem}_{page + 1}{dot}{ending}")


def without_pager(lines: Sequence[Line]) -> list[Line]:
    """The lines of a body without those that only turn its pages (上一页 1 2 3 下一页)."""
    kept: list[Line] = []
    for is_pager, run in groupby(lines, key=lambda line: bool(_PAGER.fullmatch(line.text))):
        several = list(run)
        if not (is_pager and any(_TURNS.search(line.text) for line in several)):
            kept += several
    return kept
