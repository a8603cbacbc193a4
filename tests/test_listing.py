"""Where a list leads: reports with the day beside them, other lists, further pages."""

from __future__ import annotations

import gzip
import json
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.lists.feeds import TooLarge
from crawler.lists.listing import Listing, read_listing
from crawler.pages.tree import TooMuchMarkup
from tests.test_feeds import ATOM, INDEX, PERIODS, RSS, SITEMAP
from tests.test_pagers import COLUMN, SITE, a_profile

TODAY = date(2026, 1, 1)


def listed(
    body: str | bytes, url: str = "/news/", *pagers: dict[str, object], kind: str = ""
) -> Listing:
    data = body if isinstance(body, bytes) else body.encode()
    return read_listing(data, kind or None, a_profile(*pagers), SITE + url, latest=TODAY)


def rows(listing: Listing) -> list[tuple[str, str]]:
    return [(row.url.removeprefix(SITE), str(row.day or "")) for row in listing.rows]


def test_reports_and_lists_are_told_apart_and_others_left() -> None:
    listing = listed(
        "<a href=/a/1>一</a><a href=/a/1#top>一</a><a href=/news/bf/>帮扶</a>"
        "<a href=/about>关于</a><a href=http://other.example/a/2>二</a><a href='mailto:a@b'>x</a><a href='http://['>x</a>"
        "<map><area href=/a/3></map><meta http-equiv=Refresh content='0; URL=/news/today/'>"
    )
    assert rows(listing) == [("/a/1", ""), ("/a/3", "")]
    assert listing.lists == (f"{SITE}/news/bf/", f"{SITE}/news/today/")
    assert listing.turns == ()


@pytest.mark.parametrize(
    "row",
    [
        "<li><a href=/a/1>一</a><span>2019-01-02</span></li>",
        "<li><span>[2019-01-02]</span><h3><a href=/a/1>一</a></h3></li>",
        "<tr><td>·</td><td><a href=/a/1>2018年1月1日起施行</a></td><td>2019年1月2日</td></tr>",
        "<li><a href=/a/1><img></a><div><a href=/a/1>一</a><i>2019/01/02</i></div></li>",
        "<li><a href=/news/b/>[帮扶]</a><a href=/a/1>一</a> 2019-01-02</li>",
        "<p><a href=/a/1>一 2019-01-02</a></p>",
    ],
)
def test_the_day_beside_a_link_is_read(row: str) -> None:
    table = f"<ul><table>{row}<tr><td><a href=/a/2>二</a></td></tr></table></ul>"
    assert rows(listed(table))[0] == ("/a/1", "2019-01-02")


def test_a_row_has_no_day_of_its_neighbour() -> None:
    html = "<ul><li><a href=/a/1>一</a></li><li><a href=/a/2>二</a> 2019-01-02</li></ul>"
    assert rows(listed(html)) == [("/a/1", ""), ("/a/2", "2019-01-02")]
    assert rows(listed("<p><a href=/a/1>一</a> 2031-01-02</p>")) == [("/a/1", "")]


@pytest.mark.parametrize(
    ("this", "link", "page"),
    [
        ("/news/", "/news/index_1.html", 1),
        ("/news/index.shtml", "/news/index_12.shtml", 12),
        ("/news/index_2.html", "/news/index_3.html", 3),
        ("/news/10930.shtml", "/news/10930_2.shtml", 2),
        ("/news/list.jsp?id=3", "/news/list.jsp?id=3&page=2", 2),
        ("/news/index_3.html", "/news/index_2.html", None),
        ("/news/", "/news/b/index_1.html", None),
        ("/news/list.jsp?id=3", "/news/list.jsp?id=4&page=2", None),
        ("/news/2018-05/03/node_1.htm", "/news/2018-05/03/node_2.htm", None),
    ],
)
def test_a_linked_further_page_is_known(this: str, link: str, page: int | None) -> None:
    listing = listed(f"<a href='{link}'>2</a>", this)
    assert [turn.page for turn in listing.turns] == ([] if page is None else [page])
    assert listing.lists == (() if page else (SITE + link,))


