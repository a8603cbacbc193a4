"""A real crawl of the sample site: what it keeps, and what it says of every address."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from contextlib import closing

import pytest

from archive.article import Article, article_id
from archive.capture import canonical_url
from archive.warc import read
from sample import site
from sample.report import CHANNELS, load_reports
from tests.commands import Jianbao

REPORTS = load_reports()


@pytest.fixture(scope="module")
def articles(crawled_once: Jianbao, sample_base: str) -> dict[str, Article]:
    """Every article of the crawled archive by the path of its address."""
    with closing(crawled_once.open_store()) as store:
        held = store.get_many(store.article_ids())
    return {article.url.removeprefix(sample_base): article for article in held.values()}


def test_every_report_is_held_and_nothing_else(articles: dict[str, Article]) -> None:
    assert sorted(articles) == sorted(report.path for report in REPORTS)


@pytest.mark.parametrize("field", ["title", "published", "channel", "editor", "reprinted_from"])
def test_what_was_read_is_what_was_printed(articles: dict[str, Article], field: str) -> None:
    read_values = {path: getattr(article, field) for path, article in articles.items()}
    assert read_values == {report.path: getattr(report, field) for report in REPORTS}


def test_sections_and_captions_are_those_printed(articles: dict[str, Article]) -> None:
    for report in REPORTS:
        article = articles[report.path]
        assert [dataclasses.astuple(section) for section in article.sections] == [
            (section.heading, section.subheading, tuple(section.paragraphs))
            for section in report.sections
        ], report.slug
        captions = [figure.caption for figure in article.figures]
        assert captions == [figure.caption for figure in report.figures], report.slug


def test_an_article_knows_its_capture_byte_for_byte(
    crawled_once: Jianbao, articles: dict[str, Article]
) -> None:
    served = site.pages()
    for report in REPORTS:
        (capture,) = articles[report.path].captures
        recorded = read(crawled_once.settings.warc_folder, capture)
        assert recorded.body == served[report.path].body


def test_every_address_has_exactly_one_outcome(crawled_once: Jianbao, sample_base: str) -> None:
    report = crawled_once.json("report")
    counts = {row["kind"]: row["count"] for row in report["outcomes"]}
    samples = {row["kind"]: row["sample"].removeprefix(sample_base) for row in report["outcomes"]}
    assert counts == {
        "new": len(REPORTS),
        "list_page": 8,
        "redirect": 1,
        "not_article": 2,
        "forbidden_by_robots": 1,
        "gone": 1,
    }
    assert report["urls"] == sum(counts.values())
    assert samples["redirect"] == site.OLD_ADDRESS
    assert samples["gone"] == site.MISSING_PAGE
    assert samples["forbidden_by_robots"] == site.INTERNAL_PAGE


def test_the_forbidden_page_was_never_asked_for(crawled_once: Jianbao, sample_base: str) -> None:
    with closing(crawled_once.open_store()) as store:
        urls = {capture.url for capture in store.all_captures()}
    assert sample_base + site.INTERNAL_PAGE not in urls
    assert sample_base + site.MISSING_PAGE in urls


def test_a_second_crawl_asks_only_for_list_pages(crawled: Jianbao) -> None:
    crawled.ok("crawl", "sample")
    report = crawled.json("report")
    counts = {row["kind"]: row["count"] for row in report["outcomes"]}
    assert 2 * site.ROWS_A_PAGE < counts["unchanged"] < len(REPORTS)
    assert counts["not_article"] == 2  # the topic page again, without being asked for
    assert "new" not in counts
    # The first page of each channel names held reports only, so its further pages are left.
    assert counts["list_page"] == 1 + len(CHANNELS)
    with closing(crawled.open_store()) as store:
        captured = [c for c in store.all_captures() if c.run == report["run"]]
    not_asked_for = counts["unchanged"] + counts["forbidden_by_robots"] + 1
    assert len(captured) == report["urls"] - not_asked_for


def test_a_limit_is_kept_and_said(
    crawled_once: Jianbao, tmp_path_factory: pytest.TempPathFactory
) -> None:
    limited = Jianbao(tmp_path_factory.mktemp("limited"), crawled_once.sites)
    limited.ok("crawl", "sample", "--limit", "5")
    counts = {row["kind"]: row["count"] for row in limited.json("report")["outcomes"]}
    fetched = sum(counts.get(kind, 0) for kind in ("new", "gone", "redirect")) + (
        counts["not_article"] - 1
    )
    assert fetched == 5
    assert counts["beyond_limits"] == len(REPORTS) + 3 - 5


def test_scrapy_starts_the_same_spider(
    crawled_once: Jianbao, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = tmp_path_factory.mktemp("scrapy")
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "news", "-a", "site=sample", "-a", "limit=3"],
        env={
            **crawled_once.environment,
            "JIANBAO_DATA": str(data),
            "JIANBAO_SITES": str(crawled_once.sites),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with closing(Jianbao(data, crawled_once.sites).open_store()) as store:
        assert len(store.article_ids()) >= 1


def test_ids_follow_from_site_and_address(articles: dict[str, Article], sample_base: str) -> None:
    for path, article in articles.items():
        assert article.id == article_id("sample", sample_base + path)
        assert canonical_url(article.url) == article.url
