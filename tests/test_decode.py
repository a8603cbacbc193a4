"""Bytes become the text that was meant, whatever their label says."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.decode import Evidence, decode

SHARED = Path(__file__).parents[2] / "shared" / "pages"
TEXT = "镕光机械厂的喆师傅说：职工运动会开幕了。" * 12
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=8)


def labelled(text: str, charset: str) -> str:
    return f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">{text}'


CASES: dict[str, tuple[bytes, str | None, str, Evidence]] = {
    "utf-8": (TEXT.encode(), None, "utf-8", "bytes"),
    "utf-8 called gb2312": (labelled(TEXT, "gb2312").encode(), "text/html", "utf-8", "bytes"),
    "utf-8 called gbk by the server": (TEXT.encode(), "a; charset=gbk", "utf-8", "bytes"),
    "utf-8 with its mark": (TEXT.encode("utf-8-sig"), "a; charset=gbk", "utf-8", "bom"),
    "utf-16": (b"\xff\xfe" + TEXT.encode("utf-16-le"), None, "utf-16-le", "bom"),
    "utf-16, other way round": (
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        None,
        "utf-16-be",
        "bom",
    ),
    "gb18030 called gb2312": (
        labelled(TEXT, "gb2312").encode("gb18030"),
        None,
        "gb18030",
        "meta",
    ),
    "gb18030 called GBK by the server": (
        TEXT.encode("gb18030"),
        'text/html; charset="GBK"',
        "gb18030",
        "http",
    ),
    "gb18030 called utf-8": (
        labelled(TEXT, "utf-8").encode("gb18030"),
        "a; charset=utf-8",
        "gb18030",
        "default",
    ),
    "gb18030 without label": (TEXT.encode("gb18030"), None, "gb18030", "default"),
    "gb18030 from a server never told": (
        labelled(TEXT, "gbk").encode("gb18030"),
        "text/html; charset=ISO-8859-1",
        "gb18030",
        "meta",
    ),
    "big5": (
        labelled("勞工運動會開幕了。" * 12, "big5").encode("big5"),
        None,
        "big5hkscs",
        "meta",
    ),
    "a meta that says utf-16": (
        labelled(TEXT, "utf-16").encode("gb18030"),
        None,
        "gb18030",
        "default",
    ),
    "nothing": (b"", None, "utf-8", "bytes"),
}


@pytest.mark.parametrize(
    ("data", "content_type", "encoding", "evidence"), CASES.values(), ids=CASES
)
def test_the_bytes_decide_then_the_labels(
    data: bytes, content_type: str | None, encoding: str, evidence: Evidence
) -> None:
    decoded = decode(data, content_type)
    assert (decoded.encoding, decoded.evidence, decoded.damaged) == (encoding, evidence, 0)
    assert "\ufffd" not in decoded.text
    assert not data or re.search("运动会|運動會", decoded.text)


@pytest.mark.parametrize(
    "tag",
    [
        "<META httpequiv=Content-Type content='text/html;CHARSET = GB2312'>",
        "<meta charset=x/y><meta charset=GB18030>",
        '<?xml version="1.0" encoding="GBK"?>',
        "<meta name=a content=b><meta charset='gbk' />",
    ],
)
def test_a_label_is_found_however_it_is_written(tag: str) -> None:
    assert decode((tag + TEXT).encode("gb18030")).evidence == "meta"


@pytest.mark.parametrize(
    "label",
    ["hex", "zip", "base64", "rot13", "undefined", "idna", "punycode", "utf-7", "x\0y", "é"],
)
def test_a_label_that_names_no_charset_of_pages_is_not_heeded(label: str) -> None:
    decoded = decode(TEXT.encode("gb18030"), f"text/html; charset={label}")
    assert (decoded.text, decoded.evidence) == (TEXT, "default")


def test_a_few_bad_bytes_leave_a_page_in_utf8() -> None:
    data = labelled(TEXT * 5, "gbk").encode().replace("喆".encode(), b"\xe5\x96", 1)
    decoded = decode(data)
    assert (decoded.encoding, decoded.damaged, decoded.text.count("\ufffd")) == ("utf-8", 1, 1)


@pytest.mark.parametrize("label", ["Big5-HKSCS", "x-x-big5", "cn-big5", "big5-eten", "big-5;"])
def test_big5_has_many_names(label: str) -> None:
    decoded = decode(labelled("勞工運動會開幕了。" * 12, label).encode("big5"))
    assert (decoded.encoding, decoded.damaged) == ("big5hkscs", 0)


def test_utf8_with_many_bad_bytes_is_not_taken_for_damaged_gb18030() -> None:
    data = bytearray((TEXT * 5).encode())
    data[30 : 30 + 50 * 30 : 50] = b"\xff" * 30
    decoded = decode(bytes(data), "text/html; charset=utf-8")
    assert decoded.encoding == "utf-8"
    assert decoded.text.count("职工运动会开幕") > 30


def test_a_replacement_character_that_the_page_holds_is_no_damage() -> None:
    assert decode("甲\ufffd乙".encode()).damaged == 0


def test_control_characters_are_left_out() -> None:
    text = "甲\x00乙\x08丙\x1b丁\t戊\n己"
    assert decode(text.encode()).text == "甲乙丙丁\t戊\n己"
    assert decode(b"\xff\xfe" + text.encode("utf-16-le")).text == "甲乙丙丁\t戊\n己"


@given(HAN)
def test_utf8_comes_back(text: str) -> None:
    assert decode(text.encode(), "text/html; charset=gb2312").text == text


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffd")))
def test_gb18030_comes_back(text: str) -> None:
    data = "镕喆龘".encode("gb18030") + text.encode("gb18030")
    decoded = decode(data, "text/html; charset=gb2312")
    assert decoded.text == "镕喆龘" + text


@given(st.text(st.characters(codec="big5", min_codepoint=0x4E00, max_codepoint=0x9FFF)))
def test_big5_comes_back(text: str) -> None:
    text = "勞動運動開幕" + text
    assert decode(text.encode("big5"), "text/html; charset=big5").text == text


@given(st.binary(), st.none() | st.text())
def test_no_bytes_are_refused(data: bytes, content_type: str | None) -> None:
    decoded = decode(data, content_type)
    assert decoded.damaged >= 0
    assert isinstance(decoded.text, str)


@cache
def manifest() -> list[dict[str, Any]]:
    if not SHARED.is_dir():
        pytest.skip("the folder shared does not lie beside the project")
    lines = SHARED.joinpath("manifest.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_every_real_page_is_decoded_as_what_it_is() -> None:
    wrong = []
    for page in manifest():
        data = SHARED.joinpath(page["file"]).read_bytes()
        decoded = decode(data)
        added = decoded.text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
        if decoded.encoding != page["encoding"] or added > 0:
            wrong.append((page["file"], decoded.encoding, added))
    assert wrong == []
