"""Which places of a page a proposed layout names for its fields."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from crawler.pages.locators import words_at
from crawler.proposal.agreeing import today
from crawler.proposal.fields import propose_fields
from crawler.proposal.specimen import Guess, Specimen

TEXT = """<p>清溪市总工会在河西工地开设夜校，三百多名电焊工报名学习新工艺。</p>
<p>授课的师傅说，学会一门手艺，日子就多一条路。夜校每周二、周四开课，教材由工会免费发放。</p>
<p>据了解，今年全市还将开设十二所这样的夜校，2018年4月2日第一所夜校开课时只有九名学员。</p>"""
TITLE = "河西工地夜校迎来三百名电焊工"


def a_page(
    *, head: str = "", above: str = "", text: str = TEXT, below: str = "", name: str = "a.html"
) -> Specimen:
    """A page with a menu, a report in ``div.text`` and a footer."""
    return Specimen(
        name,
        "",
        f"""<html><head><meta charset="utf-8">{head}</head><body>
        <p class="menu"><a href="/">首页</a> <a href="/yw/">工会要闻</a> <a href="/wq/">维权</a></p>
        {above}<div class="text">{text}</div>{below}
        <div class="foot">版权所有 清溪市总工会 Copyright 2003-2023</div></body></html>""",
    )


def proposed(*pages: Specimen) -> dict[str, Guess]:
    return propose_fields(pages, [page.markup.select("div.text") for page in pages])


def said(page: Specimen, guess: Guess) -> str:
    """What the first of a guess's locators that speaks says on a page."""
    return next(filter(None, (words_at(page.markup, each) for each in guess.locators)), "")


TITLES = {
    "a heading, the site's name after a hyphen": (
        f"<title>{TITLE}-工会要闻-清溪工会网</title>",
        f"<h1>清溪工会网</h1><h2>{TITLE}</h2>",
    ),
    "a heading, the site's name before it": (
        f"<title>清溪工会网_{TITLE}</title>",
        f"<h1>{TITLE}</h1>",
    ),
    "the site's name after a space": (
        f"<title>{TITLE} 清溪市总工会</title>",
        f"<div><font size=5><b>{TITLE}</b></font></div>",
    ),
    "the title element is only the site's name": (
        "<title>清溪工会网</title>",
        f"<table><tr><td class=black18>{TITLE}</td></tr></table>",
    ),
    "the logo is the only h1": (
        f"<title>{TITLE}-清溪工会网</title>",
        f"<h1><a href='/'>清溪工会网</a></h1><p class=bt>{TITLE}</p>",
    ),
    "a column before it that the head leaves out": (
        f"<title>{TITLE}-清溪工会网</title>",
        f"<h1>【一线】{TITLE}</h1>",
    ),
    "a link to itself": (
        f"<title>{TITLE}_清溪工会网</title>",
        f"<h1><a href='1.html'>{TITLE}</a></h1>",
    ),
    "a longer breadcrumb that ends in it": (
        f"<title>{TITLE}-清溪工会网</title>",
        f"<div class=crumb>当前位置：首页 &gt; 工会要闻 &gt; {TITLE}</div><h3>{TITLE}</h3>",
    ),
    "a date in it": (
        "<title>2023年4月2日清溪市职工夜校开课通知-清溪工会网</title>",
        "<h1>2023年4月2日清溪市职工夜校开课通知</h1>",
    ),
    "a headline of two characters": ("<title>公告-清溪工会网</title>", "<h1>公告</h1>"),
}


@pytest.mark.parametrize(("head", "above"), TITLES.values(), ids=TITLES)
def test_the_title_is_what_stands_in_the_head_and_above_the_text(head: str, above: str) -> None:
    page = a_page(head=head, above=above)
    title = said(page, proposed(page)["title"])
    assert title in above
    assert title.removeprefix("【一线】") in (
        TITLE,
        "公告",
        "2023年4月2日清溪市职工夜校开课通知",
    )


def test_a_title_that_no_page_prints_is_cut_from_the_title_elements() -> None:
    pages = [
        a_page(head=f"<title>{title}-清溪工会网</title>", name=f"{title}.html")
        for title in ("春风行动送岗位进社区", "职工书屋添了新书架", "女工委举办健康讲座")
    ]
    guesses = proposed(*pages)
    assert guesses["title"].locators == ("title",)
    assert guesses["title_suffix"].locators == ("-清溪工会网",)


def test_the_channels_in_title_elements_are_cut_off_with_the_site_s_name() -> None:
    titles = {"春风行动送岗位进社区": "工会要闻", "职工书屋添了新书架": "文化", "女工讲座": "女工"}
    pages = [
        a_page(head=f"<title>{title} - {channel} - 清溪工会网</title>", name=title)
        for title, channel in titles.items()
    ]
    suffix = proposed(*pages)["title_suffix"].locators[0]
    heads = [words_at(page.markup, "title") for page in pages]
    assert [re.sub(f"(?:{suffix})$", "", head) for head in heads] == list(titles)


