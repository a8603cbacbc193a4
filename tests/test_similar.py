"""Reports about the same."""

from __future__ import annotations

from pathlib import Path

from search.arrays.snapshot import Snapshot
from search.suggestions.similar import similar
from tests.builders import an_article
from tests.suggestion_support import a_snapshot

STRIKE = "环卫工人夏季高温津贴发放标准提高，工会督促企业按月发放高温津贴。"
ARTICLE = an_article(STRIKE, title="高温津贴按月发放")
NEAR = an_article("企业拖欠高温津贴，工会督促补发，环卫工人领到津贴。", title="补发高温津贴")
ALSO = an_article("夏季高温，工会给环卫工人送去清凉。", title="送清凉")
REPRINT = an_article(STRIKE, title="转载：高温津贴按月发放")
OTHERS = [
    an_article(f"{topic}活动今天举行，职工踊跃参加。", title=f"{topic}活动")
    for topic in "书法 象棋 合唱 登山 游泳 摄影 朗诵 剪纸".split()
]
GROUPS = {ARTICLE.id: "津贴", REPRINT.id: "津贴"}


def ids(snapshot: Snapshot, limit: int = 5) -> list[str]:
    return [hit.id for hit in similar(ARTICLE, snapshot, limit)]


def test_articles_about_the_same_come_first(tmp_path: Path) -> None:
    snapshot = a_snapshot(tmp_path, [ARTICLE, *OTHERS[:4]], [NEAR, ALSO, *OTHERS[4:]])
    assert ids(snapshot) == [NEAR.id, ALSO.id]
    assert ids(snapshot, 1) == [NEAR.id]
    scores = [hit.score for hit in similar(ARTICLE, snapshot)]
    assert scores == sorted(scores, reverse=True)


def test_reprints_of_it_are_left_out(tmp_path: Path) -> None:
    articles = [ARTICLE, NEAR, REPRINT, *OTHERS]
    assert ids(a_snapshot(tmp_path, articles, groups=GROUPS)) == [NEAR.id]


def test_of_other_reprints_one_is_enough(tmp_path: Path) -> None:
    again = an_article(*NEAR.sections[0].paragraphs, title=NEAR.title)
    groups = {NEAR.id: "补发", again.id: "补发"}
    found = ids(a_snapshot(tmp_path, [ARTICLE, NEAR, again, ALSO, *OTHERS], groups=groups))
    assert len(found) == 2
    assert found[1] == ALSO.id


def test_deleted_articles_are_left_out(tmp_path: Path) -> None:
    snapshot = a_snapshot(tmp_path, [ARTICLE, NEAR, ALSO, *OTHERS], deleted=[NEAR.id])
    assert ids(snapshot) == [ALSO.id]


def test_an_article_need_not_be_in_the_index(tmp_path: Path) -> None:
    assert ids(a_snapshot(tmp_path, [NEAR, ALSO, *OTHERS])) == [NEAR.id, ALSO.id]


def test_an_index_may_be_empty() -> None:
    assert similar(ARTICLE, Snapshot([], 0)) == ()
