"""What a running server holds open, and how it follows what is crawled meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.index import SearchQuery
from tests.builders import an_article
from tests.web_archive import an_app, held_by
from web.holdings import Holdings


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Holdings]:
    with an_app(tmp_path) as app:
        yield held_by(app)


def test_a_running_server_shows_what_is_crawled_now(held: Holdings) -> None:
    query = SearchQuery(text="“新到的报道”")
    held.follow(patience=30)
    assert held.find(query).total == 0
    held.store.put(an_article("新到的报道写的是别处没有的事。"))
    held.follow(patience=30)
    assert held.index.revision() == held.store.revision
    assert held.find(query).total == 1


def test_a_withdrawn_report_is_not_found(held: Holdings) -> None:
    held.follow(patience=30)
    assert held.find(SearchQuery(text="“撤下的内容”")).total == 0


def test_only_one_thread_makes_the_index_follow(
    held: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, may_end, calls = threading.Event(), threading.Event(), []

    def slow_sync(*_: object) -> None:
        calls.append(threading.current_thread())
        running.set()
        may_end.wait(30)

    monkeypatch.setattr("web.holdings.sync", slow_sync)
    readers = [threading.Thread(target=held.follow, args=(0.05,)) for _ in range(8)]
    for reader in readers:
        reader.start()
    assert running.wait(10)
    for reader in readers:
        reader.join(10)
        assert not reader.is_alive(), "a reader waited longer than its patience"
    may_end.set()
    assert len(calls) == 1


def test_a_failing_index_is_logged_and_does_not_stop_readers(
    held: Holdings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken_sync(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("web.holdings.sync", broken_sync)
    held.follow(patience=10)
    assert "index_follows=failed" in caplog.text


def test_a_site_is_called_by_its_name_or_its_key(held: Holdings) -> None:
    assert held.site_name("bjzgh") == "北京工会网"
    assert held.site_name("ftqgh") == "ftqgh"
    assert held.site_name("../../etc") == "../../etc"
