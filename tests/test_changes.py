"""The journal in the API: how another program keeps a copy, and hears of withdrawals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from archive.outcome import Withdrawal
from tests.builders import an_article
from tests.web_archive import ARTICLES, HOSTILE, PUBLIC, REPORT, WITHDRAWN, an_app, held_by

CHANGES = "/api/v1/changes"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[APIFlask]:
    with an_app(tmp_path_factory.mktemp("changes")) as app:
        yield app


def visit(client: FlaskClient, address: str) -> dict[str, Any]:
    """All changes from an address on, and what the last answer says."""
    changes: list[dict[str, Any]] = []
    while True:
        response = client.get(address)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.get_json()
        changes += answer["changes"]
        if answer["next"] is None:
            return {**answer, "changes": changes}
        address = answer["next"].removeprefix(PUBLIC)


def test_a_copy_has_every_article_once(client: FlaskClient, app: APIFlask) -> None:
    store = held_by(app).store
    answer = visit(client, f"{CHANGES}?limit=7")
    assert answer["store"] == store.id
    assert answer["revision"] == store.revision
    revisions = [change["revision"] for change in answer["changes"]]
    assert revisions == sorted(set(revisions))
    assert {change["id"] for change in answer["changes"]} == {each.id for each in ARTICLES}
    report = next(change for change in answer["changes"] if change["id"] == REPORT.id)
    assert report["site"] == "ftqgh"
    assert not report["is_withdrawn"]
    record = client.get(f"/api/v1/articles/{REPORT.id}").get_json()
    del record["reprints"]
    assert report["article"] == record
    assert datetime.fromisoformat(report["changed_at"]).utcoffset() is not None


def test_a_withdrawal_is_told_without_the_text(client: FlaskClient) -> None:
    changes = visit(client, CHANGES)["changes"]
    (gone,) = [change for change in changes if change["is_withdrawn"]]
    assert (gone["id"], gone["site"], gone["article"]) == (WITHDRAWN.id, "ftqgh", None)
    assert "撤下的内容" not in client.get(CHANGES).text


def test_who_comes_back_hears_only_what_is_new(tmp_path: Path) -> None:
    with an_app(tmp_path) as app:
        client, store = app.test_client(), held_by(app).store
        first = visit(client, CHANGES)
        back = f"{CHANGES}?since={first['revision']}&store={first['store']}"
        unchanged = visit(client, back)
        assert unchanged["changes"] == []
        assert unchanged["revision"] == first["revision"]
        new = an_article("新到的报道。")
        store.put(new)
        store.put(replace(REPORT, title="改过的题目"))
        store.put(replace(REPORT, title="又改了"))
        store.withdraw(Withdrawal(article_id=HOSTILE.id, reason="误发", at=datetime.now(UTC)))
        changes = visit(client, back)["changes"]
        assert [(change["id"], change["is_withdrawn"]) for change in changes] == [
            (new.id, False),
            (REPORT.id, False),
            (HOSTILE.id, True),
        ]
        assert changes[1]["article"]["title"] == "又改了"


@pytest.mark.parametrize(
    ("query", "parameter", "words"),
    [
        ("since=-1", "since", "from 0 to"),
        ("since=x", "since", "from 0 to"),
        (f"since={10**30}", "since", "from 0 to"),
        ("since=999", "since", "copy everything again"),
        ("since=3&store=another", "store", "copy everything again"),
        ("limit=101", "limit", "from 1 to 100"),
    ],
)
def test_what_cannot_be_asked(client: FlaskClient, query: str, parameter: str, words: str) -> None:
    response = client.get(f"{CHANGES}?{query}", headers=ENGLISH)
    assert response.status_code == 400
    (error,) = response.get_json()["errors"]
    assert error["parameter"] == parameter
    assert words in error["detail"]
