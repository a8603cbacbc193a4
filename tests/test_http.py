"""What holds for every answer: its form, its validators, and who may read it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from bs4 import BeautifulSoup
from flask import url_for
from flask.testing import FlaskClient

from archive.outcome import Withdrawal
from tests.builders import a_capture, an_article
from tests.web_archive import PUBLIC, REPORT, WITHDRAWN, an_app, held_by

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PROGRAM = {"Accept": "application/json"}
SEARCH = "/api/v1/search?q=培训班"
ARTICLE = f"/api/v1/articles/{REPORT.id}"
PAGE = f"/articles/{REPORT.id}"
CAPTURE = REPORT.captures[0]
PAGES_AND_TWINS = {
    "/": "/.json",
    "/search?q=培训班": "/search.json?q=培训班",
    "/browse": "/browse.json",
    "/browse/sites/bjzgh/2022": "/browse/sites/bjzgh/2022.json",
    "/browse/sites/bjzgh/2022-05-05": "/browse/sites/bjzgh/2022-05-05.json",
    "/browse/days/2019": "/browse/days/2019.json",
    "/browse/days/2019-11-29": "/browse/days/2019-11-29.json",
    "/on-this-day?day=11-29": "/on-this-day.json?day=11-29",
    "/chronology?q=培训班": "/chronology.json?q=培训班",
    f"/list?id={REPORT.id}&format=ris": f"/list.json?id={REPORT.id}&format=ris",
    PAGE: f"{PAGE}.json",
    f"{PAGE}/captures": f"{PAGE}/captures.json",
    f"{PAGE}/captures/{CAPTURE.id}": f"{PAGE}/captures/{CAPTURE.id}.json",
    f"{PAGE}/revisions": f"{PAGE}/revisions.json",
    f"{PAGE}/diff?from=1&to=1": f"{PAGE}/diff.json?from=1&to=1",
    f"/verify/{CAPTURE.payload_digest}": f"/verify/{CAPTURE.payload_digest}.json",
    "/api/": "/api/openapi.json",
}
PAGES, TWINS = tuple(PAGES_AND_TWINS), tuple(PAGES_AND_TWINS.values())
NO_TWIN = {
    "evidence.captured": "what another server sent, which is data already",
    "evidence.timegate": "leads there",
}
"""Addresses at which people may read HTML that says nothing of data, and why."""
ARGUMENTS: dict[str, Any] = {
    "article_id": REPORT.id,
    "capture_id": CAPTURE.id,
    "digest": CAPTURE.payload_digest,
    "filename": "jianbao.css",
    "number": 1,
    "period": "2022",
    "site": "bjzgh",
    "url": REPORT.url,
}
"""Of every address, by their names."""
DATA_LINK = 'link[rel=alternate][type="application/json"]'


@pytest.fixture
def changing(tmp_path: Path) -> Iterator[APIFlask]:
    """An archive of the test's own, which it may change."""
    with an_app(tmp_path) as app:
        held_by(app).follow(patience=30)
        yield app


# -- forms -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("page", "twin"), PAGES_AND_TWINS.items())
def test_every_page_names_its_data(client: FlaskClient, page: str, twin: str) -> None:
    html = client.get(page, headers=BROWSER)
    assert html.mimetype == "text/html"
    data = client.get(data_named_by(html.text))
    assert data.mimetype == "application/json"
    assert data.json == client.get(twin).json


def data_named_by(page: str) -> str:
    (link,) = BeautifulSoup(page, "lxml").select(DATA_LINK)
    return str(link["href"])


def test_no_page_is_without_data(app: APIFlask, client: FlaskClient) -> None:
    pages = set()
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in NO_TWIN:
            continue
        given = {name: ARGUMENTS[name] for name in rule.arguments - (rule.defaults or {}).keys()}
        with app.test_request_context():
            address = url_for(rule.endpoint, **given)
        with client.get(address, headers=BROWSER, follow_redirects=True) as response:
            if response.mimetype == "text/html":
                assert response.status_code == 200, address
                assert client.get(data_named_by(response.get_data(as_text=True))).is_json, address
                pages.add(rule.endpoint)
    assert pages >= {"pages.browse_days", "evidence.diff", "reference.reference"}


@pytest.mark.parametrize(
    ("page", "data"),
    [
        ("/browse/sites/bjzgh", "/browse/sites/bjzgh/2023.json"),
        ("/browse/sites/bjzgh/2022-05", "/browse/sites/bjzgh/2022.json"),
        ("/browse/days/2022-05", "/browse/days/2022.json"),
        (f"{PAGE}/diff", f"{PAGE}/diff.json?from=1&to=1"),
    ],
)
def test_where_a_page_leads_elsewhere_its_data_do(
    client: FlaskClient, page: str, data: str
) -> None:
    for address, headers in ((f"{page}.json", BROWSER), (page, PROGRAM)):
        response = client.get(address, headers={**headers, "Origin": "https://other.example"})
        assert (response.status_code, response.location, response.data) == (302, data, b"")
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Content-Location" not in response.headers
    assert client.get(page, headers=BROWSER).mimetype == "text/html"


