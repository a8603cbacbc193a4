"""Reports in several pages: where they go on, and the pager that is not read."""

from __future__ import annotations

import pytest

from crawler.pages.joined_pages import is_page_of, named_second_page, next_page, without_pager
from crawler.pages.lines import lines_of
from crawler.pages.markup import Markup
from crawler.profile import Layout

BASE = "http://x.example/10930/201804/26/"
TOTAL = "<div><p><input name=__totalpage value=3></p></div>"


def following(html: str, name: str, **layout: str) -> str | None:
    described = Layout.model_validate({"name": "a", "title": "h1", "body": "div", **layout})
    found = next_page(Markup(html, BASE + name), described, BASE + name)
    return found.url.removeprefix(BASE) if found else None


@pytest.mark.parametrize(
    ("name", "onward"),
    [
        ("180426092830870.shtml", "180426092830870_2.shtml"),
        ("180426092830870_2.shtml", "180426092830870_3.shtml"),
        ("180426092830870_3.shtml", None),
        ("180426092830870.shtml?x=1", "180426092830870_2.shtml"),
        ("t20180426_547180.html", "t20180426_547180_2.html"),
        ("180426092830870", None),
        ("", None),
    ],
)
def test_pages_are_counted_where_only_their_number_is_said(name: str, onward: str | None) -> None:
    assert following(TOTAL, name, pages="input[name=__totalpage]") == onward


@pytest.mark.parametrize(
    ("html", "onward"),
    [
        ("<i>共3页</i>", "1234567890_2.htm"),
        ("<i>共1页</i>", None),
        ("<i>全文</i>", None),
        ("<i></i>", None),
        ("", None),
    ],
)
def test_a_number_may_be_printed(html: str, onward: str | None) -> None:
    assert following(html, "1234567890.htm", pages="i") == onward


@pytest.mark.parametrize(
    ("call", "onward"),
    [
        ('createPageHTML(3, 0, "t20180426_1", "html")', "t20180426_1_1.html"),
        ('createPageHTML(3, 1, "t20180426_1", "html")', "t20180426_1_2.html"),
        ('createPageHTML(3, 2, "t20180426_1", "html")', None),
        ("other(3)", None),
    ],
)
def test_a_script_may_say_it(call: str, onward: str | None) -> None:
    html = f"<script>{call}</script>"
    assert following(html, "t20180426_1.html", pages="script") == onward


def test_a_link_goes_before_a_number() -> None:
    html = f"{TOTAL}<a class=n href=b.html>下一页</a>"
    assert following(html, "a.html", next_page="a.n", pages="input") == "b.html"


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p>甲。</p><p>上一页 1 2 <b>3</b> 下一页</p>", ["甲。"]),
        ("<p>甲。</p><ul><li>[1]<li>[2]<li>下一页<li>尾页</ul><p>共3页</p>", ["甲。"]),
        ("<p>甲。</p><p>余下全文&gt;&gt;</p>", ["甲。"]),
        ("<p>甲。</p><p>2</p><p>乙</p>", ["甲。", "2", "乙"]),
        ("<p>首页</p><p>翻到下一页看</p>", ["首页", "翻到下一页看"]),
        ("<p><img src=a></p><p>下一页</p>", [""]),
    ],
)
def test_a_pager_is_no_text(html: str, kept: list[str]) -> None:
    lines = lines_of(Markup(html, BASE).root)
    assert [line.text for line in without_pager(lines)] == kept


@pytest.mark.parametrize(
    ("target", "report", "is_one"),
    [
        ("t20180426_1_2.html", "t20180426_1.html", True),
        ("t20180426_1_3.html", "t20180426_1_2.html", True),
        ("180426-2.shtml", "180426.shtml", True),
        ("t20180427_2.html", "t20180426_1.html", False),
        ("t20180426_1.html", "t20180426_1.html", False),
        ("index.html", "t20180426_1.html", False),
    ],
)
def test_a_further_page_has_the_report_s_name_and_a_number(
    target: str, report: str, is_one: bool
) -> None:
    assert is_page_of(BASE + target, BASE + report) is is_one


@pytest.mark.parametrize(
    ("html", "second"),
    [
        ('<a href="./180426092830870_2.shtml">2</a>', "180426092830870_2.shtml"),
        ("<a href=180426092830870_1.shtml>2</a>", "180426092830870_1.shtml"),
        ('<img src="180426092830870_1.jpg">', None),
        ('<a href="80426092830870_2.shtml">', None),
        ('<a href="9180426092830870_2.shtml">', None),
        ('<a href="180426092830870_12.shtml">12</a>', None),
    ],
)
def test_a_second_page_is_seen_where_the_profile_names_none(html: str, second: str | None) -> None:
    assert named_second_page(html, f"{BASE}180426092830870.shtml") == second
    assert named_second_page(html, f"{BASE}index.shtml") is None
