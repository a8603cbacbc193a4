"""Every kind of pager: where it leads from a list page, and that it ends."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.lists.pagers import DatedPager, turns
from crawler.profile import Profile, ProfileInvalid
from tests.test_profile import GOOD, loaded

SITE = "https://www.gh.example"


def a_profile(*pagers: dict[str, object]) -> Profile:
    return Profile.model_validate(
        {
            "key": "gh",
            "name": "某市工会网",
            "hosts": ["www.gh.example"],
            "seeds": [f"{SITE}/"],
            "list_pages": [r"/news/"],
            "articles": [r"/a/"],
            "layouts": [{"name": "only", "title": "h1", "body": "div"}],
            "pagers": pagers,
        }
    )


def after(url: str, text: str, **pager: object) -> list[str]:
    """The further pages of one list page, without the site's name."""
    found, _ = turns(a_profile(pager).pagers, SITE + url, text)
    return [turn.url.removeprefix(SITE) for turn in found]


@pytest.mark.parametrize(
    ("url", "call", "following"),
    [
        ("/news/", 'createPageHTML(3, 0, "index", "html");', ["/news/index_1.html"]),
        ("/news/", "createPageHTML(3,0,'index','shtml',15)", ["/news/index_1.shtml"]),
        ("/news/index_1.html", 'createPageHTML(3, 1, "index", "html")', ["/news/index_2.html"]),
        ("/news/index_2.html", 'createPageHTML(3, 2, "index", "html")', []),
        ("/news/", 'createPageHTML(1, 0, "index", "html")', []),
        ("/news/", "createPageHTML('page_div',2, 1,'xlist','shtml',19)", ["/news/xlist_2.shtml"]),
        ("/news/x", "createPageHTML('page_div',2, 2,'xlist','shtml',19)", []),
        ("/news/", "function createPageHTML(_nPageCount, _nCurrIndex, _sName, _sExt){}", []),
    ],
)
def test_a_script_that_writes_the_pager(url: str, call: str, following: list[str]) -> None:
    assert after(url, f"<script>{call}</script>", kind="createPageHTML") == following


COLUMN = """<div id="276963"></div><script>$('#276963').jpage({totalRecord:100, perPage:15,
proxyUrl:'/module/web/jpage/dataproxy.jsp', ajaxParam:{col:1,appid:'1',webid:3,path:'/',
columnid:3577,unitid:'18462',webname:'某市总工会',permissiontype:0}});</script>
<script type="text/xml"><datastore><totalrecord>100</totalrecord><recordset>
<record><![CDATA[<li><a href="/a/1.html">一</a></li>]]></record>
<record><![CDATA[<li><a href="/a/2.html">二</a></li>]]></record></recordset></datastore></script>"""


def test_records_that_a_proxy_gives() -> None:
    (following,) = after("/news/col3577/", COLUMN, kind="dataproxy")
    parts = urlsplit(following)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert parts.path == "/module/web/jpage/dataproxy.jsp"
    assert (asked["webid"], asked["columnid"], asked["unitid"]) == ("3", "3577", "18462")
    assert asked["webname"] == "某市总工会"
    assert (asked["startrecord"], asked["endrecord"], asked["perpage"]) == ("3", "47", "15")


def test_records_go_on_until_the_last() -> None:
    reply = "<datastore><totalrecord>100</totalrecord><record><![CDATA[<li></li>]]></record>"
    at = "/module/web/jpage/dataproxy.jsp?startrecord={}&endrecord={}&perpage=15&unitid=18462"
    (following,) = after(at.format(3, 47), reply, kind="dataproxy")
    assert "startrecord=48&endrecord=92&perpage=15" in following
    assert "unitid=18462" in following
    assert after(at.format(93, 137), reply, kind="dataproxy") == []
    empty = reply.replace("<record>", "<nothing>")
    assert after(at.format(3, 47), empty, kind="dataproxy") == []


@pytest.mark.parametrize(
    ("url", "text", "following"),
    [
        ("/news/xwzx.htm", "共268条&nbsp;&nbsp;1/18&nbsp;", ["/news/xwzx/17.htm"]),
        ("/news/x.htm", "<a href='x/9.htm'>2</a><a href='x/1.htm'>尾页</a>", ["/news/x/9.htm"]),
        ("/news/xwzx/9.htm", "<a href='8.htm'>", ["/news/xwzx/8.htm"]),
        ("/news/xwzx/1.htm", "共268条 18/18", []),
        ("/news/xwzx.htm", "共3条 1/1", []),
        ("/news/", "共268条 1/18", []),
    ],
)
def test_pages_that_count_down(url: str, text: str, following: list[str]) -> None:
    assert after(url, text, kind="countdown") == following


