"""The CDX server: what it lists, in which order and form, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from typing import Any

import pytest
from cdxj_indexer.main import CDXJIndexer
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.opening import open_store
from tests.evidence_archive import (
    HIDDEN_FILE,
    HIDDEN_URL,
    HOST,
    OTHER_URL,
    PICTURE_URL,
    PUBLIC,
    REPORT_URL,
    Held,
    an_app,
    at,
    fill,
)
from web.evidence.cdx_parameters import cursor_of

DOMAIN = {"url": "gonghui.example", "matchType": "domain"}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Held:
    return fill(tmp_path_factory.mktemp("cdx"))


@pytest.fixture(scope="module")
def client(held: Held) -> Iterator[FlaskClient]:
    with an_app(held) as app:
        yield app.test_client()


def ask(client: FlaskClient, **asked: Any) -> TestResponse:
    named = {("from" if name == "from_" else name): value for name, value in asked.items()}
    return client.get("/cdx", query_string=named)


def rows(client: FlaskClient, **asked: Any) -> list[dict[str, str]]:
    answer = ask(client, output="json", **asked)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/x-ndjson"
    return [json.loads(line) for line in answer.text.splitlines()]


def stamps(client: FlaskClient, **asked: Any) -> list[str]:
    return [row["timestamp"] for row in rows(client, **{"url": REPORT_URL, **asked})]


def test_it_lists_what_an_indexer_finds_in_the_files(client: FlaskClient, held: Held) -> None:
    """Apart from the withdrawn report, and from digests: ours are SHA-256."""
    written = StringIO()
    files = sorted(map(str, held.settings.warc_folder.glob("*/*.warc.gz")))
    CDXJIndexer(written, files, sort=True).process_all()
    theirs = {}
    for line in written.getvalue().splitlines():
        key, stamp, facts = line.split(" ", 2)
        row = json.loads(facts)
        theirs[row["filename"], row["offset"]] = (key, stamp, row)
    answer = ask(client, **DOMAIN)
    assert answer.mimetype == "text/x-cdxj"
    lines = answer.text.splitlines()
    places = [line.encode().split(b" ")[:2] for line in lines]
    assert places == sorted(places)
    for line in lines:
        key, stamp, facts = line.split(" ", 2)
        ours = json.loads(facts)
        their_key, their_stamp, row = theirs.pop(
            (ours["filename"].rpartition("/")[2], ours["offset"])
        )
        assert (key, stamp) == (their_key, their_stamp)
        for name in ("url", "mime", "length"):
            assert ours[name] == row[name], name
        assert ours["status"] == row["status"] or ours["mime"] == "warc/revisit"
        assert ours["digest"].startswith("sha256:")
    left = {row["url"] for _, _, row in theirs.values()}
    assert left == {HIDDEN_URL, HIDDEN_FILE}


def test_captures_come_oldest_first_or_as_asked(client: FlaskClient) -> None:
    every = ["20240501010200", "20240501010200", "20240503010200", "20240505010200"]
    every.append("20240509010200")
    assert stamps(client) == every
    assert stamps(client, sort="reverse") == every[::-1]
    assert stamps(client, limit=2) == every[:2]
    assert stamps(client, sort="reverse", limit=2) == every[:2:-1]
    assert stamps(client, sort="closest", closest="") == every
    near = stamps(client, sort="closest", closest="20240504", limit=3)
    assert near == ["20240503010200", "20240505010200", "20240501010200"]


@pytest.mark.parametrize(
    ("bounds", "count"),
    [
        ({"from_": "20240502"}, 3),
        ({"from_": "20240503010200"}, 3),
        ({"from_": "20240503010201"}, 2),
        ({"to": "20240503010200"}, 3),
        ({"to": "20240502"}, 2),
        ({"to": "2024"}, 5),
        ({"to": "9999"}, 5),
        ({"from_": "2025"}, 0),
        ({"from_": "202405", "to": "20240503"}, 3),
    ],
)
def test_bounds_include_both_ends(client: FlaskClient, bounds: dict[str, str], count: int) -> None:
    assert len(stamps(client, **bounds)) == count


def test_an_address_stands_for_more_as_asked(client: FlaskClient) -> None:
    def urls(url: str, match: str) -> set[str]:
        return {row["url"] for row in rows(client, url=url, matchType=match)}

    assert urls(f"{HOST}/r/p", "exact") == set()
    assert urls(f"{HOST}/r/p", "prefix") == {PICTURE_URL, f"{HOST}/r/packed.html"}
    on_host = urls(f"{HOST}/whatever", "host")
    assert PICTURE_URL in on_host
    assert OTHER_URL not in on_host
    assert urls("gonghui.example", "domain") == on_host | urls("bbs.gonghui.example:8080", "host")
    assert urls("hui.example", "domain") == set(), "a domain ends at a dot"


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (["status:200"], 3),
        (["!status:200"], 2),
        (["status:40"], 1),
        (["=status:30"], 0),
        (["mime:HTML"], 4),
        (["=mime:warc/revisit"], 1),
        (["url:https"], 4),
        (["status:200", "!=mime:warc/revisit"], 2),
        (["url:%"], 0),
        (["filename:gonghui/"], 5),
    ],
)
def test_filters_say_what_a_field_must_hold(
    client: FlaskClient, filters: list[str], count: int
) -> None:
    assert len(stamps(client, filter=filters)) == count


def test_a_long_list_goes_on_where_a_page_ended(client: FlaskClient) -> None:
    for order in ("default", "reverse"):
        whole = rows(client, **DOMAIN, sort=order)
        answer = ask(client, **DOMAIN, sort=order, limit=2, output="json")
        met = [json.loads(line) for line in answer.text.splitlines()]
        while following := answer.headers.get("Link"):
            assert following.startswith(f"<{PUBLIC}/cdx?")
            answer = client.get(following.removeprefix(f"<{PUBLIC}").partition(">")[0])
            page = [json.loads(line) for line in answer.text.splitlines()]
            assert 1 <= len(page) <= 2
            met += page
        assert met == whole


def test_as_links_it_is_the_time_map(client: FlaskClient) -> None:
    listed = ask(client, url=REPORT_URL, output="link")
    assert listed.mimetype == "application/link-format"
    assert listed.text == client.get(f"/timemap/link/{REPORT_URL}").text
    some = ask(client, url=REPORT_URL, output="link", limit=1).text
    assert 'rel="first last memento"' in some
    assert "memento" not in ask(client, url="http://nobody.example/", output="link").text


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({}, "url"),
        ({"url": "x" * 9000}, "url"),
        ({"url": "a.example", "matchType": "near"}, "matchType"),
        ({"url": "a.example", "sort": "up"}, "sort"),
        ({"url": "a.example", "sort": "closest", "closest": "x"}, "closest"),
        ({**DOMAIN, "sort": "closest", "closest": "2024"}, "sort"),
        ({**DOMAIN, "output": "link"}, "output"),
        ({"url": "a.example", "output": "xml"}, "output"),
        ({"url": "a.example", "from_": "yesterday"}, "from"),
        ({"url": "a.example", "to": "20241399"}, "to"),
        ({"url": "a.example", "limit": "0"}, "limit"),
        ({"url": "a.example", "limit": "10001"}, "limit"),
        ({"url": "a.example", "limit": "²"}, "limit"),
        ({"url": "a.example", "filter": "status"}, "filter"),
        ({"url": "a.example", "filter": "~status:(a+)+b"}, "filter"),
        ({"url": "a.example", "filter": "secret:1"}, "filter"),
        ({"url": "a.example", "filter": ["status:1"] * 11}, "filter"),
        ({"url": "a.example", "cursor": "%%%"}, "cursor"),
        ({"url": "a.example", "cursor": "WzEsMiwzXQ"}, "cursor"),
        ({"url": "a.example", "cursor": cursor_of(("\ud800", at(1), "x"))}, "cursor"),
    ],
)
def test_what_cannot_be_asked_is_told(
    client: FlaskClient, asked: dict[str, Any], parameter: str
) -> None:
    answer = ask(client, **asked)
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert parameter in [each["parameter"] for each in answer.get_json()["errors"]]


def test_a_list_is_read_in_batches(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.lookup._BATCH", 2)
    with an_app(held) as app:
        found = rows(app.test_client(), **DOMAIN)
    with closing(open_store(held.settings.store_url)) as store:
        assert len(found) == sum(1 for _ in store.all_captures()) - 2
