"""What Zotero keeps of our pages, one rule at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from lxml import html
from markupsafe import escape

from archive.article import Article
from tests.builders import a_capture, an_article
from tests.web_archive import COURSES, PUBLIC, REPORT, UNDATED, an_app, held_by
from tests.zotero_reader import Item, coins, embedded
from web.metadata import coins as coins_of
from web.metadata import linked_data, meta_elements

CAPTURED = an_article(
    "没有印日期。", captures=(a_capture(captured_at=datetime(2026, 11, 20, 1, tzinfo=UTC)),)
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[APIFlask]:
    with an_app(tmp_path_factory.mktemp("zotero")) as app:
        held_by(app).store.put(CAPTURED)
        held_by(app).follow(patience=30)
        yield app


def kept(article: Article) -> tuple[Item, Item]:
    """What is kept of an article from its page and from a list of hits."""
    page_url = f"{PUBLIC}/articles/{article.id}"
    elements = "".join(
        f'<meta {each.attribute}="{escape(each.name)}" content="{escape(each.content)}">'
        for each in meta_elements(article, page_url)
    )
    span = f'<span class="Z3988" title="{escape(coins_of(article, page_url))}"></span>'
    page = f"<html><head><title>别的</title>{elements}</head><body>{span}</body></html>"
    (from_list,) = coins(page)
    return embedded(page), from_list


def test_a_page_gives_every_field(client: FlaskClient) -> None:
    item = embedded(client.get(f"/articles/{REPORT.id}").text)
    assert item == Item(
        type="newspaperArticle",
        title=REPORT.title,
        creators=[("", "丰台区总工会")],
        date="2019-11-29",
        publication="丰台区总工会网站",
        section="党建",
        language="zh-CN",
        rights="版权归丰台区总工会所有",
        url=REPORT.url,
    )


def test_a_page_has_no_coins_which_would_hide_the_meta_elements(client: FlaskClient) -> None:
    assert coins(client.get(f"/articles/{REPORT.id}").text) == []


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/search?q=培训班",
        "/search?collapse=true",
        "/browse/days/2022-03-05",
        "/on-this-day?day=03-05",
    ],
)
def test_every_report_of_a_list_can_be_chosen(client: FlaskClient, address: str) -> None:
    page = client.get(address).text
    items = coins(page)
    links = html.fromstring(page).xpath('//li//a[starts-with(@href, "/articles/")]/@href')
    assert items
    assert len(items) == len({link.partition("#")[0] for link in links})
    assert {item.type for item in items} == {"newspaperArticle"}


def test_a_hit_of_a_list_gives_every_field(client: FlaskClient) -> None:
    (item,) = coins(client.get("/search?q=换个讲法").text)
    assert item == Item(
        type="newspaperArticle",
        title=REPORT.title,
        creators=[("", "丰台区总工会")],
        date="2019-11-29",
        publication="丰台区总工会网站",
        language="zh-CN",
        rights="版权归丰台区总工会所有",
        url=REPORT.url,
        tags=["先锋走廊", "党建"],
    )


def test_several_authors_in_their_order() -> None:
    for item in kept(COURSES[0]):
        assert item.creators == [("", "通讯员甲"), ("", "通讯员乙")]


def test_without_author_the_publisher_is_cited_and_without_both_nobody() -> None:
    for item in kept(an_article(publisher="某市总工会")):
        assert item.creators == [("", "某市总工会")]
    for item in kept(UNDATED):
        assert item.creators == []


@pytest.mark.parametrize(
    ("printed", "whole"),
    [
        ("张　三", "张三"),
        ("某市总工会 宣传部", "某市总工会宣传部"),
        ("某市总工会,宣传部", "某市总工会，宣传部"),
        ("某市总工会;宣传部", "某市总工会；宣传部"),
    ],
)
def test_a_chinese_name_is_never_cut(printed: str, whole: str) -> None:
    for fields in ({"authors": (printed,)}, {"publisher": printed}):
        for item in kept(an_article(**fields)):
            assert item.creators == [("", whole)]


def test_a_latin_name_stays_as_printed() -> None:
    for item in kept(an_article(authors=("Ana Silva",))):
        assert item.creators == [("Ana", "Silva")]


def test_no_day_is_no_day() -> None:
    for item in kept(UNDATED):
        assert item.date == ""
        assert item.type == "newspaperArticle"


@pytest.mark.parametrize(
    "title",
    [
        "【劳模】“工匠”说：'好'与\"更好\"",
        "A&B=C+D 100% <重要>；#1?",
        "主题 副题——某报札记",
        "𠮷野工会",
    ],
)
def test_a_title_comes_as_printed(title: str) -> None:
    for item in kept(an_article(title=title, container_title="某报")):
        assert item.title == title


def test_the_original_address_is_kept_and_not_ours() -> None:
    article = an_article(url="https://www.ftqgh.example/a?id=1&b=2+3")
    for item in kept(article):
        assert item.url == article.url


def test_the_time_of_the_capture_is_no_day_of_publication(client: FlaskClient) -> None:
    page = client.get(f"/articles/{CAPTURED.id}").text
    assert 'value="2026-11-20T01:00:00Z"' in page
    assert "<time" not in page
    assert embedded(page).date == ""


def test_nothing_stands_that_would_make_it_another_kind() -> None:
    names = {each.name for each in meta_elements(REPORT, PUBLIC)}
    assert not {name for name in names if name.startswith(("citation_journal", "citation_conf"))}
    assert "DC.type" in names
    assert {each.content for each in meta_elements(REPORT, PUBLIC) if each.name == "og:type"} == {
        "article"
    }


def test_the_container_is_read_from_the_source_before_the_site() -> None:
    page = (
        '<html><head><title>题</title><meta property="og:site_name" content="乙">'
        '<meta name="DC.source" content="甲">'
        '<meta name="DC.type" content="newspaperArticle"></head></html>'
    )
    assert embedded(page).publication == "甲"
    for item in kept(an_article(container_title="某报")):
        assert item.publication == "某报"
    for item in kept(an_article()):
        assert item.publication == ""


def test_the_section_is_the_channel_or_else_the_column() -> None:
    page, _ = kept(an_article(channel="要闻", column_tag="劳模"))
    assert page.section == "要闻"
    page, _ = kept(an_article(column_tag="劳模"))
    assert page.section == "劳模"


def test_linked_data_say_only_what_is_known() -> None:
    article = an_article(title="长" * 200, published=date(2020, 5, 1), authors=("甲", "乙"))
    data = linked_data(article, f"{PUBLIC}/articles/{article.id}")
    assert len(data["headline"]) == 110
    assert data["@type"] == "NewsArticle"
    assert data["datePublished"] == "2020-05-01"
    assert data["author"] == [{"name": "甲"}, {"name": "乙"}]
    assert data["url"] == article.url
    assert data["archivedAt"] == data["@id"]
    assert "dateModified" not in data, "nobody knows when the site changed it"
    assert "publisher" not in data
    bare = linked_data(replace(article, published=None, authors=()), PUBLIC)
    assert not {"datePublished", "author"} & bare.keys()
