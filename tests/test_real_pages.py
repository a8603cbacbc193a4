"""Real pages of one host, crawled from loopback and compared with what people read in them."""

from __future__ import annotations

import statistics
from contextlib import closing
from pathlib import Path

import pytest

from archive.outcome import OutcomeKind
from archive.warc import read
from benchmarks.real import HOSTS, HostScore, PageScore, f1, measure
from benchmarks.saved_pages import PAGES, saved_pages
from tests.commands import Jianbao

HOST = "chinanews"
BODY_FLOOR = 0.99
WORST_FLOOR = 0.95
OTHER_TEMPLATES = {"_03727cff": "a gallery", "_565a8c91": "a video"}

needs_pages = pytest.mark.skipif(
    not PAGES.is_dir(), reason=f"the saved pages are not part of the project: {PAGES} is absent"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("real")


@pytest.fixture(scope="module")
def score(folder: Path) -> HostScore:
    return measure(HOST, folder)


def is_of_another_template(page: PageScore) -> bool:
    return any(mark in page.file for mark in OTHER_TEMPLATES)


@needs_pages
def test_pages_of_other_templates_are_reported_and_all_others_read(score: HostScore) -> None:
    expected = {
        page.file: OutcomeKind.LAYOUT_NOT_RECOGNISED
        if is_of_another_template(page)
        else OutcomeKind.NEW
        for page in score.pages
    }
    assert {page.file: page.outcome for page in score.pages} == expected
    assert len(score.pages) == 17
    assert sum(score.reported.values()) == len(OTHER_TEMPLATES)


@needs_pages
def test_a_report_of_an_unknown_template_names_the_selectors_tried(score: HostScore) -> None:
    details = {page.detail for page in score.pages if is_of_another_template(page)}
    assert details
    assert all("div.left_zw" in detail for detail in details)


@needs_pages
def test_both_templates_are_read_each_by_its_layout(score: HostScore) -> None:
    layouts = {page.file.partition("/")[2][:4]: page.layout for page in score.read}
    assert layouts == {"2011": "font-size", "2012": "tabs"}


@needs_pages
def test_every_title_is_the_one_printed(score: HostScore) -> None:
    assert [page.file for page in score.read if not page.is_title_exact] == []


@needs_pages
def test_every_day_of_publication_is_near_the_day_of_the_save(score: HostScore) -> None:
    assert [page.file for page in score.read if not page.is_day_near] == []


@needs_pages
def test_the_bodies_are_what_people_read(score: HostScore) -> None:
    scores = {page.file: page.body_f1 or 0.0 for page in score.read}
    assert {file: value for file, value in scores.items() if value < WORST_FLOOR} == {}
    assert statistics.fmean(scores.values()) >= BODY_FLOOR


@needs_pages
def test_no_character_is_lost(score: HostScore) -> None:
    assert [page.file for page in score.pages if page.damaged] == []


@needs_pages
def test_the_archive_holds_the_pages_byte_for_byte(score: HostScore, folder: Path) -> None:
    jianbao = Jianbao(folder / "data", folder / "sites")
    with closing(jianbao.open_store()) as store:
        captures = [c for c in store.all_captures() if "/pages/" in c.url]
    recorded = sorted(read(jianbao.settings.warc_folder, capture).body for capture in captures)
    assert recorded == sorted(page.content for page in saved_pages(HOSTS[HOST]))
    assert len(recorded) == len(score.pages)


def test_the_score_counts_runs_of_four_characters() -> None:
    assert f1("全市职工运动会", "全市职工\n运动会") == 1.0
    assert f1("全市职工运动会", "") == 0.0
    assert f1("全市职工运动会", "全市职工歌咏会") == pytest.approx(1 / 4)
