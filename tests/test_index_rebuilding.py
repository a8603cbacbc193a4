"""A new index beside the old one, made by one process or by many, and what stops it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.article import Article, article_to_json
from archive.errors import IndexBusy, RebuildBroken
from search.arrays.document import IndexDocument
from search.indexing import generations, rebuilding
from search.indexing.rebuilding import read_articles
from search.indexing.whoosh_index import WhooshIndex
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

ROOT = Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def stored(*articles: Article) -> list[tuple[str, str]]:
    """As the store gives them, each in a group of its own."""
    return [(article.id, article_to_json(article)) for article in articles]


def generations_in(folder: Path) -> int:
    return len(list(folder.glob("generation-*")))


class TestBesideTheOldOne:
    """In this process, as for few articles."""

    def test_the_old_one_answers_until_the_end(self, folder: Path) -> None:
        old, new = an_article("旧闻"), an_article("新闻")
        index, other = an_index(folder, old), reopened(folder)

        def batches() -> Iterator[list[tuple[str, str]]]:
            for article in (new, *random_articles(3)):
                for opened in (index, other):
                    assert opened.article_ids() == {old.id}
                    assert opened.revision() == 1
                yield stored(article)

        index.rebuild(batches(), 4)
        for opened in (index, other):
            assert (opened.revision(), len(opened.article_ids())) == (4, 4)
            assert (found(opened, '"旧闻"'), found(opened, '"新闻"')) == ([], [new.id])
        assert generations_in(folder) == 1

    def test_batches_that_break_off_change_nothing(self, folder: Path) -> None:
        old = an_article("旧闻")
        index = an_index(folder, old)

        def batches() -> Iterator[list[tuple[str, str]]]:
            yield stored(an_article("新闻"))
            raise RuntimeError("stop")

        with pytest.raises(RuntimeError, match="stop"):
            index.rebuild(batches(), 2)
        assert index.article_ids() == {old.id}
        assert generations_in(folder) == 1

    def test_an_empty_one_answers_too(self, folder: Path) -> None:
        index = an_index(folder, an_article())
        rebuilt(index, revision=0)
        assert (index.revision(), ask(index).total) == (0, 0)
        assert index.apply(changes([an_article()])) == 1

    def test_it_may_be_the_first(self, folder: Path) -> None:
        index = reopened(folder)
        rebuilt(index, *random_articles(4), revision=4)
        assert (index.revision(), len(index.article_ids())) == (4, 4)

    def test_what_is_applied_meanwhile_to_the_old_one_is_not_claimed_by_the_new(
        self, folder: Path
    ) -> None:
        first, second = random_articles(2)
        index = an_index(folder, first)

        def batches() -> Iterator[list[tuple[str, str]]]:
            yield stored(first)
            assert reopened(folder).apply(changes([second], first=2)) == 2

        index.rebuild(batches(), 1)
        assert (index.revision(), index.article_ids()) == (1, frozenset([first.id]))

    def test_one_at_a_time(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(generations, "LOCK_WAIT", 0.1)
        index = an_index(folder, an_article())

        def batches() -> Iterator[list[tuple[str, str]]]:
            with pytest.raises(IndexBusy):
                rebuilt(reopened(folder))
            yield stored(an_article())

        index.rebuild(batches(), 1)
        assert index.revision() == 1


ARTICLES = random_articles(150)


def read_and_die(batch: list[tuple[str, str]]) -> Iterator[IndexDocument]:
    """As a worker does that the system kills for its memory."""
    if any(group == ARTICLES[-1].id for group, _ in batch):
        os.kill(os.getpid(), signal.SIGKILL)
    return read_articles(batch)


def read_on_full_disk(batch: list[tuple[str, str]]) -> Iterator[IndexDocument]:
    if any(group == ARTICLES[-1].id for group, _ in batch):
        raise OSError(28, "No space left on device")
    return read_articles(batch)


class TestManyProcesses:
    """However few the articles are."""

    @pytest.fixture(autouse=True)
    def _many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rebuilding, "_FEW", 1)
        monkeypatch.setattr(rebuilding, "_SAMPLE", 40)

    @pytest.mark.parametrize(("whole", "segments"), [(rebuilding._WHOLE, 1), (0, 2)])
    def test_they_make_what_one_makes(
        self,
        folder: Path,
        tmp_path: Path,
        whole: int,
        segments: int,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(rebuilding, "_WHOLE", whole)
        index = WhooshIndex(folder, STORE_ID)
        told: list[int] = []
        batches = (stored(*ARTICLES[first : first + 7]) for first in range(0, 150, 7))
        index.fill(batches, read_articles, 150, told.append, processes=2)
        assert (told[-1], len(told), told) == (150, 22, sorted(told))
        assert index.article_ids() == {article.id for article in ARTICLES}
        assert index.status().segments == segments
        assert len(list(folder.glob("generation-*/*.seg"))) == segments
        assert bytes_of(index, tmp_path) == bytes_made_of(ARTICLES, {}, index, tmp_path)
        assert index.apply(changes(random_articles(30, seed=3), first=151)) == 180

    @pytest.mark.parametrize(
        ("read", "error"), [(read_and_die, RebuildBroken), (read_on_full_disk, OSError)]
    )
    def test_one_that_ends_early_leaves_the_old_index(
        self, folder: Path, read: rebuilding.Read[tuple[str, str]], error: type[Exception]
    ) -> None:
        old = an_article("旧闻")
        an_index(folder, old).close()
        index = WhooshIndex(folder, STORE_ID)
        with pytest.raises(error, match=r"SIGKILL|No space"):
            index.fill((stored(article) for article in ARTICLES), read, 150, processes=2)
        assert index.article_ids() == {old.id}
        assert generations_in(folder) == 1


def test_parts_are_merged_in_this_process_too(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "_PART", 2_000)
    index = WhooshIndex(folder, STORE_ID)
    index.fill([stored(*ARTICLES)], read_articles, 150, processes=1)
    assert index.status().segments == 1
    assert bytes_of(index, tmp_path) == bytes_made_of(ARTICLES, {}, index, tmp_path)


REBUILDING = """
import signal
import sys
import time
from search.indexing import rebuilding
from search.opening import open_index
from tests.test_index_rebuilding import ARTICLES, STORE_ID, stored

def batches():
    for number, article in enumerate(ARTICLES):
        yield stored(article)
        if number == 100:
            print("filled", flush=True)
            time.sleep(60)

if __name__ == "__main__":
    # A shell starts what runs in the background with Ctrl-C ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    rebuilding._FEW = 1
    rebuilding.cores = lambda: 2
    open_index("whoosh:" + sys.argv[1], STORE_ID).rebuild(batches(), 150)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_rebuild_leaves_the_old_index_and_no_process(
    folder: Path, how: signal.Signals
) -> None:
    """Ctrl-C reaches the workers too; a kill only the parent."""
    old = an_article("旧闻")
    index = an_index(folder, old)
    with subprocess.Popen(
        [sys.executable, "-c", REBUILDING, str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "filled\n"
        if how is signal.SIGINT:
            os.killpg(process.pid, how)
        else:
            process.kill()
        # The pipes end with the last process that holds them.
        errors = process.communicate(timeout=30)[1]
    assert process.returncode == -how
    assert errors.count("Traceback") == (1 if how is signal.SIGINT else 0)
    assert index.article_ids() == {old.id}
    assert generations_in(folder) == (1 if how is signal.SIGINT else 2)
    rebuilt(index, old)
    assert generations_in(folder) == 1
