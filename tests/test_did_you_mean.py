"""Who finds nothing is asked whether another word was meant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis import fold
from search.arrays.snapshot import Snapshot
from search.index import SearchQuery
from search.query.tokens import tokens
from search.suggestions.did_you_mean import ASKED, alternatives
from tests.builders import an_article
from tests.search_support import PIECES
from tests.suggestion_support import a_snapshot

TEXTS = [
    "全国总工会慰问劳模，弘扬劳模精神。",
    "市总工会慰问女职工，职工代表大会闭幕。",
    "未来五年，人民生活改善，已经取得成绩。",
    "劳模事迹展开幕，职工运动会同日举行。",
] * 3


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    articles = [an_article(text, title=f"第{number}号") for number, text in enumerate(TEXTS)]
    return a_snapshot(tmp_path_factory.mktemp("meant"), articles[:7], articles[7:])


def hits(query: SearchQuery) -> int:
    """How many texts have every chunk and quotation as it stands, and none that is excluded."""
    wanted: set[str] = set()
    unwanted: set[str] = set()
    before = ""
    for token in tokens(query.text):
        if token.kind in ("word", "quoted"):
            (unwanted if before == "not" else wanted).add(fold(token.text))
        before = token.kind
    return sum(
        all(part in text for part in wanted) and not any(part in text for part in unwanted)
        for text in TEXTS
    )


def meant(snapshot: Snapshot, text: str) -> tuple[str, ...]:
    query = SearchQuery(text=text)
    return alternatives(query, hits(query), snapshot, hits)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("劳摸", "劳模"),
        ("总公会", "总工会"),
        ("laomo", "劳模"),
        ("zonggonghui", "总工会"),
        ("nvzhigong", "女职工"),
        ("laomojingshen", "劳模精神"),
        ("末来", "未来"),
        ("入民", "人民"),
        ("己经", "已经"),
        ("工总会", "总工会"),
        ("职工动会", "职工运动会"),
        ("运动大会", "运动会"),
        ("劳摸精神", "劳模精神"),
        ("全国总公会", "全国总工会"),
        ('title:"劳摸"', 'title:"劳模"'),
        ("（劳摸 OR 职工）", "（劳模 OR 职工）"),
        ("总公会 -劳摸", "总工会 -劳摸"),
        ("劳摸 总公会", "劳模 总工会"),
        ("總公會", "总工会"),
    ],
)
def test_the_likeliest_comes_first(snapshot: Snapshot, typed: str, first: str) -> None:
    found = meant(snapshot, typed)
    assert found[:1] == (first,)


@pytest.mark.parametrize(
    "typed", ["", "劳模", "author:劳摸", "日期:劳摸", "-劳摸", "gdp", "琵琶", "劳"]
)
def test_mostly_nothing_is_offered(snapshot: Snapshot, typed: str) -> None:
    assert meant(snapshot, typed) == ()


def test_a_query_that_does_not_parse_has_none(snapshot: Snapshot) -> None:
    assert alternatives(SearchQuery(text="“劳摸"), 0, snapshot, hits) == ()


def test_nothing_without_more_hits(snapshot: Snapshot) -> None:
    assert alternatives(SearchQuery(text="劳摸"), 1, snapshot, lambda _: 1) == ()


def test_filters_stay_and_paging_begins_anew(snapshot: Snapshot) -> None:
    asked: list[SearchQuery] = []

    def count(query: SearchQuery) -> int:
        asked.append(query)
        return len(asked)

    query = SearchQuery(text="劳摸", sites=("ftqgh",), cursor="next")
    assert alternatives(query, 0, snapshot, count)
    assert asked[0] == SearchQuery(text="劳模", sites=("ftqgh",))


def test_an_empty_index_has_no_alternatives() -> None:
    query = SearchQuery(text="劳摸 laomo")
    assert alternatives(query, 0, Snapshot([], 0), lambda _: 0) == ()


@settings(deadline=None)  # the first loads tables
@given(st.lists(st.sampled_from([*PIECES, "laomo", '"', "(", ")", "title:", "-", " "]), max_size=7))
def test_anything_typed_asks_seldom(snapshot: Snapshot, pieces: list[str]) -> None:
    asked = 0

    def count(query: SearchQuery) -> int:
        nonlocal asked
        asked += 1
        tokens(query.text)
        return 0

    assert alternatives(SearchQuery(text="".join(pieces)), 0, snapshot, count) == ()
    assert asked <= ASKED
