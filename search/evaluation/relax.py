"""Where no report has all the words: those with most of them. Pure."""

from __future__ import annotations

from collections import Counter

from search.evaluation.matching import Documents, chunk_words, matching, with_string
from search.query.tree import And, Chunk, Node

MOST_WORDS = 64
"""Words that are counted; of a longer query the rarest."""


def loose_chunks(tree: Node) -> tuple[Chunk, ...]:
    """The unquoted chunks that may be met in part: those joined by spaces at the top."""
    nodes = tree.nodes if isinstance(tree, And) else (tree,)
    return tuple(node for node in nodes if isinstance(node, Chunk) and node.field is None)


def words_held(tree: Node, documents: Documents, needed: frozenset[str]) -> Counter[int]:
    """How many of the needed words each document holds that meets the rest of the query.

    A chunk whose characters stand in a row counts as all its words.
    """
    nodes = tree.nodes if isinstance(tree, And) else (tree,)
    chunks = loose_chunks(tree)
    allowed = matching(And(tuple(node for node in nodes if node not in chunks)), documents)
    held: dict[int, set[str]] = {}
    for word in needed:
        for one in documents.with_word(word).keys() & allowed:
            held.setdefault(one, set()).add(word)
    for chunk in chunks:
        for one in with_string(chunk.text, None, documents) & allowed:
            held.setdefault(one, set()).update(needed.intersection(chunk_words(chunk.text)))
    return Counter({one: len(members) for one, members in held.items()})


def enough(best: int, needed: int) -> int:
    """How many words a document must hold: half of them, or as many as any document holds."""
    return min(best, (needed + 1) // 2)