@pytest.mark.parametrize(("page", "twin"), PAGES_AND_TWINS.items())
def test_a_page_is_data_for_who_prefers_that(client: FlaskClient, page: str, twin: str) -> None:
    response = client.get(page, headers=PROGRAM)
    assert response.mimetype == "application/json"
    assert response.json == client.get(twin).json
    assert client.get(response.headers["Content-Location"]).json == response.json
    assert "Accept" in response.vary
    assert "Accept" in client.get(page, headers=BROWSER).vary
    assert client.get(page).mimetype == "text/html", "nobody asked for anything"
    assert client.get(page, headers={"Accept": "*/*"}).mimetype == "text/html"


def test_pages_of_data_lead_to_pages_of_data(client: FlaskClient) -> None:
    for address in ("/search.json?q=培训班&limit=10", "/search?q=培训班&limit=10"):
        found = client.get(address, headers=PROGRAM).get_json()
        assert found["next"].startswith(f"{PUBLIC}/search.json?")
        assert client.get(found["next"].removeprefix(PUBLIC)).get_json()["page"] == 2


def test_the_data_of_a_search_page_are_its_hits(client: FlaskClient) -> None:
    assert client.get("/search.json?q=培训班").get_json()["groups"] is not None
    assert client.get("/search.json?q=培训班&collapse=false").get_json()["groups"] is None
    led = client.get("/search?q=职工&within=培训班", headers=PROGRAM, follow_redirects=True)
    assert led.get_json()["total"] == 25


def test_the_overview(client: FlaskClient) -> None:
    found = client.get("/api/v1/overview").get_json()
    assert found["name"] == "剪报"
    assert (found["total"], found["first_published"]) == (28, "2019-11-29")
    assert {"value": "bjzgh", "count": 25} in found["sites"]
    assert found["last_published"] == found["newest"][0]["published"]


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/search?from=x",
        "/browse/days/x",
        "/browse/sites/nowhere",
        "/list?format=x",
        f"{PAGE}/diff?to=9",
        f"{PAGE}/captures/nosuchcapture",
        *(f"/articles/{WITHDRAWN.id}{part}" for part in ("", "/captures", "/revisions", "/diff")),
    ],
)
def test_errors_take_the_form_that_is_asked_for(client: FlaskClient, path: str) -> None:
    for accept in ("application/json", "application/problem+json"):
        response = client.get(path, headers={"Accept": accept})
        assert response.mimetype == "application/problem+json"
        assert response.get_json()["status"] == response.status_code
        assert "Accept" in response.vary
    assert client.get(path, headers=BROWSER).mimetype == "text/html"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/search.json?from=x", 400),
        ("/chronology.json?from=x", 400),
        ("/on-this-day.json?day=02-30", 400),
        ("/list.json?format=x", 400),
        ("/browse/days/2022-13.json", 400),
        ("/browse/days/2022.json.json", 400),
        ("/browse/sites/bjzgh/x.json", 400),
        ("/browse/sites/nowhere.json", 404),
        ("/browse/sites/bjzgh.json.json", 404),
        ("/articles/nosuchreport.json", 404),
        (f"{PAGE}/captures/nosuchcapture.json", 404),
        (f"{PAGE}/diff.json?from=1&to=9", 400),
        *(
            (f"/articles/{WITHDRAWN.id}{part}.json", 410)
            for part in ("", "/captures", f"/captures/{CAPTURE.id}", "/revisions", "/diff")
        ),
    ],
)
def test_errors_of_data_are_data(client: FlaskClient, path: str, status: int) -> None:
    response = client.get(path, headers=BROWSER)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")


def test_json_is_compact_or_pretty(client: FlaskClient) -> None:
    compact, pretty = client.get(ARTICLE).text, client.get(f"{ARTICLE}?pretty").text
    assert compact.count("\n") == 1
    assert pretty.startswith('{\n  "id": ')
    assert f'"title":"{REPORT.title}"' in compact, "not escaped"
    assert client.get(f"{ARTICLE}?pretty=false").text == compact
    assert client.get("/api/v1/nothing?pretty").text.startswith('{\n  "type"')


# -- validators --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*PAGES, *TWINS, SEARCH, ARTICLE, f"{ARTICLE}/sections"])
def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    tag = first.headers["ETag"]
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"] == "no-cache"
    assert again.headers.get("Vary") == first.headers.get("Vary")
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_records_have_strong_validators_and_searches_weak_ones(client: FlaskClient) -> None:
    assert client.get(ARTICLE).headers["ETag"].startswith('"1-'), "its revision"
    assert client.get(SEARCH).headers["ETag"].startswith("W/")
    pretty, plain = client.get(f"{ARTICLE}?pretty"), client.get(ARTICLE)
    assert pretty.headers["ETag"] != plain.headers["ETag"], "other bytes"


