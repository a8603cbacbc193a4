"""Links to files, and files shown in frames."""

from __future__ import annotations

import pytest

from archive.article import Attachment
from crawler.pages.attachments import attachments_in
from crawler.pages.markup import Markup

HOST = "http://x.example"
FOUND = {
    "link": ("<a href=a.pdf>附件1： 章程.pdf</a>", "/n/a.pdf", "附件1： 章程.pdf"),
    "upper case": ("<a href='/f/A.DOCX?x=1#top'>表</a>", "/f/A.DOCX?x=1", "表"),
    "named by its words": (
        "<a href=/download.jsp?id=3>报名表.xlsx</a>",
        "/download.jsp?id=3",
        "报名表.xlsx",
    ),
    "frame": ("<iframe src=/f/a.pdf></iframe>", "/f/a.pdf", None),
    "embedded": ("<embed src=/f/a.pdf title=章程>", "/f/a.pdf", "章程"),
    "object": ("<object data=/f/a.pdf></object>", "/f/a.pdf", None),
    "viewer": ("<iframe src='/viewer.html?file=%2Ff%2Fa.pdf&amp;x'></iframe>", "/f/a.pdf", None),
    "script": ("""<a href="javascript:open('/f/a.zip')">包</a>""", "/f/a.zip", "包"),
    "click": ("""<a href="#" onclick="show('/f/a.ofd?v=2')">公文</a>""", "/f/a.ofd?v=2", "公文"),
}
NONE = {
    "page": "<a href=/n/a.html>详情</a>",
    "letters within": "<a href=/n/a.pdfs>甲</a><a href=/doc/>乙</a><a href=/a.document>丙</a>",
    "host": "<a href=http://www.et.pdf/>甲</a>",
    "mail": "<a href=mailto:a@b.pdf>甲</a>",
    "broken": "<a href='http://[/a.pdf'>甲</a>",
    "nowhere": "<a>章程.pdf</a><iframe></iframe><a href=javascript:void(0)>甲</a>",
}


@pytest.mark.parametrize(("html", "path", "title"), FOUND.values(), ids=FOUND)
def test_a_file_is_found(html: str, path: str, title: str | None) -> None:
    markup = Markup(f"<div>{html}</div>", f"{HOST}/n/1.html")
    assert attachments_in([markup.root], markup) == (Attachment(url=HOST + path, title=title),)


@pytest.mark.parametrize("html", NONE.values(), ids=NONE)
def test_what_is_no_file_is_none(html: str) -> None:
    markup = Markup(f"<div>{html}</div>", f"{HOST}/n/1.html")
    assert attachments_in([markup.root], markup) == ()


def test_a_file_stands_once_with_its_words() -> None:
    html = (
        "<iframe src=a.pdf></iframe><a href=b.doc>乙</a><a href=a.pdf#2>甲</a><a href=a.pdf>丙</a>"
    )
    markup = Markup(html, f"{HOST}/")
    assert attachments_in([markup.root], markup) == (
        Attachment(url=f"{HOST}/a.pdf", title="甲"),
        Attachment(url=f"{HOST}/b.doc", title="乙"),
    )
