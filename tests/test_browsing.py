"""Browsing: sites, the calendar of a year, the reports of a day, and on this day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from typing import Any

import pytest
from apiflask import APIFlask
from bs4 import BeautifulSoup
from flask import render_template
from flask.testing import FlaskClient

from archive.opening import open_store
from archive.outcome import Outcome, OutcomeKind
from archive.store import ArticleStore
from tests.builders import an_article
from tests.test_web import one, read, texts
from tests.web_archive import PUBLIC, held_by, settings_in
from web.app import create_app
from web.pages.calendar import longest_gaps, months_of

PAGE_BYTES = 60_000
REPORTS = tuple(
    an_article(
        f"第{number}场活动办在第{number}个车间。",
        site="bjzgh",
        title=f"活动（{number}）",
        published=day,
        container_title="北京工会网",
    )
    for number, day in enumerate(
        (
            date(2021, 2, 28),
            date(2021, 5, 1),
            date(2022, 5, 1),
            date(2022, 5, 1),
            date(2022, 5, 2),
            date(2022, 7, 9),
            date(2024, 2, 29),
        )
    )
)
ELSEWHERE = an_article("别处的事。", site="ftqgh", title="别处", published=date(2022, 5, 1))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[APIFlask]:
    settings = settings_in(tmp_path_factory.mktemp("browsing"))
    with closing(open_store(settings.store_url)) as store, store.batch():
        for article in (*REPORTS, ELSEWHERE):
            store.put(article)
        ask(store, "20220501T000000Z-a", datetime(2022, 5, 1, 15, 30, tzinfo=UTC), 1)
        ask(store, "20220501T163000Z-b", datetime(2022, 5, 1, 16, 30, tzinfo=UTC), 2)
        ask(store, "20220601T000000Z-c-import", datetime(2022, 6, 1, tzinfo=UTC), 3)
    app = create_app(settings)
    with closing(held_by(app)):
        held_by(app).follow(patience=30)
        yield app


def ask(store: ArticleStore, run: str, at: datetime, failures: int) -> None:
    kinds = [OutcomeKind.NEW, OutcomeKind.CHANGED, OutcomeKind.LIST_PAGE]
    kinds += failures * [OutcomeKind.FETCH_FAILED]
    store.record_all(
        Outcome(run=run, site="bjzgh", url=f"https://a.example/{number}", kind=kind, at=at)
        for number, kind in enumerate(kinds)
    )


def links(page: BeautifulSoup, selector: str) -> list[str]:
    return [str(link["href"]) for link in page.select(selector)]


# -- sites and years -------------------------------------------------------------------------


def test_every_site_and_year_is_listed(client: FlaskClient) -> None:
    page = read(client, "/browse")
    assert texts(page, ".years li") == ["2024 1", "2022 5", "2021 2"]
    rows = [texts(row, "th, td") for row in page.select("tbody tr")]
    assert rows == [
        ["北京工会网", "7", "2021-02 – 2024-02", str(37 - 5)],
        ["ftqgh", "1", "2022-05 – 2022-05", "0"],
    ]
    assert links(page, "tbody a") == ["/browse/sites/bjzgh", "/browse/sites/ftqgh"]


def test_a_site_begins_with_its_newest_year(client: FlaskClient) -> None:
    assert client.get("/browse/sites/bjzgh").location == "/browse/sites/bjzgh/2024"


def test_the_calendar_counts_the_days_that_are_held(client: FlaskClient) -> None:
    page = read(client, "/browse/sites/bjzgh/2022")
    assert one(page, "h1").get_text() == "北京工会网 in 2022"
    assert len(page.select(".month")) == 12
    days = {str(link["href"]): one(link, "b").get_text() for link in page.select(".month a")}
    assert days == {"2022-05-01": "2", "2022-05-02": "1", "2022-07-09": "1"}
    assert texts(page, ".month caption")[:6][4:] == ["2022-05 3", "2022-06 none held"]
    everywhere = read(client, "/browse/days/2022")
    assert one(everywhere, ".month a[href='2022-05-01'] b").get_text() == "3"
    assert not everywhere.select("#by-capture")


@pytest.mark.parametrize("year", ["0001", "2023", "9999"])
@pytest.mark.parametrize("where", ["days", "sites/bjzgh"])
def test_a_year_without_reports_is_an_empty_calendar(
    client: FlaskClient, where: str, year: str
) -> None:
    page = read(client, f"/browse/{where}/{year}")
    assert len(page.select(".month")) == 12
    assert not page.select(".month a")
    assert data(client, f"/browse/{where}/{year}.json")["total"] == 0


def test_the_calendar_names_the_longest_gaps(client: FlaskClient) -> None:
    words = one(read(client, "/browse/sites/bjzgh/2021"), "#by-publication + p").get_text()
    assert "2021-03-01 – 2021-04-30, 2021-05-02 – 2021-12-31." in words
    assert "2021-01" not in words, "before the first report nothing is missing"


def test_what_failed_is_told_by_the_day_of_capture_in_china(client: FlaskClient) -> None:
    page = read(client, "/browse/sites/bjzgh/2022")
    rows = [texts(row, "th, td") for row in page.select("section:last-of-type tbody tr")]
    assert rows == [
        ["2022-05-02", "5", "2", "could not be fetched: 2"],
        ["2022-05-01", "4", "2", "could not be fetched: 1"],
    ], "an import asked no server"
    assert "not asked in 2021" in read(client, "/browse/sites/bjzgh/2021").get_text()


def test_a_month_is_a_place_in_its_year(client: FlaskClient) -> None:
    location = client.get("/browse/sites/bjzgh/2022-05").location
    assert location == "/browse/sites/bjzgh/2022#m5"
    assert read(client, "/browse/sites/bjzgh/2022").select("table#m5")


# -- days ------------------------------------------------------------------------------------


def test_the_reports_of_a_day(client: FlaskClient) -> None:
    page = read(client, "/browse/sites/bjzgh/2022-05-01")
    assert sorted(texts(page, ".titles a")) == ["活动（2）", "活动（3）"]
    assert links(page, ".around a") == ["2021-05-01", "2022-05-02"]
    search = str(one(page, "main p a[href^='/search']")["href"])
    assert len(read(client, search).select(".hits > li")) == 2
    assert len(texts(read(client, "/browse/days/2022-05-01"), ".titles a")) == 3


def test_a_day_without_reports_says_what_that_means(client: FlaskClient) -> None:
    page = read(client, "/browse/days/2023-01-01")
    assert "does not mean" in one(page, ".notice").get_text()
    assert links(page, ".around a") == ["2022-07-09", "2024-02-29"]
    for day in ("0001-01-01", "9999-12-31"):
        assert read(client, f"/browse/days/{day}").select(".notice")


def test_reports_about_the_same_are_linked(client: FlaskClient) -> None:
    page = read(client, f"/articles/{REPORTS[0].id}")
    found = links(page, ".similar a")
    assert found
    assert set(found) <= {f"/articles/{report.id}" for report in REPORTS[1:]}
    assert not read(client, f"/articles/{ELSEWHERE.id}").select(".similar")


# -- on this day -----------------------------------------------------------------------------


def test_one_day_of_all_years(client: FlaskClient) -> None:
    page = read(client, "/on-this-day?day=05-01")
    assert texts(page, "h2 a") == ["2022", "2021"]
    assert len(page.select(".titles li")) == 4
    assert links(page, ".around a") == ["?day=04-30", "?day=05-02"]
    assert links(page, "h2 a") == ["/browse/days/2022-05-01", "/browse/days/2021-05-01"]


def test_the_29th_of_february_is_a_day(client: FlaskClient) -> None:
    page = read(client, "/on-this-day?day=2-29")
    assert texts(page, "h2 a") == ["2024"]
    assert links(page, ".around a") == ["?day=02-28", "?day=03-01"]


def test_without_a_day_it_is_today(client: FlaskClient) -> None:
    assert read(client, "/on-this-day").select("#day[value]")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/on-this-day?day=02-30", 400, "“Day” must be a month and a day"),
        ("/on-this-day?day=5", 400, "“Day” must be a month and a day"),
        ("/on-this-day?day=%00", 400, "“Day” must be a month and a day"),
        ("/browse/days/2022-13", 400, "“Day” must be a day like"),
        ("/browse/sites/bjzgh/x", 400, "“Day” must be a day like"),
        ("/browse/sites/nowhere", 404, "Nothing stands"),
        ("/browse/sites/nowhere/2022", 404, "Nothing stands"),
        ("/browse/sites/..%2F..%2Fetc/2022", 404, "Nothing stands"),
    ],
)
def test_mistakes_are_named(client: FlaskClient, path: str, status: int, words: str) -> None:
    assert words in one(read(client, path, status), "[role=alert]").get_text()


# -- as data ---------------------------------------------------------------------------------


def data(client: FlaskClient, path: str) -> Any:
    response = client.get(path)
    assert response.status_code == 200, response.text
    return response.get_json()


def test_sites_and_years_as_data(client: FlaskClient) -> None:
    found = data(client, "/browse.json")
    assert found["sites"][0] == {
        "key": "bjzgh",
        "name": "北京工会网",
        "count": 7,
        "first_month": "2021-02",
        "last_month": "2024-02",
        "empty_months": 37 - 5,
    }
    years = [(one["value"], one["count"]) for one in found["years"]]
    assert years == [("2024", 1), ("2022", 5), ("2021", 2)]
    assert found["undated"] == 0


def test_a_year_as_data(client: FlaskClient) -> None:
    found = data(client, "/browse/sites/bjzgh/2022.json")
    assert (found["site"], found["site_name"], found["year"]) == ("bjzgh", "北京工会网", 2022)
    assert found["total"] == 4
    assert [(one["value"], one["count"]) for one in found["days"]] == [
        ("2022-05-01", 2),
        ("2022-05-02", 1),
        ("2022-07-09", 1),
    ]
    assert {"first": "2022-05-03", "last": "2022-07-08"} in found["gaps"]
    assert {2021, 2022, 2024} <= set(found["years"])
    assert found["crawls"] == [
        {"day": "2022-05-02", "asked": 5, "filed": 2, "failures": {"fetch_failed": 2}},
        {"day": "2022-05-01", "asked": 4, "filed": 2, "failures": {"fetch_failed": 1}},
    ]
    everywhere = data(client, "/browse/days/2022.json")
    assert (everywhere["total"], everywhere["site"], everywhere["crawls"]) == (5, None, None)
    assert data(client, "/browse/days/1990.json")["days"] == []


def test_a_day_as_data(client: FlaskClient) -> None:
    found = data(client, "/browse/sites/bjzgh/2022-05-01.json")
    assert (found["day"], found["total"]) == ("2022-05-01", 2)
    assert (found["before"], found["after"]) == ("2021-05-01", "2022-05-02")
    first = next(one for one in found["articles"] if one["id"] == REPORTS[2].id)
    assert first == {
        "id": REPORTS[2].id,
        "title": "活动（2）",
        "published": "2022-05-01",
        "container_title": "北京工会网",
        "site": "bjzgh",
        "url": REPORTS[2].url,
        "page_url": f"{PUBLIC}/articles/{REPORTS[2].id}",
    }
    assert data(client, "/browse/days/2022-05-01.json")["total"] == 3
    nothing = data(client, "/browse/days/9999-12-31.json")
    assert (nothing["articles"], nothing["after"]) == ([], None)


def test_one_day_of_all_years_as_data(client: FlaskClient) -> None:
    found = data(client, "/on-this-day.json?day=5-1")
    assert (found["day"], found["before"], found["after"]) == ("05-01", "04-30", "05-02")
    assert [(one["day"], one["total"]) for one in found["years"]] == [
        ("2022-05-01", 3),
        ("2021-05-01", 1),
    ]
    assert [one["id"] for one in found["years"][1]["articles"]] == [REPORTS[1].id]


# -- pure ------------------------------------------------------------------------------------


def test_months_have_their_weeks() -> None:
    months = months_of(2024, {date(2024, 2, 29): 8, date(2024, 2, 1): 1})
    february = months[1]
    assert (february.period, february.count) == ("2024-02", 9)
    first = [day.number if day else None for day in february.weeks[0]]
    assert first == [None, None, None, 1, 2, 3, 4]
    shades = {day.number: day.shade for week in february.weeks for day in week if day and day.count}
    assert shades == {1: 1, 29: 4}


def test_gaps_are_the_longest_in_order() -> None:
    held = dict.fromkeys((date(2024, 1, 3), date(2024, 1, 20), date(2024, 1, 22)), 1)
    assert longest_gaps(held, date(2024, 1, 1), date(2024, 1, 31)) == [
        (date(2024, 1, 4), date(2024, 1, 19)),
        (date(2024, 1, 23), date(2024, 1, 31)),
    ]
    assert longest_gaps({}, date(2024, 1, 1), date(2024, 1, 2)) == []


def test_a_full_year_is_no_heavy_page(app: APIFlask) -> None:
    full = {date.fromordinal(date(2024, 1, 1).toordinal() + number): 120 for number in range(366)}
    with app.test_request_context("/browse/sites/bjzgh/2024"):
        page = render_template(
            "calendar.html",
            site="bjzgh",
            site_name="北京工会网",
            year=2024,
            total=1,
            years=range(1990, 2030),
            months=months_of(2024, full),
            gaps=[],
            crawls=[],
        )
    assert len(page.encode()) <= PAGE_BYTES - 8_000, "there must be room for the crawls"
