"""The index follows the store, whatever happens to either."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from archive.article import Section
from archive.errors import IndexMismatch
from archive.opening import open_store
from archive.outcome import Withdrawal
from archive.store import ArticleStore, Change
from search import sync as following
from search.arrays.columns import group_number
from search.index import SearchIndex
from search.opening import open_index
from search.sync import rebuild, sync
from tests.builders import an_article
from tests.search_oracle import exact
from tests.search_support import (
    ask,
    bytes_made_of,
    bytes_of,
    changes,
    found,
    random_articles,
)
from tests.test_reprints import OTHER_REPORTER, REPORT


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    opened = open_store(f"sqlite:///{tmp_path / 'store.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def index(tmp_path: Path, store: ArticleStore) -> Iterator[SearchIndex]:
    opened = open_index(f"whoosh:{tmp_path / 'index'}", store.id)
    yield opened
    opened.close()


def withdrawal(article_id: str) -> Withdrawal:
    return Withdrawal(article_id=article_id, reason="更正", at=datetime(2024, 5, 1, tzinfo=UTC))


def test_sync_reaches_the_store_in_batches(
    store: ArticleStore, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "BATCH", 4)
    for article in random_articles(10):
        store.put(article)
    told: list[tuple[int, int]] = []
    assert sync(store, index, lambda *progress: told.append(progress)) == 10
    assert told == [(4, 10), (8, 10), (10, 10)]
    assert sync(store, index, lambda *progress: told.append(progress)) == 10
    assert len(told) == 3
    assert index.article_ids() == set(store.article_ids())


def test_changed_and_withdrawn_articles_are_followed(
    store: ArticleStore, index: SearchIndex
) -> None:
    old, other = an_article("旧闻"), an_article("旧闻")
    store.put(old)
    store.put(other)
    sync(store, index)
    store.put(an_article("新闻", url=old.url))
    store.withdraw(withdrawal(other.id))
    sync(store, index)
    assert (found(index, "旧闻"), found(index, "新闻")) == ([], [old.id])


def test_rebuild_makes_the_same_index(store: ArticleStore, index: SearchIndex) -> None:
    for article in (*random_articles(8, seed=1), *random_articles(10)):
        store.put(article)
    store.withdraw(withdrawal(random_articles(1)[0].id))
    sync(store, index)
    before = ask(index, "工会 或 会")
    assert rebuild(store, index) == store.revision
    assert ask(index, "工会 或 会") == before


def test_rebuild_of_an_index_of_another_store(store: ArticleStore, tmp_path: Path) -> None:
    store.put(an_article())
    url = f"whoosh:{tmp_path / 'index'}"
    open_index(url, "another store").revision()
    index = open_index(url, store.id)
    with pytest.raises(IndexMismatch):
        sync(store, index)
    assert rebuild(store, index) == 1
    assert sync(store, index) == 1


def test_rebuild_goes_on_with_what_came_meanwhile(
    store: ArticleStore, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "BATCH", 3)
    articles = random_articles(7)
    for article in articles[:5]:
        store.put(article)

    def come(_reached: int, _wanted: int) -> None:
        for article in articles[5:]:
            store.put(article)

    assert rebuild(store, index, come) == 7
    assert index.article_ids() == {article.id for article in articles}


def test_an_index_ahead_of_its_store_is_refused(store: ArticleStore, index: SearchIndex) -> None:
    """The store was brought back from an older copy."""
    index.apply(changes(random_articles(3)))
    with pytest.raises(IndexMismatch, match="ahead"):
        sync(store, index)


def test_a_reprint_that_comes_or_leaves_moves_the_others(
    store: ArticleStore, index: SearchIndex
) -> None:
    """The smallest id of a group names it, so that id's coming and leaving renames the group."""
    copies = sorted((an_article(*REPORT) for _ in range(3)), key=lambda article: article.id)
    for copy in reversed(copies):
        store.put(copy)
        sync(store, index)
        assert groups_agree(store, index)
    assert len(set(index.groups([copies[1].id]).values())) == 1
    assert index.groups([copies[1].id]).keys() == {copy.id for copy in copies}
    store.put(an_article("新闻", url=copies[0].url))
    sync(store, index)
    assert groups_agree(store, index)
    assert index.groups([copies[1].id]).keys() == {copy.id for copy in copies[1:]}
    store.withdraw(withdrawal(copies[1].id))
    sync(store, index)
    assert index.groups([copy.id for copy in copies]).keys() == {copies[0].id, copies[2].id}


