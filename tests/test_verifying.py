"""Verifying what is cited: the bytes are read again, and damage is told."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from archive.fixity import DAMAGED, WITHOUT_BYTES, WRONG_DIGEST, examine
from archive.warc import sha1
from tests.evidence_archive import FIRST, PICTURE, PUBLIC, SECOND, SECRET, Held, an_app, fill

JSON = {"Accept": "application/json", "Accept-Language": "en"}
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Held:
    return fill(tmp_path_factory.mktemp("verifying"))


@pytest.fixture(scope="module")
def client(held: Held) -> Iterator[FlaskClient]:
    with an_app(held) as app:
        yield app.test_client()


def verified(client: FlaskClient, digest: str, **asked: str) -> dict[str, Any]:
    answer = client.get(f"/verify/{digest}.json", query_string=asked)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/json"
    found: dict[str, Any] = answer.get_json()
    return found


def test_bytes_that_are_as_captured(client: FlaskClient, held: Held) -> None:
    digest = held.picture.payload_digest
    found = verified(client, digest)
    assert found["digest"] == digest
    assert found["is_intact"]
    assert found["is_complete"]
    (record,) = found["records"]
    assert record["payload_digest"] == digest
    assert record["faults"] == []
    payload = {"named": sha1(PICTURE), "computed": sha1(PICTURE), "agrees": True}
    assert record["warc_payload_digest"] == payload
    assert record["warc_block_digest"]["agrees"]
    assert record["capture"]["warc_offset"] == held.picture.warc_offset
    address = record["capture"]["capture_url"].removeprefix(PUBLIC)
    assert client.get(address).data == PICTURE
    page = client.get(f"/verify/{digest}", headers=ENGLISH)
    assert "The bytes are those that were captured" in page.text


def test_every_form_of_the_digest_and_both_answers(client: FlaskClient, held: Held) -> None:
    digest = held.picture.payload_digest
    bare = digest.removeprefix("sha256:")
    for form in (digest, bare, bare.upper(), f"SHA256:{bare}"):
        assert verified(client, form)["digest"] == digest
    assert client.get(f"/verify/{bare}", headers=JSON).get_json()["digest"] == digest


def test_revisits_are_verified_through_what_they_refer_to(client: FlaskClient, held: Held) -> None:
    found = verified(client, held.second.payload_digest)
    assert [each["capture"]["id"] for each in found["records"]] == [
        held.second.id,
        held.confirmed.id,
    ]
    assert {each["warc_payload_digest"]["computed"] for each in found["records"]} == {sha1(SECOND)}


def test_whether_the_text_is_still_what_was_cited(client: FlaskClient, held: Held) -> None:
    (old,) = verified(client, held.first.payload_digest)["articles"]
    assert (old["id"], old["revision"], old["held_revision"]) == (held.report.id, 1, 2)
    assert not old["is_current"]
    assert client.get(old["diff_url"].removeprefix(PUBLIC)).status_code == 200
    (new,) = verified(client, held.second.payload_digest, revision="2")["articles"]
    assert new["is_current"]
    assert new["diff_url"] is None
    (cited,) = verified(client, held.second.payload_digest, revision="1")["articles"]
    assert not cited["is_current"]
    page = client.get(f"/verify/{held.first.payload_digest}?revision=1", headers=ENGLISH)
    assert "The report has changed since revision 1." in page.text
    assert f"/articles/{held.report.id}/diff?from=1&amp;to=2" in page.text


@pytest.mark.parametrize("revision", ["3", "0", "x", "-1", "1e9"])
def test_a_revision_of_another_report_is_told(
    client: FlaskClient, held: Held, revision: str
) -> None:
    answer = client.get(f"/verify/{held.first.payload_digest}.json?revision={revision}")
    assert answer.status_code == 400
    assert answer.get_json()["errors"][0]["parameter"] == "revision"


def test_unknown_and_impossible_digests(client: FlaskClient) -> None:
    unknown = client.get(f"/verify/{'0' * 64}", headers=JSON)
    assert unknown.status_code == 404
    assert unknown.get_json()["type"] == "urn:jianbao:problem:unknown-digest"
    for digest in ("0" * 63, "g" * 64, "sha512:" + "0" * 64, sha1(FIRST), "0" * 64 + ".txt"):
        answer = client.get(f"/verify/{digest}", headers=JSON)
        assert answer.status_code == 400
        assert answer.get_json()["errors"][0]["parameter"] == "digest"


def test_a_withdrawn_report_is_not_verified(client: FlaskClient, held: Held) -> None:
    for capture in (held.hidden, held.hidden_file):
        answer = client.get(f"/verify/{capture.payload_digest}")
        assert answer.status_code == 410
        assert SECRET not in answer.text


@pytest.fixture
def broken(tmp_path: Path) -> Held:
    return fill(tmp_path)


def rewrite(held: Held, old: bytes, new: bytes) -> None:
    """Change bytes inside a record, so that only digests can tell."""
    path = held.file(held.first)
    content = path.read_bytes()
    start, length = held.first.warc_offset, held.first.warc_length
    assert length is not None
    block = gzip.decompress(content[start : start + length])
    assert old in block
    packed = gzip.compress(block.replace(old, new), 9)
    path.write_bytes(content[:start] + packed + content[start + length :])


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ("changed", WRONG_DIGEST),
        ("torn", DAMAGED),
        ("lost", DAMAGED),
        ("moved", WITHOUT_BYTES),
    ],
)
def test_damage_is_told_and_is_no_failure(broken: Held, damage: str, fault: str) -> None:
    path = broken.file(broken.first)
    content = bytearray(path.read_bytes())
    if damage == "changed":
        rewrite(broken, "今".encode("gb18030"), "明".encode("gb18030"))
    elif damage == "torn":
        content[broken.first.warc_offset + 200] ^= 255
        path.write_bytes(content)
    elif damage == "lost":
        path.unlink()
    else:
        member = content[: broken.first.warc_offset]
        path.write_bytes(member + content[broken.picture.warc_offset :])
    assert fault in examine(broken.settings.warc_folder, broken.first).faults
    with an_app(broken) as app:
        client = app.test_client()
        found = verified(client, broken.first.payload_digest)
        assert not found["is_intact"]
        (record,) = found["records"]
        assert fault in record["faults"]
        page = client.get(f"/verify/{broken.first.payload_digest}", headers=ENGLISH)
        assert page.status_code == 200
        assert "The bytes are damaged" in page.text
        if damage == "changed":
            assert not record["warc_payload_digest"]["agrees"]
            assert record["payload_digest"] != broken.first.payload_digest
            assert record["payload_digest"] in page.text


def test_a_revisit_of_damaged_bytes_is_told(broken: Held) -> None:
    path = broken.file(broken.second)
    content = bytearray(path.read_bytes())
    content[broken.second.warc_offset + 200] ^= 255
    path.write_bytes(content)
    with an_app(broken) as app:
        found = verified(app.test_client(), broken.second.payload_digest)
    assert [each["is_intact"] for each in found["records"]] == [False, False]
    assert found["records"][1]["payload_digest"] is None
    assert found["records"][1]["warc_block_digest"]["agrees"], "its own head is as it was"
