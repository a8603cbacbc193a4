"""Pages that follow each other by cursor, while the index changes between them."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.article import Article
from archive.errors import QueryError
from search.arrays.merging import merge
from search.arrays.segment import Segment
from search.arrays.snapshot import Snapshot
from search.evaluation.answering import answer
from search.index import SearchPage, SearchQuery, Sort
from tests.evaluation_support import a_segment, a_snapshot, split
from tests.search_support import prose, random_articles

ARTICLES = random_articles(300)
NEW = random_articles(420)[300:]
TYPED = [
    "工会",
    "全国总工会 职工",
    "工会 或 的 或 职工",
    "会",
    "区总工会 党建业务",
    "-工会",
    "",
    '"会" 职工之家',
    "劳模精神 职工之家 北京市 党建业务",
    "劳模精神职工之家北京市党建业务",
    "火星人 木星人 土星人 劳模 工会会员代表",
]


class Changing:
    """Articles in segments; each commit adds, replaces and deletes some, and may merge all."""

    def __init__(self, folder: Path, segments: list[Segment], random: Random) -> None:
        self.folder = folder
        self.random = random
        self.segments = list(segments)
        self.gone: set[tuple[int, str]] = set()
        self.left = list(NEW)
        self.touched: set[str] = set()

    @property
    def snapshot(self) -> Snapshot:
        return a_snapshot(self.segments, self.gone)

    def commit(self) -> None:
        added = [self.left.pop() for _ in range(min(len(self.left), self.random.randint(0, 25)))]
        for article in self.random.sample(ARTICLES, self.random.randint(0, 20)):
            if article.id not in self.touched:
                self._delete(article)
                if self.random.random() < 0.5:
                    added.append(replace(article, title=prose(self.random, 4)))
        if added:
            self.segments.append(a_segment(self.folder, added))
        if self.random.random() < 0.2:
            self._merge()

    def _delete(self, article: Article) -> None:
        self.touched.add(article.id)
        for place, segment in enumerate(self.segments):
            if segment.number(article.id) is not None:
                self.gone.add((place, article.id))

    def _merge(self) -> None:
        path = self.folder / f"merged-{self.random.random()}.seg"
        snapshot = self.snapshot
        merge(list(zip(snapshot.segments, snapshot.lives, strict=True)), path)
        self.segments, self.gone = [Segment(path)], set()


@pytest.fixture(scope="module")
def segments(tmp_path_factory: pytest.TempPathFactory) -> list[Segment]:
    return [a_segment(tmp_path_factory.mktemp("first"), part) for part in split(ARTICLES, 2)]


@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from(TYPED), st.sampled_from(Sort), st.integers(5, 60), st.booleans(), st.integers()
)
def test_pages_neither_overlap_nor_skip_what_was_there_throughout(
    segments: list[Segment], typed: str, sort: Sort, limit: int, collapse: bool, seed: int
) -> None:
    with TemporaryDirectory() as folder:
        index = Changing(Path(folder), segments, Random(seed))
        query = SearchQuery(text=typed, sort=sort, limit=limit, collapse=collapse)
        whole = answer(replace(query, limit=1000), index.snapshot).hits
        page = answer(query, index.snapshot)
        paged = list(page.hits)
        while page.next is not None:
            index.commit()
            page = answer(replace(query, cursor=page.next), index.snapshot)
            paged += page.hits
        kept = [hit for hit in paged if hit.id not in index.touched]
        kept = [hit for hit in kept if hit.id not in {article.id for article in NEW}]
        assert kept == [hit for hit in whole if hit.id not in index.touched]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("cursor")
    groups = {article.id: f"group {number % 90}" for number, article in enumerate(ARTICLES)}
    return a_snapshot([a_segment(folder, part, groups) for part in split(ARTICLES, 3)])


def pages(snapshot: Snapshot, query: SearchQuery) -> list[SearchPage]:
    found = [answer(query, snapshot)]
    while found[-1].next is not None:
        found.append(answer(replace(query, cursor=found[-1].next), snapshot))
    return found


@pytest.mark.parametrize("collapse", [False, True])
@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("typed", TYPED)
def test_pages_join_to_the_whole(
    snapshot: Snapshot, typed: str, sort: Sort, collapse: bool
) -> None:
    query = SearchQuery(text=typed, sort=sort, collapse=collapse)
    whole = answer(replace(query, limit=1000), snapshot)
    assert whole.next is None
    for limit in (7, 150):
        found = pages(snapshot, replace(query, limit=limit))
        assert tuple(hit for page in found for hit in page.hits) == whole.hits
        assert {(page.total, page.groups, page.with_all_words) for page in found} == {
            (whole.total, whole.groups, whole.with_all_words)
        }
    numbered = [
        answer(replace(query, limit=9, offset=offset), snapshot).hits
        for offset in range(0, len(whole.hits) + 9, 9)
    ]
    assert tuple(hit for hits in numbered for hit in hits) == whole.hits


def test_a_cursor_is_good_for_its_own_search_only(snapshot: Snapshot) -> None:
    query = SearchQuery(text="工会")
    following = answer(query, snapshot).next
    assert following is not None
    answer(replace(query, cursor=following, limit=3, facets=()), snapshot)
    for other in (
        replace(query, text="职工"),
        replace(query, sort=Sort.NEWEST),
        replace(query, collapse=True),
        replace(query, sites=("ftqgh",)),
        replace(query, offset=20),
    ):
        with pytest.raises(QueryError) as raised:
            answer(replace(other, cursor=following), snapshot)
        assert raised.value.position == 0


@pytest.mark.parametrize("cursor", ["", "=", "x", "A" * 40, "é", "工会", "-_" * 9_000, "a\n"])
def test_what_is_no_cursor_is_refused(snapshot: Snapshot, cursor: str) -> None:
    with pytest.raises(QueryError):
        answer(SearchQuery(text="工会", cursor=cursor), snapshot)


@settings(max_examples=100, deadline=None)
@given(st.data(), st.sampled_from(["工会", "", "劳模精神 火星人"]), st.sampled_from(Sort))
def test_a_changed_cursor_raises_nothing_else(
    snapshot: Snapshot, data: st.DataObject, typed: str, sort: Sort
) -> None:
    query = SearchQuery(text=typed, sort=sort, limit=5)
    following = answer(query, snapshot).next
    assert following is not None
    raw = bytearray(urlsafe_b64decode(following + "=" * (-len(following) % 4)))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    raw = raw[: data.draw(st.integers(6, len(raw)))]
    with suppress(QueryError):
        answer(replace(query, cursor=urlsafe_b64encode(raw).decode().rstrip("=")), snapshot)
