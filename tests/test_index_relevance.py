"""Which hits come first, and what is shown where nothing has all the words."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.article import Section
from search.evaluation.strings import begins_word, literal_share, stand_near
from tests.builders import an_article
from tests.search_support import an_index, ask, found

FILLER = "本报讯记者昨日从有关部门获悉，这项工作已经全面展开。"


def test_characters_in_a_row_are_found_where_the_segmenter_cuts_otherwise(tmp_path: Path) -> None:
    """丰台区 swallows the 区 of 区总工会."""
    article = an_article("丰台区总工会举办职工运动会", title="要闻")
    index = an_index(tmp_path, article, an_article("总工会召开会议", title="要闻"))
    assert found(index, "区总工会") == [article.id]
    assert found(index, "会举办职工运") == [article.id]


def test_words_are_found_in_any_order_and_any_unit(tmp_path: Path) -> None:
    article = an_article("总工会来到丰台区", title="运动会")
    others = [an_article("丰台区", title="要闻"), an_article("总工会", title="要闻")]
    index = an_index(tmp_path, article, *others)
    assert found(index, "丰台区总工会") == [article.id]
    assert found(index, "运动会 丰台区") == [article.id]
    assert found(index, '"丰台区总工会"') == []


def test_traditional_and_full_width_are_found_alike(tmp_path: Path) -> None:
    article = an_article("豐臺區總工會監測ＰＭ２．５")
    index = an_index(tmp_path, article)
    for typed in ("丰台区总工会", "豐臺區總工會", "“总工会监测PM2.5”", "pm2.5", "ＰＭ*"):
        assert found(index, typed) == [article.id], typed


def test_a_title_outranks_a_body(tmp_path: Path) -> None:
    in_body = an_article(FILLER + "劳模" + FILLER, title="工作展开")
    in_title = an_article(FILLER + FILLER, title="劳模")
    in_heading = an_article(
        title="工作展开", sections=(Section(heading="劳模", paragraphs=(FILLER + FILLER,)),)
    )
    index = an_index(tmp_path, in_body, in_title, in_heading)
    assert found(index, "劳模") == [in_title.id, in_heading.id, in_body.id]


def test_a_rare_word_outranks_a_common_one(tmp_path: Path) -> None:
    common = [an_article(f"{FILLER}职工", title=f"报道{n}") for n in range(8)]
    rare = an_article(f"{FILLER}劳模", title="报道")
    index = an_index(tmp_path, *common, rare)
    assert found(index, "职工 或 劳模")[0] == rare.id


def test_what_stands_literally_outranks_scattered_words(tmp_path: Path) -> None:
    scattered = an_article("精神，工会，文明", FILLER)
    literal = an_article("文明，工会精神", FILLER)
    index = an_index(tmp_path, scattered, literal)
    assert found(index, "工会精神") == [literal.id, scattered.id]


def test_scores_do_not_depend_on_how_the_index_was_written(tmp_path: Path) -> None:
    articles = [an_article(FILLER * n + "劳模" * n, title=f"报道{n}") for n in range(1, 13)]
    gone = [an_article("劳模" * 9, url=article.url) for article in articles[:5]]
    once = an_index(tmp_path / "once", *articles)
    often = an_index(tmp_path / "often", *gone, *articles, commits=17)
    for typed in ("劳模", '"劳模"', "全面 劳模精神"):
        assert ask(once, typed).hits == ask(often, typed).hits


def test_most_words_where_no_report_has_all(tmp_path: Path) -> None:
    three = an_article("北京 上海 广州")
    two = an_article("北京 上海")
    one = an_article("北京")
    index = an_index(tmp_path, three, two, one, an_article("职工"))
    page = ask(index, "北京 上海 广州 深圳")
    assert page.most_words
    assert [hit.id for hit in page.hits] == [three.id, two.id]
    assert page.total == 2
    page = ask(index, "北京上海广州深圳")
    assert page.most_words
    assert [hit.id for hit in page.hits] == [three.id, two.id]
    assert not ask(index, "北京 上海 广州").most_words


def test_most_words_keeps_to_everything_else_that_was_asked(tmp_path: Path) -> None:
    wanted = an_article("北京 劳模", title="表彰", site="bjzgh")
    other_title = an_article("北京 上海 劳模", title="会议")
    excluded = an_article("北京 上海 劳模 职工", title="表彰")
    index = an_index(tmp_path, wanted, other_title, excluded)
    page = ask(index, '北京 上海 title:表彰 "劳模" -职工')
    assert page.most_words
    assert [hit.id for hit in page.hits] == [wanted.id]
    assert ask(index, "上海 北京", sites=("bjzgh",)).most_words
    assert found(index, '"劳模" title:没有') == []
    assert not ask(index, "没有的词语").most_words


def test_one_word_that_nothing_has_finds_nothing(tmp_path: Path) -> None:
    page = ask(an_index(tmp_path, an_article("职工")), "劳模")
    assert (page.total, page.hits, page.most_words) == (0, (), False)


def test_the_strings_to_mark(tmp_path: Path) -> None:
    strings = ask(an_index(tmp_path), '全国劳模 “PM2.5” -职工 作者:王 title:党建 "甲 乙"~3').strings
    assert strings[:5] == ("全国劳模", "pm2.5", "党建", "甲", "乙")
    assert {"全国", "劳模"} < set(strings)
    assert not {"职工", "王"} & set(strings)


@pytest.mark.parametrize(
    ("string", "text", "begins"),
    [
        ("pm", "测pm2.5", True),
        ("pm", "3pm pm", True),
        ("pm", "3pm", False),
        ("35", "f-35", True),
        ("工会", "总工会", True),
        ("工会", "总会", False),
    ],
)
def test_where_a_word_begins(string: str, text: str, begins: bool) -> None:
    assert begins_word(string, text) is begins


@pytest.mark.parametrize(
    ("text", "distance", "near"),
    [
        ("党建与业务", 1, True),
        ("业务与党建", 1, True),
        ("党建与业务", 0, False),
        ("党建党建与业务", 1, True),
        ("党建，党建工作和业务", 3, True),
        ("党建", 99, False),
    ],
)
def test_what_stands_near(text: str, distance: int, near: bool) -> None:
    assert stand_near(("党建", "业务"), distance, text) is near


def test_the_share_that_stands_literally() -> None:
    assert literal_share("全国劳模", "全国劳模精神") == 1
    assert literal_share("全国劳模", "全国的劳模") == pytest.approx(2 / 3)
    assert literal_share("全", "半") == 0
