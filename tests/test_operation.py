"""The service: how often clients may ask, whether it is ready, and what it counts."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import TestResponse

from tests.builders import an_article
from tests.web_archive import an_app, fill, held_by, settings_in
from web.app import create_app
from web.operation.keys import KeyFileInvalid, read_keys
from web.operation.windows import Windows

SEARCH = "/api/v1/search"
KEY = "3f9c0d6b2a7e4815"
BROWSER = {"Accept": "text/html"}


@contextmanager
def serving(folder: Path, **given: Any) -> Iterator[FlaskClient]:
    settings = settings_in(folder).model_copy(update=given)
    fill(settings)
    app = create_app(settings)
    try:
        held_by(app).follow(patience=30)
        yield app.test_client()
    finally:
        held_by(app).close()


@pytest.fixture
def changing(tmp_path: Path) -> Iterator[APIFlask]:
    with an_app(tmp_path) as app:
        held_by(app).follow(patience=30)
        yield app


# -- how often ---------------------------------------------------------------------------------


def from_address(client: FlaskClient, address: str, **headers: str) -> TestResponse:
    return client.get(SEARCH, environ_base={"REMOTE_ADDR": address}, headers=headers)


def test_who_asks_too_often_is_told_when_to_come_back(tmp_path: Path) -> None:
    with serving(tmp_path, requests_per_minute=3) as client:
        answers = [client.get(SEARCH, headers={"Accept-Language": "en"}) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert [answer.headers["RateLimit"].split(";")[:2] for answer in answers] == [
            ['"address"', f"r={left}"] for left in (2, 1, 0, 0)
        ]
        assert answers[0].headers["RateLimit-Policy"] == '"address";q=3;w=60'
        last = answers[-1]
        assert last.get_json()["type"] == "urn:jianbao:problem:too-many-requests"
        assert 1 <= int(last.headers["Retry-After"]) <= 60
        assert last.headers["RateLimit"].endswith(f";t={last.headers['Retry-After']}")
        assert last.headers["Cache-Control"] == "no-store"
        page = client.get("/", headers=BROWSER)
        assert (page.status_code, page.mimetype) == (429, "text/html")


def test_a_refusal_speaks_the_language_of_the_reader(tmp_path: Path) -> None:
    with serving(tmp_path, requests_per_minute=1) as client:
        long = client.get(f"{SEARCH}?q={'x' * 30_000}", headers={"Accept-Language": "zh-CN"})
        assert (long.status_code, long.get_json()["title"]) == (414, "网址过长")
        client.get(SEARCH)
        often = client.get(SEARCH, headers={"Accept-Language": "zh-CN"})
        assert (often.status_code, often.get_json()["title"]) == (429, "请求过于频繁")


def test_what_is_free_gives_nothing_away(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        for page in ("/search?q=培训", "/chronology?q=培训", "/browse"):
            answer = client.options(page, headers={"Accept": "application/json"})
            assert (answer.status_code, answer.data) == (200, b"")


def test_files_and_health_are_free(tmp_path: Path) -> None:
    with serving(tmp_path, requests_per_minute=1) as client:
        client.get(SEARCH)
        assert client.get(SEARCH).status_code == 429
        for path in ("/static/jianbao.css", "/healthz", "/readyz", "/metrics"):
            with client.get(path) as answer:
                assert answer.status_code == 200
                assert "RateLimit" not in answer.headers
        assert client.options(SEARCH).status_code == 200


def test_every_client_has_a_limit_of_its_own(tmp_path: Path) -> None:
    with serving(tmp_path, requests_per_minute=1) as client:
        for address in ("192.0.2.1", "192.0.2.2", "2001:db8:0:1::1", "2001:db8:0:2::1"):
            assert from_address(client, address).status_code == 200
        assert from_address(client, "192.0.2.1").status_code == 429
        assert from_address(client, "::ffff:192.0.2.2").status_code == 429
        assert from_address(client, "2001:db8:0:1:ffff::2").status_code == 429, "one network"
        told = from_address(client, "192.0.2.1", **{"X-Forwarded-For": "192.0.2.9"})
        assert told.status_code == 429, "nobody is believed"


def test_a_proxy_that_is_named_says_who_asks(tmp_path: Path) -> None:
    with serving(tmp_path, requests_per_minute=1, proxies=1) as client:
        for chain in ("192.0.2.1", "192.0.2.2", "192.0.2.1, 192.0.2.3"):
            answer = from_address(client, "127.0.0.1", **{"X-Forwarded-For": chain})
            assert answer.status_code == 200, "what the proxy added is last"
        again = from_address(client, "127.0.0.1", **{"X-Forwarded-For": "192.0.2.7, 192.0.2.3"})
        assert again.status_code == 429


def test_a_window_begins_with_its_first_request() -> None:
    windows = Windows(1.0)
    (first, left), (second, less) = windows.count("甲"), windows.count("甲")
    assert (first, second) == (1, 2)
    assert 1.0 >= left >= less > 0
    assert windows.count("乙")[0] == 1
    time.sleep(left)
    assert windows.count("甲")[0] == 1


def test_no_limit(tmp_path: Path) -> None:
    with serving(tmp_path, requests_per_minute=0) as client:
        answers = [client.get(SEARCH) for _ in range(5)]
        assert {answer.status_code for answer in answers} == {200}
        assert "RateLimit" not in answers[0].headers


# -- keys --------------------------------------------------------------------------------------


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    file = tmp_path / "keys.txt"
    digest = sha256(KEY.encode()).hexdigest()
    file.write_text(f"# who may ask more often\n\n{digest}  市图书馆\n", "utf-8")
    return file


def test_a_key_raises_the_limit(tmp_path: Path, keys: Path) -> None:
    given = {"requests_per_minute": 1, "requests_per_minute_with_key": 3, "keys": keys}
    with serving(tmp_path, **given) as client:
        headers = [{"X-API-Key": KEY}, {"Authorization": f"Bearer {KEY}"}] * 2
        answers = [client.get(SEARCH, headers=each) for each in headers]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert answers[0].headers["RateLimit-Policy"] == '"key";q=3;w=60'
        assert client.get(SEARCH).status_code == 200, "without it the address counts"


@pytest.mark.parametrize("name", ["X-API-Key", "Authorization"])
def test_a_key_that_nobody_has_is_refused(tmp_path: Path, keys: Path, name: str) -> None:
    wrong = f"Bearer {KEY}0" if name == "Authorization" else f"{KEY}0"
    with serving(tmp_path, requests_per_minute=2, keys=keys) as client:
        answer = client.get(SEARCH, headers={name: wrong})
        assert answer.status_code == 401
        assert answer.get_json()["type"] == "urn:jianbao:problem:unknown-key"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
        assert KEY not in answer.text
        page = client.get("/", headers={name: wrong, **BROWSER})
        assert (page.status_code, page.mimetype) == (401, "text/html")
        assert client.get(SEARCH, headers={name: wrong}).status_code == 429, "guesses count"
        assert client.get("/healthz", headers={name: wrong}).status_code == 200


def test_passwords_of_a_proxy_are_no_keys(tmp_path: Path, keys: Path) -> None:
    with serving(tmp_path, keys=keys) as client:
        assert client.get(SEARCH, auth=("reader", "secret")).status_code == 200
    with serving(tmp_path) as client:
        assert client.get(SEARCH, headers={"Authorization": "Bearer x"}).status_code == 200


@pytest.mark.parametrize("line", ["secret name", "0" * 64, f"{'0' * 63}g name"])
def test_a_bad_line_of_the_keys_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "keys.txt"
    file.write_text(f"# a note\n{line}\n", "utf-8")
    with pytest.raises(KeyFileInvalid) as caught:
        read_keys(file)
    assert caught.value.line == 2
    with pytest.raises(KeyFileInvalid):
        read_keys(tmp_path / "missing.txt")


def test_keys_are_made_as_the_guide_says(tmp_path: Path) -> None:
    made = subprocess.run(
        ["sh", "-c", f"printf %s {KEY} | sha256sum"], capture_output=True, text=True, check=True
    )
    file = tmp_path / "keys.txt"
    file.write_text(made.stdout.replace("-", "市图书馆"), "utf-8")
    assert read_keys(file) == {sha256(KEY.encode()).hexdigest(): "市图书馆"}


# -- health ------------------------------------------------------------------------------------


def test_a_process_that_answers_is_healthy(app: APIFlask) -> None:
    answer = app.test_client().get("/healthz")
    assert answer.get_json() == {"status": "ok"}
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_archive_that_agrees_is_ready(app: APIFlask) -> None:
    answer = app.test_client().get("/readyz").get_json()
    assert answer == {"status": "ready", "revision": held_by(app).store.revision, "articles": 28}


def test_an_index_that_does_not_follow_is_not_ready(
    changing: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.holdings.sync", lambda *_: None)
    held_by(changing).store.put(an_article("新的报道。"))
    answer = changing.test_client().get("/readyz", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert answer.mimetype == "application/problem+json"
    problem = answer.get_json()
    assert problem["type"] == "urn:jianbao:problem:index-behind"
    assert "revision 30" in problem["detail"]


def test_an_index_that_lacks_reports_is_not_ready(
    changing: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_by(changing).store, "count", lambda: 29)
    problem = changing.test_client().get("/readyz").get_json()
    assert problem["type"] == "urn:jianbao:problem:index-differs"


def test_a_store_that_is_lost_is_not_ready(changing: APIFlask) -> None:
    held = held_by(changing)
    with held.store.batch() as connection:
        connection.exec_driver_sql("DROP TABLE articles")
    answer = changing.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["type"] == "urn:jianbao:problem:store-unreadable"
    assert changing.test_client().get("/healthz").status_code == 200


def test_an_index_of_another_store_is_not_ready(changing: APIFlask) -> None:
    with held_by(changing).store.batch() as connection:
        connection.exec_driver_sql("UPDATE stamp SET store_id = 'another'")
    answer = changing.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["type"] == "urn:jianbao:problem:index-mismatch"


# -- metrics -----------------------------------------------------------------------------------


def numbers(client: FlaskClient) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return parsed(client.get("/metrics").text)


def parsed(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def requests(route: str, status: int) -> tuple[str, tuple[tuple[str, str], ...]]:
    labels = (("method", "GET"), ("route", route), ("status", str(status)))
    return "jianbao_requests_total", labels


def test_requests_are_counted_by_route_and_status(changing: APIFlask) -> None:
    client = changing.test_client()
    for path in (f"{SEARCH}?q=工会", f"{SEARCH}?q=秘密", f"{SEARCH}?from=x", "/articles/nosuch"):
        client.get(path)
    client.get("/秘密")
    found = numbers(client)
    assert found[requests(SEARCH, 200)] == 2
    assert found[requests(SEARCH, 400)] == 1
    assert found[requests("/articles/<article_id>", 404)] == 1
    assert found[requests("none", 404)] == 1
    assert found["jianbao_request_seconds_count", (("route", SEARCH),)] == 3
    assert found["jianbao_search_seconds_count", ()] == 2
    assert 0 < found["jianbao_search_seconds_sum", ()] < 60


def test_store_and_index_are_told(app: APIFlask) -> None:
    found = numbers(app.test_client())
    held = held_by(app)
    assert found["jianbao_store_revision", ()] == held.store.revision
    assert found["jianbao_index_revision", ()] == held.index.revision()
    assert found["jianbao_index_documents", ()] == found["jianbao_store_articles", ()] == 28


def test_metrics_tell_nothing_of_what_was_asked(changing: APIFlask) -> None:
    client = changing.test_client()
    client.get(f"{SEARCH}?q=秘密&site=secret")
    client.get("/secret", headers={"X-API-Key": "secret"})
    client.open("/", method="SECRET")
    text = client.get("/metrics").text
    assert "jianbao_requests_total" in text
    assert "secret" not in text.lower()
    assert "秘密" not in text


def test_metrics_come_in_either_form(app: APIFlask) -> None:
    client = app.test_client()
    assert client.get("/metrics").headers["Content-Type"].startswith("text/plain; version=")
    accept = {"Accept": "application/openmetrics-text; version=1.0.0"}
    answer = client.get("/metrics", headers=accept)
    assert answer.mimetype == "application/openmetrics-text"
    assert answer.text.endswith("# EOF\n")
