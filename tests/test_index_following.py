"""How an index is written, followed, replaced, and how it survives whatever kills a writer."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.article import Article
from archive.errors import IndexBusy, IndexMismatch, SettingInvalid
from archive.store import Change
from search.arrays.inversion import Inversion
from search.arrays.merging import merge
from search.indexing import generations, whoosh_index
from search.indexing.writer import merges
from search.opening import open_index
from tests.builders import an_article
from tests.search_support import (
    STORE_ID,
    an_index,
    ask,
    bytes_made_of,
    bytes_of,
    changes,
    found,
    random_articles,
    rebuilt,
    reopened,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "index"


@pytest.mark.parametrize("url", ["", "whoosh:", "index", "elastic:http://localhost", "sqlite:///x"])
def test_any_other_address_is_refused(url: str) -> None:
    with pytest.raises(SettingInvalid):
        open_index(url, STORE_ID)


def test_opening_touches_nothing_and_the_first_use_makes_an_empty_index(folder: Path) -> None:
    index = reopened(folder)
    assert not folder.exists()
    assert (index.revision(), index.article_ids(), ask(index).total) == (0, frozenset(), 0)
    assert ask(index, "工会").total == 0


def test_an_empty_index_can_be_written_first(folder: Path) -> None:
    assert reopened(folder).apply(changes([an_article()])) == 1


def test_what_was_applied_is_there_after_opening_again(folder: Path) -> None:
    articles = random_articles(5)
    index = an_index(folder, *articles)
    index.close()
    index.close()
    for opened in (index, reopened(folder)):
        assert opened.revision() == 5
        assert opened.article_ids() == {article.id for article in articles}
        assert ask(opened).revision == 5


def test_the_last_change_of_an_article_counts(folder: Path) -> None:
    old, new = an_article("旧闻"), an_article("新闻")
    gone = an_article("旧闻")
    index = reopened(folder)
    journal = [
        Change(revision=1, article_id=old.id, article=old),
        Change(revision=2, article_id=gone.id, article=gone),
        Change(revision=3, article_id=old.id, article=new),
        Change(revision=4, article_id=gone.id, article=None),
    ]
    new = an_article("新闻", url=old.url)
    journal[2] = Change(revision=3, article_id=old.id, article=new)
    assert index.apply(journal) == 4
    assert (found(index, "旧闻"), found(index, "新闻")) == ([], [old.id])
    assert index.apply([Change(revision=5, article_id=old.id, article=None)]) == 5
    assert index.article_ids() == frozenset()
    assert index.revision() == 5


def test_applying_again_or_late_changes_nothing(folder: Path) -> None:
    old = an_article("旧闻")
    new = an_article("新闻", url=old.url)
    index = reopened(folder)
    journal = changes([old, new, an_article()])
    index.apply(journal)
    before = ask(index, "新闻")
    assert index.apply(journal) == 3
    assert index.apply(journal[:1]) == 3
    assert index.apply([]) == 3
    assert ask(index, "新闻") == before
    assert found(index, "旧闻") == []


def test_changes_that_break_off_leave_the_index_as_it_was(folder: Path) -> None:
    first, second = random_articles(2)
    index = an_index(folder, first)

    def breaking() -> Iterator[Change]:
        yield Change(revision=2, article_id=first.id, article=None)
        yield Change(revision=3, article_id=second.id, article=second)
        raise OSError("the store went away")

    with pytest.raises(OSError, match="went away"):
        index.apply(breaking())
    assert (index.revision(), index.article_ids()) == (1, frozenset([first.id]))


def test_a_document_that_breaks_the_writer_leaves_the_index_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = random_articles(2)
    index = an_index(folder, first)

    def nonsense(_inversion: Inversion, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("nonsense")

    with monkeypatch.context() as broken:
        broken.setattr("search.arrays.inversion.Inversion.write", nonsense)
        with pytest.raises(OSError, match="nonsense"):
            index.apply(changes([second], first=2))
    assert (index.revision(), index.article_ids()) == (1, frozenset([first.id]))
    assert index.apply(changes([second], first=2)) == 2


def test_a_second_opening_sees_every_commit(folder: Path) -> None:
    writer, reader = reopened(folder), reopened(folder)
    for number, article in enumerate(random_articles(25), 1):
        writer.apply([Change(revision=number, article_id=article.id, article=article)])
        assert reader.revision() == number
        assert article.id in reader.article_ids()
    assert set(found(reader)) == {article.id for article in random_articles(25)}


def test_what_was_opened_before_a_commit_stays_as_it_was(folder: Path, tmp_path: Path) -> None:
    articles = random_articles(60)
    index = an_index(folder, *articles[:20], commits=3)
    assert isinstance(index, whoosh_index.WhooshIndex)
    snapshot = index.snapshot()
    before = bytes_of(index, tmp_path)
    for number, article in enumerate(random_articles(30, seed=1), 100):
        index.apply([Change(revision=number, article_id=article.id, article=article)])
    assert not any(segment.path.exists() for segment in snapshot.segments)
    merge(list(zip(snapshot.segments, snapshot.lives, strict=True)), tmp_path / "later.seg")
    assert (tmp_path / "later.seg").read_bytes() == before
    assert snapshot.revision == 20


@settings(max_examples=12, deadline=None)
@given(st.lists(st.lists(st.integers(0, 11), max_size=4), max_size=12), st.randoms())
def test_any_commits_leave_what_inverting_the_articles_afresh_gives(
    commits: list[list[int]], random: Random
) -> None:
    with TemporaryDirectory() as name:
        index = reopened(Path(name) / "index")
        held: dict[str, Article] = {}
        revision = 0
        for commit in commits:
            batch = []
            for number in commit:
                revision += 1
                article = random_articles(12, seed=random.randint(0, 5))[number]
                kept = article if random.random() < 0.7 else None
                batch.append(Change(revision=revision, article_id=article.id, article=kept))
                held.pop(article.id, None)
                held |= {article.id: article} if kept else {}
            index.apply(batch)
        assert index.revision() == revision
        assert index.article_ids() == held.keys()
        made = bytes_made_of(held.values(), {}, index, Path(name))
        assert bytes_of(index, Path(name)) == made


def test_ten_segments_of_a_size_become_one_and_so_does_one_half_deleted() -> None:
    ten = [(9_000, 9_500, 1 << 24)] * 10
    assert merges(ten) == [list(range(10))]
    assert merges(ten[:9]) == []
    assert merges([*ten[:9], (900, 900, 1 << 20)]) == []
    assert merges([(7, 7, 128)] * 5 + [(900, 900, 1 << 20)] * 5) == [list(range(10))]
    assert merges([(90_000, 90_000, 1 << 29)] * 10) == []
    assert merges([(4_000, 8_001, 1 << 24), (4_000, 8_000, 1 << 24)]) == [[0]]
    assert merges([(0, 5, 128), (3, 3, 128), (0, 0, 0)]) == [[0, 2]]


def test_segments_do_not_pile_up(folder: Path) -> None:
    articles = random_articles(60)
    index = an_index(folder, *articles, commits=60)
    assert len(list(folder.glob("generation-*/*.seg"))) < 20
    assert index.article_ids() == {article.id for article in articles}
    index.apply(
        [
            Change(revision=100 + n, article_id=one.id, article=None)
            for n, one in enumerate(articles)
        ]
    )
    assert list(folder.glob("generation-*/*.seg")) == []
    assert (index.article_ids(), index.revision()) == (frozenset(), 159)


@pytest.mark.parametrize(
    ("key", "words"),
    [("store", "another article store"), ("schema", "laid it out"), ("analysis", "words were cut")],
)
def test_an_index_of_another_store_or_version_is_refused_until_rebuilt(
    folder: Path, key: str, words: str
) -> None:
    article = an_article("职工")
    an_index(folder, article).close()
    [stamp] = folder.glob("generation-*/stamp.json")
    stamp.write_text(json.dumps(json.loads(stamp.read_text()) | {key: "another"}))
    index = reopened(folder)
    for use in (index.revision, index.article_ids, lambda: ask(index), lambda: index.apply([])):
        with pytest.raises(IndexMismatch, match=words):
            use()
    rebuilt(index, article)
    assert found(index, "职工") == [article.id]


def test_a_store_made_anew_is_another_store(folder: Path) -> None:
    an_index(folder, an_article()).close()
    with pytest.raises(IndexMismatch, match="another article store"):
        reopened(folder, "fedcba9876543210").revision()


def test_writers_wait_for_each_other(folder: Path) -> None:
    journal = changes(random_articles(40))
    reopened(folder).revision()
    failures: list[BaseException] = []

    def write(first: int) -> None:
        try:
            index = reopened(folder)
            for at in range(first, 40, 4):
                index.apply(journal[: at + 1])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert reopened(folder).article_ids() == {change.article_id for change in journal}


def test_a_writer_that_waits_in_vain_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generations, "LOCK_WAIT", 0.1)
    index = an_index(folder, an_article())
    other = whoosh_index.WhooshIndex(folder, STORE_ID)
    with other._generations.locked("write"), pytest.raises(IndexBusy, match="index"):
        index.apply(changes([an_article()], first=2))
    assert found(index)


def test_threads_search_while_one_writes(folder: Path) -> None:
    articles = random_articles(60)
    index = an_index(folder, *articles[:30])
    stop = threading.Event()
    failures: list[BaseException] = []

    def search() -> None:
        try:
            while not stop.is_set():
                page = ask(index, '"总工会" 或 党建')
                assert page.total == len(page.hits)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    with suppress(IndexBusy):
        for at, change in enumerate(changes(articles[30:], first=31)):
            index.apply([change])
            if at == 15:
                rebuilt(reopened(folder), *articles[:46], revision=46)
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert index.article_ids() == {article.id for article in articles}
