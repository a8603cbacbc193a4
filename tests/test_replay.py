"""Captured pages come as they were captured, and only those that are held."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.builders import a_capture
from tests.evidence_archive import (
    FIRST,
    HIDDEN_FILE,
    HIDDEN_URL,
    HOST,
    LOST_URL,
    MOVED_URL,
    OTHER_URL,
    PACKED_URL,
    PICTURE,
    PICTURE_URL,
    PLAIN_URL,
    REPORT_URL,
    SECOND,
    SECRET,
    UNESCAPED_URL,
    Held,
    an_app,
    fill,
)
from web.evidence.addresses import quoted
from web.evidence.held import closest

POLICY = (
    "sandbox; default-src 'self' data: blob:; script-src 'none'; object-src 'none'; "
    "base-uri 'none'; form-action 'none'; connect-src 'none'; worker-src 'none'; "
    "frame-ancestors 'self'; style-src 'self' 'unsafe-inline' data: blob:; "
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data: blob:"
)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Held:
    return fill(tmp_path_factory.mktemp("replay"))


@pytest.fixture(scope="module")
def client(held: Held) -> Iterator[FlaskClient]:
    with an_app(held) as app:
        yield app.test_client()


def captured(
    client: FlaskClient, url: str, stamp: str = "20240501010200", **headers: str
) -> TestResponse:
    named = {"Accept-Language": "en", **{k.replace("_", "-"): v for k, v in headers.items()}}
    return client.get(f"/captures/{stamp}/{quoted(url)}", headers=named)


def test_the_bytes_come_as_captured_under_the_policy(client: FlaskClient) -> None:
    answer = captured(client, REPORT_URL)
    assert (answer.status_code, answer.data) == (200, FIRST)
    headers = answer.headers
    assert headers["Content-Type"] == "text/html; charset=gb2312"
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["Memento-Datetime"] == "Wed, 01 May 2024 01:02:00 GMT"
    assert {"private", "immutable", "max-age=31536000"} == set(headers["Cache-Control"].split(", "))
    assert "Vary" not in headers
    assert captured(client, PICTURE_URL).data == PICTURE
    assert captured(client, PICTURE_URL).headers["Content-Type"] == "image/png"


def test_no_header_of_the_captured_server_leaks(client: FlaskClient) -> None:
    for url, stamp in (
        (REPORT_URL, "20240501010200"),
        (PACKED_URL, "20240502010200"),
        (MOVED_URL, "20240504010200"),
    ):
        headers = captured(client, url, stamp).headers
        assert not [value for value in headers.values() if "theirs" in value]


def test_a_revisit_has_the_bytes_that_it_refers_to(client: FlaskClient) -> None:
    answer = captured(client, REPORT_URL, "20240505010200")
    assert (answer.status_code, answer.data) == (200, SECOND)
    assert answer.headers["Memento-Datetime"] == "Sun, 05 May 2024 01:02:00 GMT"


def test_an_error_comes_with_its_status(client: FlaskClient) -> None:
    answer = captured(client, REPORT_URL, "20240509010200")
    assert (answer.status_code, answer.data) == (404, b"no page here")
    assert answer.headers["Memento-Datetime"] == "Thu, 09 May 2024 01:02:00 GMT"


def test_a_redirect_leads_on_inside_the_archive(client: FlaskClient) -> None:
    plain = captured(client, PLAIN_URL)
    assert (plain.status_code, plain.data) == (301, b"moved")
    assert plain.headers["Location"] == f"/captures/20240501010200/{REPORT_URL}"
    moved = captured(client, MOVED_URL, "20240504010200")
    assert moved.headers["Location"] == f"/captures/20240505010200/{REPORT_URL}"
    lost = captured(client, LOST_URL, "20240504010200")
    assert (lost.status_code, lost.data) == (302, b"gone on")
    assert "Location" not in lost.headers, "it would lead to what is not held"


def test_packed_bytes_are_unpacked_only_for_who_cannot(client: FlaskClient) -> None:
    packed = captured(client, PACKED_URL, "20240502010200", Accept_Encoding="gzip, br")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == FIRST
    plain = captured(client, PACKED_URL, "20240502010200")
    assert "Content-Encoding" not in plain.headers
    assert plain.data == FIRST
    assert plain.headers["ETag"] != packed.headers["ETag"]
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"


def test_who_has_it_need_not_fetch_it_again(client: FlaskClient) -> None:
    tag = captured(client, REPORT_URL).headers["ETag"]
    again = captured(client, REPORT_URL, If_None_Match=tag)
    assert (again.status_code, again.data) == (304, b"")
    assert captured(client, REPORT_URL, If_None_Match='"other"').status_code == 200


@pytest.mark.parametrize(
    ("stamp", "url", "leads_to"),
    [
        ("2024", REPORT_URL, f"20240501010200/{REPORT_URL}"),
        ("20240504", REPORT_URL, f"20240503010200/{REPORT_URL}"),
        ("29991231235959", REPORT_URL, f"20240509010200/{REPORT_URL}"),
        ("20240503010200", f"{HOST}/R/1.html?a=1&b=2", f"20240503010200/{REPORT_URL}"),
        ("20240503010200", REPORT_URL.replace("://", ":/"), f"20240503010200/{REPORT_URL}"),
        ("20240503010200", REPORT_URL.removeprefix("https://"), f"20240503010200/{REPORT_URL}"),
        ("20240506010201", OTHER_URL, f"20240506010200/{OTHER_URL}"),
        ("20240506010201", UNESCAPED_URL, f"20240506010200/{quoted(UNESCAPED_URL)}"),
    ],
)
def test_another_second_or_spelling_leads_to_the_nearest(
    client: FlaskClient, stamp: str, url: str, leads_to: str
) -> None:
    answer = captured(client, url, stamp)
    if answer.status_code == 302:
        assert answer.headers["Location"] == f"/captures/{leads_to}"
        assert "immutable" not in answer.headers.get("Cache-Control", "")
        answer = client.get(answer.headers["Location"])
    assert answer.headers["Memento-Datetime"]
    assert f"{leads_to}>; " in answer.headers["Link"]


def test_an_address_beside_a_captured_page_is_found_from_it(client: FlaskClient) -> None:
    """So a picture that a page names by its place beside the page is shown, if it is held."""
    beside = client.get(f"/captures/20240509010200/{HOST}/r/p.png")
    assert beside.headers["Location"] == f"/captures/20240501010200/{PICTURE_URL}"


@pytest.mark.parametrize(
    "path",
    [
        "http://127.0.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "https://www.gonghui.example/r/1.html",
        "file:///etc/passwd",
        "../../../etc/passwd",
        "..%2f..%2f..%2fetc/passwd",
        "gonghui/jianbao.warc.gz",
        "http://www.gonghui.example:99999/r/1.html",
        "javascript:alert(1)",
        "data:text/html,x",
        "%00",
        "http://[::1/",
        "x" * 9000,
    ],
)
def test_what_is_not_held_is_not_found(client: FlaskClient, path: str) -> None:
    for before in ("/captures/20240501010200/", "/timegate/", "/timemap/link/"):
        answer = client.get(before + path, headers={"Accept": "application/json"})
        assert answer.status_code == 404, before
        assert answer.get_json()["type"] in (
            "urn:jianbao:problem:not-held",
            "urn:jianbao:problem:not-found",
        )


@pytest.mark.parametrize("stamp", ["x", "20", "202413", "20240230", "2024050101020", "２０２４"])
def test_what_is_no_instant_is_told(client: FlaskClient, stamp: str) -> None:
    answer = captured(client, REPORT_URL, stamp)
    assert answer.status_code == 400
    assert "must be an instant like 20191129020000" in answer.text


def test_a_withdrawn_report_has_no_captures_either(client: FlaskClient) -> None:
    for url in (HIDDEN_URL, HIDDEN_FILE, HIDDEN_URL.replace("https", "http")):
        for answer in (
            captured(client, url, "20240507010200"),
            client.get(f"/timegate/{url}"),
            client.get(f"/timemap/link/{url}"),
        ):
            assert answer.status_code == 410
            assert "应当事人要求" in answer.text
            assert "2024-05-08" in answer.text
            assert SECRET not in answer.text


def test_a_damaged_record_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    held = fill(tmp_path_factory.mktemp("damaged"))
    path = held.file(held.first)
    content = bytearray(path.read_bytes())
    content[held.first.warc_offset + 200] ^= 255
    path.write_bytes(content)
    with an_app(held) as app:
        client = app.test_client()
        answer = captured(client, REPORT_URL)
        assert answer.status_code == 503
        assert "This capture cannot be read" in answer.text
        framed = client.get(f"/articles/{held.report.id}/captures/{held.first.id}")
        assert framed.status_code == 200
        assert "<iframe" not in framed.text


def test_every_capture_is_framed_with_its_facts(client: FlaskClient, held: Held) -> None:
    for capture in (held.plain, held.first, held.second, held.confirmed, held.gone):
        page = client.get(f"/articles/{held.report.id}/captures/{capture.id}")
        assert page.status_code == 200
        policy = page.headers["Content-Security-Policy"]
        assert policy.endswith("; frame-src 'self'")
        assert "default-src 'none'" in policy
        frame = re.search(r'<iframe sandbox src="([^"]+)"', page.text)
        assert frame, "the page is outside of the sandbox, the capture inside"
        inside = client.get(frame[1].replace("&amp;", "&"))
        assert inside.status_code == capture.status
        assert capture.payload_digest in page.text
    assert client.get(f"/articles/{held.report.id}/captures/{held.other.id}").status_code == 404
    assert client.get(f"/articles/{held.report.id}/captures/{held.hidden.id}").status_code == 404


def test_the_second_that_is_named_comes_before_a_nearer_one() -> None:
    """An instant names a whole second, and means what that second saw."""
    asked = datetime(2024, 5, 1, 0, 0, 0, tzinfo=UTC)
    before = a_capture(url=REPORT_URL, captured_at=asked - timedelta(seconds=0.2))
    within = a_capture(url=REPORT_URL, captured_at=asked + timedelta(seconds=0.9))
    moved = a_capture(url=PLAIN_URL, captured_at=asked + timedelta(seconds=0.1))
    assert closest([before, within, moved], REPORT_URL, asked) == within
    assert closest([before, within, moved], PLAIN_URL, asked) == moved
