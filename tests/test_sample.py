"""The sample site is sound: its reports are distinct and its pages say what they say."""

import html
import http.client
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from urllib.parse import urljoin, urlsplit

import pytest

from sample.report import Report
from sample.server import serving
from sample.site import (
    INTERNAL_PAGE,
    MISSING_PAGE,
    OLD_ADDRESS,
    TOPIC_PAGE,
    SamplePage,
    load_reports,
    pages,
)

REPORTS = load_reports()
PAGES = pages()
CODECS = {"modern": "utf-8", "table": "gb18030"}
LONGEST_SHARED_RUN = 30


@pytest.fixture(scope="module")
def connection() -> Iterator[http.client.HTTPConnection]:
    with serving() as address:
        client = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
        yield client
        client.close()


def get(
    client: http.client.HTTPConnection, path: str, method: str = "GET", **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    client.request(method, path, headers=sent)
    response = client.getresponse()
    return response, response.read()


def text_of(page: SamplePage) -> str:
    codec = "utf-8" if "utf-8" in dict(page.headers)["Content-Type"] else "gb18030"
    return html.unescape(page.body.decode(codec))


def links_of(path: str, text: str) -> list[str]:
    return [urljoin(path, href) for href in re.findall(r'<a[^>]* href="([^"]+)"', text)]


def test_the_reports_cover_two_years_in_three_channels() -> None:
    months = {f"{report.published:%Y-%m}" for report in REPORTS}
    wanted = {f"{year}-{month:02}" for year in (2023, 2024) for month in range(1, 13)}
    assert len(REPORTS) >= 44
    assert months == wanted | {"2022-11", "2022-12"}
    assert len({report.slug for report in REPORTS}) == len(REPORTS)
    assert {report.channel for report in REPORTS} == {"工会要闻", "维权帮扶", "基层动态"}
    assert all(report.layout == "table" for report in REPORTS if report.published.year == 2022)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
def test_a_page_says_every_word_of_its_report(report: Report) -> None:
    text = html.unescape(PAGES[report.path].body.decode(CODECS[report.layout]))
    captions = [figure.caption for figure in report.figures]
    headings = [words for each in report.sections for words in (each.heading, each.subheading)]
    names = [*report.authors, report.editor, report.reprinted_from]
    for words in [report.title, *report.paragraphs, *captions, *filter(None, headings + names)]:
        assert words in text
    assert str(report.published) in text
    assert "\ufffd" not in text


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
def test_a_report_is_set_as_news_are(report: Report) -> None:
    han = len(re.findall(r"[\u4e00-\u9fff]", "".join(report.paragraphs)))
    assert 350 <= han <= (2500 if len(report.figures) == 11 else 1200)
    for words in [report.title, *report.paragraphs]:
        assert words == words.strip()
        assert not re.search(r"[一-鿿][,;:?!]|[,;:?!][一-鿿]|[\"'<>&]", words)
        assert words.count("“") == words.count("”")
    assert not any(figure.caption.endswith("。") for figure in report.figures)


def test_no_two_reports_share_a_run_of_words() -> None:
    seen: defaultdict[str, set[str]] = defaultdict(set)
    for report in REPORTS:
        for words in report.paragraphs:
            for at in range(len(words) - LONGEST_SHARED_RUN + 1):
                seen[words[at : at + LONGEST_SHARED_RUN]].add(report.slug)
    assert {run: slugs for run, slugs in seen.items() if len(slugs) > 1} == {}
    everywhere = [words for report in REPORTS for words in report.paragraphs]
    assert len(set(everywhere)) == len(everywhere)


def test_an_old_page_declares_gb2312_and_goes_beyond_it() -> None:
    (long_report,) = [report for report in REPORTS if len(report.figures) == 11]
    page = PAGES[long_report.path]
    assert dict(page.headers)["Content-Type"] == "text/html"
    assert b"charset=gb2312" in page.body
    assert "喆" in page.body.decode("gb18030")
    with pytest.raises(UnicodeDecodeError):
        page.body.decode("gb2312")


def test_the_day_in_the_head_is_the_one_given() -> None:
    (old,) = [report for report in REPORTS if len(report.figures) == 11]
    text = pages(today=date(2031, 2, 3))[old.path].body.decode("gb18030")
    assert "今天是2031年2月3日" in text
    assert "2005-2031" in text


def test_a_browser_reaches_every_report_from_the_home_page(
    connection: http.client.HTTPConnection,
) -> None:
    reached: dict[str, int] = {}
    ahead = ["/"]
    while ahead:
        path = ahead.pop()
        if path in reached:
            continue
        response, _ = get(connection, path)
        reached[path] = response.status
        if response.status == 200:
            ahead.extend(links_of(path, text_of(PAGES[path])))
    assert {report.path for report in REPORTS} <= reached.keys()
    assert reached.keys() >= {"/gzyw/index_1.html", "/gzyw/index_2.html", INTERNAL_PAGE, TOPIC_PAGE}
    odd = {path: status for path, status in reached.items() if status != 200}
    assert odd == {MISSING_PAGE: 404, OLD_ADDRESS: 301}


def test_a_moved_page_names_its_new_address(connection: http.client.HTTPConnection) -> None:
    response, _ = get(connection, OLD_ADDRESS)
    assert response.headers["Location"] in {report.path for report in REPORTS}


def test_every_picture_is_a_png(connection: http.client.HTTPConnection) -> None:
    for path in [path for path in PAGES if path.startswith("/images/")]:
        response, body = get(connection, path, Accept_Encoding="gzip")
        assert body.startswith(b"\x89PNG\r\n\x1a\n")
        assert len(body) < 1024
        assert response.headers["Content-Encoding"] is None


def test_the_server_answers_like_a_web_server(connection: http.client.HTTPConnection) -> None:
    path = REPORTS[0].path
    plain, body = get(connection, path)
    packed, packed_body = get(connection, path, Accept_Encoding="gzip, deflate")
    bare, nothing = get(connection, path, method="HEAD")
    known, empty = get(connection, path, If_None_Match=plain.headers["ETag"])
    assert body == PAGES[path].body
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed_body) < len(body)
    assert int(bare.headers["Content-Length"]) == len(body)
    assert (known.status, nothing, empty) == (304, b"", b"")
    assert plain.headers["Last-Modified"].endswith("GMT")
    missing, _ = get(connection, "/nothing/here.html")
    assert missing.status == 404
    _, robots = get(connection, "/robots.txt")
    assert b"Disallow: /internal/" in robots
