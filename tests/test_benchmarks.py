"""The benchmarks measure what they say."""

from __future__ import annotations

import importlib.util
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import floors
from benchmarks.big_site import BigSite, serving
from benchmarks.crawl import measure
from benchmarks.proposing import proposed, read
from benchmarks.sample_pages import sample_pages
from benchmarks.scores import Found, Truth, day_in, f1, folded, paragraphs_kept, score, summary
from crawler.profile import Profile

JUDGE = Path(__file__).parents[2] / "shared" / "score" / "score.py"
TEXT = st.text(st.sampled_from("全市职工，运动会“开幕”—20 2\n　ＡaB…"), max_size=60)

needs_judge = pytest.mark.skipif(
    not JUDGE.is_file(), reason=f"the other scorer is not part of the project: {JUDGE} is absent"
)


@pytest.fixture(scope="module")
def judge() -> Any:
    spec = importlib.util.spec_from_file_location("judge", JUDGE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@needs_judge
@given(truth=TEXT, found=TEXT)
def test_texts_are_scored_as_the_other_scorer_does(judge: Any, truth: str, found: str) -> None:
    assert folded(truth) == judge.norm(truth)
    assert f1(truth, found) == judge.prf(judge.norm(truth), judge.norm(found), 4)[2]
    kept = judge.para_scores(truth, found, 4)
    assert paragraphs_kept(truth, found) == (kept and kept[2])


@needs_judge
@given(st.text(st.sampled_from("20123-/年月日. 9"), max_size=20))
def test_days_are_found_as_the_other_scorer_does(judge: Any, text: str) -> None:
    assert day_in(text) == judge.day(text)


def test_a_score_counts_runs_of_four_characters() -> None:
    assert f1("全市职工运动会", "全市职工\n运动会") == 1.0
    assert f1("全市职工运动会", "") == 0.0
    assert f1("全市职工运动会", "全市职工歌咏会") == pytest.approx(1 / 4)


def test_a_page_that_was_not_read_scores_nothing() -> None:
    truth = Truth(title="运动会", day="2024-05-01", source="工会报", body="全市职工运动会开幕")
    missed = score(truth, Found())
    right = score(
        truth, Found(title="运动会", day="2024/5/1", source="工会报", body=truth.body or "")
    )
    assert (missed.title, missed.day, missed.source) == (False, False, False)
    assert (missed.body, missed.paragraphs) == (0.0, 0.0)
    assert summary([missed, right]).means == {
        "title": 0.5, "day": 0.5, "source": 0.5, "body": 0.5, "paragraphs": 0.5
    }  # fmt: skip


def test_a_page_without_a_day_wants_silence() -> None:
    truth = Truth(has_no_day=True)
    assert score(truth, Found()).silent is True
    assert score(truth, Found(day="2024-05-01")).silent is False


def test_a_profile_proposed_from_one_sample_page_reads_it(tmp_path: Path) -> None:
    page = sample_pages(tmp_path)[0]
    profile = proposed([page.path])
    assert isinstance(profile, Profile)
    reading = read(page.path, profile)
    assert reading.is_read
    assert reading.found.title == page.truth.title


def test_a_floor_sinks_only_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floors, "FLOORS", tmp_path / "floors.toml")
    floors.write({"title": 0.95678, "body": 0.9}, {"body": "“harder pages”"})
    assert floors.held_floors() == {"title": 0.956, "body": 0.9}
    assert floors.sunk({"title": 0.9561, "body": 0.89}, floors.held_floors()) == ["body"]
    assert "harder pages" in floors.FLOORS.read_text("utf-8")


def test_the_pages_of_the_big_site_are_as_large_as_real_ones() -> None:
    site = BigSite(120)
    links = site.answer("/list_1.html")
    assert links is not None
    assert links.count(b"/news/") == 2 * 20
    chosen = random.Random(1).sample(range(120), 10)
    sizes = [len(site.article(number)) for number in chosen]
    assert 65_000 < sum(sizes) / len(sizes) < 90_000
    assert site.article(7) == BigSite(120).article(7)


@pytest.mark.parametrize("name", ["scrapy", "capture", "jianbao"])
def test_a_crawl_of_the_big_site_is_measured(name: str) -> None:
    with serving(30) as base:
        seen = measure(name, base, 30)
    assert seen["pages"] >= 31
    assert seen["pages_a_second"] > 0
    assert seen["longest_gap"] > 0
    assert len(seen["memory"]) == 4
    json.dumps(seen)
