"""A crawl that is stopped in any way goes on where it was; nothing is lost or doubled."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from archive.article import Article
from archive.fixity import TORN
from archive.warc import OPEN
from sample.server import serving
from tests.commands import Jianbao, write_sites

SLOW = 0.02
"""Seconds per answer, so that a kill falls into the crawl."""
KILL_AFTER = (0.6, 2.6)
"""Seconds between the start of the command and its end."""
PATIENCE = 60
A_LIST_AND_REPORTS = 20_000
"""Bytes of records after which some page has been read."""


def contents(jianbao: Jianbao) -> dict[str, Article]:
    """Every article without its captures, by id."""
    with closing(jianbao.open_store()) as store:
        held = store.get_many(store.article_ids())
    return {key: article.without_captures() for key, article in held.items()}


def at_path(articles: dict[str, Article]) -> dict[str, tuple[object, ...]]:
    """What was read, by the path of the address: the same wherever the site was served."""
    return {
        "/" + each.url.split("/", 3)[3]: (each.title, each.published, each.sections)
        for each in articles.values()
    }


def kill_and_continue(folder: Path, base: str, seed: int) -> Jianbao:
    """Kill a crawl at a random moment, perhaps twice, and let the last one end."""
    moments = random.Random(seed)
    jianbao = Jianbao(folder / "data", write_sites(folder / "sites", base))
    for _ in range(moments.choice((1, 1, 2))):
        process = jianbao.start("crawl", "sample")
        time.sleep(moments.uniform(*KILL_AFTER))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    jianbao.ok("crawl", "sample")
    return jianbao


def expect_whole(jianbao: Jianbao, crawled_once: Jianbao) -> None:
    """The same articles as an undisturbed crawl, each once, and every byte in its place."""
    assert at_path(contents(jianbao)) == at_path(contents(crawled_once))
    jianbao.ok("verify")
    assert not list(jianbao.data.rglob(f"*{OPEN}"))
    with closing(jianbao.open_store()) as store:
        assert store.revision == len(store.article_ids()), "an article was put twice"
        assert not store.captures_without_outcome("sample")


@pytest.mark.parametrize("seed", range(5))
def test_killed_and_continued(tmp_path: Path, crawled_once: Jianbao, seed: int) -> None:
    with serving(delay=SLOW) as base:
        expect_whole(kill_and_continue(tmp_path, base, seed), crawled_once)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(100, 150))
def test_killed_and_continued_often(tmp_path: Path, crawled_once: Jianbao, seed: int) -> None:
    with serving(delay=SLOW) as base:
        killed = kill_and_continue(tmp_path, base, seed)
        expect_whole(killed, crawled_once)
        before = contents(killed)
        killed.ok("extract")
        assert contents(killed) == before


def test_a_killed_recheck_goes_on(tmp_path: Path, crawled_once: Jianbao) -> None:
    with serving(delay=SLOW) as base:
        jianbao = Jianbao(tmp_path / "data", write_sites(tmp_path / "sites", base))
        jianbao.ok("crawl", "sample")
        process = jianbao.start("crawl", "sample", "--recheck")
        wait_for_records(jianbao.data, process)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        jianbao.ok("crawl", "sample", "--recheck")
        expect_whole(jianbao, crawled_once)
    with closing(jianbao.open_store()) as store:
        before = store.get_many(store.article_ids())
    confirmed = [any(each.revisit_of for each in a.captures) for a in before.values()]
    assert confirmed
    assert all(confirmed)
    jianbao.ok("extract")
    with closing(jianbao.open_store()) as store:
        assert store.get_many(before) == before


def test_torn_bytes_are_moved_aside_and_whole_records_come_back(crawled: Jianbao) -> None:
    before = contents(crawled)
    (warc,) = crawled.data.rglob("*.warc.gz")
    whole = warc.read_bytes()
    warc.write_bytes(whole + whole[:100])
    warc.rename(warc.with_name(warc.name + OPEN))
    with closing(crawled.open_store()) as store, store.batch() as connection:
        for table in ("articles", "journal", "captures", "article_captures", "outcomes"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    done = crawled("crawl", "sample")
    assert done.returncode == 0, done.stderr
    assert "captures of a run that was killed came back" in done.stderr
    assert contents(crawled) == before
    (torn,) = crawled.data.rglob(f"*{TORN}")
    assert torn.read_bytes() == whole[:100]
    assert warc.read_bytes() == whole
    crawled.ok("verify")


@pytest.mark.parametrize("presses", [1, 2])
def test_ctrl_c(tmp_path: Path, crawled_once: Jianbao, presses: int) -> None:
    with serving(delay=0.1) as base:
        jianbao = Jianbao(tmp_path / "data", write_sites(tmp_path / "sites", base))
        process = jianbao.start("crawl", "sample")
        wait_for_records(jianbao.data, process, A_LIST_AND_REPORTS)
        pressed = time.monotonic()
        for _ in range(presses):
            os.killpg(process.pid, signal.SIGINT)
            time.sleep(0.2)
        _out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 130, err
        assert "Traceback" not in err, err
        assert time.monotonic() - pressed < 10
        jianbao.ok("verify")
        report = jianbao.json("report")
        kinds = {row["kind"] for row in report["outcomes"]}
        assert "new" in kinds or "list_page" in kinds
        jianbao.ok("crawl", "sample")
        expect_whole(jianbao, crawled_once)


def test_a_full_disk_ends_the_crawl_and_loses_nothing(
    tmp_path: Path, crawled_once: Jianbao
) -> None:
    with serving() as base:
        jianbao = Jianbao(tmp_path / "data", write_sites(tmp_path / "sites", base))
        done = subprocess.run(
            [*jianbao.words, "crawl", "sample"],
            env=jianbao.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000)),
        )
        assert done.returncode == 1, done.stderr
        assert "cannot be written" in done.stderr
        assert "Traceback" not in done.stderr
        jianbao.ok("crawl", "sample")
        expect_whole(jianbao, crawled_once)


def test_two_crawls_of_one_site_do_not_meet(tmp_path: Path) -> None:
    with serving(delay=1.0) as base:
        jianbao = Jianbao(tmp_path / "data", write_sites(tmp_path / "sites", base))
        process = jianbao.start("crawl", "sample")
        wait_for_records(jianbao.data, process)
        second = jianbao("crawl", "sample")
        assert second.returncode == 5
        assert "Another crawl of the site “sample” is running" in second.stderr
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_for_records(data: Path, process: subprocess.Popen[str], size: int = 5_000) -> None:
    """Return when the crawl has written so many bytes."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        if any(path.stat().st_size > size for path in data.rglob(f"*{OPEN}")):
            return
        time.sleep(0.02)
    pytest.fail("the crawl wrote nothing")
