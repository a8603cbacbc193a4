"""Recorded pages: bytes and expectations that prove a profile, field by field."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import cli
from crawler.profile import load_profile
from crawler.sites.recorded import EXPECTED, PAGE, PAGES, check, recorded_pages, slug_of
from sample.paper import load_stories
from sample.site import load_reports, pages
from tests.commands import SAMPLE_SITES, Jianbao, write_sites
from tests.scripted_site import html, scripted

REPORTS = {report.slug: report for report in load_reports()}
RECORDED = recorded_pages(SAMPLE_SITES / "sample")
PROFILE = """
name = "海埠工会网"
hosts = ["{host}"]
seeds = ["http://{host}/"]
list_pages = []
articles = '/r\\d+(_\\d+)?\\.html$'
[politeness]
delay = 0
[[layouts]]
name = "plain"
title = "h1"
body = "div.body"
date = "p.day"
next_page = "a.next"
"""


@pytest.fixture
def sites(tmp_path: Path) -> Path:
    """A copy of the sample site's profile and recorded pages."""
    return write_sites(tmp_path / "sites", "http://127.0.0.1:8917")


def site_of(sites: Path) -> Path:
    return sites / "sample"


def failures(sites: Path) -> list[tuple[str, str, str]]:
    """Field, expected and found of everything that is not as expected."""
    profile = load_profile(sites, "sample")
    return [(each.field, each.expected, each.found) for each in check(site_of(sites), profile)]


