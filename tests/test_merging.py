"""Merging gives what inverting the live documents afresh gives, byte for byte."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.arrays import merged_pairs, pairs, postings
from search.arrays.document import IndexDocument, index_document
from search.arrays.merging import merge
from search.arrays.segment import WORDS, Segment
from search.arrays.snapshot import Live
from search.units import UnitField
from tests.arrays_support import PIVOT, a_document, a_segment, write_segment
from tests.search_support import random_articles

DOCUMENTS = [
    *(index_document(article) for article in random_articles(120, seed=7)),
    a_document("empty"),
    a_document("nobody", day=20190101, title="无正文", units=[(UnitField.TITLE, 0, "无正文")]),
    a_document("one", "\U00020000"),
    a_document("many", "集体", author=tuple(f"作者{number}" for number in range(300))),
    a_document("an id that is longer than those of all other documents", "长编号，长编号"),
    a_document("group", "工会" * 100, group="一组", site=("只此一处",), title="\ud800"),
    a_document("nul", "甲\0乙", channel=("\0",)),
]
Sources = list[tuple[Segment, Live | None]]


def live_documents(sources: Sources) -> list[IndexDocument]:
    by_id = {document.id: document for document in DOCUMENTS}
    return [
        by_id[segment.id(number)]
        for segment, live in sources
        for number in range(segment.count)
        if live is None or live[number]
    ]


def expect_merged(folder: Path, sources: Sources) -> Path:
    """Merges and compares with an inversion of the same documents."""
    live = live_documents(sources)
    merged, fresh = folder / "merged", folder / "fresh"
    merge(sources, merged)
    write_segment(fresh, live)
    if merged.read_bytes() != fresh.read_bytes():
        ours, expected = Segment(merged), Segment(fresh)
        for name in (*expected.fields, "pairs.addresses", "titles.blob", "ids", "days"):
            assert np.array_equal(ours.array(name), expected.array(name)), name  # type: ignore[arg-type]
        raise AssertionError("the files differ")
    return merged


def split(folder: Path, documents: Sequence[IndexDocument], random: Random, most: int) -> Sources:
    """The documents in some segments, some of them deleted."""
    sources: Sources = []
    count = random.randint(1, most)
    for number in range(count):
        segment = a_segment(folder / f"{random.getrandbits(64)}", *documents[number::count])
        share = random.choice([None, 1.0, 0.7, 0.1, 0.0])
        live = (
            None
            if share is None
            else np.array([random.random() < share for _ in range(segment.count)], np.bool_)
        )
        sources.append((segment, live))
    return sources


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_a_merged_segment_is_the_segment_of_its_documents(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    documents = random.sample(DOCUMENTS, random.randint(0, len(DOCUMENTS)))
    expect_merged(tmp_path, split(tmp_path, documents, random, 5))


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_merged_segments_merge(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    documents = random.sample(DOCUMENTS, len(DOCUMENTS))
    sources: Sources = []
    for part in range(3):
        merged = expect_merged(tmp_path, split(tmp_path, documents[part::3], random, 3))
        segment = Segment(merged.rename(tmp_path / f"{random.getrandbits(64)}"))
        live = np.array([random.random() < 0.8 for _ in range(segment.count)], np.bool_)
        sources.append((segment, random.choice([None, live])))
    expect_merged(tmp_path, sources)


@pytest.mark.parametrize("seed", range(4))
def test_pieces_of_any_size_give_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Pieces of a few postings, and shelves of a few documents."""
    monkeypatch.setattr(postings, "PIECE", 1 + 7 * seed)
    monkeypatch.setattr(merged_pairs, "_PIECE", 1 + 7 * seed)
    monkeypatch.setattr(postings, "SHELF", 32)
    sources = split(tmp_path, DOCUMENTS, Random(seed), 4)
    segment = Segment(expect_merged(tmp_path, sources))
    live = sorted(live_documents(sources), key=lambda document: (document.day, document.id))
    for number, term in enumerate(segment.fields[WORDS].terms):
        held = segment.fields[WORDS].numbered(number).documents.tolist()
        assert held == [n for n, document in enumerate(live) if term in document.words]


def test_wide_and_narrow_keys_merge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments on either side of 65,535 distinct characters, to a merged one on either side."""
    narrow = a_segment(tmp_path / "narrow", *DOCUMENTS[:50])
    with monkeypatch.context() as patched:
        patched.setattr(pairs, "MOST_NARROW", 3)
        wide = a_segment(tmp_path / "wide", *DOCUMENTS[50:])
        assert wide.pairs.keys.dtype == np.uint64
        expect_merged(tmp_path, [(narrow, None), (wide, None)])
    expect_merged(tmp_path, [(narrow, None), (wide, None)])


def test_many_documents_and_long_ones_merge(tmp_path: Path) -> None:
    long = a_document("a", *["会"] * 70_000, day=20200101)
    others = [a_document(f"b{number:05}", "会，工") for number in range(700)]
    sources: Sources = [
        (a_segment(tmp_path / "1", long, *others[::2]), None),
        (a_segment(tmp_path / "2", *others[1::2]), None),
    ]
    merge(sources, tmp_path / "merged")
    fresh = write_segment(tmp_path / "fresh", [*others, long])
    assert (tmp_path / "merged").read_bytes() == fresh.read_bytes()


def test_nothing_left_is_an_empty_segment(tmp_path: Path) -> None:
    segment = a_segment(tmp_path / "1", *DOCUMENTS[:9])
    empty = a_segment(tmp_path / "2")
    expect_merged(tmp_path, [(segment, np.zeros(9, np.bool_)), (empty, None)])


def test_a_segment_merges_with_itself_updated(tmp_path: Path) -> None:
    """An id may stand in several sources if it is live in one."""
    old = a_segment(tmp_path / "1", *DOCUMENTS[:9])
    new = a_segment(tmp_path / "2", *DOCUMENTS[3:6])
    live = ~np.isin(np.arange(9), old.numbers([document.id for document in DOCUMENTS[3:6]]))
    merged = Segment(expect_merged(tmp_path, [(old, live), (new, None)]))
    assert merged.count == 9


def test_other_weights_do_not_merge(tmp_path: Path) -> None:
    one = a_segment(tmp_path / "1", DOCUMENTS[0])
    other = Segment(write_segment(tmp_path / "2", DOCUMENTS[1:2], PIVOT + 1))
    with pytest.raises(ValueError, match="pivots"):
        merge([(one, None), (other, None)], tmp_path / "merged")
    with pytest.raises(ValueError, match="pivots"):
        merge([], tmp_path / "merged")
    assert not (tmp_path / "merged").exists()


def test_too_much_text_for_one_segment_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources: Sources = [
        (a_segment(tmp_path / "1", *DOCUMENTS[:9]), None),
        (a_segment(tmp_path / "2", *DOCUMENTS[9:18]), None),
    ]
    monkeypatch.setattr(pairs, "MOST_ADDRESSES", 17 * pairs.BLOCK)
    with pytest.raises(ValueError, match="too much text"):
        merge(sources, tmp_path / "merged")
    assert not list(tmp_path.glob("merged*"))
