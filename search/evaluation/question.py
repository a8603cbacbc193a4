"""All that is known of a query before a document is looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from archive.errors import CursorInvalid
from archive.words import N_
from search.arrays.snapshot import Snapshot
from search.evaluation import cursor, literal, ranking
from search.evaluation.cursor import Place
from search.evaluation.literal import Literal
from search.evaluation.matching import Matching
from search.evaluation.ranking import Asked, Scores
from search.index import SearchQuery, Sort
from search.query.tree import And, Days, Node


@dataclass(frozen=True, slots=True)
class Question:
    """A query of a snapshot, and from where on its hits are wanted."""

    query: SearchQuery
    snapshot: Snapshot
    tree: Node
    """With the days of the form."""
    matching: Matching
    asked: Asked
    by_score: bool
    """Whether the best come first, and there are words to be good for."""
    place: Place | None
    """Where the page before ended."""
    statistics: Scores
    """What each word and then each pair counts; on later pages as on the first one."""
    literal: Literal

    @property
    def rarity(self) -> Scores:
        """What each word counts."""
        return self.statistics[: len(self.statistics) - len(self.literal.numbers)]


def question(tree: Node, query: SearchQuery, snapshot: Snapshot) -> Question:
    """What a tree asks, be it typed or made. Raises ``CursorInvalid`` for an unknown cursor."""
    matching = Matching(snapshot)
    asked = ranking.asked(tree)
    by_score = query.sort is Sort.RELEVANCE and bool(asked.parts)
    pairs = literal.pairs_of(asked.chunks) if by_score else ()
    rarity = ranking.rarities(asked.parts, matching)
    statistics = rarity
    stretches: literal.Stretches = ()
    if pairs:
        stretches = literal.stretches_of(matching, pairs)
        statistics = np.append(rarity, literal.pair_numbers(matching, pairs, stretches))
    place = None
    if query.cursor is not None:
        place = _place(query, query.cursor, len(statistics))
        statistics = place.statistics
    words, numbers = statistics[: len(rarity)], statistics[len(rarity) :]
    return Question(
        query=query,
        snapshot=snapshot,
        tree=_with_days(tree, query),
        matching=matching,
        asked=asked,
        by_score=by_score,
        place=place,
        statistics=statistics,
        literal=literal.literal_of(asked, pairs, stretches, words, numbers),
    )


def _place(query: SearchQuery, mark: str, numbers: int) -> Place:
    if query.offset:
        raise CursorInvalid(
            position=0,
            reason=N_("a page is asked for by its mark or by its number, not by both"),
        )
    return cursor.decoded(mark, query, numbers)


def _with_days(asked: Node, query: SearchQuery) -> Node:
    if query.published_from is None and query.published_until is None:
        return asked
    nodes = asked.nodes if isinstance(asked, And) else (asked,)
    return And((*nodes, Days(query.published_from, query.published_until)))
