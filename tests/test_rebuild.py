"""Each ring is made again from the one before, and is the same."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.article import Article
from archive.capture import Capture
from archive.errors import IndexMismatch
from archive.opening import open_store
from archive.outcome import Outcome
from search.index import SearchQuery
from tests.commands import Jianbao
from web.holdings import Holdings

Rings = tuple[dict[str, Article], tuple[Capture, ...], dict[tuple[str, str], Outcome]]


def rings(jianbao: Jianbao) -> Rings:
    """Articles with their captures, all captures, and all outcomes."""
    with closing(jianbao.open_store()) as store:
        outcomes = [outcome for run in store.runs() for outcome in store.outcomes(run)]
        return (
            store.get_many(store.article_ids()),
            tuple(store.all_captures()),
            {(outcome.run, outcome.url): outcome for outcome in outcomes},
        )


def remove_store(jianbao: Jianbao) -> None:
    for path in jianbao.data.glob("store.sqlite*"):
        path.unlink()


def test_the_store_is_rebuilt_from_files_alone(crawled: Jianbao) -> None:
    crawled.ok("crawl", "sample")
    with closing(crawled.open_store()) as store:
        gone = store.article_ids()[7]
    crawled.ok("withdraw", gone, "--reason", "误发")
    before = rings(crawled)
    remove_store(crawled)
    crawled.ok("extract")
    assert rings(crawled) == before
    shown = crawled("show", gone)
    assert shown.returncode == 1
    assert "误发" in shown.stderr


def test_the_index_gives_the_same_answers_again(crawled: Jianbao) -> None:
    queries = [["劳模"], ["“工匠”"], ["工会 OR 骑手", "--sort", "newest"], ["--from", "2023"]]
    before = [crawled.json("find", *query) for query in queries]
    crawled.ok("extract")
    out_of_step = crawled("find", "劳模")
    assert out_of_step.returncode == 1
    assert "jianbao index rebuild" in out_of_step.stderr
    crawled.ok("index", "rebuild")
    assert [crawled.json("find", *query) for query in queries] == before


def test_a_store_of_another_version_says_so_and_is_rebuilt(crawled: Jianbao) -> None:
    before = rings(crawled)
    with closing(crawled.open_store()) as store, store.batch() as connection:
        connection.exec_driver_sql("UPDATE stamp SET schema = '0'")
    done = crawled("report")
    assert done.returncode == 1
    assert "run “jianbao extract”" in done.stderr
    crawled.ok("extract")
    assert rings(crawled) == before


@pytest.mark.parametrize("damage", ["no database", "cut short"])
def test_a_damaged_store_says_so_and_is_rebuilt(crawled: Jianbao, damage: str) -> None:
    before = rings(crawled)
    path = crawled.data / "store.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = path.read_bytes()
    path.write_bytes(b"x" * 5000 if damage == "no database" else content[: len(content) // 2])
    done = crawled("report")
    assert done.returncode == 1, done.stdout
    assert "run “jianbao extract”" in done.stderr, done.stderr
    crawled.ok("extract")
    assert rings(crawled) == before


def test_extract_refuses_damaged_files_unless_told(crawled: Jianbao) -> None:
    before = rings(crawled)
    damaged = before[1][4]
    path = crawled.settings.warc_folder / damaged.warc_file
    content = bytearray(path.read_bytes())
    content[damaged.warc_offset + 100] ^= 255
    path.write_bytes(content)
    refused = crawled("extract")
    assert refused.returncode == 6
    assert f"damaged at byte {damaged.warc_offset}" in refused.stderr
    assert rings(crawled) == before
    done = crawled("extract", "--skip-damaged")
    assert done.returncode == 6
    assert f"skipped: {damaged.warc_file} at byte {damaged.warc_offset}" in done.stderr
    after = rings(crawled)
    assert set(after[1]) == set(before[1]) - {damaged}
    lost = {key for key, each in before[0].items() if damaged in each.captures}
    assert after[0] == {key: each for key, each in before[0].items() if key not in lost}


def test_a_lost_store_is_not_quietly_made_anew(crawled: Jianbao) -> None:
    before = rings(crawled)
    remove_store(crawled)
    for words in (["find", "劳模"], ["report"], ["crawl", "sample"]):
        done = crawled(*words)
        assert done.returncode == 1
        assert "no article store" in done.stderr
        assert "jianbao extract" in done.stderr
    crawled.ok("extract")
    assert rings(crawled) == before


def test_a_running_server_follows_a_rebuilt_store(crawled: Jianbao) -> None:
    holdings = Holdings(crawled.settings)
    try:
        before = holdings.find(SearchQuery(text="劳模")).total
        crawled.ok("extract")
        with pytest.raises(IndexMismatch):
            holdings.find(SearchQuery(text="劳模"))
        crawled.ok("index", "rebuild")
        assert holdings.find(SearchQuery(text="劳模")).total == before
    finally:
        holdings.close()


def test_a_kill_during_extract_leaves_the_old_store(crawled: Jianbao) -> None:
    before = rings(crawled)
    for pause in (0.7, 1.0, 1.3):
        process = crawled.start("extract")
        time.sleep(pause)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert rings(crawled) == before


def test_every_record_opens_in_warcio(crawled_once: Jianbao) -> None:
    kinds: list[str] = []
    files = sorted(crawled_once.data.rglob("*.warc.gz"))
    for path in files:
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                record.content_stream().read()
                kinds.append(record.rec_type)
    captures = len(rings(crawled_once)[1])
    assert kinds.count("response") == kinds.count("request") == captures
    assert kinds.count("warcinfo") == len(files)


def test_cdxj_indexer_finds_every_capture(crawled: Jianbao) -> None:
    crawled.ok("crawl", "sample")
    files = sorted(str(path) for path in crawled.data.rglob("*.warc.gz"))
    done = subprocess.run(
        [str(Path(sys.executable).parent / "cdxj-indexer"), "--sort", *files],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    lines = done.stdout.splitlines()
    assert lines == sorted(lines)
    found = [json.loads(line.split(" ", 2)[2]) for line in lines]
    captures = rings(crawled)[1]
    assert sorted(each["url"] for each in found) == sorted(each.url for each in captures)
    revisits = [each["url"] for each in found if each["mime"] == "warc/revisit"]
    assert sorted(revisits) == sorted(each.url for each in captures if each.revisit_of)
    assert revisits
    assert done.stderr == ""


def test_open_store_makes_folders(tmp_path: Path) -> None:
    with closing(open_store(f"sqlite:///{tmp_path / 'a' / 'b' / 'store.sqlite'}")) as store:
        assert store.revision == 0
