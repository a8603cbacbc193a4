"""Lines become sections and figures."""

from __future__ import annotations

import pytest

from archive.article import Figure, Section
from crawler.pages.body import Body, body_of
from crawler.pages.figures import picture_boxes
from crawler.pages.lines import lines_of
from crawler.pages.markup import Markup

LONG = "这一段是正文，写得比小标题长，并且像句子一样用句号结束。"
Found = list[tuple[str | None, str | None, int]]


def body(html: str) -> Body:
    markup = Markup(html, "http://x/a/")
    lines = lines_of(markup.root, captions=picture_boxes(markup.root))
    return body_of(lines, markup.absolute)


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
    "numbers with points": (
        f"<p>1.甲</p>{P}<p>2．乙</p>{P}<p>3、丙</p>{P}",
        [("1.甲", None, 1), ("2．乙", None, 1), ("3、丙", None, 1)],
    ),
    "three levels": (
        f"<p>一、甲</p><p>（一）乙</p><p>1.丙</p>{P}<p>2.丁</p>{P}<p>二、戊</p>{P}",
        [
            ("一、甲", "（一）乙", 0),
            ("一、甲", "1.丙", 1),
            ("一、甲", "2.丁", 1),
            ("二、戊", None, 1),
        ],
    ),
    "a list": (f"{P}<p>1.甲</p><p>2.乙</p><p>3.丙</p>{P}", [(None, None, 5)]),
    "a list of parts": (f"{P}<p>一、甲</p><p>二、乙</p><p>三、丙</p>", [(None, None, 4)]),
    "a number that is none": (f"<p>1.5万人</p>{P}<p>2.5万人</p>{P}", [(None, None, 4)]),
    "bold remarks": (
        f"<p><b>（林小满）</b></p>{P}<p><b>责任编辑：周喆</b></p>{P}<p><b>2023年1月5日</b></p>{P}{P}",
        [(None, None, 7)],
    ),
    "all in bold": ("<b><p>甲</p><p>乙</p><p>丙</p><p>丁</p></b>", [(None, None, 4)]),
    "rows of a table": (
        f"{P}<table><tr><th>一、甲<th>乙<tr><td>二、丙<td>丁</table>{P}",
        [(None, None, 4)],
    ),
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
    "above": ("<p align=center>甲乙丙</p><p align=center>{}</p>", "甲乙丙"),
    "day above": ("<p align=center>2023年1月5日 甲乙丙</p><p>{}</p>", None),
    "byline above": ("<p align=center>本报记者 甲乙丙</p><p>{}</p>", None),
    "sentence above": ("<p align=center>甲乙丙。</p><p>{}</p>", None),
    "box by its name": ("<div>{}</div><div class=pictext>甲乙丙。</div>", "甲乙丙。"),
    "cell without centring": ("<table><tr><td>{}<br>甲乙丙</td></tr></table>", "甲乙丙"),
    "cell below": ("<table><tr><td>{}</td></tr><tr><td>甲乙丙</td></tr></table>", "甲乙丙"),
    "cell above": ("<table><tr><td>甲乙丙</td></tr><tr><td>{}</td></tr></table>", "甲乙丙"),
    "same paragraph": ("<p>{}<br>甲乙丙</p>", "甲乙丙"),
    "picture's box": ("<div class=img-box>{}<p>甲乙丙</p></div>", "甲乙丙"),
    "arrow": ("{}<p>▲甲乙丙。</p>", "▲甲乙丙。"),
    "long, with a photographer": (
        "<div>{}</div><center>" + "甲乙丙，" * 30 + "林小满 摄</center>",
        "甲乙丙，" * 30 + "林小满 摄",
    ),
    "in the line": ("<p>一句话。{}图为甲乙丙。</p>", "图为甲乙丙。"),
    "sentence around": ("<p>一句{}话甲乙丙</p>", None),
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


def test_captions_below_a_row_of_pictures_belong_to_one_each() -> None:
    rows = "<table><tr><td><img src=a><td><img src=b><tr><td>甲<td>乙</table>"
    listed = "<p><img src=a></p><p><img src=b></p><p align=center>甲</p><p align=center>乙</p>"
    for html in (rows, listed):
        assert [figure.caption for figure in body(html + P).figures] == ["甲", "乙"]


def test_short_lines_between_pictures_are_captions_though_nothing_marks_them() -> None:
    found = body("<p><img src=a></p><p>甲</p><p><img src=b></p><p>乙</p>" + P)
    assert [figure.caption for figure in found.figures] == ["甲", "乙"]
    assert outline("<p><img src=a></p><p>甲</p><p><img src=b></p><p>乙</p>" + P) == [
        (None, None, 1)
    ]


def test_an_attribute_is_believed_only_where_nothing_is_printed_and_the_profile_says_so() -> None:
    lines = lines_of(Markup("<img src=a alt=甲><p align=center>乙</p><img src=b alt=丙>", "").root)
    captions = [
        [figure.caption for figure in body_of(lines, str, says).figures]
        for says in (lambda _: "", lambda image: image.alt)
    ]
    assert captions == [["乙", None], ["乙", "丙"]]


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
