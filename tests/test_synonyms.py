"""Synonyms: the shipped list, an archivist's own, and what a query becomes with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import QueryError, WordListInvalid
from search.analysis import words
from search.index import Widening
from search.query.grammar import parse
from search.query.synonyms import (
    LONGEST_CHUNK,
    MOST_IN_QUERY,
    MOST_OTHERS,
    SHORT,
    Other,
    Synonyms,
    listed,
    load,
    shipped,
    widen,
)
from search.query.tree import (
    And,
    Chunk,
    Exact,
    Node,
    Not,
    Or,
    Prefix,
    Together,
    Widened,
    Word,
    limited,
    texts,
)

LIST = """
groups = [
  ["劳动模范", "劳模"],
  ["中华全国总工会", "全国总工会", "全总"],  # ["this", "is no group"]
  ["工会驿站", "户外劳动者服务站点"], ["国际劳工组织", "ILO"],
]
"""


@pytest.fixture(scope="module")
def synonyms(tmp_path_factory: pytest.TempPathFactory) -> Synonyms:
    return load(written(tmp_path_factory.mktemp("synonyms"), LIST))


def written(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def others(typed: str, synonyms: Synonyms) -> tuple[Other, ...]:
    """What stands beside the one chunk of a query."""
    node, _ = widen(parse(typed), synonyms)
    return node.others if isinstance(node, Widened) else ()


@pytest.mark.parametrize(
    ("typed", "beside"),
    [
        ("劳模", (Exact("劳动模范"),)),
        ("勞模", (Exact("劳动模范"),)),
        ("劳动模范", (Word("劳模"),)),
        ("中华全国总工会", (Exact("全国总工会"), Word("全总"))),
        ("全国总工会", (Word("全总"),)),  # the first of the group holds it
        ("工会驿站", (Exact("户外劳动者服务站点"),)),
        ("国际劳工组织", (Word("ilo"),)),
        ("ILO", (Exact("国际劳工组织"),)),
        ("标题:劳模", (Exact("劳动模范", "title"),)),
        ("全国劳模", (Chunk("全国劳动模范"),)),
        ("ILO公约", (Chunk("国际劳工组织公约"),)),
        (
            "劳模走进工会驿站",
            (
                Chunk("劳模走进户外劳动者服务站点"),
                Chunk("劳动模范走进工会驿站"),
                Chunk("劳动模范走进户外劳动者服务站点"),
            ),
        ),
        ("同节 劳模", (Exact("劳动模范"),)),
    ],
)
def test_a_chunk_and_its_synonyms(
    typed: str, beside: tuple[Other, ...], synonyms: Synonyms
) -> None:
    node, _ = widen(parse(typed), synonyms)
    if isinstance(node, Together):
        [node] = node.nodes
    assert isinstance(node, Widened)
    assert parse(typed) in (node.chunk, Together((node.chunk,)))
    assert node.others == beside


@pytest.mark.parametrize(
    "typed",
    [
        '"劳模"',
        "劳模*",
        '"劳模 工会"~5',
        "-劳模",
        "作者:劳模",
        "专栏:劳模",
        "勤劳模范",  # 劳模 stands in it, but not as a word
        "安全总结",
        "安全总监崔京辉",
        "同节 劳动模范",  # where strings decide, an abbreviation would stand in other words
        "工会",
        "我们的劳模" * (LONGEST_CHUNK // 5 + 1),
    ],
)
def test_what_is_not_widened(typed: str, synonyms: Synonyms) -> None:
    assert widen(parse(typed), synonyms) == (parse(typed), ())


def test_what_was_widened_is_told_once_and_in_order(synonyms: Synonyms) -> None:
    node, told = widen(parse("劳模 (全国劳模 或 全总) -ILO"), synonyms)
    assert told == (
        Widening(text="劳模", others=("劳动模范",)),
        Widening(text="全总", others=("中华全国总工会", "全国总工会")),
    )
    assert isinstance(node, And)
    first, either, excluded = node.nodes
    assert first == Widened(Chunk("劳模"), (Exact("劳动模范"),))
    assert isinstance(either, Or)
    assert excluded == Not(Chunk("ilo"))


def test_however_long_a_query_its_synonyms_are_few(synonyms: Synonyms) -> None:
    typed = " ".join(f"劳模{letter} 全总{letter}全总" for letter in "甲乙丙丁戊己庚辛壬癸子丑寅卯")
    node, _ = widen(parse(typed), synonyms)
    assert isinstance(node, And)
    counts = [len(one.others) for one in node.nodes if isinstance(one, Widened)]
    assert max(counts) <= MOST_OTHERS
    assert sum(counts) == MOST_IN_QUERY


@given(st.text('劳模全总工会动范的甲 或-"()', max_size=40))
def test_the_question_stays_the_same_beside_its_synonyms(typed: str) -> None:
    try:
        tree = parse(typed)
    except QueryError:  # a quotation mark that is never closed
        return
    assert narrowed(widen(tree)[0]) == tree


def narrowed(node: Node) -> Node:
    match node:
        case Widened(chunk):
            return chunk
        case And(nodes) | Or(nodes) | Together(nodes):
            return type(node)(tuple(map(narrowed, nodes)))
        case _:
            return node


def test_a_widened_chunk_in_the_tree() -> None:
    widened = Widened(Chunk("劳模"), (Exact("劳动模范"), Word("lm")))
    assert list(texts(And((widened, Not(widened))))) == [widened.chunk, *widened.others]
    titled = Widened(Chunk("劳模", "title"), (Exact("劳动模范", "title"), Word("lm", "title")))
    assert limited(widened, "title") == titled
    assert limited(titled, "heading") == titled
    assert limited(Prefix("劳"), "title") == Prefix("劳", "title")


def test_the_shipped_list_is_sound() -> None:
    listed = shipped()
    assert {"劳模", "劳动模范", "全总", "职代会", "三方机制", "12351"} <= set(listed.words())
    for word, others in listed.others.items():
        assert word not in others
        assert all(word in map(str.lower, listed.others[other.lower()]) for other in others)


def test_short_synonyms_are_words_of_the_dictionary() -> None:
    """They are asked as index terms, so the analysis must cut them as they are listed."""
    short = [word for word in shipped().words() if len(word) <= SHORT]
    assert [word for word in short if word not in {token.text for token in words(word)}] == []


def test_the_archivists_own_words_win(tmp_path: Path) -> None:
    own = listed(written(tmp_path, 'groups = [["劳模", "全国劳模"]]'))
    assert listed(None) == shipped()
    assert own.others["劳模"] == ("全国劳模",)
    assert own.others["全总"] == shipped().others["全总"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("groups = [\n  [“劳模”],\n]", 2),
        ("groups = [\n  ['劳模', '劳动模范']\n  ['全总']\n]", 3),
        ("", 1),
        ("groups = 5", 1),
        ("groups = []\nother = 1", 1),
        ("groups = [\n  ['劳模', '劳动模范'],\n  ['劳模', '模范'],\n]", 3),
        ("groups = [\n  ['劳模', '勞模'],\n]", 2),
        ("groups = [\n\n  ['劳模'],\n]", 3),
        ("groups = [\n  ['劳模', '劳动模范'], # [\n  '全总',\n]", 3),
        ("groups = [\n  ['劳模', 5],\n]", 2),
        ("groups = [\n  ['劳', '劳动模范'],\n]", 2),
        ("groups = [\n  ['劳模', '——'],\n]", 2),
    ],
)
def test_a_broken_list_names_its_line(tmp_path: Path, text: str, line: int) -> None:
    path = written(tmp_path, text)
    with pytest.raises(WordListInvalid) as caught:
        load(path)
    assert (caught.value.file, caught.value.line) == (str(path), line)
    assert caught.value.reason


def test_a_list_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_bytes("groups = [['劳模', '劳动模范']]".encode("gb18030"))
    for path in (tmp_path / "own.toml", tmp_path / "none.toml", tmp_path):
        with pytest.raises(WordListInvalid):
            load(path)
