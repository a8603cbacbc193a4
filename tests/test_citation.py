"""Citations: the 240 reference outputs, other kinds of items, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from archive.article import Article
from archive.capture import Capture
from tests.references import JUDGED, OWN, STYLES, Case, needs_judged
from web.citations.article_item import csl_item
from web.citations.csl import csl_fault, name_text
from web.citations.formats import find_format, formats


def cite(item: dict[str, Any], style: str = "gbt7714") -> str:
    form = find_format(style)
    assert form is not None
    assert csl_fault(item) is None
    return form.render(item)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("case", OWN, ids=lambda case: case["csl"]["id"])
def test_prints_what_the_standard_says(case: Case, style: str) -> None:
    assert cite(case["csl"], f"gbt7714-{style}") == case["expected"][style]


@needs_judged
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("case", JUDGED, ids=lambda case: case["csl"]["id"])
def test_prints_what_citeproc_prints(case: Case, style: str) -> None:
    assert cite(case["csl"], f"gbt7714-{style}") == case["expected"][style]


def names(*literals: str) -> list[dict[str, str]]:
    return [{"literal": literal} for literal in literals]


def on(*parts: int) -> dict[str, Any]:
    return {"date-parts": [list(parts)]}


def person(family: str, given: str, **parts: str) -> dict[str, str]:
    return {"family": family, "given": given, **parts}


JOURNAL = {
    "type": "article-journal",
    "title": "蓝田生物群",
    "author": names("袁训来", "陈哲", "肖书海", "万斌"),
    "container-title": "科学通报",
    "issued": on(2012),
    "volume": "57",
    "issue": "34",
    "page": "3219–21",
    "language": "zh-CN",
}
BOOK = {
    "type": "book",
    "title": "Probability",
    "author": [person("Peebles", "Peyton Z.", suffix="Jr.")],
    "edition": "4",
    "publisher": "McGraw-Hill",
    "publisher-place": "New York",
    "issued": on(2001),
    "language": "en-US",
}
TRANSLATED = {
    "type": "book",
    "title": "递归宏观经济理论",
    "author": names("扬奎斯特", "萨金特"),
    "translator": names("杨斌", "王忠玉", "陈彦斌", "李君"),
    "edition": "2",
    "publisher": "中国人民大学出版社",
    "publisher-place": "北京",
    "issued": on(2010),
    "page": "798",
    "language": "zh-CN",
}
CHAPTER = {
    "type": "chapter",
    "title": "政治经济学批判",
    "author": names("马克思"),
    "container-author": names("马克思", "恩格斯"),
    "container-title": "马克思恩格斯全集",
    "volume": "35",
    "publisher": "人民出版社",
    "publisher-place": "北京",
    "issued": on(2013),
    "page": "302",
    "language": "zh-CN",
}
REPORT = {
    "type": "report",
    "title": "最终报告",
    "number": "7178999X",
    "author": names("汤万金"),
    "issued": on(2013, 9, 30),
    "accessed": on(2014, 6, 24),
    "URL": "http://example.org/41707",
    "language": "zh-CN",
}
PRINTED_NEWSPAPER = {
    "type": "article-newspaper",
    "title": "数字革命与竞争国际化",
    "author": names("丁文详"),
    "container-title": "中国青年报",
    "issued": on(2000, 11, 20),
    "page": "15",
    "language": "zh-CN",
}


@pytest.mark.parametrize(
    ("item", "style", "expected"),
    [
        (
            JOURNAL,
            "gbt7714-2025-numeric",
            "袁训来，陈哲，肖书海，等. 蓝田生物群[J]. 科学通报，2012，57（34）：3219-3221.",
        ),
        (
            JOURNAL,
            "gbt7714-2025-author-date",
            "袁训来，陈哲，肖书海，等，2012. 蓝田生物群[J]. 科学通报，57（34）：3219-3221.",
        ),
        (
            JOURNAL,
            "gbt7714-2015-numeric",
            "袁训来, 陈哲, 肖书海, 等. 蓝田生物群[J]. 科学通报, 2012, 57(34): 3219-3221.",
        ),
        (
            JOURNAL,
            "gbt7714-2015-author-date",
            "袁训来, 陈哲, 肖书海, 等, 2012. 蓝田生物群[J]. 科学通报, 57(34): 3219-3221.",
        ),
        (
            BOOK,
            "gbt7714-2025-numeric",
            "Peebles P Z Jr. Probability[M]. 4th ed. New York：McGraw-Hill，2001.",
        ),
        (
            BOOK,
            "gbt7714-2015-author-date",
            "PEEBLES P Z Jr, 2001. Probability[M]. 4th ed. New York: McGraw-Hill.",
        ),
        (
            TRANSLATED,
            "gbt7714-2025-numeric",
            "扬奎斯特，萨金特. 递归宏观经济理论[M]. 杨斌，王忠玉，陈彦斌，等，译. 2 版. "
            "北京：中国人民大学出版社，2010：798.",
        ),
        (
            TRANSLATED,
            "gbt7714-2025-author-date",
            "扬奎斯特，萨金特，2010. 递归宏观经济理论[M]. 杨斌，王忠玉，陈彦斌，等，译. 2 版. "
            "北京：中国人民大学出版社：798.",
        ),
        (
            CHAPTER,
            "gbt7714-2025-numeric",
            "马克思. 政治经济学批判[M]//马克思，恩格斯. 马克思恩格斯全集：卷35. "
            "北京：人民出版社，2013：302.",
        ),
        (
            CHAPTER,
            "gbt7714-2025-author-date",
            "马克思，2013. 政治经济学批判[M]//马克思，恩格斯. 马克思恩格斯全集：第35卷. "
            "北京：人民出版社：302.",
        ),
        (
            CHAPTER,
            "gbt7714-2015-numeric",
            "马克思. 政治经济学批判[M]//马克思, 恩格斯. 马克思恩格斯全集: 卷 35. "
            "北京: 人民出版社, 2013: 302.",
        ),
        (
            REPORT,
            "gbt7714-2025-numeric",
            "汤万金. 最终报告：7178999X[R/OL]. 2013-09-30. http://example.org/41707.",
        ),
        (
            REPORT,
            "gbt7714-2015-numeric",
            "汤万金. 最终报告: 7178999X[R/OL]. (2013-09-30)[2014-06-24]. http://example.org/41707.",
        ),
        (
            PRINTED_NEWSPAPER,
            "gbt7714-2025-numeric",
            "丁文详. 数字革命与竞争国际化[N]. 中国青年报，2000-11-20（15）.",
        ),
        (
            PRINTED_NEWSPAPER,
            "gbt7714-2015-numeric",
            "丁文详. 数字革命与竞争国际化[N]. 中国青年报, 2000-11-20(15).",
        ),
    ],
)
def test_other_kinds(item: dict[str, Any], style: str, expected: str) -> None:
    assert cite(item, style) == expected


def test_missing_parts_leave_no_marks_behind() -> None:
    assert cite({"type": "webpage", "title": "题名"}) == "题名[Z]."
    assert cite({"type": "article-newspaper", "title": "题名"}) == "题名[N]."
    assert cite({"type": "book"}, "gbt7714-2025-author-date") == "佚名，无日期. [M]."


def test_a_page_without_a_day_shows_the_year_of_access_in_brackets() -> None:
    item = {
        "type": "webpage",
        "title": "题名",
        "URL": "https://example.org/",
        "accessed": on(2026, 11, 22),
    }
    expected = "佚名，[2026]. 题名[EB/OL]. [2026-11-22]. https://example.org/."
    assert cite(item, "gbt7714-2025-author-date") == expected


def test_a_reference_is_one_line() -> None:
    item = {"type": "webpage", "title": "上\r\n下\u2028 左", "author": [{"literal": "甲\n乙"}]}
    assert cite(item) == "甲 乙. 上 下  左[Z]."


def test_null_counts_as_absent() -> None:
    item = {"type": "webpage", "title": "题名", "author": None, "issued": None, "URL": None}
    assert cite(item) == "题名[Z]."


def test_archive_is_no_publisher_of_a_web_page() -> None:
    item = {**OWN[0]["csl"], "archive": "剪报", "note": "https://archive.example/articles/1"}
    for style in STYLES:
        assert cite(item, f"gbt7714-{style}") == OWN[0]["expected"][style]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ({"literal": "American Chemical Society"},) + ("American Chemical Society",) * 2,
        (person("司马", "文"), "司马文", "司马文"),
        (person("昂温", "S."), "昂温 S", "昂温 S"),
        (person("Godard", "Jean-Luc"), "GODARD J L", "Godard J-L"),
        (
            {**person("Veen", "P. H."), "dropping-particle": "van der"},
            "VEEN P H van der",
            "Veen P H van der",
        ),
        (
            {**person("Morgan", "Augustus"), "non-dropping-particle": "De"},
            "DE MORGAN A",
            "De Morgan A",
        ),
        ({"family": "孙中山"}, "孙中山", "孙中山"),
    ],
)
def test_names(name: dict[str, str], old: str, new: str) -> None:
    assert name_text(name, capitals=True, hyphens=False) == old
    assert name_text(name, capitals=False, hyphens=True) == new


@pytest.mark.parametrize(
    ("item", "fault"),
    [
        ("text", "not an object"),
        ({"title": "题名"}, "no “type”"),
        ({"type": "webpage", "author": "某人"}, "“author” is not a list of names"),
        ({"type": "webpage", "author": ["某人"]}, "“author” is not a list of names"),
        ({"type": "webpage", "issued": "2019"}, "“issued” is not a date"),
        ({"type": "webpage", "issued": {"date-parts": [["x"]]}}, "“issued” is not a date"),
        ({"type": "webpage", "issued": on(2019, 13, 45)}, "“issued” is not a date"),
        ({"type": "webpage", "issued": {"date-parts": 5}}, "“issued” is not a date"),
    ],
)
def test_faults_are_named(item: object, fault: str) -> None:
    found = csl_fault(item)
    assert found is not None
    assert fault in found.words()


# -- from an article -------------------------------------------------------------------------


def an_article(**facts: Any) -> Article:
    given: dict[str, Any] = {
        "id": "abcdefghijkl",
        "site": "a",
        "url": "https://www.example.org/2019/1.html",
        "title": "【先锋走廊】换个讲法",
        "published": date(2019, 11, 29),
        "container_title": "丰台区总工会网站",
        "publisher": "丰台区总工会",
    }
    return Article(**{**given, **facts})


def a_capture(at: datetime, name: str = "c1") -> Capture:
    return Capture(
        id=name,
        url="https://www.example.org/2019/1.html",
        captured_at=at,
        status=200,
        media_type="text/html",
        payload_digest="sha256:" + "0" * 64,
        warc_file="a/1.warc.gz",
        warc_offset=0,
        run="r1",
    )


def an_item(article: Article, accessed: date | None = None) -> dict[str, Any]:
    archived_url = f"https://archive.example/articles/{article.id}"
    return csl_item(article, archive="剪报", archived_url=archived_url, accessed=accessed)


def test_without_author_the_publisher_is_the_author() -> None:
    captures = (
        a_capture(datetime(2026, 11, 21, 1, tzinfo=UTC)),
        a_capture(datetime(2026, 11, 21, 16, 30, tzinfo=UTC), "c2"),
    )
    item = an_item(an_article(captures=captures))
    assert item == {
        "id": "abcdefghijkl",
        "type": "webpage",
        "title": "【先锋走廊】换个讲法",
        "author": [{"literal": "丰台区总工会"}],
        "container-title": "丰台区总工会网站",
        "issued": on(2019, 11, 29),
        "accessed": on(2026, 11, 22),
        "URL": "https://www.example.org/2019/1.html",
        "archive": "剪报",
        "note": "原文地址：https://www.example.org/2019/1.html；"
        "存档地址：https://archive.example/articles/abcdefghijkl；"
        f"采集时间：2026-11-22 00:30:00（北京时间）；sha256:{'0' * 64}",
        "language": "zh-CN",
        "custom": {
            "original_url": "https://www.example.org/2019/1.html",
            "archived_url": "https://archive.example/articles/abcdefghijkl",
            "captured_at": "2026-11-21T16:30:00+00:00",
            "payload_digest": f"sha256:{'0' * 64}",
            "publisher": "丰台区总工会",
        },
    }
    assert cite(item) == (
        "丰台区总工会. 【先锋走廊】换个讲法[EB/OL]. （2019-11-29）[2026-11-22]. "
        "https://www.example.org/2019/1.html."
    )


def test_named_authors_come_before_the_publisher() -> None:
    item = an_item(an_article(authors=("某人", "某某")))
    assert item["author"] == names("某人", "某某")
    assert "accessed" not in item


def test_a_given_day_of_access_wins() -> None:
    captured = an_article(captures=(a_capture(datetime(2026, 11, 21, 1, tzinfo=UTC)),))
    item = an_item(captured, date(2027, 1, 2))
    assert item["accessed"] == on(2027, 1, 2)


def test_no_day_of_publication_is_invented() -> None:
    item = an_item(an_article(published=None, publisher=None))
    assert "issued" not in item
    assert "author" not in item


def test_every_format_has_a_key_and_renders() -> None:
    item = an_item(an_article())
    for key, form in formats.items():
        assert key == form.key
        assert form.render(item)
    assert json.loads(formats["csl-json"].render(item)) == item
    assert find_format("no-such") is None