@pytest.mark.parametrize(
    ("url", "keys", "following"),
    [
        ("/news/list.jsp", {}, ["/news/list.jsp?page=2"]),
        ("/news/list.jsp?page=7", {}, ["/news/list.jsp?page=8"]),
        ("/news/list.jsp?page=2&id=3", {}, ["/news/list.jsp?page=3&id=3"]),
        ("/news/list.jsp?id=3", {"first": 0}, ["/news/list.jsp?id=3&page=1"]),
        ("/news/list.jsp?page=40", {"first": 0, "step": 20}, ["/news/list.jsp?page=60"]),
        ("/news/list.jsp?page=all", {}, []),
        ("/news/list.jsp?page=500", {}, []),
        ("/about.jsp", {"on": "/news/"}, []),
    ],
)
def test_a_parameter_that_counts(url: str, keys: dict[str, object], following: list[str]) -> None:
    assert after(url, "", kind="parameter", name="page", **keys) == following


@pytest.mark.parametrize(
    ("url", "keys", "following"),
    [
        ("/news/10930.shtml", {}, ["/news/10930_2.shtml"]),
        ("/news/10930_2.shtml", {}, ["/news/10930_3.shtml"]),
        ("/news/", {}, ["/news/index_2.html"]),
        ("/news/", {"second": 1, "index": "list.htm"}, ["/news/list_1.htm"]),
        ("/news/col_12345.html", {}, ["/news/col_12345_2.html"]),
        ("/news/list3.html", {"separator": ""}, ["/news/list4.html"]),
        ("/news/10930_9.shtml", {"max_pages": 9}, []),
        ("/news/nothing", {}, []),
    ],
)
def test_names_that_count(url: str, keys: dict[str, object], following: list[str]) -> None:
    assert after(url, "", kind="counted", **keys) == following


def test_what_lies_beyond_the_most_pages_is_said() -> None:
    pagers = a_profile({"kind": "parameter", "name": "p", "max_pages": 3}).pagers
    found, kept = turns(pagers, f"{SITE}/news/?p=3", "")
    assert (found, kept) == ([], [f"max_pages of parameter: {SITE}/news/?p=4"])


def test_issues_have_addresses_of_their_day() -> None:
    profile = a_profile(
        {"kind": "dated", "address": SITE + "/paper/{year}-{month}/{day}/node_1.htm"},
        {"kind": "dated", "address": SITE + "/json/{year}/{short_month}/{short_day}.json"},
    )
    found = [p.address_of(date(2018, 5, 3)) for p in profile.pagers if isinstance(p, DatedPager)]
    assert found == [f"{SITE}/paper/2018-05/03/node_1.htm", f"{SITE}/json/2018/5/3.json"]
    assert all(profile.is_list_page(url) for url in found)
    assert not profile.is_list_page(f"{SITE}/paper/2018-05/03/node_2.htm")


FAULTS = {
    "{}": ("pagers 1", "lacks its “kind”"),
    '{kind = "pages"}': ("pagers 1", "createPageHTML, dataproxy, countdown"),
    '{kind = "parameter"}': ("pagers 1, name", "is missing"),
    '{kind = "parameter", name = "a&b"}': ("pagers 1, name", "form"),
    '{kind = "counted"}, {kind = "counted", max_page = 3}': ("pagers 2, max_page", "“max_pages”"),
    '{kind = "counted", on = "("}': ("pagers 1, on", "regular expression"),
    '{kind = "counted", max_pages = 0}': ("pagers 1, max_pages", "at least 1"),
    '{kind = "dated", address = "https://www.gh.example/{Year}"}': ("pagers 1, address", "{year}"),
    '{kind = "dated", address = "https://www.gh.example/1"}': ("pagers 1, address", "{year}"),
    '{kind = "dated", address = "https://e.example/{year}"}': ("profile", "hosts"),
}


@pytest.mark.parametrize("pagers", FAULTS)
def test_a_pager_that_is_wrong_names_key_and_cure(pagers: str, tmp_path: Path) -> None:
    key, cure = FAULTS[pagers]
    text = GOOD.replace("[[layouts]]", f"pagers = [{pagers}]\n[[layouts]]")
    with pytest.raises(ProfileInvalid) as caught:
        loaded(tmp_path, text)
    assert caught.value.key == key
    assert cure in caught.value.words()


EVERY = a_profile(
    {"kind": "createPageHTML"},
    {"kind": "dataproxy"},
    {"kind": "countdown"},
    {"kind": "parameter", "name": "page"},
    {"kind": "counted"},
    {"kind": "dated", "address": SITE + "/paper/{year}{month}{day}.htm"},
    {"kind": "json"},
).pagers


@given(st.text(), st.sampled_from(["", COLUMN, "createPageHTML(", "共9条 1/", "<datastore>"]))
def test_no_page_makes_a_pager_raise(text: str, more: str) -> None:
    for url in ("/", "/a.htm", "/a/1.htm", "/module/jpage/dataproxy.jsp?endrecord=3&perpage=0"):
        found, _ = turns(EVERY, SITE + url, more + text + more)
        assert all(turn.page <= 500 for turn in found)


@pytest.mark.parametrize(
    "piece",
    [
        "createPageHTML('a',",
        "共1条",
        "共1",
        "a/dataproxy.js",
        "unitid:1 ",
        "<record><![CDATA[",
        "/",
    ],
)
def test_a_page_of_beginnings_is_read_in_time(piece: str) -> None:
    began = time.monotonic()
    turns(EVERY, f"{SITE}/news/x.htm", "<datastore unitid=1>" + piece * 100_000)
    assert time.monotonic() - began < 10
