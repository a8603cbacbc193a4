"""The words that are added to jieba's: the shipped lists, and the archivist's own."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from archive.errors import SettingInvalid, WordListInvalid
from search import analysis, word_lists
from tests.search_support import bulletins

RUN = re.compile("[\u4e00-\u9fd5]+")


@pytest.fixture(autouse=True)
def _nothing_of_ones_own() -> Iterator[None]:
    analysis.use_dictionary(None)
    yield
    analysis.use_dictionary(None)


def own_list(folder: Path, *lines: str) -> Path:
    path = folder / "own.txt"
    path.write_text("\n".join(lines), "utf-8")
    return path


def jieba_with(*paths: Path) -> Any:
    """The specification: jieba, with the words of these lists as a user's dictionary."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    cutter = jieba.Tokenizer()
    for path in paths:
        lines = path.read_text("utf-8").splitlines()
        cutter.load_userdict(line for line in lines if not line.startswith("#"))
    return cutter


@cache
def plain_jieba() -> Any:
    cutter = jieba_with()
    cutter.initialize()
    return cutter


def cut(text: str) -> list[str]:
    return analysis.terms(analysis.fold(text))


@pytest.mark.parametrize("path", word_lists.shipped(), ids=lambda path: path.stem)
def test_every_line_is_a_word_a_frequency_and_a_tag(path: Path) -> None:
    for line in path.read_text("utf-8").splitlines():
        assert re.fullmatch(r"#.*|[\u4e00-\u9fd5]{2,} [1-9]\d* n", line), line
    words = [entry.word for entry in word_lists.read(path)]
    assert len(words) > 50


def test_no_word_stands_twice_or_in_jieba_already() -> None:
    plain = plain_jieba()
    words = [entry.word for path in word_lists.shipped() for entry in word_lists.read(path)]
    assert len(words) == len(set(words))
    assert [word for word in words if plain.cut(word, HMM=False) == [word]] == []


def test_every_word_is_one_and_hides_no_word_in_it() -> None:
    """Search mode gives the parts of two and three characters; no longer one may stand inside."""
    known = {entry.word for path in word_lists.shipped() for entry in word_lists.read(path)}
    plain = plain_jieba()
    for word in known:
        terms = cut(word)
        assert terms[-1] == word
        inside = {word[a:b] for a in range(len(word)) for b in range(a + 2, len(word) + 1)}
        assert {each for each in inside if each in known} <= set(terms), word
        parts = [part for part in plain.cut_for_search(word) if plain.FREQ.get(part)]
        assert {part for part in parts if len(part) > 1} <= set(terms), word


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("当地人社部门", ["人社部门"]),
        ("全区总投资", ["全区", "投资"]),
        ("工会通过", ["工会", "通过"]),
        ("每天五小时", ["小时"]),
        ("职业技能大赛", ["职业技能", "大赛"]),
        ("房产改造", ["房产", "改造"]),
        ("新就业形态劳动者", ["新就业形态", "劳动者"]),
    ],
)
def test_the_words_do_not_swallow_their_neighbours(text: str, terms: list[str]) -> None:
    assert set(terms) <= set(cut(text))


@pytest.mark.parametrize("count", [250, pytest.param(30_000, marks=pytest.mark.prove)])
def test_chinese_is_cut_as_jieba_cuts_it(count: int, tmp_path: Path) -> None:
    own = own_list(tmp_path, "# our own", "新闻联播 9 n", "记者从 700", "总书记强调")
    analysis.use_dictionary(own)
    jieba = jieba_with(*word_lists.shipped(), own)
    seen: set[str] = set()
    for bulletin in bulletins(count):
        seen.update(RUN.findall(analysis.fold(bulletin["body"])))
    assert len(seen) > count
    runs = sorted(seen)
    ours = [list(jieba.cut_for_search(run)) for run in runs]
    assert ours == [analysis.terms(run) for run in runs]
    for run, terms in zip(runs[:2000], ours, strict=False):
        tokens = [(token.text, token.start, token.end) for token in analysis.words(run)]
        assert tokens == list(jieba.tokenize(run, mode="search"))
        assert [text for text, _, _ in tokens] == terms


def test_a_list_of_ones_own_is_folded_and_wins(tmp_path: Path) -> None:
    before, stamp = cut("我们的互联网工会好"), analysis.fingerprint()
    analysis.use_dictionary(own_list(tmp_path, "\ufeff# 我的", "", "互聯網工會 60 n", "十點半開始"))
    assert "互联网工会" not in before
    assert "互联网工会" in cut("我们的互联网工会好")
    assert cut("十点半开始")[-1] == "十点半开始"
    assert analysis.fingerprint() != stamp
    analysis.use_dictionary(None)
    assert cut("我们的互联网工会好") == before
    assert analysis.fingerprint() == stamp


def test_a_note_in_a_list_changes_no_fingerprint(tmp_path: Path) -> None:
    analysis.use_dictionary(own_list(tmp_path, "互联网工会 60 n"))
    stamp = analysis.fingerprint()
    analysis.use_dictionary(own_list(tmp_path, "# a note", "互联网工会 60 n"))
    assert analysis.fingerprint() == stamp


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_worker_process_cuts_alike(method: str, tmp_path: Path) -> None:
    analysis.use_dictionary(own_list(tmp_path, "互联网工会 60 n"))
    context = get_context(method)
    with context.Pool(1, analysis.use_dictionary, (analysis.dictionary(),)) as pool:
        assert "互联网工会" in pool.apply(analysis.terms, ("我们的互联网工会好",))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("总工会 50 n 5", "a line is a word"),
        ("工会 n 50", "a line is a word"),
        ("工", "two Chinese characters"),
        ("互联网+工会 50", "two Chinese characters"),
        ("互联网工会 0", "the frequency is"),
        ("互联网工会 99999999", "the frequency is"),
    ],
)
def test_a_bad_line_is_named(line: str, reason: str, tmp_path: Path) -> None:
    path = own_list(tmp_path, "# 我的", line)
    with pytest.raises(WordListInvalid, match=reason) as caught:
        analysis.use_dictionary(path)
    assert (caught.value.file, caught.value.line) == (str(path), 2)
    assert analysis.dictionary() is None


def test_a_list_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.txt"
    path.write_bytes(b"abc\n" + "互联网工会".encode("gb18030"))
    with pytest.raises(WordListInvalid, match="UTF-8") as caught:
        analysis.use_dictionary(path)
    assert caught.value.line == 2


def test_a_missing_list_is_a_bad_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="dictionary"):
        analysis.use_dictionary(tmp_path / "none.txt")
