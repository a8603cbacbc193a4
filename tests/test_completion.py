"""What is being typed becomes words and titles of the index."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.arrays.snapshot import Snapshot
from search.query.tokens import tokens
from search.suggestions.completion import complete
from tests.builders import an_article
from tests.search_support import PIECES
from tests.suggestion_support import a_snapshot

OLD = an_article(
    "街道工会慰问劳模，劳模讲述经历。职工参观展览。",
    title="劳模走进车间",
    published=date(2020, 5, 1),
)
REPORTS = (
    an_article("劳模和职工在车间劳动，会计核对银行账目。", title="劳模走进课堂：匠心代代相传"),
    an_article("总工会慰问劳模，职工之家揭牌。", title="总工会召开全体会议"),
    an_article("女职工学习绿色低碳知识，PM2.5下降。", title="“绿色车间”评比揭晓"),
    an_article("劳动竞赛开幕，职工踊跃报名。", title="【工会动态】职工运动会 报名开始"),
    an_article("劳动课进校园。", title='他说 "好" 字'),
)
DELETED = an_article("罢了罢了，孤本藏书楼落成。藏书楼落成。", title="藏书楼落成")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("completion")
    return a_snapshot(folder, (OLD, *REPORTS[:2], DELETED), REPORTS[2:], deleted=[DELETED.id])


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("职", "职工"),
        ("laomo", "劳模"),
        ("LaoMo", "劳模"),
        ("lao'mo", "劳模"),
        ("lao mo", "劳模"),
        ("lm", "劳模"),
        ("劳mo", "劳模"),
        ("劳m", "劳模"),
        ("zgh", "总工会"),
        ("zonggongh", "总工会"),
        ("yinhang", "银行"),
        ("kuaiji", "会计"),
        ("lvse", "绿色"),
        ("lüse", "绿色"),
        ("pm", "pm2.5"),
        ("工会 zonggong", "工会 总工会"),
        ("慰问laom", "慰问劳模"),
        ("title:劳", "title:劳动"),
        ("(职工 OR -职", "(职工 OR -职工"),
        ('"laomo', '"劳模"'),
        ("“总工", "“总工会”"),
        ("總工", "总工会"),
    ],
)
def test_a_word_is_offered(snapshot: Snapshot, typed: str, completed: str) -> None:
    assert completed in complete(snapshot, typed, 10)


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("劳模走", "劳模走进课堂：匠心代代相传"),
        ("laomozou", "劳模走进车间"),
        ("lmzjcj", "劳模走进车间"),
        ("职工运", '"【工会动态】职工运动会 报名开始"'),
        ("绿色车", "“绿色车间”评比揭晓"),
        ("“绿色车", "“绿色车间”"),
        ("工会动态 职工运", '工会动态 "【工会动态】职工运动会 报名开始"'),
    ],
)
def test_a_title_is_offered(snapshot: Snapshot, typed: str, title: str) -> None:
    offered = complete(snapshot, typed, 10)
    assert title in offered or f'"{title}"' in offered


@pytest.mark.parametrize(
    "typed",
    ["", " ", "劳模 ", "劳模*", "author:王", "日期:2020", "((", '"劳模"', "ｑｑ", "劳" * 50],
)
def test_nothing_is_offered(snapshot: Snapshot, typed: str) -> None:
    assert complete(snapshot, typed, 10) == ()


def test_the_frequent_come_first(tmp_path: Path) -> None:
    texts = ["劳动竞赛", "劳模", "劳模", "劳务", "劳务", "劳模"]
    articles = [an_article(text, title="简讯") for text in texts]
    snapshot = a_snapshot(tmp_path, articles[:3], articles[3:])
    for typed in ("劳", "lao", "l"):
        assert complete(snapshot, typed, 3) == ("劳模", "劳务", "劳动")


def test_of_titles_the_newest_comes_first(tmp_path: Path) -> None:
    years = (2019, 2023, 2021)
    articles = [an_article(title=f"表彰大会{year}", published=date(year, 1, 1)) for year in years]
    snapshot = a_snapshot(tmp_path, articles[:2], articles[2:])
    assert complete(snapshot, "表彰大", 5)[-3:] == ("表彰大会2023", "表彰大会2021", "表彰大会2019")


def test_a_whole_word_behind_others_is_left_alone(snapshot: Snapshot) -> None:
    assert complete(snapshot, "慰问总工会", 10) == ()


def test_what_only_deleted_reports_have_is_not_offered(snapshot: Snapshot) -> None:
    assert snapshot.frequency("藏书楼") == 1
    for typed in ("藏", "藏书", "cang", "csl"):
        assert not any("藏书" in text for text in complete(snapshot, typed, 10))


def test_an_empty_index_offers_nothing() -> None:
    assert complete(Snapshot([], 0), "劳", 10) == ()


def test_no_more_than_asked_for(snapshot: Snapshot) -> None:
    assert len(complete(snapshot, "z", 2)) == 2
    assert complete(snapshot, "z", 0) == ()


SIGNS = ("laomo", "zh", '"', "“", "”", "(", ")", ":", "title:", "-", "*", "~", "|", "\0", "'", "劳")


@settings(deadline=None)  # the first loads tables
@given(st.lists(st.sampled_from([*PIECES, *SIGNS]), max_size=6).map("".join) | st.text(max_size=9))
def test_anything_typed_gives_queries(snapshot: Snapshot, typed: str) -> None:
    for text in complete(snapshot, typed, 5):
        tokens(text)