def test_a_record_says_when_it_changed(client: FlaskClient) -> None:
    page = f"/articles/{REPORT.id}"
    for path in (ARTICLE, page, f"{page}.json", f"{page}.ris", f"{ARTICLE}/sections"):
        changed = client.get(path).last_modified
        assert changed is not None
        assert changed >= datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
        since = client.get(path).headers["Last-Modified"]
        assert client.get(path, headers={"If-Modified-Since": since}).status_code == 304
        old = {"If-Modified-Since": "Fri, 20 Nov 2026 00:00:00 GMT"}
        assert client.get(path, headers=old).status_code == 200


def test_head_is_get_without_the_body(client: FlaskClient) -> None:
    for path in (*PAGES, *TWINS, SEARCH, ARTICLE):
        head, get = client.head(path), client.get(path)
        assert (head.status_code, head.data) == (200, b"")
        for name in ("ETag", "Content-Type", "Content-Length", "Vary", "Cache-Control"):
            assert head.headers.get(name) == get.headers.get(name), (path, name)


def test_a_search_changes_with_the_archive(changing: APIFlask) -> None:
    client, held = changing.test_client(), held_by(changing)
    tag = client.get(SEARCH).headers["ETag"]
    assert client.get(SEARCH, headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/api/v1/search?q=工会", headers={"If-None-Match": tag}).status_code == 200
    held.store.put(an_article("又一期培训班。"))
    held.follow(patience=30)
    changed = client.get(SEARCH, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_a_record_changes_with_all_that_it_shows(changing: APIFlask) -> None:
    client, held = changing.test_client(), held_by(changing)
    tag = client.get(ARTICLE).headers["ETag"]
    later = a_capture(url=REPORT.url, captured_at=datetime(2031, 1, 1, tzinfo=UTC))
    assert held.store.put(an_article(**_fields(captures=(later,)))) is None, "no new revision"
    captured = client.get(ARTICLE, headers={"If-None-Match": tag})
    assert captured.status_code == 200
    assert captured.headers["Last-Modified"] == "Wed, 01 Jan 2031 00:00:00 GMT"
    at = datetime(2026, 11, 26, tzinfo=UTC)
    held.store.withdraw(Withdrawal(article_id=REPORT.id, reason="应要求", at=at))
    gone = client.get(ARTICLE, headers={"If-None-Match": captured.headers["ETag"]})
    assert gone.status_code == 410
    assert gone.headers["Cache-Control"] == "no-store"


def _fields(**changed: object) -> dict[str, object]:
    return {name: getattr(REPORT, name) for name in REPORT.__slots__} | changed


def test_a_page_depends_on_the_language_and_data_do_not(client: FlaskClient) -> None:
    assert "Accept-Language" in client.get("/", headers=BROWSER).vary
    assert "Accept-Language" not in client.get(ARTICLE).vary
    english, chinese = ({"Accept-Language": name} for name in ("en", "zh-CN"))
    tag = client.get("/search?q=工会", headers=english).headers["ETag"]
    again = client.get("/search?q=工会", headers={**chinese, "If-None-Match": tag})
    assert again.status_code == 200


def test_files_stand_under_their_digest_for_ever(client: FlaskClient) -> None:
    page = BeautifulSoup(client.get("/").text, "lxml")
    link = page.select_one("link[rel=stylesheet]")
    assert link is not None
    address = str(link["href"])
    bare = address.partition("?")[0]
    for path, kept in (
        (address, "public, max-age=31536000, immutable"),
        (bare, "no-cache"),
        (f"{bare}?v=other", "no-cache"),
        ("/static/nothing.css?v=x", "no-store"),
    ):
        with client.get(path) as response:
            assert response.headers["Cache-Control"] == kept


# -- who may read --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [SEARCH, *TWINS, ARTICLE, f"{ARTICLE}/citation"])
def test_other_origins_may_read_data(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Origin": "https://other.example"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in response.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_pages_are_not_data(client: FlaskClient) -> None:
    for path in PAGES:
        assert "Access-Control-Allow-Origin" not in client.get(path, headers=BROWSER).headers


def test_a_script_may_send_a_key_and_a_validator(client: FlaskClient) -> None:
    asked = {
        "Origin": "https://other.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "x-api-key,if-none-match",
    }
    response = client.options(SEARCH, headers=asked)
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert {"GET", "HEAD"} <= set(response.headers["Access-Control-Allow-Methods"].split(", "))
    allowed = response.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert {"x-api-key", "authorization", "if-none-match"} <= set(allowed)


# -- bounds --------------------------------------------------------------------------------------


def test_an_address_that_is_too_long_is_refused(client: FlaskClient) -> None:
    response = client.get("/api/v1/search?" + "&".join(["q="] * 20_000))
    assert response.status_code == 414
    assert response.get_json()["type"] == "urn:jianbao:problem:address-too-long"


def test_many_parameters_are_read_quickly(client: FlaskClient) -> None:
    many = "&".join(f"site=s{number}" for number in range(2_000))
    assert client.get(f"/api/v1/search?{many}").status_code == 400
    unknown = "&".join(f"a{number}=" for number in range(3_000))
    assert client.get(f"/api/v1/search?{unknown}").status_code == 200
