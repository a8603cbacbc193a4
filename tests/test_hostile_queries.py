"""Ten thousand hostile queries: nothing but ``QueryError``, bounded memory, the slowest printed.

``HOSTILE_SEED`` repeats a run; a failure names its seed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from random import Random

import pytest

from archive.article import Article
from archive.errors import QueryError
from search.query.grammar import parse
from search.query.synonyms import widen
from tests.builders import an_article
from tests.hostile_queries import FREQUENT, KINDS, WORDS, hostile_query
from tests.search_support import SITES, an_index, bulletins

DOCUMENTS = 3_000
COUNT = 300
LONG_COUNT = 10_000
GROWTH = 100 * 2**20
"""Bytes that a process may grow by over all queries; it was 21 MB over ten thousand."""
SLOWEST = 5_000
"""Milliseconds; generous, because these machines are busy. A hang is what it finds."""


@pytest.fixture(scope="module")
def seed() -> int:
    return int(os.environ.get("HOSTILE_SEED", Random().randrange(2**32)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of bulletins; of words in no order where these are not at hand."""
    try:
        articles = list(_articles())
    except pytest.skip.Exception:
        articles = list(_made_up())
    path = tmp_path_factory.mktemp("hostile")
    with closing(an_index(path, *articles, commits=3)):
        return path


def _articles() -> Iterator[Article]:
    for number, bulletin in enumerate(bulletins(DOCUMENTS)):
        yield an_article(
            *bulletin["body"].split("\n"),
            title=bulletin["title"],
            published=date.fromisoformat(bulletin["date"]),
            site=SITES[number % 3],
            authors=("新华社", bulletin["title"][:3]),
        )


def _made_up() -> Iterator[Article]:
    random = Random(0)
    for number in range(DOCUMENTS):
        text = "".join(random.choice((*FREQUENT, *WORDS)) for _ in range(200))
        yield an_article(text, title=text[:20], site=SITES[number % 3], authors=(text[20:23],))


def test_every_kind_is_read_or_refused(seed: int) -> None:
    random = Random(seed)
    for kind in KINDS:
        for _ in range(10):
            text = hostile_query(random, (kind,))
            with suppress(QueryError):
                tree = parse(text)
                assert parse(text) == tree, (seed, text)
                widen(tree)


@pytest.mark.parametrize(
    "count", [COUNT, pytest.param(LONG_COUNT, marks=pytest.mark.prove)], ids=["short", "long"]
)
def test_an_index_stands_them_all(
    folder: Path, seed: int, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a process of its own: a crash is seen, and its memory is measured alone."""
    words = [sys.executable, "-m", "tests.hostile_queries", str(folder), str(seed), str(count)]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=1800, check=False)
    assert ended.returncode == 0, f"HOSTILE_SEED={seed}\n{ended.stderr[-3000:]}"
    told = json.loads(ended.stdout)
    with capsys.disabled():
        sys.stdout.write(f"\nHOSTILE_SEED={seed} {ended.stdout}\n")
    assert told["asked"] == count
    assert told["refused"] < 0.7 * count, "many must reach the index"
    assert told["growth"] < GROWTH, told
    assert told["slowest_ms"] < SLOWEST, told
