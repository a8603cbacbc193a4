"""Real crawls of lists: every pager finds every report, and no trap holds a crawl."""

from __future__ import annotations

import gzip
import json
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

from archive.article import CHINA
from tests.commands import Jianbao
from tests.scripted_site import Answer, article, html, links, scripted, write_profile
from tests.test_hostile_sites import articles, crawl, outcomes

XML = {"Content-Type": "text/xml"}
TODAY = datetime.now(CHINA).date()
PROXY = "/module/web/jpage/dataproxy.jsp?startrecord={}&endrecord={}&perpage=1&col=1&appid=1&path=%2F&webid=3&columnid=7&unitid=18462&permissiontype=0"  # noqa: E501
PAGERS = """pagers = [
  {kind = "createPageHTML"},
  {kind = "dataproxy", on = '/list/jcms|dataproxy'},
  {kind = "countdown", on = '/list/vsb'},
  {kind = "parameter", name = "pageNum", on = '/list/parameter'},
  {kind = "counted", on = '/list/counted'},
  {kind = "dated", address = "BASE/paper/{year}-{month}/{day}/node_1.htm", days = 1},
  {kind = "json", items = "data", address = "/a/{id}", on = '/list/json'},
  {kind = "parameter", name = "page", on = '/list/json'},
]"""


def a_list(*names: str, more: str = "") -> Answer:
    """A list page of articles."""
    return html("".join(f"<li><a href='/a/{name}'>{name}</a></li>" for name in names) + more)


def records(*names: str) -> str:
    rows = "".join(f"<record><![CDATA[<a href='/a/{each}'>x</a>]]></record>" for each in names)
    return f"<datastore><totalrecord>5</totalrecord>{rows}</datastore>"


def json_list(*names: str) -> Answer:
    body = json.dumps({"data": [{"id": name} for name in names]}).encode()
    return Answer(body, headers={"Content-Type": "application/json"})


def script_pager(current: int) -> str:
    return f"<script>createPageHTML(3, {current}, 'index', 'html')</script>"


FIRST = ("trs/", "jcms", "vsb.htm", "parameter", "json", "rss", "map", "linked/",
         "counted/123456789.shtml")  # fmt: skip
LISTS = {
    "/": links(*(f"/list/{each}" for each in FIRST)),
    "/list/trs/": a_list("trs1", more=script_pager(0)),
    "/list/trs/index_1.html": a_list("trs2", more=script_pager(1)),
    "/list/trs/index_2.html": a_list("trs3", more=script_pager(2)),
    "/list/jcms": html(
        f"<script>jpage({{perPage:1,ajaxParam:{{webid:3,columnid:7,unitid:'18462'}}}})</script>"
        f"<script type='text/xml'>{records('jcms1')}</script>"
    ),
    PROXY.format(2, 4): Answer(records("jcms2", "jcms3", "jcms4").encode(), headers=XML),
    PROXY.format(5, 7): Answer(records("jcms5").encode(), headers=XML),
    "/list/vsb.htm": a_list("vsb1", more="共3条 1/3"),
    "/list/vsb/2.htm": a_list("vsb2", more="共3条 2/3"),
    "/list/vsb/1.htm": a_list("vsb3", more="共3条 3/3"),
    "/list/parameter": a_list("parameter1"),
    "/list/parameter?pageNum=2": a_list("parameter2"),
    "/list/parameter?pageNum=3": a_list("parameter2"),
    "/list/counted/123456789.shtml": a_list("counted1"),
    "/list/counted/123456789_2.shtml": a_list("counted2"),
    "/list/json": json_list("json1"),
    "/list/json?page=2": json_list("json2"),
    "/list/json?page=3": json_list(),
    "/list/rss": Answer(b"<rss><item><link>/a/rss1</link></item></rss>", headers=XML),
    "/list/map": Answer(
        gzip.compress(b"<sitemapindex><sitemap><loc>/list/map2</loc></sitemap></sitemapindex>"),
        headers={"Content-Type": "application/x-gzip"},
    ),
    "/list/map2": Answer(b"<urlset><url><loc>/a/map1</loc></url></urlset>", headers=XML),
    "/list/linked/": a_list("linked1", more="<a href='index_2.html'>2</a>"),
    "/list/linked/index_2.html": a_list("linked2", more="<a href='index_3.html'>3</a>"),
    "/list/linked/index_3.html": a_list("linked3"),
    f"/paper/{TODAY:%Y-%m/%d}/node_1.htm": a_list("paper1"),
}  # fmt: skip
NAMES = sorted(
    [f"{kind}{n}" for kind in ("trs", "vsb", "linked") for n in (1, 2, 3)]
    + [f"{kind}{n}" for kind in ("parameter", "counted", "json") for n in (1, 2)]
    + [f"jcms{n}" for n in range(1, 6)]
    + ["rss1", "map1", "paper1"]
)


