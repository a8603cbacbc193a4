"""Reading whole pages: every report of the sample site, the first page, and single fields."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from archive.article import Article
from crawler.pages.decode import decode
from crawler.pages.reading import Page, PageUnread, join, read_page
from crawler.profile import Profile
from sample.report import Report
from sample.site import PUBLISHER, SITE, load_reports, pages
from tests.builders import a_capture
from tests.sample_reading import HOST, NOW, PROFILE, read

ROOT = Path(__file__).parent.parent
REPORTS = load_reports()
PAGES = pages()
LIKE_THE_FIRST = "t20221206_0941"
FIELDS = (
    "title column_tag channel published published_text authors editor reprinted_from "
    "captions sections container_title publisher"
).split()


@cache
def article_of(report: Report) -> Article:
    page = PAGES[report.path]
    text = decode(page.body, dict(page.headers)["Content-Type"]).text
    capture = a_capture(url=HOST + report.path, captured_at=NOW)
    return join([read_page(text, PROFILE, capture)])


def in_words(page: Article | Page) -> dict[str, Any]:
    """An article with its sections and captions as plain values."""
    values = {name: getattr(page, name) for name in FIELDS if hasattr(page, name)}
    values["captions"] = [figure.caption for figure in page.figures]
    values["sections"] = [(s.heading, s.subheading, s.paragraphs) for s in page.sections]
    return values


def truth(report: Report) -> dict[str, Any]:
    values = {name: getattr(report, name) for name in FIELDS if hasattr(report, name)}
    title = report.title
    serial = int(report.slug[10:])
    time = f" {8 + serial % 10:02}:{serial % 60:02}" if report.layout == "modern" else ""
    return values | {
        "column_tag": title[1 : title.index("】")] if title.startswith("【") else None,
        "published_text": f"{report.published}{time}",
        "captions": [figure.caption for figure in report.figures],
        "sections": [(s.heading, s.subheading, s.paragraphs) for s in report.sections],
        "container_title": SITE,
        "publisher": PUBLISHER,
    }


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
def test_a_report_is_read_as_its_file_says(report: Report, field: str) -> None:
    assert in_words(article_of(report))[field] == truth(report)[field]


def test_one_report_has_all_that_the_first_page_has() -> None:
    (report,) = [each for each in REPORTS if each.slug == LIKE_THE_FIRST]
    data = PAGES[report.path].body
    assert b"charset=gb2312" in data
    assert all(mark.encode("gb18030") in data for mark in ("■", "今天是2025年", "2005-2025", "喆"))
    article = article_of(report)
    assert len(article.figures) == 11
    assert sum(section.subheading is not None for section in article.sections) == 5
    assert [witness.where for witness in article.published_evidence] == ["line", "url"]
    assert article.date_agrees


def shared() -> Path:
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder shared does not lie beside the project")
    return folder


@pytest.fixture(scope="module")
def first_page() -> tuple[Article, dict[str, Any]]:
    folder = shared() / "seed"
    layout = {"name": "table", "title": "td.bt", "body": "div.TRS_Editor", "byline": "td.sj"}
    profile = Profile.model_validate(
        {
            "key": "first",
            "name": "丰台工会",
            "hosts": ["www.ftqgh.example"],
            "seeds": ["http://www.ftqgh.example/"],
            "list_pages": [],
            "articles": r"/t\d+",
            "layouts": [layout],
        }
    )
    capture = a_capture(
        url="http://www.ftqgh.example/dj/201911/t20191129_1.html",
        captured_at=datetime(2026, 11, 22, tzinfo=UTC),
    )
    text = decode(folder.joinpath("page.html").read_bytes()).text
    expected = json.loads(folder.joinpath("expected.json").read_text("utf-8"))
    return join([read_page(text, profile, capture)]), expected


@pytest.mark.parametrize(
    "field", ["title", "column_tag", "published", "published_text", "figures", "sections"]
)
def test_the_first_page_gives_what_is_expected(
    first_page: tuple[Article, dict[str, Any]], field: str
) -> None:
    article, expected = first_page
    read_as = {
        "figures": [{"caption": figure.caption} for figure in article.figures],
        "sections": [
            {
                "heading": section.heading,
                "subheading": section.subheading,
                "paragraphs": list(section.paragraphs),
            }
            for section in article.sections
        ],
        "published": str(article.published),
    }
    assert read_as.get(field, getattr(article, field)) == expected[field]
    assert expected.keys() == {
        "title",
        "column_tag",
        "published",
        "published_text",
        "figures",
        "sections",
    }


def a_page(html_body: str, /, *, head: str = "", **layout: object) -> Page:
    """Read a page whose body is ``div.zw``, by a profile that says no more than given."""
    values = {"name": "one", "title": "h1", "body": "div.zw", "required": []} | layout
    profile = PROFILE.model_copy(
        update={"layouts": (PROFILE.layouts[0].__class__.model_validate(values),)}
    )
    html = f"<html><head>{head}</head><body>{html_body}</body></html>"
    return read(html.encode(), f"{HOST}/x/2022/0304/c_1.html", profile)


REPORT = "<h1>标题</h1><div class=zw><p>第一段。</p></div>"


def test_without_a_date_there_is_none() -> None:
    page = a_page(REPORT)
    assert (page.published, page.published_text) == (None, None)
    assert [witness.where for witness in page.published_evidence] == ["url"]


@pytest.mark.parametrize(
    ("places", "day"),
    [
        (["meta:PubDate", "url"], date(2022, 3, 5)),
        (["url", "meta:PubDate"], date(2022, 3, 4)),
        (["meta:none", "span.d"], date(2022, 3, 6)),
        ("url", date(2022, 3, 4)),
    ],
)
def test_the_first_place_of_the_profile_is_believed(places: str | list[str], day: date) -> None:
    head = '<meta name="pubdate" content=""><META content="2022-03-05 08:00" NAME=" pubdate ">'
    page = a_page(REPORT + "<span class=d>2022年3月6日</span>", head=head, date=places)
    assert page.published == day == page.published_evidence[0].day


def test_days_elsewhere_on_the_page_never_win() -> None:
    around = "今天是2025年1月5日<div class=xg>相关 2021-01-01</div> Copyright 2005-2025"
    page = a_page(around + REPORT + around, byline="div.sj", date="meta:PubDate")
    assert page.published is None


@pytest.mark.parametrize("printed", ["2025-01-07", "1989-12-31", "2023-02-30"])
def test_a_day_that_cannot_be_is_no_day(printed: str) -> None:
    assert a_page(REPORT, head=f'<meta name=PubDate content="{printed}">', date="meta:PubDate")
    page = a_page(f"{REPORT}<i>{printed}</i>", date="i")
    assert page.published is None


def test_today_is_todays_date_in_china() -> None:
    assert a_page(f"{REPORT}<i>2025-01-06</i>", date="i").published == date(2025, 1, 6)


@pytest.mark.parametrize(
    ("crumb", "channel"),
    [
        ("当前位置：首页 &gt; 工会要闻 &gt; 正文", "工会要闻"),
        ("您现在的位置: 网站首页 » 维权 » 标题", "维权"),
        ("首页 - 基层动态", "基层动态"),
        ("当前位置：首页", None),
        ("", None),
    ],
)
def test_the_channel_is_the_last_crumb_that_names_one(crumb: str, channel: str | None) -> None:
    assert a_page(f"{REPORT}<div class=w>{crumb}</div>", channel="div.w").channel == channel


@pytest.mark.parametrize(
    ("line", "source", "authors", "editor"),
    [
        ("来源：  作者： 责任编辑：", None, (), None),
        ("来源：<a>工人日报</a> 作者：王　芳 责任编辑：周喆", "工人日报", ("王芳",), "周喆"),
        ("来源：本站 记者：张三、李四", None, ("张三", "李四"), None),
        ("（责编：周喆）", None, (), "周喆"),
    ],
)
def test_fields_come_from_their_labels_wherever_the_profile_points(
    line: str, source: str | None, authors: tuple[str, ...], editor: str | None
) -> None:
    text = f"{REPORT}<div class=sj>{line}</div>"
    for layout in (
        {"byline": "div.sj"},
        {"source": "div.sj", "authors": "div.sj", "editor": "div.sj", "byline": "div.sj"},
    ):
        page = a_page(text, **layout)
        assert (page.reprinted_from, page.authors, page.editor) == (source, authors, editor)


def test_a_lead_in_a_box_of_its_own_is_read_with_the_body() -> None:
    body = "<h1>标题</h1><div class=main><p>正文。</p></div><div class=lead>导语。</div>"
    page = a_page(body, body=["div.lead", "div.main"])
    assert page.sections[0].paragraphs == ("导语。", "正文。")
    nested = a_page(
        "<h1>题</h1><div class=main><div class=lead>导语。</div>正文。</div>",
        body=["div.lead", "div.main"],
    )
    assert nested.sections[0].paragraphs == ("导语。", "正文。")


def test_each_place_of_a_body_stands_once() -> None:
    with pytest.raises(PageUnread, match=r"div\.main: 2 places"):
        a_page(
            "<h1>题</h1><div class=main>一。</div><div class=main>二。</div>",
            body=["i", "div.main"],
        )


def test_what_is_to_be_removed_is_not_read() -> None:
    body = "<h1>题</h1><div class=zw><p>正文。<b>广<i>告</i></b></p><div class=pager>1</div></div>"
    page = a_page(body, remove=["div.pager", "b", "i"])
    assert page.sections[0].paragraphs == ("正文。",)


def test_the_title_loses_the_name_of_the_site_only() -> None:
    page = a_page(
        "<h1> </h1><h1>【要闻】 职工-运动会-安澜工会网</h1>" + REPORT, title_suffix="-安澜工会网"
    )
    assert (page.title, page.column_tag) == ("【要闻】 职工-运动会", "要闻")


def test_addresses_are_completed_by_the_base_of_the_page() -> None:
    link = '<a class=n href="2.html#top">下页</a>'
    body = f'<h1>题</h1><div class=zw>文。<img src=" a.png ">{link}</div>'
    page = a_page(body, head='<base href="/b/">', next_page="a.n")
    assert page.figures[0].url == f"{HOST}/b/a.png"
    assert page.next_page == f"{HOST}/b/2.html"
    assert a_page(body, head='<base href="http://[">').figures[0].url == f"{HOST}/x/2022/0304/a.png"


@pytest.mark.parametrize("href", ["", "#", "c_1.html", "c_1.html#2", "http://["])
def test_a_next_page_that_is_this_page_is_none(href: str) -> None:
    assert a_page(f"{REPORT}<a class=n href='{href}'>下页</a>", next_page="a.n").next_page is None


def test_the_lines_around_the_title_are_kept_apart_from_it() -> None:
    above = "<h3>安澜市职工运动会</h3><h1>标题</h1><h4>——五百人到场</h4><div class=zw>文。</div>"
    page = a_page(above, pretitle="h3", subtitle=["h5", "h4"])
    assert (page.pretitle, page.title, page.subtitle) == (
        "安澜市职工运动会",
        "标题",
        "——五百人到场",
    )
    article = join([page])
    assert (article.pretitle, article.subtitle) == (page.pretitle, page.subtitle)


def test_a_byline_may_be_a_table_of_labels() -> None:
    rows = (
        "<table class=t><tr><td>来源：</td><td>某报</td></tr>"
        "<tr><td>作者</td><td>：王芳</td></tr><tr><td>时间：</td><td>2022-03-05</td></tr></table>"
    )
    page = a_page(rows + REPORT, byline="table.t")
    assert (page.reprinted_from, page.published) == ("某报", date(2022, 3, 5))


def test_each_field_says_what_found_it() -> None:
    head = "<meta name=source content=某报>"
    body = (
        "<h1>标题</h1><i>2022-03-05 编辑：周喆</i><div class=zw><p>一。</p>"
        "<p>（通讯员 林小满）</p></div><a class=n href=2.html>下</a>"
    )
    page = a_page(
        body, head=head, title=["h2", "h1"], byline="i", source="meta:source", next_page="a.n"
    )
    assert page.found == {
        "title": "h1",
        "published": "i",
        "editor": "byline 编辑",
        "authors": "body 通讯员",
        "reprinted_from": "meta:source",
        "sections": "div.zw",
        "next_page": "a.n",
    }
    assert (page.authors, page.editor, page.reprinted_from) == (("林小满",), "周喆", "某报")


def test_what_the_profile_says_of_writers_goes_before_the_text() -> None:
    body = "<h1>题</h1><i>作者：王芳</i><div class=zw>文。<p>（通讯员 林小满）</p></div>"
    assert a_page(body, byline="i").authors == ("王芳",)
    assert a_page(body, authors="i").authors == ("王芳",)
    assert a_page(body).authors == ("林小满",)


def test_captions_stand_where_the_profile_says() -> None:
    body = (
        "<h1>题</h1><div class=zw><img src=a alt=甲><p class=zs>授旗现场，众人鼓掌。</p>"
        "<p>文。</p><img src=b alt=乙 title=丙></div>"
    )
    captions = {
        (): [None, None],
        ("p.zs",): ["授旗现场，众人鼓掌。", None],
        ("p.zs", "@alt"): ["授旗现场，众人鼓掌。", "乙"],
        ("@title", "@alt"): ["甲", "丙"],
    }
    for places, expected in captions.items():
        page = a_page(body, caption=list(places))
        assert [figure.caption for figure in page.figures] == expected


def test_attached_files_are_those_of_the_body_and_of_the_boxes_named() -> None:
    body = (
        "<h1>题</h1><div class=zw>文。<a href=a.doc>甲</a></div>"
        "<div class=fj><a href=b.pdf>乙</a></div><a href=c.pdf>丙</a>"
    )
    assert [file.title for file in a_page(body).attachments] == ["甲"]
    page = a_page(body, attachments="div.fj")
    assert [(file.url, file.title) for file in page.attachments] == [
        (f"{HOST}/x/2022/0304/a.doc", "甲"),
        (f"{HOST}/x/2022/0304/b.pdf", "乙"),
    ]
    assert a_page(body, attachments="div.fj", remove="div.fj, div.zw a").attachments == ()
    assert join([page, a_page(body)]).attachments == (*page.attachments, page.attachments[0])


def test_a_page_that_only_hands_out_a_file_is_a_report() -> None:
    page = a_page("<h1>题</h1><div class=zw><iframe src=/a.pdf></iframe></div>")
    assert (page.sections, [file.url for file in page.attachments]) == ((), [f"{HOST}/a.pdf"])


def test_a_report_of_counted_pages_is_read_without_its_pager() -> None:
    body = (
        "<h1>题</h1><div class=zw><p>文。</p><div><p><input name=__totalpage value=2></p>"
        "<center>上一页 [1] [2] 下一页</center></div></div>"
    )
    page = a_page(body, pages="input[name=__totalpage]")
    assert page.next_page == f"{HOST}/x/2022/0304/c_1_2.html"
    assert page.sections[0].paragraphs == ("文。",)


def test_a_line_that_two_keys_name_is_one_witness() -> None:
    page = a_page(REPORT + "<i>来源：海埠日报 2022-03-04</i>", date="i", byline="i")
    assert [witness.where for witness in page.published_evidence] == ["line", "url"]


def test_a_title_too_long_for_a_suffix_stays_as_it_is() -> None:
    """Expressions such as this one take the cube of the length."""
    title = "-" * 200_000
    suffix = r"\s*[-]+\s*[^|_-]*\s*[-]+\s*海埠"
    page = a_page(REPORT.replace("标题", title), title_suffix=suffix)
    assert page.title == title


def test_witnesses_that_differ_are_named() -> None:
    body = REPORT + "<i>2022-03-04</i>"
    assert join([a_page(body, date="i")]).days_named == ""
    later = join([a_page(REPORT + "<i>2022-03-05</i>", date="i")])
    assert later.days_named == "line 2022-03-05, url 2022-03-04"
    assert not later.date_agrees


def of_two_pages() -> Iterator[Page]:
    for number, (lead, rest) in enumerate((("一。", "二。"), ("三。", "四。")), 1):
        yield a_page(
            f"<h1>题{number}</h1><div class=zw>{lead}<h2>节{number}</h2>{rest}</div>"
            f"<i>编辑：编{number}</i>",
            byline="i",
        )


def test_the_pages_of_a_report_are_joined_in_order() -> None:
    article = join(list(of_two_pages()))
    assert article.title == "题1"
    assert article.editor == "编1"
    assert in_words(article)["sections"] == [
        (None, None, ("一。",)),
        ("节1", None, ("二。", "三。")),
        ("节2", None, ("四。",)),
    ]
    assert len(article.captures) == 2


def test_a_page_with_a_second_one_that_no_selector_leads_to_is_reported() -> None:
    path = REPORTS[0].path
    onward = path.rpartition("/")[2].replace(".html", "_1.html")
    data = PAGES[path].body.replace(b"</body>", f'<a href="{onward}">2</a></body>'.encode())
    with pytest.raises(PageUnread) as caught:
        read(data, HOST + path)
    assert caught.value.kind == "field_missing"
    assert caught.value.detail.endswith(f"next_page: no selector leads to {onward}")