def test_only_articles_whose_group_has_another_name_are_indexed_again(
    store: ArticleStore, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = sorted((an_article(*REPORT) for _ in range(3)), key=lambda a: a.id)
    applied: list[set[str]] = []
    apply = index.apply

    def noted(changes: list[Change], groups: dict[str, str]) -> int:
        applied.append({change.article_id for change in changes})
        return apply(changes, groups)

    monkeypatch.setattr(index, "apply", noted)
    for article in (second, third, first):
        store.put(article)
        sync(store, index)
    assert applied == [{second.id}, {third.id}, {first.id, second.id, third.id}]


def groups_agree(store: ArticleStore, index: SearchIndex) -> bool:
    held = store.article_ids()
    names = store.reprint_groups(held)
    return index.groups(held) == {name: group_number(group) for name, group in names.items()}


ADDRESSES = range(12)
STORIES = (*REPORT, *OTHER_REPORTER)


class Following(RuleBasedStateMachine):
    """Any mix of putting, withdrawing, syncing and rebuilding."""

    @initialize()
    def open(self) -> None:
        self.folder = TemporaryDirectory()
        self.store = open_store(f"sqlite:///{self.folder.name}/store.sqlite")
        self.index = open_index(f"whoosh:{self.folder.name}/index", self.store.id)

    @rule(address=st.sampled_from(ADDRESSES), seed=st.integers(0, 3))
    def put(self, address: int, seed: int) -> None:
        self.store.put(random_articles(len(ADDRESSES), seed)[address])

    @rule(
        addresses=st.lists(st.sampled_from(ADDRESSES), max_size=4),
        first=st.integers(0, len(STORIES) - 2),
        count=st.integers(2, len(STORIES)),
    )
    def reprint(self, addresses: list[int], first: int, count: int) -> None:
        """Parts of two reports, which are like each other or not."""
        section = Section(paragraphs=STORIES[first : first + count])
        for address in addresses:
            article = random_articles(len(ADDRESSES))[address]
            self.store.put(replace(article, sections=(section,)))

    @rule(address=st.sampled_from(ADDRESSES))
    def withdraw(self, address: int) -> None:
        article = random_articles(len(ADDRESSES))[address]
        if article.id in self.store.article_ids():
            self.store.withdraw(withdrawal(article.id))

    @rule()
    def sync(self) -> None:
        sync(self.store, self.index)
        self.is_equal()

    @rule()
    def rebuild(self) -> None:
        rebuild(self.store, self.index)
        self.is_equal()

    @rule()
    def open_again(self) -> None:
        self.index.close()
        self.index = open_index(f"whoosh:{self.folder.name}/index", self.store.id)

    @invariant()
    def index_is_never_ahead(self) -> None:
        assert self.index.revision() <= self.store.revision

    def is_equal(self) -> None:
        held = self.store.article_ids()
        assert self.index.revision() == self.store.revision
        assert self.index.article_ids() == set(held)
        articles = self.store.get_many(held).values()
        for string in ("工会", "丰台区", "业务", "PM2.5", "台"):
            expected = {article.id for article in articles if exact(string, article)}
            assert set(found(self.index, f'"{string}"')) == expected
        assert groups_agree(self.store, self.index)
        plain = [article.without_captures() for article in articles]
        groups, folder = self.store.reprint_groups(held), Path(self.folder.name)
        made = bytes_made_of(plain, groups, self.index, folder)
        assert bytes_of(self.index, folder) == made

    def teardown(self) -> None:
        self.sync()
        self.index.close()
        self.store.close()
        self.folder.cleanup()


TestFollowing = Following.TestCase
TestFollowing.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)
