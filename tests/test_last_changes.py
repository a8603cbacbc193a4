"""When articles changed, and each of them once: what harvesters ask the store."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest

from archive import last_changes
from archive.last_changes import LastChange, Window
from archive.opening import open_store, rebuilding_store
from archive.outcome import Withdrawal
from archive.settings import Settings
from archive.store import ArticleStore
from tests.builders import a_capture, an_article

NOON = datetime(2024, 5, 6, 12, 0, 0, tzinfo=UTC)
SetClock = Callable[[datetime], None]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    clock = Mock(now=Mock(return_value=NOON))
    monkeypatch.setattr(last_changes, "datetime", clock)

    def set_time(time: datetime) -> None:
        clock.now.return_value = time

    return set_time


def withdraw(store: ArticleStore, article_id: str) -> None:
    store.withdraw(Withdrawal(article_id=article_id, reason="误发", at=NOON))


def everything(store: ArticleStore, window: Window = Window()) -> tuple[LastChange, ...]:  # noqa: B008
    return store.last_changes(window, limit=100)


def test_each_article_comes_once_as_it_is_now(store: ArticleStore) -> None:
    first, second = an_article("甲"), an_article("乙", site="bjzgh")
    store.put(first)
    store.put(second)
    store.put(replace(first, title="改"))
    changes = everything(store)
    assert [(change.revision, change.article_id) for change in changes] == [
        (2, second.id),
        (3, first.id),
    ]
    assert [change.article and change.article.title for change in changes] == [second.title, "改"]
    assert [change.site for change in changes] == ["bjzgh", "ftqgh"]
    assert store.last_changes(Window(), since=2, limit=9) == changes[1:]
    assert store.last_changes(Window(), limit=1) == changes[:1]
    assert store.last_change(first.id) == changes[1]
    assert store.sites() == ("bjzgh", "ftqgh")


def test_a_withdrawn_article_leaves_a_tombstone_without_its_text(store: ArticleStore) -> None:
    article = an_article("甲")
    store.put(article)
    withdraw(store, article.id)
    withdraw(store, "nevercame")
    store.put(replace(article, title="改"))
    gone, never = everything(store)
    assert (gone.article_id, gone.article, gone.site) == (article.id, None, "ftqgh")
    assert (never.article_id, never.article, never.site) == ("nevercame", None, None)
    assert store.change_times(limit=9) == ()
    assert store.last_change("unknown") is None


def test_a_change_has_the_time_of_its_commit(store: ArticleStore, set_clock: SetClock) -> None:
    with store.batch():
        store.put(an_article("甲"))
        set_clock(NOON + timedelta(hours=1))
        store.put(an_article("乙"))
    assert [change.at for change in everything(store)] == [NOON + timedelta(hours=1)] * 2


def test_what_changes_nothing_takes_no_time(store: ArticleStore, set_clock: SetClock) -> None:
    assert store.first_changed_at() is None
    article = an_article("甲")
    store.put(article)
    set_clock(NOON + timedelta(hours=1))
    store.put(article)
    store.note_capture(a_capture())
    assert store.changed_at([article.id, "unknown"]) == {article.id: NOON}
    assert store.first_changed_at() == NOON


def test_time_does_not_go_back_with_the_clock(store: ArticleStore, set_clock: SetClock) -> None:
    store.put(an_article("甲"))
    set_clock(NOON - timedelta(hours=1))
    later = an_article("乙")
    store.put(later)
    assert store.changed_at([later.id]) == {later.id: NOON}


def test_windows_are_inclusive(store: ArticleStore, set_clock: SetClock) -> None:
    articles = [an_article(str(number), site=f"s{number % 2}") for number in range(4)]
    for number, article in enumerate(articles):
        set_clock(NOON + timedelta(hours=number))
        store.put(article)

    def found(**window: object) -> list[int]:
        asked = Window(**window)  # type: ignore[arg-type]
        changes = everything(store, asked)
        assert store.count_last_changes(asked) == len(changes)
        return [[each.id for each in articles].index(change.article_id) for change in changes]

    one, two = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    second = timedelta(seconds=1)
    assert found() == [0, 1, 2, 3]
    assert found(changed_from=one) == [1, 2, 3]
    assert found(changed_from=one + second) == [2, 3]
    assert found(changed_until=two) == [0, 1, 2]
    assert found(changed_until=two - second) == [0, 1]
    assert found(changed_from=one, changed_until=two) == [1, 2]
    assert found(site="s1") == [1, 3]
    assert found(site="s1", changed_from=two) == [3]
    assert found(site="unknown") == []
    assert found(changed_until=NOON - second) == []


def test_a_change_moves_an_article_out_of_the_past(
    store: ArticleStore, set_clock: SetClock
) -> None:
    article = an_article("甲")
    store.put(article)
    set_clock(NOON + timedelta(days=1))
    store.put(replace(article, title="改"))
    assert everything(store, Window(changed_until=NOON)) == ()


def test_times_by_id_and_by_page(store: ArticleStore, set_clock: SetClock) -> None:
    articles = sorted((an_article(str(number)) for number in range(5)), key=lambda each: each.id)
    for number, article in enumerate(articles):
        set_clock(NOON + timedelta(hours=number))
        store.put(article)
    times = tuple((a.id, NOON + timedelta(hours=n)) for n, a in enumerate(articles))
    assert store.change_times(limit=9) == times
    assert store.change_times(offset=2, limit=2) == times[2:4]
    assert store.change_time_of_each(2) == (times[1][1], times[3][1], times[4][1])
    withdraw(store, articles[4].id)
    assert store.change_time_of_each(2) == (times[1][1], times[3][1])


def test_a_rebuilt_store_has_changed_when_it_was_done(
    settings: Settings, set_clock: SetClock
) -> None:
    article = an_article("甲")
    with closing(open_store(settings.store_url)) as store:
        store.put(article)
    with rebuilding_store(settings.store_url) as rebuilt:
        rebuilt.put(article)
        set_clock(NOON + timedelta(days=1))
    with closing(open_store(settings.store_url)) as store:
        assert store.first_changed_at() == NOON + timedelta(days=1)
