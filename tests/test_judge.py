"""Every answer of a server gets a verdict, and quickly."""

from __future__ import annotations

import random
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.outcome import OutcomeKind
from crawler.judge import Fetched, Verdict, judge
from crawler.pages.markup import Markup
from crawler.profile import Profile, load_profile
from sample.site import OLD_ADDRESS, TOPIC_PAGE, load_reports, not_found, pages
from tests.builders import a_capture

PROFILE = load_profile(Path(__file__).parent.parent / "sample" / "sites", "sample")
HOST = "http://127.0.0.1"
ARTICLE = "/gzyw/202301/t20230105_1021.html"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
PAGES = pages()
BODIES = [PAGES[report.path].body for report in load_reports()]
QUICKLY = 5.0
"""Seconds; the workers give up after thirty."""


def judged(
    body: bytes = b"", path: str = ARTICLE, profile: Profile = PROFILE, **facts: Any
) -> Verdict:
    about = {name: facts.pop(name) for name in ("status", "media_type") if name in facts}
    capture = a_capture(url=HOST + path, captured_at=NOW, **about)
    content_type = facts.pop("content_type", None)
    return judge(Fetched(capture=capture, content_type=content_type, body=body, **facts), profile)


@pytest.mark.parametrize(
    ("facts", "kind", "detail"),
    [
        ({"status": 404}, OutcomeKind.GONE, "404"),
        ({"status": 410}, OutcomeKind.GONE, "410"),
        ({"status": 412}, OutcomeKind.REFUSED_BY_WAF, "412 瑞数"),
        ({"status": 521}, OutcomeKind.REFUSED_BY_WAF, "521 加速乐"),
        ({"status": 403}, OutcomeKind.FETCH_FAILED, "HTTP 403"),
        ({"status": 500}, OutcomeKind.FETCH_FAILED, "HTTP 500"),
        ({"status": 304}, OutcomeKind.FETCH_FAILED, "HTTP 304"),
        ({"status": 302, "location": ""}, OutcomeKind.FETCH_FAILED, "HTTP 302"),
        ({"status": 302, "location": "http://["}, OutcomeKind.FETCH_FAILED, "HTTP 302"),
        ({"is_cut_short": True}, OutcomeKind.FETCH_FAILED, "cut short"),
        ({"path": "/robots.txt"}, OutcomeKind.NOT_ARTICLE, "robots.txt"),
        ({"media_type": "image/png"}, OutcomeKind.NOT_ARTICLE, "image/png"),
        ({"path": "/somewhere.html"}, OutcomeKind.NOT_ARTICLE, "address"),
    ],
)
def test_what_is_decided_before_reading(
    facts: dict[str, Any], kind: OutcomeKind, detail: str
) -> None:
    verdict = judged(BODIES[0], **facts)
    assert (verdict.page, verdict.kind, verdict.detail, verdict.links) == (None, kind, detail, ())


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/a/b.html#c", f"{HOST}/a/b.html"),
        ("b.html", f"{HOST}/gzyw/202301/b.html"),
        ("https://other.example/", "https://other.example/"),
        ("/工会.html".encode().decode("latin-1"), f"{HOST}/%E5%B7%A5%E4%BC%9A.html"),
        (
            "/工会新闻.html".encode("gbk").decode("latin-1"),
            f"{HOST}/%E5%B7%A5%E4%BC%9A%E6%96%B0%E9%97%BB.html",
        ),
        ("/%E5%B7%A5?a=1&b=%20", f"{HOST}/%E5%B7%A5?a=1&b=%20"),
    ],
)
def test_a_redirect_names_its_target(location: str, target: str) -> None:
    verdict = judged(status=301, location=location)
    assert (verdict.kind, verdict.links) == (OutcomeKind.REDIRECT, (target,))


@pytest.mark.parametrize("media_type", ["text/html", "application/xhtml+xml", "", None])
def test_html_is_read(media_type: str | None) -> None:
    verdict = judged(BODIES[0], media_type=media_type)
    assert verdict.page is not None
    assert verdict.kind is OutcomeKind.NEW


