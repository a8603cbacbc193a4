"""Whoosh's own searcher reads our segments, with its own matchers and its own weighting.

What it answers is compared with the documents themselves, so that it may be the measure for our
evaluation of queries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from math import log
from pathlib import Path
from random import Random
from typing import Any

import pytest
from whoosh import query, scoring
from whoosh.searching import Searcher

from search.arrays.document import IndexDocument, index_document
from search.arrays.weights import K1, SCALE, B
from search.indexing.toc import ArrayIndex
from search.indexing.whoosh_index import WhooshIndex
from tests.search_support import PIECES, STORE_ID, changes, random_articles

Matches = Callable[[IndexDocument], bool]


class Held:
    """An index in several segments, and what it holds."""

    def __init__(self, folder: Path) -> None:
        index = WhooshIndex(folder, STORE_ID)
        journal = [
            *changes(random_articles(300)),
            *changes(random_articles(300, seed=1)[::5], first=301),
        ]
        self.ever = [index_document(change.article) for change in journal if change.article]
        """Every document, replaced ones too: Whoosh counts these until a merge."""
        self.live = {document.id: document for document in self.ever}
        self.frequencies = Counter(word for document in self.ever for word in document.words)
        for first in range(0, len(journal), 60):
            index.apply(journal[first : first + 60])
        self.snapshot = index.snapshot()
        assert len(self.snapshot.segments) == 6
        assert self.snapshot.count == len(self.ever) == 360
        assert self.snapshot.live_count == len(self.live) == 300
        self.index = ArrayIndex(self.snapshot.segments[0].path.parent)

    def score(self, words: Counter[str], document: IndexDocument) -> float:
        """BM25F with Whoosh's inverse document frequency, by the book."""
        total = 0.0
        length = sum(document.words.values())
        for word, times in words.items():
            if word in document.words:
                frequency = document.words[word]
                relative = 1 - B + B * length / self.snapshot.pivot
                impact = frequency * (K1 + 1) / (frequency + K1 * relative)
                total += times * impact * (log(len(self.ever) / (self.frequencies[word] + 1)) + 1)
        return total


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Held:
    return Held(tmp_path_factory.mktemp("codec") / "index")


@pytest.fixture
def searcher(held: Held) -> Iterator[Searcher]:
    with held.index.searcher(weighting=scoring.TF_IDF()) as opened:
        yield opened


def found(searcher: Searcher, asked: query.Query) -> dict[str, float]:
    return {hit["id"]: hit.score for hit in searcher.search(asked, limit=None)}


def a_query(random: Random, depth: int = 2) -> tuple[query.Query, Matches, Counter[str]]:
    """A query of Whoosh, what it means, and the words it scores."""
    kind = random.choice(("and", "or", "not") if depth else ("word",))
    if kind == "word":
        field = random.choice(("words", "words", "title", "heading", "caption"))
        word = random.choice([*PIECES, "工会", "全国", "北京", "党建", "不在", "f-35"]).lower()
        if field == "words":
            return query.Term(field, word), lambda one: word in one.words, Counter([word])
        return query.Term(field, word), lambda one: word in one.fields[field], Counter()
    first, is_first, words = a_query(random, depth - 1)
    second, is_second, others = a_query(random, depth - 1)
    if kind == "and":
        both = query.And([first, second])
        return both, lambda one: is_first(one) and is_second(one), words + others
    if kind == "or":
        either = query.Or([first, second])
        return either, lambda one: is_first(one) or is_second(one), words + others
    return query.And([first, query.Not(second)]), lambda o: is_first(o) and not is_second(o), words


def test_booleans_find_what_the_documents_say(held: Held, searcher: Searcher) -> None:
    random = Random(0)
    hits = 0
    for _ in range(150):
        asked, is_match, _words = a_query(random)
        expected = {document.id for document in held.live.values() if is_match(document)}
        assert found(searcher, asked).keys() == expected, asked
        hits += bool(expected)
    assert hits > 50


def test_words_score_as_bm25f_does_by_the_book(held: Held, searcher: Searcher) -> None:
    vocabulary = sorted(held.frequencies)
    random = Random(1)
    for _ in range(60):
        words = Counter(random.choices(vocabulary, k=random.randint(1, 4)))
        asked = query.Or([query.Term("words", word) for word in words])
        scores = found(searcher, asked)
        assert scores.keys() == {one.id for one in held.live.values() if one.words.keys() & words}
        for article_id, score in scores.items():
            expected = held.score(Counter(set(words)), held.live[article_id])
            # Impacts are kept in steps of 1/SCALE.
            assert score == pytest.approx(expected, abs=len(words) * 7 / SCALE)


@pytest.mark.parametrize("field", ["words", "title", "heading", "caption"])
@pytest.mark.parametrize("prefix", ["工", "会", "p", "业务", "不在"])
def test_prefixes(held: Held, searcher: Searcher, field: str, prefix: str) -> None:
    def words(document: IndexDocument) -> Any:
        return document.words if field == "words" else document.fields[field]

    expected = {
        document.id
        for document in held.live.values()
        if any(word.startswith(prefix) for word in words(document))
    }
    assert found(searcher, query.Prefix(field, prefix)).keys() == expected


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (1, 99_999_999),
        (20190101, 20191231),
        (20190213, 20190213),
        (None, 20181231),
        (20200101, None),
    ],
)
def test_ranges_of_days(
    held: Held, searcher: Searcher, first: int | None, last: int | None
) -> None:
    expected = {
        document.id
        for document in held.live.values()
        if (first or 0) <= document.day <= (last or 99_999_999)
    }
    assert found(searcher, query.NumericRange("day", first, last)).keys() == expected


def test_every_document_and_its_id(held: Held, searcher: Searcher) -> None:
    assert found(searcher, query.Every()).keys() == held.live.keys()
    assert searcher.doc_count_all() == 360
    assert searcher.doc_count() == 300


def test_the_terms_are_those_of_the_documents(held: Held, searcher: Searcher) -> None:
    for field in ("title", "heading", "caption"):
        terms = {term.decode() for term in searcher.reader().lexicon(field)}
        assert terms == {word for one in held.ever for word in one.fields[field]}
    assert {
        term.decode(): searcher.doc_frequency("words", term)
        for term in searcher.reader().lexicon("words")
    } == held.frequencies
