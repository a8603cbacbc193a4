"""Where few reports have all the words: how many of them each document holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeGuard

import numpy as np
import numpy.typing as npt

from search.evaluation.documents import Found, as_list, rising
from search.evaluation.matching import Matching
from search.evaluation.wording import chunk_words
from search.query.tree import And, Chunk, Node, Widened

FEW = 10
"""Of so many reports with all the words nothing more is shown: they fill the first screen."""


@dataclass(frozen=True, slots=True)
class Loose:
    """The part of a query of which not everything must be there.

    Only what is joined by spaces at the top may be missing: unquoted chunks without a field.
    """

    chunks: tuple[Chunk | Widened, ...]
    words: tuple[str, ...]
    """Distinct ones of all chunks."""
    rest: tuple[Node, ...]
    """What every document must meet all the same."""

    @property
    def wanted(self) -> int:
        """Two words in five: MRR@10 of known items .959, of half of them .955, of a third .959."""
        return -(-len(self.words) * 2 // 5)


def loose(tree: Node) -> Loose:
    """What may be missing of a query, and what may not."""
    nodes = tree.nodes if isinstance(tree, And) else (tree,)
    chunks = tuple(node for node in nodes if _is_loose(node))
    words = [word for chunk in chunks for word in _words(chunk)]
    rest = tuple(node for node in nodes if not _is_loose(node))
    return Loose(chunks, tuple(dict.fromkeys(words)), rest)


def words_held(asked: Loose, matching: Matching) -> npt.NDArray[np.uint16]:
    """How many of the words each document of the snapshot holds, deleted ones included.

    A chunk whose characters stand in a row, or one of whose synonyms does, counts as all its
    words. Words are counted in one pass, 2 ns for each document that holds one; a row of booleans
    for each word took four times as long.
    """
    count = matching.snapshot.count
    postings = [matching.postings(word) for word in asked.words]
    lists = [one.documents for one in postings if one.dense is None]
    held = np.zeros(count, np.uint16)
    if lists:
        held += np.bincount(np.concatenate(lists), minlength=count).astype(np.uint16)
    for one in postings:
        if one.dense is not None:
            held += one.dense != 0
    if len(asked.chunks) > 1:  # whoever answers the only chunk answers the query
        _count_otherwise(asked, matching, held)
    return held


def _count_otherwise(asked: Loose, matching: Matching, held: npt.NDArray[np.uint16]) -> None:
    """Counts the words anew of documents that answer a chunk without having its words."""
    answering = [_without_words(chunk, matching) for chunk in asked.chunks]
    documents = rising(np.concatenate([some.astype(np.int64) for some in answering]))
    if not len(documents):
        return
    counted = np.zeros(len(documents), np.uint16)
    for word in asked.words:
        has = matching.weights(word, documents) != 0
        for chunk, some in zip(asked.chunks, answering, strict=True):
            if len(some) and word in _words(chunk):
                has |= matching.held(some, documents)
        counted += has
    held[documents] = counted


def _without_words(chunk: Chunk | Widened, matching: Matching) -> Found:
    """Documents that answer a chunk and lack one of its words."""
    found = as_list(matching.found(chunk))
    lacks = np.zeros(len(found), np.bool_)
    for word in _words(chunk):
        lacks |= matching.weights(word, found) == 0
    return found.take(lacks.nonzero()[0])


def _is_loose(node: Node) -> TypeGuard[Chunk | Widened]:
    chunk = node.chunk if isinstance(node, Widened) else node
    return isinstance(chunk, Chunk) and chunk.field is None


def _words(node: Chunk | Widened) -> tuple[str, ...]:
    return chunk_words(node.chunk.text if isinstance(node, Widened) else node.text)
