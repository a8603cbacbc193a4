"""Nonsense for every door: what comes in from outside raises nothing unforeseen.

``FUZZ_SEED`` repeats a run; a failure names its seed.
"""

from __future__ import annotations

import contextlib
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from archive.errors import QueryError
from archive.members import members, unpack
from crawler.judge import Fetched, judge
from crawler.profile import load_profile
from sample.site import pages
from search.index import SearchIndex, SearchQuery
from search.opening import open_index
from tests.builders import a_capture
from tests.commands import SAMPLE_SITES, Jianbao
from web.app import create_app
from web.citations.csl import csl_fault
from web.citations.formats import find_format, formats

SECONDS = 4.0
LONG_SECONDS = 300.0
"""Of computing, so that a busy machine tries as much as an idle one."""
SLOWEST_QUERY = 5.0
"""Seconds; generous, because these machines are busy. A hang is what it finds."""
SIGNS = [
    *"\"“”()（）*-~|:：＊－　 \t\0或非同节标题日期2019..é𠮷ａ１★<>&%'\\",
    *"工会 劳模 AND OR NOT title: 日期： within:section ~10 ..".split(),
]

Attack = Callable[[random.Random], None]


@pytest.fixture(
    params=[SECONDS, pytest.param(LONG_SECONDS, marks=pytest.mark.prove)], ids=["short", "long"]
)
def attack_with(request: pytest.FixtureRequest) -> Callable[[Attack], None]:
    """Run an attack again and again until the time is over."""
    seconds: float = request.param

    def run(attack: Attack) -> None:
        seed = int(os.environ.get("FUZZ_SEED", random.randrange(2**32)))
        chance = random.Random(seed)
        end = time.process_time() + seconds
        rounds = 0
        while time.process_time() < end:
            try:
                attack(chance)
            except Exception as error:
                error.add_note(f"FUZZ_SEED={seed}, round {rounds}")
                raise
            rounds += 1
        assert rounds > 10

    return run


@pytest.fixture(scope="module")
def index(crawled_once: Jianbao) -> Iterator[SearchIndex]:
    with closing(crawled_once.open_store()) as store:
        store_id = store.id
    with closing(open_index(crawled_once.settings.index_url, store_id)) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(crawled_once: Jianbao) -> Iterator[FlaskClient]:
    app = create_app(crawled_once.settings.model_copy(update={"requests_per_minute": 0}))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app.test_client()
    app.extensions["jianbao"].close()


def nonsense(chance: random.Random, most: int = 60) -> str:
    return "".join(chance.choice(SIGNS) for _ in range(chance.randint(0, most)))


def test_queries(index: SearchIndex, attack_with: Callable[[Attack], None]) -> None:
    def attack(chance: random.Random) -> None:
        query = SearchQuery(text=nonsense(chance, chance.choice((5, 60, 600))))
        began = time.monotonic()
        with contextlib.suppress(QueryError):
            index.search(query)
        assert time.monotonic() - began < SLOWEST_QUERY, query.text

    attack_with(attack)


def test_pages(attack_with: Callable[[Attack], None]) -> None:
    profile = load_profile(SAMPLE_SITES, "sample")
    bodies = [(path, page.body) for path, page in pages().items() if b"<html" in page.body]

    def attack(chance: random.Random) -> None:
        path, body = chance.choice(bodies)
        data = bytearray(body)
        for _ in range(chance.randint(0, 30)):
            at = chance.randrange(len(data) + 1)
            width = chance.choice((0, 1, 1, 10, 300))
            data[at : at + width] = chance.choice(
                (
                    b"",
                    bytes([chance.randrange(256)]),
                    b"<div>",
                    b"</",
                    b"<p ",
                    data[:width],
                    b"<!--",
                )
            )
        capture = a_capture(url=f"http://127.0.0.1:8917{path}", captured_at=datetime.now(UTC))
        verdict = judge(Fetched(capture=capture, content_type=None, body=bytes(data)), profile)
        assert (verdict.page is None) or verdict.page.title

    attack_with(attack)


def test_requests(client: FlaskClient, attack_with: Callable[[Attack], None]) -> None:
    paths = [
        *"/ /search /api/v1/search /api/v1/suggest /articles/x /api/v1/articles/x/citation".split(),
        *"/.json /search.json /api/v1/facets /articles/x.json /cdx /feed.atom /oai /list".split(),
    ]
    types = "text/html application/json text/plain application/x-bibtex x */*;q=x ;".split()
    names = [
        *"q from until site container author channel sort page limit cursor facet collapse".split(),
        *"synonyms format lang".split(),
    ]

    def attack(chance: random.Random) -> None:
        path = chance.choice([*paths, "/" + nonsense(chance, 8)])
        query = {name: nonsense(chance, 20) for name in names if chance.random() < 0.4}
        answer = client.get(path, query_string=query, headers={"Accept": chance.choice(types)})
        assert answer.status_code < 500, (path, query, answer.get_data(as_text=True))

    attack_with(attack)


def test_items_to_cite(attack_with: Callable[[Attack], None]) -> None:
    def value(chance: random.Random, depth: int = 0) -> object:
        kind = chance.randrange(8 if depth < 3 else 5)
        plain = (None, chance.randint(-5, 3000), nonsense(chance, 12), True, chance.random())
        if kind < 5:
            return plain[kind]
        if kind == 5:
            return [value(chance, depth + 1) for _ in range(chance.randint(0, 3))]
        return {chance.choice(KEYS): value(chance, depth + 1) for _ in range(chance.randint(0, 8))}

    def attack(chance: random.Random) -> None:
        item = value(chance)
        if csl_fault(item) is None:
            for name in formats:
                form = find_format(name)
                assert form is not None
                assert isinstance(form.render(item), str)  # type: ignore[arg-type]

    attack_with(attack)


KEYS = (
    "id type title author issued accessed date-parts literal family given container-title "
    "publisher publisher-place URL page volume issue edition language editor raw season"
).split()


def test_records(
    tmp_path: Path, crawled_once: Jianbao, attack_with: Callable[[Attack], None]
) -> None:
    whole = next(crawled_once.data.rglob("*.warc.gz")).read_bytes()[:60_000]
    path = tmp_path / "broken.warc.gz"

    def attack(chance: random.Random) -> None:
        data = bytearray(whole[: chance.randrange(1, len(whole))])
        for _ in range(chance.randint(0, 5)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data)
        with path.open("rb") as file:
            try:
                for member in members(file):
                    unpack(member.block)
            except ValueError:
                pass

    attack_with(attack)
