"""The grammar of queries."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.errors import QueryError
from search.query.days import parse_day, parse_days
from search.query.grammar import MAX_LENGTH, parse
from search.query.tokens import FIELDS
from search.query.tree import (
    EVERYTHING,
    And,
    Chunk,
    Days,
    Exact,
    Near,
    Node,
    Not,
    Or,
    Prefix,
    Together,
)

A, B, C = Chunk("党建"), Chunk("业务"), Chunk("劳模")


@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        ("", EVERYTHING),
        (" 　\n", EVERYTHING),
        ("党建", A),
        ("黨建", A),
        ("党建 业务", And((A, B))),
        ("党建　业务", And((A, B))),
        ("党建 AND 业务", And((A, B))),
        ("党建 党建", A),
        ("党建 OR 业务", Or((A, B))),
        ("党建 或 业务", Or((A, B))),
        ("党建|业务", Or((A, B))),
        ("党建 ｜ 业务", Or((A, B))),
        ("党建 ＯＲ 业务", Or((A, B))),
        ("党建 业务 或 劳模", Or((And((A, B)), C))),
        ("党建 (业务 或 劳模)", And((A, Or((B, C))))),
        ("党建（业务 或 劳模）", And((A, Or((B, C))))),
        ("党建 -业务", And((A, Not(B)))),
        ("党建 －业务", And((A, Not(B)))),
        ("党建 NOT 业务", And((A, Not(B)))),
        ("党建 非 业务", And((A, Not(B)))),
        ("-党建", Not(A)),
        ("--党建", Not(A)),
        ("NOT NOT 党建", A),
        ("-(党建 业务)", Not(And((A, B)))),
        ("F-35", Chunk("f-35")),
        ('"党建"', Exact("党建")),
        ("“党 建”", Exact("党建")),
        ("＂党建＂", Exact("党建")),
        ("”党建”", Exact("党建")),
        ("“党建“", Exact("党建")),
        ("“党建\"", Exact("党建")),
        ('"他说“好”"', Exact("他说“好”")),
        ('"ＰＭ２．５ 指数"', Exact("pm2.5 指数")),
        ('业务"党建"劳模', And((B, Exact("党建"), C))),
        ('""', None),
        ("党建*", Prefix("党建")),
        ("PM＊", Prefix("pm")),
        ("*党建", A),
        ('"党建 业务"~10', Near(("党建", "业务"), 10)),
        ("“党建 业务”～１０", Near(("党建", "业务"), 10)),
        ('"党建 业务"~999999999', Near(("党建", "业务"), 1000)),
        ('"党建 业务"~', Exact("党建业务")),
        ('"党建"~10', Exact("党建")),
        ('"党建 党建"~10', Exact("党建党建")),
        ("title:党建", Chunk("党建", "title")),
        ("标题：党建", Chunk("党建", "title")),
        ("標題： 党建", Chunk("党建", "title")),
        ('TITLE:"党建"', Exact("党建", "title")),
        ("title:党建*", Prefix("党建", "title")),
        ("title:(党建 业务)", And((Chunk("党建", "title"), Chunk("业务", "title")))),
        ("title:(党建 author:王 -业务)", None),
        ("-title:党建", Not(Chunk("党建", "title"))),
        ("title:-党建", Not(Chunk("党建", "title"))),
        ("来源:工人日报", Chunk("工人日报", "reprinted")),
        ("date:2019-11", Days(date(2019, 11, 1), date(2019, 11, 30))),
        ("日期：２０１９", Days(date(2019, 1, 1), date(2019, 12, 31))),
        ("date:2019-11..2020-01", Days(date(2019, 11, 1), date(2020, 1, 31))),
        ("date:2019-11-29..", Days(date(2019, 11, 29), None)),
        ("date:..2020", Days(None, date(2020, 12, 31))),
        ("within:section 党建 业务", Together((A, B))),
        ("同节 党建 业务 -劳模", And((Together((A, B)), Not(C)))),
        ("劳模 (同节 党建 业务)", And((C, Together((A, B))))),
        ("同节 党建 title:业务", And((Together((A,)), Chunk("业务", "title")))),
        ("同节 党建 (业务 或 劳模)", Together((A, Or((B, C))))),
        ("党建 AND 业务 within:section", Together((A, B))),
        ("党建　业务　ｗｉｔｈｉｎ：ｓｅｃｔｉｏｎ", Together((A, B))),
        ('同节 "党建 业务"~5 劳模*', Together((Near(("党建", "业务"), 5), Prefix("劳模")))),
        ('标题：“党建　业务”～５', Near(("党建", "业务"), 5, "title")),
        ("党建 AND NOT 业务", And((A, Not(B)))),
        ("党建 ＮＯＴ （业务｜劳模）", And((A, Not(Or((B, C)))))),
        ("媒体：工人日报 或 作者：王", Or((Chunk("工人日报", "container"), Chunk("王", "author")))),
        ("小标题:党建*", Prefix("党建", "heading")),
        ("-图注:业务", Not(Chunk("业务", "caption"))),
        ("党建\ud800 业务", And((Chunk("党建\ufffd"), B))),
    ],
)  # fmt: skip
def test_what_is_typed_means(typed: str, tree: Node | None) -> None:
    if tree is not None:
        assert parse(typed) == tree


def test_names_inside_parentheses_win() -> None:
    assert parse("title:(党建 author:王 -业务)") == And(
        (Chunk("党建", "title"), Chunk("王", "author"), Not(Chunk("业务", "title")))
    )


@pytest.mark.parametrize("name", ["http", "12", "时间", "x", "within"])
def test_an_unknown_field_is_words(name: str) -> None:
    assert parse(f"{name}:30") == Chunk(f"{name}:30")


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_without_a_value_is_words(name: str) -> None:
    assert parse(f"{name}:") == Chunk(name)


@pytest.mark.parametrize("word", ["或", "非", "OR", "NOT", "AND", "同节"])
def test_an_operator_with_nothing_to_join_is_a_word(word: str) -> None:
    assert parse(word) == Chunk(word.lower())
    assert parse(f'"{word}"') == Exact(word.lower())


@pytest.mark.parametrize("word", ["或者", "非常", "是非", "orange"])
def test_an_operator_inside_a_word_is_that_word(word: str) -> None:
    assert parse(f"党建 {word}") == And((A, Chunk(word)))


@pytest.mark.parametrize(
    "typed",
    ["党建 -", "党建 *", "党建 - ", "- 党建", "党建 。", "(党建", "党建)", "()党建", '""党建',
     "|党建", "党建|", "((党建)", "党建 --", "党建 ——"],
)  # fmt: skip
def test_signs_that_ask_for_nothing_are_ignored(typed: str) -> None:
    assert parse(typed) == A


@pytest.mark.parametrize(
    ("typed", "position"),
    [
        ('"', 0),
        ("党建 “业务", 3),
        ('党建 "业务" ”', 8),
        ("date:昨天", 5),
        ("党建 date:2019-13", 8),
        ("日期：2019..x", 3),
        ("date:..", 5),
        ("date:(2019)", 5),
        ("date:0000", 5),
        ("。", 0),
        ("\ud800\udfff", 0),
        ("*", 0),
        ("()", 0),
        ("x" * 1001, 1000),
        ("甲 乙 " * 51, 200),
        ("(" * 21, 20),
        ("NOT " * 21 + "x", 80),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(typed: str, position: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse(typed)
    assert caught.value.position == position
    assert caught.value.reason


queries = st.lists(
    st.sampled_from(
        ["党建", "a", " ", "　", '"', "“", "”", "(", ")", "（", "）", "-", "NOT ", "非 ", " OR ",
         " 或 ", "|", "*", "~", "~5", ":", "title:", "date:", "日期：", "2019", "..", "同节 ",
         "within:section ", "author:", "\u200b", "\0", "。", "^", "\\", "[", "]", "{", "+", "&&"]
    ),
    max_size=60,
).map("".join)  # fmt: skip


@given(st.one_of(queries, st.text(max_size=MAX_LENGTH + 1)))
@example("(" * MAX_LENGTH)
@example("-(" * (MAX_LENGTH // 2))
@example("NOT " * (MAX_LENGTH // 4))
@example("title:" * (MAX_LENGTH // 6))
@example("-" * MAX_LENGTH)
@example("同节 " * (MAX_LENGTH // 3))
def test_whatever_is_typed_is_read_or_refused_at_once(typed: str) -> None:
    started = time.perf_counter()
    with suppress(QueryError):
        assert hash(parse(typed)) == hash(parse(typed))
    assert time.perf_counter() - started < 0.2


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020", date(2020, 1, 1), date(2020, 12, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2020-2-3", date(2020, 2, 3), date(2020, 2, 3)),
        ("2020/02/03", date(2020, 2, 3), date(2020, 2, 3)),
        ("2020年2月", date(2020, 2, 1), date(2020, 2, 29)),
        ("2020年2月3日", date(2020, 2, 3), date(2020, 2, 3)),
        ("２０２０年", date(2020, 1, 1), date(2020, 12, 31)),
    ],
)
def test_days_as_readers_write_them(text: str, first: date, last: date) -> None:
    assert parse_day(text) == (first, last)
    assert parse_days(text) == (first, last)
    assert parse_days(f"{text}..{text}") == (first, last)


@pytest.mark.parametrize("text", ["", "20", "20200101", "2020-13", "2020-02-30", "昨天", "2020-"])
def test_what_is_no_day(text: str) -> None:
    assert parse_day(text) is None
