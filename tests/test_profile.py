"""A profile that is wrong says so: file, key and cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import ExitCode
from crawler.profile import Profile, ProfileInvalid, UnknownSite, load_profile, site_keys

SAMPLE = Path(__file__).parent.parent / "sample" / "sites"
GOOD = """\
name = "某市工会网"
hosts = ["www.gh.example"]
seeds = ["https://www.gh.example/"]
list_pages = '/news/$'
articles = '/news/\\d+\\.html$'

[[layouts]]
name = "old"
title = "h1"
body = "div.zw"
"""


def loaded(sites: Path, text: str | bytes) -> Profile:
    folder = sites / "gh"
    folder.mkdir(exist_ok=True)
    folder.joinpath("profile.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_profile(sites, "gh")


def test_one_text_stands_for_a_list_of_one(tmp_path: Path) -> None:
    profile = loaded(tmp_path, GOOD)
    assert profile.key == "gh"
    assert profile.layouts[0].body == ("div.zw",)
    assert profile.articles == (r"/news/\d+\.html$",)


def test_the_sample_profile_loads() -> None:
    assert load_profile(SAMPLE, "sample").name == "安澜工会网"
    assert site_keys(SAMPLE) == ["sample", "sample-paper"]


def test_a_file_saved_by_notepad_loads(tmp_path: Path) -> None:
    assert loaded(tmp_path, GOOD.replace("\n", "\r\n").encode("utf-8-sig")).name == "某市工会网"


def test_hosts_are_compared_without_regard_to_case_and_final_dots(tmp_path: Path) -> None:
    profile = loaded(tmp_path, GOOD.replace('["www.gh.example"]', '["WWW.gh.example", "h:81"]'))
    assert profile.covers("https://www.GH.example./x")
    assert profile.covers("http://h:81/")
    assert not profile.covers("http://h/")
    assert not profile.covers("http://www.gh.example.evil.example/")
    assert not profile.covers("http://[")


BEFORE = "[[layouts]]"
FAULTS = {
    "unknown key": (
        GOOD.replace("title =", "titel ="),
        "layouts 1, titel: there is no such key; did you mean “title”?",
    ),
    "key like no other": (
        GOOD.replace(BEFORE, f"[politeness]\nxyz = 1\n{BEFORE}"),
        "politeness, xyz: there is no such key; remove it. "
        "Known keys: concurrency, delay, timeout.",
    ),
    "key of the site in a layout": (
        f'{GOOD}\nhosts = ["www.gh.example"]\n',
        "layouts 1, hosts: this key is one of the whole site; move it above the first line",
    ),
    "key of its own": (f'key = "x"\n{GOOD}', "key: a site is called by its folder's name; remove"),
    "missing": (GOOD.replace("name = ", "publisher = ", 1), "name: this key is missing; add it."),
    "missing in layout": (
        GOOD.replace('body = "div.zw"', ""),
        "layouts 1, body: this key is missing; add it.",
    ),
    "no layouts": (
        GOOD.partition(BEFORE)[0] + "layouts = []",
        "layouts: this list is empty; put at least one entry in it.",
    ),
    "empty text": (
        GOOD.replace('"某市工会网"', '" "'),
        "name: this text is empty; fill it in.",
    ),
    "number for text": (
        GOOD.replace('"h1"', "[1]"),
        "layouts 1, title 1: 1 is no text; put it between quotation marks.",
    ),
    "number for list": (
        GOOD.replace('"h1"', "7"),
        'layouts 1, title: 7 is no list; write ["…", "…"].',
    ),
    "text for number": (
        GOOD.replace(BEFORE, f'[politeness]\ndelay = "fast"\n{BEFORE}'),
        "politeness, delay: 'fast' is no number of the kind that belongs here; write one",
    ),
    "too small": (
        GOOD.replace(BEFORE, f"[politeness]\ndelay = -1\n{BEFORE}"),
        "politeness, delay: -1 is too small; write at least 0",
    ),
    "no longer than nothing": (
        GOOD.replace(BEFORE, f"[politeness]\ntimeout = 0\n{BEFORE}"),
        "politeness, timeout: 0 is too small; write more than 0",
    ),
    "too large": (
        GOOD.replace(BEFORE, f"[politeness]\nconcurrency = 99\n{BEFORE}"),
        "politeness, concurrency: 99 is too large; write at most 16.",
    ),
    "no table": (
        f"politeness = 1\n{GOOD}",
        "politeness: 1 is no table; put its keys under a heading in square brackets.",
    ),
    "one of few": (
        GOOD + 'required = ["body"]',
        "layouts 1, required 1: 'body' may not stand here; write 'title' or 'published'.",
    ),
    "bad selector": (
        GOOD.replace('"div.zw"', '"div["'),
        "layouts 1, body 1: “div[” is no CSS selector (",
    ),
    "meta for a place": (
        GOOD.replace('"div.zw"', '"meta:Description"'),
        "layouts 1, body 1: “meta:Description” names no place on the page; write a CSS selector.",
    ),
    "meta without name": (
        GOOD.replace('"h1"', '"meta:"'),
        "layouts 1, title 1: “meta:” lacks a name; write for instance “meta:PubDate”.",
    ),
    "bad expression": (
        GOOD.replace("'/news/$'", "'/news/('"),
        "list_pages 1: “/news/(” is no regular expression (missing ), unterminated subpattern",
    ),
    "empty expression": (
        GOOD.replace("'/news/$'", "''"),
        "list_pages 1: an empty expression fits every address; remove it or fill it in.",
    ),
    "seed elsewhere": (
        GOOD.replace("https://www.gh.example/", "https://gh.example/"),
        "profile: the seed “https://gh.example/” lies on none of the hosts; add its host",
    ),
    "seed without scheme": (
        GOOD.replace("https://www", "www"),
        "the seed “www.gh.example/” is no address; begin it with http:// or https://.",
    ),
    "host with scheme": (
        GOOD.replace('["www.gh.example"]', '["https://www.gh.example/"]'),
        "hosts 1: “https://www.gh.example/” is no host; write its bare name, such as",
    ),
    "two layouts of one name": (
        GOOD + GOOD[GOOD.index(BEFORE) :],
        "profile: two layouts are called “old”; give each a name of its own.",
    ),
    "syntax": (
        GOOD.replace('"h1"', '"h1'),
        "TOML: the file cannot be read: ",
    ),
    "encoding": (
        GOOD.encode("gb18030"),
        "line 1: this line is not UTF-8; save the file again in the encoding UTF-8.",
    ),
}


@pytest.mark.parametrize(("text", "words"), FAULTS.values(), ids=FAULTS)
def test_a_fault_names_file_key_and_cure(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(ProfileInvalid) as caught:
        loaded(tmp_path, text)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'gh' / 'profile.toml'}: ")
    assert words in message
    assert message.endswith(" See docs/profile.md for what may stand there.")
    assert caught.value.exit_code == ExitCode.USAGE


def test_a_fault_is_translated_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(ProfileInvalid) as caught:
        loaded(tmp_path, GOOD.replace("title =", "titel ="))
    chinese = {"there is no such key; did you mean “%(near)s”?": "没有这个键；是不是“%(near)s”？"}
    words = caught.value.words(lambda message: chinese.get(message, message))
    assert "layouts 1, titel: 没有这个键；是不是“title”？" in words


@pytest.mark.parametrize("key", ["nowhere", "../gh", "", "GH", "."])
def test_an_unknown_site_lists_the_known(tmp_path: Path, key: str) -> None:
    loaded(tmp_path, GOOD)
    with pytest.raises(UnknownSite, match=r"Known sites: gh\. Write that file"):
        load_profile(tmp_path, key)


def test_without_any_site_nothing_is_listed(tmp_path: Path) -> None:
    with pytest.raises(UnknownSite, match="Known sites: –"):
        load_profile(tmp_path / "none", "gh")


def test_a_folder_whose_name_is_no_key_is_named(tmp_path: Path) -> None:
    loaded(tmp_path, GOOD)
    (tmp_path / "gh").rename(tmp_path / "GH")
    with pytest.raises(ProfileInvalid, match="small letters") as caught:
        load_profile(tmp_path, "GH")
    assert str(tmp_path / "GH") in str(caught.value)
    assert site_keys(tmp_path) == ["GH"]
