"""Citation lists: the address carries them, buttons change them, files are made of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import rispy
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from tests.builders import an_article
from tests.test_web import one, read, texts
from tests.web_archive import COURSES, REPORT, UNDATED, WITHDRAWN, an_app, held_by
from web.citation_list import MOST, by_date, carried, carried_ids, list_address, moved

FIRST, SECOND, THIRD = REPORT.id, COURSES[0].id, UNDATED.id
THREE = list_address((FIRST, SECOND, THIRD))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with an_app(tmp_path_factory.mktemp("list")) as app:
        held_by(app).follow(patience=30)
        yield app.test_client()


def ids_on(page: BeautifulSoup) -> list[str]:
    return [str(field["value"]) for field in page.select("form#list input[name=id]")]


def pressed(client: FlaskClient, address: str, name: str, value: str) -> list[str]:
    """The list after a button of its page was pressed."""
    page = read(client, address)
    fields = [("id", each) for each in ids_on(page)]
    response = client.get("/list", query_string=[*fields, (name, value)])
    assert response.status_code == 303
    assert name not in response.location.split("?")[-1].replace("id=", "")
    return ids_on(read(client, response.location))


def test_the_references_stand_in_the_order_of_the_address(client: FlaskClient) -> None:
    page = read(client, THREE)
    assert ids_on(page) == [FIRST, SECOND, THIRD]
    assert [text.split(". ")[0] for text in texts(page, ".reference")] == [
        "丰台区总工会",
        "通讯员甲，通讯员乙",
        "未印日期[EB/OL]",
    ]
    assert one(page, "h1 small").get_text() == f"3 of at most {MOST} reports"
    assert one(page, "[data-list-count]").get_text() == "3"


def test_each_report_stands_in_it_once(client: FlaskClient) -> None:
    every = [article.id for article in COURSES]
    assert ids_on(read(client, list_address([*every, *every, *every]))) == every


def test_its_data_are_the_references_and_what_is_missing(client: FlaskClient) -> None:
    asked = list_address((SECOND, WITHDRAWN.id, FIRST, "nosuchreport"), "ris")
    found = client.get(asked.replace("/list", "/list.json", 1)).get_json()
    assert found["format"] == "ris"
    assert found["missing"] == [WITHDRAWN.id, "nosuchreport"]
    assert [one["id"] for one in found["articles"]] == [SECOND, FIRST]
    shown = [rispy.loads(one["citation"])[0] for one in found["articles"]]
    assert [one["title"] for one in shown] == [COURSES[0].title, REPORT.title]
    as_table = client.get(f"/list.json?id={FIRST}&format=csv").get_json()
    assert as_table["format"] == "gbt7714-2025-numeric", "a table is no form of citation"
    assert as_table["articles"][0]["citation"].startswith("丰台区总工会. ")


def test_a_button_leads_programs_to_the_data_of_the_changed_list(client: FlaskClient) -> None:
    led = client.get(f"{THREE}&up={SECOND}", headers={"Accept": "application/json"})
    assert led.status_code == 303
    changed = client.get(led.location, headers={"Accept": "application/json"}).get_json()
    assert [one["id"] for one in changed["articles"]] == [SECOND, FIRST, THIRD]


def test_an_empty_list_says_how_it_is_filled(client: FlaskClient) -> None:
    assert "The list is empty" in one(read(client, "/list"), ".notice").get_text()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("up", SECOND, [SECOND, FIRST, THIRD]),
        ("up", FIRST, [FIRST, SECOND, THIRD]),
        ("down", FIRST, [SECOND, FIRST, THIRD]),
        ("down", THIRD, [FIRST, SECOND, THIRD]),
        ("remove", SECOND, [FIRST, THIRD]),
        ("order", "newest", [SECOND, FIRST, THIRD]),
        ("order", "oldest", [FIRST, SECOND, THIRD]),
        ("add", f"https://archive.example/articles/{COURSES[3].id}?format=ris",
         [FIRST, SECOND, THIRD, COURSES[3].id]),
        ("add", f"{COURSES[3].id} {FIRST}", [FIRST, SECOND, THIRD, COURSES[3].id]),
    ],
)  # fmt: skip
def test_buttons_lead_to_the_changed_list(
    client: FlaskClient, name: str, value: str, expected: list[str]
) -> None:
    assert pressed(client, THREE, name, value) == expected


def test_the_form_is_kept_and_shown(client: FlaskClient) -> None:
    response = client.get(f"{THREE}&format=gbt7714-2015-author-date&up={SECOND}")
    assert response.location.endswith("&format=gbt7714-2015-author-date")
    page = read(client, response.location)
    assert texts(page, ".reference")[0].startswith("通讯员甲, 通讯员乙, 2022.")
    assert one(page, "option[selected]")["value"] == "gbt7714-2015-author-date"


def test_what_is_not_held_is_named_and_left_out(client: FlaskClient) -> None:
    page = read(client, list_address((FIRST, "nosuchreport", WITHDRAWN.id)))
    assert ids_on(page) == [FIRST]
    notice = one(page, "[role=note]").get_text()
    assert "nosuchreport" in notice
    assert WITHDRAWN.id in notice


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (f"add={'abc'}", "names no report"),
        ("order=random", "must be one of oldest, newest"),
        ("format=pdf", "there are csv"),
    ],
)
def test_mistakes_are_told(client: FlaskClient, asked: str, words: str) -> None:
    assert words in one(read(client, f"{THREE}&{asked}", 400), "[role=alert]").get_text()


def test_a_list_has_an_end(client: FlaskClient) -> None:
    many = [an_article().id for _ in range(MOST)]
    assert client.get(list_address(many)).status_code == 200
    for address in (list_address([*many, FIRST]), f"{list_address(many)}&add={FIRST}"):
        told = one(read(client, address, 400), "[role=alert]").get_text()
        assert "“Reports of the list” is too long; at most 500 are allowed." in told
    problem = client.get(f"/api/v1{list_address([*many, FIRST])}").get_json()
    assert problem["errors"][0]["parameter"] == "id"


# -- collecting without scripts ----------------------------------------------------------------


def test_hits_and_reports_have_a_button_that_collects(client: FlaskClient) -> None:
    for path, wanted in (
        ("/", COURSES[22].id),
        ("/search?q=塔吊", FIRST),
        (f"/articles/{FIRST}", FIRST),
    ):
        page = read(client, path)
        button = one(page, f"button.collect[value='{wanted}']")
        form = one(page, f"form#{button['form']}")
        assert form["action"] == "/list", path
        assert button["name"] == "id"


def test_a_search_takes_the_list_along(client: FlaskClient) -> None:
    page = read(client, THREE)
    marked = one(page, "input[name=marked]")["value"]
    found = read(client, f"/search?q=培训班&marked={marked}")
    held = [str(field["value"]) for field in found.select("form#collect input")]
    assert held == [FIRST, SECOND, THIRD]
    assert one(found, "[data-list-count]").get_text() == "3"
    assert one(found, "form.search input[name=marked]")["value"] == marked
    following = str(one(found, ".pages a[rel=next]")["href"])
    assert read(client, following).select("form#collect input")


def test_what_a_search_takes_along_is_only_ids() -> None:
    assert carried_ids(carried((FIRST, SECOND))) == (FIRST, SECOND)
    assert carried_ids(f"{FIRST}.<script>.{FIRST}..abc") == (FIRST,)


# -- files -------------------------------------------------------------------------------------


def exported(client: FlaskClient, *ids: str, **asked: Any) -> str:
    fields = [*(("id", each) for each in ids), *asked.items()]
    response = client.get("/api/v1/list", query_string=fields)
    assert response.status_code == 200, response.text
    return response.text


def test_a_list_is_exported_in_its_order(client: FlaskClient) -> None:
    lines = exported(client, SECOND, FIRST).splitlines()
    assert lines[0].startswith("[1] 通讯员甲")
    assert lines[1].startswith("[2] 丰台区总工会")
    entries = rispy.loads(exported(client, SECOND, FIRST, format="ris"))
    assert [entry["title"] for entry in entries] == [COURSES[0].title, REPORT.title]
    found = [json.loads(line) for line in exported(client, FIRST, format="jsonl").splitlines()]
    assert [each["id"] for each in found] == [FIRST]
    assert exported(client) == ""


def test_the_page_offers_every_form(client: FlaskClient) -> None:
    page = read(client, THREE)
    forms = [str(option["value"]) for option in page.select("#format option")]
    assert one(page, "[formaction]")["formaction"] == "/api/v1/list"
    for form in forms:
        if form != "warc":  # of captures that this archive has only heard of
            assert exported(client, SECOND, THIRD, format=form)
    assert {"bibtex", "ris", "csl-json", "csv", "gbt7714-2015-note", "warc"} <= set(forms)


@pytest.mark.parametrize(("missing", "status"), [("nosuchreport", 404), (WITHDRAWN.id, 410)])
def test_a_file_never_lacks_a_report_in_silence(
    client: FlaskClient, missing: str, status: int
) -> None:
    response = client.get(f"/api/v1/list?id={FIRST}&id={missing}")
    assert response.status_code == status
    assert missing in response.get_json()["detail"]


# -- order -------------------------------------------------------------------------------------


def test_moving_and_sorting_lose_nothing() -> None:
    assert moved(("a", "b", "c"), "c", -1) == ("a", "c", "b")
    assert moved(("a", "b"), "x", 1) == ("a", "b")
    days = {"a": date(2020, 1, 1), "b": date(2019, 1, 1), "c": None, "d": date(2020, 1, 1)}
    held = {key: an_article(id=key, published=day) for key, day in days.items()}
    ids = ("c", "d", "a", "b", "gone")
    assert by_date(ids, held, newest_first=True) == ("d", "a", "b", "c", "gone")
    assert by_date(ids, held, newest_first=False) == ("b", "d", "a", "c", "gone")
