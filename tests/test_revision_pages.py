"""The captures and revisions of a report, on pages and in the API."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.article import Section
from archive.history import lines_compared
from tests.builders import an_article
from tests.evidence_archive import PUBLIC, REPORT_URL, SECRET, Held, an_app, fill

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Held:
    return fill(tmp_path_factory.mktemp("revisions"))


@pytest.fixture(scope="module")
def client(held: Held) -> Iterator[FlaskClient]:
    with an_app(held) as app:
        yield app.test_client()


def page(client: FlaskClient, path: str) -> BeautifulSoup:
    answer: TestResponse = client.get(path, headers=ENGLISH, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "lxml")


def test_every_capture_of_a_report_is_in_the_table(client: FlaskClient, held: Held) -> None:
    shown = page(client, f"/articles/{held.report.id}/captures")
    rows = {row["id"]: row for row in shown.select("tbody tr")}
    captures = {
        held.plain: ("301", "no report"),
        held.first: ("200", "1"),
        held.second: ("200", "2"),
        held.confirmed: ("200 confirmed unchanged", "2"),
        held.gone: ("404", "no report"),
    }
    assert rows.keys() == {f"c-{capture.id}" for capture in captures}
    for capture, (status, revision) in captures.items():
        cells = rows[f"c-{capture.id}"].select("td")
        assert [cell.get_text(strip=True, separator=" ") for cell in cells[1:3]] == [
            status,
            revision,
        ]
        for link in rows[f"c-{capture.id}"].select("a"):
            assert client.get(str(link["href"])).status_code == 200
    assert "Gone from its site since: 2024-05-09" in shown.get_text()


def test_the_report_leads_to_its_evidence(client: FlaskClient, held: Held) -> None:
    links = [str(a["href"]) for a in page(client, f"/articles/{held.report.id}").select("a")]
    for path in (f"/articles/{held.report.id}/captures", f"/articles/{held.report.id}/revisions"):
        assert path in links
    assert f"/verify/{held.confirmed.payload_digest}" in links


def test_revisions_stand_in_order_with_what_changed(client: FlaskClient, held: Held) -> None:
    shown = page(client, f"/articles/{held.report.id}/revisions")
    told = [each.get_text(" ", strip=True) for each in shown.select(".events b")]
    assert told == ["Revision 1", "Revision 2", "Gone from its site"]
    (link,) = [a for a in shown.select(".events a") if "What changed" in a.get_text()]
    assert link["href"] == f"/articles/{held.report.id}/diff?from=1&to=2"


def test_a_difference_is_marked_character_by_character(client: FlaskClient, held: Held) -> None:
    for path in ("diff?from=1&to=2", "diff"):
        shown = page(client, f"/articles/{held.report.id}/{path}")
        (changed,) = shown.select(".differences .changed")
        assert changed.decode_contents() == "今天有<del>3</del><ins>13</ins>人来到文化宫。"
    backwards = page(client, f"/articles/{held.report.id}/diff?from=2&to=1")
    assert [each.get_text() for each in backwards.select("del")] == ["13"]
    same = page(client, f"/articles/{held.report.id}/diff?from=2&to=2")
    assert "The text is the same in both." in same.get_text()


@pytest.mark.parametrize(
    ("asked", "faults"),
    [
        ("from=1&to=9", ["to"]),
        ("from=x&to=-1", ["from", "to"]),
        ("from=3", ["from"]),
        (f"from={'9' * 5000}", ["from"]),
    ],
)
def test_revisions_that_are_not_there_are_told(
    client: FlaskClient, held: Held, asked: str, faults: list[str]
) -> None:
    path = f"/articles/{held.report.id}/diff?{asked}"
    answer = client.get(path, headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert [each["parameter"] for each in answer.get_json()["errors"]] == faults
    assert "1, 2" in client.get(path).text


def test_nothing_of_a_withdrawn_report_is_left(client: FlaskClient, held: Held) -> None:
    for path in ("", "/captures", f"/captures/{held.hidden.id}", "/revisions", "/diff?from=3"):
        for before in ("", "/api/v1"):
            if before and path not in ("", "/captures", "/revisions"):
                continue
            answer = client.get(f"{before}/articles/{held.withdrawn.id}{path}")
            assert answer.status_code == 410
            assert "应当事人要求" in answer.text
            assert "2024-05-08" in answer.text
            assert SECRET not in answer.text
            assert held.withdrawn.title not in answer.text


def test_the_same_for_programs(client: FlaskClient, held: Held) -> None:
    path = f"/api/v1/articles/{held.report.id}"
    captures = client.get(f"{path}/captures").get_json()["captures"]
    assert [each["revision"] for each in captures if each["status"] == 200] == [1, 2, 2]
    assert {each["status"] for each in captures} == {200, 301, 404}
    for each in captures:
        answer = client.get(each["capture_url"].removeprefix(PUBLIC))
        assert answer.status_code == each["status"]
        verified = client.get(each["verify_url"].removeprefix(PUBLIC)).get_json()
        assert verified["digest"] == each["payload_digest"]
        assert each["warc_length"] > 0
    told = client.get(f"{path}/revisions").get_json()
    assert told["held_revision"] == 2
    assert [each["kind"] for each in told["events"]] == ["read", "read", "gone"]
    assert told["events"][1]["lines"] == [
        {
            "sign": "~",
            "stretches": [["=", "今天有"], ["-", "3"], ["+", "13"], ["=", "人来到文化宫。"]],
        }
    ]
    assert client.get("/api/v1/articles/nothing/captures").status_code == 404
    assert client.get("/articles/nothing/revisions").status_code == 404


LONG = ("啊" * 60_000,)
MANY = tuple(f"第{number}段" + "工会" * 200 for number in range(2000))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (LONG, ("啊" * 50_000 + "吧",)),
        (tuple("啊" * 1500 for _ in range(40)), tuple("啊" * 1400 + "吧" for _ in range(40))),
        (MANY, MANY[::-1]),
        (("会",) * 30_000, ("会",) * 29_999 + ("会员",)),
    ],
)
def test_very_long_texts_are_compared_in_bounded_time(
    before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    """And nothing of either is lost."""
    old = an_article(*before)
    new = replace(old, sections=(Section(paragraphs=after),))
    began = time.process_time()
    lines = lines_compared(old, new)
    assert time.process_time() - began < 20
    stretches = [stretch for line in lines for stretch in line.stretches]
    kept = "".join(words for sign, words in stretches if sign != "+")
    came = "".join(words for sign, words in stretches if sign != "-")
    assert len(kept) == len(old.title) + sum(map(len, before))
    assert len(came) == len(old.title) + sum(map(len, after))


# -- as data ---------------------------------------------------------------------------------


def test_captures_and_revisions_have_one_shape(client: FlaskClient, held: Held) -> None:
    for name in ("captures", "revisions"):
        data = client.get(f"/articles/{held.report.id}/{name}.json").get_json()
        assert data == client.get(f"/api/v1/articles/{held.report.id}/{name}").get_json()
        assert data


def test_a_capture_as_data(client: FlaskClient, held: Held) -> None:
    listed = client.get(f"/articles/{held.report.id}/captures.json").get_json()["captures"]
    for each in listed:
        alone = client.get(f"/articles/{held.report.id}/captures/{each['id']}.json").get_json()
        assert alone.items() >= each.items()
        assert alone["is_readable"]
        assert alone["truncated"] is None
        assert alone["target"] == (REPORT_URL if each["id"] == held.plain.id else None)


def test_differences_as_data(client: FlaskClient, held: Held) -> None:
    path = f"/articles/{held.report.id}/diff.json"
    found = client.get(path, follow_redirects=True).get_json()
    assert (found["old"]["revision"], found["new"]["revision"]) == (1, 2)
    assert found["old"]["at"] == "2024-05-01T01:02:00.345678Z"
    assert found["new"]["at"] == "2024-05-03T01:02:00.345678Z"
    assert (found["fields"], found["revisions"]) == ({}, [1, 2])
    revisions = client.get(f"/articles/{held.report.id}/revisions.json").get_json()
    assert [line for line in found["lines"] if line["sign"] != "="] == (
        revisions["events"][1]["lines"]
    )
    assert {"sign": "=", "stretches": [["=", "结束。"]]} in found["lines"]
    back = client.get(f"{path}?from=2&to=1").get_json()
    assert back["old"] == found["new"]
