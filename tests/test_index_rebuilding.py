"""A new index beside the old one, and what a killed process leaves behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archive.errors import IndexBusy
from search.indexing import whoosh_index
from tests.builders import an_article
from tests.search_support import an_index, ask, changes, found, random_articles, reopened

ROOT = Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


class TestRebuilding:
    """A new index beside the old one."""

    def test_the_old_one_answers_until_the_end(self, folder: Path) -> None:
        old, new = an_article("旧闻"), an_article("新闻")
        index, other = an_index(folder, old), reopened(folder)
        with index.rebuilding() as fill:
            assert fill(changes([new])) == 1
            assert fill(changes(random_articles(3), first=2)) == 4
            for opened in (index, other):
                assert opened.article_ids() == {old.id}
                assert opened.revision() == 1
        for opened in (index, other):
            assert (opened.revision(), len(opened.article_ids())) == (4, 4)
            assert (found(opened, '"旧闻"'), found(opened, '"新闻"')) == ([], [new.id])
        assert len(list(folder.glob("generation-*"))) == 1

    def test_a_block_that_fails_changes_nothing(self, folder: Path) -> None:
        old = an_article("旧闻")
        index = an_index(folder, old)

        def fail() -> None:
            with index.rebuilding() as fill:
                fill(changes([an_article("新闻")]))
                raise RuntimeError("stop")

        with pytest.raises(RuntimeError, match="stop"):
            fail()
        assert index.article_ids() == {old.id}
        assert len(list(folder.glob("generation-*"))) == 1

    def test_an_empty_one_answers_too(self, folder: Path) -> None:
        index = an_index(folder, an_article())
        with index.rebuilding():
            pass
        assert (index.revision(), ask(index).total) == (0, 0)

    def test_what_is_applied_meanwhile_to_the_old_one_is_not_claimed_by_the_new(
        self, folder: Path
    ) -> None:
        first, second = random_articles(2)
        index = an_index(folder, first)
        with index.rebuilding() as fill:
            fill(changes([first]))
            assert reopened(folder).apply(changes([second], first=2)) == 2
        assert (index.revision(), index.article_ids()) == (1, frozenset([first.id]))

    def test_one_at_a_time(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(whoosh_index, "LOCK_WAIT", 0.1)
        index = an_index(folder, an_article())
        with index.rebuilding(), pytest.raises(IndexBusy), reopened(folder).rebuilding():
            pytest.fail("two rebuilds at once")

    def test_a_killed_one_leaves_the_old_and_is_cleaned_by_the_next(self, folder: Path) -> None:
        old = an_article("旧闻")
        index = an_index(folder, old)
        killed = run_until("filled", folder, "rebuild")
        assert killed.returncode == -signal.SIGKILL
        assert index.article_ids() == {old.id}
        assert len(list(folder.glob("generation-*"))) == 2
        with index.rebuilding() as fill:
            fill(changes([old]))
        assert len(list(folder.glob("generation-*"))) == 1


WRITER = """
import sys
from search.opening import open_index
from tests.search_support import STORE_ID, changes, random_articles
index = open_index("whoosh:" + sys.argv[1], STORE_ID)
journal = changes(random_articles(400))
since = index.revision()
if sys.argv[2] == "rebuild":
    with index.rebuilding() as fill:
        fill(journal[:20])
        print("filled", flush=True)
        sys.stdin.read()
print("started", flush=True)
for first in range(since, 400, 7):
    index.apply(journal[first : first + 7])
"""


def run_until(
    line: str, folder: Path, what: str, delay: float = 0
) -> subprocess.CompletedProcess[str]:
    """A writer in a process of its own, killed a while after it has said a line."""
    command = [sys.executable, "-c", WRITER, str(folder), what]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline().strip() == line
        time.sleep(delay)
        process.kill()
        process.wait()
        return subprocess.CompletedProcess(command, process.returncode)


def test_a_killed_writer_leaves_a_whole_commit_and_the_next_one_goes_on(folder: Path) -> None:
    journal = changes(random_articles(400))
    reached = 0
    for delay in (0.02, 0.05, 0.08, 0.11, 0.14, 0.17):
        run_until("started", folder, "apply", delay)
        index = reopened(folder)
        assert index.revision() >= reached
        reached = index.revision()
        assert index.article_ids() == {change.article_id for change in journal[:reached]}
        assert set(found(index)) == index.article_ids()
        index.close()
    assert reached < 400
    assert index.apply(journal[reached:]) == 400
    assert len(index.article_ids()) == 400