def test_pages_of_the_sample_site_are_judged() -> None:
    verdict = judged(PAGES[TOPIC_PAGE].body, TOPIC_PAGE)
    assert (verdict.kind, verdict.detail) == (OutcomeKind.NOT_ARTICLE, "div.special-topic")
    assert judged(not_found().body, status=404).kind is OutcomeKind.GONE
    moved = dict(PAGES[OLD_ADDRESS].headers)["Location"]
    assert judged(b"", OLD_ADDRESS, status=301, location=moved).links == (HOST + moved,)


def test_a_list_page_gives_its_links_in_order_and_once() -> None:
    html = f"""<base href="{HOST}:8917/gzyw/"><a href="../gzyw/202301/t20230105_1.html#x">a</a>
      <a href="index_1.html">2</a><map><area href="202301/t20230105_2.html"></map>
      <a href="202301/t20230105_1.html">a</a><a href="http://other.example/gzyw/">x</a>
      <a href="javascript:go()">x</a><a href="http://[">x</a><a href="">x</a><a>x</a>
      <a href="about.html">x</a><a href="ftp://127.0.0.1/gzyw/">x</a>"""
    verdict = judged(html.encode(), "/gzyw/")
    assert verdict.kind is OutcomeKind.LIST_PAGE
    assert verdict.listing is not None
    rows = [row.url.removeprefix(f"{HOST}:8917/gzyw/") for row in verdict.listing.rows]
    assert rows == ["202301/t20230105_1.html", "202301/t20230105_2.html"]
    # The page itself is read from another port, so its second page is another list's.
    assert verdict.listing.lists == (f"{HOST}:8917/gzyw/index_1.html",)


@pytest.mark.parametrize(
    ("html", "kind", "detail"),
    [
        (
            "<p>" + "字" * 200,
            OutcomeKind.LAYOUT_NOT_RECOGNISED,
            "modern: div.article-content; table: td.nr div.TRS_Editor",
        ),
        (
            "<script>var html = '" + "字" * 200 + "'</script>",
            OutcomeKind.NEEDS_JAVASCRIPT,
            "modern: div.article-content; table: td.nr div.TRS_Editor",
        ),
        ("", OutcomeKind.LAYOUT_NOT_RECOGNISED, "modern: div.article-content; table: "),
        (
            "<div class=article-content>文。</div>",
            OutcomeKind.FIELD_MISSING,
            "modern.title: h1.title",
        ),
        (
            "<h1 class=title>题</h1><div class=article-content>文。</div>",
            OutcomeKind.FIELD_MISSING,
            "modern.published: meta:PubDate, div.info",
        ),
    ],
)
def test_a_page_that_is_not_read_says_where_was_looked(
    html: str, kind: OutcomeKind, detail: str
) -> None:
    verdict = judged(html.encode())
    assert verdict.kind is kind
    assert verdict.detail.startswith(detail)


SHELLS = {
    "root": ("<div id=app></div><script src=/a.js></script>", "div#app is empty"),
    "noscript": (
        "<script src=a.js></script><noscript>请打开 JavaScript</noscript>",
        "noscript: 请打开 JavaScript",
    ),
    "moved": ("<script>window.location.href = '/new/';</script>", "a script leads to /new/"),
    "replaced": ('<script>location.replace("/new/")</script>', "a script leads to /new/"),
    "again": ("<script>location.reload()</script>", "a script loads the page again"),
    "bare": ("<script src=/static/x.js></script>", "only scripts: /static/x.js"),
}


@pytest.mark.parametrize("path", [ARTICLE, "/gzyw/"])
@pytest.mark.parametrize(("html", "why"), SHELLS.values(), ids=SHELLS)
def test_a_page_that_only_a_script_fills_says_so(html: str, why: str, path: str) -> None:
    verdict = judged(html.encode(), path)
    assert verdict.kind is OutcomeKind.NEEDS_JAVASCRIPT
    assert verdict.detail.endswith(why)


