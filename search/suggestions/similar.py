"""Articles about the same: those that share the words which tell most of an article."""

from __future__ import annotations

from heapq import nlargest
from math import log

import numpy as np
import numpy.typing as npt

from archive.article import Article
from search.arrays.columns import group_number
from search.arrays.document import index_document
from search.arrays.segment import WORDS as EVERY_WORD
from search.arrays.snapshot import Snapshot
from search.arrays.weights import K1, SCALE, B
from search.index import Hit

WORDS = 25
"""Telling words that are looked for."""
COMMONEST = 0.2
"""A word in a greater share of the articles tells nothing."""
ALWAYS = 10
"""In so many articles a word may be, however few there are."""


def similar(article: Article, snapshot: Snapshot, limit: int = 5) -> tuple[Hit, ...]:
    """The articles that share most of its telling words, without itself and its reprints.

    The index keeps no list of a document's words, so they are read from the article as the store
    has it; it need not be in the index. Scores add up as those of a search for these words.
    """
    chosen = _telling(article, snapshot)
    if not chosen or limit < 1:
        return ()
    scores = np.zeros(snapshot.count, np.float32)
    for word, idf in chosen.items():
        postings = snapshot.postings(word)
        factor = np.float32(idf / SCALE)
        if postings.dense is not None:
            scores += postings.dense * factor
        else:
            scores[postings.documents] += postings.weights * factor
    if snapshot.live is not None:
        scores *= snapshot.live
    scores[_own(article, snapshot)] = 0
    some = min(4 * limit, len(scores))
    # Of several reprints of one report the best is enough; four candidates a place suffice.
    best = np.argpartition(scores, len(scores) - some)[len(scores) - some :]
    return _hits(snapshot, scores, best[scores[best] > 0].tolist(), limit)


def _telling(article: Article, snapshot: Snapshot) -> dict[str, float]:
    """The words that weigh most in the article by frequency and rarity, and their idf.

    Looking up one word in one segment costs some 5 µs, so the largest segment chooses a few.
    """
    largest = max(snapshot.segments, key=lambda segment: segment.count, default=None)
    if largest is None:
        return {}
    document = index_document(article)
    norm = K1 * (1 - B + B * document.length / snapshot.pivot)
    weights = {
        word: frequency / (frequency + norm)
        for word, frequency in document.words.items()
        if len(word) > 1
    }
    table = largest.fields[EVERY_WORD]
    likely = nlargest(
        2 * WORDS,
        (
            (weight * _idf(table.frequency(word), largest.count), word)
            for word, weight in weights.items()
        ),
    )
    found = []
    for _, word in likely:
        documents = snapshot.frequency(word)
        if 1 < documents <= max(COMMONEST * snapshot.count, ALWAYS):
            idf = _idf(documents, snapshot.count)
            found.append((weights[word] * idf, word, idf))
    return {word: idf for _, word, idf in nlargest(WORDS, found)}


def _idf(documents: int, count: int) -> float:
    return log(count / (documents + 1)) + 1


def _own(article: Article, snapshot: Snapshot) -> list[int]:
    """The article's document and those of its group of reprints."""
    number = snapshot.number(article.id)
    group = np.uint64(group_number(article.id)) if number is None else snapshot.groups[number]
    own: list[int] = np.flatnonzero(snapshot.groups == group).tolist()
    return own if number is None else [number, *own]


def _hits(
    snapshot: Snapshot, scores: npt.NDArray[np.float32], documents: list[int], limit: int
) -> tuple[Hit, ...]:
    """The best of each group of reprints; equal ones by id."""
    ids = snapshot.ids(documents)
    ranked = sorted(
        (-float(scores[document]), name, document)
        for name, document in zip(ids, documents, strict=True)
    )
    shown: dict[int, Hit] = {}
    for score, name, document in ranked:
        shown.setdefault(int(snapshot.groups[document]), Hit(id=name, score=-score))
    return tuple(shown.values())[:limit]