def test_records_in_a_page_and_in_a_reply_are_read() -> None:
    listing = listed(COLUMN, "/news/col3577/", {"kind": "dataproxy"})
    assert rows(listing) == [("/a/1.html", ""), ("/a/2.html", "")]
    assert len(listing.turns) == 1
    reply = COLUMN[COLUMN.index("<datastore>") :].partition("</script>")[0]
    assert rows(listed(reply, kind="text/xml")) == rows(listing)


def test_a_feed_is_read_whatever_it_is_called() -> None:
    for body in (RSS, ATOM, SITEMAP, gzip.compress(SITEMAP.encode())):
        found = rows(listed(body, "/news/all"))
        assert found[0][0].startswith("/a/1.html")
    assert rows(listed(RSS.encode("gb18030"), kind="text/xml; charset=gb2312")) == rows(listed(RSS))


def test_addresses_that_the_profile_does_not_know_are_counted() -> None:
    index = INDEX.replace("</sitemapindex>", "<sitemap><loc>/x.xml</loc></sitemap></sitemapindex>")
    assert listed(index).detail == "1 addresses fit neither articles nor list_pages"
    assert listed(PERIODS.replace("node", "a/node")).detail == ""
    elsewhere = listed("", "/n", {"kind": "parameter", "name": "p"})
    assert elsewhere.turns == ()
    assert elsewhere.detail == f"fits no list_pages: {SITE}/n?p=2"


JSON = {
    "data": {
        "records": [
            {"id": 7, "link": {"href": "/a/7"}, "time": "2019-01-02 08:00", "at": 1546387200000},
            {"id": 8, "link": {"href": "/a/8"}, "time": None, "at": 1546387200},
            {"id": None, "link": None},
        ],
        "html": "<ul><li><a href=/a/9>九</a> 2019-01-02</li></ul>",
        "urls": ["/a/5", "/a/6"],
    }
}


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (
            {"items": "data.records", "address": "link.href", "day": "time"},
            [("/a/7", "2019-01-02"), ("/a/8", "")],
        ),
        (
            {"items": "data.records", "address": "/a/{id}.html", "day": "at"},
            [("/a/7.html", "2019-01-02"), ("/a/8.html", "2019-01-02")],
        ),
        ({"items": "data.html"}, [("/a/9", "2019-01-02")]),
        ({"items": "data.urls"}, [("/a/5", ""), ("/a/6", "")]),
        ({"items": "data.nothing"}, []),
    ],
)
def test_json_is_read_as_the_profile_says(
    keys: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    listing = listed(json.dumps(JSON), "/news/api", {"kind": "json", **keys})
    assert rows(listing) == expected
    assert bool(listing.detail) is not bool(expected)


def test_json_that_nobody_reads_is_said() -> None:
    assert listed("[1]").detail == "no pager of the kind json reads this"
    assert listed("[" * 100_000, "/news/", {"kind": "json"}).rows == ()


def test_a_list_of_many_links_is_read_in_time() -> None:
    html = "<div>" + "".join(f"<a href=/a/{n}>{n}</a>" for n in range(10_000)) + "</div>"
    began = time.monotonic()
    assert len(listed(html).rows) == 10_000
    assert time.monotonic() - began < 20


EVERY: list[dict[str, object]] = [
    {"kind": "createPageHTML"},
    {"kind": "dataproxy"},
    {"kind": "countdown"},
    {"kind": "parameter", "name": "page"},
    {"kind": "counted"},
    {"kind": "json", "items": "data.records", "address": "{id}", "day": "at"},
]
BODIES = [b"", RSS.encode(), COLUMN.encode(), json.dumps(JSON).encode(), b"\x1f\x8b", b"<a href="]


@given(st.binary(), st.sampled_from(BODIES), st.binary(), st.sampled_from(["", "text/html", "x"]))
def test_no_bytes_make_a_list_raise(before: bytes, body: bytes, after: bytes, kind: str) -> None:
    try:
        listing = read_listing(
            before + body + after, kind, a_profile(*EVERY), f"{SITE}/news/1.htm", latest=TODAY
        )
    except (TooLarge, TooMuchMarkup):
        return
    named = [row.url for row in listing.rows] + [*listing.lists]
    assert len(named) == len(set(named))
