"""A snapshot of several segments answers as one segment of the same documents."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search.arrays import snapshot as snapshot_module
from search.arrays.document import index_document
from search.arrays.segment import WORDS
from search.arrays.snapshot import Snapshot
from tests.arrays_support import PIVOT, a_document, a_segment
from tests.search_support import random_articles

DOCUMENTS = [index_document(article) for article in random_articles(90, seed=9)]


def a_snapshot(folder: Path, commits: int) -> Snapshot:
    segments = [
        a_segment(folder / f"{number}", *DOCUMENTS[number::commits]) for number in range(commits)
    ]
    return Snapshot([(segment, None) for segment in segments], revision=7)


@pytest.mark.parametrize("commits", [1, 4])
@pytest.mark.parametrize("field", [WORDS, "title"])
def test_postings_of_all_segments_are_joined(tmp_path: Path, commits: int, field: str) -> None:
    snapshot = a_snapshot(tmp_path, commits)
    whole = a_segment(tmp_path / "whole", *DOCUMENTS)
    assert (snapshot.count, snapshot.revision, snapshot.pivot) == (90, 7, PIVOT)
    rows = 0
    for word in whole.fields[field].terms:
        expected = whole.fields[field].postings(word)
        held = snapshot.postings(word, field)
        assert held.count == expected.count == snapshot.frequency(word, field)
        assert held.documents.dtype == np.uint32
        assert (held.documents[1:] > held.documents[:-1]).all()
        assert dict(zip(snapshot.ids(held.documents), held.weights.tolist(), strict=True)) == {
            whole.id(number): weight
            for number, weight in zip(
                expected.documents.tolist(), expected.weights.tolist(), strict=True
            )
        }
        assert (held.dense is None) == (expected.dense is None)
        if held.dense is not None:
            rows += 1
            assert np.flatnonzero(held.dense).tolist() == held.documents.tolist()
            assert held.dense[held.documents].tolist() == held.weights.tolist()
    assert rows or field != WORDS
    assert snapshot.postings("不存在", field).count == 0
    assert snapshot.frequency("不存在", field) == 0


def test_what_is_asked_again_is_kept_within_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = a_snapshot(tmp_path, 3)
    assert snapshot.postings("工会") is snapshot.postings("工会")
    monkeypatch.setattr(snapshot_module, "_CACHED_BYTES", 400)
    words = list(a_segment(tmp_path / "whole", *DOCUMENTS).fields[WORDS].terms)
    for word in words:
        snapshot.postings(word)
        assert len(snapshot._cache) <= 400 // 6


def test_ids_days_and_groups_run_through_the_segments(tmp_path: Path) -> None:
    snapshot = a_snapshot(tmp_path, 3)
    by_id = {document.id: document for document in DOCUMENTS}
    ids = snapshot.ids(np.arange(snapshot.count))
    assert set(ids) == set(by_id)
    assert snapshot.ids([]) == []
    assert snapshot.bases.tolist() == [0, 30, 60, 90]
    assert [snapshot.number(each) for each in ids] == list(range(90))
    assert snapshot.number("absent") is None
    assert snapshot.days.tolist() == [by_id[each].day for each in ids]
    assert len(set(snapshot.groups.tolist())) == 90


def test_deleted_documents_are_not_live(tmp_path: Path) -> None:
    old = a_segment(tmp_path / "1", a_document("a", "旧"), a_document("b", "旧"))
    new = a_segment(tmp_path / "2", a_document("a", "新"))
    live = np.array([False, True])
    snapshot = Snapshot([(old, live), (new, None)], 1)
    assert snapshot.live is not None
    assert snapshot.live.tolist() == [False, True, True]
    assert snapshot.live_count == 2
    assert snapshot.number("a") == 2
    assert snapshot.frequency("旧") == 2
    assert Snapshot([(old, np.ones(2, np.bool_))], 1).live is None
    assert Snapshot([(old, np.zeros(2, np.bool_))], 1).live_count == 0
    assert Snapshot([(old, live)], 1).number("a") is None


def test_a_snapshot_of_nothing(tmp_path: Path) -> None:
    snapshot = Snapshot([], revision=0, pivot=3.0)
    assert (snapshot.count, snapshot.live_count, snapshot.live) == (0, 0, None)
    assert snapshot.postings("工会").documents.tolist() == []
    assert snapshot.frequency("工会") == 0
    assert snapshot.number("a") is None
    assert snapshot.ids([]) == []
    assert snapshot.days.tolist() == []
    assert snapshot.pivot == 3.0
    empty = Snapshot([(a_segment(tmp_path / "a"), None)] * 2, 1)
    assert empty.postings("工会").count == 0
    assert empty.count == 0