def test_every_pager_finds_every_report_once(tmp_path: Path) -> None:
    script = {**LISTS, **{f"/a/{name}": article(name) for name in NAMES}}
    with scripted(script) as site:
        jianbao = crawl(tmp_path, site, more=PAGERS.replace("BASE", site.base))
        assert len(site.asked) == len(set(site.asked))
        assert sorted(each.title for each in articles(jianbao)) == NAMES
        found = outcomes(jianbao, site)
        assert set(found) == set(site.asked)
        assert {path for path, kind in found.items() if kind == "gone"} == {
            "/list/counted/123456789_3.shtml"
        }
        assert not {"/list/parameter?pageNum=4", "/list/json?page=4"} & set(site.asked)

        site.asked.clear()
        jianbao.ok("crawl", "scripted")
        assert {path for path in site.asked if path.startswith("/a/")} == set()
        left = {"/list/trs/index_1.html", "/list/vsb/2.htm", "/list/parameter?pageNum=2"}
        assert not left & set(site.asked)

        script["/list/trs/"] = a_list("trs0", "trs1", more=script_pager(0))
        script["/a/trs0"] = article("trs0")
        site.asked.clear()
        jianbao.ok("crawl", "scripted")
        assert {path for path in site.asked if path.startswith("/a/")} == {"/a/trs0"}
        # The second page, with held reports only, is the last that is asked for.
        assert "/list/trs/index_1.html" in site.asked
        assert "/list/trs/index_2.html" not in site.asked
    before = articles(jianbao)
    jianbao.ok("extract")
    assert {each.id: each for each in articles(jianbao)} == {each.id: each for each in before}


def details(jianbao: Jianbao) -> dict[str, str]:
    with closing(jianbao.open_store()) as store:
        found = store.outcomes(store.runs()[-1])
    return {each.url.rpartition("/")[2]: each.detail for each in found}


def test_a_run_that_left_reports_out_is_made_good_by_the_next(tmp_path: Path) -> None:
    """Held reports at the head of a list must not hide what an earlier run did not bring home."""
    names = [f"r{n}" for n in range(6)]
    script = {
        "/": links("/list/"),
        "/list/": a_list(*names[:2], more=script_pager(0)),
        "/list/index_1.html": a_list(*names[2:4], more=script_pager(1)),
        "/list/index_2.html": a_list(*names[4:], more=script_pager(2)),
        **{f"/a/{name}": article(name) for name in names},
        "/a/r4": html("<p>另一种版式，文字也不少。</p>"),
        "/a/r5": Answer(status=503),
    }
    with scripted(script) as site:
        more = 'pagers = [{kind = "createPageHTML"}]'
        sites = write_profile(tmp_path / "sites", site.base, more=more)
        jianbao = Jianbao(tmp_path / "data", sites)
        jianbao.ok("crawl", "scripted", "--limit", "2")
        assert len(articles(jianbao)) == 2
        assert jianbao("crawl", "scripted").returncode == 3
        assert len(articles(jianbao)) == 4
        assert details(jianbao)["r5"] == "HTTP 503"
        script["/a/r5"] = article("r5")
        site.asked.clear()
        assert jianbao("crawl", "scripted").returncode == 3
        assert len(articles(jianbao)) == 5
        assert outcomes(jianbao, site)["/a/r4"] == "layout_not_recognised"
        assert not {"/list/index_1.html", "/a/r4"} & set(site.asked)


