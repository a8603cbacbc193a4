"""Feeds, OpenSearch, signposts, sitemap: what feed readers, browsers and robots find."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.robotparser import RobotFileParser

import feedparser
import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from lxml import etree, html
from werkzeug.http import parse_options_header

from archive.outcome import Withdrawal
from tests.builders import an_article
from tests.commands import Jianbao
from tests.web_archive import (
    ARTICLES,
    COURSES,
    PUBLIC,
    REPORT,
    UNDATED,
    WITHDRAWN,
    an_app,
    held_by,
)
from web.app import create_app
from web.citations.formats import formats
from web.harvest import sitemap

OPENSEARCH = {"os": "http://a9.com/-/spec/opensearch/1.1/"}
SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


# -- feeds ---------------------------------------------------------------------------------------


def read_feed(client: FlaskClient, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, response.text
    assert response.content_type == "application/atom+xml; charset=utf-8"
    headers = {name.lower(): value for name, value in response.headers}
    feed = feedparser.parse(response.data, response_headers=headers)
    assert not feed.bozo, feed.bozo_exception
    assert feed.version == "atom10"
    return feed


def links(of: Any) -> dict[str, str]:
    return {link.rel: link.href for link in of.links}


def test_a_search_is_a_feed(client: FlaskClient) -> None:
    feed = read_feed(client, "/feed.atom?q=换个讲法")
    assert feed.feed.title == "换个讲法 · 剪报"
    assert feed.feed.id == f"{PUBLIC}/feed.atom?{urlencode({'q': '换个讲法'})}"
    assert links(feed.feed)["self"] == feed.feed.id
    assert links(feed.feed)["alternate"] == f"{PUBLIC}/search?{urlencode({'q': '换个讲法'})}"
    (entry,) = feed.entries
    assert entry.id == f"{PUBLIC}/articles/{REPORT.id}"
    assert entry.title == REPORT.title
    assert entry.published == "2019-11-29T00:00:00+08:00"
    assert b"<dc:date>2019-11-29</dc:date>" in client.get("/feed.atom?q=换个讲法").data
    assert entry.updated_parsed[:6] == feed.feed.updated_parsed[:6]
    assert [author.name for author in entry.authors] == ["丰台区总工会"]
    assert [tag.term for tag in entry.tags] == ["先锋走廊", "党建"]
    assert links(entry) == {"alternate": entry.id, "via": REPORT.url}
    assert "塔吊" in entry.summary


def test_updated_is_when_the_record_changed(tmp_path: Path) -> None:
    with an_app(tmp_path) as app:
        held = held_by(app)
        held.follow(patience=30)
        at = held.store.changed_at([REPORT.id])[REPORT.id]
        (entry,) = read_feed(app.test_client(), "/feed.atom?q=换个讲法").entries
        assert entry.updated == at.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_the_newest_come_first_unless_asked_otherwise(client: FlaskClient) -> None:
    def days(address: str) -> list[str]:
        return [entry.published for entry in read_feed(client, address).entries]

    newest = days("/feed.atom?q=培训班&limit=100")
    assert newest == sorted(newest, reverse=True)
    assert days("/feed.atom?q=培训班&limit=100&sort=oldest") == newest[::-1]


def test_pages_lead_on_without_gap_or_overlap(client: FlaskClient) -> None:
    address, ids = "/feed.atom?q=培训班&limit=10", []
    while address:
        feed = read_feed(client, address)
        assert links(feed.feed)["first"].endswith("limit=10")
        ids += [entry.id for entry in feed.entries]
        address = links(feed.feed).get("next", "").removeprefix(PUBLIC)
    assert len(ids) == len(set(ids)) == len(COURSES)


def test_a_feed_may_begin_anywhere(client: FlaskClient) -> None:
    whole = read_feed(client, "/feed.atom?q=培训班&limit=100").entries
    some = read_feed(client, "/feed.atom?q=培训班&limit=3&start=5")
    assert [entry.id for entry in some.entries] == [entry.id for entry in whole[4:7]]
    assert some.feed.os_totalresults == "25"
    assert some.feed.os_startindex == "5"
    assert read_feed(client, "/feed.atom?q=培训班&start=99").entries == []


def test_a_report_without_day_has_none_in_the_feed(client: FlaskClient) -> None:
    (entry,) = read_feed(client, "/feed.atom?q=“没有印日期的报道”").entries
    assert entry.title == UNDATED.title
    assert "published" not in entry


def test_everything_hostile_can_be_read(tmp_path: Path) -> None:
    with an_app(tmp_path) as app:
        held = held_by(app)
        held.store.put(an_article("控制符\x0c在文中", title="控\x00制\x0b符\ufffe ]]> &amp; <b>"))
        held.follow(patience=30)
        feed = read_feed(app.test_client(), "/feed.atom?limit=100")
        assert len(feed.entries) == len(ARTICLES)
        titles = [entry.title_detail for entry in feed.entries]
        assert any(title.value == "控制符 ]]> &amp; <b>" for title in titles)
        assert {title.type for title in titles} == {"text/plain"}
        assert read_feed(app.test_client(), "/feed.atom?q=%08%FF%3Cb%3E").entries is not None


def test_a_bad_search_is_told_so(client: FlaskClient) -> None:
    for address, parameter in [("/feed.atom?start=0", "start"), ("/feed.atom?q=date:昨天", "q")]:
        answer = client.get(address)
        assert answer.status_code == 400
        assert answer.mimetype == "application/problem+json"
        assert [error["parameter"] for error in answer.get_json()["errors"]] == [parameter]


def test_a_feed_that_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/feed.atom?q=培训班").headers["ETag"]
    again = client.get("/feed.atom?q=培训班", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/feed.atom?q=劳模", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("address", ["/", "/search?q=培训班&site=bjzgh"])
def test_pages_lead_to_their_feed(client: FlaskClient, address: str) -> None:
    tree = html.fromstring(client.get(address).data)
    (feed,) = tree.xpath('//link[@rel="alternate"][@type="application/atom+xml"]/@href')
    assert feed == address.replace("/search", "/feed.atom").replace(
        "培训班", "%E5%9F%B9%E8%AE%AD%E7%8F%AD"
    ) or (address == "/" and feed == "/feed.atom")
    assert read_feed(client, feed).entries


# -- OpenSearch ----------------------------------------------------------------------------------


def test_the_description_leads_to_every_answer(client: FlaskClient) -> None:
    tree = html.fromstring(client.get("/").data)
    (address,) = tree.xpath('//link[@rel="search"]/@href')
    response = client.get(address)
    assert response.content_type == "application/opensearchdescription+xml; charset=utf-8"
    root = etree.fromstring(response.data)
    assert root.findtext("os:ShortName", namespaces=OPENSEARCH) == "剪报"
    templates = {
        (each.get("type"), each.get("rel")): each.get("template")
        for each in root.findall("os:Url", namespaces=OPENSEARCH)
    }

    def asked(type_: str, rel: str | None = None) -> Any:
        address = templates[type_, rel].removeprefix(PUBLIC)
        values = {"searchTerms": "培训班", "startIndex?": "11", "count?": "5", "startPage?": "2"}
        for name, value in values.items():
            address = address.replace(f"{{{name}}}", value)
        assert "{" not in address
        answer = client.get(address)
        assert answer.mimetype == type_
        return answer

    assert "培训班" in asked("text/html").text
    assert len(feedparser.parse(asked("application/atom+xml").data).entries) == 5
    words = json.loads(asked("application/x-suggestions+json", "suggestions").data)
    assert words[0] == "培训班"
    assert words[1]
    assert all("培训班" in word for word in words[1])


def test_what_a_program_leaves_out_counts_as_absent(client: FlaskClient) -> None:
    assert read_feed(client, "/feed.atom?q=培训班&start=&limit=").entries
    assert client.get("/search?q=培训班&page=&limit=").status_code == 200
    assert client.get("/suggest").get_json(force=True) == ["", []]


# -- signposts -----------------------------------------------------------------------------------


def signposts(header: str) -> set[tuple[str, str, str | None]]:
    found = set()
    for value in header.split(", "):
        target, options = parse_options_header(value)
        found.add((options["rel"], target.strip("<>"), options.get("type")))
    return found


def test_header_page_and_linkset_say_the_same(client: FlaskClient) -> None:
    page = client.get(f"/articles/{REPORT.id}")
    posts = signposts(page.headers["Link"])
    rels = {rel for rel, _, _ in posts}
    assert rels == {"cite-as", "type", "describedby", "item", "collection", "linkset"}
    in_page = {
        (each.get("rel"), each.get("href"), each.get("type"))
        for each in html.fromstring(page.data).xpath("//head/link")
        if each.get("rel") in rels
    }
    assert in_page == posts
    (address,) = [target for rel, target, _ in posts if rel == "linkset"]
    answer = client.get(address.removeprefix(PUBLIC))
    assert answer.mimetype == "application/linkset+json"
    (context,) = json.loads(answer.data)["linkset"]
    assert context.pop("anchor") == f"{PUBLIC}/articles/{REPORT.id}"
    told = {(rel, each["href"], each.get("type")) for rel in context for each in context[rel]}
    assert told == {post for post in posts if post[0] != "linkset"}


def test_every_signpost_leads_to_what_it_promises(client: FlaskClient) -> None:
    posts = signposts(client.get(f"/articles/{REPORT.id}").headers["Link"])
    assert sum(rel == "describedby" for rel, _, _ in posts) == len(formats) + 1
    for rel, target, type_ in posts:
        if target.startswith(PUBLIC) and rel != "item":
            answer = client.get(target.removeprefix(PUBLIC))
            assert answer.status_code == 200, target
            assert answer.mimetype == (type_ or "text/html"), rel


def test_an_item_is_what_the_server_sent(crawled_once: Jianbao) -> None:
    app = create_app(crawled_once.settings)
    with closing(held_by(app)) as held:
        article_id = held.store.article_ids()[0]
        posts = signposts(app.test_client().get(f"/articles/{article_id}").headers["Link"])
        items = {(target, type_) for rel, target, type_ in posts if rel == "item"}
        assert len(items) == len({each.url for each in held.store.get(article_id).captures})
        for target, type_ in items:
            path = target.removeprefix(held.settings.public_url)
            answer = app.test_client().get(path)
            assert (answer.status_code, answer.mimetype) == (200, type_)


@pytest.mark.parametrize(("article_id", "status"), [("nosuchreport", 404), (WITHDRAWN.id, 410)])
def test_nothing_is_said_of_what_is_not_shown(
    client: FlaskClient, article_id: str, status: int
) -> None:
    assert client.get(f"/articles/{article_id}/linkset").status_code == status


# -- robots and sitemap --------------------------------------------------------------------------


def test_robots_read_reports_and_find_the_sitemap(client: FlaskClient) -> None:
    response = client.get("/robots.txt")
    assert response.mimetype == "text/plain"
    rules = RobotFileParser()
    rules.parse(response.text.splitlines())
    for path in ("/", f"/articles/{REPORT.id}", "/sitemap.xml", "/static/jianbao.css"):
        assert rules.can_fetch("anybody", path), path
    for path in ("/search?q=x", "/api/v1/search", "/feed.atom?q=x", "/oai?verb=Identify"):
        assert not rules.can_fetch("anybody", path), path
    assert rules.site_maps() == [f"{PUBLIC}/sitemap.xml"]


def test_the_sitemap_names_every_report_that_is_shown(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, app: APIFlask
) -> None:
    monkeypatch.setattr(sitemap, "PART", 10)
    index = etree.fromstring(client.get("/sitemap.xml").data)
    pages: dict[str, str] = {}
    for part in index.findall("s:sitemap", SITEMAP):
        address = part.findtext("s:loc", namespaces=SITEMAP).removeprefix(PUBLIC)
        urls = etree.fromstring(client.get(address).data).findall("s:url", SITEMAP)
        assert 0 < len(urls) <= 10
        times = {
            url.findtext("s:loc", namespaces=SITEMAP): url.findtext("s:lastmod", namespaces=SITEMAP)
            for url in urls
        }
        assert part.findtext("s:lastmod", namespaces=SITEMAP) == max(times.values())
        pages |= times
    shown = [each.id for each in ARTICLES if each is not WITHDRAWN]
    changed_at = held_by(app).store.changed_at(shown)
    assert pages == {
        f"{PUBLIC}/articles/{each}": at.strftime("%Y-%m-%dT%H:%M:%SZ")
        for each, at in changed_at.items()
    }


@pytest.mark.parametrize("number", ["0", "2", str(10**30)])
def test_there_is_no_part_behind_the_last(client: FlaskClient, number: str) -> None:
    assert client.get(f"/sitemap-{number}.xml").status_code == 404


def test_an_empty_archive_answers_too(tmp_path: Path) -> None:
    with an_app(tmp_path) as app:
        held, client = held_by(app), app.test_client()
        for article in ARTICLES:
            at = datetime.now(UTC)
            held.store.withdraw(Withdrawal(article_id=article.id, reason="误发", at=at))
        held.follow(patience=30)
        assert len(etree.fromstring(client.get("/sitemap.xml").data)) == 0
        assert read_feed(client, "/feed.atom").entries == []
