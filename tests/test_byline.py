"""Labels of a byline and the names behind them. Lines are of the kinds that real sites print."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.byline import joined, labelled, names_in, value_of, words_of_day

LINES = {
    "来源：本站 作者：办公室 时间：2019年10月31日 23:00 浏览： 33": {
        "source": "本站",
        "authors": "办公室",
        "published": "2019年10月31日 23:00",
    },
    "来源: 发布时间: 2018-05-17 浏览次数: 2168": {"published": "2018-05-17"},
    "来源：作者：张三": {"authors": "张三"},
    "来源：工人日报|作者：张三|责编：李四": {
        "source": "工人日报",
        "authors": "张三",
        "editor": "李四",
    },
    "来源：工人日报　作者：张三": {"source": "工人日报", "authors": "张三"},
    "2019年06月15日08:18来源：工人日报": {"source": "工人日报"},
    "来源：工人日报2019年06月15日": {"source": "工人日报"},
    "来源：工人日报   2019-06-15": {"source": "工人日报"},
    "来 源：工人日报 作　者：王　芳": {"source": "工人日报", "authors": "王芳"},
    "信息来源：市总工会": {"source": "市总工会"},
    "文章来源：市总工会": {"source": "市总工会"},
    "稿源：市总工会 点击次数：5": {"source": "市总工会"},
    "来源于：市总工会": {"source": "市总工会"},
    "【编辑：张三】": {"editor": "张三"},
    "(责编：张三、李四)": {"editor": "张三、李四"},
    "（责任编辑：张三 SF183）": {"editor": "张三"},
    "来源：中国工会网（测试版） 字号：大 中 小": {"source": "中国工会网（测试版）"},
    "（来源：工人日报 记者：张三）": {"source": "工人日报", "authors": "张三"},
    "记者：张三 通讯员：李四": {"authors": "张三、李四"},
    "文/图：张三": {"authors": "张三"},
    "更新时间：2020-01-02 发布时间：2019-12-31": {"published": "2019-12-31"},
    "来源：资料图 记者 浏览：3": {"source": "资料图 记者"},
    "編輯：張三 責任編輯：李四": {"editor": "李四"},
    "编辑：张三 审核：李四": {"editor": "张三"},
    "（责任编辑：张三SF183）": {"editor": "张三"},
    "责任编辑：张三_NX1234": {"editor": "张三"},
    "来源：央视CCTV13 浏览：3": {"source": "央视CCTV13"},
    "稿件來源：某报 發佈時間：2012-01-02": {"source": "某报", "published": "2012-01-02"},
    "来源：人民网-科技频道 手机看新闻": {"source": "人民网-科技频道"},
    "来源：本站 打印 字号：大": {"source": "本站"},
    "文：张三 图：李四": {"authors": "张三"},
    "来源：( 某在线 )": {"source": "某在线"},
    "来源：（测试）某网（测试）": {"source": "（测试）某网（测试）"},
    "没有标签的一行": {},
    "": {},
}


@pytest.mark.parametrize(("line", "found"), LINES.items())
def test_each_label_says_its_own(line: str, found: dict[str, str]) -> None:
    assert labelled(line) == found


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("更新时间：2020-01-02", ""),
        ("更新时间：2020-01-02 发布时间：2019-12-31", "2019-12-31"),
        ("2019-12-31 更新时间：2020-01-02", "2019-12-31 "),
        ("修改日期：2020-01-02 来源：新华社 2019-12-31", "来源：新华社 2019-12-31"),
        ("2019-12-31 来源：新华社", "2019-12-31 来源：新华社"),
        ("发布时间： 来源：新华社 2019-12-31", "发布时间： 来源：新华社 2019-12-31"),
        ("今天是2020年1月2日 星期四 2019-12-31", " 星期四 2019-12-31"),
        ("今天是：2020-01-02", ""),
        ("现在是北京时间：2020-01-02 08:00 2019-12-31", " 2019-12-31"),
        ("【北京时间 2019年12月31日 15:33】", "【北京时间 2019年12月31日 15:33】"),
        ("2019-12-31 当前时间:2020-01-02 08:00", "2019-12-31 "),
    ],
)
def test_the_day_of_a_change_is_never_that_of_publication(line: str, words: str) -> None:
    assert words_of_day(line) == words


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("来源：新华社", "source", "新华社"),
        ("来源：", "source", ""),
        ("新华社", "source", "新华社"),
        ("新华社 作者：张三", "source", "新华社"),
        ("作者：张三", "source", ""),
        ("责任编辑 张三", "editor", "张三"),
        ("编辑部", "editor", "编辑部"),
        ("（责编：张三）", "editor", "张三"),
        ("工人日报：今日要闻", "source", "工人日报：今日要闻"),
        ("张三SF183", "editor", "张三"),
        ("摘自某报", "source", "某报"),
        ("( 某在线 )", "source", "某在线"),
        ("【2012/01/17 某晚報】", "source", "某晚報"),
        ("http://www.x.example 2012/1/12 17:21:00 某网 字体: 【大 中 小】", "source", "某网"),
        ("某讯 2012-01-17 19:58:16", "source", "某讯"),
        ("2012-01-17 19:58:16", "source", ""),
        ("", "editor", ""),
    ],
)
def test_a_place_says_its_field_with_or_without_a_label(words: str, field: str, value: str) -> None:
    assert value_of(words, field) == value


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("本报记者 周喆、通讯员 林小满", ("周喆", "林小满")),
        ("记者周喆，通讯员林小满", ("周喆", "林小满")),
        ("工人日报—某网记者 周喆 林小满", ("周喆", "林小满")),
        ("本报首席记者 万俟长庚", ("万俟长庚",)),
        ("实习记者周喆;周喆", ("周喆",)),
        ("王　芳 李 明", ("王芳", "李明")),
        ("阿依古丽·买买提", ("阿依古丽·买买提",)),
        ("记者协会", ("记者协会",)),
        ("104363", ()),
        ("", ()),
        ("、 ，", ()),
    ],
)
def test_names_lose_their_roles(words: str, names: tuple[str, ...]) -> None:
    assert names_in(words) == names


def test_a_label_and_what_it_says_may_stand_in_two_cells() -> None:
    lines = ["来源：", "某报", "作者：", "责任编辑：周喆", "2023-01-05", "时间："]
    assert list(joined(lines)) == ["来源：某报", "作者：", "责任编辑：周喆", "2023-01-05", "时间："]


@given(st.text(alphabet="来源作者编辑时间更新：: 　|（）()【】、王芳2019-/年", max_size=60))
def test_any_line_is_read(line: str) -> None:
    found = labelled(line)
    assert all(words and words == words.strip() for words in found.values())
    assert set(found) <= {"source", "authors", "editor", "published"}
    assert all(names_in(words) is not None for words in found.values())
    assert len(words_of_day(line)) <= len(line)
    assert len(value_of(line, "source")) <= len(line)
