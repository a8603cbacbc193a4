"""Reviewing what could not be read: which pages, why, and what a mended profile makes of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from sample.site import load_reports
from tests.commands import Jianbao, write_sites

BODY_OF_TABLE = 'body = "td.nr div.TRS_Editor"'
WRONG_BODY = 'body = "td.nr div.Nowhere"'
OF_TABLE = [report for report in load_reports() if report.layout == "table"]


@pytest.fixture(scope="module")
def crawled_badly(tmp_path_factory: pytest.TempPathFactory, sample_base: str) -> Jianbao:
    """An archive crawled with a profile that does not know the old layout's body."""
    folder = tmp_path_factory.mktemp("badly")
    command = Jianbao(folder / "data", write_sites(folder / "sites", sample_base))
    change(command, BODY_OF_TABLE, WRONG_BODY)
    assert command("crawl", "sample").returncode == 3
    return command


@pytest.fixture
def archive(crawled_badly: Jianbao, tmp_path: Path) -> Jianbao:
    """A copy of it of the test's own."""
    shutil.copytree(crawled_badly.data, tmp_path / "data")
    shutil.copytree(crawled_badly.sites, tmp_path / "sites")
    return Jianbao(tmp_path / "data", tmp_path / "sites")


def change(command: Jianbao, old: str, new: str) -> None:
    profile = command.sites / "sample" / "profile.toml"
    text = profile.read_text("utf-8")
    assert old in text
    profile.write_text(text.replace(old, new), "utf-8")


def test_unread_pages_are_listed_with_the_selector_that_failed(archive: Jianbao) -> None:
    done = archive("review")
    assert done.returncode == 3
    assert f"{len(OF_TABLE)} × layout_not_recognised" in done.stdout
    assert "table: td.nr div.Nowhere" in done.stdout
    listed = json.loads(archive("review", "sample", "--json").stdout)
    assert {each["url"].rpartition("/")[2] for each in listed} == {
        f"{report.slug}.html" for report in OF_TABLE
    }


def test_a_mended_profile_is_tried_on_all_of_them_and_nothing_is_written(
    archive: Jianbao,
) -> None:
    store = archive.data / "store.sqlite"
    before = {path: path.read_bytes() for path in archive.data.rglob("*.warc.gz")}
    articles = archive.json("report", "sample")
    change(archive, WRONG_BODY, BODY_OF_TABLE)
    done = archive("review", "--try", "--json")
    assert done.returncode == 0
    found = json.loads(done.stdout)["unread"]
    assert {each["before"]["outcome"] for each in found} == {"layout_not_recognised"}
    assert {each["after"]["outcome"] for each in found} == {"new"}
    titles = sorted(each["title"] for each in found)
    assert titles == sorted(report.title for report in OF_TABLE)
    assert archive.json("report", "sample") == articles
    assert {path: path.read_bytes() for path in archive.data.rglob("*.warc.gz")} == before
    assert store.exists()
    shown = archive.ok("review", "sample", "--try")
    assert "jianbao extract --site sample" in shown


def test_pages_that_stay_unread_keep_the_exit_code(archive: Jianbao) -> None:
    done = archive("review", "--try")
    assert done.returncode == 3
    assert "layout_not_recognised" in done.stdout


def test_what_was_extracted_anew_needs_no_review_any_more(archive: Jianbao) -> None:
    change(archive, WRONG_BODY, BODY_OF_TABLE)
    archive("extract")
    done = archive("review")
    assert done.returncode == 0
    assert "has been read" in done.stdout


def test_held_articles_are_read_again_and_compared(archive: Jianbao) -> None:
    assert "editor: " not in archive("review", "sample", "--held").stdout
    change(archive, 'editor = "div.editor"', 'editor = "div.nobody"')
    found = json.loads(archive("review", "sample", "--held", "--json").stdout)
    assert len(found["unread"]) == len(OF_TABLE)
    assert {each["kind"] for each in found["held"]} == {"changed"}
    assert {field["field"] for each in found["held"] for field in each["changes"]} == {"editor"}


def test_an_archive_where_all_is_read_has_nothing_to_review(crawled_once: Jianbao) -> None:
    assert crawled_once.json("review") == []


def test_a_site_that_does_not_exist_is_named(crawled_once: Jianbao) -> None:
    done = crawled_once("review", "nirgends")
    assert done.returncode == 2
    assert "There is no site “nirgends”" in done.stderr
