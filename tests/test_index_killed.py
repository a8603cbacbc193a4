"""A writer that is killed at any moment leaves the last commit, and the next one goes on."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from random import Random

import pytest

from archive.opening import open_store
from archive.outcome import Withdrawal
from archive.store import ArticleStore, Change
from search.opening import open_index
from search.sync import sync
from tests.search_support import bytes_made_of, bytes_of, random_articles

ROOT = Path(__file__).parents[1]

WRITER = """
import sys
from archive.opening import open_store
from search import sync as following
from search.opening import open_index

following.BATCH = 5
store = open_store("sqlite:///" + sys.argv[1])
index = open_index("whoosh:" + sys.argv[2], store.id)
print("started", flush=True)
following.sync(store, index)
while True:
    following.rebuild(store, index)
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    """Articles of which many were changed, and some withdrawn."""
    opened = open_store(f"sqlite:///{tmp_path / 'store.sqlite'}")
    random = Random(0)
    for seed in range(4):
        articles = list(random_articles(150, seed))
        random.shuffle(articles)
        with opened.batch():
            for article in articles:
                opened.put(article)
                if random.random() < 0.03:
                    opened.withdraw(
                        Withdrawal(
                            article_id=article.id,
                            reason="更正",
                            at=datetime(2024, 5, 1, tzinfo=UTC),
                        )
                    )
    yield opened
    opened.close()


def kill_a_writer(store: Path, folder: Path, delay: float) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(store), str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "started\n"
        time.sleep(delay)
        assert process.poll() is None
        process.kill()


def check_killed(store: ArticleStore, folder: Path, times: int, random: Random) -> None:
    index_folder = folder / "index"
    reached = 0
    for _ in range(times):
        kill_a_writer(folder / "store.sqlite", index_folder, random.uniform(0, 0.8))
        index = open_index(f"whoosh:{index_folder}", store.id)
        assert index.revision() >= reached
        reached = index.revision()
        held = {change.article_id: change.article for change in until(store, reached)}
        articles = [article for article in held.values() if article]
        assert index.article_ids() == {article.id for article in articles}
        groups = store.reprint_groups(held)
        assert bytes_of(index, folder) == bytes_made_of(articles, groups, index, folder)
        index.close()
        if reached == store.revision and random.random() < 0.5:
            shutil.rmtree(index_folder)
            reached = 0
    index = open_index(f"whoosh:{index_folder}", store.id)
    assert sync(store, index) == store.revision
    articles = list(store.get_many(store.article_ids()).values())
    groups = store.reprint_groups(store.article_ids())
    assert bytes_of(index, folder) == bytes_made_of(articles, groups, index, folder)


def until(store: ArticleStore, revision: int) -> Iterator[Change]:
    return takewhile(lambda change: change.revision <= revision, store.changes(0))


def test_five_kills(store: ArticleStore, tmp_path: Path) -> None:
    check_killed(store, tmp_path, 5, Random(0))


@pytest.mark.prove
def test_fifty_kills(store: ArticleStore, tmp_path: Path) -> None:
    check_killed(store, tmp_path, 50, Random(1))