def test_a_title_has_the_same_place_on_every_page_of_a_template() -> None:
    pages = [
        a_page(
            head=f"<title>{title}-清溪工会网</title>",
            above=f"<div class=box><div id=t{number}123 class=bt>{title}</div></div>",
            name=title,
        )
        for number, title in enumerate(("春风行动送岗位进社区", "职工书屋添了新书架"))
    ]
    assert proposed(*pages)["title"].locators == ("div.bt",)


def test_the_lines_above_and_below_a_title_are_named_too() -> None:
    page = a_page(
        head=f"<title>{TITLE}-清溪工会网</title>",
        above=f"<div><h3>学手艺 长本事</h3><h1>{TITLE}</h1><h4>课后还有热汤面</h4></div>",
    )
    guesses = proposed(page)
    assert said(page, guesses["pretitle"]) == "学手艺 长本事"
    assert said(page, guesses["subtitle"]) == "课后还有热汤面"


def test_a_byline_under_the_title_is_no_subtitle() -> None:
    above = f"<div><h1>{TITLE}</h1><h4>来源：清溪日报 2023-04-02</h4></div>"
    guesses = proposed(a_page(head=f"<title>{TITLE}</title>", above=above))
    assert "subtitle" not in guesses


HEADING = f"<h1>{TITLE}</h1>"
DAYS = {
    "a line under the title": "<div class=info>时间：2023-04-02 09:30 来源：本站</div>",
    "no label": "<span>2023年4月2日09:30</span>",
    "words between year and day": "<p class=xx>发布日期：2023 年 4 月 2 日</p>",
    "slashes and a time": "<td class=sj>2023/4/2 17:21:00</td>",
    "a script that writes it": '<td class=sj><script>showDate("2023-04-02 09:30")</script></td>',
    "after the day it was changed": "<div>更新时间：2023-05-09 发布时间：2023-04-02</div>",
}


@pytest.mark.parametrize("line", DAYS.values(), ids=DAYS)
def test_the_day_is_that_of_the_line_under_the_title(line: str) -> None:
    clock = "<div class=clock>今天是2023年6月1日 星期四</div>"
    related = "<ul><li><a href=2.html>送清凉</a> 2023-06-01</li><li>2022-01-05</li></ul>"
    page = a_page(head=f"<title>{TITLE}</title>", above=clock + HEADING + line, below=related)
    guesses = proposed(page)
    assert guesses["date"].evidence.startswith("2023-04-02 on")
    assert "clock" not in guesses["date"].locators[0]
    assert "required" not in guesses


def test_a_meta_element_names_the_day_where_the_page_agrees() -> None:
    page = a_page(
        head="<meta name=Maketime content=2023-06-30><meta name=PubDate content=2023-04-02>",
        above=HEADING + "<div class=info>2023-04-02</div>",
    )
    assert proposed(page)["date"].locators == ("meta:PubDate",)


SILENT = {
    "the header's clock alone": (f"<p>今天是2023年6月1日 星期四</p>{HEADING}", TEXT, ""),
    "days in the text": (HEADING, TEXT, ""),
    "the signature of a notice": (
        HEADING,
        f"{TEXT}<p align=right>清溪市总工会</p><p align=right>2023年3月28日</p>",
        "",
    ),
    "related reports": (
        HEADING,
        TEXT,
        "<ul>"
        + "<li><a href=2.html>送清凉活动走进地铁工地</a><span>2023-06-01</span></li>" * 8
        + "</ul>",
    ),
    "a day to come": (HEADING + "<div>2999-01-01</div>", TEXT, ""),
    "the year of the copyright": (HEADING, TEXT, "<p>© 2023-04-02 清溪工会网 版权所有</p>"),
}


@pytest.mark.parametrize(("above", "text", "below"), SILENT.values(), ids=SILENT)
def test_a_page_without_a_day_of_publication_gets_none(above: str, text: str, below: str) -> None:
    page = a_page(head=f"<title>{TITLE}</title>", above=above, text=text, below=below)
    guesses = proposed(page)
    assert "date" not in guesses
    assert guesses["required"].locators == ("title",)


def test_a_day_after_today_is_not_believed_and_today_is() -> None:
    for later, is_believed in ((0, True), (1, False)):
        day = (today() + timedelta(days=later)).isoformat()
        page = a_page(head=f"<title>{TITLE}</title>", above=f"{HEADING}<div class=i>{day}</div>")
        assert ("date" in proposed(page)) is is_believed


def byline_of(page: Specimen) -> str:
    return said(page, proposed(page)["byline"])


