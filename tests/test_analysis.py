"""Folding, words and pairs."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis import (
    HAN,
    fingerprint,
    fold,
    fold_all,
    fold_with_offsets,
    pairs,
    terms,
    words,
)
from search.folding import _simplified

any_text = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("工会總工會 　\u200bＡａ①㎏“”，。・ガｶﾞe\u0301\u1100\u1161\u11a8İßŉ"),
    )
)


def plainly_folded(text: str) -> str:
    """The definition, step by step and without regard to time."""
    text = re.sub(
        "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
        "\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]",
        "",
        text,
    )
    before = None
    while text != before:
        before = text
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    text = text.translate(_simplified())
    return re.sub(rf"(?<=[{HAN}])\s+(?=[{HAN}])", "", text).strip()


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
@example("…工 会\u2028會　\U00020000 A")
def test_folding_is_what_it_is_defined_to_be(text: str) -> None:
    assert fold(text) == plainly_folded(text)


def test_every_character_folds_as_defined_beside_others() -> None:
    for code in (*range(0x10000), *range(0x10000, sys.maxunicode + 1, 97)):
        if code not in range(0xD800, 0xE000):
            text = f"工{chr(code)}会"
            assert fold(text) == plainly_folded(text)


@given(st.lists(any_text, max_size=5))
@example(["a\0b", "工 "])
@example([])
def test_folding_all_is_folding_each(texts: list[str]) -> None:
    assert fold_all(texts) == [fold(text) for text in texts]


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


@given(any_text)
@example("工，会")
@example("工 会ｶﾞ")
@example("工\u0302会")
def test_offsets_are_the_same_where_the_folded_text_is_known(text: str) -> None:
    plain, known = fold_with_offsets(text), fold_with_offsets(text, fold(text))
    assert (known.text, [*known.starts], [*known.ends]) == (
        plain.text,
        [*plain.starts],
        [*plain.ends],
    )


def test_ideographs_beyond_the_first_plane_are_simplified() -> None:
    assert fold("\U000203e2工\U000205e3") == "\U00020257工\u34c6"


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


@given(any_text)
@example("a\t工\n会\x00々.-F-35，㐀")
def test_terms_are_the_texts_of_words(text: str) -> None:
    folded = fold(text)
    assert terms(folded) == [token.text for token in words(folded)]


@given(st.lists(any_text.map(fold), max_size=4))
def test_a_line_break_parts_words(texts: list[str]) -> None:
    assert terms("\n".join(texts)) == [term for text in texts for term in terms(text)]


def test_the_fingerprint_names_what_the_terms_depend_on() -> None:
    assert re.search(
        r"analysis=\d+ words=[0-9a-f]+ rjieba=[\d.]+ opencc=[\d.]+ unicode=[\d.]+", fingerprint()
    )


def test_importing_loads_no_segmenter() -> None:
    code = "import sys, search.analysis, search.query; sys.exit('rjieba' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[1])
