"""Feeds, sitemaps and calendars are known by what they are, and may do no harm."""

from __future__ import annotations

import gzip
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.lists.feeds import Entry, TooLarge, feed_entries, unpacked

URL = "https://www.gh.example/content/2018-05/feed.xml"
AT = "https://www.gh.example/a/"
TODAY = date(2026, 1, 1)

RSS = f"""<?xml version="1.0" encoding="gb2312"?><rss version="2.0"><channel><title>要闻</title>
<link>https://www.gh.example/</link>
<item><title>一</title><link> {AT}1.html </link>
<pubDate>Wed, 02 May 2018 23:30:00 GMT</pubDate></item>
<item><title>二</title><link><![CDATA[/a/2.html]]></link>
<pubDate>2018-05-01 08:00:00</pubDate></item>
<item><guid>{AT}3.html</guid><pubDate>昨天</pubDate></item><item><title>无</title></item>
</channel></rss>"""
RDF = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<item rdf:about="{AT}1.html"><dc:date>2018-05-03T09:00:00+08:00</dc:date></item></rdf:RDF>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://www.gh.example/"/>
<entry><link rel="edit" href="/edit"/><link href="/a/1.html"/>
<published>2018-05-02T18:00:00Z</published></entry>
<entry><link rel="alternate" href="{AT}2.html"/><updated>2018-05-04T00:00:00Z</updated></entry>
</feed>"""
SITEMAP = f"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>{AT}1.html?a=1&amp;b=2</loc><lastmod>2018-05-09</lastmod></url>
<url><loc>{AT}2.html</loc><news:news><news:publication_date>2018-05-03</news:publication_date>
</news:news></url></urlset>"""
INDEX = f"<sitemapindex><sitemap><loc>{AT}1.xml.gz</loc></sitemap></sitemapindex>"
PERIODS = """<?xml version="1.0"?><root><period id="1"><period_name>第一期</period_name>
<period_date>2018-05-03</period_date><front_page>node_1.htm</front_page></period>
<period><period_name>2018-05-04</period_name><front_page>04/node_7.htm</front_page></period></root>"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (RSS, [("1.html", date(2018, 5, 3)), ("2.html", date(2018, 5, 1)), ("3.html", None)]),
        (RDF, [("1.html", date(2018, 5, 3))]),
        (ATOM, [("1.html", date(2018, 5, 3)), ("2.html", None)]),
        (SITEMAP, [("1.html?a=1&b=2", None), ("2.html", date(2018, 5, 3))]),
        (INDEX, [("1.xml.gz", None)]),
    ],
    ids=["rss", "rss 1.0", "atom", "sitemap", "sitemap index"],
)
def test_what_a_feed_names(text: str, expected: list[tuple[str, date | None]]) -> None:
    entries = feed_entries(text, URL, TODAY)
    assert entries == [Entry(AT + name, day) for name, day in expected]


def test_the_calendar_of_a_paper_names_its_issues() -> None:
    folder = "https://www.gh.example/content/2018-05/"
    assert feed_entries(PERIODS, URL, TODAY) == [
        Entry(f"{folder}03/node_1.htm", date(2018, 5, 3)),
        Entry(f"{folder}04/node_7.htm", date(2018, 5, 4)),
    ]


@pytest.mark.parametrize("text", ["", "文字", "<html><a href='/a/1.html'>x</a></html>", "<!-- x"])
def test_a_page_is_no_feed(text: str) -> None:
    assert feed_entries(text, URL, TODAY) is None


def test_a_broken_feed_gives_what_is_whole() -> None:
    entries = feed_entries(RSS[: RSS.index("昨天")], URL, TODAY)
    assert entries is not None
    assert entries[0] == Entry(f"{AT}1.html", date(2018, 5, 3))


def test_entities_are_not_expanded_and_no_file_is_read() -> None:
    tens = (f"&l{n};" * 10 for n in range(11))
    declared = "".join(f'<!ENTITY l{n} "{words}">' for n, words in enumerate(["ha", *tens]))
    bomb = (
        f'<!DOCTYPE rss [{declared}<!ENTITY file SYSTEM "file:///etc/hostname">]>'
        f"<rss><item><link>{AT}&file;</link></item>"
        f"<item><link>{AT}1.html</link><pubDate>&l11;</pubDate></item></rss>"
    )
    began = time.monotonic()
    entries = feed_entries(bomb, URL, TODAY)
    assert time.monotonic() - began < 5
    assert entries is not None
    assert entries[0].url.removeprefix(AT) in ("", "&file", "&file;")
    assert all(len(entry.url) < 100 for entry in entries)


def test_a_packed_sitemap_is_unpacked_as_far_as_is_allowed() -> None:
    packed = gzip.compress(SITEMAP.encode())
    assert unpacked(packed, 10_000) == SITEMAP.encode()
    assert unpacked(b"<urlset/>", 3) == b"<urlset/>"
    assert unpacked(b"\x1f\x8bno gzip", 100) == b"\x1f\x8bno gzip"
    with pytest.raises(TooLarge):
        unpacked(gzip.compress(b"0" * 10_000_000), 1_000_000)


@given(st.text(), st.sampled_from(["<rss>", "<feed>", "<urlset>", "<a><front_page>", "<rdf:RDF>"]))
def test_no_text_makes_a_feed_raise(text: str, root: str) -> None:
    assert feed_entries(root + text, URL, TODAY) is not None


@given(st.text())
def test_no_words_for_a_moment_raise(words: str) -> None:
    entries = feed_entries(RSS.replace("昨天", words.replace("<", "")), URL, TODAY)
    assert entries is not None