def test_the_byline_is_the_smallest_element_with_all_labels() -> None:
    names = "<span>来源：<a href=/>清溪日报</a></span> <b>作者：林小满</b>"
    line = f"<div class=info>{names} <i>2023-04-02</i></div>"
    page = a_page(above=f"<div class=top>{HEADING}{line}<p>字号：大 中 小</p></div>")
    assert byline_of(page) == "来源：清溪日报 作者：林小满 2023-04-02"


SOURCES = {
    "a label under the text": ("<span>2023-04-02</span>", "<div class=ly>文章来源: 清溪日报</div>"),
    "a name in a link, without label": (
        "<span class=d>2023-04-02</span><span class=where><a href=/>清溪日报</a></span>",
        "",
    ),
    "an element called so": (
        "<span class=d>2023-04-02</span><em class=source>清溪日报</em>",
        "",
    ),
}


@pytest.mark.parametrize(("above", "below"), SOURCES.values(), ids=SOURCES)
def test_a_source_outside_the_byline_has_a_locator(above: str, below: str) -> None:
    page = a_page(head=f"<title>{TITLE}</title>", above=HEADING + above, below=below)
    assert said(page, proposed(page)["source"]) in ("清溪日报", "文章来源: 清溪日报")


def test_an_empty_source_in_the_byline_is_sought_in_the_meta_element() -> None:
    page = a_page(
        head=f'<title>{TITLE}</title><meta name="ContentSource" content="清溪日报">',
        above=f"{HEADING}<div class=info>来源： 发布时间：2023-04-02</div>",
    )
    assert proposed(page)["source"].locators == ("meta:ContentSource",)


def test_the_source_of_a_picture_is_not_the_report_s() -> None:
    text = "<p><img src=1.jpg></p><p>来源：资料图</p>" + TEXT + "<p>图片来源：河西摄影社</p>" + TEXT
    page = a_page(head=f"<title>{TITLE}</title>", above=HEADING, text=text)
    assert "source" not in proposed(page)


def test_a_meta_author_that_is_a_number_or_the_site_is_no_author() -> None:
    for author in ("104363", "清溪工会网"):
        head = f'<title>{TITLE}-清溪工会网</title><meta name="author" content="{author}">'
        assert "authors" not in proposed(a_page(head=head, above=HEADING))


def test_the_editor_under_the_text_and_the_channel_above_it_are_named() -> None:
    page = a_page(
        head=f"<title>{TITLE}</title>",
        above=f"<p class=crumb>当前位置：<a href=/>首页</a> &gt; 工会要闻</p>{HEADING}",
        below="<p class=bj>（责任编辑：周喆）</p>",
    )
    guesses = proposed(page)
    assert guesses["editor"].locators[0] == "p.bj"
    assert guesses["channel"].locators[0] == "p.crumb"


def test_the_facts_in_an_e_paper_s_comment_are_found() -> None:
    facts = f"<date>2023-04-02 06:00:00.0</date><title>{TITLE}</title><author>林小满</author>"
    page = a_page(
        head="<title>清溪日报</title>",
        above=f"<!--enpproperty <articleid>7</articleid>{facts}/enpproperty--><b>{TITLE}</b>",
    )
    guesses = proposed(page)
    assert guesses["date"].locators == ("comment:date",)
    assert said(page, guesses["title"]) == TITLE


def test_evidence_tells_what_was_found_and_where() -> None:
    page = a_page(
        head=f"<title>{TITLE}-清溪工会网</title>",
        above=f"{HEADING}<div class=info>来源：清溪日报 2023-04-02</div>",
        name="saved/report.html",
    )
    guesses = proposed(page)
    assert guesses["title"].evidence == f"“{TITLE}” on saved/report.html"
    assert guesses["date"].evidence == "2023-04-02 on saved/report.html"
    assert guesses["byline"].evidence == "“来源：清溪日报 2023-04-02”"


def test_the_link_to_a_report_s_next_page_is_named_and_no_other() -> None:
    address = '<link rel="canonical" href="http://news.qingxi.example/a/20230402_7.html">'
    turn = '<p><a href="20230402_7_2.html">2</a> <a href="20230402_7_2.html">[下一页]</a></p>'
    other = '<p><a href="20230402_8.html">下一页</a></p>'
    paged = proposed(a_page(head=address, above=HEADING, below=turn))
    assert paged["next_page"].locators == ('a:-soup-contains("下一页")',)
    assert "20230402_7_2.html" in paged["next_page"].evidence
    assert "next_page" not in proposed(a_page(head=address, above=HEADING, below=other))


def test_what_counts_a_report_s_pages_is_named() -> None:
    page = a_page(above=HEADING, text=TEXT + '<p><input name="__totalpage" value="3"></p>')
    assert proposed(page)["pages"].locators == ('input[name="__totalpage"]',)
