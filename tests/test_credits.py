"""Writers named in the report's own text: found where a role or label leaves no doubt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.credits import credits_in

TEXT = "全区职工运动会昨日开幕，五百人到场。"
AT_THE_END = {
    "（通讯员 林小满）": "林小满",
    "成效显著。（本报记者 周喆 通讯员 林小满）": "周喆、林小满",
    "（记者周喆）": "周喆",
    "（林小满 文/图）": "林小满",
    "（文/图 林小满）": "林小满",
    "（林小满 文 周喆 摄）": "林小满",
    "（供稿：市总工会办公室）": "市总工会办公室",
    "（望潮区总工会 供稿）": "望潮区总工会",
    "供稿：市总工会宣传部": "市总工会宣传部",
    "作者：林小满 责任编辑：周喆": "林小满",
    "通讯员：王芳、李明 编辑：张三": "王芳、李明",
    "（作者：阿依古丽·买买提）": "阿依古丽·买买提",
    "□本报记者 王 芳": "王芳",
    "（林小满）": None,
    "（林小满 摄）": None,
    "（记者 林小满 摄）": None,
    "（记者站）": None,
    "（通讯员队伍建设）": None,
    "（作者单位：望潮区总工会）": None,
    "（作者系望潮区总工会主席）": None,
    "（记者 采访时发现问题还有很多）": None,
    "记者在现场看到": None,
    "记者：您好，请问今天来了多少人？": None,
    "（完）": None,
}
AT_THE_START = {
    "本报讯（记者 周喆 通讯员 林小满）12日，运动会开幕。": "周喆、林小满",
    "某社望潮11月5日电（记者张三、李四）5日，运动会开幕。": "张三、李四",
    "□ 本报记者 林小满": "林小满",
    "某报—某网记者 王芳 见习记者 李明": "王芳、李明",
    "本报讯 记者林小满报道：今天开幕。": None,
    "本报讯（见图）12日，运动会开幕。": None,
}


@pytest.mark.parametrize(("line", "authors"), AT_THE_END.items())
def test_writers_are_named_at_the_end(line: str, authors: str | None) -> None:
    said = credits_in([TEXT, TEXT, line]).get("authors")
    assert (said and said.words) == authors


@pytest.mark.parametrize(("line", "authors"), AT_THE_START.items())
def test_writers_are_named_at_the_start(line: str, authors: str | None) -> None:
    said = credits_in([line, TEXT, TEXT, TEXT, TEXT]).get("authors")
    assert (said and said.words) == authors


def test_the_editor_is_named_at_the_end_only() -> None:
    line = "（责任编辑：周喆）"
    assert credits_in([TEXT, TEXT, line])["editor"].words == "周喆"
    assert credits_in([line, TEXT, TEXT, TEXT, TEXT]) == {}


def test_the_questions_of_an_interview_name_nobody() -> None:
    assert credits_in(["记者：请讲", "好的。", TEXT, "记者：谢谢", "不客气。"]) == {}


def test_words_in_the_midst_are_no_credits() -> None:
    assert credits_in([TEXT, TEXT, "（通讯员 林小满）", TEXT, TEXT, TEXT]) == {}
    assert credits_in([]) == {}


@given(st.lists(st.text(alphabet="（记者通讯员作 文图摄供稿：、。张三)", max_size=30), max_size=5))
def test_whatever_is_found_stands_in_the_text(paragraphs: list[str]) -> None:
    printed = "".join("".join(paragraphs).split())
    for said in credits_in(paragraphs).values():
        assert all(name in printed for name in said.words.split("、"))
