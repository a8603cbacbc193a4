"""Memento (RFC 7089): the time gate, the time map, and the links between captures."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.evidence_archive import PICTURE_URL, PLAIN_URL, PUBLIC, REPORT_URL, Held, an_app, fill

LINK = re.compile(r'<([^>]*)>; rel="([^"]*)"(?:; type="[^"]*")?((?:; \w+="[^"]*")*)')
CAPTURES = {
    f"{PUBLIC}/captures/20240501010200/{PLAIN_URL}": "Wed, 01 May 2024 01:02:00 GMT",
    f"{PUBLIC}/captures/20240501010200/{REPORT_URL}": "Wed, 01 May 2024 01:02:00 GMT",
    f"{PUBLIC}/captures/20240503010200/{REPORT_URL}": "Fri, 03 May 2024 01:02:00 GMT",
    f"{PUBLIC}/captures/20240505010200/{REPORT_URL}": "Sun, 05 May 2024 01:02:00 GMT",
    f"{PUBLIC}/captures/20240509010200/{REPORT_URL}": "Thu, 09 May 2024 01:02:00 GMT",
}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Held:
    return fill(tmp_path_factory.mktemp("memento"))


@pytest.fixture(scope="module")
def client(held: Held) -> Iterator[FlaskClient]:
    with an_app(held) as app:
        yield app.test_client()


def links(text: str) -> list[tuple[str, str, str]]:
    """Address, relation and further attributes of each link; nothing stands between them."""
    found = LINK.findall(text)
    assert re.sub(r"[\s,]", "", LINK.sub("", text)) == ""
    return found


def gate(client: FlaskClient, url: str, wanted: str | None) -> TestResponse:
    return client.get(f"/timegate/{url}", headers={"Accept-Datetime": wanted} if wanted else {})


@pytest.mark.parametrize(
    ("wanted", "url", "stamp"),
    [
        ("Wed, 01 May 2024 00:00:00 GMT", REPORT_URL, "20240501010200"),
        ("Thu, 02 May 2024 01:02:00 GMT", REPORT_URL, "20240501010200"),
        ("Thu, 02 May 2024 01:02:01 GMT", REPORT_URL, "20240503010200"),
        ("Fri, 03 May 2024 01:02:00 GMT", PLAIN_URL, "20240503010200"),
        ("Mon, 01 Jan 1990 00:00:00 GMT", REPORT_URL, "20240501010200"),
        ("Mon, 01 Jan 2035 00:00:00 GMT", REPORT_URL, "20240509010200"),
        (None, REPORT_URL, "20240509010200"),
        (None, PICTURE_URL, "20240501010200"),
    ],
)
def test_the_gate_leads_to_the_nearest_capture(
    client: FlaskClient, wanted: str | None, url: str, stamp: str
) -> None:
    answer = gate(client, url, wanted)
    assert answer.status_code == 302
    held_url = PICTURE_URL if url == PICTURE_URL else REPORT_URL
    assert answer.headers["Location"] == f"/captures/{stamp}/{held_url}"
    assert "accept-datetime" in answer.headers["Vary"].lower()
    assert "Memento-Datetime" not in answer.headers
    named = {relation: address for address, relation, _ in links(answer.headers["Link"])}
    assert named["original"] == url
    assert named["timemap"] == f"{PUBLIC}/timemap/link/{url}"
    assert named["memento"] == PUBLIC + answer.headers["Location"]


@pytest.mark.parametrize(
    "wanted", ["2024-05-03", "Fri, 03 May 2024 01:02:00 +0800", "GMT", "", "Fri, 99 May 2024 GMT"]
)
def test_what_is_no_date_is_told(client: FlaskClient, wanted: str) -> None:
    answer = client.get(f"/timegate/{REPORT_URL}", headers={"Accept-Datetime": wanted})
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["errors"][0]["parameter"] == "Accept-Datetime"
    assert "accept-datetime" in answer.headers["Vary"].lower()


def test_the_map_lists_every_capture(client: FlaskClient) -> None:
    answer = client.get(f"/timemap/link/{REPORT_URL}")
    assert answer.mimetype == "application/link-format"
    found = links(answer.text)
    assert [relation for _, relation, _ in found] == [
        "original",
        "timegate",
        "self",
        "first memento",
        "memento",
        "memento",
        "memento",
        "last memento",
    ]
    assert found[0][0] == REPORT_URL
    assert found[1][0] == f"{PUBLIC}/timegate/{REPORT_URL}"
    assert found[2][0] == f"{PUBLIC}/timemap/link/{REPORT_URL}"
    assert 'from="Wed, 01 May 2024 01:02:00 GMT"' in found[2][2]
    listed = {address: more for address, relation, more in found if "memento" in relation}
    assert listed == {url: f'; datetime="{instant}"' for url, instant in CAPTURES.items()}


def test_every_capture_names_its_neighbours(client: FlaskClient) -> None:
    """Walking from the first to the last by ``next`` meets all of them."""
    answer = gate(client, REPORT_URL, "Mon, 01 Jan 1990 00:00:00 GMT")
    first = links(client.get(answer.headers["Location"]).headers["Link"])
    address = next(url for url, relation, _ in first if "first" in relation.split())
    met = []
    while address:
        met.append(address)
        answer = client.get(address.removeprefix(PUBLIC))
        found = links(answer.headers["Link"])
        assert answer.headers["Memento-Datetime"] == CAPTURES[address]
        named = {name: url for url, relation, _ in found for name in relation.split()}
        assert named["original"] in (REPORT_URL, PLAIN_URL)
        assert named["timegate"].startswith(f"{PUBLIC}/timegate/")
        assert named["timemap"].startswith(f"{PUBLIC}/timemap/link/")
        assert named.get("prev") == (met[-2] if len(met) > 1 else None)
        address = named.get("next", "")
    assert sorted(met) == sorted(CAPTURES)
