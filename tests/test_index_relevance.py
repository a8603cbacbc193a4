"""Which hits come first, and what is shown where nothing has all the words."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.article import Section
from search.evaluation.relax import FEW
from search.evaluation.strings import begins_word, stand_near
from search.index import SearchIndex, Sort
from tests.builders import an_article
from tests.search_support import an_index, ask


def found(index: SearchIndex, text: str) -> list[str]:
    """Ids of the hits that have all the words, in order."""
    page = ask(index, text)
    return [hit.id for hit in page.hits[: page.with_all_words]]


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


def test_most_words_where_few_reports_have_all(tmp_path: Path) -> None:
    all_four = an_article("北京，上海，广州，深圳")
    three = an_article("北京，上海，广州")
    two = an_article("北京，上海")
    index = an_index(tmp_path, all_four, three, two, an_article("北京"), an_article("职工"))
    for typed in ("北京 上海 广州 深圳", "北京上海广州深圳"):
        page = ask(index, typed)
        assert page.most_words
        assert [hit.id for hit in page.hits] == [all_four.id, three.id, two.id]
        assert (page.total, page.with_all_words) == (3, 1)
    page = ask(index, "北京 上海 火星 木星")
    assert (page.most_words, page.total, page.with_all_words) == (True, 3, 0)


def test_nothing_is_added_where_enough_reports_have_all_the_words(tmp_path: Path) -> None:
    both = [an_article("北京，上海", title=f"报道{number}") for number in range(FEW)]
    index = an_index(tmp_path, *both, an_article("北京"))
    page = ask(index, "北京 上海")
    assert (page.most_words, page.total, page.with_all_words) == (False, FEW, FEW)


def test_those_with_all_the_words_come_first_however_they_score(tmp_path: Path) -> None:
    lost = an_article(*[FILLER] * 20, "北京，上海，广州")
    loud = an_article("上海，广州", title="上海，广州")
    index = an_index(tmp_path, loud, lost, *[an_article("北京", title=f"{n}") for n in range(30)])
    page = ask(index, "北京 上海 广州")
    assert [hit.id for hit in page.hits] == [lost.id, loud.id]
    assert page.hits[0].score < page.hits[1].score


def test_one_chunk_is_one_list_by_score(tmp_path: Path) -> None:
    lost = an_article(*[FILLER] * 20, "北京，上海，广州")
    loud = an_article("上海，广州", title="上海，广州")
    others = [an_article("北京", title=f"{number}") for number in range(30)]
    index = an_index(tmp_path, loud, lost, *others)
    page = ask(index, "北京上海广州")
    assert [hit.id for hit in page.hits] == [loud.id, lost.id]
    assert (page.total, page.with_all_words, page.most_words) == (2, 1, True)
    assert page.hits[0].score > page.hits[1].score
    by_day = ask(index, "北京上海广州", sort=Sort.OLDEST)
    assert by_day.hits[0].id == lost.id


def test_as_many_words_as_any_report_has(tmp_path: Path) -> None:
    one, other = an_article("北京，职工"), an_article("上海，职工")
    index = an_index(tmp_path, one, other, an_article("职工"))
    page = ask(index, "北京 上海 火星 木星 土星")
    assert {hit.id for hit in page.hits} == {one.id, other.id}
    assert (page.with_all_words, page.most_words) == (0, True)
    page = ask(index, "木星 土星 火星")
    assert (page.total, page.most_words) == (0, False)


def test_most_words_keeps_to_everything_else_that_was_asked(tmp_path: Path) -> None:
    wanted = an_article("北京 劳模", title="表彰", site="bjzgh")
    other_title = an_article("北京 上海 劳模", title="会议")
    excluded = an_article("北京 上海 劳模 职工", title="表彰")
    index = an_index(tmp_path, wanted, other_title, excluded)
    page = ask(index, '北京 上海 title:表彰 "劳模" -职工')
    assert page.most_words
    assert [hit.id for hit in page.hits] == [wanted.id]
    page = ask(index, "上海 北京", sites=("bjzgh",))
    assert page.most_words
    assert [hit.id for hit in page.hits] == [wanted.id]
    assert ask(index, '"劳模" title:没有').hits == ()
    assert ask(index, '"劳模" title:北京').hits == ()


def test_one_word_that_nothing_has_finds_nothing(tmp_path: Path) -> None:
    page = ask(an_index(tmp_path, an_article("职工")), "劳模")
    assert (page.total, page.hits, page.most_words) == (0, (), False)


def test_synonyms_are_found_shown_and_may_be_left_out(tmp_path: Path) -> None:
    short, long = an_article("全总召开会议"), an_article("中华全国总工会召开会议")
    other = an_article("安全总结会议")
    index = an_index(tmp_path, short, long, other)
    page = ask(index, "全总")
    assert {hit.id for hit in page.hits[: page.with_all_words]} >= {short.id, long.id}
    assert [one.text for one in page.widenings] == ["全总"]
    page = ask(index, "全总", synonyms=False)
    assert long.id not in {hit.id for hit in page.hits}
    assert page.widenings == ()


def test_the_strings_to_mark(tmp_path: Path) -> None:
    index = an_index(tmp_path)
    strings = ask(
        index, '全国劳模 “PM2.5” -职工 作者:王 title:党建 "甲 乙"~3', synonyms=False
    ).strings
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