def expect(sites: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """Change what is expected of the first recorded page."""
    path = site_of(sites) / PAGES / RECORDED[0].name / EXPECTED
    article = json.loads(path.read_text("utf-8"))
    change(article)
    path.write_text(json.dumps(article, ensure_ascii=False), "utf-8")
    return path


@pytest.mark.parametrize("page", RECORDED, ids=lambda page: str(page.name))
def test_the_sample_site_is_read_as_expected(page: Path, sites: Path) -> None:
    for other in recorded_pages(site_of(sites)):
        if other.name != page.name:
            shutil.rmtree(other)
    assert failures(sites) == []


@pytest.mark.parametrize("page", RECORDED, ids=lambda page: str(page.name))
def test_expectations_are_what_the_sample_prints(page: Path) -> None:
    article = json.loads((page / EXPECTED).read_text("utf-8"))
    report = next(each for each in REPORTS.values() if article["url"].endswith(each.path))
    assert article["title"] == report.title
    assert article["published"] == report.published.isoformat()
    assert article["authors"] == list(report.authors)
    paragraphs = [words for section in article["sections"] for words in section["paragraphs"]]
    assert paragraphs == list(report.paragraphs)


def test_the_pages_of_a_long_report_are_one_article() -> None:
    story = next(story for story in load_stories() if len(story.pages) > 1)
    folder = SAMPLE_SITES / "sample-paper" / PAGES / slug_of(story.path)
    article = json.loads((folder / EXPECTED).read_text("utf-8"))
    assert article["title"] == story.title
    headings = [section["heading"] for section in article["sections"]]
    assert headings == [section.heading for section in story.sections]
    paragraphs = [section["paragraphs"] for section in article["sections"]]
    assert paragraphs == [list(section.paragraphs) for section in story.sections]


def test_every_sample_site_is_proven(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--sites", str(SAMPLE_SITES), "site", "check", "--json"]) == 0
    assert all(site["pages"] for site in json.loads(capsys.readouterr().out))


def test_every_layout_of_the_sample_is_proven() -> None:
    layouts = {json.loads((page / EXPECTED).read_text("utf-8"))["layout"] for page in RECORDED}
    assert layouts == {"modern", "table"}


def test_a_failure_names_the_field_and_both_values(sites: Path) -> None:
    article = json.loads((RECORDED[0] / EXPECTED).read_text("utf-8"))
    expect(sites, lambda article: article.update(title="别的题目"))
    assert failures(sites) == [("title", "别的题目", article["title"])]


def test_a_failure_in_the_text_names_section_and_paragraph(sites: Path) -> None:
    found = json.loads((RECORDED[0] / EXPECTED).read_text("utf-8"))["sections"][0]["paragraphs"][1]

    def spoil(article: dict[str, Any]) -> None:
        article["sections"][0]["paragraphs"][1] = "别的段落"

    expect(sites, spoil)
    assert failures(sites) == [("sections 1, paragraphs 2", "别的段落", found)]


def test_a_missing_paragraph_is_found(sites: Path) -> None:
    expect(sites, lambda article: article["sections"][-1]["paragraphs"].append("还有一段"))
    ((field, expected, found),) = failures(sites)
    assert field.startswith("sections ")
    assert (expected, found) == ("还有一段", "null")


def test_a_field_that_no_article_has_is_a_mistake(sites: Path) -> None:
    expect(sites, lambda article: article.update(autor="x"))
    ((field, _expected, found),) = failures(sites)
    assert field == EXPECTED
    assert "autor" in found


def test_a_lost_character_is_never_expected(sites: Path) -> None:
    expect(sites, lambda article: article.update(editor="赵\ufffd"))
    assert ("editor", "赵\ufffd", "U+FFFD") in failures(sites)


@pytest.mark.parametrize("file", [EXPECTED, PAGE])
def test_a_damaged_file_is_named(sites: Path, file: str) -> None:
    path = site_of(sites) / PAGES / RECORDED[0].name / file
    path.write_bytes(path.read_bytes()[:40])
    assert [field for field, _expected, _found in failures(sites)] == [file]


def test_a_page_that_is_not_read_any_more_is_named(sites: Path) -> None:
    profile = site_of(sites) / "profile.toml"
    text = profile.read_text("utf-8")
    profile.write_text(text.replace("h1.title", "h1.headline").replace("td.bt", "td.b"), "utf-8")
    found = failures(sites)
    assert len(found) == len(RECORDED)
    assert {field for field, _expected, _found in found} == {"outcome"}
    assert all(words.startswith("field_missing: ") for _field, _expected, words in found)


def test_the_command_names_site_page_and_field(
    sites: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expect(sites, lambda article: article.update(title="别的题目"))
    words = ["--sites", str(sites), "site", "check", "sample"]
    assert cli.run(words) == 3
    out = capsys.readouterr().out
    assert f"sample/{RECORDED[0].name}: title" in out
    assert "expected: 别的题目" in out
    assert cli.run([*words, "--json"]) == 3
    (site,) = json.loads(capsys.readouterr().out)
    assert [failure["field"] for failure in site["failures"]] == ["title"]
    assert site["pages"] == len(RECORDED)


def test_a_broken_profile_does_not_hide_the_other_sites(
    sites: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (sites / "broken").mkdir()
    (sites / "broken" / "profile.toml").write_text("nmae = 1", "utf-8")
    assert cli.run(["--sites", str(sites), "site", "check"]) == 2
    out = capsys.readouterr().out
    assert "did you mean “name”" in out
    assert "✓ sample" in out


def test_a_page_is_recorded_from_a_file_and_then_proves_the_profile(
    sites: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = next(iter(REPORTS.values()))
    file = tmp_path / "saved.html"
    file.write_bytes(pages()[report.path].body)
    words = ["--sites", str(sites), "site", "record", "sample", str(file), "--name", "from-file"]
    assert cli.run(words) == 0
    assert "Read every value" in capsys.readouterr().out
    expected = json.loads((site_of(sites) / PAGES / "from-file" / EXPECTED).read_text("utf-8"))
    assert expected["title"] == report.title
    assert failures(sites) == []
    assert cli.run(words) == 2
    assert "holds a recorded page" in capsys.readouterr().err


def test_a_recorded_page_lies_in_the_folder_of_its_site(
    sites: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "saved.html"
    file.write_bytes(pages()[REPORTS["t20241015_2315"].path].body)
    words = ["--sites", str(sites), "site", "record", "sample", str(file), "--name", "../x"]
    assert cli.run(words) == 2
    assert "cannot be a folder's name" in capsys.readouterr().err


def test_a_page_that_is_not_read_is_not_recorded(
    sites: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(site_of(sites).rglob("*"))
    file = tmp_path / "saved.html"
    file.write_text("<title>x</title><div class=article-content><p>正文。</p></div>", "utf-8")
    assert cli.run(["--sites", str(sites), "site", "record", "sample", str(file)]) == 3
    said = capsys.readouterr()
    assert "modern.title: h1.title" in said.out
    assert "Nothing was recorded" in said.err
    assert sorted(site_of(sites).rglob("*")) == before


def test_all_pages_of_a_report_are_recorded_as_one(tmp_path: Path) -> None:
    page = "<h1>两页的报道</h1><p class=day>2024-05-06</p><div class=body><p>{}</p></div>"
    answers = {
        "/r1.html": html(page.format("第一页的话。") + "<a class=next href=r1_2.html>下一页</a>"),
        "/r1_2.html": html(page.format("第二页的话。") + "<a class=next href=r1.html>下一页</a>"),
    }
    command = Jianbao(tmp_path / "data", tmp_path / "sites")
    folder = tmp_path / "sites" / "haibu"
    folder.mkdir(parents=True)
    with scripted(answers) as site:
        host = site.base.removeprefix("http://")
        text = PROFILE.format(host=host).replace("a.next", "a.next[href*=_]")
        (folder / "profile.toml").write_text(text, "utf-8")
        command.ok("site", "record", "haibu", f"{site.base}/r1.html")
    article = json.loads((folder / PAGES / "r1" / EXPECTED).read_text("utf-8"))
    assert article["sections"][0]["paragraphs"] == ["第一页的话。", "第二页的话。"]
    assert list(check(folder, load_profile(tmp_path / "sites", "haibu"))) == []


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("http://x.cn/gzyw/202304/t20230427_1113.html", "t20230427-1113"),
        ("http://x.cn/art/2024/5/6/art_12_34.html?x=1", "art-12-34"),
        ("http://x.cn/news/index.html", "news"),
        ("http://x.cn/新闻/通知.html", "page"),
        ("http://x.cn/", "page"),
    ],
)
def test_a_recorded_page_is_called_like_its_address(url: str, slug: str) -> None:
    assert slug_of(url) == slug
