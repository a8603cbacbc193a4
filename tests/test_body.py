"""Lines become sections and figures."""

from __future__ import annotations

import pytest

from archive.article import Figure, Section
from crawler.body import Body, body_of
from crawler.lines import lines_of
from crawler.markup import Markup

LONG = "这一段是正文，写得比小标题长，并且像句子一样用句号结束。"
Found = list[tuple[str | None, str | None, int]]


def body(html: str) -> Body:
    markup = Markup(html, "http://x/a/")
    return body_of(lines_of(markup.root), markup.absolute)


def outline(html: str) -> Found:
    """Each section's heading, subheading and number of paragraphs."""
    sections = body(html).sections
    return [(each.heading, each.subheading, len(each.paragraphs)) for each in sections]


P = f"<p>　　{LONG}</p>"
OUTLINES: dict[str, tuple[str, Found]] = {
    "no headings": (P + P, [(None, None, 2)]),
    "squares with plain lines": (
        f"{P}<p><b>　　■甲■</b></p><p>乙</p>{P}<p>■丙■</p><p>丁</p>{P}",
        [(None, None, 1), ("甲", "乙", 1), ("丙", "丁", 1)],
    ),
    "squares without plain lines": (f"<p>■甲■</p>{P}{P}", [("甲", None, 2)]),
    "other signs": (
        f"<p>●甲</p>{P}<p>【乙】</p>{P}<p>◆ 丙 ◆</p>{P}",
        [("甲", None, 1), ("乙", None, 1), ("丙", None, 1)],
    ),
    "h2 and h3": (
        f"<h2>甲</h2>{P}<h3>乙</h3>{P}<h3>丙</h3>{P}",
        [("甲", None, 1), ("甲", "乙", 1), ("甲", "丙", 1)],
    ),
    "numbers and numbers in parentheses": (
        f"<p>一、甲</p><p>（一）乙</p>{P}<p>（二）丙</p>{P}<p>二、丁</p>{P}",
        [("一、甲", "（一）乙", 1), ("一、甲", "（二）丙", 1), ("二、丁", None, 1)],
    ),
    "parentheses alone": (
        f"<p>（一）甲</p>{P}<p>(二)乙</p>{P}",
        [("（一）甲", None, 1), ("(二)乙", None, 1)],
    ),
    "chapters": (
        f"<p>第一章 甲</p>{P}<p>第十二章 乙</p>{P}",
        [("第一章 甲", None, 1), ("第十二章 乙", None, 1)],
    ),
    "bold": (
        f"<p><strong>甲</strong></p>{P}<p>　<b>乙</b></p>{P}",
        [("甲", None, 1), ("乙", None, 1)],
    ),
    "partly bold": (f"<p><b>甲</b>{LONG}</p>", [(None, None, 1)]),
    "bold sentence": (f"<p><b>{LONG}</b></p>", [(None, None, 1)]),
    "numbered sentence": ("<p>一、这是一句话。</p>", [(None, None, 1)]),
    "numbered paragraph": (f"<p>一、{LONG * 2}</p>", [(None, None, 1)]),
    "editor in brackets": ("<p>【编辑：张三】</p>", [(None, None, 1)]),
    "two headings in a row": (f"<h2>甲</h2><h2>乙</h2>{P}", [("甲", None, 0), ("乙", None, 1)]),
    "heading at the end": (f"{P}<p>■甲■</p>", [(None, None, 1), ("甲", None, 0)]),
    "short last line is a paragraph": ("<p>■甲■</p><p>乙</p>", [("甲", None, 1)]),
    "only signs": ("<p>★★★</p>", [(None, None, 1)]),
}


@pytest.mark.parametrize(("html", "found"), OUTLINES.values(), ids=OUTLINES)
def test_headings_open_sections(html: str, found: Found) -> None:
    assert outline(html) == found


FIGURES: dict[str, tuple[str, str | None]] = {
    "figcaption": ("<figure>{}<figcaption>甲乙丙。</figcaption></figure>", "甲乙丙。"),
    "centred": ("<p align=center>{}</p><p align=center>甲乙丙</p>", "甲乙丙"),
    "same cell": ("<table><tr><td align=center>{}<br>甲乙丙</table>", "甲乙丙"),
    "图为": ("{}<p>图为甲乙丙。（林小满 摄）</p>", "图为甲乙丙。（林小满 摄）"),
    "photographer": ("{}<p>甲乙丙（林小满 摄）</p>", "甲乙丙（林小满 摄）"),
    "given by": ("{}<p>甲乙丙 市总工会供图</p>", "甲乙丙 市总工会供图"),
    "text": ("{}<p>甲乙丙</p>", None),
    "centred sentence": ("{}<p align=center>甲乙丙。</p>", None),
    "centred heading": ("{}<p align=center>一、甲乙丙</p>", None),
    "centred square": ("{}<p align=center>■甲乙丙■</p>", None),
    "heading": ("{}<h2>甲乙丙</h2>", None),
    "long": ("{}<p align=center>" + "甲乙丙" * 40 + "</p>", None),
}


@pytest.mark.parametrize(("html", "caption"), FIGURES.values(), ids=FIGURES)
def test_words_under_a_picture(html: str, caption: str | None) -> None:
    found = body(P + html.format("<img src=../b.png>") + P)
    assert found.figures == [Figure(url="http://x/b.png", caption=caption)]
    printed = str(found.sections)
    assert ("甲乙丙" in printed) == (caption is None)


def test_captions_may_repeat_and_pictures_may_follow_each_other() -> None:
    found = body("<center><img src=a>甲<br><img src=b>甲<br><img src=c><img src=d>乙</center>")
    assert [(figure.url, figure.caption) for figure in found.figures] == [
        ("http://x/a/a", "甲"),
        ("http://x/a/b", "甲"),
        ("http://x/a/c", None),
        ("http://x/a/d", "乙"),
    ]


def test_a_broken_address_is_none() -> None:
    assert body("<img src='http://['>").figures == [Figure(url=None, caption=None)]


def test_paragraphs_are_as_printed() -> None:
    found = body("<p>　　甲，乙。</p><div>丙<br><br>　　丁</div>")
    assert found.sections == [Section(paragraphs=("甲，乙。", "丙", "丁"))]


def test_a_caption_of_two_lines_is_one() -> None:
    figure = "<figure><img src=a><figcaption>授旗现场<br>宣素云 摄</figcaption></figure>"
    found = body(f"{figure}<p>正文。</p>")
    assert [figure.caption for figure in found.figures] == ["授旗现场 宣素云 摄"]
    assert [section.paragraphs for section in found.sections] == [("正文。",)]