@pytest.mark.parametrize("path", [ARTICLE, "/gzyw/"])
@pytest.mark.parametrize("status", [200, 202, 403, 503])
@pytest.mark.parametrize(
    ("script", "firewall"),
    [
        ("$_ts=window['$_ts'];if(!$_ts)$_ts={};", "瑞数"),
        ("document.cookie='__jsl_clearance_s=1';location.href=location.pathname", "加速乐"),
        ("var arg1='3E';setCookie('acw_sc__v2', x)", "阿里云"),
    ],
)
def test_a_firewalls_challenge_is_no_page(
    script: str, firewall: str, status: int, path: str
) -> None:
    verdict = judged(f"<script>{script}</script>".encode(), path, status=status)
    assert (verdict.kind, verdict.detail) == (
        OutcomeKind.REFUSED_BY_WAF,
        f"{status} {firewall}",
    )


def test_a_body_that_a_script_fills_says_so() -> None:
    verdict = judged(b"<h1 class=title>x</h1><div class=article-content></div><script></script>")
    assert verdict.kind is OutcomeKind.NEEDS_JAVASCRIPT


def test_a_page_with_text_is_not_called_a_challenge_for_its_script() -> None:
    script = b"<script>var x = '__jsl_clearance'</script>"
    assert judged(BODIES[0] + script).kind is OutcomeKind.NEW
    text = ("<p>" + "字" * 200).encode()
    assert judged(script + text).kind is OutcomeKind.LAYOUT_NOT_RECOGNISED
    assert judged(script + text, "/gzyw/").kind is OutcomeKind.LIST_PAGE


def test_an_empty_list_without_scripts_is_a_list() -> None:
    assert judged(b"<p>x</p>", "/gzyw/").kind is OutcomeKind.LIST_PAGE


@pytest.mark.parametrize(
    ("media_type", "capture", "kind"),
    [
        ("application/pdf", ("attachments",), OutcomeKind.ATTACHMENT),
        ("image/png", ("images",), OutcomeKind.ATTACHMENT),
        ("image/png", (), OutcomeKind.NOT_ARTICLE),
        ("text/html", ("images",), OutcomeKind.NOT_ARTICLE),
    ],
)
def test_a_file_is_kept_where_the_profile_asks(
    media_type: str, capture: tuple[str, ...], kind: OutcomeKind
) -> None:
    profile = PROFILE.model_copy(update={"capture": capture})
    verdict = judged(b"x", "/files/a", profile, media_type=media_type)
    assert verdict.kind is kind


HEAD = b"<h1 class=title>x</h1><meta name=PubDate content=2023-01-05>"
MONSTERS = {
    "nested tables": b"<table><tr><td>" * 2_000_000,
    "tables side by side": HEAD + b"<div class=article-content>" + b"<table><tr><td>x" * 1_800_000,
    "many tables": HEAD + b"<div class=article-content>" + b"<table><tr><td>x</table>" * 20_000,
    "many attributes": HEAD
    + b"<div class=article-content>"
    + b"<p %b>x" % b" ".join(b"a%d=1" % n for n in range(100_000)),
    "comments": HEAD + b"<div class=article-content>" + b"<!-- -->x" * 90_000,
    "pictures": HEAD + b"<div class=article-content>" + b"<p><img src=a>x</p>" * 30_000,
    "nested boxes": HEAD
    + b"<div class=article-content>"
    + b"<div>" * 900
    + b"<img src=a>" * 70_000,
    "captions": HEAD + b"<div class=article-content><center>" + b"<br>x" * 80_000 + b"<img src=a>",
    "NULs": HEAD + b"<div class=article-content>" + b"\0" * 5_000_000 + b"x",
    "days": HEAD + b"<div class=info>" + b"2012-01-02 " * 400_000,
    "todays": HEAD + b"<div class=info>" + "今天是2012-01-02 ".encode() * 200_000,
    "names": HEAD + b"<div class=article-content>" + ("（" + "、" * 58 + "）<p>").encode() * 40_000,
    "nested bodies": HEAD + b"<div class=article-content>" * 180_000,
    "nested fonts": HEAD + b"<div class=article-content>" + b"<font>" * 800_000,
    "one long word": HEAD + b"<div class=article-content>" + b"x" * 5_000_000,
    "one long tag": HEAD + b"<div class=article-content " + b"x" * 5_000_000,
    "white space": HEAD + b"<div class=article-content>" + "甲\n　".encode() * 500_000,
    "years": HEAD + b"<div class=info>" + b"2012 " * 400_000,
    "labels": HEAD + b"<div class=info>" + "来源：".encode() * 200_000,
    "editors": HEAD + b"<div class=info>" + "责任编辑：".encode() + b"_" * 500_000 + b"x",
    "a feed of tags": b"<rss>" + b"<item>" * 200_000,
}


