"""Reprints: edited copies of a report are found, other reports on the same subject are not."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from archive.article import Article, Section
from archive.opening import open_store
from archive.outcome import Withdrawal
from archive.reprints import Fingerprint, containment, fingerprint_of, is_reprint
from archive.store import ArticleStore
from tests.builders import an_article
from tests.commands import Jianbao
from web.app import create_app

DAY = date(2023, 5, 1)
REPORT = (
    "本报讯（记者 林小满）四月二十八日，青溪区总工会在工人文化宫举行职工技能比武大会，"
    "来自全区42家企业的316名选手参加了焊接、钳工、养老护理等八个项目的比赛。",
    "比赛从早上八点开始。养老护理项目的选手要在四十分钟内完成翻身、喂饭、测血压三道工序，"
    "评委按照动作是否轻柔、说话是否耐心逐项打分。来自松涛养老院的陈桂兰得了第一名，"
    "她说自己在这一行做了十一年，最要紧的是把老人当成自家人。",
    "区总工会副主席何立群介绍，获得前三名的选手将直接晋升一级职业技能等级，"
    "并由工会承担他们去市里参加决赛的路费。今年区里还新建了六个劳模工作室，"
    "请老师傅带徒弟，每带出一名高级工，工会补助三千元。",
    "据了解，这样的比武大会已经连续办了九届，累计有两千多名职工从中走上了技术岗位。",
)
OTHER_REPORTER = (
    "青溪网讯（通讯员 周明）焊花飞溅，铁锤声声。昨天的工人文化宫里，一场职工技能比武吸引了"
    "不少市民前来观看，八个项目的316名选手各显身手。",
    "今年第一次设了养老护理项目。站在台上，松涛养老院的陈桂兰一边给模拟老人翻身，一边轻声"
    "说着话。最后她拿了冠军。台下的同事说，她平时就是这样的人。",
    "工会的何立群告诉笔者，比赛的前三名可以升一级，去市里比赛的路费也不用自己掏。",
)
NOTICE = (
    "各基层工会：根据市总工会的统一安排，现就做好{year}年度困难职工帮扶资金申报工作通知如下。"
    "申报对象为本区户籍或者在本区工作满一年、家庭人均月收入低于{line}元的职工。"
    "请各单位于{month}月{day}日前将申请表和证明材料送到区总工会保障部，逾期不再受理。"
    "联系人：保障部办公室。"
)


def report(*paragraphs: str, **fields: object) -> Article:
    fields.setdefault("published", DAY)
    return an_article(*paragraphs, **fields)


def other_signs(text: str) -> str:
    """Half-width signs, and spaces at the beginning."""
    return "　　" + text.translate(str.maketrans("，（）：。", ",():."))


EDITS: dict[str, Callable[[tuple[str, ...]], tuple[str, ...]]] = {
    "the last paragraph dropped": lambda text: text[:-1],
    "the first paragraph dropped": lambda text: text[1:],
    "an editor's note before it": lambda text: (
        "编者按：一线职工的技艺值得尊敬，我们转载这篇报道，请各位读者留意。",
        *text,
    ),
    "a note behind it": lambda text: (*text, "（来源：青溪工会网 编辑：小满 审核：立群）"),
    "other signs and widths": lambda text: tuple(map(other_signs, text)),
    "another beginning": lambda text: (
        text[0].replace("本报讯（记者 林小满）四月二十八日", "青溪网消息 昨天"),
        *text[1:],
    ),
    "all in one paragraph": lambda text: ("".join(text),),
    "some words changed": lambda text: tuple(
        line.replace("早上", "上午").replace("介绍", "告诉记者").replace("据了解", "")
        for line in text
    ),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_copy_is_a_reprint(store: ArticleStore, edit: str) -> None:
    first = report(*REPORT, site="one", container_title="青溪工人报")
    copy = report(
        *EDITS[edit](REPORT),
        site="two",
        title="看看谁的手艺高",
        published=date(2023, 5, 3),
        reprinted_from="青溪工人报",
    )
    store.put(copy)
    store.put(first)
    assert store.reprints(copy.id) == (first, copy), "the earliest published comes first"
    groups = store.reprint_groups([first.id, copy.id])
    assert len(set(groups.values())) == 1


def test_other_reports_on_the_same_event_stay_apart(store: ArticleStore) -> None:
    first, other = report(*REPORT), report(*OTHER_REPORTER)
    store.put(first)
    store.put(other)
    assert store.reprints(first.id) == (first,)


@pytest.mark.parametrize(
    ("year", "line", "month", "day", "published"),
    [
        (2024, 2100, 4, 30, date(2024, 4, 2)),
        (2024, 1950, 3, 15, date(2024, 3, 1)),
        (2023, 1800, 11, 20, date(2023, 11, 1)),
        (2023, 2100, 3, 15, date(2023, 3, 3)),
    ],
)
def test_a_notice_with_other_facts_is_another_one(
    store: ArticleStore, year: int, line: int, month: int, day: int, published: date
) -> None:
    first = report(NOTICE.format(year=2023, line=1800, month=3, day=15), published=date(2023, 3, 1))
    other = report(NOTICE.format(year=year, line=line, month=month, day=day), published=published)
    store.put(first)
    store.put(other)
    assert store.reprints(first.id) == (first,)


@pytest.mark.parametrize("days_later", [7, 365])
def test_formulaic_bulletins_with_other_names_stay_apart(
    store: ArticleStore, days_later: int
) -> None:
    formula = "{day}，{who}主席到{where}看望慰问一线职工，向他们送上慰问品，并致以节日的问候。"
    first = report(formula.format(day="今天", who="市总工会", where="城北环卫站"))
    other = report(
        formula.format(day="今天", who="市总工会", where="松涛养老院"),
        published=date.fromordinal(DAY.toordinal() + days_later),
    )
    store.put(first)
    store.put(other)
    assert store.reprints(first.id) == (first,)


def test_withdrawn_articles_are_not_named(store: ArticleStore) -> None:
    first, copy, third = (report(*REPORT, site=site) for site in ("one", "two", "three"))
    for article in (first, copy, third):
        store.put(article)
    store.withdraw(Withdrawal(article_id=copy.id, reason="误发", at=datetime.now(UTC)))
    assert {each.id for each in store.reprints(first.id)} == {first.id, third.id}


def test_an_article_that_changes_leaves_its_group_and_may_join_another(
    store: ArticleStore,
) -> None:
    first, copy, third = (report(*REPORT, site=site) for site in ("one", "two", "three"))
    other = report(*OTHER_REPORTER)
    for article in (first, copy, third, other):
        store.put(article)
    now = replace(copy, sections=other.sections)
    store.put(now)
    assert {each.id for each in store.reprints(first.id)} == {first.id, third.id}
    assert {each.id for each in store.reprints(copy.id)} == {copy.id, other.id}


def test_an_article_without_text_is_its_own_group(store: ArticleStore) -> None:
    first, other = an_article("图片新闻"), an_article("图片新闻")
    store.put(first)
    store.put(other)
    assert store.reprint_groups([first.id, other.id, "unknown"]) == {
        first.id: first.id,
        other.id: other.id,
        "unknown": "unknown",
    }
    assert store.reprints(first.id) == (first,)


sentences = st.lists(st.sampled_from("".join(REPORT + OTHER_REPORTER).split("。")), max_size=6)


@hypothesis_settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), sentences), min_size=1, max_size=9), st.randoms())
def test_groups_depend_on_the_texts_alone(
    tmp_path_factory: pytest.TempPathFactory,
    puts: list[tuple[int, list[str]]],
    rng: random.Random,
) -> None:
    """Whatever was put before, in whatever order."""
    articles = [report(url=f"https://x.example/{number}") for number in range(5)]
    last: dict[str, Article] = {}
    folder = tmp_path_factory.mktemp("groups")
    with closing(open_store(f"sqlite:///{folder / 'all'}")) as store:
        for number, text in puts:
            article = replace(articles[number], sections=(Section(paragraphs=tuple(text)),))
            store.put(article)
            last[article.id] = article
        found = store.reprint_groups(last)
    ids = list(last)
    rng.shuffle(ids)
    with closing(open_store(f"sqlite:///{folder / 'last'}")) as store:
        for key in ids:
            store.put(last[key])
        assert store.reprint_groups(last) == found


@given(st.text(max_size=400))
def test_a_fingerprint_survives_packing(text: str) -> None:
    made = fingerprint_of(text)
    if made is not None:
        assert Fingerprint.from_bytes(made.to_bytes()) == made
        assert containment(made, made) == 1
        assert is_reprint(made, made)


def test_the_command_and_the_pages_name_the_reprints(tmp_path: Path) -> None:
    jianbao = Jianbao(tmp_path / "data", tmp_path / "sites")
    first = report(*REPORT, site="one", container_title="青溪工人报")
    copy = report(*REPORT[:-1], site="two", reprinted_from="青溪工人报", title="比武")
    with closing(jianbao.open_store()) as store:
        store.put(first)
        store.put(copy)
    shown = jianbao.ok("show", first.id)
    assert f"{copy.id} 2023-05-01 来源：青溪工人报 比武" in shown
    assert [each["id"] for each in jianbao.json("show", copy.id)["reprints"]] == [first.id]
    jianbao.ok("index", "rebuild")
    app = create_app(jianbao.settings)
    client = app.test_client()
    page = client.get(f"/articles/{first.id}").text
    assert f'<a href="/articles/{copy.id}">比武</a>' in page
    answer = client.get(f"/api/v1/articles/{copy.id}").json
    assert answer is not None
    assert [each["id"] for each in answer["reprints"]] == [first.id]
    app.extensions["jianbao"].close()
