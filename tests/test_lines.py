"""Markup becomes the lines that a reader sees; no word is lost, none is said twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.body import body_of
from crawler.pages.figures import picture_boxes
from crawler.pages.lines import Line, clean, lines_of
from crawler.pages.markup import Markup


def lines(html: str) -> list[Line]:
    return lines_of(Markup(html, "http://x/").root)


def texts(html: str) -> list[str]:
    return [line.text for line in lines(html)]


MARKUP = {
    "two breaks": ("甲<br><br>　　乙<BR/>丙</br>丁", ["甲", "乙", "丙", "丁"]),
    "div": ("<div>甲<div>乙</div>丙</div>", ["甲", "乙", "丙"]),
    "p in span": ("<span><p>甲</p><p>乙</p>丙</span>", ["甲", "乙", "丙"]),
    "inline": ("<p>甲<span>乙<a>丙</a></span><font>丁</font></p>", ["甲乙丙丁"]),
    "nested tables": (
        "<table><tr><td>甲<table><tr><td>乙<td>丙</table>丁<tr><td>戊</table>",
        ["甲", "乙", "丙", "丁", "戊"],
    ),
    "indentation": ("<p>&nbsp;&nbsp;　　甲 乙&nbsp;&nbsp; 丙　</p>", ["甲 乙 丙"]),
    "wrapped source": ("<p>甲，\n   乙\r\n丙 a\nb</p>", ["甲，乙丙 a b"]),
    "wrapped quotes": ("<p>“甲”\n“乙”</p>", ["“甲”“乙”"]),
    "wrap between elements": ("<p><b>甲</b>\n<b>乙</b></p>", ["甲 乙"]),
    "preformatted": ("<pre>　　甲\n　　乙<b>\n丙</b></pre>", ["甲", "乙", "丙"]),
    "invisible": ("<p>甲\u200b乙\ufeff丙\u00ad丁</p><p>\u200b</p>", ["甲乙丙丁"]),
    "silent": ("<p>甲<script>x</script><style>y</style><!-- z -->乙</p>", ["甲乙"]),
    "word": ("<p class=MsoNormal>甲<o:p>&nbsp;</o:p><st1:chsdate>乙</st1:chsdate></p>", ["甲 乙"]),
    "unknown element": ("<founder-content>甲<p>乙</p></founder-content>丙", ["甲", "乙", "丙"]),
    "list": ("<ul><li>甲<li>乙</ul><dl><dt>丙<dd>丁</dl>", ["甲", "乙", "丙", "丁"]),
    "forms": ("<form>甲<form>乙</form>丙</form>", ["甲", "乙", "丙"]),
    "after the end": ("<html><body>甲</body></html>乙</html><p>丙", ["甲", "乙", "丙"]),
    "image in a sentence": (
        "<p>甲<img src=a.gif>乙<span><img src=b.gif></span>丙</p>丁",
        ["甲乙丙", "", "", "丁"],
    ),
    "image, then words": ("<p><img src=a.gif>甲</p>", ["", "甲"]),
    "words of a picture in the line": (
        "<p>甲。<img src=a.gif>图为乙</p>",
        ["甲。", "", "图为乙"],
    ),
    "bullet": ("<p><img src=a.gif width=9>甲<img src=b.gif height='1px'></p>", ["甲"]),
    "table of facts": (
        "<table><caption>甲</caption><tr><th>乙<th><p>丙</p><tr><td>丁<td>戊<br>己<td></table>庚",
        ["甲", "乙 | 丙", "丁 | 戊 己", "庚"],
    ),
    "table that only arranges": (
        "<table><tr><td>甲<td>乙<tr><td>丙<td>" + "丁" * 201 + "</table>",
        ["甲", "乙", "丙", "丁" * 201],
    ),
    "table of one column": ("<table><tr><td>甲<tr><td>乙</table>", ["甲", "乙"]),
    "choices of a form": ("<form>甲<select><option>乙</select><button>丙</button></form>", ["甲"]),
    "self-closed style": ("甲<style/>p {color: red}</style>乙", ["甲乙"]),
    "nothing": ("", []),
}


@pytest.mark.parametrize(("html", "printed"), MARKUP.values(), ids=MARKUP)
def test_lines_are_those_a_reader_sees(html: str, printed: list[str]) -> None:
    assert texts(html) == printed


def test_a_line_says_what_its_markup_makes_of_it() -> None:
    html = """<h2>甲</h2><p><b>乙</b><strong> 丙</strong></p><p><b>丁</b>戊</p>
      <p align=Center>己</p><center>庚</center><p style="text-align : center">辛</p>
      <p style="font-weight:700">壬</p><figcaption>癸</figcaption>
      <img data-src=" b.png" src=a.gif>"""
    found = {line.text: line for line in lines(html)}
    assert [found["甲"].level, found["乙 丙"].level] == [2, 0]
    assert [name for name, line in found.items() if line.is_bold] == ["甲", "乙 丙", "壬"]
    assert [name for name, line in found.items() if line.is_centred] == list("己庚辛")
    assert [name for name, line in found.items() if line.is_caption] == ["癸"]
    assert found[""].image == "b.png"


def test_elements_that_do_not_count_are_passed_over() -> None:
    markup = Markup("<p>甲<i>乙<b>丙</b></i>丁</p>", "http://x/")
    without = {id(tag) for tag in markup.select("i, b")}
    assert [line.text for line in lines_of(markup.root, without)] == ["甲丁"]


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [("　 甲\t乙　", "甲 乙"), ("甲\na", "甲 a"), ("　\n", "")],
)
def test_text_is_cleaned(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


ELEMENTS = (
    "p div th caption span font b strong i a table tr td ul li h2 h3 center blockquote form "
    "section article o:p founder-content figure figcaption nobr marquee u em dl dd pre"
).split()
VOID = ("<br>", "<br><br>", "<hr>", "<img src=a.png>", "<!-- x -->", "<script>x</script>", "</br>")
BETWEEN = ("", " ", "\n", "　　", "&nbsp;", "。", "，", "：")
PIECES = st.one_of(
    st.just("word"),
    st.sampled_from(VOID),
    st.sampled_from(BETWEEN),
    st.sampled_from([f"<{name}>" for name in ELEMENTS]),
    st.sampled_from(['<p align="center">', '<td class="x">', "<p class=MsoNormal style='a:b'>"]),
    st.sampled_from([f"</{name}>" for name in ELEMENTS]),
)


@given(st.lists(PIECES, max_size=60))
def test_every_word_is_read_once_and_in_order(pieces: list[str]) -> None:
    words = [f"词{at}。" if at % 3 else f"词{at}语" for at in range(pieces.count("word"))]
    rest = iter(words)
    html = "".join(next(rest) if piece == "word" else piece for piece in pieces)
    root = Markup(f"<div>{html}</div>", "http://x/").root
    found = lines_of(root, captions=picture_boxes(root))
    printed = "\n".join(line.text for line in found)
    places = [printed.find(word) for word in words]
    assert -1 not in places
    assert places == sorted(places)
    assert all(printed.count(word) == 1 for word in words)
    body = body_of(found, lambda address: address)
    spoken = [figure.caption or "" for figure in body.figures]
    for section in body.sections:
        spoken += [section.heading or "", section.subheading or "", *section.paragraphs]
    assert all("\n".join(spoken).count(word) == 1 for word in words)
    running = "\n".join("\n".join(section.paragraphs) for section in body.sections)
    kept = [running.find(word) for word in words if word in running]
    assert kept == sorted(kept)
