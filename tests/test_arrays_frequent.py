"""What stands in many documents is kept as bits, and answers as the documents would."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.arrays import frequent
from search.arrays.document import index_document
from tests.arrays_support import a_segment, in_order
from tests.search_support import random_articles

DOCUMENTS = [index_document(article) for article in random_articles(300, seed=5)]


def test_characters_have_their_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the answer is kept as bits or worked out."""
    monkeypatch.setattr(frequent, "DENSE_SHARE", 1.7)
    segment = a_segment(tmp_path / "a", *DOCUMENTS)
    ordered = in_order(DOCUMENTS)
    characters = "".join(map(chr, segment.pairs.characters.tolist()))
    kept_as_bits = segment.array("pairs.frequent_characters.numbers")
    assert kept_as_bits is not None
    assert 3 < len(kept_as_bits) < len(characters) - 3
    for character in characters + "缺":
        expected = [any(character in text for _, _, text in each.units) for each in ordered]
        assert segment.pairs.with_character(character).tolist() == expected


def test_frequent_pairs_have_their_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frequent, "DENSE_SHARE", 15)
    segment = a_segment(tmp_path / "a", *DOCUMENTS)
    texts = ["\x00".join(text for _, _, text in each.units) for each in in_order(DOCUMENTS)]
    pairs_held = {text[at : at + 2] for text in texts for at in range(len(text) - 1)}
    rows = {pair: segment.pairs.with_frequent(pair) for pair in pairs_held | {"缺少"}}
    for pair, row in rows.items():
        expected = [pair in text for text in texts]
        if row is not None:
            assert row.tolist() == expected
        elif "\x00" not in pair:
            assert sum(expected) * frequent.DENSE_SHARE <= len(expected)
    assert 10 < sum(row is not None for row in rows.values()) < len(rows) - 10
