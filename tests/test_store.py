"""The article store: revisions, captures, withdrawals, and what a failed batch leaves."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from archive.article import Article, Section, article_from_json, article_to_json
from archive.errors import ArticleWithdrawn, SettingInvalid, StoreUnreadable, UnknownArticle
from archive.opening import open_store, rebuilding_store
from archive.outcome import Outcome, OutcomeKind, Withdrawal, run_id
from archive.settings import Settings
from archive.store import ArticleStore
from tests.builders import a_capture, an_article

NOW = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


def a_withdrawal(article: Article) -> Withdrawal:
    return Withdrawal(article_id=article.id, reason="误发", at=NOW)


def test_put_gives_each_change_the_next_revision(store: ArticleStore) -> None:
    first, second = an_article("甲"), an_article("乙")
    changes = [store.put(first), store.put(second), store.put(replace(first, title="改"))]
    assert [change and change.revision for change in changes] == [1, 2, 3]
    assert store.revision == 3
    assert [change.article and change.article.title for change in store.revisions(first.id)] == [
        first.title,
        "改",
    ]


def test_the_same_content_again_is_no_change_but_its_capture_is_noted(store: ArticleStore) -> None:
    earlier, later = a_capture(), a_capture(captured_at=NOW)
    article = an_article("甲", captures=(earlier,))
    store.put(article)
    assert store.put(replace(article, captures=(later,))) is None
    assert store.revision == 1
    assert store.get(article.id).captures == (earlier, later)


@pytest.mark.parametrize("read", ["stamp", "texts", "get"])
def test_a_store_that_lost_its_tables_cannot_be_read(settings: Settings, read: str) -> None:
    reads: dict[str, Callable[[ArticleStore], object]] = {
        "stamp": lambda store: store.stamp,
        "texts": lambda store: store.texts(["a"]),
        "get": lambda store: store.get("a"),
    }
    with closing(open_store(settings.store_url)) as store:
        assert store.texts(["a"]) == {}
        with closing(sqlite3.connect(settings.data / "store.sqlite")) as other:
            other.executescript("DROP TABLE articles; DROP TABLE stamp; DROP TABLE withdrawals")
        with pytest.raises(StoreUnreadable, match="no such table"):
            reads[read](store)


def test_captures_stay_with_the_revision_they_show(store: ArticleStore) -> None:
    earlier, later = a_capture(), a_capture(captured_at=NOW)
    article = an_article("甲", captures=(earlier,))
    store.put(article)
    store.put(replace(article, title="改", captures=(later,)))
    assert store.get(article.id).captures == (later,)
    assert store.captures(article.id) == (earlier, later)


def test_texts_come_in_the_order_asked_and_without_captures(store: ArticleStore) -> None:
    first, other = an_article("甲", captures=(a_capture(),)), an_article("乙")
    store.put(first)
    store.put(other)
    texts = store.texts([other.id, "unknown", first.id])
    assert list(texts.items()) == [(other.id, other), (first.id, first.without_captures())]
    assert store.texts([]) == {}


def test_the_stamp_is_id_and_revision(store: ArticleStore) -> None:
    store.put(an_article("甲"))
    assert store.stamp == (store.id, store.revision) == (store.id, 1)


def test_a_withdrawn_article_is_hidden_and_stays_hidden(store: ArticleStore) -> None:
    article = an_article("甲")
    store.put(article)
    change = store.withdraw(a_withdrawal(article))
    assert (change.revision, change.article) == (2, None)
    with pytest.raises(ArticleWithdrawn, match=r"2024-05-06.*误发"):
        store.get(article.id)
    assert store.get_many([article.id]) == {}
    assert store.texts([article.id]) == {}
    assert store.article_ids() == ()
    assert store.put(replace(article, title="改")) is None
    assert store.revision == 2


def test_withdrawing_twice_is_once_and_may_come_before_the_article(store: ArticleStore) -> None:
    article = an_article("甲")
    change = store.withdraw(a_withdrawal(article))
    assert store.withdraw(a_withdrawal(article)) == change
    assert store.put(article) is None
    assert store.article_ids() == ()
    assert [each.article for each in store.changes(0)] == [None]
    assert store.revision == 1


def test_an_unknown_id_is_an_error_that_names_it(store: ArticleStore) -> None:
    with pytest.raises(UnknownArticle, match="nowhere"):
        store.get("nowhere")


def test_a_failed_batch_leaves_nothing(store: ArticleStore) -> None:
    article = an_article("甲")
    with contextlib.suppress(RuntimeError), store.batch():
        store.put(article)
        raise RuntimeError
    assert store.revision == 0
    assert store.article_ids() == ()


def test_a_failed_rebuilding_leaves_the_old_store(settings: Settings, store: ArticleStore) -> None:
    article = an_article("甲")
    store.put(article)
    before = store.id
    with contextlib.suppress(RuntimeError), rebuilding_store(settings.store_url) as new:
        new.put(an_article("乙"))
        raise RuntimeError
    assert (store.id, store.article_ids()) == (before, (article.id,))
    with rebuilding_store(settings.store_url) as new:
        assert new.article_ids() == ()
    assert store.id != before
    assert store.article_ids() == ()


def test_changes_come_in_order_and_only_the_newer_ones(store: ArticleStore) -> None:
    articles = [an_article(str(number)) for number in range(1203)]
    with store.batch():
        for article in articles:
            store.put(article)
    revisions = [change.revision for change in store.changes(since=3)]
    assert revisions == list(range(4, 1204))


def test_an_outcome_said_twice_counts_once(store: ArticleStore) -> None:
    first = Outcome(run="r", site="s", url="u", kind=OutcomeKind.FETCH_FAILED, at=NOW)
    store.record(first)
    store.record(replace(first, kind=OutcomeKind.NEW, at=NOW + timedelta(seconds=1)))
    (outcome,) = store.outcomes("r")
    assert outcome.kind is OutcomeKind.NEW
    assert store.runs() == ("r",)
    assert store.runs("another") == ()


@pytest.mark.parametrize(
    ("kind", "is_held"),
    [(OutcomeKind.NOT_ARTICLE, True), (OutcomeKind.FETCH_FAILED, False), (OutcomeKind.GONE, False)],
)
def test_an_address_is_held_when_it_was_dealt_with(
    store: ArticleStore, kind: OutcomeKind, is_held: bool
) -> None:
    capture = a_capture()
    store.note_capture(capture)
    assert store.settled("ftqgh", capture.url) is None
    assert store.captures_without_outcome("ftqgh") == (capture,)
    store.record(
        Outcome(
            run=capture.run,
            site="ftqgh",
            url=capture.url,
            kind=kind,
            at=NOW,
            capture_id=capture.id,
        )
    )
    assert (store.settled("ftqgh", capture.url) is not None) is is_held
    assert store.settled("another", capture.url) is None
    assert store.captures_without_outcome("ftqgh") == ()


def test_the_store_is_durable_by_its_settings(store: ArticleStore) -> None:
    with store.batch() as connection:
        pragmas = {
            name: connection.execute(sa.text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_store_url_that_is_none_names_the_setting() -> None:
    with pytest.raises(SettingInvalid, match="store"):
        open_store("not a url")


texts = st.text(max_size=30)
articles = st.builds(
    an_article,
    title=texts,
    column_tag=st.none() | texts,
    published=st.none() | st.dates(),
    authors=st.lists(texts, max_size=3).map(tuple),
    sections=st.lists(
        st.builds(
            Section,
            heading=st.none() | texts,
            subheading=st.none() | texts,
            paragraphs=st.lists(texts, max_size=3).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
)


@given(articles)
def test_an_article_survives_json(article: Article) -> None:
    assert article_from_json(article_to_json(article)) == article


@pytest.fixture(scope="module")
def any_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArticleStore]:
    with closing(open_store(f"sqlite:///{tmp_path_factory.mktemp('any') / 's'}")) as opened:
        yield opened


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(articles)
def test_an_article_survives_the_store(any_store: ArticleStore, article: Article) -> None:
    any_store.put(article)
    assert any_store.get(article.id) == article


INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  they get one


@given(st.lists(INSTANTS, min_size=2, max_size=2))
def test_the_names_of_runs_rise_with_time(instants: list[datetime]) -> None:
    first, second = sorted(instants)
    assert run_id(first) <= run_id(second)
    assert run_id(first) < run_id(first.replace(microsecond=0) + timedelta(seconds=1))


def test_threads_that_come_and_go_wait_for_nobody(store: ArticleStore) -> None:
    store.put(an_article("一篇报道。"))
    read: list[int] = []
    for _ in range(40):
        thread = threading.Thread(target=lambda: read.append(store.stamp[1]))
        thread.start()
        thread.join(20)
    assert read == [store.revision] * 40
    assert store.count() == 1
