"""The pages: what they say to people and to programs, and what they never do."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from apiflask import APIFlask
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from tests.web_archive import (
    HOSTILE,
    PUBLIC,
    REPORT,
    UNDATED,
    WITHDRAWN,
    held_by,
    settings_in,
)
from web.app import create_app
from web.citations.formats import formats

ENGLISH = {"Accept-Language": "en"}
CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}


def read(client: FlaskClient, path: str, status: int = 200) -> BeautifulSoup:
    response = client.get(path, headers=ENGLISH)
    assert response.status_code == status, response.text
    assert response.mimetype == "text/html"
    return BeautifulSoup(response.text, "lxml")


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    found = page.select(selector)
    assert len(found) == 1, f"{len(found)} elements match {selector}"
    return found[0]


def texts(page: BeautifulSoup | Tag, selector: str) -> list[str]:
    return [element.get_text(" ", strip=True) for element in page.select(selector)]


# -- search ----------------------------------------------------------------------------------


def test_the_first_page_says_what_the_archive_holds(client: FlaskClient) -> None:
    page = read(client, "/")
    assert one(page, "form.search")["action"] == "/search"
    assert "28 reports, from 2019-11-29 to 2023-12-05" in one(page, ".extent").get_text()
    assert len(page.select(".hits > li")) == 8


def test_an_empty_archive_says_so(tmp_path: Path) -> None:
    app = create_app(settings_in(tmp_path))
    try:
        page = read(app.test_client(), "/")
        assert "holds no report yet" in one(page, ".extent").get_text()
        assert "No report found" in one(read(app.test_client(), "/search?q=x"), "h1").get_text()
    finally:
        held_by(app).close()


def test_hits_are_counted_marked_and_lead_to_their_sections(client: FlaskClient) -> None:
    page = read(client, "/search?q=讲业务")
    assert "1" in one(page, "h1").get_text()
    assert one(page, ".hits h2 a")["href"] == f"/articles/{REPORT.id}"
    assert one(page, ".snippet mark").get_text() == "讲业务"
    assert one(page, ".deep a")["href"] == f"/articles/{REPORT.id}#s1"
    assert one(page, ".hits time")["datetime"] == "2019-11-29"


def test_words_of_the_title_are_marked_too(client: FlaskClient) -> None:
    assert "讲法" in texts(read(client, "/search?q=讲法"), ".hits h2 mark")


def test_the_form_keeps_what_was_asked(client: FlaskClient) -> None:
    page = read(client, "/search?q=培训班&site=bjzgh&sort=oldest&from=2022&until=2023")
    assert one(page, "#q")["value"] == "培训班"
    assert one(page, "#from")["value"] == "2022"
    assert one(page, "#until")["value"] == "2023"
    assert one(page, "#sort option[selected]")["value"] == "oldest"
    assert one(page, ".search input[type=hidden][name=site]")["value"] == "bjzgh"


def facet_links(page: BeautifulSoup) -> dict[str, dict[str, list[str]]]:
    """Where each leads; of equal words the first."""
    return {
        link.get_text(" ", strip=True): parse_qs(urlsplit(str(link["href"])).query)
        for link in reversed(page.select(".facet a"))
    }


def test_facets_add_and_remove_limits(client: FlaskClient) -> None:
    links = facet_links(read(client, "/search?q=培训班"))
    assert links["北京工会网 25"] == {"q": ["培训班"], "site": ["bjzgh"]}
    assert links["2022 12"] == {"q": ["培训班"], "from": ["2022"], "until": ["2022"]}
    chosen = read(client, "/search?q=培训班&site=bjzgh&from=2022&until=2022")
    links = facet_links(chosen)
    assert links["北京工会网 × 12"] == {
        "q": ["培训班"],
        "from": ["2022"],
        "until": ["2022"],
    }
    assert links["2022 × 12"] == {"q": ["培训班"], "site": ["bjzgh"]}


def test_pages_of_hits(client: FlaskClient) -> None:
    first = read(client, "/search?q=培训班")
    assert texts(first, ".pages a") == ["1", "2"]
    assert one(first, ".pages [aria-current=page]").get_text() == "1"
    following = str(one(first, ".pages a[rel=next]")["href"])
    second = read(client, following)
    assert len(second.select(".hits > li")) == 5
    assert one(second, ".hits")["start"] == "21"
    assert not {str(a["href"]) for a in first.select(".hits h2 a")} & {
        str(a["href"]) for a in second.select(".hits h2 a")
    }


def test_most_words_are_announced(client: FlaskClient) -> None:
    page = read(client, "/search?q=换个讲法 塔吊 培训班")
    assert "most of them" in one(page, ".notice").get_text()


def test_reports_with_all_words_are_told_from_the_rest(client: FlaskClient) -> None:
    notice = one(read(client, "/search?q=换个讲法 安全帽 培训班"), ".notice").get_text()
    assert "No report has all these words" in notice
    page = read(client, "/search?q=3 培训班 开班")  # 3, 13 and 23 of 25
    assert "Reports with all these words: 3." in one(page, ".notice").get_text()


def test_synonyms_are_shown_and_can_be_switched_off(client: FlaskClient) -> None:
    page = read(client, "/search?q=劳动模范&site=bjzgh")
    assert texts(page, ".widening")[0] == "Searched with synonyms: 劳动模范 = 劳模"
    plain = read(client, str(one(page, ".widening a")["href"]))
    assert "劳模" not in " ".join(texts(plain, ".widening"))
    assert one(plain, ".search input[type=hidden][name=synonyms]")["value"] == "false"
    assert one(plain, ".search input[type=hidden][name=site]")["value"] == "bjzgh"
    again = read(client, str(one(plain, ".widening a")["href"]))
    assert texts(again, ".widening") == texts(page, ".widening")
    assert not read(client, "/search?q=培训班").select(".widening")


def test_what_may_have_been_meant_is_a_link(
    client: FlaskClient, app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        held_by(app).index, "did_you_mean", lambda _query, _hits: ("培训班", "培训")
    )
    page = read(client, "/search?q=陪训班&site=bjzgh")
    assert texts(page, ".alternatives a") == ["培训班", "培训"]
    address = str(page.select(".alternatives a")[0]["href"])
    assert parse_qs(urlsplit(address).query) == {"q": ["培训班"], "site": ["bjzgh"]}
    assert not read(client, address).select(".alternatives")


def test_limits_of_an_address_are_shown_and_kept(client: FlaskClient) -> None:
    address = "/search?q=培训班&container=北京工会网&author=通讯员甲&author=通讯员乙&collapse=false"
    page = read(client, address)
    assert "25" in one(page, "h1").get_text()
    assert [str(kept["name"]) for kept in page.select("form.search input[type=hidden]")] == [
        "container",
        "author",
        "author",
        "collapse",
    ]
    chosen = {
        link.get_text(" ", strip=True): parse_qs(urlsplit(str(link["href"])).query)
        for link in page.select(".chosen a")
    }
    assert chosen["Author: 通讯员甲 ×"]["author"] == ["通讯员乙"]
    assert "container" not in chosen["Published in: 北京工会网 ×"]
    assert chosen["Author: 通讯员甲 ×"] == facet_links(page)["通讯员甲 × 25"]
    assert "No report found" in one(read(client, "/search?channel=没有"), "h1").get_text()


def test_the_next_page_goes_on_where_this_one_ended(client: FlaskClient) -> None:
    first = read(client, "/search?q=培训班&limit=10&sort=oldest")
    following = str(one(first, ".pages a[rel=next]")["href"])
    assert {"page", "cursor"} <= parse_qs(urlsplit(following).query).keys()
    second = read(client, following)
    assert "page 2" in one(second, "h1").get_text()
    third = read(client, str(one(second, ".pages a[rel=next]")["href"]))
    numbered = read(client, "/search?q=培训班&limit=10&sort=oldest&page=3")
    assert texts(third, ".hits h2") == texts(numbered, ".hits h2")
    assert not third.select(".pages a[rel=next]")


def test_no_hits_say_what_there_is(client: FlaskClient) -> None:
    page = read(client, "/search?q=“没有这句话”&site=bjzgh&from=2022&until=2022")
    scopes = texts(page, ".notice li")
    assert scopes == [
        "With the chosen sites and days: 12 reports, from 2022-01-05 to 2022-12-05",
        "With the chosen sites, of any day: 25 reports, from 2022-01-05 to 2023-12-05",
        "In the whole archive: 28 reports, from 2019-11-29 to 2023-12-05",
    ]


def test_coins_stand_beside_every_hit(client: FlaskClient) -> None:
    page = read(client, "/search?q=换个讲法")
    facts = parse_qs(str(one(page, "span.Z3988")["title"]))
    assert facts == {
        "ctx_ver": ["Z39.88-2004"],
        "rft_val_fmt": ["info:ofi/fmt:kev:mtx:dc"],
        "rft_id": [f"{PUBLIC}/articles/{REPORT.id}"],
        "rft.type": ["newspaperArticle"],
        "rft.title": [REPORT.title],
        "rft.source": ["丰台区总工会网站"],
        "rft.date": ["2019-11-29"],
        "rft.aucorp": ["丰台区总工会"],
        "rft.publisher": ["丰台区总工会"],
        "rft.identifier": [REPORT.url],
        "rft.language": ["zh-CN"],
        "rft.subject": ["先锋走廊", "党建"],
        "rft.rights": ["版权归丰台区总工会所有"],
    }


# -- articles --------------------------------------------------------------------------------


def test_a_report_with_its_sections(client: FlaskClient) -> None:
    page = read(client, f"/articles/{REPORT.id}")
    assert one(page, "h1").get_text() == REPORT.title
    assert texts(page, ".contents a") == ["把讲台搬到工地"]
    assert one(page, ".contents a")["href"] == "#s1"
    assert texts(page, ".text h2") == ["把讲台搬到工地"], "a repeated heading is printed once"
    assert texts(page, ".text .subheading") == ["每周一堂露天课", "走进工地"]
    assert [section["id"] for section in page.select(".text > section")] == ["s0", "s1", "s2"]
    assert "党课开到了塔吊下面。" in one(page, "#s2").get_text()


def test_pictures_are_named_and_never_loaded_from_elsewhere(client: FlaskClient) -> None:
    page = read(client, f"/articles/{REPORT.id}")
    assert not page.select("img, iframe, video, audio, object, embed")
    assert texts(page, ".figures li") == [
        "Figure 1 露天课堂一角 original image",
        "Figure 2 without caption",
    ]
    assert one(page, ".figures a")["href"] == "https://www.ftqgh.example/1.jpg"


def test_the_record_of_a_report(client: FlaskClient) -> None:
    page = read(client, f"/articles/{REPORT.id}")
    facts = dict(zip(texts(page, ".facts dt"), texts(page, ".facts dd"), strict=True))
    assert facts["Published"] == "2019-11-29"
    assert facts["Reprinted from"] == "安澜晚报"
    assert facts["Editor"] == "责编甲"
    assert facts["Original address"] == REPORT.url
    assert facts["Captured"] == "2026-11-22 00:30, China time"
    assert facts["Payload digest"] == REPORT.captures[1].payload_digest
    assert one(page, ".facts time")["datetime"] == "2026-11-21T16:30:00Z"


def test_the_witnesses_of_the_day(client: FlaskClient) -> None:
    page = read(client, f"/articles/{REPORT.id}")
    assert texts(page, ".witnesses li") == [
        "2019-11-29 a line of the page: 2019年11月29日 09:30 div.info",
        "2019-11-29 the page's address: 2019/11/29 path",
    ]
    assert one(page, ".witnesses + p").get_text() == "All of them agree."
    page = read(client, f"/articles/{HOSTILE.id}")
    assert one(page, ".witnesses + p").get_text().startswith("They disagree")
    assert [str(day["datetime"]) for day in page.select(".witnesses time")] == [
        "2021-05-01",
        "2021-05-02",
    ]


def test_a_report_without_a_day_says_so(client: FlaskClient) -> None:
    page = read(client, f"/articles/{UNDATED.id}")
    assert "no day printed" in one(page, ".report .source").get_text()
    assert "names no day" in one(page, "section[aria-labelledby=day-label]").get_text()
    assert not page.select('meta[name="citation_publication_date"]')
    assert not page.select(".report time")


def test_the_citation_and_its_forms_without_javascript(client: FlaskClient) -> None:
    page = read(client, f"/articles/{REPORT.id}")
    assert "[EB/OL]. （2019-11-29）[2026-11-22]." in one(page, "#reference").get_text()
    assert one(page, "button[data-copy]").has_attr("hidden")
    links = [str(link["href"]) for link in page.select(".forms a")]
    assert len(links) == len(formats)
    old = read(client, next(link for link in links if "2015-numeric" in link))
    assert "[EB/OL]. (2019-11-29)[2026-11-22]." in one(old, "#reference").get_text()
    assert str(one(old, ".forms [aria-current]")["href"]).endswith("#citation")


def test_a_section_is_chosen_and_cited_without_javascript(client: FlaskClient) -> None:
    page = read(client, f"/articles/{REPORT.id}?format=gbt7714-2015-note")
    assert texts(page, ".sections a")[1:] == [
        "塔吊下面开党课",
        "把讲台搬到工地：每周一堂露天课",
        "把讲台搬到工地：走进工地",
    ]
    page = read(client, str(page.select(".sections a")[3]["href"]))
    reference = one(page, "#reference").get_text()
    assert reference.endswith(f"{PUBLIC}/articles/{REPORT.id}#s2.")
    assert "“把讲台搬到工地：走进工地”(2019-11-29)" in reference, "the form is kept"
    facts = dict(zip(texts(page, ".citation dt"), texts(page, ".citation dd"), strict=True))
    assert facts["Original address"] == REPORT.url
    assert facts["Address in this archive"] == f"{PUBLIC}/articles/{REPORT.id}"
    assert facts["Captured"] == "2026-11-22 00:30, China time"
    assert facts["Payload digest"] == REPORT.captures[1].payload_digest
    deep = one(page, ".citation dd a[href*=':~:text=']")
    assert deep["href"] == (
        f"{PUBLIC}/articles/{REPORT.id}#s2:~:text=%E8%B5%B0%E8%BF%9B%E5%B7%A5%E5%9C%B0"
    )


def test_metadata_for_zotero_stands_as_agreed(client: FlaskClient) -> None:
    page = read(client, f"/articles/{REPORT.id}")
    permalink = f"{PUBLIC}/articles/{REPORT.id}"
    assert one(page, "link[rel=canonical]")["href"] == permalink
    given = [
        (str(meta.get("name") or meta.get("property")), str(meta["content"]))
        for meta in page.select("meta[content]")
        if meta.get("name") not in ("viewport", "color-scheme")
    ]
    assert given == [
        ("DC.type", "newspaperArticle"),
        ("citation_title", REPORT.title),
        ("citation_author", "丰台区总工会"),
        ("citation_publication_date", "2019-11-29"),
        ("citation_language", "zh-CN"),
        ("citation_public_url", REPORT.url),
        ("citation_keywords", "先锋走廊;党建"),
        ("DC.source", "丰台区总工会网站"),
        ("DC.publisher", "丰台区总工会"),
        ("DC.identifier", permalink),
        ("DC.rights", "版权归丰台区总工会所有"),
        ("og:type", "article"),
        ("og:site_name", "丰台区总工会网站"),
        ("article:published_time", "2019-11-29"),
        ("article:section", "党建"),
    ]


def test_linked_data_and_signposts(client: FlaskClient) -> None:
    page = read(client, f"/articles/{REPORT.id}")
    permalink = f"{PUBLIC}/articles/{REPORT.id}"
    facts = json.loads(one(page, 'script[type="application/ld+json"]').get_text())
    assert facts["@type"] == "NewsArticle"
    assert facts["headline"] == REPORT.title
    assert facts["datePublished"] == "2019-11-29"
    assert facts["archivedAt"] == permalink
    links = client.get(f"/articles/{REPORT.id}").headers["Link"]
    assert f'<{permalink}>; rel="cite-as"' in links
    assert 'rel="describedby"; type="application/vnd.citationstyles.csl+json"' in links


def test_all_hits_are_exported_from_the_search_page(client: FlaskClient) -> None:
    page = read(client, "/search?q=培训班&from=2023&until=2023&sort=oldest&page=1")
    form = one(page, ".exporting")
    fields = [(str(field["name"]), str(field["value"])) for field in form.select("input")]
    assert dict(fields) == {
        "q": "培训班",
        "from": "2023",
        "until": "2023",
        "sort": "oldest",
        "collapse": "true",
    }
    assert len(form.select("option")) == 7
    shown = [str(link["href"]).rsplit("/", 1)[1] for link in page.select(".hits h2 a")]
    given = client.get(str(form["action"]), query_string=[*fields, ("format", "jsonl")])
    assert [json.loads(line)["id"] for line in given.text.splitlines()] == shown
    assert not read(client, "/search?q=“打不到的字句”").select(".exporting")


# -- errors ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/search?q=date:昨天", 400, "character 6"),
        ("/search?from=2019-02-30", 400, "must be a day like 2023-01-05"),
        ("/search?from=2020&until=2019", 400, "must not be later"),
        ("/search?q=培训班&cursor=x", 400, "start again from its first page"),
        ("/search?collapse=perhaps", 400, "must be true or false"),
        ("/search?q=培训班&page=9", 400, "goes beyond the last one, which is 2"),
        (f"/articles/{REPORT.id}?format=apa", 400, "gbt7714-2025-numeric"),
        ("/articles/nosuchreport", 404, "Check the id"),
        (f"/articles/{WITHDRAWN.id}", 410, "应作者要求"),
        ("/nothing", 404, "Nothing stands at this address"),
    ],
)
def test_an_error_is_a_page_that_says_what_to_change(
    client: FlaskClient, path: str, status: int, words: str
) -> None:
    page = read(client, path, status)
    assert words in one(page, "[role=alert]").get_text()
    assert page.select("form.search")


def test_a_mistaken_search_can_be_corrected_in_place(client: FlaskClient) -> None:
    page = read(client, "/search?q=工会&from=昨天&site=bjzgh", 400)
    assert "“From day”" in one(page, "[role=alert]").get_text()
    assert one(page, "#q")["value"] == "工会"
    assert one(page, "#from")["value"] == "昨天"
    assert one(page, "input[name=site]")["value"] == "bjzgh"


def test_health(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
