"""What a proposed profile says of a site's hosts, addresses, lists and name."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.profile import Profile
from crawler.proposal.addresses import UNKNOWN, address_of, propose_addresses
from crawler.proposal.expressions import shape_of
from crawler.proposal.specimen import Specimen

HOST = "http://gh.example.cn"
LAYOUT = {"name": "x", "title": "h1", "body": "div"}


def a_page(url: str = "", head: str = "", text: str = "", name: str = "a.html") -> Specimen:
    return Specimen(name, url, f"<html><head>{head}</head><body>{text}</body></html>")


def profile_of(articles: list[Specimen], lists: list[Specimen] | None = None) -> Profile:
    """The proposed profile, which is valid once it has a layout."""
    data, _ = propose_addresses(articles, lists or [])
    return Profile.model_validate({**data, "key": "x", "layouts": [LAYOUT]})


SITES = {
    "TRS": (
        ["/yw/ghyw/202304/t20230402_17.html", "/yw/jcdt/202211/t20221130_9.html"],
        ["/yw/ghyw/", "/yw/jcdt/index.html"],
        ["/yw/ghyw/201901/t20190101_2.html", "/wq/202001/t20200101_3.html"],
        ["/yw/ghyw/index_1.html", "/yw/jcdt/index_23.html"],
    ),
    "JCMS": (
        ["/art/2023/4/2/art_12_345.html", "/art/2022/11/30/art_13_9.html"],
        ["/col/col12/index.html", "/col/col13/index.html"],
        ["/art/2019/1/1/art_12_2.html"],
        [],
    ),
    "VSB": (
        ["/info/1002/345.htm", "/info/1003/9.htm"],
        ["/ghyw.htm"],
        ["/info/1002/7.htm"],
        ["/ghyw/12.htm"],
    ),
    "e-paper": (
        ["/content/2023-04/02/content_161580.htm"],
        ["/content/2023-04/02/node_1.htm"],
        ["/content/2022-11/30/content_9.htm"],
        [],
    ),
    "a number in the query": (
        ["/show.php?id=345", "/show.php?id=9"],
        ["/list.php?cid=3"],
        ["/show.php?id=17"],
        [],
    ),
    "hashes": (
        ["/news/4f3c2b1a9d8e.html", "/news/0a1b2c3d4e5f.html"],
        ["/news/"],
        ["/news/99aa88bb77cc.html"],
        [],
    ),
}


@pytest.mark.parametrize(("reports", "lists", "others", "further"), SITES.values(), ids=SITES)
def test_expressions_fit_the_given_pages_and_those_like_them_only(
    reports: list[str], lists: list[str], others: list[str], further: list[str]
) -> None:
    profile = profile_of(
        [a_page(HOST + each) for each in reports], [a_page(HOST + each) for each in lists]
    )
    assert all(profile.is_article(HOST + each) for each in [*reports, *others])
    assert all(profile.is_list_page(HOST + each) for each in [*lists, *further])
    assert not any(profile.is_article(HOST + each) for each in [*lists, *further, "/about.html"])
    assert not any(profile.is_list_page(HOST + each) for each in reports)
    assert list(profile.seeds) == [HOST + each for each in lists]


def test_other_channels_seen_in_links_widen_the_expression() -> None:
    links = "".join(
        f"<a href=/{channel}/{number}.html>送岗位进社区的春风行动开始了</a>"
        for channel in ("wq", "jcdt", "nvgong")
        for number in (7, 8)
    )
    profile = profile_of([a_page(f"{HOST}/ghyw/345.html", text=links)])
    assert profile.is_article(f"{HOST}/zjfc/9.html")
    assert not profile.is_article(f"{HOST}/ghyw/index.html")


def test_a_saved_page_is_placed_by_its_canonical_address() -> None:
    canonical = f"<link rel=canonical href={HOST}/yw/202304/t20230402_17.html>"
    page = a_page(head=canonical)
    assert address_of(page) == f"{HOST}/yw/202304/t20230402_17.html"
    assert profile_of([page]).hosts == ("gh.example.cn",)


def test_the_home_page_as_canonical_address_places_nothing() -> None:
    assert address_of(a_page(head=f"<meta property=og:url content={HOST}/>")) == ""


def test_a_saved_page_without_address_is_placed_by_its_links() -> None:
    links = f"<a href={HOST}/1.html>一</a><a href={HOST}/2.html>二</a><a href={HOST}/3.html>三</a>"
    data, comments = propose_addresses(
        [a_page(text=links + "<a href=http://weibo.com/x>微</a>")], []
    )
    assert data["hosts"] == ["gh.example.cn"]
    assert "3 links" in comments["hosts"]


def test_a_site_of_which_nothing_is_known_gets_a_host_that_cannot_be() -> None:
    data, comments = propose_addresses([a_page(text="<p>文</p>")], [])
    assert data["hosts"] == [UNKNOWN]
    assert "write the site's host" in comments["hosts"]
    assert profile_of([a_page(text="<p>文</p>")]).seeds == (f"http://{UNKNOWN}/",)


def test_without_lists_the_channels_above_a_report_are_the_seeds() -> None:
    links = '<a href="/">首页</a><a href="/yw/">要闻</a><a href="/yw/ghyw/index.html">工会要闻</a>'
    url = f"{HOST}/yw/ghyw/202304/t20230402_17.html"
    data, _ = propose_addresses([a_page(url, text=links)], [])
    assert data["seeds"] == [f"{HOST}/", f"{HOST}/yw/", f"{HOST}/yw/ghyw/index.html"]


NAMES = {
    "a meta element": (
        '<meta name="SiteName" content="清溪工会网"><title>报道</title>',
        "清溪工会网",
    ),
    "the end of the title element": (
        "<title>河西工地夜校开课-要闻-清溪工会网</title>",
        "清溪工会网",
    ),
    "its beginning": ("<title>清溪工会网_河西工地夜校迎来三百名电焊工</title>", "清溪工会网"),
    "none": ("<title>河西工地夜校迎来三百名电焊工</title>", "gh.example.cn"),
}


@pytest.mark.parametrize(("head", "name"), NAMES.values(), ids=NAMES)
def test_the_site_s_name_is_what_its_heads_repeat(head: str, name: str) -> None:
    assert propose_addresses([a_page(f"{HOST}/1.html", head)], [])[0]["name"] == name


def test_the_publisher_is_named_at_the_foot_of_the_page() -> None:
    page = a_page(f"{HOST}/1.html", text="<p>文</p><div>主办：清溪市总工会 备案号：12345</div>")
    data, comments = propose_addresses([page], [])
    assert data["publisher"] == "清溪市总工会"
    assert comments["publisher"].startswith("“主办：清溪市总工会”")


PAGERS: dict[str, tuple[str, str, list[dict[str, Any]]]] = {
    "TRS": (
        "/yw/",
        '<script>createPageHTML(12, 0, "index", "html");</script>',
        [{"kind": "createPageHTML"}],
    ),
    "its definition alone": ("/yw/", "<script>function createPageHTML(a, b) {}</script>", []),
    "JCMS": (
        "/col/col12/index.html",
        "<script>var url = '/module/web/jpage/dataproxy.jsp?unitid=7'</script>",
        [{"kind": "dataproxy"}],
    ),
    "VSB": (
        "/ghyw.htm",
        '<ul><li id="line_u8_0"><a href=info/1/2.htm>春</a></li></ul>共37条 1/3',
        [{"kind": "countdown"}],
    ),
    "a parameter": ("/list?uid=7&pageNum=1", "", [{"kind": "parameter", "name": "pageNum"}]),
    "plain links": ("/yw/", '<a href="index_2.html">下一页</a>', []),
}


@pytest.mark.parametrize(("way", "text", "pagers"), PAGERS.values(), ids=PAGERS)
def test_how_a_list_goes_on_is_recognised(
    way: str, text: str, pagers: list[dict[str, Any]]
) -> None:
    listed = a_page(HOST + way, text=text)
    data, _ = propose_addresses([a_page(f"{HOST}/yw/202304/t20230402_17.html")], [listed])
    assert data.get("pagers", []) == pagers


def test_a_list_in_json_is_described_by_its_keys() -> None:
    item = '{"title": "春风行动", "url": "/news/17.html", "publishTime": "2023-04-02 09:30"}'
    listed = Specimen("list", f"{HOST}/api/list", f'{{"data": {{"records": [{item}]}}}}')
    data, _ = propose_addresses([a_page(f"{HOST}/news/17.html")], [listed])
    assert data["pagers"] == [
        {"kind": "json", "items": "data.records", "address": "url", "day": "publishTime"}
    ]
    profile_of([a_page(f"{HOST}/news/17.html")], [listed])


@settings(deadline=None)
@given(st.text(st.characters(codec="ascii", exclude_characters="/?#"), min_size=1, max_size=20))
def test_the_shape_of_a_step_fits_the_step(step: str) -> None:
    assert re.fullmatch(shape_of(step), step)
    assert re.fullmatch(shape_of(step, is_loose=True), step)
