"""Where few reports have all the words: those with most of them."""

from __future__ import annotations

from typing import TypeGuard

import numpy as np

from search.evaluation.documents import NONE, Found, is_row
from search.evaluation.matching import Matching, chunk_words
from search.query.tree import And, Chunk, Node, Widened

FEW = 10
"""Of so many reports with all the words nothing more is shown: they fill the first screen."""
MOST_WORDS = 64
"""Words that are counted; of a longer query the rarest."""


def with_most_words(tree: Node, matching: Matching) -> Found:
    """Documents that hold at least two in five of the words and meet the rest of the query.

    Half of them found the known item first less often: MRR@10 .956 against .960.

    Only what is joined by spaces at the top may be missing: unquoted chunks without a field. A
    chunk whose characters stand in a row, or one of whose synonyms does, counts as all its words.
    Deleted documents are among them. Without two such words there are none.
    """
    nodes = tree.nodes if isinstance(tree, And) else (tree,)
    loose = [node for node in nodes if _is_loose(node)]
    needed = _telling(list(dict.fromkeys(w for one in loose for w in _words(one))), matching)
    if len(needed) < 2:
        return NONE
    places = {word: place for place, word in enumerate(needed)}
    held = np.zeros((len(needed), matching.snapshot.count), np.bool_)
    for word, place in places.items():
        postings = matching.postings(word)
        if postings.dense is not None:
            np.not_equal(postings.dense, 0, out=held[place])
        else:
            held[place][postings.documents] = True
    for node in loose:
        wholes = [_whole(node), *(node.others if isinstance(node, Widened) else ())]
        for whole in wholes:
            found = (
                matching.with_string(whole.text, None)
                if whole is wholes[0]
                else (matching.found(whole))
            )
            for word in _words(node):
                if word in places:
                    if is_row(found):
                        held[places[word]] |= found
                    else:
                        held[places[word]][found] = True
    enough: Found = np.count_nonzero(held, axis=0) >= -(-len(needed) * 2 // 5)
    rest = tuple(node for node in nodes if node not in loose)
    return enough & _row(matching, And(rest)) if rest else enough


def _row(matching: Matching, tree: Node) -> Found:
    found = matching.found(tree)
    if is_row(found):
        return found
    row = np.zeros(matching.snapshot.count, np.bool_)
    row[found] = True
    return row


def _is_loose(node: Node) -> TypeGuard[Chunk | Widened]:
    chunk = node.chunk if isinstance(node, Widened) else node
    return isinstance(chunk, Chunk) and chunk.field is None


def _whole(node: Chunk | Widened) -> Chunk:
    return node.chunk if isinstance(node, Widened) else node


def _words(node: Chunk | Widened) -> tuple[str, ...]:
    return chunk_words(_whole(node).text)


def _telling(needed: list[str], matching: Matching) -> list[str]:
    """The rarest of many words; words that nothing has are left out then."""
    if len(needed) <= MOST_WORDS:
        return needed
    spread = {word: matching.snapshot.frequency(word) for word in needed}
    known = sorted((word for word in needed if spread[word]), key=lambda word: (spread[word], word))
    return known[:MOST_WORDS]