@pytest.mark.parametrize("name", MONSTERS)
@pytest.mark.parametrize("path", [ARTICLE, "/gzyw/"])
def test_a_monstrous_page_ends_in_seconds(name: str, path: str) -> None:
    begun = time.process_time()
    judged(MONSTERS[name], path)
    assert time.process_time() - begun < QUICKLY


@pytest.mark.parametrize("comment", ["<title>" * 50_000 + "</x>", "<title>" + "<" * 90_000])
def test_a_monstrous_comment_is_read_in_seconds(comment: str) -> None:
    markup = Markup(f"<!--{comment}--><!-- <title>题</title> -->", HOST)
    begun = time.process_time()
    assert markup.comment("title") == "题"
    assert time.process_time() - begun < QUICKLY


def test_a_page_nested_beyond_sense_is_reported() -> None:
    for path in (ARTICLE, "/gzyw/"):
        verdict = judged(b"<div>" * 2000, path)
        assert verdict.kind is OutcomeKind.LAYOUT_NOT_RECOGNISED
        assert verdict.detail == "elements lie 1000 deep"


@given(st.binary(max_size=400), st.sampled_from([ARTICLE, "/gzyw/", "/robots.txt", "/x"]))
def test_any_bytes_get_a_verdict(data: bytes, path: str) -> None:
    verdict = judged(data, path)
    assert (verdict.page is None) or verdict.page.title


@given(
    st.integers(100, 600),
    st.none() | st.text(st.characters(max_codepoint=255), max_size=30),
    st.none() | st.text(max_size=30),
    st.booleans(),
)
def test_any_head_gets_a_verdict(
    status: int, location: str | None, content_type: str | None, cut: bool
) -> None:
    verdict = judged(
        b"x", status=status, location=location, content_type=content_type, is_cut_short=cut
    )
    assert isinstance(verdict.kind, OutcomeKind)


def mutated(seed: int) -> bytes:
    """A page of the sample, cut, with bytes flipped, or with tags dropped or said twice."""
    chance = random.Random(seed)
    body = chance.choice(BODIES)
    for _ in range(chance.randint(1, 3)):
        match chance.randrange(3):
            case 0:
                body = body[: chance.randrange(len(body) + 1)]
            case 1:
                flipped = bytearray(body)
                for _ in range(min(30, len(body))):
                    flipped[chance.randrange(len(body))] = chance.randrange(256)
                body = bytes(flipped)
            case _:
                body = re.sub(rb"<[^>]*>", lambda tag: tag[0] * chance.choice((0, 1, 1, 2)), body)
    return body


def judge_mutated(seed: int) -> None:
    body = mutated(seed)
    begun = time.process_time()
    verdict = judged(body)
    assert time.process_time() - begun < QUICKLY
    if verdict.page is not None:
        assert verdict.page.title
        assert verdict.page.published
        assert verdict.page.sections or verdict.page.figures
        assert all(words for each in verdict.page.sections for words in each.paragraphs)


@given(st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_a_damaged_page_gets_a_verdict(seed: int) -> None:
    judge_mutated(seed)


@pytest.mark.prove
@given(st.integers(0, 2**32))
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_ten_thousand_damaged_pages_get_verdicts(seed: int) -> None:
    judge_mutated(seed)
