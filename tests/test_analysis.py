"""Folding, words and pairs."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis import fingerprint, fold, fold_with_offsets, pairs, words
from tests.search_support import bulletins

any_text = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("工会總工會 　\u200bＡａ①㎏“”，。・ガｶﾞe\u0301\u1100\u1161\u11a8İßŉ"),
    )
)


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("ＰＭ２．５", "pm2.5"),
        ("豐臺區總工會", "丰台区总工会"),
        ("丰台区　总 工\n会", "丰台区总工会"),
        ("工\u200b会\ufeff", "工会"),
        ("职工 PM2.5 指数", "职工 pm2.5 指数"),
        ("“八一”，期间", "“八一”,期间"),
        ("　　开头", "开头"),
        ("", ""),
        (" \u200b", ""),
    ],
)
def test_fold(printed: str, folded: str) -> None:
    assert fold(printed) == folded


@given(any_text)
@example("´a")
@example("e\u200b\u0301")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(any_text)
@example("ｶﾞ㎏İ")
def test_offsets_lead_back_to_what_was_folded(text: str) -> None:
    folded = fold_with_offsets(text)
    assert folded.text == fold(text)
    assert len(folded.starts) == len(folded.ends) == len(folded.text)
    assert list(folded.starts) == sorted(folded.starts)
    for at, character in enumerate(folded.text):
        start, end = folded.original(at, at + 1)
        assert start < end
        assert character in fold("x" + text[start:end] + "x")


def test_every_character_that_composes_joins_the_one_before() -> None:
    """The clusters of ``fold_with_offsets`` rest on it, for this Python's Unicode version."""
    for code in range(sys.maxunicode + 1):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            pair = "".join(chr(int(part, 16)) for part in parts)
            if unicodedata.normalize("NFKC", pair) == chr(code):
                folded = fold_with_offsets(pair)
                assert folded.text == fold(pair)
                assert set(folded.starts) == {0}


@pytest.mark.parametrize("token", ["PM2.5", "F-35", "12351", "don’t", "R&D"])
def test_latin_and_digits_stay_together(token: str) -> None:
    assert fold(token) in [one.text for one in words(f"职工{token}热线")]


@given(any_text)
def test_every_token_equals_the_folded_text_at_its_offsets(text: str) -> None:
    folded = fold(text)
    for token in words(text):
        assert folded[token.start : token.end] == token.text
        assert token.text


@given(any_text.map(fold))
def test_every_string_of_two_is_a_pair_and_every_character_begins_one(text: str) -> None:
    found = pairs(text)
    assert {text[at : at + 2] for at in range(len(text) - 1)} <= set(found)
    assert [pair[0] for pair in found] == list(text)


@pytest.mark.parametrize("count", [300, pytest.param(3000, marks=pytest.mark.prove)])
def test_chinese_runs_are_cut_as_jieba_cuts_them(count: int) -> None:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    for bulletin in bulletins(count):
        folded = fold(bulletin["body"])
        for run in re.finditer("[\u4e00-\u9fd5]+", folded):
            ours = [(token.text, token.start, token.end) for token in words(run.group())]
            assert ours == list(jieba.tokenize(run.group(), mode="search"))


def test_the_fingerprint_names_what_the_terms_depend_on() -> None:
    assert re.search(r"analysis=\d+ rjieba=[\d.]+ opencc=[\d.]+ unicode=[\d.]+", fingerprint())


def test_importing_loads_no_segmenter() -> None:
    code = "import sys, search.analysis, search.query; sys.exit('rjieba' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[1])
