"""Pinyin of words, and what a segment keeps of it."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.suggestions.keys import (
    CHARACTERS,
    LETTERS,
    LONGEST_WORD,
    TITLE,
    completion_arrays,
    first_characters,
    key_range,
    packed,
    title_keys,
)
from search.suggestions.pinyin import (
    MAX_READINGS,
    first_readings,
    is_spelled,
    letters_of,
    readings,
)

LETTERS_ONLY = st.text("abcxyz", max_size=LETTERS + 3)


@pytest.mark.parametrize(
    ("word", "letters", "initials"),
    [
        ("劳模", "laomo", "lm"),
        ("总工会", "zonggonghui", "zgh"),
        ("职代会", "zhidaihui", "zdh"),
        ("女职工", "nuzhigong", "nzg"),
        ("会计", "kuaiji", "kj"),
        ("银行", "yinhang", "yh"),
        ("成长", "chengzhang", "cz"),
        ("a股2号", "aguhao", "agh"),
        ("，", "", ""),
    ],
)
def test_words_have_the_pinyin_people_type(word: str, letters: str, initials: str) -> None:
    assert (letters, initials) in readings(word)


def test_many_readings_are_bounded() -> None:
    assert len(readings("重重降落都长行")) == MAX_READINGS


@settings(deadline=None)  # the first loads tables
@given(st.lists(st.text("劳模总工会计银行长a1，", max_size=8), min_size=1, max_size=5))
def test_all_at_once_is_one_by_one(texts: list[str]) -> None:
    assert first_readings(texts) == [readings(text)[0] for text in texts]


@pytest.mark.parametrize("typed", ["lvse", "lüse", "lǜsè", "lu'se", "luse"])
def test_letters_are_typed_in_several_ways(typed: str) -> None:
    assert letters_of(typed) == readings("绿色")[0].letters


@pytest.mark.parametrize("typed", ["劳mo", "lao mo", "12", "", "lao-mo"])
def test_other_signs_are_no_letters(typed: str) -> None:
    assert letters_of(typed) is None


@pytest.mark.parametrize(
    ("letters", "spelled"),
    [("laomo", True), ("zhuangyuan", True), ("xian", True), ("gdp", False), ("laom", False)],
)
def test_whole_syllables_are_told_apart(letters: str, spelled: bool) -> None:
    assert is_spelled(letters) is spelled


def test_the_phrases_of_pypinyin_are_not_loaded() -> None:
    code = (
        "import sys; from search.suggestions.pinyin import readings; readings('劳模');"
        "print('pypinyin' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@given(st.lists(LETTERS_ONLY), LETTERS_ONLY.filter(bool))
def test_keys_find_what_begins_so(texts: list[str], begins: str) -> None:
    low, high = key_range(begins)
    keys = packed(texts) if texts else np.zeros(0, np.uint64)
    found = [bool(low <= key <= high) for key in keys]
    assert found == [text[:LETTERS].startswith(begins[:LETTERS]) for text in texts]


@given(st.text(max_size=6), st.text(max_size=6))
def test_first_characters_sort_like_texts(a: str, b: str) -> None:
    one, other = first_characters([a, b])
    within = [text[:CHARACTERS] for text in (a, b)]
    assert not (one < other and within[0] > within[1])


@settings(deadline=None)  # the first loads tables
@given(st.lists(st.text(max_size=20)))
def test_title_keys_are_those_of_each_alone(titles: list[str]) -> None:
    assert title_keys(titles) == [title_keys([title])[0] for title in titles]


def test_title_keys_leave_tags_and_signs_out() -> None:
    assert title_keys(["【劳动者之歌】“车间”里的 P M2.5"]) == ["车间里的pm25"]


def test_titles_that_begin_alike_stand_together() -> None:
    titles = ["工会要闻", "", "职工之家", "工会要闻！", "！"]
    arrays = completion_arrays(titles, ["职工"], [3])
    assert arrays["complete.titles"].tolist() == [0, 3, 2]
    assert arrays["complete.title_starts"].tolist() == [0, 2, 3]
    assert (np.diff(arrays["complete.title_keys"].astype(np.float64)) > 0).all()


def test_words_are_found_by_their_pinyin() -> None:
    words = ["pm2.5", "会", "劳动模范代表", "劳模", "银行"]
    arrays = completion_arrays([], words, [9, 9, 1, 5, 2])
    assert arrays["complete.words"].tolist() == [2, 3, 4]
    low = packed(["yinhang"])[0]
    keys, items = arrays["complete.pinyin.keys"], arrays["complete.pinyin.items"]
    assert items[keys == low].tolist() == [4]
    assert not (items >= TITLE).any()
    columns = arrays["complete.characters"].reshape(LONGEST_WORD, -1)
    assert columns[:, 1].tolist() == [ord("劳"), ord("模"), 0, 0, 0]
    assert not columns[:, 0].any()


def test_of_many_words_the_frequent_are_kept() -> None:
    words = sorted(f"{chr(0x4E00 + n // 60)}{chr(0x5E00 + n % 60)}" for n in range(6000))
    frequencies = np.arange(6000)[::-1] + 1
    kept = completion_arrays(["一"] * 500, words, frequencies)["complete.words"]
    assert kept.tolist() == list(range(5500))


def test_nothing_gives_empty_arrays() -> None:
    arrays = completion_arrays([], [], [])
    assert arrays["complete.title_starts"].tolist() == [0]
    assert sum(len(array) for array in arrays.values()) == 1
