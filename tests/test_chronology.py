"""Chronologies: the page, and its files read back by programs of others."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from flask.testing import FlaskClient

from tests.builders import an_article
from tests.test_web import one, read, texts
from tests.web_archive import COURSES, HOSTILE, PUBLIC, REPORT, UNDATED, an_app, held_by
from web.chronology import formats
from web.chronology.entries import Heading, by_year, entry_of
from web.chronology.formats import chronology_formats
from web.chronology.markdown import escaped
from web.pages import chronology

CHRONOLOGY = "/api/v1/chronology"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with an_app(tmp_path_factory.mktemp("chronology")) as app:
        held_by(app).follow(patience=30)
        yield app.test_client()


def the_file(client: FlaskClient, form: str, **asked: Any) -> bytes:
    response = client.get(CHRONOLOGY, query_string={"format": form, **asked})
    assert response.status_code == 200, response.text
    assert response.mimetype == chronology_formats[form].media_type
    assert response.headers["Content-Disposition"].endswith(f'{chronology_formats[form].suffix}"')
    return response.get_data()


# -- the page --------------------------------------------------------------------------------


def test_reports_stand_by_year_and_day(client: FlaskClient) -> None:
    page = read(client, "/chronology")
    assert texts(page, "section h2") == ["2019年", "2021年", "2022年", "2023年", "未印日期"]
    year = one(page, "[id='2023年']")
    assert texts(year, "dt")[:2] == ["1月5日", "2月5日"]
    second = year.select("div")[1]
    assert len(second.select("dd")) == 2, "two reports of one day stand together"
    first = year.select("dd")[0]
    links = [str(link["href"]) for link in first.select("a")]
    assert links == [f"/articles/{COURSES[23].id}", COURSES[23].url]
    assert first.get_text(" ", strip=True) == "培训班开班（24） 北京工会网 原文"
    assert [str(link["href"]) for link in page.select("nav.years a")] == [
        f"#{year}" for year in texts(page, "section h2")
    ]


def test_the_page_goes_on(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chronology, "SHOWN", 10)
    address, found = "/chronology?q=培训班&sort=relevance&limit=1", []
    for _ in range(3):
        page = read(client, address)
        found += [str(link["href"]).rsplit("/", 1)[1] for link in page.select("dd > a")]
        following = page.select("a[rel=next]")
        address = str(following[0]["href"]) if following else ""
    assert address == ""
    days = sorted(COURSES, key=lambda each: (each.published or date.max, each.id))
    assert found == [article.id for article in days]


def test_its_data_go_on_as_the_page_does(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chronology, "SHOWN", 10)
    address, found = "/chronology.json?q=培训班&sort=relevance&limit=1", []
    for _ in range(3):
        told = client.get(address.removeprefix(PUBLIC)).get_json()
        assert (told["total"], told["groups"]) == (25, 25)
        found += [article["id"] for day in told["days"] for article in day["articles"]]
        for day in told["days"]:
            assert {article["published"] for article in day["articles"]} == {day["day"]}
        address = told["next"]
        assert address is None or address.startswith(f"{PUBLIC}/chronology.json?")
    assert address is None
    days = sorted(COURSES, key=lambda each: (each.published or date.max, each.id))
    assert found == [article.id for article in days]


def test_data_name_reports_without_a_day_last(client: FlaskClient) -> None:
    last = client.get("/chronology.json").get_json()["days"][-1]
    assert last["day"] is None
    assert [article["id"] for article in last["articles"]] == [UNDATED.id]


def test_nothing_found_says_so(client: FlaskClient) -> None:
    page = read(client, "/chronology?q=“没有这样的话”")
    assert "Nothing in the archive matches" in one(page, ".notice").get_text()
    assert not page.select(".exporting")


@pytest.mark.parametrize("path", ["/chronology", CHRONOLOGY])
def test_a_mistaken_query_is_told(client: FlaskClient, path: str) -> None:
    assert client.get(f'{path}?q="abc').status_code == 400


def test_the_search_page_leads_there_and_back(client: FlaskClient) -> None:
    page = read(client, "/search?q=培训班")
    assert one(page, ".exporting [formaction]")["formaction"] == "/chronology"
    back = str(one(read(client, "/chronology?q=培训班"), ".hint a")["href"])
    assert texts(read(client, back), "h1.count") == ["Reports found: 25"]


# -- the files -------------------------------------------------------------------------------


def test_markdown(client: FlaskClient) -> None:
    text = the_file(client, "markdown", q="塔吊").decode()
    title = escaped(REPORT.title)
    assert text.startswith("# 大事记：塔吊\n\n据剪报馆藏，")
    assert text.endswith(
        "\n## 2019年\n\n### 11月29日\n\n"
        f"- [{title}](<{PUBLIC}/articles/{REPORT.id}>)，丰台区总工会网站，[原文](<{REPORT.url}>)\n"
    )


def test_markdown_takes_no_sign_of_a_title_for_its_own(client: FlaskClient) -> None:
    text = the_file(client, "markdown", q="恶意正文").decode()
    assert "<script" not in text.replace("\\<", "")
    assert "javascript:" not in text, "a link that is none is left out"


def test_csv(client: FlaskClient) -> None:
    text = the_file(client, "csv", q="培训班", **{"from": "2023-12"}).decode("utf-8-sig")
    assert list(csv.reader(StringIO(text, newline=""))) == [
        ["日期", "标题", "来源", "馆藏网址", "原网址"],
        [
            "2023-12-05",
            COURSES[22].title,
            "北京工会网",
            f"{PUBLIC}/articles/{COURSES[22].id}",
            COURSES[22].url,
        ],
    ]


def test_a_document_for_word(client: FlaskClient) -> None:
    word = Document(BytesIO(the_file(client, "docx", **{"from": "2019", "until": "2022-02"})))
    told = [(each.style.name if each.style else "", each.text) for each in word.paragraphs]
    assert told[0] == ("Title", "大事记")
    assert told[1][1].startswith("2019-01-01至2022-02-28，据剪报馆藏，")
    assert told[2:5] == [
        ("Heading 1", "2019年"),
        ("Heading 2", "11月29日"),
        ("List Bullet", f"{REPORT.title}，丰台区总工会网站，原文"),
    ]
    links = [link.address for link in word.paragraphs[4].hyperlinks]
    assert links == [f"{PUBLIC}/articles/{REPORT.id}", REPORT.url]
    assert HOSTILE.title in "".join(text for _, text in told)
    assert word.core_properties.title == "大事记"


def test_a_long_query_fits_into_a_document(client: FlaskClient) -> None:
    file = the_file(client, "docx", q="培训班" + "职" * 300)
    assert len(Document(BytesIO(file)).core_properties.title) == 255


def test_the_document_names_chinese_typefaces() -> None:
    heading = Heading.of(
        text="甲\x00乙\n丙",
        first=None,
        until=None,
        archive_name="剪报",
        made_on=date(2026, 1, 2),
    )
    entry = entry_of(an_article(title="题\x0b名"), lambda _: "https://a.example/1")
    (file,) = chronology_formats["docx"].write([entry], heading)
    word = Document(BytesIO(file))
    assert word.paragraphs[0].text == "大事记：甲乙 丙"
    for style, typeface in (("Normal", "宋体"), ("Title", "黑体"), ("Heading 1", "黑体")):
        fonts = word.styles[style].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == typeface
        assert fonts.get(qn("w:eastAsiaTheme")) is None


def test_too_many_reports_for_word_are_refused_with_the_cure(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {**chronology_formats, "docx": replaced_most(3)}
    monkeypatch.setattr("web.api.chronology.chronology_formats", few)
    response = client.get(f"{CHRONOLOGY}?format=docx", headers={"Accept-Language": "en"})
    assert response.status_code == 400
    (error,) = response.get_json()["errors"]
    assert error["parameter"] == "format"
    assert "at most 3 reports" in error["detail"]
    assert client.get(f"{CHRONOLOGY}?format=docx&from=2019&until=2021").status_code == 200


def replaced_most(most: int) -> formats.ChronologyFormat:
    return replace(chronology_formats["docx"], most=most)


def test_entries_are_grouped_by_year_and_day() -> None:
    days = [date(2019, 3, 1), date(2019, 3, 1), date(2020, 1, 1), None]
    entries = [entry_of(an_article(published=day), lambda each: each.id) for day in days]
    years = [(year, [len(day.entries) for day in each]) for year, each in by_year(entries)]
    assert years == [("2019年", [2]), ("2020年", [1]), ("未印日期", [1])]