def test_a_changed_profile_goes_through_all_lists_again(tmp_path: Path) -> None:
    script = {
        "/": links("/a/1", "/list/index_2.html"),
        "/list/index_2.html": links("/b/2"),
        "/a/1": article("一"),
        "/b/2": article("二"),
    }
    with scripted(script) as site:
        jianbao = crawl(tmp_path, site)
        profile = jianbao.sites / "scripted" / "profile.toml"
        profile.write_text(profile.read_text("utf-8").replace('"/a/"', '"/[ab]/"'), "utf-8")
        jianbao.ok("crawl", "scripted")
    assert sorted(each.title for each in articles(jianbao)) == ["一", "二"]


class Endless(dict[str, Answer]):
    """Answers without end: calendars, session ids, a firewall's parameters, pages of pages."""

    def get(self, path: str, default: object = None) -> Answer:
        if path in self or path == "/robots.txt":
            return super().get(path, Answer(status=404))
        number = len(path) * 7 + sum(map(ord, path))
        if path.startswith("/list/calendar"):
            day = int(path.rpartition("=")[2] or 0)
            near = (f"/list/calendar?day={each}" for each in (day - 1, day + 1, day + 31))
            return links(*near, "/a/1")
        if path.startswith("/list/deep"):
            return links(path + "/more")
        if path.startswith("/list/same"):
            return a_list("1", "2")
        if path.startswith("/list/waf"):
            return links(f"/list/waf?7OkeOa4k={number:030x}", f"/a/1?7OkeOa4k={number:030x}")
        if path.startswith("/list/session"):
            return links(
                f"/list/session;jsessionid={number:032X}",
                f"/list/session?sid={number:032x}",
                f"/a/2;jsessionid={number:X}",
            )
        return article("题")


def test_traps_end_and_are_reported(tmp_path: Path) -> None:
    script = Endless({"/": links(*(f"/list/{each}" for each in
        ("calendar", "deep", "same", "waf", "session", "fresh")))})  # fmt: skip
    more = """pagers = [{kind = "parameter", name = "p", on = '/list/same', max_pages = 30}]
[limits]
barren_lists = 5
list_pages = 150
page_bytes = 100000
"""
    with scripted(script) as site:
        sites = write_profile(tmp_path / "sites", site.base)
        profile = sites / "scripted" / "profile.toml"
        text = profile.read_text("utf-8").replace("[limits]\npage_bytes = 100000\n", "")
        profile.write_text(text.replace("[politeness]", more + "[politeness]"), "utf-8")
        jianbao = Jianbao(tmp_path / "data", sites)
        began = time.monotonic()
        jianbao("crawl", "scripted")
        assert time.monotonic() - began < 60
        asked = [path for path in site.asked if path.startswith("/list")]
    assert len(asked) <= 150
    assert sum(path.startswith("/list/waf") for path in asked) <= 2
    assert sum(path.startswith("/list/session") for path in asked) <= 2
    assert sum(path.startswith("/list/deep") for path in asked) <= 8
    assert sum(path.startswith("/list/same") for path in asked) == 2
    found = outcomes(jianbao, site)
    assert set(site.asked) <= set(found)
    assert any("barren_lists" in each for each in details(jianbao).values())
    assert len(articles(jianbao)) <= 3


def test_the_pause_that_robots_txt_asks_for_is_kept(tmp_path: Path) -> None:
    script = {
        "/robots.txt": Answer(b"User-agent: *\nCrawl-delay: 0.7\n"),
        "/": links("/a/1", "/a/2"),
        "/a/1": article("一"),
        "/a/2": article("二"),
    }
    with scripted(script) as site:
        began = time.monotonic()
        crawl(tmp_path, site)
        assert time.monotonic() - began > 3 * 0.7


def test_a_pause_that_would_never_end_forbids(tmp_path: Path) -> None:
    script = {
        "/robots.txt": Answer(b"User-agent: *\nCrawl-delay: 86400\n"),
        "/": links("/a/1"),
    }
    with scripted(script) as site:
        sites = write_profile(tmp_path / "sites", site.base)
        jianbao = Jianbao(tmp_path / "data", sites)
        jianbao("crawl", "scripted")
    assert outcomes(jianbao, site)["/"] == "forbidden_by_robots"
