"""Indexes for tests, and articles made of few words so that queries meet and miss them."""

from __future__ import annotations

import json
import lzma
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from archive.article import Article, Figure, Section, article_to_json
from archive.store import Change
from search.arrays.document import index_document
from search.arrays.inversion import Inversion
from search.arrays.merging import merge
from search.index import SearchIndex, SearchPage, SearchQuery
from search.indexing.whoosh_index import WhooshIndex
from search.opening import open_index
from tests.builders import an_article

STORE_ID = "0123456789abcdef"
PIECES = (
    "丰台区总工会 丰台 台区 区 总工会 工会 会 全国总工会 党建 黨建 业务 業務 职工 職工之家 之家 家 "
    "劳模精神 PM2.5 pm F-35 35 12351 Ｆ－３５ 运动会 的 ， 。 “八一” （试行） 北　京 北京 市 "
    "\u200b a ab Abc é"
).split(" ")  # an ideographic space stays inside a piece
SITES = ("ftqgh", "bjzgh", "acftu")
DAYS = [date(2018, 12, 30) + timedelta(days) for days in range(0, 900, 45)]


def prose(random: Random, pieces: int) -> str:
    """At least one character that is no white space, so that it is a unit as articles have them."""
    return "".join(random.choice((*PIECES, " ")) for _ in range(pieces)).strip() or "会"


def random_article(random: Random, number: int) -> Article:
    def some(count: int) -> list[str]:
        return [prose(random, random.randint(1, 9)) for _ in range(random.randint(0, count))]

    return an_article(
        url=f"https://www.ftqgh.example/{number}.html",
        site=SITES[number % len(SITES)],
        title=prose(random, random.randint(1, 5)),
        published=random.choice([None, *DAYS]),
        sections=tuple(
            Section(
                heading=random.choice([None, prose(random, 2)]),
                subheading=random.choice([None, None, prose(random, 2)]),
                paragraphs=tuple(some(3)),
            )
            for _ in range(random.randint(0, 3))
        ),
        figures=tuple(Figure(url=None, caption=caption) for caption in some(2)),
        authors=tuple(some(2)),
        container_title=random.choice([None, "工人日报", "丰台区总工会网站"]),
        reprinted_from=random.choice([None, "新华社", "工人日报"]),
        channel=random.choice([None, "工会要闻"]),
        column_tag=random.choice([None, "先锋走廊"]),
    )


def random_articles(count: int, seed: int = 0) -> tuple[Article, ...]:
    random = Random(seed)
    return tuple(random_article(random, number) for number in range(count))


def changes(articles: Iterable[Article], first: int = 1) -> list[Change]:
    """One revision for each article."""
    return [
        Change(revision=revision, article_id=article.id, article=article)
        for revision, article in enumerate(articles, first)
    ]


def reopened(folder: Path, store_id: str = STORE_ID) -> SearchIndex:
    """The index in a folder, as another process sees it."""
    return open_index(f"whoosh:{folder}", store_id)


def an_index(folder: Path, *articles: Article, commits: int = 1) -> SearchIndex:
    """An index of these articles in a folder, written in so many commits."""
    index = reopened(folder)
    journal = changes(articles)
    for number in range(commits):
        first, last = (len(journal) * step // commits for step in (number, number + 1))
        index.apply(journal[first:last])
    return index


def rebuilt(index: SearchIndex, *articles: Article, revision: int = 1) -> None:
    """Make an index anew of these articles, each in a batch and a group of its own."""
    index.rebuild(([(one.id, article_to_json(one))] for one in articles), revision)


def bytes_of(index: SearchIndex, folder: Path) -> bytes:
    """All that an index holds of live articles, whatever segments they stand in."""
    assert isinstance(index, WhooshIndex)
    snapshot = index.snapshot()
    path = folder / "merged.seg"
    if not snapshot.live_count:
        return b""
    merge(list(zip(snapshot.segments, snapshot.lives, strict=True)), path)
    return path.read_bytes()


def bytes_made_of(
    articles: Iterable[Article], groups: Mapping[str, str], index: SearchIndex, folder: Path
) -> bytes:
    """What ``bytes_of`` an index must be that holds these articles in these groups."""
    assert isinstance(index, WhooshIndex)
    inversion = Inversion(index.snapshot().pivot)
    for article in articles:
        inversion.add(index_document(article, groups.get(article.id)))
    if not len(inversion):
        return b""
    path = folder / "made.seg"
    inversion.write(path)
    return path.read_bytes()


def ask(index: SearchIndex, text: str = "", **given: object) -> SearchPage:
    """A page with every hit."""
    return index.search(SearchQuery(text=text, **{"limit": 10_000, **given}))  # type: ignore[arg-type]


def found(index: SearchIndex, text: str = "", **given: object) -> list[str]:
    """Ids of every hit, in order."""
    return [hit.id for hit in ask(index, text, **given).hits]


def bulletins(count: int) -> Iterator[dict[str, str]]:
    """Real news bulletins, from the folder shared beside the project; skips where it is absent."""
    shared = Path(os.environ.get("JIANBAO_SHARED", Path(__file__).parents[2] / "shared"))
    corpus = shared / "corpus" / "bulletins.jsonl.xz"
    if not corpus.exists():
        pytest.skip(f"needs the shared corpus {corpus}")
    with lzma.open(corpus, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, islice(lines, count))
